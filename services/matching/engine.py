"""Keeps the in-memory index in step with the tables, exactly and in every worker process.

Each row of openings, candidates, partnerships and capacity uses carries the id of the transaction that wrote it
last. The engine remembers the oldest transaction that was still running at its last look; whatever is written
with that id or a later one may be new to it and is read again, which is harmless since putting a row twice changes
nothing. So a request sees all that was committed before it, whichever process took the write, and no write is
missed because it committed late. Rows that were deleted leave their id in `forgotten`.
"""

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.db import now
from services.matching import snapshots
from services.matching.corridors import Agreement, Used, Uses, access_to, quotas_left, recruitment_of
from services.matching.house import acting_for_the_house
from services.matching.index import Chunk, MatchingIndex
from services.matching.profiles import OPEN, Opening, Rates
from services.matching.recruitment import EMPLOYER, RECRUITER, Directory, Provider
from services.matching.safeguards import Rules
from services.matching.similarity import Taxonomy
from services.matching.translation import candidate_of, opening_of, title_of

_MANY = 100_000  # objects; fewer are looked through in milliseconds
_CHUNK = 200  # rows taken in at one go: some 50 ms in which this process does nothing else
_SINCE = "CAST(CAST(:since AS text) AS xid8)"
_TABLES = ("forgotten", "mobility_rules", "partnerships", "capacity_uses", "openings", "candidates")
# One statement, so that the horizon is that of the snapshot in which the tables were looked at.
_LOOK = text(
    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon, (SELECT etag FROM taxonomy_snapshots) AS etag, "  # noqa: S608
    + ", ".join(f"EXISTS (SELECT 1 FROM {table} WHERE changed_xid >= {_SINCE}) AS {table}" for table in _TABLES)  # noqa: S608
)
_CHANGED = {
    table: text(
        f"SELECT {columns} FROM {table} WHERE changed_xid >= {_SINCE}"  # noqa: S608
        " AND (changed_xid, id) > (CAST(CAST(:xid AS text) AS xid8), :id) ORDER BY changed_xid, id LIMIT :chunk"
    )
    for table, columns in {
        "forgotten": "id, changed_xid::text AS xid",
        "mobility_rules": "id, kind, data, changed_xid::text AS xid",
        "partnerships": "id, data, changed_xid::text AS xid",
        "openings": "id, data, changed_xid::text AS xid",
        "candidates": "*, changed_xid::text AS xid",
    }.items()
}
_USES = text(f"SELECT subject_id, corridor, year, used FROM capacity_uses WHERE changed_xid >= {_SINCE}")  # noqa: S608
_SNAPSHOT = text("SELECT etag, body FROM taxonomy_snapshots")
_ETAG = text("SELECT etag FROM taxonomy_snapshots")
_NO_ID = UUID(int=0)
_BEGINNING = "0"
_STATE = (
    "_etag",
    "taxonomy",
    "index",
    "agreements",
    "rules",
    "_offers",
    "_offered_to",
    "uses",
    "directory",
    "_since",
    "day",
)


@dataclass(slots=True)
class _Offer:
    """An opening as published, its titles, and what the index was told of all that others decide."""

    published: Opening
    titles: dict[str, str]
    told: tuple[Any, ...] = ()


class Engine:
    """What this process knows: taxonomy, partnerships, openings, and the index over openings and candidates."""

    def __init__(self, rates: Rates) -> None:
        self.rates = rates
        self._lock, self._batch = asyncio.Lock(), asyncio.Lock()
        self.forget()

    def forget(self) -> None:
        """Begin with nothing; the next refresh reads everything again."""
        self._etag: str | None = None
        self._begin(snapshots.NONE)

    def _begin(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.index = MatchingIndex(taxonomy, rates=self.rates)
        self.agreements: dict[UUID, Agreement] = {}
        self.rules = Rules()
        self._offers: dict[UUID, _Offer] = {}
        self._offered_to: dict[UUID, set[UUID]] = {}
        self.uses = Uses()
        self.directory = Directory()
        self._since = _BEGINNING
        self.day = now().date()

    @property
    def used(self) -> Used:
        """Places taken, by vacancy or by partnership, corridor and year."""
        return self.uses.of

    @property
    def year(self) -> int:
        """Of which quotas are counted."""
        return self.day.year

    def published(self, id: UUID) -> Opening | None:
        """The opening as its event has it, without what changes with others: quick to ask for thousands."""
        offer = self._offers.get(id)
        return offer.published if offer else None

    def opening(self, id: UUID) -> Opening | None:
        """The opening with its parties, places and quota as they stand."""
        offer = self._offers.get(id)
        return self._as_it_stands(offer) if offer else None

    def opening_within(self, id: UUID, agreement: Agreement) -> Opening | None:
        """The opening as it stands, with the rules of this partnership alone."""
        opening = self.opening(id)
        return replace(opening, access=(access_to(agreement, opening, self.rules, self.rates),)) if opening else None

    def title(self, id: UUID, language: str) -> str:
        """Title of a known opening."""
        return title_of(self._offers[id].titles, language)

    def offered_to(self, organisation: UUID) -> Iterator[Opening]:
        """Openings offered to active partnerships of `organisation`, in order of id. One at a time: how each stands
        takes a while to work out, and few need all."""
        ids = {
            id
            for agreement in self.agreements.values()
            if agreement.active and organisation in agreement.parties
            for id in self._offered_to.get(agreement.id, ())
        }
        return (self._as_it_stands(self._offers[id]) for id in sorted(ids))

    def offered_in(self, partnership: UUID) -> list[UUID]:
        """Openings offered to a partnership, in order of id."""
        return sorted(self._offered_to.get(partnership, ()))

    def agreements_of(self, ids: Any) -> list[Agreement]:
        """The known partnerships among `ids`."""
        return [self.agreements[id] for id in sorted(ids) if id in self.agreements]

    async def refresh(self, session: AsyncSession) -> None:
        """Take in what was committed since the last look. To be called before the caller writes anything: its own
        uncommitted rows would stay here even if they are rolled back."""
        async with self._lock, acting_for_the_house(session):
            look = (await session.execute(_LOOK, {"since": self._since})).one()
            if look.etag != self._etag or self.year != now().year:  # quotas are counted by the calendar year
                await self._renew(session)
            else:
                if self.day != now().date():  # licences and measures end by themselves
                    self.day = now().date()
                    self._index_again()
                with _collector_paused() if self._since == _BEGINNING else nullcontext():
                    await self._take(session, look)
                self._since = look.horizon

    async def _renew(self, session: AsyncSession) -> None:
        """Build a second state beside the one in use, which takes its place when it is whole: who is past their
        refresh must not find an empty index."""
        fresh = Engine(self.rates)
        row = (await session.execute(_SNAPSHOT)).one_or_none()
        # In a thread: all of ESCO takes a while to unpack.
        await asyncio.to_thread(lambda: fresh._begin(snapshots.read(row.body) if row else snapshots.NONE))
        fresh._etag = row.etag if row else None
        look = (await session.execute(_LOOK, {"since": _BEGINNING})).one()
        with _collector_paused():
            await fresh._take(session, look)
        fresh._since = look.horizon
        for name in _STATE:
            setattr(self, name, getattr(fresh, name))

    async def _take(self, session: AsyncSession, look: Row[Any]) -> None:
        """Read what the look found to be new, in the order in which one depends on the other."""
        if look.forgotten:
            await self._forget_rows(session)
        if look.mobility_rules:
            await self._take_rules(session)
        if look.partnerships:
            await self._take_agreements(session)
        if look.capacity_uses:
            await self._take_uses(session)
        if look.openings:
            async for row in self._changed(session, "openings"):
                self._put(row.id, row.data)
        if look.candidates:
            async for row in self._changed(session, "candidates"):
                self.index.put_candidate(candidate_of(row))
        if self.index.is_due():
            self.index.settle()
            await asyncio.to_thread(self.index.prepare)

    async def rank_all(self, limit: int) -> list[Chunk]:
        """The best `limit` openings that pass for every candidate, as of now. One such batch at a time, in threads that
        leave a core to requests."""
        async with self._batch:
            for _ in self.index.look_up(now().date()):
                await asyncio.sleep(0)
            chunks = self.index.rank_all(now().date(), limit, max(1, (os.cpu_count() or 1) - 1))
            return await asyncio.to_thread(list, chunks)

    async def refresh_taxonomy(self, session: AsyncSession) -> None:
        """For those who need nothing but the taxonomy: a look, and the whole refresh only when there is a new one."""
        if await session.scalar(_ETAG) != self._etag:
            await self.refresh(session)

    async def _changed(self, session: AsyncSession, table: str) -> AsyncIterator[Any]:
        """Rows written since the last look, in chunks between which other work of this process may go on."""
        place: dict[str, Any] = {"since": self._since, "xid": "0", "id": _NO_ID, "chunk": _CHUNK}
        while True:
            rows = (await session.execute(_CHANGED[table], place)).all()
            for row in rows:
                yield row
            if len(rows) < _CHUNK:
                return
            place |= {"xid": rows[-1].xid, "id": rows[-1].id}

    async def _forget_rows(self, session: AsyncSession) -> None:
        # Before the others: a copy that was rebuilt under the same id comes back with its new row.
        async for row in self._changed(session, "forgotten"):
            self.index.remove_candidate(row.id)
            self.index.remove_opening(row.id)
            self.agreements.pop(row.id, None)
            self.rules.forget(row.id)
            self.directory.forget(row.id)
            self._withdraw(row.id)

    def _withdraw(self, id: UUID) -> None:
        offer = self._offers.pop(id, None)
        for partnership in offer.published.partnership_ids if offer else ():
            self._offered_to[partnership].discard(id)

    async def _take_agreements(self, session: AsyncSession) -> None:
        moved = False
        async for row in self._changed(session, "partnerships"):
            agreement = Agreement.of(row.id, row.data)
            if self.agreements.get(row.id) != agreement:
                self.agreements[row.id] = agreement
                moved |= self.rules.put_corridors(row.id, {(c.origin, c.destination) for c in agreement.corridors})
                for id in self._offered_to.get(row.id, ()):
                    self._index(self._offers[id])
        if moved:
            self._index_again()  # its safeguards bind all that is offered along its corridors

    async def _take_rules(self, session: AsyncSession) -> None:
        async for row in self._changed(session, "mobility_rules"):
            if row.kind == RECRUITER:
                self.directory.put(row.id, Provider.of(row.data))
            elif row.kind == EMPLOYER:
                self.directory.put_organisation(row.id, row.data)
            else:
                self.rules.put(row.id, row.kind, row.data)
        self._index_again()

    def _index_again(self) -> None:
        for offer in self._offers.values():
            # Rules change seldom; what each opening makes of them is worked out again, and indexed where it differs.
            if offer.told != _told(self._as_it_stands(offer)):
                self._index(offer)

    async def _take_uses(self, session: AsyncSession) -> None:
        for use in await session.execute(_USES, {"since": self._since}):
            if not self.uses.put(use.subject_id, use.corridor, use.year, use.used):
                continue
            if self._counts_for_others(use.subject_id):
                self._index_again()
            if offer := self._offers.get(use.subject_id):
                self._index(offer)
            for id in self._offered_to.get(use.subject_id, ()):
                # A quota matters to the index only where it runs out or comes back.
                offer = self._offers[id]
                if offer.told != _told(self._as_it_stands(offer)):
                    self._index(offer)

    def _counts_for_others(self, id: UUID) -> bool:
        """Whether who comes under a partnership uses up the quota of a scheme that others use too."""
        corridors = self.agreements[id].corridors if id in self.agreements else ()
        laws = (law for each in corridors for law in self.rules.leading(each.pathway, each.destination))
        return any(law.quota is not None for law in laws)

    def _put(self, id: UUID, data: dict[str, Any]) -> None:
        self._withdraw(id)
        offer = self._offers[id] = _Offer(opening_of(data, self.rates), data["title"])
        for partnership in offer.published.partnership_ids:
            self._offered_to.setdefault(partnership, set()).add(id)
        self._index(offer)

    def _index(self, offer: _Offer) -> None:
        opening = self._as_it_stands(offer)
        offer.told = _told(opening)
        if opening.status == OPEN:
            self.index.put_opening(opening)
        else:
            self.index.remove_opening(opening.id)

    def _as_it_stands(self, offer: _Offer) -> Opening:
        opening = offer.published
        agreements = [a for a in self.agreements_of(opening.partnership_ids) if a.active]
        parties = frozenset[UUID]().union(*(agreement.parties for agreement in agreements))
        quotas = quotas_left(self.agreements, opening, self.rules, self.uses, self.year)
        employer = opening.organisation_id
        return replace(
            opening,
            parties=parties,
            places_left=max(0, opening.places - self.used.get((opening.id, "", 0), 0)),
            quotas={origin: quota.left for origin, quota in quotas.items()},
            quota_of={origin: quota.of for origin, quota in quotas.items()},
            employer=self.directory.standing(employer, employer in parties, self.day),
            recruitment=recruitment_of(agreements, self.directory, self.day),
            access=tuple(access_to(agreement, opening, self.rules, self.rates) for agreement in agreements),
        )


def _told(opening: Opening) -> tuple[Any, ...]:
    """What the index must hear of when it changes: full quotas, not every place taken of one."""
    return opening.full, opening.access, opening.employer.good, opening.recruitment.fee_free


@contextmanager
def _collector_paused() -> Iterator[None]:
    """A cold load makes a million objects, all of which stay. Looking through them again and again for garbage would
    take a third of its time and hold everything up for a quarter of a second each time; afterwards for more than a
    second at 100,000 openings, whenever a full collection is due. So they are set aside."""
    gc.disable()
    try:
        yield
    finally:
        if gc.get_count()[0] > _MANY:  # made since collecting was paused
            gc.freeze()
        gc.enable()
