"""Safeguards against draining an origin of the people it needs, and the second key that loosens one."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.contracts.registry import SafeguardChanged
from services.contracts.safeguards import STRICTNESS
from services.contracts.vocabulary import AgreementType, LegalStatus, PartySide, SafeguardMode
from services.kit import events
from services.registry.models import Base
from services.registry.models.agreements import Agreement
from services.registry.models.membership import PartyRecord


class Safeguard(PartyRecord, Base):
    """How far a partnership may recruit in an ISCO-08 minor group (three digits) of an origin. The origin owns it."""

    __tablename__ = "safeguards"

    origin: Mapped[str]
    isco08_minor: Mapped[str]
    origin_status: Mapped[str]
    list_flag: Mapped[bool]
    default_mode: Mapped[str]
    mode: Mapped[str]
    ratio: Mapped[float | None]
    away_cap: Mapped[int | None]
    valid_from: Mapped[date]
    expires_on: Mapped[date]
    reason: Mapped[str]


class SafeguardConsent(PartyRecord, Base):
    """The destination's key: it consents to a looser mode and names the agreement that compensates the origin."""

    __tablename__ = "safeguard_consents"

    safeguard_id: Mapped[UUID] = mapped_column(ForeignKey("safeguards.id"))
    mode: Mapped[str]
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreements.id"))
    reason: Mapped[str]


COMPENSATING = frozenset({AgreementType.BLMA, AgreementType.SECTORAL_ARRANGEMENT})
"""Types under which governments can compensate an origin, when they bind: WHO's code of practice (2010, art. 5.1) and
domain rule 2.7 ask for an agreement between governments, which no memorandum, employer's promise or funding line is."""


def compensates(agreement: Agreement) -> bool:
    """Whether it is of a kind that may loosen a safeguard, whatever its dates."""
    sides = {party["side"] for party in agreement.parties}
    both = sides >= {PartySide.ORIGIN.value, PartySide.DESTINATION.value}
    return agreement.type in COMPENSATING and agreement.legal_status == LegalStatus.BINDING and both


async def event_of(session: AsyncSession, safeguard: Safeguard) -> SafeguardChanged:
    """The whole state for the feed, with the day on which a looser mode ends."""
    state = {name: getattr(safeguard, name) for name in SafeguardChanged.model_fields if name != "loose_until"}
    return SafeguardChanged(**state, loose_until=await _loose_until(session, safeguard))


async def announce_end(session: AsyncSession, agreement_id: UUID) -> None:
    """Tell the feed again of the safeguards that an agreement loosened, which now ends earlier. To be called while
    acting for the house."""
    consents = select(SafeguardConsent.safeguard_id).where(SafeguardConsent.agreement_id == agreement_id)
    query = select(Safeguard).where(Safeguard.id.in_(consents)).order_by(Safeguard.id)
    for safeguard in (await session.scalars(query)).all():
        await events.publish(session, (safeguard.id, await event_of(session, safeguard)))


async def _loose_until(session: AsyncSession, safeguard: Safeguard) -> date | None:
    """None where the mode is not looser than the default, or an agreement without an end allows it."""
    place = STRICTNESS.index(SafeguardMode(safeguard.mode))
    if place >= STRICTNESS.index(SafeguardMode(safeguard.default_mode)):
        return None
    query = (
        select(SafeguardConsent.mode, Agreement)
        .join(Agreement, Agreement.id == SafeguardConsent.agreement_id)
        .where(SafeguardConsent.safeguard_id == safeguard.id)
        .execution_options(populate_existing=True)
    )
    ends = [safeguard.valid_from - timedelta(days=1)]
    for mode, agreement in await session.execute(query):
        if compensates(agreement) and STRICTNESS.index(SafeguardMode(mode)) <= place:
            ends.append(agreement.last_day or date.max)
    return None if max(ends) == date.max else max(ends)
