"""What matching publishes: pseudonymous, and only what indicators need.

`sex` and `age_band` are absent when the person did not consent to statistics. `corridor` is ORIGIN-DESTINATION of
the partnership, in ISO 3166-1 alpha-3, for home and away tracks alike.
"""

from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from services.contracts.envelope import Event


class CandidateRegistered(Event):
    """A person joined the pool or their profile changed."""

    type: ClassVar[str] = "org.passerelle.matching.candidate-registered.v1"

    candidate_id: UUID
    organisation_id: UUID
    country: str
    persona: str
    sex: str | None = None
    age_band: str | None = None
    registered_on: date


class CandidateErased(Event):
    """A person was erased: forget the pseudonym, keep no link."""

    type: ClassVar[str] = "org.passerelle.matching.candidate-erased.v1"

    candidate_id: UUID


class EnrolmentChanged(Event):
    """A place in a training session was taken or its result is known."""

    type: ClassVar[str] = "org.passerelle.matching.enrolment-changed.v1"

    enrolment_id: UUID
    candidate_id: UUID
    partnership_id: UUID
    programme_id: UUID
    provider_id: UUID
    corridor: str
    track: str
    status: str
    on: date
    persona: str
    sex: str | None = None
    age_band: str | None = None


class ProposalChanged(Event):
    """A proposal was made, answered or closed."""

    type: ClassVar[str] = "org.passerelle.matching.proposal-changed.v1"

    proposal_id: UUID
    candidate_id: UUID
    vacancy_id: UUID
    partnership_id: UUID
    corridor: str
    track: str
    status: str
    reason: str | None = None
    on: date
    sex: str | None = None
    age_band: str | None = None


class PlacementStarted(Event):
    """A person began a job. Amounts are those of the first job in the first twelve months."""

    type: ClassVar[str] = "org.passerelle.matching.placement-started.v1"

    placement_id: UUID
    candidate_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    employer_id: UUID
    corridor: str
    track: str
    country: str
    isco08: str
    persona: str
    sex: str | None = None
    age_band: str | None = None
    started_on: date
    gross_hourly_earnings: Decimal
    earnings_currency: str
    weekly_hours: int
    net_monthly_earnings: Decimal
    recruitment_costs: Decimal
    net_currency: str


class PlacementEnded(Event):
    """A placement ended, or never began."""

    type: ClassVar[str] = "org.passerelle.matching.placement-ended.v1"

    placement_id: UUID
    candidate_id: UUID
    partnership_id: UUID
    corridor: str
    track: str
    ended_on: date
    reason: str
    had_started: bool
