"""What is said and heard about demand."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import Country, DemandKind, ShortageCause
from services.kit.bulk import MAX_ROWS, RowError, RowResult
from services.kit.schemas import Count, EscoUri, ExternalId, In, Isco08, Line, Out, Paragraph, Resource

Percent = Annotated[int, Field(strict=True, ge=0, le=100, description="Percent of the persons.")]


class ResponseMix(In):
    """How a demand is to be met, in whole percent that sum to 100."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "domestic_training": 40,
                    "upskilling": 20,
                    "working_conditions": 10,
                    "intra_regional": 10,
                    "international_mobility": 20,
                }
            ]
        },
    )

    domestic_training: Percent
    upskilling: Percent
    working_conditions: Percent
    intra_regional: Percent
    international_mobility: Percent

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if sum(self.model_dump().values()) != 100:
            raise ValueError("the five shares must sum to 100")
        return self


class DemandSkill(In):
    """An ESCO skill, transversal ones included. The label is for suggestions, should the URI be absent or unknown."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [{"uri": "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b"}]
        },
    )

    uri: EscoUri | None = None
    label: Line | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.uri is None and self.label is None:
            raise ValueError("name a uri or a label")
        return self


EXAMPLE: dict[str, Any] = {
    "external_id": "2027-Q2-HP-GENT",
    "partnership_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
    "kind": "FORECAST",
    "employer_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a11",
    "isco08": "7127",
    "skills": [{"uri": "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b", "label": None}],
    "country": "BEL",
    "persons": 12,
    "year": 2027,
    "quarter": 2,
    "cause": "QUANT",
    "response_mix": ResponseMix.model_config["json_schema_extra"]["examples"][0],  # type: ignore[index]
}


class DemandIn(In):
    """Persons whom an employer will need, or who need training, in an occupation and at a time."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    external_id: ExternalId
    partnership_id: UUID = Field(description="The partnership that is told.")
    kind: DemandKind = DemandKind.FORECAST
    employer_id: UUID | None = Field(
        None, description="The employer, if registered; others than the caller need to have given it a mandate."
    )
    employer_key: ExternalId | None = Field(None, description="Your key of an employer that is not registered.")
    isco08: Isco08
    esco_uri: EscoUri | None = Field(None, description="ESCO occupation.")
    occupation_label: Line | None = Field(None, description="For suggestions, should `esco_uri` be unknown.")
    skills: list[DemandSkill] = Field(default_factory=list, max_length=100)
    country: Country = Field(description="Where the persons are needed.")
    persons: Count = Field(description="Number of persons; 0 takes an earlier line back.")
    year: Annotated[int, Field(strict=True, ge=2000, le=2100, description="Calendar year.")]
    quarter: Annotated[int, Field(strict=True, ge=1, le=4, description="Quarter; absent: the year.")] | None = None
    cause: ShortageCause | None = None
    response_mix: ResponseMix | None = Field(None, description="Needed for a FORECAST.")
    justification: Paragraph | None = Field(None, description="Needed when international_mobility is 100.")

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.employer_id and self.employer_key:
            raise ValueError("name employer_id or employer_key, not both")
        if self.kind == DemandKind.FORECAST and self.response_mix is None:
            raise ValueError("a FORECAST needs a response_mix")
        if self.kind == DemandKind.TRAINING_NEED and not self.skills:
            raise ValueError("a TRAINING_NEED names the skills that are needed")
        mobility = self.response_mix.international_mobility if self.response_mix else 0
        if mobility == 100 and self.justification is None:
            raise ValueError("international_mobility alone must be justified")
        return self


class DemandOut(Resource):
    """A line of demand as the parties and the employer read it."""

    external_id: str
    partnership_id: UUID
    organisation_id: UUID = Field(description="Who submitted it.")
    kind: DemandKind
    employer_id: UUID | None
    employer_key: str | None
    mandate_id: UUID | None = Field(description="The mandate by which it was submitted for another.")
    isco08: str
    esco_uri: str | None
    skills: list[DemandSkill]
    country: Country
    persons: int
    year: int
    quarter: int | None
    cause: ShortageCause | None
    response_mix: ResponseMix | None
    justification: Paragraph | None
    green_share: float | None = Field(
        description="Green ESCO skills among those named (else the occupation's), 0 to 1."
    )
    cross_disciplinary_share: float | None = Field(
        description="Skills of transversal or cross-sector reuse (ESCO) among those named, 0 to 1."
    )


class ConceptSuggestion(Out):
    """A concept that may have been meant."""

    pointer: str = Field(description="JSON pointer to what it would replace.", examples=["/skills/0/uri"])
    uri: str
    label: str
    score: float = Field(description="Likeness of the labels, up to 2.")


class DemandResult(RowResult):
    """Result of one line."""

    warnings: list[RowError] = Field(default_factory=list, max_length=10)
    suggestions: list[ConceptSuggestion] = Field(default_factory=list, max_length=300)


class DemandBatchOut(Out):
    """Results of a bulk request."""

    results: list[DemandResult] = Field(max_length=MAX_ROWS)


class DemandGroup(Out):
    """Demand of one employer for one occupation in one year."""

    employer_id: UUID | None
    employer_key: str | None
    isco08: str
    year: int
    kind: DemandKind
    lines: int
    persons: int
    green_persons: float = Field(description="Persons times green share, where that is known.")
    by_response: dict[str, float] = Field(description="Persons by way of meeting the demand.")


class DemandSummary(Out):
    """The roll-up of a partnership's demand, by employer, occupation and year."""

    partnership_id: UUID
    persons: int = Field(description="All forecasts together; training needs are not counted.")
    groups: list[DemandGroup] = Field(max_length=MAX_ROWS)
