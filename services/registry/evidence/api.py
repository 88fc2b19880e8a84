"""Evidence, lessons, the practice library and risks over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import (
    Country,
    EvidenceStrength,
    LessonType,
    PartnershipModel,
    RiskStatus,
    RiskType,
)
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.registry.evidence import service
from services.registry.evidence.schemas import (
    EvidenceItemIn,
    EvidenceItemOut,
    EvidenceItemPatch,
    LessonIn,
    LessonOut,
    LessonPatch,
    PracticeOut,
    RiskIn,
    RiskOut,
    RiskPatch,
    Sector,
)
from services.registry.models.evidence import EvidenceItem, Lesson, Risk
from services.registry.models.membership import read

router = api_router("/v1", "evidence")


@router.post(
    "/partnerships/{partnership_id}/evidence-items",
    operation_id="add_evidence_item",
    summary="Add evidence",
    status_code=201,
    response_model=EvidenceItemOut,
    dependencies=[requires("partnerships:write")],
)
async def add_evidence_item(
    partnership_id: UUID, data: EvidenceItemIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> EvidenceItem:
    """Any party does, for a claim or against it; attribution only where the method allows it."""
    return tagged(response, await service.show(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/evidence-items",
    operation_id="list_evidence_items",
    summary="List the evidence of a partnership",
    response_model=Page[EvidenceItemOut],
    dependencies=[requires("partnerships:read")],
)
async def list_evidence_items(
    partnership_id: UUID,
    session: SessionDep,
    paging: PagingDep,
    strength: Annotated[EvidenceStrength | None, Query()] = None,
    supports: Annotated[bool | None, Query(description="Only what supports its claim, or counts against it.")] = None,
) -> Rows[EvidenceItem]:
    """For and against, in the order it was added."""
    query = await service.listed(session, EvidenceItem, partnership_id, strength=strength, supports=supports)
    return await paging.by_id(session, query, EvidenceItem.id)


@router.get(
    "/evidence-items/{evidence_item_id}",
    operation_id="get_evidence_item",
    summary="Get evidence",
    response_model=EvidenceItemOut,
    dependencies=[requires("partnerships:read")],
)
async def get_evidence_item(
    evidence_item_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> EvidenceItem:
    """The evidence as it is, or as it stood."""
    return tagged(response, await service.get(session, EvidenceItem, evidence_item_id, as_of))


@router.patch(
    "/evidence-items/{evidence_item_id}",
    operation_id="change_evidence_item",
    summary="Change evidence",
    response_model=EvidenceItemOut,
    dependencies=[requires("partnerships:write")],
)
async def change_evidence_item(
    evidence_item_id: UUID,
    data: EvidenceItemPatch,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> EvidenceItem:
    """By the party that added it."""
    return tagged(response, await service.change_evidence(session, evidence_item_id, version, data))


@router.post(
    "/partnerships/{partnership_id}/lessons",
    operation_id="write_lesson",
    summary="Write down a lesson",
    status_code=201,
    response_model=LessonOut,
    dependencies=[requires("partnerships:write")],
)
async def write_lesson(
    partnership_id: UUID, data: LessonIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Lesson:
    """Any party does. A public one stands in the practice library."""
    return tagged(response, await service.learn(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/lessons",
    operation_id="list_lessons",
    summary="List the lessons of a partnership",
    response_model=Page[LessonOut],
    dependencies=[requires("partnerships:read")],
)
async def list_lessons(
    partnership_id: UUID,
    session: SessionDep,
    paging: PagingDep,
    type: Annotated[LessonType | None, Query()] = None,
) -> Rows[Lesson]:
    """In the order they were written down."""
    return await paging.by_id(session, await service.listed(session, Lesson, partnership_id, type=type), Lesson.id)


@router.get(
    "/lessons/{lesson_id}",
    operation_id="get_lesson",
    summary="Get a lesson",
    response_model=LessonOut,
    dependencies=[requires("partnerships:read")],
)
async def get_lesson(lesson_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None) -> Lesson:
    """The lesson as it is, or as it stood."""
    return tagged(response, await service.get(session, Lesson, lesson_id, as_of))


@router.patch(
    "/lessons/{lesson_id}",
    operation_id="change_lesson",
    summary="Change a lesson",
    response_model=LessonOut,
    dependencies=[requires("partnerships:write")],
)
async def change_lesson(
    lesson_id: UUID,
    data: LessonPatch,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Lesson:
    """By the party that wrote it down."""
    return tagged(response, await service.change_lesson(session, principal, lesson_id, version, data))


@router.post(
    "/partnerships/{partnership_id}/risks",
    operation_id="record_risk",
    summary="Record a risk",
    status_code=201,
    response_model=RiskOut,
    dependencies=[requires("partnerships:write")],
)
async def record_risk(
    partnership_id: UUID, data: RiskIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Risk:
    """Any party does, and names the party that minds it."""
    return tagged(response, await service.foresee(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/risks",
    operation_id="list_risks",
    summary="List the risks of a partnership",
    response_model=Page[RiskOut],
    dependencies=[requires("partnerships:read")],
)
async def list_risks(
    partnership_id: UUID,
    session: SessionDep,
    paging: PagingDep,
    status: Annotated[RiskStatus | None, Query()] = None,
    type: Annotated[RiskType | None, Query()] = None,
) -> Rows[Risk]:
    """In the order they were recorded."""
    query = await service.listed(session, Risk, partnership_id, status=status, type=type)
    return await paging.by_id(session, query, Risk.id)


@router.get(
    "/risks/{risk_id}",
    operation_id="get_risk",
    summary="Get a risk",
    response_model=RiskOut,
    dependencies=[requires("partnerships:read")],
)
async def get_risk(risk_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None) -> Risk:
    """The risk as it is, or as it stood."""
    return tagged(response, await read(session, Risk, risk_id, as_of))


@router.patch(
    "/risks/{risk_id}",
    operation_id="change_risk",
    summary="Change a risk",
    response_model=RiskOut,
    dependencies=[requires("partnerships:write")],
)
async def change_risk(
    risk_id: UUID,
    data: RiskPatch,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Risk:
    """By the party that recorded it."""
    return tagged(response, await service.change_risk(session, principal, risk_id, version, data))


@router.get(
    "/practices",
    operation_id="list_practices",
    summary="Search the practice library",
    response_model=Page[PracticeOut],
    dependencies=[requires("organisations:read")],
)
async def list_practices(
    session: SessionDep,
    paging: PagingDep,
    origin: Annotated[Country | None, Query(description="Learned in corridors from here, or in all.")] = None,
    destination: Annotated[Country | None, Query(description="Learned in corridors to here, or in all.")] = None,
    sector: Annotated[Sector | None, Query()] = None,
    model: Annotated[PartnershipModel | None, Query()] = None,
    type: Annotated[LessonType | None, Query()] = None,
    strength: Annotated[EvidenceStrength | None, Query(description="Supported by evidence at least as strong.")] = None,
) -> Rows[Any]:
    """Public lessons of all partnerships, each with the strength of its evidence, and whether some counts against."""
    wanted = service.Wanted(origin, destination, sector, model, type, strength)
    lessons: Rows[Lesson] = await paging.by_id(session, service.library(wanted), Lesson.id)
    return Rows(await service.practices(session, list(lessons.items)), lessons.next)


history_route(router, "/evidence-items/{evidence_item_id}", EvidenceItem, "evidence_item", "partnerships:read")
history_route(router, "/lessons/{lesson_id}", Lesson, "lesson", "partnerships:read")
history_route(router, "/risks/{risk_id}", Risk, "risk", "partnerships:read")
