"""Pre-checks over HTTP."""

from typing import Annotated

from fastapi import Depends, Response

from services.kit.auth import PrincipalDep, requires
from services.kit.languages import AcceptLanguage, preferred
from services.kit.route import HouseSessionDep, api_router
from services.matching.prechecks import service
from services.matching.prechecks.schemas import PrecheckIn, PrecheckOut
from services.matching.web import EngineDep, no_store
from services.matching.wording import LANGUAGES

router = api_router("/v1/prechecks", "prechecks")


async def _language(response: Response, accept_language: AcceptLanguage = "") -> str:
    """One more than the house speaks: Spanish, for the words of the answer."""
    language = preferred(accept_language, LANGUAGES)
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    return language


@router.post(
    "",
    operation_id="check_chances",
    summary="Check one's chances before registering",
    response_model=PrecheckOut,
    dependencies=[requires("prechecks:read"), Depends(no_store)],
)
async def check_chances(
    data: PrecheckIn,
    engine: EngineDep,
    session: HouseSessionDep,
    principal: PrincipalDep,
    language: Annotated[str, Depends(_language)],
) -> PrecheckOut:
    """A traffic light with reasons for somebody who is not registered, asked by an organisation of theirs. Nothing is
    stored, neither the profile nor the answer, not even under an Idempotency-Key: the same question has the same
    answer anyway. Texts in English, French, Dutch, Arabic and Spanish."""
    return await service.check(session, engine, principal.acts_for, data, language)
