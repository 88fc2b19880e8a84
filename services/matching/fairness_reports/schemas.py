"""Reports about how groups fare. Nothing in them is about one person."""

from datetime import date
from uuid import UUID

from pydantic import Field

from services.kit.schemas import Out


class FiguresOut(Out):
    """A group among the eligible. What is withheld is null, with withheld set; it is not zero."""

    run: str = Field(description="Id of the vacancy whose shortlist it was; _T over all.")
    dimension: str = Field(description="sex, age_band or residence.")
    group: str = Field(description="Code of the group; _T for all groups.")
    withheld: bool = Field(description="Too few people, or others could be computed from it.")
    eligible: int | None = Field(description="People who passed every gate, counted once a run.")
    selected: int | None = Field(description="Of them, people who were proposed.")
    selection_rate: float | None = Field(description="selected / eligible, 0 to 1.")
    ratio: float | None = Field(description="Selection rate by that of the group with the highest, 0 to 1.")
    alarm: bool | None = Field(description="Whether the ratio is below 0.8, the four-fifths rule.")
    selection_rate_of_strong: float | None = Field(
        description="The same among people whose employer-side score is 0.7 or more; null where they are too few."
    )
    exposure_share: float | None = Field(description="Share of the attention that places in lists give, 0 to 1.")
    merit_share: float | None = Field(description="Share of the sum of employer-side scores, 0 to 1.")


class ComparisonOut(Out):
    """A dimension over all runs."""

    dimension: str
    equal_opportunity_gap: float | None = Field(
        description="Best minus worst selection rate among the well suited, 0 to 1; null with fewer than two groups."
    )
    alarms: list[str] = Field(description="Groups whose selection rate is below four fifths of the highest.")


class DropOut(Out):
    """Proposals at a stage."""

    stage: str = Field(description="Status of the proposal; _T for all.")
    reason: str = Field(description="Why it was closed; NONE while it is open, _T for all.")
    proposals: int | None
    withheld: bool


class FairnessOut(Out):
    """How groups fared under a partnership. Of people who agreed to be counted, and of no others."""

    partnership_id: UUID
    period_from: date
    period_to: date
    threshold: int = Field(description="Figures about fewer people are withheld.")
    runs: int = Field(description="Vacancies for which somebody was proposed in the period.")
    exposure_gini: float | None = Field(description="Inequality of attention between eligible people, 0 to 1.")
    comparisons: list[ComparisonOut]
    figures: list[FiguresOut]
    funnel: list[DropOut]
