"""What is said and heard about stays with hosts."""

from datetime import date
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import Country, MobilityReason, StayStatus, VisaClass
from services.kit.schemas import Date, Flag, In, Out, Resource
from services.matching.next_steps import DecidedBy, FirmNextStep, FirmNextSteps


class StayIn(In):
    """A stay to be planned; room is kept with the host at once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "mobility_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "host_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a14",
                    "from_date": "2027-03-01",
                    "to_date": "2027-03-30",
                    "share_identity": False,
                }
            ]
        }
    )

    mobility_id: UUID
    host_id: UUID
    from_date: Date = Field(description="Day of arrival, which counts.")
    to_date: Date = Field(description="Day of departure, which counts.")
    share_identity: Flag = Field(False, description="The person agrees that the host learns who they are.")

    @model_validator(mode="after")
    def _ends_after_start(self) -> "StayIn":
        if self.to_date < self.from_date:
            raise ValueError("to_date must not be before from_date")
        if (self.to_date - self.from_date).days >= 1095:
            raise ValueError("a stay may last three years at most")
        return self


class StayPatch(In):
    """Fields to change; new dates are checked as those of a new stay are, and the host is asked again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to_date": "2027-04-10"}]})

    from_date: Date | None = Field(None, description="Day of arrival, which counts.")
    to_date: Date | None = Field(None, description="Day of departure, which counts.")
    share_identity: Flag | None = None


class StayAnswerIn(In):
    """The host's word."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"accepts": True, "decided_by": "Head of works 7"}]})

    accepts: Flag
    decided_by: DecidedBy = None


class StayTransitionIn(In):
    """A step. What it has to say depends on it; 409 names everything that is missing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"to": "VISA", "on": "2027-01-25"},
                {
                    "to": "ABROAD",
                    "on": "2027-03-01",
                    "visa_valid_from": "2027-02-20",
                    "visa_valid_to": "2027-05-20",
                },
            ]
        }
    )

    to: StayStatus
    on: Date = Field(description="Day on which it happened.")
    visa_valid_from: Date | None = Field(None, description="First day of the visa or permit; for ABROAD.")
    visa_valid_to: Date | None = Field(None, description="Last day of the visa or permit; for ABROAD.")
    reason: MobilityReason | None = Field(None, description="For CANCELLED.")
    next_steps: FirmNextSteps = Field(default_factory=list)
    decided_by: DecidedBy = None


class GuestOut(Out):
    """Who comes, once the person agreed to say so and the host accepted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"given_name": "Inventée", "family_name": "Personne", "firm": "Atelier Inventé"}]
        }
    )

    given_name: str | None
    family_name: str | None
    firm: str | None


class StayOut(Resource):
    """A stay, for the candidate's organisation and the host."""

    organisation_id: UUID = Field(description="The candidate's organisation.")
    mobility_id: UUID
    candidate_id: UUID = Field(description="A pseudonym to everybody else.")
    host_id: UUID
    host_organisation_id: UUID
    country: Country
    from_date: date
    to_date: date
    days: int = Field(description="Both days included.")
    visa_class: VisaClass
    pathway: str | None = Field(description="Key of the legal pathway of a long stay.")
    status: StayStatus
    visa_valid_from: date | None
    visa_valid_to: date | None
    host_accepts: bool | None = Field(description="Absent until the host has answered.")
    host_answered_on: date | None
    host_decided_by: str | None = Field(description="The person at the host who accepted or declined.")
    share_identity: bool
    reason: MobilityReason | None
    next_steps: list[FirmNextStep]


class StayWithGuestOut(StayOut):
    """A stay, and who comes where the host may know."""

    guest: GuestOut | None


class CountedStayOut(Out):
    """A stay or visit that counts."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"country": "BEL", "from_date": "2027-03-01", "to_date": "2027-03-30"}]}
    )

    country: Country
    from_date: date
    to_date: date


class StayDaysOut(Out):
    """Days of short stays in an area, over all stays and visits of the person."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "country": "BEL",
                    "area": ["BEL", "FRA", "NLD"],
                    "on": "2027-04-15",
                    "used": 30,
                    "left": 60,
                    "longest": 60,
                    "stays": [{"country": "BEL", "from_date": "2027-03-01", "to_date": "2027-03-30"}],
                }
            ]
        }
    )

    country: Country
    area: list[Country] = Field(max_length=60, description="Countries in which a day counts as one in `country`.")
    on: date
    used: int = Field(description="Days used in the 180 that end with `on`.")
    left: int = Field(description="Days left of 90 on that day.")
    longest: int = Field(description="Days that a stay beginning on that day may last, beside those planned later.")
    stays: list[CountedStayOut] = Field(max_length=1000)
