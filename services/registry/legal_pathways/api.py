"""Legal pathways over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import Country, Persona
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Date, ExternalId
from services.registry.legal_pathways import service
from services.registry.legal_pathways.schemas import LegalPathwayIn, LegalPathwayOut, LegalPathwayPatch
from services.registry.models.legal_pathways import LegalPathway

router = api_router("/v1/legal-pathways", "legal-pathways")


@router.post(
    "",
    operation_id="register_legal_pathway",
    summary="Register a legal pathway",
    status_code=201,
    response_model=LegalPathwayOut,
    dependencies=[requires("partnerships:write")],
)
async def register_legal_pathway(
    data: LegalPathwayIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> LegalPathway:
    """An authority of the destination does. Every partner reads it; corridors name it by its key."""
    return tagged(response, await service.register(session, principal, data))


@router.get(
    "",
    operation_id="list_legal_pathways",
    summary="List legal pathways",
    response_model=Page[LegalPathwayOut],
    dependencies=[requires("partnerships:read")],
)
async def list_legal_pathways(
    session: SessionDep,
    paging: PagingDep,
    key: Annotated[ExternalId | None, Query()] = None,
    destination: Annotated[Country | None, Query()] = None,
    origin: Annotated[Country | None, Query(description="Open to nationals of this country.")] = None,
    persona: Annotated[Persona | None, Query(description="Open to such persons.")] = None,
    valid_on: Annotated[Date | None, Query(description="A stay under it can begin on this day.")] = None,
) -> Rows[LegalPathway]:
    """Of all destinations, in the order they were registered."""
    query = service.listed(key, destination, origin, persona, valid_on)
    return await paging.by_id(session, query, LegalPathway.id)


@router.get(
    "/{legal_pathway_id}",
    operation_id="get_legal_pathway",
    summary="Get a legal pathway",
    response_model=LegalPathwayOut,
    dependencies=[requires("partnerships:read")],
)
async def get_legal_pathway(
    legal_pathway_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> LegalPathway:
    """What it asks for and gives."""
    return tagged(response, await service.get(session, legal_pathway_id, as_of))


@router.patch(
    "/{legal_pathway_id}",
    operation_id="change_legal_pathway",
    summary="Change a legal pathway",
    response_model=LegalPathwayOut,
    dependencies=[requires("partnerships:write")],
)
async def change_legal_pathway(
    legal_pathway_id: UUID,
    data: LegalPathwayPatch,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> LegalPathway:
    """The authority that registered it does; end it with `valid_to`."""
    return tagged(response, await service.change(session, legal_pathway_id, version, data))


history_route(router, "/{legal_pathway_id}", LegalPathway, "legal_pathway", "partnerships:read")
