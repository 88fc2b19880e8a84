"""What the registry publishes. Each event carries the whole state of its record, so that the last one is enough."""

from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.contracts.envelope import Event


class Part(BaseModel):
    """A piece of an event."""

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True)


class OrganisationChanged(Event):
    """An organisation was registered or changed. `verified` is whether operations have looked it up in a register,
    None where nobody asked for that when it was registered; `verified_to` is the last day on which that counts."""

    type: ClassVar[str] = "org.passerelle.registry.organisation-changed.v1"

    id: UUID
    code: str
    name: dict[str, str]
    organisation_type: str
    sector: str
    country: str
    verified: bool | None = None
    verified_to: date | None = None


class CorridorPart(Part):
    origin: str
    destination: str
    quota_per_year: int
    pathway: str | None = None


class PartyPart(Part):
    organisation_id: UUID
    side: str
    role: str


class TargetPart(Part):
    """An occupation that is trained for; without a track it is for both. `planned_persons_per_year` counts people."""

    isco08: str
    track: str | None = None
    planned_persons_per_year: int = 0


class PartnershipChanged(Event):
    """A partnership was registered, changed or moved to another state."""

    type: ClassVar[str] = "org.passerelle.registry.partnership-changed.v1"

    id: UUID
    organisation_id: UUID
    code: str
    title: dict[str, str]
    model: str
    status: str
    corridors: list[CorridorPart]
    parties: list[PartyPart]
    home_places: int
    away_places: int
    ratio_target: float | None = None
    targets: list[TargetPart] = Field(default_factory=list)
    programme_id: UUID | None = None
    themes: list[str] = Field(default_factory=list)
    signature_date: date | None = None
    actual_start: date | None = None
    actual_end: date | None = None
    statistics_threshold: int | None = None  # smallest number of persons that a released cell may count
    employer_pays: bool | None = None  # whether workers pay nothing for recruitment; absent: not stated
    recruiters: list[UUID | None] = Field(default_factory=list)  # entries of the directory; null: not in it


class TaughtSkillPart(Part):
    uri: str
    level: int


class TaughtLanguagePart(Part):
    code: str
    from_cefr: str | None = None
    to_cefr: str


class MoneyPart(Part):
    amount: Decimal
    currency: str


class ProgrammeChanged(Event):
    """A training programme was published or changed."""

    type: ClassVar[str] = "org.passerelle.registry.programme-changed.v1"

    id: UUID
    organisation_id: UUID
    external_id: str
    title: dict[str, str]
    programme_type: str
    country: str
    hours: int
    skills: list[TaughtSkillPart]
    prerequisites: list[str]
    language: TaughtLanguagePart | None = None
    cost_per_trainee: MoneyPart
    trainee_pays: MoneyPart | None = None
    accredited: bool
    partnership_ids: list[UUID]


class SessionChanged(Event):
    """A session of a programme was published or changed."""

    type: ClassVar[str] = "org.passerelle.registry.session-changed.v1"

    id: UUID
    programme_id: UUID
    organisation_id: UUID
    external_id: str
    starts_on: date
    ends_on: date
    seats: int


class RequiredSkillPart(Part):
    uri: str
    essential: bool
    critical: bool
    level: int


class RequiredLanguagePart(Part):
    code: str
    cefr: str


class VacancyChanged(Event):
    """A vacancy was published, changed or moved to another state."""

    type: ClassVar[str] = "org.passerelle.registry.vacancy-changed.v1"

    id: UUID
    organisation_id: UUID
    external_id: str
    title: dict[str, str]
    country: str
    isco08: str
    esco_uri: str | None = None
    skills: list[RequiredSkillPart]
    languages: list[RequiredLanguagePart]
    minimum_eqf: int | None = None
    equivalent_experience: bool
    minimum_experience_months: int | None = None
    regulated: bool
    gross_monthly_wage: MoneyPart
    net_monthly_wage_estimate: MoneyPart | None = None
    wage_floor: MoneyPart | None = None
    weekly_hours: int
    contract_type: str
    contract_months: int | None = None
    places: int
    start_from: date
    start_to: date
    minimum_age: int | None = None
    maximum_age: int | None = None
    sector: str | None = None
    green_share: float | None = None
    pathway: str | None = None
    partnership_ids: list[UUID]
    status: str


class MentorsPart(Part):
    count: int
    languages: list[str]
    isco08: list[str]


class WindowPart(Part):
    from_date: date
    to_date: date


class HostChanged(Event):
    """A host's offer was published, changed, opened or closed. Days and places are its whole capacity."""

    type: ClassVar[str] = "org.passerelle.registry.host-changed.v1"

    id: UUID
    organisation_id: UUID
    external_id: str
    title: dict[str, str]
    country: str
    region: str | None = None
    capacity_days: int
    places: int
    sectors: list[str]
    services: list[str]
    personas: list[str]
    languages: list[str]
    mentors: list[MentorsPart]
    stay_days_min: int
    stay_days_max: int
    diaspora_firm: bool
    cooperation_sought: list[str] = Field(default_factory=list)
    availability: list[WindowPart]
    open: bool
    partnership_ids: list[UUID]


class DiasporaEngagementChanged(Event):
    """An engagement of a diaspora organisation was published, changed or vetted. It counts as vetted up to
    `vetted_to` and no longer."""

    type: ClassVar[str] = "org.passerelle.registry.diaspora-engagement-changed.v1"

    id: UUID
    organisation_id: UUID
    external_id: str
    engagement_type: str
    title: dict[str, str]
    residence: str
    origin: str
    languages: list[str]
    isco08: list[str]
    regions: list[str]
    hours_offered: int
    amount_offered: MoneyPart | None = None
    vetting: str
    vetted_to: date | None = None
    open: bool
    partnership_ids: list[UUID]


class EligibilityPart(Part):
    formalised: bool = False
    minimum_turnover: MoneyPart | None = None
    sectors: list[str] = Field(default_factory=list)


class MobilitySchemeChanged(Event):
    """A mobility scheme was registered, changed or approved. `approved` says whether both sides want it as it stands,
    durations are days of one stay, `quota` is people a year."""

    type: ClassVar[str] = "org.passerelle.registry.mobility-scheme-changed.v1"

    id: UUID
    organisation_id: UUID
    partnership_id: UUID
    title: dict[str, str]
    persona: str
    duration_days_min: int
    duration_days_max: int
    circular: bool
    stays_per_person: int
    multi_entry: bool
    quota: int
    pathway: str | None = None
    eligibility: EligibilityPart | None = None
    approved: bool


class TaxonomyActivated(Event):
    """A version of the taxonomy became the one in force."""

    type: ClassVar[str] = "org.passerelle.registry.taxonomy-activated.v1"

    version: str
    skills: int
    occupations: int


class LegalPathwayChanged(Event):
    """A legal pathway was registered or changed. Corridors name it by `key`; `valid_to` is the last day."""

    type: ClassVar[str] = "org.passerelle.registry.legal-pathway-changed.v1"

    id: UUID
    organisation_id: UUID
    key: str
    title: dict[str, str]
    origins: list[str]
    destination: str
    personas: list[str]
    max_stay_months: int | None = None
    renewable: bool = True
    quota_per_year: int | None = None
    multi_entry: bool
    minimum_age: int | None = None
    maximum_age: int | None = None
    minimum_wage: MoneyPart | None = None
    occupations: list[str] = Field(default_factory=list)
    contract_types: list[str] = Field(default_factory=list)
    processing_days: int | None = None
    valid_from: date
    valid_to: date | None = None


class LicencePart(Part):
    country: str
    valid_from: date
    valid_to: date


class MeasurePart(Part):
    """What an authority did against a provider; without a last day it goes on."""

    kind: str
    valid_from: date
    valid_to: date | None = None


class ServiceProviderChanged(Event):
    """An entry of the directory of service providers was made or changed, or somebody said something of it.
    `employer_pays` is false also where an assessment found that workers pay."""

    type: ClassVar[str] = "org.passerelle.registry.service-provider-changed.v1"

    id: UUID
    organisation_id: UUID
    kind: str
    employer_pays: bool
    licences: list[LicencePart]
    measures: list[MeasurePart]


class JointDecisionChanged(Event):
    """What two authorities make of an occupation in a corridor was proposed, signed, suspended or renewed."""

    type: ClassVar[str] = "org.passerelle.registry.joint-decision-changed.v1"

    id: UUID
    partnership_id: UUID
    origin: str
    destination: str
    isco08: str
    corridor_class: str
    track: str
    mode: str
    away_open: bool
    ratio: float | None = None
    quota_hint: int | None = None
    warnings: list[str] = Field(default_factory=list)
    status: str
    in_force_on: date | None = None
    expires_on: date
    # Shortage index of each side as it was computed for the decision, -1 (surplus) to 1; absent: unknown.
    origin_index: float | None = None
    destination_index: float | None = None
    origin_shortage_class: str | None = None
    destination_shortage_class: str | None = None


class CostCellPart(Part):
    """What one payer planned and spent on one group of costs, in the reporting currency."""

    group: str
    payer: str
    budget: Decimal
    spent: Decimal


class PartnershipCostsChanged(Event):
    """Costs of a partnership were agreed, spent or taken back. `id` is the partnership's."""

    type: ClassVar[str] = "org.passerelle.registry.partnership-costs-changed.v1"

    id: UUID
    organisation_id: UUID
    reporting_currency: str
    cells: list[CostCellPart]


class SafeguardChanged(Event):
    """How far a partnership may recruit in an ISCO-08 minor group of an origin was set or changed. A mode looser than
    `default_mode` holds until `loose_until`, the last day of the agreement that compensates for it (None: no end)."""

    type: ClassVar[str] = "org.passerelle.registry.safeguard-changed.v1"

    id: UUID
    partnership_id: UUID
    origin: str
    isco08_minor: str
    mode: str
    ratio: float | None = None
    away_cap: int | None = None
    valid_from: date
    expires_on: date
    default_mode: str | None = None
    loose_until: date | None = None
