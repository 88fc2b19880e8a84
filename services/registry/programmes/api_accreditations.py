"""Accreditations of programmes, and expected demand by skill, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.registry.models.programmes import Accreditation
from services.registry.programmes import accrediting, skill_demand
from services.registry.programmes.schemas import AccreditationIn, AccreditationOut, AccreditationPatch, SkillDemands

router = api_router("/v1", "programmes")
_OF = "/programmes/{programme_id}/accreditations"


@router.post(
    _OF,
    operation_id="accredit_programme",
    summary="Accredit a training programme",
    status_code=201,
    response_model=AccreditationOut,
    dependencies=[requires("offers:vet")],
)
async def accredit_programme(
    programme_id: UUID, data: AccreditationIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Accreditation:
    """By an authority that reads the programme, never by its provider. While it holds, the programme counts as
    accredited, whatever the provider states."""
    return tagged(response, await accrediting.accredit(session, principal, programme_id, data))


@router.get(
    _OF,
    operation_id="list_accreditations",
    summary="List the accreditations of a programme",
    response_model=Page[AccreditationOut],
    dependencies=[requires("programmes:read")],
)
async def list_accreditations(programme_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[Accreditation]:
    """Those that ran out as well."""
    return await paging.by_id(session, await accrediting.of(session, programme_id), Accreditation.id)


@router.get(
    f"{_OF}/{{accreditation_id}}",
    operation_id="get_accreditation",
    summary="Get an accreditation",
    response_model=AccreditationOut,
    dependencies=[requires("programmes:read")],
)
async def get_accreditation(
    programme_id: UUID, accreditation_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> Accreditation:
    """Authority, reference and validity."""
    return tagged(response, await accrediting.get(session, programme_id, accreditation_id, as_of))


@router.patch(
    f"{_OF}/{{accreditation_id}}",
    operation_id="change_accreditation",
    summary="Change or end an accreditation",
    response_model=AccreditationOut,
    dependencies=[requires("offers:vet")],
)
async def change_accreditation(
    programme_id: UUID,
    accreditation_id: UUID,
    data: AccreditationPatch,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Accreditation:
    """By the authority that gave it."""
    changed = await accrediting.change(session, principal, programme_id, accreditation_id, version, data)
    return tagged(response, changed)


@router.get(
    "/partnerships/{partnership_id}/skill-demand",
    operation_id="get_skill_demand",
    summary="Show which skills a partnership still has to train",
    response_model=SkillDemands,
    dependencies=[requires("programmes:read")],
)
async def get_skill_demand(partnership_id: UUID, session: SessionDep) -> SkillDemands:
    """Skills of the open vacancies at home and away, weighted by places, less the seats of sessions that teach
    them; for training centres that plan."""
    return await skill_demand.expected(session, partnership_id)


history_route(router, f"{_OF}/{{accreditation_id}}", Accreditation, "accreditation", "programmes:read")
