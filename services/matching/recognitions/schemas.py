"""What is said and heard about recognition dossiers."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import Country, DossierStatus
from services.kit.schemas import Date, Flag, In, Isco08, Line, Out, Paragraph, Resource

Level = Annotated[int, Field(strict=True, ge=1, le=12)]


class Comparability(In):
    """A statement that levels of two frameworks compare; it says nothing of the licence to practise."""

    model_config = ConfigDict(from_attributes=True)

    nqf_level: Level = Field(description="In the national framework of the origin.")
    eqf_level: Annotated[int, Field(strict=True, ge=1, le=8, description="In the European framework.")]
    reference: Line
    issued_on: Date


class Measure(In):
    """What the authority asks for before it recognises fully, such as an adaptation period."""

    model_config = ConfigDict(from_attributes=True)

    text: Line
    done_by: Date = Field(description="The day by which it will be done.")


class DossierIn(In):
    """A qualification that is to be recognised."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "candidate_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "partnership_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a11",
                    "authority_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a12",
                    "qualification": "Diploma of electrician, 2024-118",
                    "isco08": "7411",
                    "country": "BEL",
                }
            ]
        }
    )

    candidate_id: UUID
    partnership_id: UUID
    authority_id: UUID = Field(description="A party of the partnership with the role RECOGNISER.")
    qualification: Line
    isco08: Isco08
    country: Country = Field(description="Where it is to be recognised.")
    required: Flag = Field(True, description="Whether the occupation is regulated there; else NOT_REQUIRED.")
    comparability: Comparability | None = None


class SubmissionIn(In):
    """That the dossier went to the authority."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"submitted_on": "2026-03-01"}]})

    submitted_on: Date


class DossierAnswerIn(In):
    """What the authority says."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "outcome": "COMPENSATION_MEASURES",
                    "decided_on": "2026-05-01",
                    "decision": "D-2026-77",
                    "measures": [{"text": "Adaptation period of three months", "done_by": "2026-09-30"}],
                }
            ]
        }
    )

    outcome: Literal[
        DossierStatus.COMPENSATION_MEASURES, DossierStatus.PARTIAL, DossierStatus.FULL, DossierStatus.REFUSED
    ]
    decided_on: Date
    decision: Line = Field(description="Reference of the decision.")
    measures: list[Measure] = Field(default_factory=list, max_length=20)
    valid_to: Date | None = Field(None, description="Last day on which it counts; absent: without an end.")
    reason: Paragraph | None = Field(None, description="Mandatory where it is refused.")
    next_step: Paragraph | None = Field(None, description="What the person can do next; mandatory where it is refused.")


class DossierOut(Resource):
    """A dossier as both the candidate's organisation and the authority see it."""

    organisation_id: UUID = Field(description="The candidate's organisation.")
    candidate_id: UUID
    partnership_id: UUID
    authority_id: UUID
    qualification: str
    isco08: str
    country: Country
    status: DossierStatus
    submitted_on: date | None
    decided_on: date | None
    days: int | None = Field(description="Days from submission to decision, or until today while there is none.")
    valid_to: date | None
    measures: list[Measure]
    decision: str | None
    reason: str | None
    next_step: str | None
    comparability: Comparability | None


class RecognitionDaysOut(Out):
    """How long decisions took, of the dossiers that the caller may read."""

    decided: int
    recognised: int = Field(description="PARTIAL and FULL.")
    median_days: float | None
    slowest_days: int | None
    waiting: int
