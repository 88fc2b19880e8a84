"""What is said and heard about invitations."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import InvitationAnswer, InvitationStatus, PartyRole, PartySide
from services.kit.schemas import Date, ExternalId, In, LocalisedLine, Out, Paragraph, Resource


class InvitationIn(In):
    """Whom to invite, by id or by code, and as what."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "ECOLE-SOLAIRE-ATLAS",
                    "side": "ORIGIN",
                    "roles": ["TRAINER", "CERTIFIER"],
                    "message": "Would you train 30 electricians a year with us?",
                }
            ]
        }
    )

    organisation_id: UUID | None = Field(None, description="The organisation; or name its `code`.")
    code: ExternalId | None = Field(None, description="Code of the organisation, instead of its id.")
    side: PartySide
    roles: list[PartyRole] = Field(min_length=1, max_length=10, description="All that it would do.")
    message: Paragraph | None = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.organisation_id is None) == (self.code is None):
            raise ValueError("name organisation_id or code, not both")
        return self


class InvitationOut(Resource):
    """An invitation as both ends and the parties of the partnership read it."""

    partnership_id: UUID
    partnership_code: str
    partnership_title: LocalisedLine
    organisation_id: UUID = Field(description="Who invites.")
    invited_id: UUID = Field(description="Who is invited.")
    side: PartySide
    roles: list[PartyRole]
    message: Paragraph | None
    status: InvitationStatus
    answer_reason: Paragraph | None
    answered_at: datetime | None
    expires_on: Date = Field(description="Last day on which it can be answered.")


class InvitationAnswerIn(In):
    """Yes, or no with a reason."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"decision": "DECLINED", "reason": "Our workshops are full until 2028."}]}
    )

    decision: InvitationAnswer
    reason: Paragraph | None = Field(None, description="Needed to decline.")

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.decision == InvitationAnswer.DECLINED and self.reason is None:
            raise ValueError("say why you decline")
        return self


class WithdrawalIn(In):
    """Why an invitation is taken back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The corridor is no longer planned."}]})

    reason: Paragraph


class DepartureIn(In):
    """When and why an organisation leaves."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"left_on": "2027-12-31", "reason": "Our mandate ends with the year."}]}
    )

    left_on: Date | None = Field(None, description="First day on which it takes part no more; absent: today.")
    reason: Paragraph


class DepartureOut(Out):
    """What an organisation left."""

    partnership_id: UUID
    organisation_id: UUID
    left_on: Date
    roles: list[PartyRole] = Field(description="What it did until then.")
