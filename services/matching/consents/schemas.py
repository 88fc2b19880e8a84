"""What is said of consents and of the texts they are given to."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import ConsentAction, ConsentScope
from services.kit.schemas import Date, In, Language, Line, Out, Resource, Uri
from services.matching.consent_limits import ConsentLimits

Sha256 = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{64}$",
        min_length=64,
        max_length=64,
        description="SHA-256 of the text as it was shown (UTF-8), in hexadecimal.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    ),
]
_EXAMPLE: dict[str, Any] = {
    "action": "RENEW",
    "scopes": ["MATCHING_HOME", "MATCHING_AWAY"],
    "on": "2026-11-02",
    "expires_on": "2028-11-01",
    "text_version": "2026-2",
    "text_language": "ar",
    "text_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}


class ConsentIn(In):
    """What the person did. GIVE and RENEW say all they agree to from then on: a scope left out is withdrawn. WITHDRAW
    names the scopes that are withdrawn. With `proposal_id` it is about showing the employer who they are."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [_EXAMPLE, {"action": "WITHDRAW", "scopes": ["STATISTICS"]}]}
    )

    action: ConsentAction
    scopes: list[ConsentScope] = Field(default_factory=list, max_length=4, description="Empty with proposal_id only.")
    proposal_id: UUID | None = Field(None, description="The proposal in which the identity is shown, or no longer is.")
    on: Date | None = Field(None, description="When the person did it; today unless said. Withdrawals count at once.")
    expires_on: Date | None = Field(None, description="The last valid day.")
    text_version: Line | None = Field(
        None, description="Version of the text that was shown; needed to agree to scopes."
    )
    text_language: Language | None = None
    text_sha256: Sha256 | None = None
    text_uri: Uri | None = None
    limits: ConsentLimits | None = Field(
        None, description="For which corridors and employers it is given; null for all. Not with WITHDRAW."
    )

    @model_validator(mode="after")
    def _whole(self) -> "ConsentIn":
        if bool(self.scopes) == bool(self.proposal_id):
            raise ValueError("name scopes, or a proposal_id and no scope")
        if self.scopes and self.action is not ConsentAction.WITHDRAW and not self.text_version:
            raise ValueError("text_version is needed to agree")
        if self.limits and (self.proposal_id or self.action is ConsentAction.WITHDRAW):
            raise ValueError("limits are said with the scopes that are given; to narrow a consent, renew it")
        if self.proposal_id and self.action is ConsentAction.RENEW:
            raise ValueError("showing who the person is can be given and withdrawn")
        return self


class ConsentOut(Out):
    """A consent as it was given, renewed or withdrawn."""

    id: UUID
    candidate_id: UUID
    action: ConsentAction
    scopes: list[ConsentScope]
    proposal_id: UUID | None
    given_on: date = Field(description="When the person did it.")
    expires_on: date | None
    text_version: str | None
    text_language: str | None
    text_sha256: str | None
    limits: ConsentLimits | None = Field(description="For which corridors and employers; null for all.")
    recorded_at: datetime
    recorded_by: str = Field(description="The API client that wrote it down.")


class ConsentTextIn(In):
    """A version of the text that people agree to, with what each translation is known by."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"text_version": "2026-2", "hashes": {"ar": _EXAMPLE["text_sha256"], "fr": _EXAMPLE["text_sha256"]}}
            ]
        }
    )

    text_version: Line
    hashes: dict[Language, Sha256] = Field(min_length=1, max_length=30, description="SHA-256 by language.")
    uri: Uri | None = None
    counts_until: Date | None = None


class ConsentTextPatch(In):
    """Until when consents to this version count: set when the terms change, so that people can be asked again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"counts_until": "2027-03-31"}]})

    counts_until: Date | None = Field(description="The last day; null while it is the text in use.")


class ConsentTextOut(Resource):
    """A version of the text."""

    organisation_id: UUID
    text_version: str
    hashes: dict[str, str]
    uri: str | None
    counts_until: date | None
