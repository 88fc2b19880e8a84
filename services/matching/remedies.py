"""What a gate says, and what would open it: steps that people read, programmes follow and tests carry out. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, TypeVar

from services.matching.profiles import Candidate, Opening

REMEDIABLE = frozenset({"H02", "H06", "H07", "H08"})
Seen = str | int | float | None
Profile = TypeVar("Profile", Candidate, Opening)


class Step(NamedTuple):
    """One change: who can make it, of which field of the candidate's profile or of the opening, to what. `value` is
    what the field would hold, `to` the part of it that is new, for people and programmes outside."""

    who: Literal["CANDIDATE", "EMPLOYER", "PARTNERSHIP", "AUTHORITY"]
    field: str
    to: str
    value: Any


@dataclass(frozen=True, slots=True)
class Gate:
    """`remedy` is None when the gate is passed, `steps` are then empty. Dates are ISO text, money "amount currency"."""

    code: str
    name: str
    passed: bool
    value: Seen
    threshold: Seen
    remedy: str | None
    remediable: bool
    steps: tuple[Step, ...] = ()


def applied(steps: Iterable[Step], candidate: Candidate, opening: Opening) -> tuple[Candidate, Opening]:
    """The pair as it would be after these steps."""
    for step in steps:
        if step.who == "CANDIDATE":
            candidate = _with(candidate, step)
        else:
            opening = _with(opening, step)
    return candidate, opening


def _with(profile: Profile, step: Step) -> Profile:
    return replace(profile, **{step.field: step.value})


def verdict(
    code: str, name: str, passed: bool, value: Seen, threshold: Seen, remedy: str = "", steps: Iterable[Step] = ()
) -> Gate:
    """A gate whose remediability is that of its code."""
    if passed:
        return Gate(code, name, True, value, threshold, None, code in REMEDIABLE)
    return Gate(code, name, False, value, threshold, remedy, code in REMEDIABLE, tuple(steps))
