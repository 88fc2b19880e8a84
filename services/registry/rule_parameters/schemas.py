"""What is said and heard about the parameters of a partnership's rules."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.kit.schemas import ExternalId, In, Out, Resource
from services.registry.models.rule_parameters import REFERENCE, STALE_DAYS

_Days = Annotated[int, Field(strict=True, ge=1, le=3660)]
_Hours = Annotated[int, Field(strict=True, ge=1, le=20_000)]
_Percent = Annotated[int, Field(strict=True, ge=1, le=100)]
_Classes = Annotated[int, Field(strict=True, ge=1, le=8)]
_Items = Annotated[list[Annotated[int, Field(strict=True, ge=1, le=28)]], Field(max_length=28)]

_EDITION = f"Your own name of this set; the defaults are called {REFERENCE}."
_ACTIVE = "How far back a party's last act counts, in days (conformity: activity)."
_DEPENDENT = "Above this share of the places it depends on one employer, in percent (conformity: resilience)."
_LONGEST = "Longest training that is still semi-skilled, in hours (conformity: GSP test 3)."
_CLASSES = "Least number of the 8 actor classes with a signed role (conformity: SMP)."
_ITEMS = "Checklist items, 1 to 28, that are critical besides those that always are."
_STALE = "Days after which a vacancy that nobody reconfirmed is paused; of several partnerships the least counts."
EXAMPLE: dict[str, Any] = {"edition": "JOINT-COMMITTEE-2027", "active_days": 60, "further_critical_items": [13, 14]}


class RuleParametersIn(In):
    """What the rules compare with. What is left out is as in the defaults; critical items can only be added."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    edition: ExternalId = Field(description=_EDITION)
    active_days: _Days = Field(90, description=_ACTIVE)
    dependent_above_percent: _Percent = Field(50, description=_DEPENDENT)
    longest_training_hours: _Hours = Field(4_800, description=_LONGEST)
    least_actor_classes: _Classes = Field(3, description=_CLASSES)
    further_critical_items: _Items = Field(default_factory=list, description=_ITEMS)
    stale_days: _Days = Field(STALE_DAYS, description=_STALE)


class RuleParametersPatch(In):
    """Fields to change (JSON merge-patch)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"edition": "JOINT-COMMITTEE-2027B", "active_days": 30}]})

    edition: ExternalId | None = Field(None, description=_EDITION)
    active_days: _Days | None = Field(None, description=_ACTIVE)
    dependent_above_percent: _Percent | None = Field(None, description=_DEPENDENT)
    longest_training_hours: _Hours | None = Field(None, description=_LONGEST)
    least_actor_classes: _Classes | None = Field(None, description=_CLASSES)
    further_critical_items: _Items | None = Field(None, description=_ITEMS)
    stale_days: _Days | None = Field(None, description=_STALE)


class RuleParametersOut(Resource):
    """The parameters that a lead set."""

    partnership_id: UUID
    organisation_id: UUID = Field(description="The lead that set them.")
    edition: str = Field(description=_EDITION)
    active_days: int = Field(description=_ACTIVE)
    dependent_above_percent: int = Field(description=_DEPENDENT)
    longest_training_hours: int = Field(description=_LONGEST)
    least_actor_classes: int = Field(description=_CLASSES)
    further_critical_items: list[int] = Field(description=_ITEMS)
    stale_days: int = Field(description=_STALE)


class RulesInForceOut(Out):
    """Every number that this partnership's rules go by today, set or default."""

    partnership_id: UUID
    rule_parameters_id: UUID | None = Field(description="The record they come from; null for the defaults.")
    version: int | None = Field(description="Its version; null for the defaults.")
    frozen: bool = Field(description="Whether the partnership was signed on them, so that they stay.")
    edition: str = Field(description=_EDITION)
    active_days: int = Field(description=_ACTIVE)
    dependent_above_percent: int = Field(description=_DEPENDENT)
    longest_training_hours: int = Field(description=_LONGEST)
    least_actor_classes: int = Field(description=_CLASSES)
    critical_items: list[int] = Field(description="All checklist items that have to be YES or waived by both sides.")
    stale_days: int = Field(description=_STALE)
    guard_trips: int = Field(description="Trips of one hard guard from which suspension is proposed.")
    forced_labour_indicators: int = Field(
        description="Confirmed indicators of forced labour from which suspension is proposed."
    )
