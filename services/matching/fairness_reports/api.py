"""Fairness reports over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.kit.auth import PrincipalDep, requires
from services.kit.route import SessionDep, api_router
from services.matching.fairness_reports import service
from services.matching.fairness_reports.schemas import FairnessOut
from services.matching.web import EngineDep

router = api_router("/v1/fairness", "fairness")


@router.get(
    "",
    operation_id="get_fairness",
    summary="See how groups fare",
    response_model=FairnessOut,
    responses={404: {}, 422: {}},
    dependencies=[requires("fairness:read")],
)
async def get_fairness(
    engine: EngineDep,
    session: SessionDep,
    principal: PrincipalDep,
    partnership: Annotated[UUID, Query(description="One that your organisation is a party to.")],
    period: Annotated[
        str | None,
        Query(
            max_length=10,
            pattern=r"^(TO-)?[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?$",
            description="A month, a quarter, a year, or TO- and a month: everything up to its end. The last TO- unless"
            " said; the answer lists what there is.",
            examples=["2027-01", "2027-Q1", "2027", "TO-2027-01"],
        ),
    ] = None,
) -> FairnessOut:
    """Selection, chances of the well suited, attention and drop-off, by sex, age and country, among those who passed
    every gate and agreed to be counted; of months by vacancy too. Released when a month has ended and never changed,
    so that nothing can be subtracted. A person decides what an alarm means."""
    return await service.report(session, engine, principal.acts_for, partnership, period)
