"""What is said with a move of a case and read of it afterwards, for enrolments, proposals and placements alike."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.contracts.vocabulary import NextStepKind
from services.kit.schemas import Date, In, Line, Out, Paragraph

Link = Annotated[
    str,
    StringConstraints(min_length=2, max_length=500, pattern=r"^(?:https?://|/v1/)[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+$"),
    Field(description="An address, or a path of this service.", examples=["https://example.org/courses/solar"]),
]
NEXT_STEP = {"kind": "OTHER_VACANCIES", "text": "Two employers nearby look for the same skills."}


class NextStepIn(In):
    """Something the person can do next, in words for the person."""

    kind: NextStepKind
    text: Paragraph = Field(description="For the person, in a language that they read.")
    link: Link | None = Field(None, description="Where it is done; absent, a plan and lists of jobs are linked anyway.")


class NextStepOut(Out):
    """Something the person can do next."""

    kind: NextStepKind
    text: str
    link: str | None


NextSteps = Annotated[
    list[NextStepIn], Field(max_length=10, description="At least one where the case closes; nobody is left without.")
]
DecidedBy = Annotated[
    Line | None,
    Field(
        description="Who decided: a person, by the name or number that your organisation knows them by.",
        examples=["Counsellor 12"],
    ),
]


class MoveIn(In):
    """A move of a case. What it has to say depends on the move; 409 names everything that is missing."""

    on: Date = Field(description="The day on which it happened.")
    next_steps: NextSteps = Field(default_factory=list)
    decided_by: DecidedBy = None
    override_reason: Paragraph | None = Field(
        None, description="Why the person decided otherwise than the ranking or the waiting list suggested."
    )
    evidence: Line | None = Field(None, description="What shows it, such as the number of a contract or a permit.")
    comment: Paragraph | None = Field(None, description="For your own organisation; nobody else reads it.")


class StepOut(Out):
    """A move that was made, never changed afterwards."""

    id: UUID
    from_status: str | None = Field(description="Absent for the first state.")
    to_status: str
    took_place_on: date = Field(examples=["2027-03-01"])
    recorded_at: datetime = Field(examples=["2027-03-01T08:30:00Z"])
    by_organisation: UUID
    by_client: str
    decided_by: str | None
    reason: str | None
    override_reason: str | None
    evidence: str | None
    comment: str | None = Field(description="Absent where another organisation wrote it.")
    next_steps: list[NextStepOut]
