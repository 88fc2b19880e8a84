"""What is heard about the conformity of a partnership."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import OrganisationSector
from services.kit.schemas import Out


class TestOut(Out):
    """One question to the record, and what was seen in it."""

    number: int = Field(ge=1, le=8)
    code: str = Field(examples=["HOME_AND_AWAY_BUNDLED"])
    passed: bool
    evidence: list[str] = Field(description="Fields and records that were looked at.")


class GspOut(Out):
    """The six design tests of CGD's Global Skill Partnership."""

    score: int = Field(ge=0, le=6, description="Tests that hold, 0 to 6.")
    label: str | None = Field(description="GSP when tests 2, 4 and 5 hold.")
    tests: list[TestOut]


class SmpOut(Out):
    """IOM's skills mobility partnership: five components, and readiness by eight prerequisites."""

    components_met: int = Field(ge=0, le=5, description="0 to 5.")
    components: list[TestOut]
    readiness: int = Field(ge=0, le=8, description="Prerequisites that hold, 0 to 8.")
    prerequisites: list[TestOut]


class BreadthOut(Out):
    """How many of the eight actor classes hold a signed role."""

    score: int = Field(ge=0, le=8)
    classes: list[OrganisationSector]


class ActivityOut(Out):
    """How many of the parties did something of late."""

    days: int = Field(description="How far back is looked, in days.")
    parties: int = Field(description="Organisations that are parties.")
    active: int = Field(description="Of these, those that changed something of the partnership's.")
    share: float | None = Field(description="Active of all, 0 to 1; null without parties.")


class ResilienceOut(Out):
    """What the partnership rests on."""

    corridors: int
    occupations: int
    largest_employer_share: float | None = Field(description="Of the places in open vacancies, 0 to 1.")
    flags: list[str] = Field(
        description="ONE_EMPLOYER (has more of the places than `rules` allow), ONE_CORRIDOR, ONE_OCCUPATION."
    )


class FundingOut(Out):
    """Who pays: mean share over the cost groups, in percent."""

    public: float = Field(description="Governments and donors, in percent.")
    private: float = Field(description="Employers, investors, firms at origin and the diaspora, in percent.")
    worker: float = Field(description="Trainees and workers themselves, in percent.")


class ConformityOut(Out):
    """Which kind of partnership the record describes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "partnership_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "version": 7,
                    "computed_at": "2026-11-23T08:30:00Z",
                    "parameters": "2026-1",
                    "gsp": {
                        "score": 1,
                        "label": None,
                        "tests": [
                            {
                                "number": 5,
                                "code": "HOME_AND_AWAY_BUNDLED",
                                "passed": True,
                                "evidence": ["home_places: 90", "away_places: 30"],
                            }
                        ],
                    },
                    "smp": {"components_met": 0, "components": [], "readiness": 0, "prerequisites": []},
                    "breadth": {"score": 2, "classes": ["NATIONAL_PUBLIC", "PRIVATE"]},
                    "activity": {"days": 90, "parties": 4, "active": 2, "share": 0.5},
                    "resilience": {
                        "corridors": 1,
                        "occupations": 1,
                        "largest_employer_share": 0.6,
                        "flags": ["ONE_EMPLOYER", "ONE_CORRIDOR", "ONE_OCCUPATION"],
                    },
                    "funding": {"public": 60.0, "private": 40.0, "worker": 0.0},
                }
            ]
        }
    )

    partnership_id: UUID
    version: int = Field(description="The version of the record that was looked at.")
    computed_at: datetime
    parameters: str = Field(description="Edition of the parameters that were compared with; see `rules`.")
    gsp: GspOut
    smp: SmpOut
    breadth: BreadthOut
    activity: ActivityOut
    resilience: ResilienceOut
    funding: FundingOut | None = Field(description="Absent until there is a cost matrix.")
