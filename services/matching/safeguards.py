"""What lets a partnership recruit for a job abroad: the origin's safeguard, the joint decision and the legal pathway.

`Rules` holds what the registry published; `Rules.access` works out, once an opening and partnership, all that bears on
it, so that a ranking looks up an answer an origin and day. Dates are compared at the question, so that what expires
does so by itself. None of this is a list of persons: it limits what the partnership does. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from services.contracts.safeguards import HEALTH_GROUPS, RATIO, STRICTNESS, default_mode
from services.contracts.vocabulary import SafeguardMode

SAFEGUARD, DECISION, PATHWAY = "SAFEGUARD", "DECISION", "PATHWAY"
ANYWHERE = ""  # a pathway that is open to all origins
OPEN, BLOCKED = STRICTNESS.index(SafeguardMode.OPEN), STRICTNESS.index(SafeguardMode.BLOCKED)


class Limit(NamedTuple):
    """A safeguard for an occupation of `origin`."""

    origin: str
    mode: str
    valid_from: date
    expires_on: date
    ratio: float
    away_cap: int | None


class Decision(NamedTuple):
    """A signed joint decision; `mode` is BLOCKED when it closes the away track. Of two that came into force on one day
    the later holds, which has the greater id."""

    origin: str
    mode: str
    in_force_on: date
    expires_on: date
    ratio: float
    id: UUID = UUID(int=0)


class Pathway(NamedTuple):
    """A legal pathway for people from `origin`; both days belong to it."""

    origin: str
    key: str
    valid_from: date
    valid_to: date


class Ruling(NamedTuple):
    """What holds for one origin on one day. `strictness` is a place in STRICTNESS, `why` is for people to read."""

    strictness: int
    pathway: Pathway | None
    ratio: float
    why: str
    limit: Limit | None

    @property
    def mode(self) -> SafeguardMode:
        return STRICTNESS[self.strictness]


@dataclass(frozen=True, slots=True)
class Access:
    """All that bears on an opening within one partnership. `health` is its ISCO-08 minor group if that is one of
    health workers, else "": openings of one kind share one value, which keeps the index small."""

    health: str = ""
    limits: tuple[Limit, ...] = ()
    decisions: tuple[Decision, ...] = ()
    pathways: tuple[Pathway, ...] = ()

    def ruling(self, origin: str, today: date) -> Ruling:
        """What holds for people from `origin` today. A decision that has expired opens nothing."""
        limits = [each for each in self.limits if each.origin == origin and each.valid_from <= today <= each.expires_on]
        limit = max(limits, key=lambda each: each.valid_from, default=None)
        mode: str = limit.mode if limit else default_mode(origin, self.health)
        ratio = max(limit.ratio if limit else 0.0, RATIO.get(SafeguardMode(mode), 0.0))
        why = "safeguard of the origin" if limit else "default where no safeguard is in force"
        strictness = STRICTNESS.index(SafeguardMode(mode))
        decided = [each for each in self.decisions if each.origin == origin]
        if decided:
            last = max(decided, key=lambda each: (each.in_force_on, each.id))
            decided_mode, reason = last.mode, "joint decision"
            if last.expires_on < today:
                decided_mode, reason = SafeguardMode.BLOCKED.value, f"joint decision expired on {last.expires_on}"
            if STRICTNESS.index(SafeguardMode(decided_mode)) > strictness:
                strictness, why = STRICTNESS.index(SafeguardMode(decided_mode)), reason
            ratio = max(ratio, last.ratio)
        open_to = [each for each in self.pathways if each.origin in (origin, ANYWHERE)]
        pathway = max(open_to, key=lambda each: (each.valid_from <= today, each.valid_to, each.key), default=None)
        return Ruling(strictness, pathway, ratio, why, limit)


def ruling(access: tuple[Access, ...], origin: str, today: date) -> Ruling:
    """Of the partnerships an opening is offered to, the one that admits most."""
    rulings = [each.ruling(origin, today) for each in access or (Access(),)]
    return min(rulings, key=lambda each: (each.strictness, each.pathway is None, _last(each.pathway)))


def _last(pathway: Pathway | None) -> int:
    return -pathway.valid_to.toordinal() if pathway else 0


@dataclass(slots=True)
class Rules:
    """What the registry published, by where it is looked up."""

    limits: dict[tuple[UUID, str], dict[UUID, Limit]] = field(default_factory=dict)
    decisions: dict[tuple[UUID, str, str], dict[UUID, Decision]] = field(default_factory=dict)
    pathways: dict[tuple[str, str], dict[UUID, list[Pathway]]] = field(default_factory=dict)

    def put(self, id: UUID, kind: str, data: Mapping[str, Any]) -> None:
        """Take in the data of an event."""
        if kind == SAFEGUARD:
            limit = Limit(
                data["origin"],
                data["mode"],
                date.fromisoformat(data["valid_from"]),
                date.fromisoformat(data["expires_on"]),
                data.get("ratio") or 0.0,
                data.get("away_cap"),
            )
            self.limits.setdefault((UUID(data["partnership_id"]), data["isco08_minor"]), {})[id] = limit
        elif kind == DECISION and data["in_force_on"] is not None:  # before both have signed it says nothing
            decision = Decision(
                data["origin"],
                data["mode"] if data["away_open"] else SafeguardMode.BLOCKED.value,
                date.fromisoformat(data["in_force_on"]),
                date.fromisoformat(data["expires_on"]),
                data.get("ratio") or 0.0,
                id,
            )
            key = (UUID(data["partnership_id"]), data["destination"], data["isco08"])
            self.decisions.setdefault(key, {})[id] = decision
        elif kind == PATHWAY:
            first, last = date.fromisoformat(data["valid_from"]), data.get("valid_to")
            until = date.fromisoformat(last) if last else date.max
            open_to = [Pathway(origin, data["key"], first, until) for origin in data["origins"] or (ANYWHERE,)]
            self.pathways.setdefault((data["key"], data["destination"]), {})[id] = open_to

    def forget(self, id: UUID) -> None:
        """Leave out what a record said; unknown ids are nothing to forget."""
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
        return Access(
            isco08[:3] if isco08[:3] in HEALTH_GROUPS else "",
            tuple(sorted(self.limits.get((partnership, isco08[:3]), {}).values(), key=repr)),
            tuple(sorted(self.decisions.get((partnership, country, isco08), {}).values())),
            tuple(sorted(pathways)),
        )

    def _leading(self, key: str | None, country: str) -> list[Pathway]:
        return [each for found in self.pathways.get((key or "", country), {}).values() for each in found]
