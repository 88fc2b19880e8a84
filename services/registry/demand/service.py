"""Taking in demand, line by line, and summing it up."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Float, Select, and_, cast, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import DemandKind, MandateScope, ReuseLevel, ShortageCause
from services.kit import tables
from services.kit.auth import Principal
from services.kit.bulk import Row, RowError, RowStatus
from services.kit.errors import FieldError
from services.kit.records import found
from services.registry.demand.schemas import (
    ConceptSuggestion,
    DemandGroup,
    DemandIn,
    DemandResult,
    DemandSummary,
    ResponseMix,
)
from services.registry.models.concepts import Alike, alike, concept_errors, unknown_among
from services.registry.models.demand import DemandForecast
from services.registry.models.mandates import NEEDED, mandates_of
from services.registry.models.partnerships import Partnership
from services.registry.models.sharing import hold_parties
from services.registry.models.taxonomy import ACTIVE, Skill, skills_of_occupations

_CROSS_DISCIPLINARY = {ReuseLevel.TRANSVERSAL, ReuseLevel.CROSS_SECTOR}
_RESPONSES = tuple(ResponseMix.model_fields)
# Two batches of one organisation would each insert the line that both bring.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('demand ' || :organisation, 0))")
_READERS: dict[str, Any] = {
    **dict.fromkeys(("persons", "year", "quarter", *(f"response_mix.{name}" for name in _RESPONSES)), tables.whole),
    "skills": lambda cell: [{"uri": uri} for uri in tables.several(cell)],
}


def fields(row: dict[str, str]) -> dict[str, Any]:
    """A row of a table as `DemandIn` takes it: `response_mix.upskilling`; skill URIs separated by bars."""
    return tables.nested(row, _READERS)


class _Facts:
    """What the checks of all lines need, read with as many statements for many lines as for one."""

    own: set[UUID]
    mandates: dict[UUID, UUID]
    unknown: dict[str, list[str]]
    skills: dict[str, Skill]
    occupations: dict[str, float]
    alike: dict[str, dict[str, list[Alike]]]


async def _facts(session: AsyncSession, principal: Principal, lines: Sequence[DemandIn]) -> _Facts:
    facts = _Facts()
    facts.own = await hold_parties(session, principal.tenant, {line.partnership_id for line in lines})
    employers = {line.employer_id for line in lines if line.employer_id} - {principal.acts_for}
    facts.mandates = await mandates_of(session, principal.acts_for, employers, MandateScope.SUBMIT_DEMAND)
    facts.unknown = await unknown_among(session, {value for line in lines for value in _named(line).values()})
    uris = {skill.uri for line in lines for skill in line.skills if skill.uri}
    query = select(Skill).where(Skill.taxonomy_id == ACTIVE, Skill.uri.in_(uris))
    facts.skills = {skill.uri: skill for skill in await session.scalars(query)}
    bare = {line.esco_uri for line in lines if line.esco_uri and not line.skills}
    facts.occupations = {k: v.green_share for k, v in (await skills_of_occupations(session, bare)).items()}
    wanted: dict[str, list[str]] = {"skill": [], "occupation": []}
    for line in lines:
        for _, kind, label in _unclear(line, facts.unknown):
            wanted[kind].append(label)
    facts.alike = {kind: await alike(session, kind, labels) for kind, labels in wanted.items()}
    return facts


def _named(line: DemandIn) -> dict[str, str]:
    named = {f"/skills/{place}/uri": skill.uri for place, skill in enumerate(line.skills) if skill.uri}
    named["/isco08"] = line.isco08
    return named | ({"/esco_uri": line.esco_uri} if line.esco_uri else {})


def _unclear(line: DemandIn, unknown: dict[str, list[str]]) -> Iterator[tuple[str, str, str]]:
    """Pointer, kind and label of what a label may explain: URIs that are absent or unknown."""
    for place, skill in enumerate(line.skills):
        if skill.label and (skill.uri is None or skill.uri in unknown):
            yield f"/skills/{place}/uri", "skill", skill.label
    if line.occupation_label and line.esco_uri in {None, *unknown}:
        yield "/esco_uri", "occupation", line.occupation_label


def _errors(line: DemandIn, facts: _Facts, caller: UUID) -> list[FieldError]:
    errors = concept_errors(_named(line), facts.unknown)
    errors += [
        FieldError(f"/skills/{place}/uri", "not_a_concept", "Choose an ESCO skill; see suggestions.")
        for place, skill in enumerate(line.skills)
        if skill.uri is None
    ]
    if line.partnership_id not in facts.own:
        message = "No partnership that your organisation is a party to has this id."
        errors.append(FieldError("/partnership_id", "not_a_party", message))
    if line.employer_id and line.employer_id != caller and line.employer_id not in facts.mandates:
        errors.append(FieldError("/employer_id", "mandate_needed", NEEDED))
    return errors


def _warnings(line: DemandIn) -> list[RowError]:
    mix, pointer = line.response_mix, "/response_mix/international_mobility"
    warnings = []
    if mix and mix.international_mobility == 100:
        message = "All of it is to be met from abroad; the justification is shown to all parties."
        warnings.append(RowError(pointer=pointer, code="mobility_alone", message=message))
    if mix and mix.international_mobility and not mix.working_conditions and line.cause == ShortageCause.CONDITIONS:
        message = "People do not take the job as it is: nothing is planned for its conditions."
        warnings.append(RowError(pointer=pointer, code="conditions_first", message=message))
    return warnings


def _columns(line: DemandIn, facts: _Facts, caller: UUID) -> dict[str, Any]:
    employer = line.employer_id or (None if line.employer_key else caller)
    skills = [facts.skills[skill.uri] for skill in line.skills if skill.uri in facts.skills]
    green = sum(skill.green for skill in skills) / len(skills) if skills else facts.occupations.get(line.esco_uri or "")
    crossing = sum(skill.reuse_level in _CROSS_DISCIPLINARY for skill in skills)
    return line.model_dump(mode="json", exclude={"occupation_label", "partnership_id"}) | {
        "partnership_id": line.partnership_id,
        "employer_id": employer,
        "mandate_id": facts.mandates.get(employer) if employer else None,
        "green_share": green,
        "cross_disciplinary_share": crossing / len(skills) if skills else None,
    }


async def upsert(
    session: AsyncSession, principal: Principal, rows: Sequence[Row[DemandIn]], validate_only: bool
) -> list[DemandResult]:
    """Create or change lines by external_id within a partnership; a line that fails leaves the others alone."""
    caller = principal.acts_for
    await session.execute(_LOCK, {"organisation": str(caller)})
    facts = await _facts(session, principal, [row.value for row in rows if row.value])
    keys = [row.value.external_id for row in rows if row.value]
    mine = and_(DemandForecast.organisation_id == caller, DemandForecast.external_id.in_(keys))
    query = select(DemandForecast).where(mine).with_for_update()
    before = {(line.partnership_id, line.external_id): line for line in await session.scalars(query)}
    written: list[tuple[Row[DemandIn], RowStatus, DemandForecast | None]] = []
    for row in rows:
        if row.value is not None:
            row.errors = _errors(row.value, facts, caller)
        if row.value is None or row.errors or validate_only:
            written.append((row, RowStatus.VALID, None))
            continue
        old = before.get((row.value.partnership_id, row.value.external_id))
        written.append((row, *_write(session, old, _columns(row.value, facts, caller), caller)))
    await session.flush()
    return [_result(row, status, record, facts) for row, status, record in written]


def _write(
    session: AsyncSession, old: DemandForecast | None, columns: dict[str, Any], caller: UUID
) -> tuple[RowStatus, DemandForecast]:
    if old is None:
        record = DemandForecast(organisation_id=caller, **columns)
        session.add(record)
        return RowStatus.CREATED, record
    if all(getattr(old, name) == value for name, value in columns.items()):
        return RowStatus.UNCHANGED, old
    for name, value in columns.items():
        setattr(old, name, value)
    old.touch()
    return RowStatus.UPDATED, old


def _result(row: Row[DemandIn], status: RowStatus, record: DemandForecast | None, facts: _Facts) -> DemandResult:
    plain = row.result(status, record.id if record else None)
    if row.value is None:
        return DemandResult(**plain.model_dump())
    suggestions = [
        ConceptSuggestion(pointer=pointer, uri=each.uri, label=each.label, score=each.score)
        for pointer, kind, label in _unclear(row.value, facts.unknown)
        for each in facts.alike[kind].get(label, [])
    ]
    return DemandResult(**plain.model_dump(), warnings=_warnings(row.value), suggestions=suggestions)


def listed(
    partnership: UUID | None, employer: UUID | None, kind: str | None, isco08: str | None, year: int | None
) -> Select[Any]:
    """Lines the caller may read that match all filters given."""
    query = select(DemandForecast)
    named = {"partnership_id": partnership, "employer_id": employer, "kind": kind, "isco08": isco08, "year": year}
    for name, value in named.items():
        if value is not None:
            query = query.where(getattr(DemandForecast, name) == value)
    return query


async def of_partnership(session: AsyncSession, partnership_id: UUID, kind: str | None) -> Select[Any]:
    """All lines about a partnership. Raises NotFound for whoever may not read it."""
    await found(session, Partnership, partnership_id)
    return listed(partnership_id, None, kind, None, None)


async def get(session: AsyncSession, forecast_id: UUID, as_of: datetime | None = None) -> DemandForecast:
    """Raises NotFound for missing and foreign ones alike."""
    return await found(session, DemandForecast, forecast_id, as_of=as_of)


async def summary(session: AsyncSession, partnership_id: UUID) -> DemandSummary:
    """Sums by employer, occupation, year and kind. Raises NotFound for whoever may not read the partnership."""
    await found(session, Partnership, partnership_id)
    line = DemandForecast
    by = (line.employer_id, line.employer_key, line.isco08, line.year, line.kind)
    shares = [
        func.coalesce(func.sum(line.persons * cast(line.response_mix[name].astext, Float) / 100), 0).label(name)
        for name in _RESPONSES
    ]
    green = func.coalesce(func.sum(line.persons * line.green_share), 0).label("green_persons")
    sums = (func.count().label("lines"), func.sum(line.persons).label("persons"), green, *shares)
    query = select(*by, *sums).where(line.partnership_id == partnership_id, line.persons > 0).group_by(*by)
    rows = (await session.execute(query.order_by(line.year, line.isco08, line.employer_id, line.employer_key))).all()
    groups = [
        DemandGroup(
            employer_id=row.employer_id,
            employer_key=row.employer_key,
            isco08=row.isco08,
            year=row.year,
            kind=DemandKind(row.kind),
            lines=row.lines,
            persons=row.persons,
            green_persons=round(row.green_persons, 2),
            by_response={name: round(getattr(row, name), 2) for name in _RESPONSES},
        )
        for row in rows[: tables.MAX_ROWS]
    ]
    persons = sum(group.persons for group in groups if group.kind == DemandKind.FORECAST)
    return DemandSummary(partnership_id=partnership_id, persons=persons, groups=groups)
