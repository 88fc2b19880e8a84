"""Agreements, their signatures and their terminations."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.contracts.vocabulary import AgreementStatus
from services.kit.db import now
from services.registry.models import Base
from services.registry.models.membership import PartyRecord


class AgreementSignature(PartyRecord, Base):
    """One party's signature; owned by the organisation that signed. It never changes."""

    __tablename__ = "agreement_signatures"

    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreements.id"))
    side: Mapped[str]
    signed_on: Mapped[date]
    office: Mapped[str]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id"))


class AgreementTermination(PartyRecord, Base):
    """One party's notice that an agreement ends; owned by the organisation that gave it. It never changes."""

    __tablename__ = "agreement_terminations"

    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreements.id"))
    ends_on: Mapped[date]
    reason: Mapped[str]


class Agreement(PartyRecord, Base):
    """An agreement between parties of a partnership; `organisation_id` registered it, `parties` are to sign it."""

    __tablename__ = "agreements"

    type: Mapped[str]
    legal_status: Mapped[str]
    title: Mapped[dict[str, str]]
    parties: Mapped[list[dict[str, Any]]]
    language_versions: Mapped[list[dict[str, Any]]]
    text_uri: Mapped[str | None]
    legal_basis: Mapped[str | None]
    in_force_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    tacit_renewal: Mapped[bool]
    annexes: Mapped[list[dict[str, Any]]]
    supports: Mapped[list[dict[str, Any]]]
    social_security: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    replaces: Mapped[UUID | None] = mapped_column(ForeignKey("agreements.id"))
    signatures: Mapped[list[AgreementSignature]] = relationship(lazy="selectin", order_by=AgreementSignature.id)
    terminations: Mapped[list[AgreementTermination]] = relationship(lazy="selectin", order_by=AgreementTermination.id)

    @property
    def signed_on(self) -> date | None:
        """The day of the last signature; None while one of `parties` has not signed."""
        signed = {str(each.organisation_id): each.signed_on for each in self.signatures}
        wanted = [str(party["organisation_id"]) for party in self.parties]
        return max(signed[each] for each in wanted) if all(each in signed for each in wanted) else None

    @property
    def terminated_on(self) -> date | None:
        """The earliest day for which a party gave notice."""
        return min((each.ends_on for each in self.terminations), default=None)

    @property
    def last_day(self) -> date | None:
        """The last day on which it is in force, as far as is known; None without an end."""
        ends = [self.terminated_on - timedelta(days=1)] if self.terminated_on else []
        if self.expires_on and not self.tacit_renewal:
            ends.append(self.expires_on)
        return min(ends, default=None)

    @property
    def status(self) -> AgreementStatus:
        """Where it stands today, from its signatures and dates."""
        return self.status_on(now().date())

    def status_on(self, day: date) -> AgreementStatus:
        """Where it stands on that day."""
        if self.terminated_on and self.terminated_on <= day:
            return AgreementStatus.TERMINATED
        if self.signed_on is None:
            sides = {each.side for each in self.signatures}
            return {
                frozenset(): AgreementStatus.DRAFT,
                frozenset({"ORIGIN"}): AgreementStatus.SIGNED_BY_ORIGIN,
                frozenset({"DESTINATION"}): AgreementStatus.SIGNED_BY_DESTINATION,
            }.get(frozenset(sides), AgreementStatus.PARTLY_SIGNED)
        if self.expires_on and self.expires_on < day and not self.tacit_renewal:
            return AgreementStatus.EXPIRED
        if (self.in_force_on or self.signed_on) <= day:
            return AgreementStatus.IN_FORCE
        return AgreementStatus.SIGNED
