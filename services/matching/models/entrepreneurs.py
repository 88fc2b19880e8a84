"""Firms, their people's mobilities and stays, what came of them, and hours with mentors."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Numeric
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Record
from services.matching.models import Base


class Firm(Record, Base):
    """The firm of an entrepreneur, or the small firm that sends its employee; one a candidate, never shared as a row.

    `turnover` is money a year, `innovation` and `export_readiness` are 1 to 5, `visits` are stays abroad outside of
    any mobility, as {"country", "from_date", "to_date", "long_stay"}.
    """

    __tablename__ = "firms"

    organisation_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    name: Mapped[str]
    country: Mapped[str]
    region: Mapped[str | None]
    sector: Mapped[str]
    formalised: Mapped[bool]
    registration_number: Mapped[str | None]
    registration_evidence: Mapped[str | None]
    turnover: Mapped[dict[str, Any] | None]
    founded_on: Mapped[date | None]
    staff: Mapped[int | None]
    innovation: Mapped[int | None]
    export_readiness: Mapped[int | None]
    green_product: Mapped[bool | None]
    need: Mapped[str | None]
    capabilities_wanted: Mapped[list[str]]
    cooperation_sought: Mapped[list[str]]
    continuity_person: Mapped[str | None]
    stay_days_wanted: Mapped[int]
    visits: Mapped[list[dict[str, Any]]]


class Mobility(Record, Base):
    """The way of an entrepreneur through a partnership, from interest to the follow-up. Owned by the candidate's
    organisation; `next_steps` are {"kind", "text"}, `referral` is to a support structure, `quota_year` is the calendar
    year of whose scheme quota this mobility uses one: from the match with a host on, unless nobody went."""

    __tablename__ = "mobilities"

    organisation_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    partnership_id: Mapped[UUID]
    scheme_id: Mapped[UUID | None]
    host_id: Mapped[UUID | None]
    corridor: Mapped[str]
    status: Mapped[str]
    status_date: Mapped[date]
    diagnosis: Mapped[str | None]
    preparation: Mapped[str | None]
    referral: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None]
    next_steps: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    returned_on: Mapped[date | None]
    quota_year: Mapped[int | None]


class Stay(Record, Base):
    """A stay with a host, both days included. Owned by the candidate's organisation, shared with the host, whose
    `host_decided_by` is the person there who accepted or declined."""

    __tablename__ = "stays"

    organisation_id: Mapped[UUID]
    mobility_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    host_id: Mapped[UUID]
    host_organisation_id: Mapped[UUID]
    country: Mapped[str]
    from_date: Mapped[date]
    to_date: Mapped[date]
    visa_class: Mapped[str]
    pathway: Mapped[str | None]
    status: Mapped[str]
    visa_valid_from: Mapped[date | None]
    visa_valid_to: Mapped[date | None]
    host_accepts: Mapped[bool | None]
    host_answered_on: Mapped[date | None]
    host_decided_by: Mapped[str | None]
    share_identity: Mapped[bool]
    reason: Mapped[str | None]
    next_steps: Mapped[list[dict[str, Any]]] = mapped_column(default=list)

    @property
    def days(self) -> int:
        """The day of arrival and the day of departure both count."""
        return (self.to_date - self.from_date).days + 1


class FirmAgreement(Record, Base):
    """What two firms agreed on as a fruit of a mobility; `value_eur` is None when the rate is unknown."""

    __tablename__ = "firm_agreements"

    organisation_id: Mapped[UUID]
    mobility_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    stay_id: Mapped[UUID | None]
    type: Mapped[str]
    counterpart: Mapped[str]
    counterpart_country: Mapped[str]
    signed_on: Mapped[date]
    value: Mapped[dict[str, Any] | None]
    value_eur: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))


class MobilityFollowUp(Record, Base):
    """What became of the firm 6 or 12 months after the return; `turnover` is money a year."""

    __tablename__ = "mobility_follow_ups"

    organisation_id: Mapped[UUID]
    mobility_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    month: Mapped[int]
    took_place_on: Mapped[date]
    trading: Mapped[bool]
    returned: Mapped[bool]
    turnover: Mapped[dict[str, Any] | None]
    jobs_created: Mapped[int]
    jobs_kept: Mapped[int]


class Mentoring(Record, Base):
    """Hours of a mentor for a candidate, under a vetted engagement of a diaspora organisation, with which it is
    shared. `hours` are those booked, then those given; `amount` is money given along with them."""

    __tablename__ = "mentorings"

    organisation_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    engagement_id: Mapped[UUID]
    mentor_organisation_id: Mapped[UUID]
    status: Mapped[str]
    planned_on: Mapped[date]
    hours: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    held_on: Mapped[date | None]
    amount: Mapped[dict[str, Any] | None]
    amount_eur: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    reason: Mapped[str | None]
    next_steps: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
