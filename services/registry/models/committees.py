"""The joint committee of a partnership: meetings, decisions, action items. Offices, never names of persons."""

from calendar import monthrange
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.contracts.vocabulary import ActionItemStatus
from services.kit.db import now
from services.registry.models import Base
from services.registry.models.membership import PartyRecord


class CommitteeMeeting(PartyRecord, Base):
    """A sitting of a committee."""

    __tablename__ = "committee_meetings"

    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committees.id"))
    held_on: Mapped[date]
    place: Mapped[str | None]
    agenda: Mapped[list[dict[str, Any]]]
    attended: Mapped[list[str]]
    minutes_document_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id"))


class Committee(PartyRecord, Base):
    """A committee of both sides; a member is an organisation, its side, and the office that sits for it."""

    __tablename__ = "committees"

    name: Mapped[dict[str, str]]
    members: Mapped[list[dict[str, Any]]]
    cadence_months: Mapped[int]
    agreement_id: Mapped[UUID | None] = mapped_column(ForeignKey("agreements.id"))
    meetings: Mapped[list[CommitteeMeeting]] = relationship(lazy="selectin", order_by=CommitteeMeeting.held_on)

    @property
    def next_meeting_by(self) -> date | None:
        """The day by which its cadence asks for the next meeting; None before the first."""
        if not self.meetings:
            return None
        held = max(each.held_on for each in self.meetings)
        year, month = divmod(held.year * 12 + held.month - 1 + self.cadence_months, 12)
        return date(year, month + 1, min(held.day, monthrange(year, month + 1)[1]))


class CommitteeAdoption(PartyRecord, Base):
    """One side adopts a decision; owned by the member that does so for its side. It never changes."""

    __tablename__ = "committee_adoptions"

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("committee_decisions.id"))
    side: Mapped[str]
    adopted_on: Mapped[date]


class CommitteeDecision(PartyRecord, Base):
    """A numbered decision; in force when both country sides have adopted it."""

    __tablename__ = "committee_decisions"

    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committees.id"))
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("committee_meetings.id"))
    number: Mapped[int]
    text: Mapped[dict[str, str]]
    adoptions: Mapped[list[CommitteeAdoption]] = relationship(lazy="selectin", order_by=CommitteeAdoption.id)

    @property
    def adopted_on(self) -> date | None:
        """The day on which the second country side adopted it; None before."""
        days = {each.side: each.adopted_on for each in self.adoptions}
        sides = ("ORIGIN", "DESTINATION")
        return max(days[side] for side in sides) if all(side in days for side in sides) else None


class ActionItemCompletion(PartyRecord, Base):
    """The assignee says that it is done, with evidence; owned by the assignee. It never changes."""

    __tablename__ = "action_item_completions"

    action_item_id: Mapped[UUID] = mapped_column(ForeignKey("action_items.id"))
    done_on: Mapped[date]
    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id"))
    note: Mapped[str | None]


class ActionItem(PartyRecord, Base):
    """Something that a party is to do; `organisation_id` wrote it down, `assignee_id` does it."""

    __tablename__ = "action_items"

    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committees.id"))
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("committee_decisions.id"))
    assignee_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    text: Mapped[dict[str, str]]
    due_on: Mapped[date]
    cancelled: Mapped[bool]
    completions: Mapped[list[ActionItemCompletion]] = relationship(lazy="selectin", order_by=ActionItemCompletion.id)

    @property
    def status(self) -> ActionItemStatus:
        """Where it stands today."""
        if self.completions:
            return ActionItemStatus.DONE
        if self.cancelled:
            return ActionItemStatus.CANCELLED
        return ActionItemStatus.OVERDUE if self.due_on < now().date() else ActionItemStatus.OPEN
