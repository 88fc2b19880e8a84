"""What the joint committee may set for a round. Frozen when the round is opened; stored with it."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.contracts.vocabulary import ShortageSignalCode as S

Number = Annotated[float, Field(strict=False, ge=-10, le=10, allow_inf_nan=False)]
Weight = Annotated[float, Field(strict=False, ge=0, le=1, allow_inf_nan=False)]
Percent = Annotated[float, Field(strict=False, gt=0, le=100, allow_inf_nan=False)]

WEIGHTS: dict[S, float] = {
    S.VACANCY_RATE: 0.15,
    S.JOBSEEKERS_PER_VACANCY: 0.15,
    S.UNFILLED_SHARE: 0.15,
    S.MEDIAN_DAYS_OPEN: 0.10,
    S.UNEMPLOYMENT_RATE: 0.10,
    S.EMPLOYMENT_GROWTH_3Y: 0.05,
    S.WAGE_GROWTH_REL_3Y: 0.15,
    S.HARD_TO_FILL_SEVERITY: 0.10,
    S.OFFICIAL_LIST: 0.05,
}
EXAMPLE: dict[str, Any] = {"version": "COMMITTEE-2027", "severe": 1.0, "brain_drain_stop_percent": 1.5}


class Parameters(BaseModel):
    """Weights and thresholds of a round; the defaults are those of the reference method, version 2026-1."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [EXAMPLE]})

    version: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")] = "2026-1"
    weights: dict[S, Weight] = Field(
        default=WEIGHTS, description="Weight by signal; those left out weigh nothing. The reference weights sum to 1."
    )
    severe: Number = Field(1.0, description="Index from which a shortage is severe.")
    shortage: Number = Field(0.5, description="Index from which there is a shortage.")
    surplus: Number = Field(-0.5, description="Index down from which there is a surplus.")
    hysteresis: Weight = Field(0.1, description="A class stays while the index is within this of its bounds.")
    winsor: Annotated[float, Field(gt=0, le=10)] = Field(3.0, description="Standard scores are cut off here.")
    normal_scores_below: Annotated[int, Field(ge=2, le=500)] = Field(
        30, description="With fewer occupations, ranks are turned into normal scores."
    )
    least_signals: Annotated[int, Field(ge=1, le=9)] = 3
    least_families: Annotated[int, Field(ge=1, le=3)] = 2
    brain_drain_alarm_percent: Percent = Field(1.0, description="Departures of incumbents, percent of the stock.")
    brain_drain_stop_percent: Percent = Field(2.0, description="From here on nobody is recruited away.")
    early_warning_percent: Percent = Field(25.0, description="Rise of the origin's vacancy rate that warns, percent.")
    pilot_persons: Annotated[int, Field(ge=1, le=1000)] = Field(30, description="Most people in a pilot, persons.")
    green_ratio: Weight = Field(0.5, description="Added to the ratio where both sides need the occupation's greening.")
    months_valid: Annotated[int, Field(ge=1, le=12)] = Field(12, description="A decision expires after so many months.")

    @model_validator(mode="after")
    def _in_order(self) -> "Parameters":
        if not self.surplus < self.shortage < self.severe:
            raise ValueError("surplus < shortage < severe is needed")
        if self.brain_drain_alarm_percent > self.brain_drain_stop_percent:
            raise ValueError("the alarm must not lie above the stop")
        if set(self.weights) - set(WEIGHTS):
            raise ValueError("only signals of the index have a weight")
        return self
