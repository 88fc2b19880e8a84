"""Registering and changing partnerships."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.contracts.vocabulary import PartnershipStatus, PartyRole, PartySide
from services.kit import concurrency, events, tenancy
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, Forbidden, Guard
from services.kit.records import fields_of, found, locked, merged
from services.registry.models.cooperation import with_components
from services.registry.models.partnerships import Partnership, PartnershipParty
from services.registry.models.sharing import Share, share_partnership
from services.registry.partnerships import guards
from services.registry.partnerships.consistency import check
from services.registry.partnerships.facts import Facts
from services.registry.partnerships.gathering import facts_of
from services.registry.partnerships.moves import record_step
from services.registry.partnerships.past import partnership_as_it_stood
from services.registry.partnerships.schemas import PartnershipIn, PartnershipPatch
from services.registry.partnerships.terms import Hypothesis, Party

_WITH_PARTIES = selectinload(Partnership.parties)
_LEADS = (PartyRole.LEAD, PartyRole.CO_LEAD)
_BEFORE_ACTIVE = frozenset(
    {
        PartnershipStatus.IDEA,
        PartnershipStatus.SCOPING,
        PartnershipStatus.NEGOTIATION,
        PartnershipStatus.SIGNED,
        PartnershipStatus.INCEPTION,
    }
)


def listed(
    status: str | None,
    model: str | None,
    country: str | None,
    programme_id: UUID | None,
    theme: str | None,
    frame: str | None = None,
) -> Select[Any]:
    """Partnerships the caller is a party to. `country` is at either end of a corridor; the partnerships of a programme
    are also those of its components."""
    query = select(Partnership).options(_WITH_PARTIES)
    if status:
        query = query.where(Partnership.status == status)
    if model:
        query = query.where(Partnership.model == model)
    if theme:
        query = query.where(Partnership.themes.contains([theme]))
    if frame:
        query = query.where(Partnership.policy_frames.contains([{"frame": frame}]))
    if programme_id:
        query = query.where(Partnership.programme_id.in_(with_components(programme_id)))
    if country:
        ends = ("origin", "destination")
        query = query.where(or_(*(Partnership.corridors.contains([{end: country}]) for end in ends)))
    return query


async def get(session: AsyncSession, partnership_id: UUID, as_of: datetime | None = None) -> Partnership:
    """Raises NotFound for missing and foreign ones alike."""
    if as_of is not None:
        return await partnership_as_it_stood(session, partnership_id, as_of)
    return await found(session, Partnership, partnership_id, _WITH_PARTIES)


async def release_those_who_left(session: AsyncSession) -> None:
    """Take the sight from parties whose last day has come since their partnership was last changed; done hourly."""
    # Those alone where somebody who left still sees it; all that anybody ever left grow with the years.
    left = (
        select(PartnershipParty.partnership_id)
        .join(
            Share,
            and_(
                Share.record_id == PartnershipParty.partnership_id,
                Share.reader_id == PartnershipParty.organisation_id,
            ),
        )
        .where(PartnershipParty.left_on <= now().date())
    )
    query = select(Partnership).options(_WITH_PARTIES).where(Partnership.id.in_(left)).order_by(Partnership.id)
    for partnership in await session.scalars(query.with_for_update()):
        sees = set(await session.scalars(select(Share.reader_id).where(Share.record_id == partnership.id)))
        if sees != partnership.readers():
            await share_partnership(session, tenancy.HOUSE, partnership)
            await events.publish(session, (partnership.id, partnership.event()))


async def register(session: AsyncSession, principal: Principal, data: PartnershipIn) -> Partnership:
    """A new partnership, in the state IDEA. Raises Unprocessable; a code that is taken gives 409."""
    await check(session, data)
    partnership = Partnership(organisation_id=principal.acts_for, status=PartnershipStatus.IDEA)
    _set(partnership, data)
    partnership.parties = _parties(partnership, data.parties)
    session.add(partnership)
    await session.flush()
    await share_partnership(session, principal.tenant, partnership)
    await record_step(session, principal, partnership, None, None)
    return partnership


async def change(
    session: AsyncSession, principal: Principal, partnership_id: UUID, version: int, patch: PartnershipPatch
) -> Partnership:
    """Merge the patch. The owner and the leads of either side may. Leads change the parties of their own side only, and
    so does the owner once the partnership is more than an idea: the other side is asked, by invitation.

    Raises Conflict for what would undo a guard that was passed, or change what had to be fixed before.
    """
    partnership = await locked(session, Partnership, partnership_id, _WITH_PARTIES)
    sides = _sides_led(principal, partnership)
    concurrency.check(partnership, version)
    before = await facts_of(session, partnership)
    current = fields_of(PartnershipIn, partnership)
    current["parties"] = [Party.model_validate(party) for party in partnership.parties]
    data = merged(PartnershipIn, current, patch)
    await check(session, data, partnership)
    _check_ex_ante(partnership, data)
    _set(partnership, data)
    partnership.touch()
    if "parties" in patch.model_fields_set:
        _check_own_side(sides, current["parties"], data.parties)
        # Parties are the owner's to write; a lead that may change its own side does it by the house's hand.
        await tenancy.act_for(session, tenancy.HOUSE)
        partnership.parties = _parties(partnership, data.parties)
        await session.flush()
        await share_partnership(session, principal.tenant, partnership)
    _check_standing(partnership, before, await facts_of(session, partnership))
    await session.flush()
    await events.publish(session, (partnership.id, partnership.event()))
    return partnership


def _sides_led(principal: Principal, partnership: Partnership) -> frozenset[PartySide]:
    """The sides whose parties the caller may change. Raises Forbidden for those who may change nothing."""
    if principal.organisation_id == partnership.organisation_id:
        return frozenset(PartySide) - partnership.sides_to_ask()
    sides = frozenset(
        PartySide(party.side)
        for party in partnership.parties
        if party.organisation_id == principal.organisation_id and party.role in _LEADS and party.belongs()
    )
    if not sides:
        raise Forbidden("Only the owner and the leads of either side may change it.", "not_the_owner")
    return sides


def _check_own_side(sides: frozenset[PartySide], before: Sequence[Party], after: Sequence[Party]) -> None:
    def foreign(parties: Sequence[Party]) -> list[str]:
        return sorted(party.model_dump_json() for party in parties if party.side not in sides)

    if foreign(before) != foreign(after):
        raise Forbidden(
            "You change the parties of your own side. To have somebody join the other: POST"
            " /v1/partnerships/{partnership_id}/invitations, by the owner or a lead of that side; then who is invited"
            " accepts: POST /v1/invitations/{invitation_id}/answers.",
            "not_your_side",
        )


def _check_ex_ante(partnership: Partnership, data: PartnershipIn) -> None:
    if partnership.status in _BEFORE_ACTIVE:
        return
    before = [Hypothesis.model_validate(hypothesis) for hypothesis in partnership.hypotheses]
    guard = Guard(
        "HYPOTHESES_EX_ANTE",
        before == data.hypotheses,
        f"status {partnership.status}",
        "hypotheses and success criteria as they were before the partnership became ACTIVE",
        "Record what was learned as a lesson; hypotheses stay as they were.",
    )
    if not guard.passed:
        raise Conflict.guards([guard])


def _set(partnership: Partnership, data: PartnershipIn) -> None:
    as_python = {"planned_start", "planned_end", "programme_id", "successor_of", "replicated_from"}
    values = data.model_dump(mode="json", exclude=as_python | {"parties"}) | data.model_dump(include=as_python)
    for name, value in values.items():
        setattr(partnership, name, value)


def _parties(partnership: Partnership, parties: Sequence[Party]) -> list[PartnershipParty]:
    return [PartnershipParty(owner_id=partnership.organisation_id, **party.model_dump()) for party in parties]


def _check_standing(partnership: Partnership, before: Facts, after: Facts) -> None:
    status = PartnershipStatus(partnership.status)
    if status not in guards.NEXT:
        raise Conflict("A partnership in its final state does not change.", "final_state")
    if lost := guards.undone(status, before, after):
        raise Conflict.guards(lost)
