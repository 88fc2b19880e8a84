"""Candidates over HTTP. Every answer is personal data and stored nowhere on its way."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from services.contracts.vocabulary import Track
from services.kit.auth import PrincipalDep, requires
from services.kit.bulk import MEDIA_TYPE
from services.kit.concurrency import required_if_match, tagged
from services.kit.limits import PEOPLE_BODY_BYTES
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import ExternalId
from services.matching.candidates import batch, service
from services.matching.candidates.schemas import CandidateBatchOut, CandidateIn, CandidateOut, CandidatePatch
from services.matching.models.candidates import Candidate
from services.matching.web import EngineDep, LikenessKeyDep, no_store

router = api_router("/v1/candidates", "candidates")
_NDJSON = {
    "requestBody": {
        "required": True,
        "description": "One candidate a line, at most 10,000 lines and 16 MB.",
        "content": {
            MEDIA_TYPE: {
                "schema": {"type": "string", "maxLength": PEOPLE_BODY_BYTES, "description": "NDJSON of candidates."},
                "example": '{"external_id": "AT-000123", "birth_date": "1999-04-12", "…": "…"}\n',
            }
        },
    }
}


@router.post(
    "",
    operation_id="register_candidate",
    summary="Register a candidate",
    status_code=201,
    response_model=CandidateOut,
    dependencies=[requires("candidates:write"), Depends(no_store)],
)
async def register_candidate(
    data: CandidateIn,
    engine: EngineDep,
    session: SessionDep,
    principal: PrincipalDep,
    key: LikenessKeyDep,
    response: Response,
) -> Candidate:
    """Register a person with the receipt of their consent."""
    return tagged(response, await service.register(session, engine, key, principal.acts_for, data))


@router.post(
    ":batch",
    operation_id="upsert_candidates",
    summary="Register or update many candidates",
    response_model=CandidateBatchOut,
    openapi_extra=_NDJSON,
    dependencies=[requires("candidates:write"), Depends(no_store)],
)
async def upsert_candidates(
    request: Request,
    engine: EngineDep,
    session: SessionDep,
    principal: PrincipalDep,
    key: LikenessKeyDep,
    validate_only: Annotated[bool, Query(description="Check every row and write nothing.")] = False,
) -> CandidateBatchOut:
    """Upsert by external id, one result a row in order; a bad row never blocks a good one. `review` names people who
    may be registered twice; nothing is ever merged."""
    body = await request.body()
    return await batch.upsert(session, engine, key, principal.acts_for, body, validate_only)


@router.get(
    "",
    operation_id="list_candidates",
    summary="List candidates",
    response_model=Page[CandidateOut],
    dependencies=[requires("candidates:read"), Depends(no_store)],
)
async def list_candidates(
    session: SessionDep,
    paging: PagingDep,
    external_id: Annotated[ExternalId | None, Query()] = None,
    track: Annotated[Track | None, Query(description="Who is open to this track.")] = None,
) -> Rows[Candidate]:
    """The candidates one's organisation registered, in the order of registration."""
    page: Rows[Candidate] = await paging.by_id(session, service.listed(external_id, track), Candidate.id)
    await service.seen(session, page.items)
    return page


@router.get(
    "/{candidate_id}",
    operation_id="get_candidate",
    summary="Get a candidate",
    response_model=CandidateOut,
    dependencies=[requires("candidates:read"), Depends(no_store)],
)
async def get_candidate(candidate_id: UUID, session: SessionDep, response: Response) -> Candidate:
    """The person, for the organisation that registered them."""
    return tagged(response, await service.get(session, candidate_id))


@router.patch(
    "/{candidate_id}",
    operation_id="change_candidate",
    summary="Change a candidate",
    response_model=CandidateOut,
    dependencies=[requires("candidates:write"), Depends(no_store)],
)
async def change_candidate(
    candidate_id: UUID,
    data: CandidatePatch,
    engine: EngineDep,
    session: SessionDep,
    key: LikenessKeyDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Candidate:
    """Merge a patch into the record."""
    return tagged(response, await service.change(session, engine, key, candidate_id, version, data))


@router.delete(
    "/{candidate_id}",
    operation_id="erase_candidate",
    summary="Erase a candidate",
    status_code=204,
    dependencies=[requires("candidates:write")],
)
async def erase_candidate(
    candidate_id: UUID, session: SessionDep, version: Annotated[int, Depends(required_if_match)]
) -> None:
    """Remove the person everywhere; statistics forget the pseudonym."""
    await service.erase(session, candidate_id, version)
