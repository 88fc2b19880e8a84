"""All openings and candidates in memory, with exact scores in both directions.

`scoring.explain` is the definition; `pairs` is the same arithmetic, compiled. This module keeps the rows, works out
what the compiled loops look up, and asks them.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache, partial
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.contracts.safeguards import STRICTNESS
from services.matching import arrangements, holders, kernels
from services.matching.columns import (
    NEAR,
    PASSES,
    REFUSED,
    Asked,
    Best,
    Candidates,
    Flags,
    Floats,
    Found,
    Holders,
    Inverted,
    Kin,
    Openings,
    Room,
    Scratch,
    StandIns,
    Tables,
)
from services.matching.listing import Listing as Listing
from services.matching.listing import Ranked as Ranked
from services.matching.packed import Packed
from services.matching.profiles import Candidate, Opening, Side, in_sectors
from services.matching.rows import NEVER, Rows, day_number
from services.matching.safeguards import BLOCKED, OPEN, PROTECTED, Incumbency, Rates, incumbency, ruling
from services.matching.similarity import Taxonomy
from services.matching.tables import Grid
from services.matching.weights import WeightProfile

_TAIL = 1024  # rows beside an inverted index before it is built again, at least
_CHUNK = 1000  # candidates ranked in one go
_RUN = 65_536  # candidates bounded in one go: their bounds fit into the cache
_PIECE = 50  # answers worked out in one go


class Chunk(NamedTuple):
    """The best openings of some candidates: rows of `best` belong to `candidates`, entries of `best.rows` to
    `openings`; a row is filled up to `best.found`."""

    candidates: list[UUID]
    openings: list[UUID]
    best: Best


class _Stock(NamedTuple):
    """The openings, and how the first of them are arranged: replaced together."""

    openings: Packed[Openings]
    inverted: Inverted


class _People(NamedTuple):
    """The candidates, and who of the first of them holds what."""

    candidates: Packed[Candidates]
    holders: Holders


class _Room(NamedTuple):
    """What one question works in, kept for the next one that it fits."""

    fits: tuple[int, ...]
    scratch: Scratch
    found: Found


class MatchingIndex:
    """Copies of what the database holds. `rates` may be replaced at any time; they are read at each question."""

    def __init__(self, taxonomy: Taxonomy, profile: WeightProfile | None = None, rates: Rates | None = None) -> None:
        self.taxonomy, self.profile, self.rates = taxonomy, profile, rates or {}
        self._rows = Rows(taxonomy, profile)
        self._kin = arrangements.kin(taxonomy)
        self._code, self._value = arrangements.codes(self._rows.worth)
        self._people = self._held(Packed(Candidates))
        self._stock = self._arranged(Packed(Openings))
        self._rooms: list[_Room] = []
        self._today: date | None = None
        self._offered = Grid(lambda organisation, parties: (organisation in parties,), np.bool_)
        self._full = Grid(lambda origins, country: (country in origins,), np.bool_)
        self._met = Grid(lambda wish, sector: (in_sectors({wish}, sector),), np.bool_)
        self._agreed = Grid(lambda limits, job: (limits[1].allow(limits[0], *job),), np.bool_)
        self._incumbency = Grid(lambda post, minor: (incumbency(post, minor),), np.int8)
        self._ways = self._no_ways()

    @property
    def openings(self) -> int:
        return len(self._stock.openings)

    @property
    def candidates(self) -> int:
        return len(self._people.candidates)

    def put_opening(self, opening: Opening) -> None:
        """Adds the opening, or replaces the one with its id."""
        self._stock.openings.put(opening.id, *self._rows.opening(opening))

    def remove_opening(self, id: UUID) -> None:
        """Removes the opening; unknown ids are nothing to remove."""
        self._stock.openings.remove(id)

    def put_candidate(self, candidate: Candidate) -> None:
        """Adds the candidate, or replaces the one with that id."""
        self._people.candidates.put(candidate.id, *self._rows.candidate(candidate))

    def remove_candidate(self, id: UUID) -> None:
        """Removes the candidate; unknown ids are nothing to remove."""
        self._people.candidates.remove(id)

    def settle(self) -> None:
        """Write what waits for it into the arrays: from then on to look at them from any thread only reads."""
        self._stock.openings.columns()
        self._people.candidates.columns()

    def is_due(self) -> bool:
        """Whether `prepare` is worth its while. Until then all answers are right, and slower."""
        return _is_due(self._stock.openings, self._stock.inverted.rows) or _is_due(
            self._people.candidates, self._people.holders.rows
        )

    def prepare(self) -> None:
        """Put all openings into the inverted index and leave out removed rows. Once the index is settled,
        rankings may go on meanwhile in other threads; nothing may be put or removed."""
        self._stock = self._arranged(self._stock.openings.sorted("country", "parties"))
        candidates = self._people.candidates
        self._people = self._held(candidates.sorted() if _mostly_dead(candidates) else candidates)

    def _arranged(self, openings: Packed[Openings]) -> _Stock:
        return _Stock(openings, arrangements.invert(openings.columns(), self._kin, len(self._rows.skills)))

    def _held(self, candidates: Packed[Candidates]) -> _People:
        size, worth = len(self._rows.skills), self._rows.worth
        return _People(candidates, arrangements.hold(candidates.columns(), self._kin, size, worth))

    def list_openings(
        self, candidate: Candidate, today: date, side: Side | None = None, near_misses: bool = True
    ) -> Callable[[], Listing]:
        """What lists all openings offered to the candidate's organisation that pass, and the near misses. Looks at what
        there is now; the work is done when it is called, once, in any thread, and holds no lock."""
        packed, index = self._stock
        one = Packed(Candidates)
        one.put(candidate.id, *self._rows.candidate(candidate))
        c, o = one.columns(), packed.columns()
        tables, asked, alike = self._tables(today, c=c), _asked(side, near_misses), self._kin
        ids, fits = packed.ids, (len(self._rows.skills), len(index.country), index.rows, packed.size)

        def work() -> Listing:
            kept = self._rooms.pop() if self._rooms else None
            room = kept if kept and kept.fits == fits else _Room(fits, self._scratch(index), Found.of(packed.size))
            best = Best.of(1, 0)
            kernels.rank_openings(c, 0, 1, o, index, alike, tables, asked, room.scratch, room.found, best)
            listing = Listing.of(o, ids, room.found, int(best.shown[0]))
            self._rooms.append(room)
            return listing

        return work

    def list_candidates(
        self, opening: Opening, today: date, side: Side | None = None, near_misses: bool = True
    ) -> Callable[[], Listing]:
        """The same for the candidates of the organisations that the opening is offered to."""
        packed, held_by = self._people
        one = Packed(Openings)
        one.put(opening.id, *self._rows.opening(opening))
        c, o = packed.columns(), one.columns()
        tables, asked, ids = self._tables(today, o=o), _asked(side, near_misses), packed.ids
        stand_ins = arrangements.stand_ins(o, 0, self._kin, len(self._rows.skills), held_by)

        def work() -> Listing:
            room, found = Room.of(len(o.skills), len(stand_ins.lists), _RUN), Found.of(len(c.rows))
            count = holders.list_candidates(o, 0, c, held_by, stand_ins, tables, asked, room, found)
            return Listing.of(c, ids, found, count)

        return work

    def number(self, kind: str, value: str) -> int:
        """By which a column names the value; -1 where nothing has it."""
        return self._rows.names(kind).get(value, -1)

    def numbers(self, kind: str, wanted: Callable[[Any], bool]) -> list[int]:
        """The same for all values that are wanted."""
        return [number for value, number in self._rows.names(kind).items() if wanted(value)]

    def holding(self, found: Listing, uri: str) -> Flags:
        """Which of the candidates listed have the skill."""
        mask = np.zeros(len(found), dtype=np.bool_)
        holders.mark_holders(found.source, found.rows, self._rows.skills.get(uri, -1), mask)
        return mask

    def rank_openings(
        self,
        candidate: Candidate,
        today: date,
        limit: int,
        after: Ranked | None = None,
        side: Side | None = None,
        include_near_misses: bool = True,
    ) -> list[Ranked]:
        """The best `limit` openings offered to the candidate's organisation, from behind `after` on."""
        return _first(partial(self.list_openings, candidate, today, side), limit, after, include_near_misses)

    def rank_candidates(
        self,
        opening: Opening,
        today: date,
        limit: int,
        after: Ranked | None = None,
        side: Side | None = None,
        include_near_misses: bool = True,
    ) -> list[Ranked]:
        """The best `limit` candidates of the organisations that the opening is offered to."""
        return _first(partial(self.list_candidates, opening, today, side), limit, after, include_near_misses)

    def look_up(self, today: date) -> Iterator[None]:
        """Work out what `rank_all` looks up, a piece at a time, so that others may have their turn in between."""
        self._turn_to(today)
        movers, access = self._rows.names("mover"), self._rows.names("access")
        for mover in np.unique(self._people.candidates.columns().rows["mover"]).tolist():
            for place in range(len(access)):
                self._ways.fill(movers, access, mover, place)
                if place % _PIECE == 0:
                    yield

    def rank_all(
        self, today: date, limit: int, threads: int = 1, skills_only: bool = False, kin: Kin | None = None
    ) -> Iterator[Chunk]:
        """The best `limit` openings that pass, for every candidate, chunk by chunk in order of row.

        Looks at what there is at the call, and works when it is iterated over, in `threads` threads that hold no lock:
        a removal in between may be seen, nothing else. `skills_only`: by the sum of weight · credit; `kin`: another
        similarity.
        """
        (packed, index), people = self._stock, self._people.candidates
        ids, size = people.ids, people.size
        c, o = people.columns(), packed.columns()
        tables = self._tables(today, movers=np.unique(c.rows["mover"]).tolist())
        asked = _asked(None, False)._replace(skills_only=skills_only)
        alike = kin or self._kin

        def rank(first: int) -> Chunk:
            last = min(first + _CHUNK, size)
            best = Best.of(last - first, limit)
            scratch, found = self._scratch(index), Found.of(len(o.rows))
            kernels.rank_openings(c, first, last, o, index, alike, tables, asked, scratch, found, best)
            return Chunk(ids[first:last], packed.ids, best)

        return _in_threads(rank, range(0, size, _CHUNK), threads)

    def _scratch(self, index: Inverted) -> Scratch:
        groups = len(self._kin.members_at) - 1
        return Scratch.of(len(self._rows.skills), groups, len(index.country), index.rows)

    def _turn_to(self, today: date) -> None:
        """Who may come is asked anew each day."""
        if today != self._today:
            self._today, self._ways = today, self._no_ways()

    def _tables(
        self, today: date, c: Candidates | None = None, o: Openings | None = None, movers: Sequence[int | None] = ()
    ) -> Tables:
        """All that is looked up; for one candidate or one opening only what concerns it is worked out."""
        self._turn_to(today)
        names = self._rows.names
        of = {name: int(c.rows[name][0]) for name in ("organisation", "residence", "mover", "kept")} if c else {}
        fields = ("parties", "full", "access", "isco")
        to = {name: int(o.rows[name][0]) for name in fields} if o else {}
        for mover in movers or (of.get("mover"),):
            ways = self._ways.fill(names("mover"), names("access"), mover, to.get("access"))
        strictness, way_from, way_to, way_min_age, way_max_age = ways
        return Tables(
            today=day_number(today),
            rate=self._rate(),
            offered=self._offered.fill(
                names("organisation"), names("parties"), of.get("organisation"), to.get("parties")
            )[0],
            full=self._full.fill(names("full"), names("country"), to.get("full"), of.get("residence"))[0],
            strictness=strictness,
            way_from=way_from,
            way_to=way_to,
            way_min_age=way_min_age,
            way_max_age=way_max_age,
            agreed=self._agreed_to(c, o),
            incumbency=self._incumbency.fill(names("kept"), names("isco"), of.get("kept"), to.get("isco"))[0],
            admission=_admission(),
            sector_met=self._met.fill(names("wish"), names("sector"))[0],
            code=self._code,
            value=self._value,
        )

    def _agreed_to(self, c: Candidates | None, o: Openings | None) -> Flags:
        """What limits of consent allow; few people set any, and of others nothing is asked."""
        names = self._rows.names
        if c is not None and not c.rows["limited"][0]:
            return self._agreed.arrays[0]
        limits = int(c.details["limits"][0]) if c is not None else None
        employer = int(o.details["employer"][0]) if o is not None else None
        return self._agreed.fill(names("limits"), names("employer"), limits, employer)[0]

    def _no_ways(self) -> Grid:
        return Grid(self._way, np.int8, np.int32, np.int32, np.int32, np.int32)

    def _way(self, mover: Any, access: Any) -> tuple[int, int, int, int, int]:
        """Strictness for such people, first and last day of the pathway, youngest and oldest age. No pathway, or one
        whose demands the job does not meet, is open on no day."""
        assert self._today is not None
        rule = ruling(access, mover, self._today)
        way = rule.pathway
        if way is None or not way.met:
            return rule.strictness, NEVER, 0, 0, 0
        return rule.strictness, day_number(way.valid_from), day_number(way.valid_to), way.min_age, way.max_age

    def _rate(self) -> Floats:
        """Units per euro of each currency; NaN where unknown, so that comparisons with it are false."""
        known = (self.rates.get(str(name)) for name in self._rows.names("currency"))
        return np.array([float(rate) if rate else np.nan for rate in known])


def _in_threads(rank: Callable[[int], Chunk], firsts: range, threads: int) -> Iterator[Chunk]:
    with ThreadPoolExecutor(threads, "ranking") as pool:
        yield from pool.map(rank, firsts)


@cache
def _admission() -> NDArray[np.int8]:
    """H10 by strictness, whether trained by a partnership, and incumbency; `gates.safeguard_gate` says why."""
    table = np.full((len(STRICTNESS), 2, len(Incumbency)), NEAR, dtype=np.int8)
    table[:PROTECTED, 1] = table[PROTECTED, 1, Incumbency.NO] = PASSES
    table[OPEN] = PASSES
    table[PROTECTED, :, Incumbency.YES] = REFUSED
    table[BLOCKED:] = REFUSED
    return table


def warm() -> None:
    """Have the compiled loops ready, from where they are kept or, if need be, by compiling them."""
    index = MatchingIndex(Taxonomy("none", ()))
    c, o = index._people.candidates.columns(), index._stock.openings.columns()
    asked, tables, found = _asked(None, False), index._tables(date.max), Found.of(0)
    stock, people, kin = index._stock.inverted, index._people.holders, index._kin
    kernels.rank_openings(c, 0, 0, o, stock, kin, tables, asked, Scratch.of(1, 1, 1, 1), found, Best.of(1, 1))
    none = np.zeros(0, dtype=np.int32)
    stand_ins = StandIns(none, none, none.astype(np.int8), none, none.astype(np.float32), 0.0)
    holders.list_candidates(o, 0, c, people, stand_ins, tables, asked, Room.of(0, 0, 1), found)
    holders.mark_holders(c, found.rows, 0, found.near)


def _is_due(packed: Packed[Any], arranged: int) -> bool:
    return packed.size - arranged > max(_TAIL, arranged // 4) or _mostly_dead(packed)


def _mostly_dead(packed: Packed[Any]) -> bool:
    return packed.dead > max(_TAIL, packed.size // 2)


def _asked(side: Side | None, near_misses: bool) -> Asked:
    return Asked(NEAR if near_misses else PASSES, False, side != "AWAY", side != "HOME")


def _first(
    listing: Callable[[bool], Callable[[], Listing]], limit: int, after: Ranked | None, near_misses: bool
) -> list[Ranked]:
    """Near misses, which take longer to find, are looked for only where those that pass are too few."""
    if limit < 1:
        return []
    found: list[Ranked] = []
    for near in (False, True) if near_misses else (False,):
        if len(found) < limit:
            listed = listing(near)()
            found = (listed.only(~listed.until(after)) if after else listed).first(limit).ranked()
    return found
