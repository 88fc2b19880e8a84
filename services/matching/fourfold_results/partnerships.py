"""The fourfold win of a partnership: the ledgers of all its participants together."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import EnrolmentStatus, FourfoldParty, FourfoldSubject, LedgerKind, Payer
from services.kit.db import now
from services.kit.disclosure import TOTAL, withheld
from services.kit.records import found
from services.matching import assessing, benefits, guard_rails, known_figures
from services.matching.agreed_parameters import parameters_of
from services.matching.benefit_facts import EUR
from services.matching.benefit_pool import counts, total_of
from services.matching.benefit_sums import Others, pooled_sheet
from services.matching.benefits import Sheet
from services.matching.fourfold_results.schemas import PartnershipFourfoldOut, ShareOut
from services.matching.fourfold_results.service import missing, parties, together
from services.matching.house import acting_for_the_house
from services.matching.models.benefits import FourfoldAssessment
from services.matching.models.candidates import Candidate
from services.matching.models.care import GuardCase, LedgerEntry
from services.matching.models.copies import Partnership, Programme
from services.matching.models.enrolments import Enrolment
from services.matching.models.entrepreneurs import Mobility
from services.matching.models.proposals import Placement
from services.matching.pseudonyms import statistical
from services.matching.reference import Figures

_THRESHOLD = 10  # persons that a released cell counts at least, unless the partnership agreed on more or less
_LOST = (EnrolmentStatus.FAILED, EnrolmentStatus.DROPPED)
_PARTIES = tuple(party.value.lower() for party in FourfoldParty)
_COSTS = (LedgerKind.FEE, LedgerKind.COST)
_EVERYTHING = frozenset(FourfoldParty)


async def of_partnership(session: AsyncSession, partnership_id: UUID) -> PartnershipFourfoldOut:
    """All participants together. Raises NotFound for who is no party."""
    partnership = await found(session, Partnership, partnership_id)
    threshold = partnership.data.get("statistics_threshold") or _THRESHOLD
    async with acting_for_the_house(session):
        agreed = await parameters_of(session, partnership_id)
        ends = {end for c in partnership.data["corridors"] for end in (c["origin"], c["destination"])}
        figures = await known_figures.figures_for(
            session, ends, known_at=agreed.figures_known_at, max_age_days=agreed.max_age_days
        )
        rows = await _newest(session, partnership_id)
        others = await _others(session, partnership_id, figures)
        participants = await _participants(session, partnership_id)
        guards = await _guards(session, partnership_id)
        people = await _people(session, rows)
        before = await _expected(session, rows)
    on, version = now().date(), assessing.version_of(agreed)

    def pool() -> Sheet:
        sheets = [benefits.read(row.inputs) for row in rows if row.inputs]
        return benefits.as_kept(pooled_sheet(sheets, others, agreed.parameters, version, guards, on))

    sheet = await asyncio.to_thread(pool)  # thousands of sheets take seconds to read
    hidden = 0 < len(rows) < threshold
    # Of so few the sums would tell what single people earn: nobody's scores are shown.
    shown = _withheld(sheet) if hidden else sheet
    judged = shown.judge()
    worst = sorted(min(scores) for row in rows if (scores := _scores(row)))
    return PartnershipFourfoldOut(
        partnership_id=partnership_id,
        **together(judged),
        parties=parties(shown, judged, _EVERYTHING),
        missing=missing(shown, _EVERYTHING),
        participants={name: None if 0 < count < threshold else count for name, count in participants.items()},
        pareto=_pareto(rows, people, threshold),
        worst_decile=worst[len(worst) // 10] if len(worst) >= threshold else None,
        expected=_means(before, threshold),
        found=_means(rows, threshold),
        method_version=sheet.method,
        parameters_version=version,
        inputs_hash=benefits.digest(sheet.write()),
        computed_at=now(),
    )


def _withheld(sheet: Sheet) -> Sheet:
    return Sheet(
        sheet.subject,
        sheet.moment,
        sheet.on,
        sheet.parameters,
        sheet.parameters_version,
        sheet.guards,
        {},
        sheet.method,
    )


async def _newest(session: AsyncSession, partnership_id: UUID) -> list[FourfoldAssessment]:
    """The newest assessment of each placement, also of people who were erased since."""
    table = FourfoldAssessment
    of_jobs = table.partnership_id == partnership_id, table.subject == FourfoldSubject.PLACEMENT
    return list(await session.scalars(assessing.last_of_each().where(*of_jobs)))


async def _expected(session: AsyncSession, rows: Sequence[FourfoldAssessment]) -> list[FourfoldAssessment]:
    """What was expected of the same jobs, with the proposals that they came from."""
    ids = select(Placement.proposal_id).where(Placement.id.in_([row.subject_id for row in rows]))
    return list(await session.scalars(assessing.last_of_each().where(FourfoldAssessment.subject_id.in_(ids))))


async def _others(session: AsyncSession, partnership_id: UUID, figures: Figures) -> Others:
    """What those without a job cost, and the partnership as a whole."""
    never_began = Placement.partnership_id == partnership_id, Placement.started_on.is_(None)
    taken_back = select(LedgerEntry.corrects).where(LedgerEntry.corrects.is_not(None))
    entries = (
        select(LedgerEntry)
        .join(Placement, Placement.id == LedgerEntry.placement_id)
        .where(*never_began, LedgerEntry.kind.in_(_COSTS))
        .where(LedgerEntry.corrects.is_(None), LedgerEntry.id.not_in(taken_back))
    )
    lost = (await session.scalars(entries)).all()
    taught = select(Programme.data["skills"]).join(Enrolment, Enrolment.programme_id == Programme.id)
    dropouts = await session.scalars(
        taught.where(Enrolment.partnership_id == partnership_id, Enrolment.status.in_(_LOST))
    )
    _, graduates, asked, worked = await counts(session, partnership_id)
    foreign, programme = await total_of(session, partnership_id, figures, now().date())
    return Others(
        planned_of_dropouts=sum(len(skills) for skills in dropouts),
        worker_costs=_euros((each for each in lost if each.payer == Payer.WORKER), figures),
        employer_costs=_euros((each for each in lost if each.payer == Payer.EMPLOYER), figures),
        home_graduates=graduates,
        home_employment=worked / asked if asked else None,
        foreign_training=foreign,
        programme_costs=programme,
    )


def _euros(entries: Iterable[LedgerEntry], figures: Figures) -> float | None:
    total = 0.0
    for entry in entries:
        rate = figures.exchange_rate(EUR, entry.currency, entry.paid_on)
        if rate is None:
            return None
        total += float(entry.amount) * rate.value
    return total


async def _participants(session: AsyncSession, partnership_id: UUID) -> dict[str, int]:
    """Who is in the pool, by what became of them."""
    people = func.count()
    begun = Placement.started_on.is_not(None)
    jobs = (
        await session.execute(
            select(
                people.filter(begun, Placement.track == "AWAY"),
                people.filter(begun, Placement.track == "HOME"),
                people.filter(Placement.status == "CANCELLED"),
            ).where(Placement.partnership_id == partnership_id)
        )
    ).one()
    lost = select(people).where(Enrolment.partnership_id == partnership_id, Enrolment.status.in_(_LOST))
    firms = select(people).where(Mobility.partnership_id == partnership_id)
    _, graduates, _, _ = await counts(session, partnership_id)
    return {
        "away": int(jobs[0]),
        "home": int(jobs[1]),
        "home_graduates": graduates,
        "failed_recruitments": int(jobs[2]),
        "dropouts": int(await session.scalar(lost) or 0),
        "entrepreneurs": int(await session.scalar(firms) or 0),
    }


async def _guards(session: AsyncSession, partnership_id: UUID) -> list[str]:
    # Not those that are kept from an employer, which reads this too.
    tripped = GuardCase.status.in_(guard_rails.TRIPPED) & GuardCase.shared_placement_id.is_not(None)
    query = select(GuardCase.code).where(GuardCase.partnership_id == partnership_id, tripped)
    return list(await session.scalars(query.distinct()))


async def _people(session: AsyncSession, rows: Sequence[FourfoldAssessment]) -> dict[UUID, tuple[str, str]]:
    """Sex and age band of those who consent to statistics, by candidate."""
    ids = [row.candidate_id for row in rows if row.candidate_id]
    found_people = await session.scalars(select(Candidate).where(Candidate.id.in_(ids)))
    told = {person.id: statistical(person, now().date()) for person in found_people}
    return {id: (said["sex"] or "_U", said["age_band"] or "_U") for id, said in told.items()}


def _scores(row: FourfoldAssessment) -> list[float]:
    """The four scores, empty while one of them is unknown."""
    scores = [getattr(row, name) for name in _PARTIES]
    return [] if None in scores else scores


def _pareto(rows: Sequence[FourfoldAssessment], people: dict[UUID, tuple[str, str]], threshold: int) -> list[ShareOut]:
    """By sex and by age band, the share of placements in which every score is at least 0.5."""
    placements, gains = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for row in rows:
        sex, age = people.get(row.candidate_id or UUID(int=0), ("_U", "_U"))
        won = bool(_scores(row)) and min(_scores(row)) >= 0.5
        for cell in ((sex, age), (sex, TOTAL), (TOTAL, age), (TOTAL, TOTAL)):
            placements[cell] += 1
            gains[cell] += won
    hidden = withheld({cell: (n, gains[cell], n - gains[cell]) for cell, n in placements.items()}, threshold)
    margins = [cell for cell in sorted(placements) if TOTAL in cell]
    return [
        ShareOut(
            group=TOTAL if cell == (TOTAL, TOTAL) else next(part for part in cell if part != TOTAL),
            placements=None if cell in hidden else placements[cell],
            all_gain=None if cell in hidden else gains[cell] / placements[cell],
        )
        for cell in margins
    ]


def _means(rows: Sequence[Any], threshold: int) -> dict[str, float | None]:
    means: dict[str, float | None] = {}
    for name in _PARTIES:
        known = [value for row in rows if (value := getattr(row, name)) is not None]
        means[name] = sum(known) / len(known) if len(known) >= threshold else None
    return means
