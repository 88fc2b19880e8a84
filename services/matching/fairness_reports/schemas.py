"""Reports about how groups fare. Nothing in them is about one person."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.kit.schemas import Out


class FiguresOut(Out):
    """A group among the eligible. What is withheld is null, with withheld set; it is not zero."""

    run: str = Field(description="Id of the vacancy whose shortlist it was, in reports of a month; _T over all.")
    dimension: str = Field(description="sex, age_band or residence.")
    group: str = Field(description="Code of the group; _T for all groups.")
    withheld: bool = Field(description="Too few people, or others could be computed from it and other periods.")
    eligible: int | None = Field(description="People who passed every gate, counted once a run and month.")
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
    """Steps into a stage."""

    stage: str = Field(description="Status that proposals entered in the period; _T for all.")
    reason: str = Field(description="Why, where the step gives a reason; NONE without, _T for all.")
    proposals: int | None = Field(description="Steps of proposals in the period.")
    withheld: bool


class FairnessOut(Out):
    """How groups fared under a partnership. Of people who agreed to be counted, and of no others. Released once, and
    never changed."""

    partnership_id: UUID
    period: str = Field(description="2027-01, 2027-Q1, 2027, or TO-2027-01: everything up to the end of that month.")
    period_from: date = Field(description="First day of the first month.")
    last_month: date = Field(description="First day of the last month, which is included.")
    released_at: datetime
    released: list[str] = Field(description="All periods released, in the order in which they ended.")
    threshold: int = Field(description="Figures about fewer people are withheld.")
    runs: int = Field(description="Vacancies for which somebody was proposed, once a month.")
    exposure_gini: float | None = Field(description="Inequality of attention between eligible people, 0 to 1.")
    comparisons: list[ComparisonOut]
    figures: list[FiguresOut]
    funnel: list[DropOut]
