"""The states of a mobility, what may follow each, and what a step asks for. Pure; the source is domain/02 §3."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.contracts.vocabulary import MobilityStatus, StayStatus
from services.kit.errors import Guard
from services.matching.entrepreneurs import FirmProfile
from services.matching.hosting import Scheme
from services.matching.mobilities.schemas import MobilityTransitionIn
from services.matching.models.entrepreneurs import MobilityFollowUp, Stay
from services.matching.next_steps import decided, told_why

_S = MobilityStatus
_ABROAD = (StayStatus.ABROAD, StayStatus.ENDED)
NEXT: Mapping[MobilityStatus, tuple[MobilityStatus, ...]] = {
    _S.INTERESTED: (_S.FORMALISATION_CHECK, _S.CLOSED),
    _S.FORMALISATION_CHECK: (_S.DIAGNOSED, _S.FAILED_FORMALISATION, _S.CLOSED),
    _S.FAILED_FORMALISATION: (_S.FORMALISATION_CHECK, _S.CLOSED),
    _S.DIAGNOSED: (_S.PRE_MOBILITY, _S.CLOSED),
    _S.PRE_MOBILITY: (_S.HOST_MATCHED, _S.CLOSED),
    _S.HOST_MATCHED: (_S.STAY, _S.CLOSED),
    _S.STAY: (_S.AGREEMENTS_SIGNED, _S.RETURNED, _S.CLOSED),
    # Stays and agreements repeat: after one a person may go again, and again after the return.
    _S.AGREEMENTS_SIGNED: (_S.STAY, _S.RETURNED, _S.CLOSED),
    _S.RETURNED: (_S.STAY, _S.FOLLOW_UP_6M, _S.CLOSED),
    _S.FOLLOW_UP_6M: (_S.STAY, _S.FOLLOW_UP_12M, _S.CLOSED),
    _S.FOLLOW_UP_12M: (_S.CLOSED,),
    _S.CLOSED: (),
}
_MONTHS = {_S.FOLLOW_UP_6M: 6, _S.FOLLOW_UP_12M: 12}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is on record about a mobility when a step is asked for; `turnover_needed` is EUR a year, `higher` how many
    hosts that pass rank above the one named."""

    status: MobilityStatus
    status_date: date
    today: date
    firm: FirmProfile | None
    scheme: Scheme | None
    turnover_needed: Decimal | None
    stays: Sequence[Stay]
    agreements: int
    follow_ups: Sequence[MobilityFollowUp]
    returned_on: date | None
    host_known: bool
    higher: int = 0


def refusals(facts: Facts, data: MobilityTransitionIn) -> list[Guard]:
    """All guards that refuse the step, at once; one that does not follow is refused for that alone."""
    follows = NEXT[facts.status]
    if data.to not in follows:
        needed = " or ".join(follows) or "nothing: the mobility is closed"
        return [Guard("STEP_FOLLOWS", False, f"{facts.status} to {data.to}", needed, "take one of the steps named")]
    late = data.on <= facts.today
    guards = [
        Guard("NOT_IN_FUTURE", late, str(data.on), f"{facts.today} or before", "record it when it has happened"),
        Guard(
            "IN_ORDER",
            data.on >= facts.status_date,
            str(data.on),
            f"{facts.status_date} or later",
            "name the day on which it happened",
        ),
        *_asked(facts, data),
    ]
    return [guard for guard in guards if not guard.passed]


def _asked(facts: Facts, data: MobilityTransitionIn) -> list[Guard]:
    match data.to:
        case _S.FAILED_FORMALISATION:
            referral = data.referral
            guard = Guard(
                "REFERRED", referral is not None, "no referral", "a support structure", "refer the firm to one"
            )
            return [guard, *told_why(data.reason, data.next_steps, data.decided_by)]
        case _S.DIAGNOSED:
            return _eligible(facts, data)
        case _S.PRE_MOBILITY:
            return [_continuity(facts)]
        case _S.HOST_MATCHED:
            return _matched(facts, data)
        case _S.STAY:
            left = any(each.status == StayStatus.ABROAD for each in facts.stays)
            return [Guard("PERSON_ABROAD", left, _counts(facts), "a stay ABROAD", "move a stay to ABROAD first")]
        case _S.AGREEMENTS_SIGNED:
            remedy = "record the agreement first"
            return [Guard("AGREEMENT_SIGNED", facts.agreements > 0, str(facts.agreements), "1", remedy)]
        case _S.RETURNED:
            open_stays = [each for each in facts.stays if each.status != StayStatus.ENDED]
            seen = f"{len(open_stays)} open" if open_stays else "none open"
            return [Guard("STAYS_ENDED", not open_stays, seen, "none open", "end or cancel the stays first")]
        case _S.FOLLOW_UP_6M | _S.FOLLOW_UP_12M:
            return _followed_up(facts, data)
        case _S.CLOSED:
            open_stays = [each for each in facts.stays if each.status != StayStatus.ENDED]
            guard = Guard("STAYS_ENDED", not open_stays, _counts(facts), "none open", "end or cancel the stays first")
            return [guard, *told_why(data.reason, data.next_steps, data.decided_by)]
        case _:
            return [_has_firm(facts)]


def _has_firm(facts: Facts) -> Guard:
    known = facts.firm is not None
    return Guard("FIRM_REGISTERED", known, "a firm" if known else "no firm", "a firm", "register the person's firm")


def _eligible(facts: Facts, data: MobilityTransitionIn) -> list[Guard]:
    firm, scheme = facts.firm, facts.scheme
    formalised = firm is not None and firm.registered
    seen = firm.registration if firm else "no firm"
    remedy = "record the registration with its evidence, or refer the firm to a support structure"
    guards = [
        decided(data.decided_by),
        Guard("P01_FORMALISED", formalised, seen, "registered, seen in a DOCUMENT or the REGISTER", remedy),
        Guard(
            "DIAGNOSIS_GIVEN", data.diagnosis is not None, str(data.diagnosis is not None), "True", "say what it needs"
        ),
    ]
    if facts.turnover_needed is not None:
        turnover = firm.turnover_eur if firm else None
        enough = turnover is not None and turnover >= facts.turnover_needed
        needed = f"{facts.turnover_needed} EUR a year"
        seen = "not known" if turnover is None else f"{turnover} EUR a year"
        guards.append(Guard("TURNOVER", enough, seen, needed, "record the turnover, or choose another scheme"))
    if scheme and scheme.sectors and firm:
        inside = any(firm.sector.startswith(each) for each in scheme.sectors)
        guards.append(
            Guard("P02_SECTOR_IN_SCOPE", inside, firm.sector, ", ".join(scheme.sectors), "choose another scheme")
        )
    return guards


def _continuity(facts: Facts) -> Guard:
    named = facts.firm is not None and facts.firm.continuity
    remedy = "name who runs the firm meanwhile"
    return Guard("P05_FIRM_CONTINUITY", named, "named" if named else "nobody named", "somebody", remedy)


def _matched(facts: Facts, data: MobilityTransitionIn) -> list[Guard]:
    prepared = data.preparation is not None
    chosen = not facts.higher or data.override_reason is not None
    remedy = "choose one of them, or say in override_reason why"
    return [
        decided(data.decided_by),
        Guard("PREPARED", prepared, str(prepared), "True", "say what was learnt before the stay"),
        Guard("HOST_NAMED", facts.host_known, "no host", "a host offered to the partnership", "name one of them"),
        Guard("RANKING", chosen, f"{facts.higher} rank higher", "nobody, or override_reason", remedy),
        _continuity(facts),
    ]


def _followed_up(facts: Facts, data: MobilityTransitionIn) -> list[Guard]:
    month = _MONTHS[data.to]
    done = any(each.month == month for each in facts.follow_ups)
    return [
        Guard("FOLLOW_UP_RECORDED", done, "recorded" if done else "not recorded", f"that of month {month}", "record it")
    ]


def _counts(facts: Facts) -> str:
    states = sorted({each.status for each in facts.stays})
    return ", ".join(f"{sum(each.status == state for each in facts.stays)} {state}" for state in states) or "no stay"


def due(returned_on: date, month: int) -> date:
    """The day that many months after the return; the last of a shorter month."""
    years, index = divmod(returned_on.month - 1 + month, 12)
    year, number = returned_on.year + years, index + 1
    for day in range(returned_on.day, 27, -1):
        try:
            return date(year, number, day)
        except ValueError:
            continue
    return date(year, number, min(returned_on.day, 28))


def went(stays: Sequence[Stay]) -> list[Stay]:
    """Stays that took place or are under way."""
    return [each for each in stays if each.status in _ABROAD]
