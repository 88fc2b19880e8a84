"""The partner finder over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import Country, PartnerOfferKind, PartyRole
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Isic
from services.registry.models.partner_offers import PartnerOffer, PartnerOfferAnswer
from services.registry.partner_offers import service
from services.registry.partner_offers.schemas import (
    AnswerOut,
    AnswerPatch,
    FinderFigures,
    PartnerOfferAnswerIn,
    PartnerOfferIn,
    PartnerOfferOut,
    PartnerOfferPatch,
    Suggestions,
)

router = api_router("/v1", "partner-offers")


@router.post(
    "/partner-offers",
    operation_id="publish_partner_offer",
    summary="Offer a role in a partnership, or look for one",
    status_code=201,
    response_model=PartnerOfferOut,
    dependencies=[requires("offers:write")],
)
async def publish_partner_offer(
    data: PartnerOfferIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> PartnerOffer:
    """Every client reads it."""
    return tagged(response, await service.publish(session, principal, data))


@router.get(
    "/partner-offers",
    operation_id="list_partner_offers",
    summary="List offers and needs of partners",
    response_model=Page[PartnerOfferOut],
    dependencies=[requires("offers:read")],
)
async def list_partner_offers(
    session: SessionDep,
    paging: PagingDep,
    kind: Annotated[PartnerOfferKind | None, Query()] = None,
    role: Annotated[PartyRole | None, Query()] = None,
    origin: Annotated[Country | None, Query()] = None,
    destination: Annotated[Country | None, Query()] = None,
    sector: Annotated[Isic | None, Query(description="In this section, division, group or class.")] = None,
    expired: Annotated[bool, Query(description="Those that ran out as well.")] = False,
) -> Rows[PartnerOffer]:
    """In the order of publication."""
    query = service.listed(kind, role, origin, destination, sector, expired)
    return await paging.by_id(session, query, PartnerOffer.id)


@router.get(
    "/partner-offers/figures",
    operation_id="get_partner_finder_figures",
    summary="Count answers and partnerships that came of them",
    response_model=FinderFigures,
    dependencies=[requires("offers:read")],
)
async def get_partner_finder_figures(session: SessionDep, principal: PrincipalDep) -> FinderFigures:
    """Over all organisations."""
    return await service.figures(session, principal)


@router.get(
    "/partner-offers/{partner_offer_id}",
    operation_id="get_partner_offer",
    summary="Get an offer or a need",
    response_model=PartnerOfferOut,
    dependencies=[requires("offers:read")],
)
async def get_partner_offer(
    partner_offer_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> PartnerOffer:
    """The entry; as it once stood only for the organisation that wrote it."""
    return tagged(response, await service.get(session, partner_offer_id, as_of))


@router.patch(
    "/partner-offers/{partner_offer_id}",
    operation_id="change_partner_offer",
    summary="Change an offer or a need",
    response_model=PartnerOfferOut,
    dependencies=[requires("offers:write")],
)
async def change_partner_offer(
    partner_offer_id: UUID,
    data: PartnerOfferPatch,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> PartnerOffer:
    """The organisation changes its own entry."""
    return tagged(response, await service.change(session, partner_offer_id, version, data))


@router.get(
    "/partner-offers/{partner_offer_id}/suggestions",
    operation_id="suggest_partners",
    summary="Suggest who complements an offer or a need",
    response_model=Suggestions,
    dependencies=[requires("offers:read")],
)
async def suggest_partners(
    partner_offer_id: UUID,
    session: SessionDep,
    limit: Annotated[int, Query(ge=1, le=100, description="How many at most.")] = 25,
) -> Suggestions:
    """Current entries of other organisations, the best first, each with the reasons for it."""
    return await service.suggestions(session, partner_offer_id, limit)


@router.post(
    "/partner-offers/{partner_offer_id}/answers",
    operation_id="answer_partner_offer",
    summary="Answer an offer or a need",
    status_code=201,
    response_model=AnswerOut,
    dependencies=[requires("offers:write")],
)
async def answer_partner_offer(
    partner_offer_id: UUID, data: PartnerOfferAnswerIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> PartnerOfferAnswer:
    """Only the two organisations read it. One answer an organisation."""
    return tagged(response, await service.answer(session, principal, partner_offer_id, data))


@router.get(
    "/partner-offers/{partner_offer_id}/answers",
    operation_id="list_partner_offer_answers",
    summary="List answers to an offer or a need",
    response_model=Page[AnswerOut],
    dependencies=[requires("offers:read")],
)
async def list_partner_offer_answers(
    partner_offer_id: UUID, session: SessionDep, paging: PagingDep
) -> Rows[PartnerOfferAnswer]:
    """All to one's own entry; to others', one's own answer."""
    query = await service.answers_to(session, partner_offer_id)
    return await paging.by_id(session, query, PartnerOfferAnswer.id)


@router.get(
    "/partner-offer-answers/{answer_id}",
    operation_id="get_partner_offer_answer",
    summary="Get an answer",
    response_model=AnswerOut,
    dependencies=[requires("offers:read")],
)
async def get_partner_offer_answer(
    answer_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> PartnerOfferAnswer:
    """For the two organisations it is between."""
    return tagged(response, await service.get_answer(session, answer_id, as_of))


@router.patch(
    "/partner-offer-answers/{answer_id}",
    operation_id="start_partnership_from_answer",
    summary="Say which partnership came of an answer",
    response_model=AnswerOut,
    dependencies=[requires("offers:write")],
)
async def start_partnership_from_answer(
    answer_id: UUID,
    data: AnswerPatch,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> PartnerOfferAnswer:
    """Either of the two says it, being a party to the partnership."""
    return tagged(response, await service.start(session, principal, answer_id, version, data))


history_route(router, "/partner-offers/{partner_offer_id}", PartnerOffer, "partner_offer", "offers:read")
history_route(router, "/partner-offer-answers/{answer_id}", PartnerOfferAnswer, "partner_offer_answer", "offers:read")
