"""Recognition dossiers over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import DossierStatus
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.models.returns import Dossier
from services.matching.recognitions import service
from services.matching.recognitions.schemas import (
    DossierAnswerIn,
    DossierIn,
    DossierOut,
    RecognitionDaysOut,
    SubmissionIn,
)
from services.matching.web import no_store

router = api_router("/v1", "recognitions")
Version = Annotated[int, Depends(required_if_match)]


@router.post(
    "/recognition-dossiers",
    operation_id="create_recognition_dossier",
    summary="Begin a recognition dossier",
    status_code=201,
    dependencies=[requires("recognitions:write"), Depends(no_store)],
)
async def create_recognition_dossier(data: DossierIn, session: SessionDep, response: Response) -> DossierOut:
    """One a person, qualification and authority; the authority reads it once it is submitted."""
    return tagged(response, await service.create(session, data))


@router.get(
    "/recognition-dossiers",
    operation_id="list_recognition_dossiers",
    summary="List recognition dossiers",
    response_model=Page[DossierOut],
    dependencies=[requires("recognitions:read"), Depends(no_store)],
)
async def list_recognition_dossiers(
    session: SessionDep,
    paging: PagingDep,
    candidate_id: Annotated[UUID | None, Query()] = None,
    status: Annotated[DossierStatus | None, Query()] = None,
) -> Rows[DossierOut]:
    """Of one's candidates, and submitted to one's authority."""
    page: Rows[Dossier] = await paging.by_id(session, service.listed(candidate_id, status), Dossier.id)
    return Rows(await service.seen(session, list(page.items)), page.next)


@router.get(
    "/recognition-days",
    operation_id="get_recognition_days",
    summary="See how long recognition takes",
    dependencies=[requires("recognitions:read"), Depends(no_store)],
)
async def get_recognition_days(session: SessionDep) -> RecognitionDaysOut:
    """Days from submission to decision, over the dossiers one may read."""
    return await service.duration(session)


@router.get(
    "/recognition-dossiers/{dossier_id}",
    operation_id="get_recognition_dossier",
    summary="Get a recognition dossier",
    dependencies=[requires("recognitions:read"), Depends(no_store)],
)
async def get_recognition_dossier(dossier_id: UUID, session: SessionDep, response: Response) -> DossierOut:
    """As the candidate's organisation and the authority see it."""
    return tagged(response, await service.get(session, dossier_id))


@router.post(
    "/recognition-dossiers/{dossier_id}/submission",
    operation_id="submit_recognition_dossier",
    summary="Submit a recognition dossier",
    dependencies=[requires("recognitions:write"), Depends(no_store)],
)
async def submit_recognition_dossier(
    dossier_id: UUID, data: SubmissionIn, session: SessionDep, response: Response, version: Version
) -> DossierOut:
    """From now on the authority reads it; one that was refused or has expired may be submitted again."""
    return tagged(response, await service.submit(session, dossier_id, version, data))


@router.post(
    "/recognition-dossiers/{dossier_id}/answer",
    operation_id="answer_recognition_dossier",
    summary="Answer a recognition dossier",
    dependencies=[requires("recognitions:answer"), Depends(no_store)],
)
async def answer_recognition_dossier(
    dossier_id: UUID,
    data: DossierAnswerIn,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Version,
) -> DossierOut:
    """For the authority. PARTIAL and FULL count at once where the person is matched."""
    return tagged(response, await service.answer(session, principal, dossier_id, version, data))
