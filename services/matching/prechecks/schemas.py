"""What is said and heard in a pre-check. Nothing here names a person, and nothing of it is kept."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import Cefr, Country, OriginEmployment, RecognitionStatus, TrackPreference
from services.kit.schemas import Count, Date, EscoUri, Flag, In, Isco08, Language, Out

Light = Literal["GREEN", "YELLOW", "RED"]

EXAMPLE: dict[str, Any] = {
    "residence": "MAR",
    "age": 27,
    "occupations": [{"isco08": "7411", "months": 30}],
    "skills": [{"uri": "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b", "level": 3}],
    "eqf": 4,
    "languages": [{"code": "fr", "cefr": "B1"}],
    "track": "EITHER",
}


class StatedSkill(In):
    """An ESCO skill and how well; all of it is taken as the person's own word."""

    uri: EscoUri
    level: Annotated[int, Field(strict=True, ge=1, le=5, description="From 1 (beginner) to 5 (expert).")] = 3


class StatedLanguage(In):
    """A language and the level overall."""

    code: Language
    cefr: Cefr


class StatedJob(In):
    """Time spent in an occupation."""

    isco08: Isco08
    months: Count
    current: Flag = Field(False, description="Whether the person works there now.")


class StatedRecognition(In):
    """State of a professional recognition for an occupation."""

    isco08: Isco08
    country: Country
    status: RecognitionStatus


class PrecheckIn(In):
    """A profile without identity: no name, no birth date, no number, no free text. Do not send more than is asked."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    residence: Country
    age: Annotated[int, Field(strict=True, ge=15, le=99, description="Completed years.")]
    occupations: list[StatedJob] = Field(default_factory=list, max_length=30)
    skills: list[StatedSkill] = Field(min_length=1, max_length=200)
    eqf: Annotated[int, Field(strict=True, ge=1, le=8, description="EQF level.")] | None = None
    languages: list[StatedLanguage] = Field(default_factory=list, max_length=15)
    recognitions: list[StatedRecognition] = Field(default_factory=list, max_length=20)
    available_from: Date | None = Field(None, description="Absent: today.")
    track: TrackPreference = TrackPreference.EITHER
    origin_employment: OriginEmployment | None = Field(None, description="Absent: unknown.")
    trained_by_partnership: Flag = Field(False, description="Whether the partnership has trained and certified them.")

    @model_validator(mode="after")
    def _no_skill_twice(self) -> "PrecheckIn":
        if len({skill.uri for skill in self.skills}) < len(self.skills):
            raise ValueError("a skill is named twice")
        return self


class ObstacleOut(Out):
    """A gate that stands in the way, in the reader's language."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "H07",
                    "meaning": "The language level asked is not reached.",
                    "advice": "Take a language course.",
                    "remediable": True,
                    "refused": 12,
                    "remedy": "language course: fr to B2",
                }
            ]
        }
    )

    code: str
    meaning: str
    advice: str
    remediable: bool = Field(description="Whether the person can pass it by preparing or agreeing on dates.")
    refused: int = Field(description="Vacancies, of those looked at, that it refuses alone or with others.")
    remedy: str | None = Field(description="The remedy of one of these vacancies, in English.")


class SideOut(Out):
    """One side: at home, or away."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "light": "YELLOW",
                    "text": "Nothing fits yet, but training, language or dates could change that.",
                    "fits": 0,
                    "near_misses": 14,
                    "looked_at": 14,
                    "reasons": [],
                }
            ]
        }
    )

    light: Light
    text: str
    fits: int = Field(description="Vacancies that pass all gates.")
    near_misses: int = Field(description="Vacancies that fail only gates that can be remedied.")
    looked_at: int = Field(description="Open vacancies of this side that the reasons were drawn from.")
    reasons: list[ObstacleOut] = Field(max_length=14, description="What stands in the way, most frequent first.")


class PrecheckOut(Out):
    """Whether there is a realistic chance, before anybody registers. GREEN: something fits as it is; YELLOW: something
    would after training, a language or other dates; RED: neither. Nothing was stored, and no decision was made."""

    light: Light
    text: str
    home: SideOut | None = Field(description="Null when the track is AWAY.")
    away: SideOut | None = Field(description="Null when the track is HOME.")
    unknown_skills: list[str] = Field(max_length=200, description="Skills that the taxonomy in force does not have.")
    versions: dict[str, str] = Field(
        description="Versions of taxonomy and engine.", examples=[{"taxonomy": "1.1.1", "engine": "matching-2"}]
    )
