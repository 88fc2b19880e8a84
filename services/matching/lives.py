"""The lives of enrolments, proposals and placements as one table of moves: from, to, who may, what it asks for, what
is looked at. Pure.

A move that the table lacks does not exist, and one that it has is made only when everything it asks for was said and
everything it looks at holds; `refusals` names all that is missing at once. Every closing asks for a reason, a next
step and the person who decided: no case is closed, and nobody is offered anything, by a machine (GDPR article 22).
Shorthands stand in the table too: they skip states, and look at all that the states between would have looked at.
"""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import product
from typing import NamedTuple
from uuid import UUID

from services.contracts.vocabulary import CaseKind, NextStepKind
from services.contracts.vocabulary import EnrolmentStatus as E
from services.contracts.vocabulary import PlacementStatus as P
from services.contracts.vocabulary import ProposalStatus as Q
from services.kit.errors import Guard


class Who(StrEnum):
    """A side of a case."""

    PERSON = "the candidate's organisation"
    EMPLOYER = "the employer"
    PROVIDER = "the training provider"


class Ask(StrEnum):
    """What has to be said with a move; the value says what to send."""

    REASON = "a reason code in reason"
    NEXT_STEP = "at least one next step in next_steps"
    DECIDED_BY = "the person who decided in decided_by"
    EVIDENCE = "what shows it, such as the number of a document, in evidence"
    TRACK = "the track that the person chose in track"
    START = "what is earned and what the worker paid in start"


class Check(StrEnum):
    """What is looked at before a move."""

    SEAT = "a seat is left in the session"
    NEXT_ON_LIST = "nobody waits longer, or override_reason says why another is chosen"
    GATES = "every gate between person and vacancy holds"
    CONSENT = "the person consents to being matched"
    PLACE = "the vacancy is open and has a place left, and the corridor's quota for a job abroad"
    PARTNERSHIP = "the partnership is active"
    WAY = "abroad: pathway, safeguard, home places and cap hold"
    QUOTA = "abroad: the corridor's quota covers everybody it was given to"
    RANKING = "nobody who ranks higher waits for the same vacancy, or override_reason says why"
    AT_HOME = "the job is at home"
    ABROAD = "the job is abroad"
    DUE = "the months have passed since the job began"
    AFTER_START = "not before the job began"
    CONTESTED = "the closing was contested and reversed"
    GUARD_RAILS = "no guard rail has tripped, or both sides say that it was put right"
    CHECK_IN = "the check-in of that month was recorded"


class Rule(NamedTuple):
    """A move; `source` is None for the first state of a life."""

    source: str | None
    target: str
    who: frozenset[Who]
    asks: frozenset[Ask] = frozenset()
    checks: frozenset[Check] = frozenset()


def _moves(
    sources: Sequence[str | None], targets: Sequence[str], *needs: Who | Ask | Check, closes: bool = False
) -> list[Rule]:
    who = frozenset(each for each in needs if isinstance(each, Who))
    asks = {each for each in needs if isinstance(each, Ask)}
    asks |= {Ask.REASON, Ask.NEXT_STEP, Ask.DECIDED_BY} if closes else set()
    checks = frozenset(each for each in needs if isinstance(each, Check))
    return [Rule(source, target, who, frozenset(asks), checks) for source, target in product(sources, targets)]


_PERSON, _EMPLOYER, _PROVIDER = Who.PERSON, Who.EMPLOYER, Who.PROVIDER
_TRAINING = (_PERSON, _PROVIDER)
_JOB = (_PERSON, _EMPLOYER)

_ENROLMENT: list[Rule] = [
    *_moves([None], [E.APPLIED], _PERSON),
    # For people whom a partner has selected by itself: the seat is taken at once.
    *_moves([None], [E.ENROLLED], _PERSON, Check.SEAT),
    *_moves([E.APPLIED], [E.SCREENED], *_TRAINING, Ask.DECIDED_BY),
    *_moves([E.SCREENED], [E.WAITLISTED], *_TRAINING, Ask.DECIDED_BY),
    *_moves([E.SCREENED, E.WAITLISTED], [E.SELECTED], *_TRAINING, Ask.DECIDED_BY, Check.SEAT, Check.NEXT_ON_LIST),
    # Before anybody has looked at it only the person's own side takes an application back.
    *_moves([E.APPLIED], [E.NOT_SELECTED], _PERSON, closes=True),
    *_moves([E.SCREENED, E.WAITLISTED, E.SELECTED], [E.NOT_SELECTED], *_TRAINING, closes=True),
    *_moves([E.SELECTED, E.SUSPENDED], [E.ENROLLED], *_TRAINING),
    *_moves([E.ENROLLED], [E.SUSPENDED, E.COMPLETED], *_TRAINING),
    *_moves([E.COMPLETED], [E.CERTIFIED], _PROVIDER),  # a certificate is evidence: nobody gives it to their own
    *_moves([E.ENROLLED, E.COMPLETED], [E.FAILED], _PROVIDER, closes=True),
    *_moves([E.ENROLLED, E.SUSPENDED, E.COMPLETED], [E.DROPPED], *_TRAINING, closes=True),
    *_moves([E.CERTIFIED], [E.TRACK_CHOSEN], _PERSON, Ask.TRACK, closes=True),
    *_moves([E.NOT_SELECTED], [E.SCREENED], *_TRAINING, Ask.DECIDED_BY, Check.CONTESTED),
    *_moves([E.FAILED], [E.COMPLETED], _PROVIDER, Ask.DECIDED_BY, Check.CONTESTED),
    *_moves([E.DROPPED], [E.ENROLLED], *_TRAINING, Ask.DECIDED_BY, Check.CONTESTED, Check.SEAT),
]

_UNANSWERED = (Q.PROPOSED, Q.CANDIDATE_ACCEPTED, Q.EMPLOYER_ACCEPTED)
_AGREED = (Check.CONSENT, Check.PLACE, Check.PARTNERSHIP, Check.WAY)
_PROPOSAL: list[Rule] = [
    # A prospect may still have to learn something: its gates are looked at when a person puts it forward.
    *_moves([None], [Q.PROSPECT], _PERSON),
    *_moves([None], [Q.PROPOSED], _PERSON, Check.GATES),
    *_moves([Q.PROSPECT], [Q.PROPOSED], _PERSON, Ask.DECIDED_BY, Check.GATES),
    *_moves([Q.PROPOSED], [Q.CANDIDATE_ACCEPTED], _PERSON, Check.CONSENT),
    *_moves([Q.PROPOSED], [Q.EMPLOYER_ACCEPTED], _EMPLOYER, Check.CONSENT),
    *_moves([Q.CANDIDATE_ACCEPTED], [Q.ACCEPTED], _EMPLOYER, *_AGREED),
    *_moves([Q.EMPLOYER_ACCEPTED], [Q.ACCEPTED], _PERSON, *_AGREED),
    *_moves(_UNANSWERED, [Q.DECLINED], *_JOB, closes=True),
    *_moves([Q.PROSPECT, *_UNANSWERED], [Q.WITHDRAWN], _PERSON, closes=True),
]

BEFORE_START = frozenset(
    {P.PREPARING, P.OFFER, P.CONTRACT_VERIFIED, P.PATHWAY_APPLIED, P.PATHWAY_GRANTED, P.PRE_DEPARTURE, P.ARRIVED}
)
_AT_WORK = (P.STARTED, P.CHECK_3M, P.CHECK_6M, P.CHECK_12M, P.RENEWED)
# What protects the worker stays open whatever has tripped: check-ins, another employer, the return, the end.
_RAILS = Check.GUARD_RAILS
_STARTS = (Ask.START, Check.WAY, Check.QUOTA, _RAILS)
_PLACEMENT: list[Rule] = [
    *_moves([P.PREPARING], [P.OFFER], _EMPLOYER, Ask.DECIDED_BY, Check.PARTNERSHIP, Check.WAY, Check.QUOTA,
            Check.RANKING, _RAILS),
    # Read by the side that speaks for the worker.
    *_moves([P.OFFER], [P.CONTRACT_VERIFIED], _PERSON, Ask.DECIDED_BY, Ask.EVIDENCE, _RAILS),
    *_moves([P.CONTRACT_VERIFIED], [P.PATHWAY_APPLIED], *_JOB, Ask.EVIDENCE, Check.ABROAD, Check.WAY, _RAILS),
    *_moves([P.PATHWAY_APPLIED], [P.PATHWAY_GRANTED], *_JOB, Ask.EVIDENCE, _RAILS),
    *_moves([P.PATHWAY_GRANTED], [P.PRE_DEPARTURE], *_JOB, _RAILS),
    *_moves([P.PRE_DEPARTURE], [P.ARRIVED], *_JOB, _RAILS),
    *_moves([P.ARRIVED], [P.STARTED], *_JOB, *_STARTS),
    *_moves([P.CONTRACT_VERIFIED], [P.STARTED], *_JOB, *_STARTS, Check.AT_HOME),
    # Shorthand, for partners who keep the states between in a system of their own; the offer was a person's there too.
    *_moves([P.PREPARING], [P.STARTED], *_JOB, Ask.DECIDED_BY, Check.PARTNERSHIP, Check.RANKING, *_STARTS),
    # Asked by the side that speaks for the worker, out of the employer's hearing.
    *_moves([P.STARTED], [P.CHECK_3M], _PERSON, Check.DUE, Check.CHECK_IN),
    *_moves([P.CHECK_3M], [P.CHECK_6M], _PERSON, Check.DUE, Check.CHECK_IN),
    *_moves([P.CHECK_6M], [P.CHECK_12M], _PERSON, Check.DUE, Check.CHECK_IN),
    *_moves([P.CHECK_12M], [P.RENEWED], *_JOB, Ask.EVIDENCE, Check.AFTER_START, _RAILS),
    # A seasonal contract ends before twelve months; nobody is bound to an employer for so long either.
    *_moves(_AT_WORK, [P.RETURN_PLANNED], _PERSON, Check.ABROAD, Check.AFTER_START),
    *_moves([P.RETURN_PLANNED], [P.RETURNED], _PERSON, Check.AFTER_START),
    *_moves(_AT_WORK, [P.CHANGED_EMPLOYER], _PERSON, Check.AFTER_START, closes=True),
    *_moves([P.RETURNED], [P.REINTEGRATED], _PERSON, Check.AFTER_START, closes=True),
    *_moves([*_AT_WORK, P.RETURN_PLANNED, P.RETURNED], [P.ENDED], *_JOB, Check.AFTER_START, closes=True),
    *_moves(sorted(BEFORE_START), [P.CANCELLED], *_JOB, closes=True),
    *_moves([P.CANCELLED], [P.PREPARING], *_JOB, Ask.DECIDED_BY, Check.CONTESTED, Check.PLACE, Check.PARTNERSHIP,
            Check.WAY),
]  # fmt: skip

TABLE: Mapping[CaseKind, Mapping[tuple[str | None, str], Rule]] = {
    kind: {(rule.source, rule.target): rule for rule in rules}
    for kind, rules in (
        (CaseKind.ENROLMENT, _ENROLMENT),
        (CaseKind.PROPOSAL, _PROPOSAL),
        (CaseKind.PLACEMENT, _PLACEMENT),
    )
}
CLOSED: Mapping[CaseKind, frozenset[str]] = {
    CaseKind.ENROLMENT: frozenset({E.NOT_SELECTED, E.FAILED, E.DROPPED, E.TRACK_CHOSEN}),
    CaseKind.PROPOSAL: frozenset({Q.DECLINED, Q.WITHDRAWN}),
    CaseKind.PLACEMENT: frozenset({P.CHANGED_EMPLOYER, P.REINTEGRATED, P.ENDED, P.CANCELLED}),
}
# The person is not told of these: somebody is still thinking.
INTERNAL = frozenset({Q.PROSPECT, E.SCREENED})
HOLDS_SEAT = frozenset(E) - {E.APPLIED, E.SCREENED, E.WAITLISTED, E.NOT_SELECTED, E.DROPPED}
MONTHS = {P.CHECK_3M: 3, P.CHECK_6M: 6, P.CHECK_12M: 12}


def rule_of(kind: CaseKind, source: str | None, target: str) -> Rule | None:
    """The move, None where there is none."""
    return TABLE[kind].get((source, target))


def refusals(
    kind: CaseKind,
    source: str | None,
    target: str,
    who: frozenset[Who],
    given: frozenset[Ask],
    looked: Mapping[Check, Sequence[Guard]],
) -> list[Guard]:
    """All that keeps a case from moving. `looked` holds what was found of each check that the move asks for: one that
    nobody looked at is a KeyError and never a pass."""
    rule = rule_of(kind, source, target)
    if rule is None:
        return [out_of_order(kind, source, target)]
    failed = []
    if not rule.who & who:
        needed = " or ".join(sorted(rule.who))
        failed.append(Guard("WHO_MAY", False, " and ".join(sorted(who)), needed, f"let {needed} do it"))
    failed += [Guard(f"{ask.name}_GIVEN", False, "absent", ask.value, "say it") for ask in sorted(rule.asks - given)]
    for check in sorted(rule.checks):
        failed += [guard for guard in looked[check] if not guard.passed]
    return failed


def out_of_order(kind: CaseKind, source: str | None, target: str) -> Guard:
    """That there is no such move, and which there are."""
    follows = sorted(to for come_from, to in TABLE[kind] if come_from == source)
    needed = " or ".join(follows) or "nothing: it is closed"
    return Guard(f"{kind}_STATUS", False, str(source), needed, f"{target} does not follow")


def closed(kind: CaseKind, status: str) -> bool:
    """Whether a life has ended there."""
    return status in CLOSED[kind]


def told(kind: CaseKind, before: str | None, status: str, by_own_side: bool) -> str | None:
    """The last status that the person may be told: not what is internal, and a closing by the other side only once
    somebody at their own organisation has confirmed it."""
    return before if status in INTERNAL or (closed(kind, status) and not by_own_side) else status


def due(target: str, started: date) -> date:
    """From when a check-in counts: as many whole months after the start, on the last day of a shorter month."""
    return months_after(started, MONTHS[P(target)])


def months_after(started: date, months: int) -> date:
    """That many whole months later, on the last day of a shorter month."""
    year, month = divmod(started.year * 12 + started.month - 1 + months, 12)
    return date(year, month + 1, min(started.day, calendar.monthrange(year, month + 1)[1]))


def link_of(step: NextStepKind, candidate_id: UUID, vacancy_id: UUID | None) -> str | None:
    """Where a next step is taken within this service, None where it is elsewhere."""
    person = f"/v1/candidates/{candidate_id}"
    match step:
        case NextStepKind.PLAN:
            return f"{person}/plans?vacancy={vacancy_id}" if vacancy_id else None
        case NextStepKind.OTHER_VACANCIES:
            return f"{person}/matches"
        case NextStepKind.HOME_TRACK:
            return f"{person}/matches?track=HOME"
        case _:
            return None
