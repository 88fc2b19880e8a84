"""What is said about matches."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.kit.pagination import Page
from services.kit.schemas import In, Money, Out
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
                    "sector": "F43",
                    "contract_type": "PERMANENT",
                    "regulated": False,
                    "green_share": 0.6,
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
    sector: str | None = Field(description="ISIC Rev. 4.")
    contract_type: str
    regulated: bool
    green_share: float | None = Field(description="Share of green skills in the job, 0 to 1; null: not known.")


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
    meaning: str | None = Field(None, description="The reason in the reader's language.")
    advice: str | None = Field(None, description="What helps, in the reader's language.")
    openings: int = Field(description="Openings that were looked at.")
    refused: int = Field(description="Of these, how many this gate alone or with others refuses.")


class Counted(Out):
    """What a page says of the whole list."""

    count: int = Field(description="Results on all pages of this list, as it is now.")
    moved: bool = Field(
        description="True when what the pages before this one held would be listed otherwise now, because candidates or"
        " vacancies changed. Nothing on this page comes before the last result of the page before."
    )


class MatchesOut(Page[MatchOut], Counted):
    """Vacancies for a candidate, home and away in one list, best first, with the best of each side beside it."""

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


class CandidateMatchesOut(Page[CandidateMatchOut], Counted):
    """Candidates for a vacancy, best first."""


class SkillReached(Out):
    """A skill and the level reached."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uri": "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b",
                    "label": "install photovoltaic systems",
                    "level": 3,
                }
            ]
        }
    )

    uri: str
    label: str
    level: int = Field(description="From 1 (beginner) to 5 (expert).")


class BookableSession(Out):
    """A session with seats left. It may be booked with POST /v1/enrolments."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "session_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a12",
                    "programme_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a13",
                    "title": "French for technicians, B2",
                    "country": "MAR",
                    "starts_on": "2027-02-01",
                    "ends_on": "2027-03-12",
                    "weeks": 6,
                    "seats_left": 4,
                    "cost": {"amount": "900.00", "currency": "EUR"},
                    "worker_pays": {"amount": "0.00", "currency": "EUR"},
                }
            ]
        }
    )

    session_id: UUID
    programme_id: UUID
    title: str
    country: str
    starts_on: date
    ends_on: date
    weeks: int
    seats_left: int
    cost: Money
    worker_pays: Money


class CounterfactualOut(Out):
    """One thing that could be different and what it would make of this match, computed as the match itself is. A course
    is taken to be passed. Without `sessions` it is nothing that a course on offer brings about in time."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "LANGUAGE",
                    "change": "fr B1 → B2",
                    "skills": [],
                    "score_from": 0.61,
                    "score_to": 0.68,
                    "employer_side_from": 0.61,
                    "employer_side_to": 0.68,
                    "opens_gates": ["H07"],
                    "feasible_after": True,
                    "opens_vacancies": 12,
                    "weeks": 6,
                    "sessions": [],
                }
            ]
        }
    )

    kind: Literal["COURSE", "LANGUAGE", "SKILL", "RECOGNITION", "DATES"]
    change: str
    skills: list[SkillReached] = Field(max_length=200, description="Skills asked here that it certifies.")
    score_from: float
    score_to: float
    employer_side_from: float | None
    employer_side_to: float | None
    opens_gates: list[str] = Field(max_length=20)
    feasible_after: bool = Field(description="Whether all gates of this vacancy hold then.")
    opens_vacancies: int = Field(description="Vacancies offered here that become feasible, this one included.")
    weeks: int | None = Field(description="Length of the nearest session, weeks.")
    sessions: list[BookableSession] = Field(max_length=10, description="Nearest first.")


class WhyOut(Out):
    """Everything about one candidate and one vacancy, whether or not they fit: all gates with what was seen, needed
    and helps; all terms of the score, also where gates fail."""

    vacancy: VacancyBrief
    feasible: bool = Field(description="Whether all gates hold.")
    near_miss: bool
    offered: bool = Field(description="Whether it is offered to an active partnership of the candidate's organisation.")
    score: float = Field(ge=0, le=1)
    explanation: ExplanationOut
    counterfactuals: list[CounterfactualOut] = Field(max_length=3, description="The three nearest.")


class TrainingTimeOut(Out):
    """A course on offer after which this candidate would fit better, and how long it takes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "change": "fr B1 → B2",
                    "title": "French for technicians, B2",
                    "weeks": 6,
                    "starts_on": "2027-02-01",
                    "ends_on": "2027-03-12",
                    "employer_side_from": 0.61,
                    "employer_side_to": 0.68,
                    "feasible_after": True,
                }
            ]
        }
    )

    change: str
    title: str
    weeks: int = Field(description="Length of the nearest session, weeks.")
    starts_on: date
    ends_on: date = Field(description="Last day of the course; nobody starts a job before it.")
    employer_side_from: float | None
    employer_side_to: float | None
    feasible_after: bool = Field(description="Whether all gates of this vacancy hold then.")


class EmployerWhyOut(Out):
    """Everything an employer may know about one candidate and one vacancy."""

    candidate: dict[str, Any] = Field(
        description="The pseudonymous profile, as in the list.",
        examples=[{"candidate_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10", "residence": "MAR", "eqf": 4}],
    )
    feasible: bool = Field(description="Whether all gates hold.")
    near_miss: bool
    score: float = Field(ge=0, le=1)
    explanation: ExplanationOut
    training: list[TrainingTimeOut] = Field(
        max_length=3, description="The nearest courses of one's partnerships that help, shortest first."
    )


class MatchIn(In):
    """The pair to keep."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "candidate_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "vacancy_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a11",
                }
            ]
        }
    )

    candidate_id: UUID
    vacancy_id: UUID


class StoredMatchOut(Out):
    """A match as it was explained, with the versions and the SHA-256 of what it was computed from. Erasure empties
    candidate and hashes."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    candidate_id: UUID | None
    vacancy_id: UUID
    proposal_id: UUID | None = Field(description="The proposal that it stands behind.")
    score: float
    profile_version: str
    taxonomy_version: str
    engine_version: str
    language: str
    inputs_hash: str | None = Field(description="SHA-256 of the inputs, hexadecimal.")
    result_hash: str | None = Field(description="SHA-256 of the explanation, hexadecimal.")
    created_at: datetime


class ReplayOut(Out):
    """A stored match, computed again from its stored inputs."""

    match_id: UUID
    status: Literal["EQUAL", "DIFFERENT", "ERASED"] = Field(
        description="EQUAL: the same bytes; DIFFERENT: the arithmetic has changed since (compare the versions);"
        " ERASED: the person was erased, and the inputs with them."
    )
    equal: bool | None = Field(description="Whether the bytes are the same; null when erased.")
    inputs_intact: bool | None = Field(description="Whether the inputs are still those that were hashed.")
    engine_then: str
    engine_now: str
    explanation: ExplanationOut | None
