"""What is asked of a run that places a cohort, and what it answers."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from services.contracts.vocabulary import (
    AgeBand,
    AllocationMode,
    AllocationOutcome,
    AllocationStage,
    AllocationStatus,
    Country,
    QuotaKind,
    Sex,
    Track,
)
from services.kit.schemas import MAX_INT, In, Line, Out, Resource
from services.matching.moves import NextStepIn

_EXAMPLE_IDS = [f"01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a{n}" for n in range(10, 16)]
GroupKey = Annotated[
    str,
    StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$"),
    Field(description="A group that people declare themselves to belong to, in your own words.", examples=["RURAL"]),
]
Minor = Annotated[
    str,
    StringConstraints(min_length=3, max_length=3, pattern=r"^[0-9]{3}$"),
    Field(description="ISCO-08 minor group, three digits.", examples=["741"]),
]


class CohortIn(In):
    """Who is to be placed: exactly one of the three; always candidates of your own."""

    candidate_ids: list[UUID] | None = Field(None, min_length=1, max_length=5000)
    session_id: UUID | None = Field(None, description="Everybody who has applied for this session and holds no seat.")
    pool: bool | None = Field(
        None, description="true: everybody you registered, as far as `track` and `residence` say."
    )
    track: Track | None = Field(None, description="With pool: only who is open to this track.")
    residence: Country | None = Field(None, description="With pool: only who lives there.")

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if sum((self.candidate_ids is not None, self.session_id is not None, self.pool is True)) != 1:
            raise ValueError("give exactly one of candidate_ids, session_id and pool: true")
        return self


class SessionPlacesIn(In):
    """A training session, and how many of its seats are for people who will work at home and away."""

    session_id: UUID
    home_places: int = Field(ge=0, le=100_000, description="Seats for the home track.")
    away_places: int = Field(ge=0, le=100_000, description="Seats for the track abroad.")


class TighterIn(In):
    """A limit tighter than what is on record; one that is looser changes nothing."""

    kind: QuotaKind = Field(description="CORRIDOR, PARTNERSHIP, EMPLOYER, SCHEME or SAFEGUARD.")
    of: Line = Field(
        description="CORRIDOR: MAR-BEL. PARTNERSHIP and EMPLOYER: the id. SCHEME: the key of the pathway. SAFEGUARD:"
        " origin and ISCO-08 minor group, MAR 741.",
        examples=["MAR-BEL"],
    )
    most: int = Field(ge=0, le=1_000_000, description="People of this run at most.")


class ReserveIn(In):
    """Places of a target that go first to people of a group, and to all as far as the group does not take them. Counts
    for people whose consent covers PRIORITY alone. Exactly one of sex, age_band and declared."""

    target_id: UUID = Field(description="A vacancy or session among the targets.")
    track: Track | None = Field(None, description="With a session: the track; both unless said.")
    places: int = Field(ge=1, le=100_000)
    sex: Sex | None = None
    age_band: AgeBand | None = None
    declared: GroupKey | None = None

    @model_validator(mode="after")
    def _one_group(self) -> Self:
        if sum(each is not None for each in (self.sex, self.age_band, self.declared)) != 1:
            raise ValueError("give exactly one of sex, age_band and declared")
        return self

    @property
    def group(self) -> str:
        """Its name among the groups of the run."""
        if self.declared:
            return f"declared:{self.declared}"
        return f"sex:{self.sex.value}" if self.sex else f"age_band:{self.age_band.value if self.age_band else ''}"


class DeclarationIn(In):
    """What a person said of themselves for this run, and for nothing else."""

    candidate_id: UUID
    ranking: list[UUID] = Field(
        default_factory=list,
        max_length=50,
        description="Targets, the best liked first; those left out follow by how they meet the person's wishes.",
    )
    groups: list[GroupKey] = Field(default_factory=list, max_length=10)


class RetentionIn(In):
    """How likely somebody is in the job of a target twelve months later, and who says so."""

    target_id: UUID
    probability: float = Field(ge=0, le=1, description="0 to 1.")
    source: Line = Field(examples=["Follow-up of the cohort of 2025"])


class AllocationIn(In):
    """A run: whom to place, where, under which limits and by what rule. Nothing is offered to anybody by it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "partnership_id": _EXAMPLE_IDS[0],
                    "cohort": {"session_id": _EXAMPLE_IDS[1]},
                    "sessions": [{"session_id": _EXAMPLE_IDS[1], "home_places": 90, "away_places": 30}],
                    "ratio": 3,
                    "reserves": [{"target_id": _EXAMPLE_IDS[1], "track": "HOME", "places": 30, "sex": "F"}],
                    "mode": "STABLE",
                    "seed": 20270115,
                }
            ]
        }
    )

    partnership_id: UUID
    cohort: CohortIn
    vacancies: list[UUID] = Field(default_factory=list, max_length=2000, description="Jobs to be filled.")
    all_vacancies: bool = Field(False, description="Every open vacancy of the partnership, at home and away.")
    sessions: list[SessionPlacesIn] = Field(default_factory=list, max_length=20, description="Seats to be filled.")
    quotas: list[TighterIn] = Field(default_factory=list, max_length=200)
    ratio: float | None = Field(
        None, ge=0, le=100, description="Committed home places for each place away, if more than on record."
    )
    reserves: list[ReserveIn] = Field(default_factory=list, max_length=20)
    people: list[DeclarationIn] = Field(
        default_factory=list, max_length=2000, description="What people said themselves."
    )
    retention: list[RetentionIn] = Field(
        default_factory=list, max_length=2000, description="For CONSTRAINED_PRIORITY, of every target."
    )
    mode: AllocationMode = AllocationMode.STABLE
    floor: float | None = Field(
        None, ge=0, le=1, description="For CONSTRAINED_PRIORITY: least expected share still in the job, 0 to 1."
    )
    exact: bool = Field(False, description="Solve to the proven optimum; for up to 200 people.")
    seed: int = Field(ge=0, le=MAX_INT, description="Of the lottery that decides between equals.")
    options_per_person: int = Field(20, ge=1, le=50, description="How many of a person's best options are considered.")


class QuotaOut(Out):
    """A limit of a run and what was used of it."""

    kind: QuotaKind
    of: str = Field(description="What is limited; a target's id, a corridor, an employer's id and so on.")
    left: float = Field(description="People, before the run; for RATIO home places beyond those already spoken for.")
    used: float = Field(description="People of this run; for RATIO places away times the ratio, less those at home.")
    price: float | None = Field(description="About what one more would add to the total score; null in other modes.")


class ReserveOut(Out):
    """Reserved places and how many went to the group."""

    group: str
    target: UUID
    places: int
    filled: int


class PartyGainOut(Out):
    """What a party gains on average."""

    party: str
    mean: float | None = Field(description="Mean value over the placed where it is known, 0 to 1.")
    known: float | None = Field(description="For which share of them it is known, 0 to 1.")


class AllocationSummaryOut(Out):
    """What came out for all together."""

    placed: int
    unplaced: int = Field(description="People with at least one option, and no place.")
    not_eligible: int = Field(description="People for whom no target passes every gate.")
    home: int
    away: int
    total: float = Field(description="Sum of scores R.")
    bound: float | None = Field(description="What no placement exceeds; null where the mode has none.")
    gap: float | None = Field(description="How far below the bound, as a share of it.")
    stable: bool = Field(description="Whether no pair blocks.")
    nested: bool = Field(description="Whether the limits that bound are nested, so that stability could be promised.")
    blocking_pairs: int = Field(description="Pairs that would rather have each other and fit what quotas leave.")
    outcome: float | None = Field(description="Mean probability of being in the job after twelve months.")
    parties: list[PartyGainOut]
    quotas: list[QuotaOut]
    reserves: list[ReserveOut]
    fairness: dict[str, Any] = Field(
        description="By sex, age band and residence, of people who agreed to be counted; figures about too few people"
        " are withheld, not zero."
    )


class AllocationOut(Resource):
    """A run and how far it is."""

    organisation_id: UUID
    partnership_id: UUID
    status: AllocationStatus
    asked: dict[str, Any] = Field(description="What was asked for, without people.")
    people: int = Field(description="People of the cohort.")
    stage: AllocationStage
    percent: int = Field(description="Of the work, 0 to 100.")
    seconds_left: int | None = Field(description="Estimate; null before anything can be said.")
    attempts: int = Field(description="Workers that took it; more than 1 when one was lost.")
    failure: str | None
    begun_at: datetime | None = Field(examples=["2027-01-15T09:00:00Z"])
    computed_at: datetime | None = Field(examples=["2027-01-15T09:01:00Z"])
    committed_at: datetime | None = Field(examples=["2027-01-16T10:00:00Z"])
    decided_by: str | None
    input_sha256: str | None = Field(description="Of all that was computed from.")
    result_sha256: str | None = Field(
        description="Of the summary and everybody's result; the same input and seed give the same."
    )
    summary: AllocationSummaryOut | None = Field(description="Null until it is computed.")


class OptionOut(Out):
    """A target as it is to a person."""

    target_id: UUID
    kind: str = Field(description="VACANCY or SESSION.")
    track: Track
    title: str | None = Field(description="Null when it is no longer offered.")
    job_id: UUID | None = Field(description="With a session: the job that the score is about.")


class InTheWayOut(Out):
    """A place the person would rather have, and what was in the way."""

    option: OptionOut
    bound: QuotaKind | None = Field(description="The limit that was full; null: others came first.")
    of: str | None
    price: float | None = Field(description="About what one more of that limit would add to the total score.")
    priority: float | None = Field(description="The target's view of the person, 0 to 1.")
    needed: float | None = Field(description="What it would have taken, 0 to 1; null where no score would have done.")


class AllocationResultOut(Out):
    """What a run gave a person, and why."""

    candidate_id: UUID
    place: int = Field(description="Place in the order of the lottery, from 1.")
    outcome: AllocationOutcome
    option: OptionOut | None
    score: float | None = Field(description="R of the pair, 0 to 1.")
    priority: float | None = Field(description="The target's view of the person, 0 to 1.")
    rank: int | None = Field(description="Which of the person's own choices it is, from 1.")
    possible: int = Field(description="Options that were considered.")
    in_the_way: list[InTheWayOut] = Field(description="Places the person would rather have, the best liked first.")
    change: InTheWayOut | None = Field(
        description="For the unplaced: the smallest change that would have given a place."
    )
    made_id: UUID | None = Field(description="The proposal or enrolment that the commitment made.")


class CourseOut(Out):
    """A session that can be booked today."""

    session_id: UUID
    title: str
    starts_on: str = Field(examples=["2027-03-01"])
    ends_on: str = Field(examples=["2027-03-28"])
    seats_left: int


class WhyNotOut(AllocationResultOut):
    """The same for one person, with courses that would close the gap, computed against what is on offer today."""

    changes: list["ChangeOut"] = Field(description="What would raise the target's view, nearest first.")


class ChangeOut(Out):
    """A change of one thing and what it makes of the target's view."""

    kind: str = Field(description="COURSE, LANGUAGE, RECOGNITION, DATES or SKILL.")
    detail: str
    priority_from: float | None
    priority_to: float | None
    enough: bool = Field(description="Whether that would have given the place, all else the same.")
    sessions: list[CourseOut]


class CommitIn(In):
    """A person's decision to make what a dry run found."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "decided_by": "Cohort manager 4",
                    "result_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                    "waitlist": 60,
                    "next_steps": [{"kind": "APPLY_AGAIN", "text": "The next session takes applications in March."}],
                }
            ]
        }
    )

    decided_by: Line = Field(description="The person who decided.", examples=["Cohort manager 4"])
    result_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$", max_length=64)] = Field(
        description="The result that was looked at."
    )
    waitlist: int = Field(0, ge=0, le=100_000, description="Unplaced applicants who wait for a seat, best first.")
    next_steps: list[NextStepIn] = Field(
        default_factory=list, max_length=10, description="For applicants who are not selected; at least one."
    )
