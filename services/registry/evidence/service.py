"""Evidence for and against, lessons, the practice library, and risks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, any_, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from services.contracts.vocabulary import CausalClaim, EvidenceStrength
from services.kit.auth import Principal
from services.kit.errors import FieldError, Unprocessable
from services.kit.records import found, locked
from services.registry.evidence.schemas import (
    EvidenceItemIn,
    EvidenceItemPatch,
    LessonIn,
    LessonPatch,
    RiskIn,
    RiskPatch,
)
from services.registry.models.attachments import check_document
from services.registry.models.evidence import EvidenceItem, Lesson, Risk
from services.registry.models.membership import PartyRecord, amend, keep, kept, membership, read
from services.registry.models.partnerships import Partnership

Shown = TypeVar("Shown", EvidenceItem, Lesson)
_BY_STRENGTH = list(EvidenceStrength)  # from the weakest to the strongest


async def listed(
    session: AsyncSession, kind: type[PartyRecord], partnership_id: UUID, /, **wanted: object
) -> Select[Any]:
    """All records of this kind about a partnership of the caller's, with these values where given. Raises NotFound."""
    await found(session, Partnership, partnership_id)
    return kept(kind, partnership_id).filter_by(**{name: value for name, value in wanted.items() if value is not None})


async def get(session: AsyncSession, kind: type[Shown], record_id: UUID, as_of: datetime | None = None) -> Shown:
    """A lesson or evidence; of a public one, strangers do not learn the partnership it is about. Raises NotFound."""
    record = await read(session, kind, record_id, as_of)
    if await session.get(Partnership, record.partnership_id) is None:
        set_committed_value(record, "partnership_id", None)
    return record


async def show(session: AsyncSession, principal: Principal, partnership_id: UUID, data: EvidenceItemIn) -> EvidenceItem:
    """New evidence of the caller's."""
    await membership(session, principal, partnership_id)
    await check_document(session, partnership_id, data.document_id)
    return await keep(session, principal, EvidenceItem, partnership_id, data.model_dump())


async def change_evidence(session: AsyncSession, item_id: UUID, version: int, patch: EvidenceItemPatch) -> EvidenceItem:
    """Merge the patch. Raises NotFound, Forbidden, Unprocessable."""
    item = await found(session, EvidenceItem, item_id)
    await check_document(session, item.partnership_id, patch.document_id)
    return await amend(session, EvidenceItem, item_id, version, EvidenceItemIn, patch)


async def learn(session: AsyncSession, principal: Principal, partnership_id: UUID, data: LessonIn) -> Lesson:
    """A new lesson of the caller's."""
    member = await membership(session, principal, partnership_id)
    await _check_evidence(session, principal, partnership_id, data.evidence_item_ids, data.public)
    as_json = data.model_dump(mode="json", include={"corridor", "replicable_to"})
    values = data.model_dump() | as_json | {"model": member.partnership.model}
    return await keep(session, principal, Lesson, partnership_id, values)


async def change_lesson(
    session: AsyncSession, principal: Principal, lesson_id: UUID, version: int, patch: LessonPatch
) -> Lesson:
    """Merge the patch. Raises NotFound, Forbidden, Unprocessable."""
    lesson = await locked(session, Lesson, lesson_id)
    lesson.model = (await found(session, Partnership, lesson.partnership_id)).model
    lesson = await amend(session, Lesson, lesson_id, version, LessonIn, patch, {"corridor", "replicable_to"})
    await _check_evidence(session, principal, lesson.partnership_id, lesson.evidence_item_ids, lesson.public)
    return lesson


async def _check_evidence(
    session: AsyncSession, principal: Principal, partnership_id: UUID, item_ids: list[UUID], public: bool
) -> None:
    """Only the partnership's evidence; and nobody makes others' evidence public."""
    query = kept(EvidenceItem, partnership_id).where(EvidenceItem.id.in_(item_ids))
    known = {item.id: item.organisation_id for item in await session.scalars(query)}
    errors = []
    for place, item_id in enumerate(item_ids):
        pointer = f"/evidence_item_ids/{place}"
        if item_id not in known:
            message = "No evidence item of this partnership has this id."
            errors.append(FieldError(pointer, "unknown_evidence", message))
        elif public and known[item_id] != principal.organisation_id:
            message = "A public lesson makes its evidence public; name your own evidence only."
            errors.append(FieldError(pointer, "evidence_of_others", message))
    if errors:
        raise Unprocessable.fields(errors)


async def foresee(session: AsyncSession, principal: Principal, partnership_id: UUID, data: RiskIn) -> Risk:
    """A new risk of the caller's."""
    await membership(session, principal, partnership_id)
    await _check_owner(session, principal, partnership_id, data.owner_organisation_id)
    return await keep(session, principal, Risk, partnership_id, data.model_dump())


async def change_risk(
    session: AsyncSession, principal: Principal, risk_id: UUID, version: int, patch: RiskPatch
) -> Risk:
    """Merge the patch. Raises NotFound, Forbidden, Unprocessable."""
    risk = await amend(session, Risk, risk_id, version, RiskIn, patch)
    if patch.owner_organisation_id is not None:
        await _check_owner(session, principal, risk.partnership_id, patch.owner_organisation_id)
    return risk


async def _check_owner(session: AsyncSession, principal: Principal, partnership_id: UUID, owner_id: UUID) -> None:
    member = await membership(session, principal, partnership_id)
    if owner_id not in member.partnership.readers():
        message = "Only a party of the partnership can mind its risks."
        raise Unprocessable.fields([FieldError("/owner_organisation_id", "not_a_party", message)])


@dataclass(frozen=True, slots=True)
class Practice:
    """A public lesson, and how far to trust it."""

    lesson: Lesson
    strength: EvidenceStrength | None
    counter_evidence: bool
    causal_claim: CausalClaim


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in the practice library; None leaves it open."""

    origin: str | None
    destination: str | None
    sector: str | None
    model: str | None
    type: str | None
    strength: EvidenceStrength | None


def library(wanted: Wanted) -> Select[Any]:
    """Public lessons that match all filters given; one about all corridors matches every corridor."""
    query = select(Lesson).where(Lesson.public)
    for end, country in (("origin", wanted.origin), ("destination", wanted.destination)):
        if country:
            query = query.where(Lesson.corridor.is_(None) | (Lesson.corridor[end].astext == country))
    if wanted.sector:
        query = query.where(Lesson.sector.startswith(wanted.sector))
    if wanted.model:
        query = query.where(Lesson.model == wanted.model)
    if wanted.type:
        query = query.where(Lesson.type == wanted.type)
    if wanted.strength:
        enough = _BY_STRENGTH[_BY_STRENGTH.index(wanted.strength) :]
        query = query.where(
            exists().where(
                EvidenceItem.id == any_(Lesson.evidence_item_ids),
                EvidenceItem.supports,
                EvidenceItem.strength.in_(enough),
            )
        )
    return query


async def practices(session: AsyncSession, lessons: list[Lesson]) -> list[Practice]:
    """The lessons with the weight of their evidence."""
    named = {item_id for lesson in lessons for item_id in lesson.evidence_item_ids}
    items = {item.id: item for item in await session.scalars(select(EvidenceItem).where(EvidenceItem.id.in_(named)))}
    return [_practice(lesson, [items[i] for i in lesson.evidence_item_ids if i in items]) for lesson in lessons]


def _practice(lesson: Lesson, items: list[EvidenceItem]) -> Practice:
    supporting = [item for item in items if item.supports]
    strengths = [EvidenceStrength(item.strength) for item in supporting]
    attributes = any(item.causal_claim == CausalClaim.ATTRIBUTION for item in supporting)
    return Practice(
        lesson,
        max(strengths, key=_BY_STRENGTH.index, default=None),
        len(supporting) < len(items),
        CausalClaim.ATTRIBUTION if attributes else CausalClaim.CONTRIBUTION,
    )
