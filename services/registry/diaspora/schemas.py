"""What is said and heard about engagements of the diaspora."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, WithJsonSchema, model_validator

from services.contracts.vocabulary import Country, Currency, DiasporaEngagementType, VettingStatus, VettingVerdict
from services.kit.schemas import (
    Count,
    Date,
    ExternalId,
    Flag,
    In,
    Isco08,
    Language,
    Line,
    LocalisedLine,
    Money,
    Out,
    Paragraph,
    Rate,
    Resource,
    decimal_from_text,
)

EXAMPLE: dict[str, Any] = {
    "external_id": "MENTORS-2027",
    "title": {"fr": "Mentors du bâtiment durable", "en": "Mentors of sustainable building"},
    "type": "MENTOR",
    "residence": "BEL",
    "origin": "SEN",
    "languages": ["fr", "wo"],
    "isco08": ["7127"],
    "regions": ["Dakar", "Thiès"],
    "hours_offered": 240,
    "amount_offered": None,
    "open": True,
    "partnership_ids": ["01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10"],
}


class EngagementIn(In):
    """What a diaspora organisation offers."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    external_id: ExternalId
    title: LocalisedLine
    type: DiasporaEngagementType
    residence: Country = Field(description="Where the members live.")
    origin: Country = Field(description="Where they or their families come from.")
    languages: list[Language] = Field(min_length=1, max_length=20)
    isco08: list[Isco08] = Field(default_factory=list, max_length=50, description="Occupations they know.")
    regions: list[Line] = Field(default_factory=list, max_length=50, description="Regions they work for.")
    hours_offered: Count = Field(0, description="Hours a year.")
    amount_offered: Money | None = Field(None, description="Money that may be invested or given, in all.")
    open: Flag = Field(True, description="Whether it may be asked for at present.")
    partnership_ids: list[UUID] = Field(
        default_factory=list, max_length=50, description="The partnerships this is offered to."
    )

    @model_validator(mode="after")
    def _fits(self) -> "EngagementIn":
        if self.type is DiasporaEngagementType.INVESTOR and self.amount_offered is None:
            raise ValueError("an investor says how much: amount_offered")
        if self.type is DiasporaEngagementType.MENTOR and not self.hours_offered:
            raise ValueError("a mentor says how many hours: hours_offered")
        return self


class EngagementPatch(In):
    """Fields to change (JSON merge-patch); lists are replaced whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"hours_offered": 300}]})

    title: LocalisedLine | None = None
    languages: list[Language] | None = Field(None, min_length=1, max_length=20)
    isco08: list[Isco08] | None = Field(None, max_length=50)
    regions: list[Line] | None = Field(None, max_length=50)
    hours_offered: Count | None = None
    amount_offered: Money | None = None
    open: Flag | None = None
    partnership_ids: list[UUID] | None = Field(None, max_length=50)


class EngagementOut(Resource):
    """An engagement as the parties of its partnerships see it."""

    organisation_id: UUID = Field(description="The organisation that offers it.")
    external_id: str
    title: LocalisedLine
    type: DiasporaEngagementType
    residence: Country
    origin: Country
    languages: list[str]
    isco08: list[str]
    regions: list[str]
    hours_offered: int = Field(description="Hours a year.")
    amount_offered: Money | None
    open: bool
    partnership_ids: list[UUID]
    vetting: VettingStatus
    vetted_to: date | None = Field(description="Last day on which the last vetting holds.")


class VettingIn(In):
    """What another party found."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "verdict": "VETTED",
                    "grounds": "References of three mentored firms; statutes and members checked.",
                    "valid_to": "2028-03-01",
                }
            ]
        }
    )

    verdict: VettingVerdict
    grounds: Paragraph
    valid_to: Date = Field(description="Last day on which it holds.")


class VettingOut(Resource):
    """A vetting of an engagement."""

    engagement_id: UUID
    organisation_id: UUID | None = Field(description="Who vetted; absent: operations.")
    verdict: VettingVerdict
    grounds: str
    valid_to: date = Field(description="Last day on which it holds.")


_HOURS = r"^(?:0|[1-9][0-9]{0,4})(?:\.[0-9]{1,2})?$"
Hours = Annotated[
    Decimal,
    decimal_from_text(_HOURS),
    WithJsonSchema({"type": "string", "pattern": _HOURS, "maxLength": 8}),
    Field(description="Hours given, as a decimal string.", examples=["12.50"]),
]


class DeliveryIn(In):
    """Hours or money that were given."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"on": "2027-05-04", "hours": "12.50", "beneficiaries": 3, "note": "Three firms in Thiès."}]
        }
    )

    on: Date = Field(description="When, or the last day of it.")
    hours: Hours = Decimal(0)
    amount: Money | None = None
    rate_to_eur: Rate | None = Field(None, description="Units of the currency for one EUR; needed unless it is EUR.")
    rate_source: Line | None = Field(None, description="Who published the rate, and for which day.")
    beneficiaries: Count = Field(0, description="People who had something of it.")
    note: Paragraph | None = None

    @model_validator(mode="after")
    def _fits(self) -> "DeliveryIn":
        if not self.hours and self.amount is None:
            raise ValueError("name hours or an amount")
        foreign = self.amount is not None and self.amount.currency != Currency("EUR")
        if foreign != (self.rate_to_eur is not None) or foreign != (self.rate_source is not None):
            raise ValueError("rate_to_eur and rate_source go with an amount that is not in EUR, and with no other")
        return self


class DeliveryPatch(In):
    """Fields to change (JSON merge-patch)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"beneficiaries": 4}]})

    on: Date | None = None
    hours: Hours | None = None
    amount: Money | None = None
    rate_to_eur: Rate | None = None
    rate_source: Line | None = None
    beneficiaries: Count | None = None
    note: Paragraph | None = None


class DeliveryOut(Resource):
    """What was given under an engagement."""

    engagement_id: UUID
    organisation_id: UUID
    on: date = Field(description="When, or the last day of it.")
    hours: Decimal = Field(description="Hours given.")
    amount: Money | None
    rate_to_eur: Decimal | None = Field(description="Units of the currency for one EUR.")
    rate_source: str | None
    amount_eur: Decimal = Field(description="The amount in EUR, 0 when there is none.")
    beneficiaries: int
    note: str | None


class DeliveryTotals(Out):
    """What was given under an engagement, in all."""

    engagement_id: UUID
    deliveries: int
    hours: Decimal = Field(description="Hours given.", examples=["120.50"])
    hours_offered: int = Field(description="Hours a year that are offered.")
    amount_eur: Decimal = Field(description="Money given, in EUR.", examples=["25000.0000"])
    beneficiaries: int = Field(description="Sum over deliveries; who had something of two counts twice.")
