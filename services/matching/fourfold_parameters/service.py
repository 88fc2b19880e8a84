"""Parameters of the fourfold win: one side proposes, the other confirms, the first placement freezes."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import PartyRole, PartySide
from services.kit import concurrency
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, Forbidden, Guard
from services.kit.records import found
from services.matching.agreed_parameters import parameters_of
from services.matching.fourfold import METHOD_VERSION
from services.matching.fourfold_parameters.schemas import FourfoldParametersOut, ParametersIn, ProposedParametersOut
from services.matching.house import acting_for_the_house
from services.matching.models.copies import Partnership
from services.matching.models.figures import FourfoldEdition

_SPEAKERS = frozenset({PartyRole.LEAD, PartyRole.CO_LEAD, PartyRole.SIGNATORY})
# A job that begins takes it as well (trigger freeze_fourfold), so that nothing is confirmed behind its back.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('fourfold of ' || :partnership, 0))")


async def get(session: AsyncSession, partnership_id: UUID) -> FourfoldParametersOut:
    """What holds and what is proposed. Raises NotFound unless the caller is a party."""
    partnership = await found(session, Partnership, partnership_id)
    return await _view(session, partnership)


async def propose(
    session: AsyncSession, principal: Principal, partnership_id: UUID, version: int, data: ParametersIn
) -> FourfoldParametersOut:
    """Put a set forward, in place of one that waits. Raises NotFound, Forbidden, PreconditionFailed, Conflict."""
    partnership, side = await _entered(session, principal, partnership_id, version)
    async with acting_for_the_house(session):
        editions = await _editions(session, partnership_id)
        session.add(
            FourfoldEdition(
                partnership_id=partnership_id,
                edition=len(editions) + 1,
                parameters=data.model_dump(mode="json"),
                proposed_by=principal.acts_for,
                proposed_by_client=principal.client_id,
                proposed_side=side,
            )
        )
    return await _view(session, partnership)


async def confirm(
    session: AsyncSession, principal: Principal, partnership_id: UUID, version: int
) -> FourfoldParametersOut:
    """The other side agrees with what was proposed last: it is in force. Raises as `propose`."""
    partnership, side = await _entered(session, principal, partnership_id, version)
    async with acting_for_the_house(session):
        editions = await _editions(session, partnership_id)
        waiting = _waiting(editions)
        if waiting is None:
            remedy = "propose parameters first"
            raise Conflict.guards([Guard("PROPOSED", False, "nothing is proposed", "a proposal", remedy)])
        if side == waiting.proposed_side:
            remedy = "a lead or signatory of the other side confirms"
            raise Conflict.guards([Guard("OTHER_SIDE", False, side, f"not {waiting.proposed_side}", remedy)])
        waiting.confirmed_by, waiting.confirmed_by_client = principal.acts_for, principal.client_id
        waiting.confirmed_at = now()
    return await _view(session, partnership)


async def _entered(
    session: AsyncSession, principal: Principal, partnership_id: UUID, version: int
) -> tuple[Partnership, str]:
    """The partnership, held against others who change its parameters, and the caller's side."""
    partnership = await found(session, Partnership, partnership_id)
    side = _side_of(partnership, principal.acts_for)
    await session.execute(_ONE_AT_A_TIME, {"partnership": str(partnership_id)})
    before = await _view(session, partnership)
    concurrency.check(before, version)
    if before.frozen_since is not None:
        seen = f"a placement began on {before.frozen_since.isoformat()}"
        remedy = "none: scores stay comparable; another partnership may agree on others"
        raise Conflict.guards([Guard("NOT_FROZEN", False, seen, "no placement that has begun", remedy)])
    return partnership, side


def _side_of(partnership: Partnership, organisation_id: UUID) -> str:
    """Raises Forbidden for whoever does not speak for one of the two sides."""
    sides = {
        party["side"]
        for party in partnership.data["parties"]
        if party["organisation_id"] == str(organisation_id)
        and party["role"] in _SPEAKERS
        and party["side"] in (PartySide.ORIGIN, PartySide.DESTINATION)
    }
    if len(sides) != 1:
        raise Forbidden("Leads, co-leads and signatories of one side agree on parameters.", "not_a_lead")
    return str(sides.pop())


async def _editions(session: AsyncSession, partnership_id: UUID) -> list[FourfoldEdition]:
    query = select(FourfoldEdition).where(FourfoldEdition.partnership_id == partnership_id)
    return list((await session.scalars(query.order_by(FourfoldEdition.edition))).all())


def _waiting(editions: list[FourfoldEdition]) -> FourfoldEdition | None:
    return editions[-1] if editions and editions[-1].confirmed_at is None else None


async def _view(session: AsyncSession, partnership: Partnership) -> FourfoldParametersOut:
    async with acting_for_the_house(session):
        editions = await _editions(session, partnership.id)
    held = await parameters_of(session, partnership.id)
    acts = [at for each in editions for at in (each.proposed_at, each.confirmed_at) if at is not None]
    standing = next((each for each in editions if each.edition == held.version), None)
    waiting = _waiting(editions)
    said: dict[str, Any] = standing.parameters if standing else asdict(held.parameters)
    return FourfoldParametersOut(
        partnership_id=partnership.id,
        version=len(acts) + 1,
        method=METHOD_VERSION,
        edition=held.version,
        parameters=ParametersIn.model_validate(said),
        hash=held.hash,
        agreed_at=standing and standing.confirmed_at,
        agreed_by=[each for each in (standing.proposed_by, standing.confirmed_by) if each] if standing else [],
        frozen=held.frozen,
        frozen_since=held.frozen_since,
        proposed=ProposedParametersOut.model_validate(waiting) if waiting and not held.frozen else None,
    )
