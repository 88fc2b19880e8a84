"""The values a partnership record is made of: where, for whom, on which terms, and how it is watched.

Nearly every field may be absent, because a record grows from an idea; what a state asks for is said by its guards.
"""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from services.contracts.vocabulary import (
    Cefr,
    Comparison,
    Country,
    Currency,
    EvaluationCriterion,
    PartyRole,
    PartySide,
    PlannedTrack,
    PolicyFrame,
    RecognitionCoverage,
    ReleasePolicy,
)
from services.kit.schemas import (
    Amount,
    Count,
    Date,
    EscoUri,
    ExternalId,
    Flag,
    In,
    Isco08,
    Language,
    Line,
    Money,
    Paragraph,
    Share,
    Uri,
)

Area = Annotated[
    str,
    StringConstraints(min_length=3, max_length=6, pattern=r"^[A-Z]{2}(?:-[A-Z0-9]{1,3}|[A-Z0-9]{1,3})$"),
    Field(description="Part of a country: ISO 3166-2 or NUTS.", examples=["BE-VLG"]),
]
GreenCode = Annotated[
    str,
    StringConstraints(
        min_length=1,
        max_length=200,
        pattern=r"^(?:http://data\.europa\.eu/esco/(?:skill|occupation)/[A-Za-z0-9._~-]+"
        r"|[A-U](?:[0-9]{2}(?:\.?[0-9]{1,2})?)?)$",
    ),
    Field(description="A green ESCO skill or occupation, or an ISIC Rev. 4 or NACE Rev. 2 code.", examples=["D35.1"]),
]
Months = Annotated[int, Field(strict=True, ge=0, le=600)]
Year = Annotated[int, Field(strict=True, ge=2000, le=2200)]


def examples(*given: dict[str, Any]) -> ConfigDict:
    """Settings of a value type that reads table rows and shows `given` in the documents."""
    return ConfigDict(from_attributes=True, json_schema_extra={"examples": list(given)})


class Corridor(In):
    """One way from an origin to a destination, with its own quota, pathway and currencies."""

    model_config = examples(
        {
            "origin": "MAR",
            "destination": "BEL",
            "destination_area": "BE-VLG",
            "quota_per_year": 40,
            "pathway": "BE-SINGLE-PERMIT-SHORTAGE",
            "origin_currency": "MAD",
            "destination_currency": "EUR",
        }
    )

    origin: Country
    origin_area: Area | None = None
    destination: Country
    destination_area: Area | None = Field(None, description="Where labour competence is regional: ISO 3166-2 or NUTS.")
    quota_per_year: Count = Field(description="Away placements a year that both sides agreed on.")
    pathway: ExternalId | None = Field(None, description="Key of the regular migration pathway that is used.")
    origin_currency: Currency
    destination_currency: Currency


class LanguageMinimum(In):
    """A language that is asked for, and how much of it."""

    model_config = examples({"language": "nl", "cefr": "A2"})

    language: Language
    cefr: Cefr


class PlannedYear(In):
    """How many persons are planned for in a year."""

    model_config = examples({"year": 2027, "persons": 30})

    year: Year = Field(description="Calendar year.")
    persons: Count = Field(description="Persons who are to be trained.")


class TargetOccupation(In):
    """An occupation the partnership trains for."""

    model_config = examples(
        {
            "isco08": "7411",
            "national_code": "ROME F1602",
            "track": None,
            "sector": "D35",
            "planned_persons_per_year": 30,
            "planned": [{"year": 2027, "persons": 20}, {"year": 2028, "persons": 40}],
            "minimum_eqf": 3,
            "minimum_language": "fr",
            "minimum_cefr": "B1",
            "further_languages": [{"language": "nl", "cefr": "A2"}],
            "wage_floor": "2300.00",
            "wage_floor_currency": "EUR",
            "regulated": False,
        }
    )

    isco08: Isco08
    esco_uri: EscoUri | None = None
    national_code: Line | None = Field(None, description="The occupation in a national classification, named first.")
    sector: Line | None = Field(None, description="ISIC Rev. 4 division or group.", examples=["E38"])
    track: PlannedTrack | None = Field(None, description="Only this track; absent means home and away.")
    planned_persons_per_year: Count = Field(0, description="Persons a year, where years are not told apart.")
    planned: list[PlannedYear] = Field(default_factory=list, max_length=30, description="Year by year.")
    green_share: Share | None = Field(None, description="Share of green skills in the occupation, from 0 to 1.")
    minimum_eqf: Annotated[int, Field(strict=True, ge=1, le=8)] | None = Field(None, description="EQF level, 1 to 8.")
    minimum_language: Language | None = None
    minimum_cefr: Cefr | None = None
    further_languages: list[LanguageMinimum] = Field(
        default_factory=list, max_length=10, description="Asked for besides the first language."
    )
    wage_floor: Amount | None = Field(None, description="Lowest gross monthly wage the partners accept.")
    wage_floor_currency: Currency | None = None
    regulated: Flag | None = Field(None, description="Whether the destination regulates the occupation.")
    recognition_route: Line | None = Field(None, description="How the qualification is recognised for it.")


class Contact(In):
    """Where a party is reached: an office rather than a person."""

    model_config = examples({"office": "Partnership desk", "email": "desk@atlas-emploi.example"})

    office: Line
    email: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+$")]


class Party(In):
    """An organisation, the side it stands on and what it does."""

    model_config = examples(
        {"organisation_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10", "side": "ORIGIN", "role": "LEAD"}
    )

    organisation_id: UUID
    side: PartySide
    role: PartyRole
    joined_on: Date | None = None
    left_on: Date | None = Field(None, description="From this day on it is no party any more.")
    signed_document_id: UUID | None = Field(None, description="The document that binds it to its role.")
    contact: Contact | None = None


class PolicyReference(In):
    """A frame of policy that the partnership answers to."""

    model_config = examples({"frame": "GCM", "reference": "Objective 18", "note": "Skills and their recognition."})

    frame: PolicyFrame
    reference: Line | None = None
    note: Paragraph | None = None


class CriticalSector(In):
    """A sector that a country calls critical, and where it says so (S-67)."""

    model_config = examples({"country": "MAR", "sector": "D35", "reference": "National energy strategy 2030, axis 2"})

    country: Country
    sector: Line = Field(description="ISIC Rev. 4 section, division or group.", examples=["D35"])
    reference: Line = Field(description="The law or strategy that says so.")


class Recognition(In):
    """How the destination recognises what is learned. The gap analysis says what is missing between the two."""

    model_config = examples(
        {
            "authority": "Invented recognition office",
            "procedure": "Level certificate after comparison of curricula.",
            "legal_basis": "Decree on equivalence, article 4",
            "status": "PARTIAL",
            "duration_days": 90,
            "fee": {"amount": "180.00", "currency": "EUR"},
            "gap_analysis_uri": "https://partners.example/gap-analysis",
        }
    )

    authority: Line | None = None
    procedure: Paragraph | None = None
    legal_basis: Line | None = None
    status: RecognitionCoverage | None = None
    duration_days: Annotated[int, Field(strict=True, ge=0, le=3650)] | None = Field(None, description="In days.")
    fee: Money | None = Field(None, description="What one application costs.")
    gap_analysis_uri: Uri | None = None


class CriterionFinding(In):
    """What an evaluation found, by a criterion of the OECD Development Assistance Committee (S-12)."""

    model_config = examples(
        {"criterion": "SUSTAINABILITY", "rating": 3, "finding": "The course runs on without outside funds."}
    )

    criterion: EvaluationCriterion
    rating: Annotated[int, Field(strict=True, ge=1, le=4)] | None = Field(
        None, description="4 very good, 3 good, 2 problematic, 1 serious deficiencies; absent: not rated."
    )
    finding: Paragraph


class Monitoring(In):
    """When the partners look at what became of their plans."""

    model_config = examples(
        {"meeting_cadence_months": 3, "review_dates": ["2027-09-01"], "final_evaluation_on": "2029-10-01"}
    )

    meeting_cadence_months: Annotated[int, Field(strict=True, ge=1, le=60)] | None = Field(
        None, description="Months between two meetings of the joint committee."
    )
    review_dates: list[Date] = Field(default_factory=list, max_length=50)
    mid_term_evaluation_on: Date | None = None
    final_evaluation_on: Date | None = None
    evaluation_uri: Uri | None = Field(None, description="Where the evaluation is published.")
    findings: list[CriterionFinding] = Field(
        default_factory=list, max_length=60, description="Of evaluations, by DAC criterion."
    )


class DataProtection(In):
    """Who answers for personal data, how long they are kept, and what may be published."""

    model_config = examples(
        {
            "dpia_reference": "DPIA-2026-07",
            "retention_months": 60,
            "statistics_threshold": 5,
            "release_policy": "PUBLIC",
        }
    )

    controllers: list[UUID] = Field(default_factory=list, max_length=50, description="Organisations.")
    processors: list[UUID] = Field(default_factory=list, max_length=50, description="Organisations.")
    dpia_reference: Line | None = Field(None, description="Where the data-protection impact assessment is filed.")
    retention_months: Months | None = Field(None, description="Months after the end until personal data are erased.")
    statistics_threshold: Annotated[int, Field(strict=True, ge=1, le=1000)] | None = Field(
        None, description="Smallest number of persons that a released cell may count."
    )
    release_policy: ReleasePolicy = ReleasePolicy.PARTIES


class SuccessCriterion(In):
    """What has to be measured for a hypothesis to count as confirmed."""

    model_config = examples({"indicator_code": "EMPLOYED_12M_SHARE", "comparison": "AT_LEAST", "value": 0.7})

    indicator_code: ExternalId = Field(description="Code of the indicator.")
    comparison: Comparison
    value: Annotated[float, Field(strict=True, ge=-1e12, le=1e12, allow_inf_nan=False)] = Field(
        description="In the indicator's own unit."
    )
    due_on: Date | None = None


class Hypothesis(In):
    """What a pilot is to find out, with its criteria of success; fixed once the partnership is active (S-46)."""

    model_config = examples(
        {
            "code": "H1",
            "statement": "People who trained for both tracks find work at home as often as abroad.",
            "criteria": SuccessCriterion.model_config["json_schema_extra"]["examples"],  # type: ignore[index]
        }
    )

    code: ExternalId = Field(description="Key within the partnership.")
    statement: Paragraph
    criteria: list[SuccessCriterion] = Field(min_length=1, max_length=20)


class Closing(In):
    """What is left when the partnership ends, and who takes it over."""

    model_config = examples({"open_placements": 0, "final_ledger_uri": "https://partners.example/ledger"})

    open_placements: Count | None = Field(None, description="Placements still running.")
    handed_over_to: UUID | None = Field(None, description="The organisation that follows them up.")
    final_ledger_uri: Uri | None = None
    beneficiaries_data_plan: Paragraph | None = Field(None, description="What becomes of people's data.")
    follow_up_finished_on: Date | None = Field(None, description="End of the 12-month follow-up.")
