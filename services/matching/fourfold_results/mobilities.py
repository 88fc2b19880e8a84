"""The fourfold win of an entrepreneur's mobility, from the firm, its stays, agreements and follow-ups."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import AccessPurpose, DataSeen, FourfoldEvidence, FourfoldMoment, FourfoldParty
from services.contracts.vocabulary import FourfoldSubject as Subject
from services.kit.db import now
from services.kit.records import found
from services.matching import access_log, benefits, fourfold_firms, short_stays
from services.matching.benefit_facts import EUR, counted
from services.matching.benefits import Entry, Input, Sheet, unknown
from services.matching.fourfold_results.schemas import FourfoldOut
from services.matching.fourfold_results.service import missing, parties, together
from services.matching.models.entrepreneurs import Firm, FirmAgreement, Mobility, MobilityFollowUp, Stay
from services.matching.short_stays import Period

_EVERYTHING = frozenset(FourfoldParty)
_ASK = "the entrepreneur's organisation: record the follow-up after twelve months"
_WENT = ("ABROAD", "ENDED")
_SHORT = "SHORT_STAY"


async def of_mobility(session: AsyncSession, mobility_id: UUID) -> FourfoldOut:
    """What is on record today, for the entrepreneur's organisation. Raises NotFound."""
    mobility = await found(session, Mobility, mobility_id)
    firm = (await session.scalars(select(Firm).where(Firm.candidate_id == mobility.candidate_id))).one_or_none()
    agreements = await _all(session, FirmAgreement, mobility_id)
    stays = [stay for stay in await _all(session, Stay, mobility_id) if stay.status in _WENT]
    last = max(await _all(session, MobilityFollowUp, mobility_id), key=lambda each: each.month, default=None)
    await access_log.note(session, DataSeen.PLACEMENT, AccessPurpose.COUNSELLING, [mobility.candidate_id])
    on = now().date()
    entries = {
        **_firm(firm, agreements, last, on),
        **_host(agreements, on),
        **_destination(mobility, agreements, stays, last, on),
        **_origin(firm, last, on),
    }
    sheet = benefits.as_kept(
        Sheet(
            Subject.MOBILITY.value,
            FourfoldMoment.TODAY.value,
            on,
            fourfold_firms.PARAMETERS,
            fourfold_firms.METHOD,
            (),
            entries,
            fourfold_firms.METHOD,
        )
    )
    judged = sheet.judge()
    return FourfoldOut(
        subject=Subject.MOBILITY,
        subject_id=mobility.id,
        partnership_id=mobility.partnership_id,
        moment=FourfoldMoment.TODAY,
        **together(judged),
        parties=parties(sheet, judged, _EVERYTHING),
        missing=missing(sheet, _EVERYTHING),
        method_version=sheet.method,
        parameters_version=sheet.parameters_version,
        inputs_hash=benefits.digest(sheet.write()),
        computed_at=now(),
        kept=[],
    )


async def _all(session: AsyncSession, kind: Any, mobility_id: UUID) -> list[Any]:
    return list(await session.scalars(select(kind).where(kind.mobility_id == mobility_id)))


def _year(last: MobilityFollowUp | None) -> MobilityFollowUp | None:
    return last if last is not None and last.month == 12 else None


def _firm(
    firm: Firm | None, agreements: Sequence[FirmAgreement], last: MobilityFollowUp | None, on: date
) -> dict[str, Entry]:
    before, year = firm.turnover if firm else None, _year(last)
    after = year.turnover if year else None
    same = before is not None and after is not None and before["currency"] == after["currency"]
    unit = f"{before['currency']} a year" if before else "a year"
    had = float(before["amount"]) if before and float(before["amount"]) > 0 else None
    has = float(after["amount"]) if after and same else None
    inputs = {
        "turnover_after": counted(has, unit, "follow-up after twelve months", on, _ASK),
        "turnover_before": counted(had, unit, "firm", on, "the entrepreneur's organisation: enter the firm's turnover"),
    }
    gain = Input(fourfold_firms.TURNOVER_GAIN, "growth", fourfold_firms.METHOD, on, FourfoldEvidence.REFERENCE)
    skills = unknown("share", "the entrepreneur's organisation: no record asks yet which skills are used")
    return {
        "F1": Entry(inputs, gain),
        "F2": Entry({"number": counted(float(len(agreements)), "contracts", "agreements of the mobility", on, "")}),
        "F3": Entry({"value": skills}),
    }


def _host(agreements: Sequence[FirmAgreement], on: date) -> dict[str, Entry]:
    during = [each for each in agreements if each.stay_id is not None]
    values = [each.value_eur for each in during]
    value = None if None in values else float(sum(each for each in values if each is not None))
    hours, cost = (unknown(unit, "the host: no record asks yet for hours and cost") for unit in ("hours", EUR))
    worth = counted(value, EUR, "agreements made during stays", on, "the exchange rate of the agreement")
    return {
        "H1": Entry({"contracts_value": worth, "hours": hours, "cost_of_hour": cost}, unknown(EUR, cost.ask)),
        "H2": Entry({"number": counted(float(len(during)), "contracts", "agreements made during stays", on, "")}),
    }


def _destination(
    mobility: Mobility,
    agreements: Sequence[FirmAgreement],
    stays: Sequence[Stay],
    last: MobilityFollowUp | None,
    on: date,
) -> dict[str, Entry]:
    country = mobility.corridor.partition("-")[2]
    trade = [each for each in agreements if each.counterpart_country == country]
    periods = [Period(stay.from_date, stay.to_date) for stay in stays if stay.visa_class == _SHORT]
    over = float(short_stays.breach(periods) is not None) if stays else None
    home = mobility.returned_on is not None or (last is not None and last.returned)
    overdue = None if not stays else float(not home and max(stay.to_date for stay in stays) < on)
    ask = "the entrepreneur's organisation: record the stays"
    return {
        "T1": Entry({"number": counted(float(len(trade)), "contracts", f"agreements in {country}", on, "")}),
        "T2": Entry(
            {
                "over_the_limit": counted(over, "stays", "stays, 90 days in any 180", on, ask),
                "overdue": counted(overdue, "persons", "stays and return", on, ask),
            }
        ),
    }


def _origin(firm: Firm | None, last: MobilityFollowUp | None, on: date) -> dict[str, Entry]:
    year, source = _year(last), "follow-up after twelve months"
    staff = float(firm.staff) if firm and firm.staff else None
    created, kept = (float(year.jobs_created), float(year.jobs_kept)) if year else (None, None)
    return {
        "J1": Entry(
            {
                "created": counted(created, "jobs", source, on, _ASK),
                "kept": counted(kept, "jobs", source, on, _ASK),
                "before": counted(staff, "jobs", "firm", on, "the entrepreneur's organisation: enter the firm's staff"),
            }
        ),
        "J2": Entry(
            {
                "returned": counted(None if year is None else float(year.returned), "persons", source, on, _ASK),
                "trading": counted(None if year is None else float(year.trading), "firms", source, on, _ASK),
            }
        ),
        "J3": Entry(
            {"value": unknown("share", "the entrepreneur's organisation: no record asks yet what was reinvested")}
        ),
    }
