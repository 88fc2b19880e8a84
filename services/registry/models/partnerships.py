"""Skills partnerships, their parties, and the steps of their lives."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from services.contracts.registry import CorridorPart, PartnershipChanged, PartyPart, TargetPart
from services.contracts.vocabulary import PartnershipStatus, PartyRole, PartySide
from services.kit.db import Record, now
from services.registry.models import Base

_OBJECT = JSONB(none_as_null=True)
# Who speaks for a side's country.
SPEAKERS = frozenset({PartyRole.LEAD, PartyRole.CO_LEAD, PartyRole.SIGNATORY})


class PartnershipParty(Base):
    """An organisation, the side it stands on and what it does. `owner_id` owns the partnership and writes this."""

    __tablename__ = "partnership_parties"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnerships.id"))
    owner_id: Mapped[UUID]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    side: Mapped[str]
    role: Mapped[str]
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    signed_document_id: Mapped[UUID | None]
    contact: Mapped[dict[str, Any] | None] = mapped_column(_OBJECT)

    def belongs(self) -> bool:
        """Whether it has not left; who left keeps no sight of the partnership."""
        return self.left_on is None or self.left_on > now().date()


class Partnership(Record, Base):
    """A skills partnership. `organisation_id` registered it and owns it; parties read it; leads write and move it.

    `actual_start`, `actual_end` and `signature_date` are set by the lifecycle. What the JSON columns hold is said by
    the value types of `services.registry.partnerships.terms`; an absent object is None.
    """

    __tablename__ = "partnerships"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    code: Mapped[str]
    title: Mapped[dict[str, str]]
    summary: Mapped[dict[str, str] | None] = mapped_column(_OBJECT)
    model: Mapped[str]
    maturity: Mapped[str]
    status: Mapped[str]
    themes: Mapped[list[str]]
    corridors: Mapped[list[dict[str, Any]]]
    targets: Mapped[list[dict[str, Any]]]
    home_places: Mapped[int]
    away_places: Mapped[int]
    ratio_target: Mapped[float | None]
    planned_start: Mapped[date | None]
    planned_end: Mapped[date | None]
    acronym: Mapped[str | None]
    just_transition_statement: Mapped[dict[str, str] | None] = mapped_column(_OBJECT)
    just_transition_groups: Mapped[list[str]] = mapped_column(default=list)
    green_focus: Mapped[list[str]] = mapped_column(default=list)
    policy_frames: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    critical_sectors: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    iati_identifier: Mapped[str | None]
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("cooperation_programmes.id"))
    successor_of: Mapped[UUID | None] = mapped_column(ForeignKey("partnerships.id"))
    replicated_from: Mapped[UUID | None] = mapped_column(ForeignKey("partnerships.id"))
    actual_start: Mapped[date | None]
    actual_end: Mapped[date | None]
    signature_date: Mapped[date | None]
    track_choice_point: Mapped[str | None]
    track_switch_rule: Mapped[str | None]
    recognition: Mapped[dict[str, Any] | None] = mapped_column(_OBJECT)
    recruitment_policy: Mapped[dict[str, Any] | None] = mapped_column(_OBJECT)
    protection: Mapped[dict[str, Any] | None] = mapped_column(_OBJECT)
    social_security: Mapped[dict[str, Any] | None] = mapped_column(_OBJECT)
    return_reintegration: Mapped[dict[str, Any] | None] = mapped_column(_OBJECT)
    diaspora_engagement_plan: Mapped[dict[str, str] | None] = mapped_column(_OBJECT)
    monitoring: Mapped[dict[str, Any] | None] = mapped_column(_OBJECT)
    data_protection: Mapped[dict[str, Any] | None] = mapped_column(_OBJECT)
    hypotheses: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    closing: Mapped[dict[str, Any] | None] = mapped_column(_OBJECT)
    parties: Mapped[list[PartnershipParty]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by=PartnershipParty.id
    )

    def readers(self) -> set[UUID]:
        """The owner and the parties that have not left."""
        return {self.organisation_id} | {party.organisation_id for party in self.parties if party.belongs()}

    def sides_to_ask(self) -> frozenset[PartySide]:
        """The country sides that the owner does not stand on and whose parties it no longer names: who joins them is
        invited and says yes. An idea is still drafted by one."""
        if self.status == PartnershipStatus.IDEA:
            return frozenset()
        own = {
            party.side for party in self.parties if party.organisation_id == self.organisation_id and party.belongs()
        }
        return frozenset(side for side in (PartySide.ORIGIN, PartySide.DESTINATION) if side not in own)

    def countries_of(self, side: str) -> frozenset[str]:
        """Where those come from that lead a side or sign for it; of THIRD, nowhere in particular."""
        end = {PartySide.ORIGIN: "origin", PartySide.DESTINATION: "destination"}.get(PartySide(side))
        return frozenset(corridor[end] for corridor in self.corridors) if end else frozenset()

    def event(self) -> PartnershipChanged:
        """The whole state, for the feed; parties that left are not in it."""
        return PartnershipChanged(
            id=self.id,
            organisation_id=self.organisation_id,
            code=self.code,
            title=self.title,
            model=self.model,
            status=self.status,
            corridors=[CorridorPart.model_validate(corridor) for corridor in self.corridors],
            parties=[PartyPart.model_validate(party) for party in self.parties if party.belongs()],
            home_places=self.home_places,
            away_places=self.away_places,
            ratio_target=self.ratio_target,
            targets=[TargetPart.model_validate(target) for target in self.targets],
            programme_id=self.programme_id,
            themes=self.themes,
            signature_date=self.signature_date,
            actual_start=self.actual_start,
            actual_end=self.actual_end,
            statistics_threshold=(self.data_protection or {}).get("statistics_threshold"),
            employer_pays=(self.recruitment_policy or {}).get("employer_pays"),
            recruiters=[each.get("provider_id") for each in (self.recruitment_policy or {}).get("recruiters") or ()],
        )


class PartnershipStatusChange(Base):
    """One step of a partnership's life; append-only. `organisation_id` is the organisation that took it."""

    __tablename__ = "partnership_status_changes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnerships.id"))
    organisation_id: Mapped[UUID]
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    reason: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(default=lambda: now())

    @property
    def actor(self) -> str:
        """Who took the step."""
        return str(self.organisation_id)
