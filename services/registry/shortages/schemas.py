"""What is said and heard about joint shortage rounds, their signals and their decisions."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from services.contracts.vocabulary import (
    CommentStance,
    Confidence,
    CorridorClass,
    Country,
    DecisionSafeguard,
    DecisionTrack,
    JointDecisionStatus,
    PartySide,
    SafeguardMode,
    ShortageCause,
    ShortageClass,
    ShortageRoundStatus,
    ShortageSignalCode,
    SignalFamily,
)
from services.kit.schemas import Count, Date, Flag, In, Isco08, Line, Out, Paragraph, PositiveCount, Resource
from services.registry.shortages.parameters import EXAMPLE as PARAMETERS_EXAMPLE
from services.registry.shortages.parameters import Parameters

IscoLevel = Annotated[
    str,
    StringConstraints(min_length=2, max_length=4, pattern=r"^[0-9]{2,4}$"),
    Field(description="ISCO-08 group of 4, 3 or 2 digits; leading zeros matter.", examples=["7412"]),
]
Period = Annotated[
    str,
    StringConstraints(min_length=4, max_length=7, pattern=r"^20[0-9]{2}(?:-(?:Q[1-4]|S[12]|0[1-9]|1[0-2]))?$"),
    Field(description="A year, half-year, quarter or month.", examples=["2026"]),
]
Figure = Annotated[float, Field(strict=True, ge=-1e9, le=1e9, allow_inf_nan=False)]

_S = ShortageSignalCode
_PERCENT, _PERSONS = ("percent", 0.0, 100.0), ("persons", 0.0, 1e9)
_FLAG = ("flag", 0.0, 1.0)
# Unit, least and most of each signal.
MEASURES: dict[ShortageSignalCode, tuple[str, float, float]] = {
    _S.VACANCY_RATE: _PERCENT,
    _S.JOBSEEKERS_PER_VACANCY: _PERSONS,
    _S.UNFILLED_SHARE: _PERCENT,
    _S.MEDIAN_DAYS_OPEN: ("days", 0.0, 10_000.0),
    _S.UNEMPLOYMENT_RATE: _PERCENT,
    _S.EMPLOYMENT_GROWTH_3Y: ("percent", -100.0, 10_000.0),
    _S.WAGE_GROWTH_REL_3Y: ("percentage points", -100.0, 10_000.0),
    _S.HARD_TO_FILL_SEVERITY: ("grade", 0.0, 3.0),
    _S.OFFICIAL_LIST: ("grade", 0.0, 2.0),
    _S.GREEN_CRITICAL: _FLAG,
    _S.REGULATED: _FLAG,
    _S.RECOGNITION_ROUTE: _FLAG,
    _S.PATHWAY: _FLAG,
    _S.IMPROVEMENT_PLAN: _FLAG,
    _S.COMPENSATION_AGREEMENT: _FLAG,
    _S.UNMET_DEMAND: _PERSONS,
    _S.MOBILITY_SHARE: _PERCENT,
    _S.TRAINING_CAPACITY: _PERSONS,
    _S.PATHWAY_QUOTA: _PERSONS,
    _S.EMPLOYED_STOCK: _PERSONS,
    _S.INCUMBENT_DEPARTURES: _PERSONS,
    _S.ADDITIONAL_GRADUATES: _PERSONS,
}


class RoundIn(In):
    """A joint look at the labour markets of a corridor."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "origin": "MAR",
                    "destination": "BEL",
                    "isco08": ["7411", "7412"],
                    "sectors": ["D35", "E38"],
                    "period": "2026",
                    "comment_days": 14,
                    "parameters": PARAMETERS_EXAMPLE,
                }
            ]
        }
    )

    origin: Country
    destination: Country
    isco08: list[Isco08] = Field(min_length=1, max_length=500, description="The occupations that are looked at.")
    sectors: list[Line] = Field(
        default_factory=list, max_length=50, description="ISIC Rev. 4 sections, divisions or groups, as E38."
    )
    period: Period
    comment_days: Annotated[int, Field(strict=True, ge=0, le=90)] = Field(
        14, description="Days that social partners have to comment after the computation; 0 for none."
    )
    parameters: Parameters = Field(
        default_factory=Parameters, description="Set by the joint committee; frozen with the opening of the round."
    )

    @model_validator(mode="after")
    def _two_countries(self) -> "RoundIn":
        if self.origin == self.destination:
            raise ValueError("origin and destination must differ")
        return self


class RoundOut(Resource):
    """A round and how far it is."""

    partnership_id: UUID
    organisation_id: UUID = Field(description="Who opened it.")
    origin: Country
    destination: Country
    isco08: list[str]
    sectors: list[str]
    period: str
    comment_days: int = Field(description="Days to comment after the computation.")
    parameters: Parameters
    status: ShortageRoundStatus
    computed_at: datetime | None = Field(description="When the indices were computed last.")
    comments_until: date | None = Field(description="Last day on which partners may comment.")
    inputs_hash: str | None = Field(description="SHA-256 of everything the indices depend on.")


SIGNAL_EXAMPLE: dict[str, Any] = {
    "isco08": "7412",
    "signal": "vacancy_rate",
    "value": 6.4,
    "unit": "percent",
    "period": "2026",
    "source": "Job vacancy survey",
    "method": "Employers of ten and more, weighted",
    "causes": [],
    "note": None,
}


# As few as an index can be computed from: three signals of two families, also of occupations to compare with.
_FIGURES = {"7411": (7.8, 41.0, 3.4), "5223": (2.1, 12.0, 0.2), "9629": (1.5, 9.0, -0.3)}
_MEASURED = (_S.VACANCY_RATE, _S.UNFILLED_SHARE, _S.WAGE_GROWTH_REL_3Y)
SIGNALS_EXAMPLE: list[dict[str, Any]] = [
    {
        "isco08": isco08,
        "signal": signal.value,
        "value": value,
        "period": "2026",
        "source": "Job vacancy survey",
        "method": "Weighted by size",
    }
    for isco08, values in _FIGURES.items()
    for signal, value in zip(_MEASURED, values, strict=True)
]


class SignalIn(In):
    """One figure of the caller's side about an occupation, with where it comes from and how it was made."""

    model_config = ConfigDict(json_schema_extra={"examples": [SIGNAL_EXAMPLE]})

    isco08: IscoLevel
    signal: ShortageSignalCode
    value: Figure = Field(description="In the unit of the signal; see ShortageSignalCode.")
    unit: Line | None = Field(None, description="If given, it must be the unit of the signal.", examples=["percent"])
    period: Period
    source: Line
    method: Line
    causes: list[ShortageCause] = Field(
        default_factory=list, max_length=4, description="Why jobs stay unfilled, where the source says so."
    )
    note: Paragraph | None = None

    @model_validator(mode="after")
    def _measured_as_it_should_be(self) -> "SignalIn":
        unit, least, most = MEASURES[self.signal]
        if self.unit is not None and self.unit != unit:
            raise ValueError(f"the unit of {self.signal} is {unit}")
        if not least <= self.value <= most:
            raise ValueError(f"{self.signal} lies between {least:g} and {most:g} {unit}")
        return self


class SignalOut(Resource):
    """A figure as one's own organisation sent it."""

    round_id: UUID
    side: PartySide
    isco08: str
    signal: ShortageSignalCode
    value: float
    unit: str
    period: str
    source: str
    method: str
    causes: list[ShortageCause]
    note: str | None


class Disagreement(Out):
    """A third party's list that says otherwise."""

    source: str
    says: str = Field(description="listed or not listed")
    computed: ShortageClass


class IndexOut(Out):
    """The computed index of one side and occupation; the figures behind it stay with their side."""

    round_id: UUID
    side: PartySide
    area: Country
    isco08: str
    si: float | None = Field(description="Shortage index; absent when UNKNOWN. 1 and more is severe.")
    shortage_class: ShortageClass
    s01: float | None = Field(description="The index between -1 (surplus) and 1 (shortage).")
    coverage: float = Field(description="Share of the weight that is known, 0 to 1.")
    confidence: Confidence
    level: int = Field(description="ISCO-08 digits of the coarsest signal used; 4 is the occupation itself, 0 none.")
    signals: list[ShortageSignalCode]
    families: list[SignalFamily]
    causes: list[ShortageCause]
    causes_stated: bool = Field(description="Whether a source states the causes; else the figures suggest them.")
    disagreements: list[Disagreement]
    inputs_hash: str


class CommentIn(In):
    """What an employer, a union or a training centre says to the indices."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"isco08": "7412", "stance": "TIGHTER", "text": "Our members wait five months for answers."}]
        }
    )

    isco08: Isco08 | None = Field(None, description="Absent: the round as a whole.")
    stance: CommentStance
    text: Paragraph


class CommentOut(Resource):
    """A comment and whose it is."""

    round_id: UUID
    organisation_id: UUID
    isco08: str | None
    stance: CommentStance
    text: str


class JointDecisionOut(Resource):
    """What both authorities make of an occupation in a corridor."""

    partnership_id: UUID
    round_id: UUID
    origin: Country
    destination: Country
    isco08: str
    computed_class: CorridorClass = Field(description="The class of the matrix with its modifiers.")
    corridor_class: CorridorClass = Field(description="The class that holds: after a dissent the more protective one.")
    track: DecisionTrack
    mode: SafeguardMode
    away_open: bool = Field(description="Whether workers may be recruited for the destination under this decision.")
    ratio: float | None = Field(description="Home places for each away place, at least.")
    quota_hint: int | None = Field(description="Most people a year, persons; absent when nothing known bounds it.")
    safeguards: list[DecisionSafeguard]
    reasons: list[str]
    warnings: list[str] = Field(description="Codes of the early warnings of the last observation.")
    status: JointDecisionStatus
    in_force_on: date | None
    expires_on: date = Field(description="Last day on which it holds, at most twelve months after it came into force.")
    expired: bool
    inputs_hash: str


class DecisionSignatureIn(In):
    """The word of the caller's side."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"agrees": True},
                {"agrees": False, "proposed_class": "DUAL_TRACK_PROTECTED", "reason": "Our grid needs them first."},
            ]
        }
    )

    agrees: Flag
    proposed_class: CorridorClass | None = Field(None, description="Mandatory for a dissent.")
    reason: Paragraph | None = Field(None, description="Mandatory for a dissent.")

    @model_validator(mode="after")
    def _dissent_says_why(self) -> "DecisionSignatureIn":
        if not self.agrees and (self.proposed_class is None or self.reason is None):
            raise ValueError("a dissent gives a reason and proposes a class")
        if self.agrees and self.proposed_class is not None:
            raise ValueError("who agrees proposes no other class")
        return self


class DecisionSignatureOut(Resource):
    """A signature and whose it is."""

    decision_id: UUID
    organisation_id: UUID
    side: PartySide
    agrees: bool
    proposed_class: CorridorClass | None
    reason: str | None
    signed_on: date


class ObservationIn(In):
    """What the origin sees after the decision."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "observed_on": "2027-05-31",
                    "origin_vacancy_rate": 3.1,
                    "incumbent_departures": 40,
                    "employed_stock": 3100,
                    "source": "Social insurance register",
                    "method": "Deregistrations with a foreign address, twelve months",
                }
            ]
        }
    )

    observed_on: Date
    origin_vacancy_rate: Annotated[float, Field(strict=True, ge=0, le=100)] | None = Field(
        None, description="Vacancy rate of the occupation at the origin, percent."
    )
    incumbent_departures: Count | None = Field(
        None, description="Employed people of the occupation who left in the last twelve months, persons."
    )
    employed_stock: PositiveCount | None = Field(None, description="People employed in the occupation, persons.")
    source: Line
    method: Line

    @model_validator(mode="after")
    def _something_seen(self) -> "ObservationIn":
        if self.origin_vacancy_rate is None and self.incumbent_departures is None:
            raise ValueError("give a vacancy rate or departures")
        if (self.incumbent_departures is None) != (self.employed_stock is None):
            raise ValueError("departures need the stock they are a share of")
        return self


class EarlyWarning(Out):
    """An early warning."""

    code: str = Field(examples=["BRAIN_DRAIN_ALARM"])
    seen: float = Field(description="Percent.")
    threshold: float = Field(description="Percent.")
    remedy: str


class ObservationOut(Resource):
    """An observation with the warnings that follow from it."""

    decision_id: UUID
    organisation_id: UUID
    observed_on: date
    origin_vacancy_rate: float | None = Field(description="Percent.")
    incumbent_departures: int | None = Field(description="Persons in twelve months.")
    employed_stock: int | None = Field(description="Persons.")
    pressure_percent: float | None = Field(description="Brain-drain pressure: departures as percent of the stock.")
    source: str
    method: str
    warnings: list[EarlyWarning]
