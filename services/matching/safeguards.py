"""What lets a partnership recruit for a job abroad: the origin's safeguard, the joint decision and the legal pathway.

`Rules` holds what the registry published; `Rules.access` works out, once an opening and partnership, all that bears on
it, so that a ranking looks up an answer an origin and day. Dates are compared at the question, so that what expires
does so by itself. None of this is a list of persons: it limits what the partnership does. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Any, NamedTuple
from uuid import UUID

from services.contracts.safeguards import HEALTH_GROUPS, RATIO, STRICTNESS, default_mode, stricter
from services.contracts.vocabulary import OriginEmployment, SafeguardMode

SAFEGUARD, DECISION, PATHWAY = "SAFEGUARD", "DECISION", "PATHWAY"
ANYWHERE = ""  # a pathway that is open to all origins
OPEN, _, PROTECTED, BLOCKED = range(len(STRICTNESS))  # places in STRICTNESS


class Limit(NamedTuple):
    """A safeguard that a partnership keeps for an occupation of `origin`. A `mode` looser than `default` was agreed
    to in return for something: it holds until `loose_until`, the last day of the agreement that says so (None: without
    an end), then the default does."""

    origin: str
    mode: str
    valid_from: date
    expires_on: date
    ratio: float
    away_cap: int | None
    partnership: UUID = UUID(int=0)
    default: str | None = None
    loose_until: date | None = None

    def on(self, today: date) -> SafeguardMode:
        """The mode that holds that day."""
        mode = SafeguardMode(self.mode)
        if self.default is not None and self.loose_until is not None and self.loose_until < today:
            return stricter(mode, self.default)
        return mode


class Decision(NamedTuple):
    """A signed joint decision; `mode` is BLOCKED when it closes the away track. Of two of a partnership that came into
    force on one day the later holds, which has the greater id."""

    origin: str
    mode: str
    in_force_on: date
    expires_on: date
    ratio: float
    id: UUID = UUID(int=0)
    partnership: UUID = UUID(int=0)
    isco08: str = ""


class Pathway(NamedTuple):
    """A legal pathway for people from `origin`; both days belong to it."""

    origin: str
    key: str
    valid_from: date
    valid_to: date


class Ruling(NamedTuple):
    """What holds for one origin on one day. `strictness` is a place in STRICTNESS, `why` is for people to read, `limit`
    is the safeguard in force with the smallest cap."""

    strictness: int
    pathway: Pathway | None
    ratio: float
    why: str
    limit: Limit | None

    @property
    def mode(self) -> SafeguardMode:
        return STRICTNESS[self.strictness]


class Held(NamedTuple):
    """A reason for a mode."""

    mode: SafeguardMode
    ratio: float
    why: str


@dataclass(frozen=True, slots=True)
class Access:
    """All that bears on an opening within one partnership. `health` is its ISCO-08 minor group if that is one of
    health workers, else "": openings of one kind share one value, which keeps the index small. `elsewhere` are
    safeguards that other partnerships of the same corridor keep, `decisions` those of all of them: what an origin has
    closed is not offered through a partnership that forgot to say so."""

    health: str = ""
    limits: tuple[Limit, ...] = ()
    decisions: tuple[Decision, ...] = ()
    pathways: tuple[Pathway, ...] = ()
    elsewhere: tuple[Limit, ...] = ()

    def ruling(self, origin: str, today: date) -> Ruling:
        """What holds for people from `origin` today: the strictest of all. A decision that has expired opens
        nothing."""
        own = _in_force(self.limits, origin, today)
        others = _in_force(self.elsewhere, origin, today)
        held = [_of_limit(each, today, "safeguard of the origin") for each in own] or [_default(origin, self.health)]
        held += [_of_limit(each, today, "safeguard of the origin in another partnership") for each in others]
        held += _decided([each for each in self.decisions if each.origin == origin], today)
        strictest = max(held, key=lambda each: STRICTNESS.index(each.mode))
        ratio = max(RATIO.get(strictest.mode, 0.0), *(each.ratio for each in held))
        open_to = [each for each in self.pathways if each.origin in (origin, ANYWHERE)]
        pathway = max(open_to, key=lambda each: (each.valid_from <= today, each.valid_to, each.key), default=None)
        capped = [each for each in (*own, *others) if each.away_cap is not None]
        limit = min(capped, key=lambda each: (each.away_cap or 0, each.partnership), default=own[0] if own else None)
        return Ruling(STRICTNESS.index(strictest.mode), pathway, ratio, strictest.why, limit)


def _in_force(limits: tuple[Limit, ...], origin: str, today: date) -> list[Limit]:
    """Of each partnership the safeguard that began last, of those that hold today."""
    last: dict[UUID, Limit] = {}
    for each in sorted(limits, key=lambda limit: (limit.partnership, limit.valid_from, limit.mode)):
        if each.origin == origin and each.valid_from <= today <= each.expires_on:
            last[each.partnership] = each
    return list(last.values())


def _of_limit(limit: Limit, today: date, why: str) -> Held:
    mode = limit.on(today)
    if mode != limit.mode:
        why = f"{why}, tightened since the agreement that loosened it ended on {limit.loose_until}"
    return Held(mode, limit.ratio, why)


def _default(origin: str, health: str) -> Held:
    return Held(default_mode(origin, health), 0.0, "default where no safeguard is in force")


def _decided(decisions: list[Decision], today: date) -> list[Held]:
    """Of each partnership and occupation the last decision, as long as it is in force. Where none is left in force for
    an occupation that was decided on, the way is closed until somebody decides again."""
    last: dict[tuple[str, UUID], Decision] = {}
    for each in sorted(decisions, key=lambda decision: (decision.in_force_on, decision.id)):
        last[each.isco08, each.partnership] = each
    held = []
    for code in sorted({code for code, _ in last}):
        found = [each for (of, _), each in sorted(last.items()) if of == code]
        valid = [each for each in found if today <= each.expires_on]
        held += [Held(SafeguardMode(each.mode), each.ratio, "joint decision") for each in valid]
        if not valid:
            ended = max(each.expires_on for each in found)
            why = f"joint decision expired on {ended}"
            held.append(Held(SafeguardMode.BLOCKED, max(each.ratio for each in found), why))
    return held


class Incumbency(IntEnum):
    """Whether somebody holds a post of the public service in an occupation, which PROTECTED asks for. Not to know it is
    taken for a yes that the person may correct."""

    NO = 0
    UNKNOWN = 1
    YES = 2


def incumbency(post: tuple[str | None, frozenset[str]], minor: str) -> Incumbency:
    """For an ISCO-08 minor group. A post is the main employment at origin (None: unknown) and the minor groups of the
    jobs held now (empty: unknown)."""
    employment, held = post
    if employment not in (None, OriginEmployment.PUBLIC_SERVICE) or (held and minor not in held):
        return Incumbency.NO
    return Incumbency.YES if employment and held else Incumbency.UNKNOWN


def ruling(access: tuple[Access, ...], origin: str, today: date) -> Ruling:
    """Of the partnerships an opening is offered to the one that admits most: what binds a corridor binds each."""
    rulings = [each.ruling(origin, today) for each in access or (Access(),)]
    return min(rulings, key=lambda each: (each.strictness, each.pathway is None, _last(each.pathway)))


def _last(pathway: Pathway | None) -> int:
    return -pathway.valid_to.toordinal() if pathway else 0


@dataclass(slots=True)
class Rules:
    """What the registry published, by where it is looked up: safeguards by ISCO-08 minor group, decisions by
    destination and occupation, pathways by key and destination."""

    limits: dict[str, dict[UUID, Limit]] = field(default_factory=dict)
    decisions: dict[tuple[str, str], dict[UUID, Decision]] = field(default_factory=dict)
    pathways: dict[tuple[str, str], dict[UUID, list[Pathway]]] = field(default_factory=dict)
    corridors: dict[UUID, frozenset[tuple[str, str]]] = field(default_factory=dict)

    def put(self, id: UUID, kind: str, data: Mapping[str, Any]) -> None:
        """Take in the data of an event."""
        self.forget(id)
        if kind == SAFEGUARD:
            self.limits.setdefault(data["isco08_minor"], {})[id] = _limit(data)
        elif kind == DECISION and data["in_force_on"] is not None:  # before both have signed it says nothing
            self.decisions.setdefault((data["destination"], data["isco08"]), {})[id] = _decision(id, data)
        elif kind == PATHWAY:
            first, last = date.fromisoformat(data["valid_from"]), data.get("valid_to")
            until = date.fromisoformat(last) if last else date.max
            open_to = [Pathway(origin, data["key"], first, until) for origin in data["origins"] or (ANYWHERE,)]
            self.pathways.setdefault((data["key"], data["destination"]), {})[id] = open_to

    def put_corridors(self, partnership: UUID, corridors: Iterable[tuple[str, str]]) -> bool:
        """Where a partnership leads from and to, whatever its status; whether that is news."""
        before, after = self.corridors.get(partnership), frozenset(corridors)
        self.corridors[partnership] = after
        return before != after

    def forget(self, id: UUID) -> None:
        """Leave out what a record said; unknown ids are nothing to forget."""
        self.corridors.pop(id, None)
        lookups: tuple[dict[Any, dict[UUID, Any]], ...] = (self.limits, self.decisions, self.pathways)
        for lookup in lookups:
            for held in lookup.values():
                held.pop(id, None)

    def access(
        self, partnership: UUID, isco08: str, country: str, own_pathway: str | None, corridors: Mapping[str, str | None]
    ) -> Access:
        """What bears on an opening in `country`. `corridors` are those of the partnership that lead there, from origin
        to the key of its pathway; the opening's own pathway comes before it."""
        pathways = set(self._leading(own_pathway, country))
        for origin, key in corridors.items():
            if own_pathway is None:
                pathways |= {p._replace(origin=origin) for p in self._leading(key, country) if p.origin in ("", origin)}
        limits = sorted(self.limits.get(isco08[:3], {}).values(), key=repr)
        decided = (self.decisions.get((country, isco08[:digits]), {}).values() for digits in (4, 3))
        return Access(
            isco08[:3] if isco08[:3] in HEALTH_GROUPS else "",
            tuple(each for each in limits if each.partnership == partnership),
            tuple(sorted(decision for found in decided for decision in found)),
            tuple(sorted(pathways)),
            tuple(each for each in limits if self._elsewhere(each, partnership, country)),
        )

    def _elsewhere(self, limit: Limit, partnership: UUID, country: str) -> bool:
        """Whether another partnership keeps it for the corridor to `country`."""
        return limit.partnership != partnership and (limit.origin, country) in self.corridors.get(
            limit.partnership, frozenset()
        )

    def _leading(self, key: str | None, country: str) -> list[Pathway]:
        return [each for found in self.pathways.get((key or "", country), {}).values() for each in found]


def _limit(data: Mapping[str, Any]) -> Limit:
    until = data.get("loose_until")
    return Limit(
        data["origin"],
        data["mode"],
        date.fromisoformat(data["valid_from"]),
        date.fromisoformat(data["expires_on"]),
        data.get("ratio") or 0.0,
        data.get("away_cap"),
        UUID(data["partnership_id"]),
        data.get("default_mode"),
        date.fromisoformat(until) if until else None,
    )


def _decision(id: UUID, data: Mapping[str, Any]) -> Decision:
    return Decision(
        data["origin"],
        data["mode"] if data["away_open"] else SafeguardMode.BLOCKED.value,
        date.fromisoformat(data["in_force_on"]),
        date.fromisoformat(data["expires_on"]),
        data.get("ratio") or 0.0,
        id,
        UUID(data["partnership_id"]),
        data["isco08"],
    )
