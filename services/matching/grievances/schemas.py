"""What workers complain of, and what they hear back."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import GrievanceCategory, GrievanceStatus
from services.kit.schemas import Flag, In, Language, Line, Out, Paragraph, Resource

Categories = Annotated[list[GrievanceCategory], Field(min_length=1, max_length=12)]


class GrievanceIn(In):
    """A complaint in the worker's own words."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"categories": ["WAGES"], "text": "Three weeks of pay are missing.", "language": "fr",
                 "anonymous": True}
            ]
        }
    )  # fmt: skip

    categories: Categories
    text: Paragraph
    language: Language
    anonymous: Flag = Field(True, description="Whether those who handle it are not told who complains.")
    retaliation: Flag = Field(False, description="Whether the worker is being punished for having complained.")


class GrievanceMessageOut(Out):
    """An answer to the worker."""

    at: datetime
    by_organisation: UUID
    text: str


class OwnGrievanceOut(Out):
    """A grievance as its worker reads it back."""

    id: UUID
    categories: list[GrievanceCategory]
    text: str
    status: GrievanceStatus
    filed_at: datetime
    acknowledge_by: datetime = Field(description="When somebody should have acknowledged it.")
    resolve_by: datetime = Field(description="When it should be put right.")
    handled_by: UUID = Field(description="The organisation that has it now; never the employer.")
    messages: list[GrievanceMessageOut]
    reason: str | None
    next_step: str | None = Field(description="What the worker can do next, once it is closed.")


class OwnGrievancesOut(Out):
    """All that was filed with one token, the latest first."""

    items: list[OwnGrievanceOut] = Field(max_length=50)


class GrievanceTransitionIn(In):
    """The next state of a grievance, or a message while it is looked into."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"to": "ACKNOWLEDGED", "message": "We have your complaint and will write by Friday."}]
        }
    )

    to: Literal[
        GrievanceStatus.ACKNOWLEDGED,
        GrievanceStatus.IN_PROGRESS,
        GrievanceStatus.RESOLVED,
        GrievanceStatus.NOT_UPHELD,
        GrievanceStatus.REFERRED,
    ]
    message: Paragraph | None = Field(None, description="For the worker, in the language of the grievance.")
    retaliation: Flag | None = Field(
        None, description="Whether the worker is being punished for it; absent: as before."
    )
    reason: Line | None = Field(None, description="Why it closes; mandatory then.")
    next_step: Paragraph | None = Field(None, description="What the worker can do next; mandatory where it closes.")


class EscalationOut(Out):
    """That it went to the next organisation, because a clock had ended."""

    at: datetime
    to_organisation: UUID
    why: Literal["NOT_ACKNOWLEDGED", "NOT_RESOLVED"]


class GrievanceOut(Resource):
    """A grievance as those read it who handle it."""

    partnership_id: UUID
    candidate_id: UUID | None = Field(description="Absent where the worker wants to stay unknown.")
    placement_id: UUID | None = Field(description="Absent where the worker wants to stay unknown.")
    categories: list[GrievanceCategory]
    text: str
    language: str
    anonymous: bool
    retaliation: bool
    status: GrievanceStatus
    handled_by: UUID
    filed_at: datetime
    acknowledge_by: datetime
    resolve_by: datetime
    overdue: bool = Field(description="Whether a clock has ended.")
    acknowledged_at: datetime | None
    closed_at: datetime | None
    reason: str | None
    next_step: str | None
    messages: list[GrievanceMessageOut]
    escalations: list[EscalationOut]


class GrievanceTokenOut(Out):
    """What lets a worker speak. Hand it to the person and keep no copy."""

    token: str | None = Field(description="Shown once; absent in the answer to a repeated request.")
    expires_at: datetime
    handlers: list[UUID] = Field(description="Who gets what is filed, in the order of escalation.")
