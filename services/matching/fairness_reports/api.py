"""Fairness reports over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.kit.auth import PrincipalDep, requires
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Date
from services.matching.fairness_reports import service
from services.matching.fairness_reports.schemas import FairnessOut
from services.matching.web import EngineDep

router = api_router("/v1/fairness", "fairness")


@router.get(
    "",
    operation_id="get_fairness",
    summary="See how groups fare",
    response_model=FairnessOut,
    dependencies=[requires("fairness:read")],
)
async def get_fairness(
    engine: EngineDep,
    session: SessionDep,
    principal: PrincipalDep,
    partnership: Annotated[UUID, Query(description="One that your organisation is a party to.")],
    first: Annotated[
        Date, Query(alias="from", description="First day on which proposals were made.", examples=["2027-01-01"])
    ],
    last: Annotated[Date, Query(alias="to", description="Last day, included.", examples=["2027-03-31"])],
) -> FairnessOut:
    """Selection, chances of the well suited, attention and drop-off, by sex, age and country, among those who passed
    every gate and agreed to be counted; by vacancy and over all. A person decides what an alarm means."""
    return await service.report(session, engine, principal.acts_for, partnership, first, last)
