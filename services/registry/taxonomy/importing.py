"""Puts an ESCO export into the database: one transaction, all or nothing, and nothing when it is there already."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.registry import TaxonomyActivated
from services.kit import events, tenancy
from services.kit.db import Database, now
from services.kit.languages import DEFAULT
from services.registry.models.taxonomy import (
    BroaderConcept,
    ConceptLabel,
    IscoGroup,
    Occupation,
    OccupationSkill,
    Skill,
    SkillGroup,
    SkillRelation,
    TaxonomySnapshot,
    TaxonomyVersion,
)
from services.registry.taxonomy import snapshot
from services.registry.taxonomy.csvfile import Progress, TaxonomyError
from services.registry.taxonomy.languages import fold
from services.registry.taxonomy.reading import find_gaps, read
from services.registry.taxonomy.records import Kind, Label, Rejected, Taxonomy

_REPORT_EVERY = 5_000  # rows
_MOST_REJECTED = 1_000  # rows named in a report; the counts cover all
_CONCEPTS: dict[Kind, Any] = {
    "skill": Skill.uri,
    "occupation": Occupation.uri,
    "isco_group": IscoGroup.uri,
    "skill_group": SkillGroup.uri,
}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import found and did. `labels` by language: `matched` concepts have one, `missing` ones have none,
    `unmatched` labels have no concept (label files are often of another version)."""

    version: str
    changed: bool
    skills: int
    occupations: int
    isco_groups: int
    skill_groups: int
    green_skills: int
    relations_read: int
    relations_loaded: int
    relations_rejected: int
    labels: dict[str, dict[str, int]]
    rejected: list[dict[str, Any]]  # file, line, reason; the first thousand


async def import_taxonomy(
    database: Database, paths: Sequence[Path], version: str | None = None, on_progress: Progress | None = None
) -> ImportReport:
    """Import a whole export, or label files into the version named (else the active one), and activate it.

    `database` is the registry's, by its runtime role. Files that are there already change nothing. Raises
    TaxonomyError, and changes nothing, when a file is wrong.
    """
    taxonomy = await asyncio.to_thread(read, paths, on_progress, version)
    async with database.transaction(tenancy.HOUSE) as session:
        await session.execute(text("SET LOCAL statement_timeout = '10min'"))
        await session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '10min'"))
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('passerelle.taxonomy'))"))
        target = await _target(session, taxonomy, version)
        languages = {label.language for label in taxonomy.labels} | (set() if taxonomy.labels_only else {DEFAULT})
        changed = not all(target.sources.get(language) == taxonomy.digest for language in languages)
        if changed:
            await _load(session, taxonomy, target, languages, on_progress)
        activated = await _activate(session, target, changed)
        return ImportReport(version=target.version, changed=changed or activated, **target.report)


async def _target(session: AsyncSession, taxonomy: Taxonomy, version: str | None) -> TaxonomyVersion:
    found = select(TaxonomyVersion).where(
        TaxonomyVersion.active
        if taxonomy.labels_only and version is None
        else TaxonomyVersion.version == (version or taxonomy.version)
    )
    target = await session.scalar(found)
    if target is None and taxonomy.labels_only:
        raise TaxonomyError(", ".join(taxonomy.files), None, "labels need the English export, which is not imported")
    if target is None:
        target = TaxonomyVersion(version=taxonomy.version, active=False, sources={}, languages=[], report={})
        target.imported_at = now()
        session.add(target)
        await session.flush()
    return target


async def _load(
    session: AsyncSession,
    taxonomy: Taxonomy,
    target: TaxonomyVersion,
    languages: set[str],
    on_progress: Progress | None,
) -> None:
    copy = _Copy(session, target.id, on_progress)
    if not taxonomy.labels_only:
        for table, columns, rows in _tables(taxonomy):
            await session.execute(delete(table).where(table.taxonomy_id == target.id))
            await copy.into(table, columns, rows)
    concepts: dict[Kind, set[str]] = {
        kind: set(await session.scalars(select(uri).where(uri.class_.taxonomy_id == target.id)))
        for kind, uri in _CONCEPTS.items()
    }
    # Labels of other languages stay, but for concepts that are gone.
    stale = or_(ConceptLabel.language.in_(languages), ConceptLabel.uri.not_in(_known_uris(target.id)))
    await session.execute(delete(ConceptLabel).where(ConceptLabel.taxonomy_id == target.id, stale))
    labels = [label for label in _labels(taxonomy) if label.uri in concepts[label.kind]]
    columns = ("uri", "language", "kind", "label", "alternatives", "folded")
    await copy.into(ConceptLabel, columns, [_label_row(label) for label in labels])
    await session.execute(text("SELECT analyze_taxonomy()"))
    await _describe(session, taxonomy, target, languages, concepts)


def _known_uris(taxonomy_id: int) -> Any:
    each = [select(uri).where(uri.class_.taxonomy_id == taxonomy_id) for uri in _CONCEPTS.values()]
    return each[0].union_all(*each[1:])


def _tables(taxonomy: Taxonomy) -> Iterator[tuple[Any, tuple[str, ...], Sequence[Any]]]:
    """Table, columns and rows, in which the version's id still lacks."""
    t = taxonomy
    skills = [(s.uri, s.type, s.reuse_level, s.green, s.description) for s in t.skills]
    yield Skill, ("uri", "type", "reuse_level", "green", "description"), skills
    occupations = [(o.uri, o.isco08, o.code, o.regulated, o.description) for o in t.occupations]
    yield Occupation, ("uri", "isco08", "code", "regulated", "description"), occupations
    yield IscoGroup, ("code", "uri", "description"), [(g.code, g.uri, g.description) for g in t.isco_groups]
    yield SkillGroup, ("uri", "code", "description"), [(g.uri, g.code, g.description) for g in t.skill_groups]
    yield OccupationSkill, ("occupation", "skill", "essential"), t.relations
    related = {(r.skill, r.related): r for r in t.skill_relations}
    yield SkillRelation, ("skill", "related", "essential"), list(related.values())
    yield BroaderConcept, ("narrower", "broader"), list({*t.broader_skills, *t.broader_occupations})


def _labels(taxonomy: Taxonomy) -> Iterator[Label]:
    for skill in taxonomy.skills:
        yield Label(skill.uri, "skill", DEFAULT, skill.label, skill.alt_labels)
    for occupation in taxonomy.occupations:
        yield Label(occupation.uri, "occupation", DEFAULT, occupation.label, occupation.alt_labels)
    for isco_group in taxonomy.isco_groups:
        yield Label(isco_group.uri, "isco_group", DEFAULT, isco_group.label, [])
    for group in taxonomy.skill_groups:
        yield Label(group.uri, "skill_group", DEFAULT, group.label, group.alt_labels)
    yield from taxonomy.labels


def _label_row(label: Label) -> tuple[Any, ...]:
    folded = "\n".join(map(fold, (label.label, *label.alt_labels)))
    return label.uri, label.language, label.kind, label.label, label.alt_labels, folded


class _Copy:
    """Rows by COPY: six times as fast as statements. Row-level security refuses COPY into its tables, so the rows
    go by a temporary one."""

    def __init__(self, session: AsyncSession, taxonomy_id: int, on_progress: Progress | None) -> None:
        self._session, self._taxonomy_id, self._on_progress = session, taxonomy_id, on_progress

    async def into(self, table: Any, columns: tuple[str, ...], rows: Sequence[Any]) -> None:
        name, listed = table.__tablename__, ", ".join(columns)
        await self._session.execute(
            text(f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT {listed} FROM {name} WITH NO DATA")  # noqa: S608
        )
        connection = await (await self._session.connection()).get_raw_connection()
        driver: Any = connection.driver_connection
        await driver.copy_records_to_table("incoming", records=self._counted(name, rows), columns=columns)
        await self._session.execute(
            text(f"INSERT INTO {name} (taxonomy_id, {listed}) SELECT :id, {listed} FROM incoming"),  # noqa: S608
            {"id": self._taxonomy_id},
        )
        await self._session.execute(text("DROP TABLE incoming"))
        if self._on_progress:
            self._on_progress(name, len(rows), len(rows))

    def _counted(self, name: str, rows: Sequence[Any]) -> Iterable[Any]:
        for number, row in enumerate(rows):
            if self._on_progress and number % _REPORT_EVERY == 0:
                self._on_progress(name, number, len(rows))
            yield row


async def _describe(
    session: AsyncSession,
    taxonomy: Taxonomy,
    target: TaxonomyVersion,
    languages: set[str],
    concepts: dict[Kind, set[str]],
) -> None:
    """Keep what the import found: sources, languages, report and snapshot."""
    matched = select(ConceptLabel.language, func.count()).where(ConceptLabel.taxonomy_id == target.id)
    counts = {row[0]: int(row[1]) for row in await session.execute(matched.group_by(ConceptLabel.language))}
    unmatched = {name: figures["unmatched"] for name, figures in target.report.get("labels", {}).items()}
    unmatched |= dict.fromkeys(languages, 0)
    for gap in find_gaps(taxonomy.labels, dict(concepts), {kind: len(uris) for kind, uris in concepts.items()}):
        unmatched[gap.language] += gap.unknown
    total = sum(map(len, concepts.values()))
    report = dict(target.report)
    if not taxonomy.labels_only:
        report = {name: count for name, count in taxonomy.counts.items() if name != "labels"}
        report["rejected"] = _rejections((*taxonomy.relations_rejected, *taxonomy.other_rejected))
    report["labels"] = {
        language: {"matched": count, "unmatched": unmatched[language], "missing": total - count}
        for language, count in sorted(counts.items())
    }
    target.report, target.languages, target.imported_at = report, sorted(counts), now()
    target.sources = {**target.sources, **dict.fromkeys(languages, taxonomy.digest)}
    await session.flush()


def _rejections(rejected: Sequence[Rejected]) -> list[dict[str, Any]]:
    return [row._asdict() for row in rejected[:_MOST_REJECTED]]


async def _activate(session: AsyncSession, target: TaxonomyVersion, changed: bool) -> bool:
    """Put the version in force and tell it, when it was not or its content is another than before."""
    if changed:
        before = await session.get(TaxonomySnapshot, target.id)
        known = before.etag if before else None
        made = await session.merge(await snapshot.build(session, target))
        changed = made.etag != known
    if target.active and not changed:
        return False
    await session.execute(update(TaxonomyVersion).where(TaxonomyVersion.active).values(active=False))
    target.active = True
    await session.flush()
    counts = {name: target.report[name] for name in ("skills", "occupations")}
    await events.publish(session, (target.version, TaxonomyActivated(version=target.version, **counts)))
    return True
