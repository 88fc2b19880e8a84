"""What is said and heard about incidents and from how many on suspension is proposed."""

from typing import Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import HardGuard, IncidentKind
from services.kit.schemas import Date, Flag, In, Line, PositiveCount, Resource

_REFERENCE = "Your own key of the case; no personal data."
_TRIPS = "Suspension is proposed when one hard guard has tripped this often."
_INDICATORS = "Suspension is proposed at this many confirmed indicators of forced labour."


class IncidentIn(In):
    """A hard guard that tripped, or an indicator of forced labour."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "GUARD_TRIPPED",
                    "guard": "G01",
                    "confirmed": True,
                    "occurred_on": "2026-11-02",
                    "reference": "CASE-2026-17",
                }
            ]
        }
    )

    kind: IncidentKind
    guard: HardGuard | None = Field(None, description="Mandatory for GUARD_TRIPPED, absent otherwise.")
    confirmed: Flag = Field(False, description="Whether it was verified; an unverified indicator proposes nothing.")
    occurred_on: Date
    reference: Line = Field(description=_REFERENCE, examples=["CASE-2026-17"])

    @model_validator(mode="after")
    def _guard_of_a_trip(self) -> Self:
        if (self.kind == IncidentKind.GUARD_TRIPPED) != (self.guard is not None):
            raise ValueError("GUARD_TRIPPED names its guard, FORCED_LABOUR_INDICATOR names none")
        return self


class IncidentPatch(In):
    """Fields to change (JSON merge-patch)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"confirmed": True}]})

    confirmed: Flag | None = None
    occurred_on: Date | None = None
    reference: Line | None = Field(None, description=_REFERENCE)


class IncidentOut(Resource):
    """An incident as the parties see it."""

    partnership_id: UUID
    organisation_id: UUID = Field(description="The party that reported it.")
    kind: IncidentKind
    guard: HardGuard | None
    confirmed: bool
    occurred_on: Date
    reference: str


class SuspensionRuleIn(In):
    """From how many incidents on suspension is proposed. Without a rule it is 3 trips or 1 indicator."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"guard_trips": 3, "forced_labour_indicators": 1}]})

    guard_trips: PositiveCount = Field(3, description=_TRIPS)
    forced_labour_indicators: PositiveCount = Field(1, description=_INDICATORS)


class SuspensionRulePatch(In):
    """Fields to change (JSON merge-patch)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"guard_trips": 2}]})

    guard_trips: PositiveCount | None = Field(None, description=_TRIPS)
    forced_labour_indicators: PositiveCount | None = Field(None, description=_INDICATORS)


class SuspensionRuleOut(Resource):
    """The rule as the parties see it."""

    partnership_id: UUID
    organisation_id: UUID = Field(description="The lead that set it.")
    guard_trips: int
    forced_labour_indicators: int
