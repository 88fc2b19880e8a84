"""What is said about matches."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.kit.pagination import Page
from services.kit.schemas import Money, Out
from services.matching.explanations import ExplanationOut

Side = Literal["HOME", "AWAY"]


class VacancyBrief(Out):
    """A vacancy as a candidate's counsellor needs it; `side` is where it lies, seen from the candidate."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a11",
                    "title": "Heat pump technician",
                    "employer_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a15",
                    "country": "BEL",
                    "isco08": "7127",
                    "side": "AWAY",
                    "gross_monthly_wage": {"amount": "2950.00", "currency": "EUR"},
                    "start_from": "2027-06-01",
                    "start_to": "2027-10-01",
                    "places_left": 2,
                }
            ]
        }
    )

    id: UUID
    title: str
    employer_id: UUID
    country: str
    isco08: str
    side: Side
    gross_monthly_wage: Money
    start_from: date
    start_to: date
    places_left: int


class Scored(Out):
    """A result. Near misses fail only gates that can be remedied; they come after all that pass."""

    score: float = Field(ge=0, le=1)
    near_miss: bool


class BestOut(Scored):
    """The best result on one side."""

    vacancy: VacancyBrief


class MatchOut(BestOut):
    """A vacancy for a candidate."""

    rank: int
    explanation: ExplanationOut | None


class ReasonOut(Out):
    """Why there is no result, and what would help."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "NO_OPENING_OFFERED",
                    "detail": "No vacancy is offered to this candidate's partnerships.",
                    "remedy": "Ask the partnership's employers to offer vacancies.",
                    "openings": 0,
                    "refused": 0,
                }
            ]
        }
    )

    code: str = Field(examples=["NO_OPENING_OFFERED"])
    detail: str
    remedy: str
    openings: int = Field(description="Openings that were looked at.")
    refused: int = Field(description="Of these, how many this gate alone or with others refuses.")


class MatchesOut(Page[MatchOut]):
    """Vacancies for a candidate, best first, with the best at home and the best away side by side."""

    best_home: BestOut | None
    best_away: BestOut | None
    reason: ReasonOut | None = Field(description="Set when there is no result at all.")


class CandidateMatchOut(Scored):
    """A candidate for a vacancy, pseudonymously."""

    rank: int
    side: Side
    candidate: dict[str, Any] = Field(
        description="Profile without name, birth date, sex or nationality: candidate_id, residence, persona, eqf,"
        " languages, months_of_experience, occupations, skills with level and evidence, and how many of the skills are"
        " claimed_skills or evidenced_skills.",
        examples=[{"candidate_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10", "residence": "MAR", "eqf": 4}],
    )
    explanation: ExplanationOut | None


class CandidateMatchesOut(Page[CandidateMatchOut]):
    """Candidates for a vacancy, best first."""
