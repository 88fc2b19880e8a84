"""What is said and heard about service providers, and about what was ordered from them."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import (
    Country,
    Currency,
    IrisPrinciple,
    IrisStatus,
    MobilityPhase,
    Payer,
    PriceUnit,
    SanctionKind,
    ServiceOrderStatus,
    ServiceProviderKind,
    ServiceType,
)
from services.kit.schemas import (
    Date,
    Flag,
    In,
    Line,
    LocalisedParagraph,
    Money,
    Out,
    Paragraph,
    PositiveCount,
    Resource,
)

# Recruitment fees and related costs in the sense of the ILO general principles and definition of 2019, which are the
# employer's to pay.
RECRUITMENT_RELATED = frozenset(
    {
        ServiceType.RECRUITMENT,
        ServiceType.VISA_APPLICATION,
        ServiceType.SKILLS_ASSESSMENT,
        ServiceType.MEDICAL_EXAMINATION,
        ServiceType.ORIENTATION,
        ServiceType.TRAVEL,
    }
)


class Price(In):
    """What a service costs; for one corridor when countries are named, else everywhere."""

    model_config = ConfigDict(from_attributes=True)

    service: ServiceType
    price: Money = Field(description="For one unit.")
    unit: PriceUnit = PriceUnit.PERSON
    origin: Country | None = None
    destination: Country | None = None


class ProviderIn(In):
    """A provider as it presents itself."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "RECRUITER",
                    "summary": {"en": "Technicians for building and recycling."},
                    "countries": ["MAR", "BEL"],
                    "employer_pays": True,
                    "prices": [
                        {
                            "service": "RECRUITMENT",
                            "price": {"amount": "1900.00", "currency": "EUR"},
                            "unit": "PERSON",
                            "origin": "MAR",
                            "destination": "BEL",
                        }
                    ],
                }
            ]
        }
    )

    kind: ServiceProviderKind
    summary: LocalisedParagraph | None = None
    countries: list[Country] = Field(min_length=1, max_length=250, description="Where it works.")
    employer_pays: Flag = Field(description="Its commitment that no worker pays for recruitment.")
    prices: list[Price] = Field(default_factory=list, max_length=200)


class ProviderPatch(In):
    """Fields to change (JSON merge-patch); lists are replaced whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"employer_pays": True}]})

    summary: LocalisedParagraph | None = None
    countries: list[Country] | None = Field(None, min_length=1, max_length=250)
    employer_pays: Flag | None = None
    prices: list[Price] | None = Field(None, max_length=200)


class CheckOut(Out):
    """One thing that usability rests on."""

    code: str
    passed: bool
    seen: str
    needed: str
    remedy: str


class ProviderOut(Resource):
    """An entry of the directory, with what others say of it; every client reads it."""

    organisation_id: UUID = Field(description="The provider.")
    kind: ServiceProviderKind
    summary: LocalisedParagraph | None
    countries: list[Country]
    employer_pays: bool
    prices: list[Price]
    licensed: bool = Field(description="Whether a licence holds today.")
    iris_status: IrisStatus
    fee_free: bool = Field(description="Committed, and no assessment that holds found workers paying.")
    usable: bool = Field(description="Licensed, not sanctioned and fee-free today.")
    usable_because: list[CheckOut] = Field(description="What `usable` rests on, passed or not.")
    rating: float | None = Field(description="Mean of the last score of each organisation, 1 to 5.")
    rated_by: int


class LicenceIn(In):
    """A permission to work in a country."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "authority": "Ministry of Labour",
                    "number": "REC-2026-118",
                    "country": "MAR",
                    "valid_from": "2026-01-01",
                    "valid_to": "2028-12-31",
                }
            ]
        }
    )

    authority: Line
    number: Line
    country: Country
    valid_from: Date = Field(description="First day on which it holds.")
    valid_to: Date = Field(description="Last day on which it holds.")

    @model_validator(mode="after")
    def _ends_after_start(self) -> "LicenceIn":
        if self.valid_to < self.valid_from:
            raise ValueError("valid_to must not be before valid_from")
        return self


class LicencePatch(In):
    """Fields to change (JSON merge-patch)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"valid_to": "2029-12-31"}]})

    authority: Line | None = None
    number: Line | None = None
    valid_from: Date | None = None
    valid_to: Date | None = None


class OfProvider(Resource):
    """A record about a provider."""

    provider_id: UUID
    organisation_id: UUID = Field(description="Who wrote it.")


class LicenceOut(OfProvider):
    """A licence as it was recorded."""

    authority: str
    number: str
    country: Country
    valid_from: date = Field(description="First day on which it holds.")
    valid_to: date = Field(description="Last day on which it holds.")


class Finding(In):
    """What was found on one principle."""

    model_config = ConfigDict(from_attributes=True)

    principle: IrisPrinciple
    met: Flag
    note: Paragraph | None = None


ALL_MET: Any = [{"principle": principle.value, "met": True} for principle in IrisPrinciple]


class AssessmentIn(In):
    """An assessment against all seven IRIS principles."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"on": "2026-10-01", "valid_to": "2029-09-30", "findings": ALL_MET}]}
    )

    on: Date = Field(description="When it was done.")
    valid_to: Date = Field(description="Last day on which it holds.")
    findings: list[Finding] = Field(min_length=7, max_length=7, description="One for each principle.")

    @model_validator(mode="after")
    def _complete(self) -> "AssessmentIn":
        if {finding.principle for finding in self.findings} != set(IrisPrinciple):
            raise ValueError("each of the seven principles needs one finding")
        if self.valid_to < self.on:
            raise ValueError("valid_to must not be before on")
        return self


class AssessmentOut(OfProvider):
    """An assessment as its assessor wrote it."""

    on: date = Field(description="When it was done.")
    valid_to: date = Field(description="Last day on which it holds.")
    findings: list[Finding]


class RatingIn(In):
    """A customer's word on quality."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"score": 4, "comment": "On time, papers complete."}]})

    score: Annotated[int, Field(strict=True, ge=1, le=5, description="From 1 (poor) to 5 (excellent).")]
    comment: Paragraph | None = None


class RatingOut(OfProvider):
    """A rating; the last one of each organisation counts."""

    score: int = Field(description="From 1 (poor) to 5 (excellent).")
    comment: str | None


class SanctionIn(In):
    """A measure of an authority."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "SUSPENSION", "reason": "Fees taken from workers.", "starts_on": "2026-11-01"}]
        }
    )

    kind: SanctionKind
    reason: Paragraph
    starts_on: Date = Field(description="First day on which it is in force.")
    ends_on: Date | None = Field(None, description="Last day on which it is in force; absent: until it is ended.")

    @model_validator(mode="after")
    def _ends_after_start(self) -> "SanctionIn":
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError("ends_on must not be before starts_on")
        return self


class SanctionPatch(In):
    """Fields to change (JSON merge-patch)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ends_on": "2027-01-31"}]})

    reason: Paragraph | None = None
    ends_on: Date | None = None


class SanctionOut(OfProvider):
    """A measure as its authority wrote it."""

    kind: SanctionKind
    reason: str
    starts_on: date = Field(description="First day on which it is in force.")
    ends_on: date | None = Field(description="Last day on which it is in force; absent: until it is ended.")


class OrderIn(In):
    """A service that is ordered for people of a partnership."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "provider_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "service": "RECRUITMENT",
                    "phase": "PRE_DEPARTURE",
                    "origin": "MAR",
                    "destination": "BEL",
                    "persons": 30,
                    "price": {"amount": "57000.00", "currency": "EUR"},
                    "payer": "EMPLOYER",
                    "ordered_on": "2026-11-20",
                }
            ]
        }
    )

    provider_id: UUID
    service: ServiceType
    phase: MobilityPhase
    origin: Country
    destination: Country
    persons: PositiveCount = Field(description="How many people it is for.")
    price: Money = Field(description="For all of them together.")
    payer: Payer
    status: ServiceOrderStatus = ServiceOrderStatus.ORDERED
    ordered_on: Date


class OrderPatch(In):
    """Fields to change (JSON merge-patch)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "DELIVERED"}]})

    persons: PositiveCount | None = None
    price: Money | None = None
    payer: Payer | None = None
    phase: MobilityPhase | None = None
    status: ServiceOrderStatus | None = None


class OrderOut(Resource):
    """An order as the parties of its partnership see it."""

    partnership_id: UUID
    organisation_id: UUID = Field(description="Who ordered.")
    provider_id: UUID
    service: ServiceType
    phase: MobilityPhase
    origin: Country
    destination: Country
    persons: int = Field(description="How many people it is for.")
    price: Money = Field(description="For all of them together.")
    payer: Payer
    status: ServiceOrderStatus
    ordered_on: date
    usable_when_ordered: bool = Field(
        description="Licensed in the corridor, not sanctioned and fee-free on the day of the order."
    )
    fee_free_when_ordered: bool


class UnitPrice(Out):
    """Mean price for one person of a service in a corridor."""

    service: ServiceType
    origin: Country
    destination: Country
    currency: Currency
    orders: int
    persons: int
    price_per_person: Decimal = Field(description="Sum of prices by sum of persons.", examples=["1900.00"])


class OrderSummary(Out):
    """How a partnership's people were served; cancelled orders do not count."""

    orders: int
    persons: int = Field(description="Sum over orders; who was served twice counts twice.")
    served_well: int = Field(description="Orders from providers that were licensed, not sanctioned and fee-free.")
    served_well_share: float | None = Field(description="Their share of all orders, 0 to 1; absent without orders.")
    paid_by_workers: int = Field(description="Orders that workers pay themselves.")
    unit_prices: list[UnitPrice]
