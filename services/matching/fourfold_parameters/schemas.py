"""What is said and heard about the parameters of a partnership's fourfold win."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import FigureKind, PartySide
from services.kit.schemas import MAX_INT, In, Instant, Out
from services.matching.fourfold import PARTIES, Parameters

_Weight = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
_Gain = Annotated[float, Field(strict=True, gt=0, le=1000, allow_inf_nan=False)]
_Days = Annotated[int, Field(strict=True, ge=1, le=3660)]
_DEFAULT = Parameters()
_CODES = {party: frozenset(weights) for party, weights in _DEFAULT.weights.items()}
_WEIGHTS = {party: dict(_DEFAULT.weights[party]) for party in PARTIES}
EXAMPLE: dict[str, Any] = {"employer_wages": 2.0, "horizon_months": 24.0}


class ParametersIn(In):
    """The whole set; what is left out is as in the defaults."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    weights: dict[str, dict[str, _Weight]] = Field(
        default_factory=lambda: {party: dict(each) for party, each in _WEIGHTS.items()},
        max_length=4,
        description="Weights of the components by party, 0 to 1; all components of all four parties, those of a party"
        " summing to 1.",
        examples=[_WEIGHTS],
    )
    income_gain: _Gain = Field(
        _DEFAULT.income_gain, description="Gain that W1 counts as full, in incomes at origin on top of it."
    )
    employer_wages: _Gain = Field(
        _DEFAULT.employer_wages, description="Gain that E1 counts as full, in gross monthly wages."
    )
    yearly_taxes: _Gain = Field(
        _DEFAULT.yearly_taxes, description="Gain that D2 counts as full, in median yearly taxes of the occupation."
    )
    persons: _Gain = Field(_DEFAULT.persons, description="Gain that O1 counts as full, in persons with the skill.")
    training_costs: _Gain = Field(
        _DEFAULT.training_costs, description="Gain that O2 counts as full, in costs of one trainee."
    )
    remittance_share: _Gain = Field(
        _DEFAULT.remittance_share, description="Remittances that O3 counts as full, as a share of the income at origin."
    )
    horizon_months: Annotated[float, Field(strict=True, ge=1, le=120, allow_inf_nan=False)] = Field(
        _DEFAULT.horizon_months, description="Months that are looked at, unless the contract is shorter."
    )
    enough_coverage: Annotated[float, Field(strict=True, ge=0.5, le=1, allow_inf_nan=False)] = Field(
        _DEFAULT.enough_coverage, description="Share of a party's weights, 0 to 1, that must be known to judge it."
    )
    figures_known_at: Instant | None = Field(
        None, description="Reference figures that were released or recorded later do not count; absent: the newest do."
    )
    max_age_days: dict[FigureKind, _Days] = Field(
        default_factory=dict,
        max_length=20,
        description="Days after its period for which a reference figure of a kind counts, where not as usual.",
        examples=[{"UNFILLED_SHARE": 400}],
    )

    @model_validator(mode="after")
    def _all_components(self) -> Self:
        if {party: frozenset(weights) for party, weights in self.weights.items()} != _CODES:
            raise ValueError("weights must name every component of every party once")
        if any(abs(sum(weights.values()) - 1) > 1e-9 for weights in self.weights.values()):
            raise ValueError("the weights of each party must sum to 1")
        return self


class ProposedParametersOut(Out):
    """What one side has proposed and the other not yet confirmed."""

    edition: int
    parameters: ParametersIn
    proposed_by: UUID = Field(description="The organisation that proposed it.")
    proposed_side: PartySide
    proposed_at: datetime


class FourfoldParametersOut(Out):
    """What a partnership's fourfold win is computed with, and what is proposed instead."""

    partnership_id: UUID
    version: int = Field(ge=1, le=MAX_INT, description="Grows by one with each word of a side; quoted, it is the ETag.")
    method: str = Field(description="Version of the arithmetic.", examples=["fourfold-1"])
    edition: int = Field(description="Number of the set in force; 0 for the defaults, which nobody has to agree on.")
    parameters: ParametersIn = Field(description="In force.")
    hash: str = Field(description="SHA-256 of method and parameters in force, in hexadecimal.")
    agreed_at: datetime | None = Field(description="When the second side confirmed them; absent for the defaults.")
    agreed_by: list[UUID] = Field(description="The organisation that proposed them and the one that confirmed.")
    frozen: bool = Field(description="Whether a placement has begun under them, so that they stay.")
    frozen_since: date | None = Field(description="Day on which the first placement began.")
    proposed: ProposedParametersOut | None
