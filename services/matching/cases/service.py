"""Guard-rail cases: opened by a party or a rule, reviewed, and put right by two keys."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import GuardCaseStatus
from services.kit import concurrency
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Forbidden, Guard, NotFound, Unprocessable
from services.kit.records import found
from services.matching import guard_rails
from services.matching.cases.schemas import CaseDisclosureIn, CaseIn, CaseTransitionIn
from services.matching.erasure import held_placement
from services.matching.guard_rails import MOVES, TWO_KEYS, Actor
from services.matching.house import acting_for_the_house
from services.matching.models.care import GuardCase


def listed(placement_id: UUID | None, code: str | None, status: str | None) -> Select[Any]:
    """Cases of placements one is a side of that match all filters given."""
    query = select(GuardCase)
    wanted = {GuardCase.placement_id: placement_id, GuardCase.code: code, GuardCase.status: status}
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    return query


async def get(session: AsyncSession, case_id: UUID) -> GuardCase:
    """Raises NotFound."""
    return await found(session, GuardCase, case_id)


async def open_case(session: AsyncSession, principal: Principal, placement_id: UUID, data: CaseIn) -> GuardCase:
    """Say that a guard rail has tripped. Raises NotFound."""
    placement = await held_placement(session, placement_id)
    by = Actor(principal.acts_for, principal.client_id, data.decided_by)
    async with acting_for_the_house(session):
        return await guard_rails.open_case(session, placement, data.code, data.reason, by=by, evidence=data.evidence)


async def move(
    session: AsyncSession, principal: Principal, case_id: UUID, version: int, data: CaseTransitionIn
) -> GuardCase:
    """Take a case further, or turn one's key. Raises NotFound, PreconditionFailed, Conflict."""
    await get(session, case_id)
    by = Actor(principal.acts_for, principal.client_id, data.decided_by)
    async with acting_for_the_house(session):
        query = select(GuardCase).where(GuardCase.id == case_id).with_for_update()
        case = (await session.scalars(query.execution_options(populate_existing=True))).one()
        if by.organisation_id not in (case.organisation_id, case.employer_id):
            raise NotFound
        concurrency.check(case, version)
        follows = MOVES[GuardCaseStatus(case.status)]
        if data.to not in follows:
            needed = " or ".join(follows) or "nothing: it is closed, or its clock still runs"
            raise Conflict.guards([Guard("CASE_STATUS", False, case.status, needed, f"{data.to} does not follow")])
        if data.to not in TWO_KEYS or await guard_rails.note_key(session, case, data.to, by, data.reason):
            await guard_rails.enter(session, case, data.to, by, data.reason)
    return case


async def disclose(
    session: AsyncSession, principal: Principal, case_id: UUID, version: int, data: CaseDisclosureIn
) -> GuardCase:
    """Let the employer read a case that was kept from it. Raises NotFound, Forbidden, PreconditionFailed,
    Unprocessable, Conflict for one that it reads already."""
    if (await get(session, case_id)).organisation_id != principal.acts_for:
        raise Forbidden("The candidate's organisation speaks for the worker.", "not_the_candidates_organisation")
    if data.agreed_on > now().date():
        raise Unprocessable.fields([FieldError("/agreed_on", "in_the_future", "Disclose it once the worker agreed.")])
    by = Actor(principal.acts_for, principal.client_id, data.decided_by)
    async with acting_for_the_house(session):
        query = select(GuardCase).where(GuardCase.id == case_id).with_for_update()
        case = (await session.scalars(query.execution_options(populate_existing=True))).one()
        concurrency.check(case, version)
        if not case.kept_from_employer:
            raise Conflict.guards([Guard("KEPT_FROM_EMPLOYER", False, "false", "true", "none")])
        await guard_rails.disclose(session, case, by, data.agreed_on)
    return case
