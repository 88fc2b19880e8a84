"""Consents over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from sqlalchemy import select

from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.records import found
from services.kit.route import SessionDep, api_router
from services.matching.consents import service
from services.matching.consents.schemas import ConsentIn, ConsentOut, ConsentTextIn, ConsentTextOut, ConsentTextPatch
from services.matching.models.privacy import ConsentChange, ConsentText
from services.matching.web import no_store

router = api_router("/v1", "consents")


@router.post(
    "/candidates/{candidate_id}/consents",
    operation_id="record_consent",
    summary="Record a consent or its withdrawal",
    status_code=201,
    response_model=ConsentOut,
    dependencies=[requires("candidates:write"), Depends(no_store)],
)
async def record_consent(candidate_id: UUID, data: ConsentIn, session: SessionDep) -> ConsentChange:
    """Give, renew or withdraw, by scope, or for one proposal. It counts from the answer on: in rankings, in lists of
    employers, in open proposals and in what is published."""
    return await service.record(session, candidate_id, data)


@router.get(
    "/candidates/{candidate_id}/consents",
    operation_id="list_consents",
    summary="List what a candidate agreed to",
    response_model=Page[ConsentOut],
    dependencies=[requires("candidates:read"), Depends(no_store)],
)
async def list_consents(candidate_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[ConsentChange]:
    """Everything the person gave, renewed and withdrew, in the order in which it was recorded. What is in force stands
    in the candidate's record."""
    return await paging.by_id(session, await service.history(session, candidate_id), ConsentChange.id)


@router.post(
    "/consent-texts",
    operation_id="register_consent_text",
    summary="Register a version of the consent text",
    status_code=201,
    response_model=ConsentTextOut,
    dependencies=[requires("candidates:write")],
)
async def register_consent_text(
    data: ConsentTextIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> ConsentText:
    """The text that candidates of one's organisation agree to, known by its hash in each language."""
    return tagged(response, await service.register_text(session, principal.acts_for, data))


@router.get(
    "/consent-texts",
    operation_id="list_consent_texts",
    summary="List versions of the consent text",
    response_model=Page[ConsentTextOut],
    dependencies=[requires("candidates:read")],
)
async def list_consent_texts(session: SessionDep, paging: PagingDep) -> Rows[ConsentText]:
    """The texts of one's organisation, in the order of registration."""
    return await paging.by_id(session, select(ConsentText), ConsentText.id)


@router.get(
    "/consent-texts/{text_id}",
    operation_id="get_consent_text",
    summary="Get a version of the consent text",
    response_model=ConsentTextOut,
    dependencies=[requires("candidates:read")],
)
async def get_consent_text(text_id: UUID, session: SessionDep, response: Response) -> ConsentText:
    """One version, and until when consents to it count."""
    return tagged(response, await found(session, ConsentText, text_id))


@router.patch(
    "/consent-texts/{text_id}",
    operation_id="change_consent_text",
    summary="Say until when a text counts",
    response_model=ConsentTextOut,
    dependencies=[requires("candidates:write")],
)
async def change_consent_text(
    text_id: UUID,
    data: ConsentTextPatch,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> ConsentText:
    """To be used when the terms change: whoever has not agreed to the new text by then is matched no more."""
    return tagged(response, await service.end_text(session, text_id, version, data))
