"""What is said and heard about hosts."""

from datetime import date
from itertools import pairwise
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, field_validator, model_validator

from services.contracts.vocabulary import CooperationType, Country, HostService, Persona
from services.kit.schemas import (
    Count,
    Date,
    ExternalId,
    Flag,
    In,
    Isco08,
    Isic,
    Language,
    Line,
    LocalisedLine,
    PositiveCount,
    Resource,
)

StayDays = Annotated[int, Field(strict=True, ge=1, le=1095, description="Length of one stay, in days.")]


class Mentors(In):
    """How many mentors there are, what they speak and what they know."""

    model_config = ConfigDict(from_attributes=True)

    count: PositiveCount
    languages: list[Language] = Field(min_length=1, max_length=20)
    isco08: list[Isco08] = Field(default_factory=list, max_length=20)


class Window(In):
    """A time in which people can come, both days included."""

    model_config = ConfigDict(from_attributes=True)

    from_date: Date
    to_date: Date

    @model_validator(mode="after")
    def _ends_after_start(self) -> "Window":
        if self.to_date < self.from_date:
            raise ValueError("to_date must not be before from_date")
        return self


EXAMPLE: dict[str, Any] = {
    "external_id": "HOST-2027",
    "title": {"fr": "Accueil d'entrepreneurs de l'agroalimentaire", "en": "Room for food entrepreneurs"},
    "country": "BEL",
    "region": "BE-BRU",
    "capacity_days": 720,
    "places": 4,
    "sectors": ["A01", "C10"],
    "services": ["WORKSPACE", "MENTORING", "B2B_MATCHMAKING"],
    "personas": ["ENTREPRENEUR"],
    "languages": ["fr", "wo"],
    "mentors": [{"count": 3, "languages": ["fr"], "isco08": ["1311"]}],
    "stay_days_min": 7,
    "stay_days_max": 180,
    "diaspora_firm": False,
    "cooperation_sought": ["SOURCING", "CO_DEVELOPMENT"],
    "availability": [{"from_date": "2027-01-15", "to_date": "2027-07-15"}],
    "open": True,
    "partnership_ids": ["01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10"],
}


class HostIn(In):
    """A host's offer: what it has room for."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    external_id: ExternalId
    title: LocalisedLine
    country: Country
    region: Line | None = Field(None, description="ISO 3166-2 code or name of the region.", examples=["BE-BRU"])
    capacity_days: PositiveCount = Field(description="Person-days of stay it can take a year.")
    places: PositiveCount = Field(description="People it can take at the same time.")
    sectors: list[Isic] = Field(min_length=1, max_length=30)
    services: list[HostService] = Field(default_factory=list, max_length=20)
    personas: list[Persona] = Field(min_length=1, max_length=7, description="Whom it takes.")
    languages: list[Language] = Field(min_length=1, max_length=20, description="What is spoken there.")
    mentors: list[Mentors] = Field(default_factory=list, max_length=20)
    stay_days_min: StayDays = 1
    stay_days_max: StayDays
    diaspora_firm: Flag = Field(False, description="Whether the firm is one of the diaspora.")
    cooperation_sought: list[CooperationType] = Field(
        default_factory=list, max_length=5, description="What it looks for in the firms that come; empty: not known."
    )
    availability: list[Window] = Field(default_factory=list, max_length=50, description="Absent or empty: always.")
    open: Flag = Field(True, description="Whether it takes people at present.")
    partnership_ids: list[UUID] = Field(
        default_factory=list, max_length=50, description="The partnerships this is offered to."
    )

    @model_validator(mode="after")
    def _stays_fit(self) -> "HostIn":
        if self.stay_days_max < self.stay_days_min:
            raise ValueError("stay_days_max must not be below stay_days_min")
        if self.capacity_days > self.places * 366:
            raise ValueError("capacity_days must not be above places × 366: nobody stays more days than a year has")
        windows = sorted(self.availability, key=lambda each: each.from_date)
        if any(later.from_date <= earlier.to_date for earlier, later in pairwise(windows)):
            raise ValueError("the windows of availability must not overlap")
        return self


class HostPatch(In):
    """Fields to change (JSON merge-patch); lists are replaced whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"places": 6}]})

    title: LocalisedLine | None = None
    region: Line | None = None
    capacity_days: PositiveCount | None = None
    places: PositiveCount | None = None
    sectors: list[Isic] | None = Field(None, min_length=1, max_length=30)
    services: list[HostService] | None = Field(None, max_length=20)
    personas: list[Persona] | None = Field(None, min_length=1, max_length=7)
    languages: list[Language] | None = Field(None, min_length=1, max_length=20)
    mentors: list[Mentors] | None = Field(None, max_length=20)
    stay_days_min: StayDays | None = None
    stay_days_max: StayDays | None = None
    diaspora_firm: Flag | None = None
    cooperation_sought: list[CooperationType] | None = Field(None, max_length=5)
    availability: list[Window] | None = Field(None, max_length=50)
    open: Flag | None = None
    partnership_ids: list[UUID] | None = Field(None, max_length=50)


class WindowOut(In):
    """A time in which people can come, both days included."""

    model_config = ConfigDict(from_attributes=True)

    from_date: date
    to_date: date


class HostOut(Resource):
    """A host as the parties of its partnerships see it."""

    organisation_id: UUID = Field(description="The host.")
    external_id: str
    title: LocalisedLine
    country: Country
    region: str | None
    capacity_days: Count = Field(description="Person-days of stay it can take a year.")
    places: Count = Field(description="People it can take at the same time.")
    sectors: list[str]
    services: list[HostService]
    personas: list[Persona]
    languages: list[str]
    mentors: list[Mentors]
    stay_days_min: int = Field(description="Days.")
    stay_days_max: int = Field(description="Days.")
    diaspora_firm: bool
    cooperation_sought: list[CooperationType]
    availability: list[WindowOut]
    open: bool
    partnership_ids: list[UUID]

    @field_validator("cooperation_sought", mode="before")
    @classmethod
    def _not_asked_yet(cls, value: Any) -> Any:
        """Versions from before hosts were asked have nothing here."""
        return value or []
