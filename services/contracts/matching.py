"""What matching publishes: pseudonymous, and only what indicators need.

`sex` and `age_band` are absent when the person did not consent to statistics. `corridor` is ORIGIN-DESTINATION of
the partnership, in ISO 3166-1 alpha-3, for home and away tracks alike.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

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
    """A person's way through a training session went a step further; `previous` is the status before."""

    type: ClassVar[str] = "org.passerelle.matching.enrolment-changed.v1"

    enrolment_id: UUID
    candidate_id: UUID
    partnership_id: UUID
    programme_id: UUID
    provider_id: UUID
    corridor: str
    track: str
    status: str
    previous: str | None = None
    reason: str | None = None
    on: date
    persona: str
    sex: str | None = None
    age_band: str | None = None


class ProposalChanged(Event):
    """A proposal was made, answered or closed. A prospect is not published: nobody but its owner is to know of it."""

    type: ClassVar[str] = "org.passerelle.matching.proposal-changed.v1"

    proposal_id: UUID
    candidate_id: UUID
    vacancy_id: UUID
    partnership_id: UUID
    corridor: str
    track: str
    status: str
    previous: str | None = None
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


class PlacementMoved(Event):
    """A placement came into another state; every move is told here, its start and end in events of their own too."""

    type: ClassVar[str] = "org.passerelle.matching.placement-moved.v1"

    placement_id: UUID
    candidate_id: UUID
    partnership_id: UUID
    corridor: str
    track: str
    country: str
    isco08: str
    persona: str
    status: str
    previous: str | None = None
    reason: str | None = None
    on: date
    sex: str | None = None
    age_band: str | None = None


class NextStepPart(BaseModel):
    """What a person can do next; the words for it stay in matching, since they may speak of the person."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: str
    link: str | None = None


class CaseClosed(Event):
    """An enrolment, proposal or placement closed: tell the person by `tell_by` why, and what comes next.

    Published when the case closes, and again with `confirmed` once a person at the candidate's organisation has
    released it: before that, it is not for the candidate.
    """

    type: ClassVar[str] = "org.passerelle.matching.case-closed.v1"

    closing_id: UUID
    kind: str
    case_id: UUID
    candidate_id: UUID
    organisation_id: UUID
    partnership_id: UUID
    status: str
    reason: str
    next_steps: list[NextStepPart]
    closed_at: datetime
    tell_by: datetime
    confirmed: bool


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


class MobilityChanged(Event):
    """An entrepreneur's mobility moved on, or an agreement or a follow-up was recorded. Money is EUR, jobs are those
    of the last follow-up; what has not been asked yet is absent."""

    type: ClassVar[str] = "org.passerelle.matching.mobility-changed.v1"

    mobility_id: UUID
    candidate_id: UUID
    partnership_id: UUID
    scheme_id: UUID | None = None
    corridor: str
    status: str
    reason: str | None = None
    on: date
    persona: str
    sector: str | None = None
    sex: str | None = None
    age_band: str | None = None
    agreements: int = 0
    agreements_value_eur: Decimal = Decimal(0)
    returned: bool | None = None
    trading: bool | None = None
    jobs_created: int | None = None
    jobs_kept: int | None = None


class StayChanged(Event):
    """A stay of an entrepreneur was planned or moved on; both days are included."""

    type: ClassVar[str] = "org.passerelle.matching.stay-changed.v1"

    stay_id: UUID
    mobility_id: UUID
    candidate_id: UUID
    partnership_id: UUID
    host_id: UUID
    host_organisation_id: UUID
    corridor: str
    country: str
    status: str
    from_date: date
    to_date: date
    days: int
    visa_class: str


class MentoringChanged(Event):
    """Hours with a mentor were booked, given or cancelled."""

    type: ClassVar[str] = "org.passerelle.matching.mentoring-changed.v1"

    mentoring_id: UUID
    candidate_id: UUID
    engagement_id: UUID
    mentor_organisation_id: UUID
    status: str
    on: date
    hours: Decimal
    amount_eur: Decimal = Decimal(0)
    persona: str
    sex: str | None = None
    age_band: str | None = None


class LedgerEntryRecorded(Event):
    """Money was paid in the course of a placement, or an entry was taken back (`corrects`)."""

    type: ClassVar[str] = "org.passerelle.matching.ledger-entry-recorded.v1"

    entry_id: UUID
    placement_id: UUID
    candidate_id: UUID
    partnership_id: UUID
    corridor: str
    kind: str
    cost_group: str
    phase: str
    payer: str
    payee: str
    amount: Decimal
    currency: str
    paid_on: date
    corrects: UUID | None = None


class CaseChanged(Event):
    """A guard-rail case was opened or went a step further; `on` is the day of the change."""

    type: ClassVar[str] = "org.passerelle.matching.case-changed.v1"

    case_id: UUID
    code: str
    status: str
    previous: str | None = None
    placement_id: UUID
    candidate_id: UUID
    partnership_id: UUID
    corridor: str
    by_rule: bool
    trips_on: date | None = None
    on: date


class CheckInRecorded(Event):
    """A worker was asked how it goes; what was not asked is absent. `verified` is whether breaches were verified."""

    type: ClassVar[str] = "org.passerelle.matching.check-in-recorded.v1"

    check_in_id: UUID
    placement_id: UUID
    candidate_id: UUID
    partnership_id: UUID
    corridor: str
    track: str
    month: int
    on: date
    employed: bool | None = None
    social_security: bool | None = None
    skills_used: bool | None = None
    breaches: int
    verified: bool


class GrievanceChanged(Event):
    """A grievance was filed or went a step further. It names neither person nor placement."""

    type: ClassVar[str] = "org.passerelle.matching.grievance-changed.v1"

    grievance_id: UUID
    partnership_id: UUID
    categories: list[str]
    status: str
    retaliation: bool
    level: int
    filed_on: date
    days_open: int


class DossierChanged(Event):
    """A recognition dossier went a step further; `days` are those between submission and decision."""

    type: ClassVar[str] = "org.passerelle.matching.dossier-changed.v1"

    dossier_id: UUID
    candidate_id: UUID
    partnership_id: UUID
    authority_id: UUID
    isco08: str
    country: str
    status: str
    days: int | None = None
    on: date


class FourfoldAssessed(Event):
    """Whether all four parties gain was assessed, before a job or with a follow-up. Scores are 0 to 1 with 0.5 as
    break-even, absent where nothing is known; coverage is the share of the weight that is known."""

    type: ClassVar[str] = "org.passerelle.matching.fourfold-assessed.v1"

    assessment_id: UUID
    subject: str
    subject_id: UUID
    candidate_id: UUID
    partnership_id: UUID
    corridor: str
    track: str
    moment: str
    on: date
    verdict: str
    losers: list[str]
    guards: list[str]
    candidate: float | None = None
    employer: float | None = None
    destination: float | None = None
    origin: float | None = None
    candidate_coverage: float
    employer_coverage: float
    destination_coverage: float
    origin_coverage: float
    parameters_version: str
    sex: str | None = None
    age_band: str | None = None


class ReturnChanged(Event):
    """A return was planned, made, or followed up."""

    type: ClassVar[str] = "org.passerelle.matching.return-changed.v1"

    return_id: UUID
    candidate_id: UUID
    placement_id: UUID
    partnership_id: UUID
    status: str
    on: date
    employed: bool | None = None
    using_skills: bool | None = None


class RemittanceRecorded(Event):
    """Money was sent home, told with the person's consent."""

    type: ClassVar[str] = "org.passerelle.matching.remittance-recorded.v1"

    remittance_id: UUID
    candidate_id: UUID
    placement_id: UUID
    partnership_id: UUID
    amount: Decimal
    fee: Decimal
    currency: str
    on: date
