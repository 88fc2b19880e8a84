"""Links partners' texts to the taxonomy in force: their confirmed mappings first, then by likeness."""

import asyncio
import ctypes
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from sqlalchemy import any_, cast, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import ConceptKind, LabelKind, LinkStatus
from services.kit import tenancy
from services.kit.auth import Principal
from services.kit.db import Database
from services.kit.errors import NotFound, Unavailable
from services.kit.languages import DEFAULT
from services.registry.models.mappings import TaxonomyMapping
from services.registry.models.taxonomy import ConceptLabel, IscoGroup, Occupation, Skill, TaxonomyVersion
from services.registry.taxonomy import mappings
from services.registry.taxonomy.linking.linker import LEAD, MATCH, UNSURE, Candidate, Linker, Query
from services.registry.taxonomy.linking.names import About, Named
from services.registry.taxonomy.resolve_schemas import (
    ContextIn,
    LinkOut,
    LinkReasonOut,
    ResolvedOut,
    ResolveIn,
    ResolveOut,
    TextIn,
    ThresholdsOut,
)

log = structlog.get_logger()

_PATIENCE = 3.0  # seconds that a request waits for an index that is being made
_AT_ONCE = 2  # requests that are linked at a time; each takes a thread
_ROWS = 2000
_CHUNK = 25  # texts between two looks at whether anybody still waits
# Languages of job advertisements by country, where the taxonomy is held in them.
_SPOKEN: dict[str, tuple[str, ...]] = {
    "BEL": ("nl", "fr"),
    "NLD": ("nl",),
    **dict.fromkeys(("FRA", "LUX", "SEN", "CIV"), ("fr",)),
    **dict.fromkeys(("MAR", "TUN", "DZA", "MRT"), ("fr", "ar")),
    **dict.fromkeys(("EGY", "JOR", "LBN", "SAU", "ARE", "QAT", "IRQ", "SYR", "PSE", "LBY"), ("ar", "en")),
    **dict.fromkeys(("GBR", "IRL", "USA", "CAN", "AUS", "NZL", "IND", "NGA", "KEN", "GHA"), ("en",)),
}


@dataclass(frozen=True, slots=True)
class Held:
    """Linkers of one version of the taxonomy."""

    version: str
    key: tuple[int, datetime]
    by_kind: dict[ConceptKind, Linker]


class Linkers:
    """The linkers of the version in force: made on first use, and again when another version comes into force or this
    one is imported again. Each process holds its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._held: Held | None = None
        self._making: asyncio.Task[Held] | None = None
        self._wanted: tuple[int, datetime] | None = None
        self.turn = asyncio.Semaphore(_AT_ONCE)

    async def current(self) -> Held:
        """Raises NotFound without a taxonomy, Unavailable while the index is being made."""
        columns = select(TaxonomyVersion.id, TaxonomyVersion.imported_at, TaxonomyVersion.version)
        async with self.database.transaction(tenancy.HOUSE) as session:
            active = (await session.execute(columns.where(TaxonomyVersion.active))).one_or_none()
        if active is None:
            raise NotFound("No taxonomy has been imported.", "no_taxonomy")
        key = (active.id, active.imported_at)
        if self._held is None or self._held.key != key:
            if self._making is None or self._wanted != key:
                self._held = None  # two at a time would take twice the memory
                self._wanted, self._making = key, asyncio.create_task(self._make(key, active.version))
            making = self._making
            done, _ = await asyncio.wait({making}, timeout=_PATIENCE)
            if not done:
                raise Unavailable("The index of the taxonomy is being made.", "index_in_making", retry_after=3)
            self._making = None
            self._held = making.result()
        return self._held

    async def _make(self, key: tuple[int, datetime], version: str) -> Held:
        by_kind: dict[ConceptKind, Linker] = {}
        for kind in ConceptKind:
            async with self.database.transaction(tenancy.HOUSE) as session:
                await session.execute(text("SET LOCAL statement_timeout = '60s'"))
                named, about = await _named(session, key[0], kind), await _about(session, key[0], kind)
            by_kind[kind] = await asyncio.to_thread(_index, named, about)
        names = {kind.lower(): len(linker.names) for kind, linker in by_kind.items()}
        log.info("taxonomy_index_made", version=version, **names)
        return Held(version, key, by_kind)


def _index(named: list[Named], about: dict[str, About]) -> Linker:
    linker = Linker(named, about)
    # The index of ESCO in four languages takes 90 MB; making it frees another 110, which glibc keeps unless it is told.
    with suppress(OSError, AttributeError):  # other C libraries
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    return linker


async def _rows(session: AsyncSession, statement: Any) -> list[Any]:
    """All rows, a part at a time, so that other requests get their turn between."""
    found: list[Any] = []
    async for part in (await session.stream(statement)).partitions(_ROWS):
        found.extend(part)
    return found


async def _named(session: AsyncSession, taxonomy_id: int, kind: ConceptKind) -> list[Named]:
    columns = select(ConceptLabel.uri, ConceptLabel.language, ConceptLabel.label, ConceptLabel.alternatives)
    of_kind = columns.where(ConceptLabel.taxonomy_id == taxonomy_id, ConceptLabel.kind == kind.lower())
    return [Named(*row) for row in await _rows(session, of_kind)]


async def _about(session: AsyncSession, taxonomy_id: int, kind: ConceptKind) -> dict[str, About]:
    if kind is ConceptKind.SKILL:
        skills = select(Skill.uri, Skill.description).where(Skill.taxonomy_id == taxonomy_id)
        return {uri: About(text=description) for uri, description in await _rows(session, skills)}
    groups: dict[str, list[str]] = {}
    labels = (
        select(IscoGroup.code, ConceptLabel.label)
        .join(ConceptLabel, (ConceptLabel.taxonomy_id == IscoGroup.taxonomy_id) & (ConceptLabel.uri == IscoGroup.uri))
        .where(IscoGroup.taxonomy_id == taxonomy_id)
    )
    for code, label in await _rows(session, labels):
        groups.setdefault(code, []).append(label)
    facts = select(Occupation.uri, Occupation.isco08, Occupation.code, Occupation.description)
    return {
        uri: About(isco08, code, " ".join([description, *groups.get(isco08, [])]))
        for uri, isco08, code, description in await _rows(session, facts.where(Occupation.taxonomy_id == taxonomy_id))
    }


async def resolve(linkers: Linkers, principal: Principal, data: ResolveIn) -> ResolveOut:
    """Raises NotFound without a taxonomy, Unavailable while its index is being made.

    Linking takes seconds, so no database connection is held meanwhile.
    """
    held = await linkers.current()
    keys = {mappings.key_of(each.text) for each in data.texts} - {""}
    known: dict[str, list[TaxonomyMapping]] = {}
    async with linkers.database.transaction(principal.tenant) as session:
        for mapping in await mappings.confirmed(session, principal.organisation_id, keys):
            known.setdefault(mapping.folded, []).append(mapping)
    async with linkers.turn:
        found = await _linked(held, data)
    results = [
        _result(each, _confirmed(each, known.get(mappings.key_of(each.text), [])), candidates, data)
        for each, candidates in zip(data.texts, found, strict=True)
    ]
    async with linkers.database.transaction(principal.tenant) as session:
        await _name(session, held.key[0], data.texts, results)
    thresholds = ThresholdsOut(match=MATCH, unsure=UNSURE, lead=LEAD)
    return ResolveOut(taxonomy_version=held.version, thresholds=thresholds, results=results)


class _Asked(NamedTuple):
    """What tells one text from another; a text that is sent twice is linked once."""

    text: str
    language: str | None
    kind: ConceptKind | None


async def _linked(held: Held, data: ResolveIn) -> list[list[LinkOut]]:
    """Candidates of each text. In a thread, and a few texts at a time: when nobody waits any more, the rest is not
    done."""
    texts = [_Asked(each.text, each.language, each.kind) for each in data.texts]
    asked = list(dict.fromkeys(texts))
    done: dict[_Asked, list[LinkOut]] = {}
    for start in range(0, len(asked), _CHUNK):
        chunk = asked[start : start + _CHUNK]
        done |= zip(chunk, await asyncio.to_thread(_link_all, held, chunk, data), strict=True)
    return [done[each] for each in texts]


def _link_all(held: Held, chunk: Sequence[_Asked], data: ResolveIn) -> list[list[LinkOut]]:
    context = data.context or ContextIn()
    spoken = _SPOKEN.get(context.country or "", ())
    most = max(2, data.top_k)  # two, so that a lead can be seen
    found = []
    for each in chunk:
        languages = (primary(each.language),) if each.language else spoken
        links = []
        for kind in (each.kind,) if each.kind else ConceptKind:
            isco08 = context.isco08 if context.isco08 and kind is ConceptKind.OCCUPATION else ""
            linked = held.by_kind[kind].link(Query(each.text, languages, isco08), most)
            links += [_link(candidate, kind) for candidate in linked]
        found.append(sorted(links, key=lambda link: (-link.score, link.uri))[:most])
    return found


def _link(candidate: Candidate, kind: ConceptKind) -> LinkOut:
    return LinkOut(
        uri=candidate.uri,
        kind=kind,
        label=candidate.label,  # until `_name` knows the preferred one
        language=candidate.language,
        score=candidate.score,
        matched_label=candidate.label,
        matched_language=candidate.language,
        matched_kind=LabelKind.PREFERRED if candidate.preferred else LabelKind.ALTERNATIVE,
        reason=[LinkReasonOut(part=part, value=value) for part, value in candidate.parts.items() if value > 0],
    )


def _confirmed(asked: TextIn, known: Sequence[TaxonomyMapping]) -> list[LinkOut]:
    """The concepts that the organisation confirmed for the text, the latest first and each once."""
    links: dict[str, LinkOut] = {}
    for mapping in known:
        if asked.kind not in (None, mapping.kind):
            continue
        if asked.language and primary(asked.language) != primary(mapping.language):
            continue
        links.setdefault(
            mapping.uri,
            LinkOut(
                uri=mapping.uri,
                kind=ConceptKind(mapping.kind),
                label=mapping.text,
                language=primary(mapping.language),
                score=1.0,
                matched_label=mapping.text,
                matched_language=mapping.language,
                matched_kind=LabelKind.CONFIRMED_MAPPING,
                reason=[LinkReasonOut(part="confirmed_mapping", value=1.0)],
            ),
        )
    return list(links.values())


def _result(asked: TextIn, confirmed: list[LinkOut], found: list[LinkOut], data: ResolveIn) -> ResolvedOut:
    own = {link.uri for link in confirmed}
    links = [*confirmed, *(link.model_copy() for link in found if link.uri not in own)]
    return ResolvedOut(
        id=asked.id,
        text=asked.text,
        status=LinkStatus.CONFIRMED if confirmed else _status(found),
        candidates=[link for link in links if link.score >= data.minimum_score][: data.top_k],
    )


def _status(found: list[LinkOut]) -> LinkStatus:
    if not found or found[0].score < UNSURE:
        return LinkStatus.NONE
    lead = found[0].score - found[1].score if len(found) > 1 else 1.0
    return LinkStatus.MATCH if found[0].score >= MATCH and lead >= LEAD else LinkStatus.UNSURE


async def _name(
    session: AsyncSession, taxonomy_id: int, texts: Sequence[TextIn], results: Sequence[ResolvedOut]
) -> None:
    """Put the preferred labels in: in the language of the text, else of the match; in English where there is none."""
    uris = sorted({link.uri for result in results for link in result.candidates})
    labels = select(ConceptLabel.uri, ConceptLabel.language, ConceptLabel.label).where(
        ConceptLabel.taxonomy_id == taxonomy_id, ConceptLabel.uri == any_(cast(literal(uris, ARRAY(TEXT)), ARRAY(TEXT)))
    )
    known = {(uri, language): label for uri, language, label in await session.execute(labels)} if uris else {}
    for asked, result in zip(texts, results, strict=True):
        for link in result.candidates:
            wanted = primary(asked.language) if asked.language else primary(link.matched_language)
            link.language = wanted if (link.uri, wanted) in known else DEFAULT
            link.label = known.get((link.uri, link.language), link.label)


def primary(language: str) -> str:
    """The language of a BCP 47 tag without region or script."""
    return language.partition("-")[0]
