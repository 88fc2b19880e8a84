"""What is said and heard about mandates."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import MandateScope
from services.kit.schemas import Date, In, Line, Paragraph, Resource


class MandateIn(In):
    """What a member lets its federation do."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "to_organisation": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "scopes": ["PUBLISH_VACANCIES", "SUBMIT_DEMAND"],
                    "valid_from": "2026-12-01",
                    "valid_to": "2028-11-30",
                    "reference": "Board decision 2026-14",
                }
            ]
        }
    )

    to_organisation: UUID = Field(description="Who may act in the name of the caller's organisation.")
    scopes: list[MandateScope] = Field(min_length=1, max_length=10, description="In what it may act.")
    valid_from: Date = Field(description="First day, ISO 8601.")
    valid_to: Date | None = Field(None, description="Last day, included; absent: until it is revoked.")
    reference: Line | None = Field(None, description="The document or decision that gives the mandate.")

    @model_validator(mode="after")
    def _lasts(self) -> "MandateIn":
        if self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to must not be before valid_from")
        return self


class MandateOut(Resource):
    """A mandate as both ends read it."""

    organisation_id: UUID = Field(description="The member that gave it.")
    to_organisation: UUID
    scopes: list[MandateScope]
    valid_from: Date
    valid_to: Date | None
    reference: str | None
    revoked_at: datetime | None
    revocation_reason: str | None
    valid: bool = Field(description="Whether it stands today.")


class RevocationIn(In):
    """Why a mandate ends."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "We publish our vacancies ourselves now."}]})

    reason: Paragraph
