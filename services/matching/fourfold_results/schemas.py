"""What is said and heard about the fourfold win."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, WithJsonSchema

from services.contracts.vocabulary import (
    FourfoldEvidence,
    FourfoldMoment,
    FourfoldParty,
    FourfoldStatementName,
    FourfoldSubject,
    FourfoldVerdict,
    GuardRail,
)
from services.kit.schemas import Flag, In, Line, Out, decimal_from_text

_QUANTITY = r"^[0-9]{1,12}(\.[0-9]{1,4})?$"
Quantity = Annotated[
    Decimal,
    decimal_from_text(_QUANTITY),
    WithJsonSchema({"type": "string", "pattern": _QUANTITY, "maxLength": 17}),
    Field(description="Zero or more, at most four decimals, as text.", examples=["0.25"]),
]
Score = Annotated[float | None, Field(description="0 to 1; 0.5 is break-even. Absent where nothing is known.")]


class InputOut(Out):
    """One number, and where it is from."""

    name: str
    value: float | None = Field(description="In `unit`; absent where it is unknown.")
    unit: str
    source: str = Field(description="The record, statement or published figure.")
    on: date | None = Field(description="The day that the number is of.")
    evidence: FourfoldEvidence
    counts: bool = Field(description="False for what is unknown, or said by the benefiting party alone.")
    ask: str = Field(description="Who can give or confirm it, where it does not count.")


class ComponentOut(Out):
    """One benefit of one party."""

    code: str = Field(examples=["W1"])
    weight: float = Field(description="Within the party; the weights of a party add up to 1.")
    score: Score
    gain: float | None = Field(description="Raw gain, in the unit of the formula; absent for components without one.")
    reference: float | None = Field(description="The gain that scores 1, in the same unit.")
    inputs: list[InputOut]


class PartyOut(Out):
    """What one party gains. `components` are empty where they are not the reader's to see."""

    party: FourfoldParty
    score: Score
    low: float = Field(description="Score if all that is unknown were as bad as can be, 0 to 1.")
    high: float = Field(description="Score if all that is unknown were as good as can be, 0 to 1.")
    coverage: float = Field(description="Share of the weight that is known, 0 to 1.")
    components: list[ComponentOut]


class MissingOut(Out):
    """An input that would make more known."""

    component: str
    name: str
    ask: str = Field(description="Who can give or confirm it, and how.")


class AssessmentOut(Out):
    """A win as it was assessed and kept."""

    id: UUID
    subject: FourfoldSubject
    subject_id: UUID
    moment: FourfoldMoment
    assessed_at: datetime
    assessed_by: UUID | None = Field(description="Absent where a rule assessed it.")
    verdict: FourfoldVerdict
    candidate: Score
    employer: Score
    destination: Score
    origin: Score
    method_version: str
    parameters_version: str
    inputs_hash: str | None = Field(description="SHA-256 of the inputs; absent once the person was erased.")


class FourfoldOut(Out):
    """Whether all four parties gain."""

    subject: FourfoldSubject
    subject_id: UUID
    partnership_id: UUID
    moment: FourfoldMoment
    verdict: FourfoldVerdict
    losers: list[FourfoldParty]
    guards: list[GuardRail] = Field(description="Guard rails that have tripped and were not put right.")
    nash: float | None = Field(description="Geometric mean of the four scores, 0 to 1. It never decides.")
    worst: float | None = Field(description="The least of the four scores, 0 to 1.")
    balance: float | None = Field(description="`worst` by the best of the four, 0 to 1.")
    parties: list[PartyOut]
    missing: list[MissingOut]
    method_version: str
    parameters_version: str = Field(description="Edition of the partnership's parameters, and the start of its hash.")
    inputs_hash: str = Field(description="SHA-256 of all inputs, in hexadecimal.")
    computed_at: datetime
    kept: list[AssessmentOut] = Field(description="Before the job and at each follow-up, first to last.")


class ReplayedOut(Out):
    """A kept assessment computed again from its inputs alone."""

    assessment_id: UUID
    status: Literal["EQUAL", "DIFFERENT", "ERASED"]
    inputs_intact: bool | None = Field(description="Whether the inputs are those that were hashed.")
    method_then: str
    method_now: str
    inputs_hash: str | None
    verdict: FourfoldVerdict | None
    parties: list[PartyOut]


class StatementIn(In):
    """An input that no other record has."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "BENEFITS_DRAWN", "value": "0", "source": "Social security extract of March"},
            ]
        }
    )

    name: FourfoldStatementName
    value: Quantity = Field(description="In the unit of the name; a share is 0 to 1.")
    source: Line = Field(description="What shows it.")
    kept_from_employer: Flag = Field(False, description="Only the candidate's organisation may say so.")


class StatementOut(Out):
    """A statement; the last one of its name counts."""

    id: UUID
    placement_id: UUID
    name: FourfoldStatementName
    value: Decimal = Field(description="In `unit`.")
    unit: str
    source: str
    stated_at: datetime
    stated_by: UUID
    confirmed_at: datetime | None
    confirmed_by: UUID | None


class ShareOut(Out):
    """Of placements of one group."""

    group: str = Field(description="Sex or age band as in SDMX; _T is everybody.", examples=["F"])
    placements: int | None = Field(description="Absent where so few are withheld.")
    all_gain: float | None = Field(description="Share of placements in which every score is at least 0.5, 0 to 1.")


class PartnershipFourfoldOut(Out):
    """The ledgers of all participants together, by the same scale; not a mean of placements."""

    partnership_id: UUID
    verdict: FourfoldVerdict
    losers: list[FourfoldParty]
    guards: list[GuardRail]
    nash: float | None = Field(description="Geometric mean of the four pooled scores, 0 to 1.")
    worst: float | None = Field(description="The least of the four pooled scores, 0 to 1.")
    balance: float | None = Field(description="`worst` by the best, 0 to 1.")
    parties: list[PartyOut]
    missing: list[MissingOut]
    participants: dict[str, int | None] = Field(description="Who is in the pool; small numbers are withheld.")
    pareto: list[ShareOut] = Field(description="By sex and age band; small groups are withheld.")
    worst_decile: float | None = Field(
        description="The least score of a placement that a tenth of placements stay below."
    )
    expected: dict[str, float | None] = Field(description="Mean score by party before the job, 0 to 1.")
    found: dict[str, float | None] = Field(description="Mean score by party of the same jobs at the last look, 0 to 1.")
    method_version: str
    parameters_version: str
    inputs_hash: str = Field(description="SHA-256 of all inputs, in hexadecimal.")
    computed_at: datetime
