"""What refuses a stay, a change of it or its next step. Pure apart from the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.contracts.vocabulary import MobilityStatus, StayStatus
from services.kit.db import now
from services.kit.errors import Guard
from services.matching.entrepreneurs import LONG, SHORT, FirmProfile, long_way
from services.matching.hosting import HostOffer, LongStay, Scheme
from services.matching.models.candidates import Candidate
from services.matching.models.entrepreneurs import Mobility, Stay
from services.matching.next_steps import told_why
from services.matching.short_stays import MOST_DAYS, WINDOW_DAYS, Period, area_of, breach, earliest, longest
from services.matching.stays.schemas import StayTransitionIn

_M = MobilityStatus
_READY = (_M.HOST_MATCHED, _M.STAY, _M.AGREEMENTS_SIGNED, _M.RETURNED, _M.FOLLOW_UP_6M)
_S = StayStatus
_NEXT: dict[StayStatus, tuple[StayStatus, ...]] = {
    _S.PLANNED: (_S.VISA, _S.CANCELLED),
    _S.VISA: (_S.ABROAD, _S.CANCELLED),
    _S.ABROAD: (_S.ENDED,),
    _S.ENDED: (),
    _S.CANCELLED: (),
}


@dataclass(frozen=True, slots=True)
class Traveller:
    """Who goes, and what bears on it; `others` are the person's other stays."""

    person: Candidate
    mobility: Mobility
    firm: FirmProfile
    scheme: Scheme | None
    partnership_active: bool
    others: Sequence[Stay]
    ways: Sequence[LongStay]


def dates(who: Traveller, host: HostOffer, period: Period) -> dict[str, Any]:
    """The period, and by what right: as a short stay where the rule allows it."""
    way = None if _breach(who, host.country, period) is None else _way(who, host.country, period)
    dates: dict[str, Any] = {"from_date": period.first, "to_date": period.last}
    return dates | {"visa_class": LONG if way else SHORT, "pathway": way.key if way else None}


def _breach(who: Traveller, country: str, period: Period) -> date | None:
    return breach((*who.firm.stayed_in(area_of(country)), period))


def _way(who: Traveller, country: str, period: Period) -> LongStay | None:
    return long_way(who.firm, country, who.ways, period)


def of_person(who: Traveller) -> list[Guard]:
    today, status = now().date(), who.mobility.status
    consent, named = who.firm.consent, who.firm.continuity
    return [
        Guard("MOBILITY_READY", status in _READY, status, "HOST_MATCHED or later", "take the steps before"),
        Guard(
            "PARTNERSHIP_ACTIVE",
            who.partnership_active,
            str(who.partnership_active),
            "ACTIVE",
            "wait until the partnership is active",
        ),
        Guard(
            "H01_CONSENT",
            consent.covers("MATCHING_AWAY", today),
            consent.state(today),
            "MATCHING_AWAY",
            "give or renew consent to MATCHING_AWAY",
        ),
        Guard(
            "P05_FIRM_CONTINUITY",
            named,
            "named" if named else "nobody named",
            "somebody",
            "name who runs the firm meanwhile",
        ),
    ]


def of_scheme(who: Traveller) -> list[Guard]:
    if who.scheme is None:
        return []
    own = sum(each.mobility_id == who.mobility.id for each in who.others)
    most = who.scheme.stays_per_person
    return [Guard("STAYS_PER_PERSON", own < most, str(own), f"at most {most}", "none: the scheme allows no more stays")]


def of_dates(who: Traveller, host: HostOffer, period: Period, known: bool = False) -> list[Guard]:
    """What must hold of the dates. A new stay cannot begin on a day that has passed; of a `known` one the days may be
    corrected afterwards."""
    today = now().date()
    low, high = host.stay_days_min, host.stay_days_max
    if who.scheme:
        low, high = max(low, who.scheme.days_min), min(high, who.scheme.days_max)
    lacks = host.room.lacks(period)
    free = host.room.earliest(period.days, max(period.first, today), date(period.first.year + 2, 12, 31))
    meeting = [each for each in who.firm.busy if each.overlap(period)]
    taken = ", ".join(f"{each.first} to {each.last}" for each in meeting) or "free"
    takes = who.person.persona in host.personas
    return [
        Guard("NOT_PAST", known or period.first >= today, str(period.first), f"{today} or later", "choose other dates"),
        Guard("STAY_LENGTH", low <= period.days <= high, f"{period.days} days", f"{low} to {high} days", "other dates"),
        Guard("PERSONA_TAKEN", takes, who.person.persona, ", ".join(sorted(host.personas)), "choose another host"),
        Guard("PERSON_FREE", not meeting, taken, "no other stay meanwhile", "choose other dates"),
        Guard(
            "P03_HOST_CAPACITY",
            not lacks,
            "; ".join(lacks) or "room",
            f"{period.days} days and 1 place",
            f"come from {free.first} to {free.last}" if free else "choose another host",
        ),
        _visa_guard(who, host.country, period),
    ]


def _visa_guard(who: Traveller, country: str, period: Period) -> Guard:
    late, way = _breach(who, country, period), _way(who, country, period)
    stays = who.firm.stayed_in(area_of(country))
    most, later = longest(stays, period.first), earliest(stays, period.days, period.first)
    remedies = [f"stay at most {most} days"] if most else []
    remedies += [f"go from {later} on"] if later else []
    return Guard(
        "P04_VISA_CLASS",
        late is None or way is not None,
        f"{period.days} days; the days are used up before {late}" if late else f"{period.days} days",
        f"at most {MOST_DAYS} days in any {WINDOW_DAYS}, or a pathway for a long stay",
        ", or ".join([*remedies, "find a pathway for a long stay"]),
    )


def of_step(who: Traveller, stay: Stay, data: StayTransitionIn) -> list[Guard]:
    follows = _NEXT[StayStatus(stay.status)]
    if data.to not in follows:
        needed = " or ".join(follows) or "nothing: the stay is over"
        remedy = "take one of the steps named"
        return [Guard("STEP_FOLLOWS", False, f"{stay.status} to {data.to}", needed, remedy)]
    today = now().date()
    guards = [Guard("NOT_IN_FUTURE", data.on <= today, str(data.on), f"{today} or before", "record it afterwards")]
    if data.to is _S.CANCELLED:
        return guards + told_why(data.reason, data.next_steps, data.decided_by)
    if data.to is _S.ENDED:
        begun = data.on >= stay.from_date
        return [*guards, Guard("AFTER_ARRIVAL", begun, str(data.on), f"{stay.from_date} or later", "name the day")]
    accepted = Guard(
        "HOST_ACCEPTED", stay.host_accepts is True, str(stay.host_accepts), "True", "wait for the host's answer"
    )
    if data.to is _S.VISA:
        return [*guards, *of_person(who), accepted]
    first, last = data.visa_valid_from, data.visa_valid_to
    covers = first is not None and last is not None and first <= stay.from_date and stay.to_date <= last
    period = Period(stay.from_date, stay.to_date)
    rule = [_visa_guard(who, stay.country, period)] if stay.visa_class == SHORT else []
    return [
        *guards,
        *of_person(who),
        accepted,
        Guard(
            "VISA_COVERS_STAY",
            covers,
            f"{first} to {last}" if first and last else "no visa",
            f"{stay.from_date} to {stay.to_date}",
            "name a visa for the whole stay, or change the dates",
        ),
        Guard(
            "ARRIVES_AS_PLANNED",
            data.on == stay.from_date,
            str(data.on),
            str(stay.from_date),
            "change the dates of the stay first",
        ),
        *rule,
    ]
