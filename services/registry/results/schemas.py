"""What is said and heard about results and what is paid for them."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, Strict, model_validator

from services.contracts.result_indicators import RESULT_INDICATORS, IndicatorCode, Unit
from services.contracts.vocabulary import (
    AgeBand,
    FourfoldParty,
    MilestoneStatus,
    OutcomeFamily,
    PlannedTrack,
    Sex,
    TargetVerdict,
)
from services.kit.schemas import (
    Date,
    Flag,
    In,
    Line,
    LocalisedLine,
    LocalisedParagraph,
    Money,
    Out,
    Paragraph,
    Resource,
    Uri,
)

Number = Annotated[float, Strict(), Field(ge=0, le=1e12, allow_inf_nan=False)]
TARGET: dict[str, Any] = {
    "party": "CANDIDATE",
    "indicator_code": "TRAINED",
    "track": None,
    "year": None,
    "baseline": 0,
    "target": 120,
    "due_on": "2028-12-31",
    "hypothesis": {"en": "Training before selection by employers doubles the number of places."},
}


class ResultIndicatorOut(Out):
    """An indicator that a target may be set for."""

    code: IndicatorCode
    title: LocalisedLine
    unit: Unit
    outcome_family: OutcomeFamily
    less_is_better: bool = Field(description="A target is met from above, and needs a baseline.")


class ResultTargetIn(In):
    """A result that a party expects, with number and date (S-34); a hypothesis makes it a test (S-46)."""

    model_config = ConfigDict(json_schema_extra={"examples": [TARGET]})

    party: FourfoldParty = Field(description="Which of the four parties it is a result for.")
    indicator_code: IndicatorCode
    outcome_family: OutcomeFamily | None = Field(None, description="Absent: the family of the indicator.")
    track: PlannedTrack | None = Field(None, description="Absent: all tracks together.")
    year: Annotated[int, Field(strict=True, ge=2000, le=2200)] | None = Field(
        None, description="The calendar year that is counted; absent: the whole partnership."
    )
    baseline: Number | None = Field(None, description="The value before, in the unit of the indicator.")
    target: Number = Field(description="The value that is promised, in the unit of the indicator.")
    due_on: Date = Field(description="The day by which it is reached.")
    sex: Sex | None = Field(None, description="Counts these only; absent: everybody.")
    age_band: AgeBand | None = Field(None, description="Counts these only; absent: everybody.")
    hypothesis: LocalisedParagraph | None = Field(
        None, description="What is to be tested, written down before anything is achieved."
    )

    @model_validator(mode="after")
    def _says_which_way(self) -> Self:
        indicator = RESULT_INDICATORS[self.indicator_code]
        if indicator.unit == Unit.PERCENT and self.target > 100 and self.indicator_code != "REMITTANCE_COST":
            raise ValueError("target is in percent, 0 to 100")
        if indicator.less_is_better and self.baseline is None:
            raise ValueError("an indicator of which less is better needs a baseline")
        if self.baseline is not None and indicator.less_is_better != (self.target < self.baseline):
            if self.target == self.baseline:
                return self  # to keep what there is
            raise ValueError("target must be better than baseline")
        return self


class ResultTargetPatch(In):
    """Fields to change (JSON merge-patch), as long as nothing was achieved."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"target": 140}]})

    outcome_family: OutcomeFamily | None = None
    baseline: Number | None = None
    target: Number | None = None
    due_on: Date | None = None
    hypothesis: LocalisedParagraph | None = None


class ResultTargetOut(Resource):
    """A target as the party that set it wrote it down."""

    partnership_id: UUID
    organisation_id: UUID
    party: FourfoldParty
    indicator_code: IndicatorCode
    outcome_family: OutcomeFamily
    track: PlannedTrack | None
    year: int | None
    baseline: float | None
    target: float
    unit: Unit
    due_on: date
    sex: Sex | None
    age_band: AgeBand | None
    hypothesis: LocalisedParagraph | None


class AchievementIn(In):
    """What was reached by a day, counted from the beginning."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"value": 60, "on": "2026-06-30", "source": "Register of the training centre"}]}
    )

    value: Number = Field(description="The value of the indicator on that day, not the growth since the last one.")
    on: Date = Field(description="The day the value is of; not in the future.")
    source: Line
    document_id: UUID | None = Field(None, description="The proof, among the documents of the partnership.")


class AchievementOut(Resource):
    """A reported value; it never changes, a later one takes its place."""

    partnership_id: UUID
    organisation_id: UUID = Field(description="The party that reported it.")
    result_target_id: UUID
    value: float
    on: date
    source: str
    document_id: UUID | None


class AttainmentOut(Out):
    """How far a target is reached."""

    target: ResultTargetOut
    achieved: float | None = Field(description="The latest reported value, in the unit of the target.")
    achieved_on: date | None
    attainment_percent: float | None = Field(description="Of the way from the baseline to the target.")
    verdict: TargetVerdict = Field(description="What became of the target and of its hypothesis.")


class MilestoneIn(In):
    """A payment that follows a result; whoever posts it pays it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": {"en": "60 persons certified"},
                    "payee_organisation_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "amount": {"amount": "150000.00", "currency": "EUR"},
                    "condition": {"en": "60 certificates, seen by the monitor."},
                    "due_on": "2027-12-31",
                }
            ]
        }
    )

    title: LocalisedLine
    payee_organisation_id: UUID = Field(description="The party that is paid.")
    amount: Money = Field(description="What is paid, once.")
    condition: LocalisedParagraph | None = Field(None, description="What must have happened.")
    result_target_id: UUID | None = Field(None, description="The result target that must have reached `threshold`.")
    threshold: Number | None = Field(None, description="In the unit of the target's indicator.")
    due_on: Date = Field(description="The day by which it is to be reached.")

    @model_validator(mode="after")
    def _has_a_condition(self) -> Self:
        if (self.result_target_id is None) != (self.threshold is None):
            raise ValueError("result_target_id and threshold go together")
        if self.condition is None and self.result_target_id is None:
            raise ValueError("a condition or a result_target_id is needed")
        return self


class MilestonePatch(In):
    """Fields to change (JSON merge-patch) before the release; what was verified must be verified again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"due_on": "2028-06-30"}]})

    title: LocalisedLine | None = None
    amount: Money | None = None
    condition: LocalisedParagraph | None = None
    threshold: Number | None = None
    due_on: Date | None = None


class MilestoneOut(Resource):
    """A results-based payment."""

    partnership_id: UUID
    organisation_id: UUID = Field(description="The payer.")
    title: LocalisedLine
    payee_organisation_id: UUID
    amount: Money
    condition: LocalisedParagraph | None
    result_target_id: UUID | None
    threshold: float | None
    due_on: date
    status: MilestoneStatus
    released_at: datetime | None = Field(description="When it was paid.")


class VerificationIn(In):
    """What a party that is not paid found."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"reached": True, "evidence": "62 certificates seen in the register.", "on": "2026-10-01", "uri": None}
            ]
        }
    )

    reached: Flag
    evidence: Paragraph
    document_id: UUID | None = Field(None, description="Among the documents of the partnership.")
    uri: Uri | None = None
    on: Date = Field(description="The day of the finding; not in the future.")


class VerificationOut(Resource):
    """A finding about a milestone; it never changes, a later one takes its place."""

    partnership_id: UUID
    organisation_id: UUID = Field(description="The party that verified.")
    milestone_id: UUID
    milestone_version: int = Field(description="Counts for this version of the milestone only.")
    reached: bool
    evidence: str
    document_id: UUID | None
    uri: str | None
    on: date
