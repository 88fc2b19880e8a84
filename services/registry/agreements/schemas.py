"""What is said and heard about agreements, their signatures and their terminations."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import AgreementStatus, AgreementType, LegalStatus, PartySide, SocialSecurityBranch
from services.kit.schemas import (
    Date,
    Flag,
    In,
    Language,
    Line,
    LocalisedLine,
    LocalisedParagraph,
    Out,
    Paragraph,
    Resource,
    Uri,
)

_DOCUMENT = "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a20"
_MINISTRY = "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a11"
Months = Annotated[int, Field(strict=True, ge=0, le=600)]


class LanguageVersion(In):
    """The text in one language."""

    language: Language
    document_id: UUID = Field(description="A document of the same partnership.")
    authentic: Flag = Field(True, description="Whether this version counts in law, and is no mere translation.")


class Annex(In):
    """A text that is part of the agreement."""

    title: LocalisedLine
    document_id: UUID = Field(description="A document of the same partnership.")


class SupportAction(In):
    """How a development actor supports the agreement (S-21)."""

    organisation_id: UUID = Field(description="A party of the partnership.")
    action: LocalisedParagraph


class SocialSecurityTerms(In):
    """What a social security convention coordinates."""

    branches: list[SocialSecurityBranch] = Field(min_length=1, max_length=7)
    totalisation: Flag = Field(description="Whether periods of insurance in both countries are added up.")
    export: Flag = Field(description="Whether benefits are paid in the other country.")
    detachment_max_months: Months = Field(description="Months a seconded worker stays insured at home.")
    detachment_extended_months: Months | None = Field(None, description="Months in all, when that is extended.")


EXAMPLE: dict[str, Any] = {
    "type": "BLMA",
    "legal_status": "BINDING",
    "title": {"fr": "Accord de mobilité de main-d'œuvre", "en": "Labour mobility agreement"},
    "language_versions": [{"language": "fr", "document_id": _DOCUMENT, "authentic": True}],
    "text_uri": "https://gazette.example/2027/14",
    "legal_basis": "Bilateral cooperation programme 2026–2030, article 4",
    "in_force_on": "2027-01-01",
    "expires_on": "2030-12-31",
    "tacit_renewal": True,
    "annexes": [{"title": {"en": "Model contract"}, "document_id": _DOCUMENT}],
    "supports": [{"organisation_id": _MINISTRY, "action": {"en": "Runs the calls for candidates."}}],
}


class AgreementIn(In):
    """An agreement between parties of a partnership, before anybody has signed it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    type: AgreementType
    legal_status: LegalStatus
    title: LocalisedLine
    party_ids: list[UUID] = Field(
        default_factory=list,
        max_length=50,
        description="Who is to sign; left out, every party of the partnership that may sign this type.",
    )
    language_versions: list[LanguageVersion] = Field(default_factory=list, max_length=20)
    text_uri: Uri | None = Field(None, description="Where the text was published.")
    legal_basis: Paragraph | None = None
    in_force_on: Date | None = Field(None, description="First day; left out, the day of the last signature.")
    expires_on: Date | None = Field(None, description="Last day; left out, it has none.")
    tacit_renewal: Flag = Field(False, description="Whether it goes on after `expires_on` unless a party ends it.")
    annexes: list[Annex] = Field(default_factory=list, max_length=50)
    supports: list[SupportAction] = Field(default_factory=list, max_length=50)
    social_security: SocialSecurityTerms | None = Field(None, description="For social security conventions alone.")
    replaces: UUID | None = Field(None, description="The agreement of the same partnership whose successor this is.")

    @model_validator(mode="after")
    def _coherent(self) -> "AgreementIn":
        if self.in_force_on and self.expires_on and self.expires_on < self.in_force_on:
            raise ValueError("expires_on must not be before in_force_on")
        languages = [version.language for version in self.language_versions]
        if len(set(languages)) != len(languages):
            raise ValueError("language_versions must have one text a language")
        if self.social_security and self.type is not AgreementType.SOCIAL_SECURITY_CONVENTION:
            raise ValueError("social_security belongs to a SOCIAL_SECURITY_CONVENTION")
        if self.tacit_renewal and self.expires_on is None:
            raise ValueError("tacit_renewal needs an expires_on after which it renews")
        return self


class AgreementPatch(In):
    """Fields to change (JSON merge-patch); lists are replaced whole. After a signature only `supports` changes and,
    where files were signed, `text_uri`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text_uri": "https://gazette.example/2027/14"}]})

    type: AgreementType | None = None
    legal_status: LegalStatus | None = None
    title: LocalisedLine | None = None
    party_ids: list[UUID] | None = Field(None, max_length=50)
    language_versions: list[LanguageVersion] | None = Field(None, max_length=20)
    text_uri: Uri | None = None
    legal_basis: Paragraph | None = None
    in_force_on: Date | None = None
    expires_on: Date | None = None
    tacit_renewal: Flag | None = None
    annexes: list[Annex] | None = Field(None, max_length=50)
    supports: list[SupportAction] | None = Field(None, max_length=50)
    social_security: SocialSecurityTerms | None = None
    replaces: UUID | None = None


class AgreementParty(Out):
    """Who is to sign, and for which side."""

    organisation_id: UUID
    side: PartySide


class LanguageVersionOut(Out):
    """The text in one language, with the hash of its bytes."""

    language: str
    document_id: UUID
    authentic: bool
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the document's bytes, hexadecimal.")


class AnnexOut(Out):
    """An annex, with the hash of its bytes."""

    title: LocalisedLine
    document_id: UUID
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class AgreementSignatureIn(In):
    """One's own signature; for one's own side, by an office and not a person."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"side": "ORIGIN", "signed_on": "2026-11-20", "office": "Minister of Employment", "document_id": None}
            ]
        }
    )

    side: PartySide
    signed_on: Date = Field(description="Not after today.")
    office: Line = Field(description="The office that signed, never the name of a person.")
    document_id: UUID | None = Field(None, description="The signed copy, a document of the same partnership.")


class AgreementSignatureOut(Resource):
    """A party's signature."""

    agreement_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    side: PartySide
    signed_on: date
    office: str
    document_id: UUID | None


class TerminationIn(In):
    """One's own notice that the agreement ends."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"ends_on": "2028-06-30", "reason": "Notice of six months under article 19."}]}
    )

    ends_on: Date = Field(description="The first day on which it no longer applies.")
    reason: Paragraph


class TerminationOut(Resource):
    """A party's notice."""

    agreement_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    ends_on: date
    reason: str


_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_PARTNERSHIP, _AGREEMENT = "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10", "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a30"
_RECORD = {"version": 1, "created_at": "2026-11-23T08:30:00Z", "updated_at": "2026-11-23T08:30:00Z"}
_SIGNED: dict[str, Any] = _RECORD | {
    "id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a31",
    "agreement_id": _AGREEMENT,
    "partnership_id": _PARTNERSHIP,
    "organisation_id": _MINISTRY,
    "side": "ORIGIN",
    "signed_on": "2026-11-20",
    "office": "Minister of Employment",
    "document_id": None,
}
_ANSWER: dict[str, Any] = (
    EXAMPLE
    | _RECORD
    | {
        "id": _AGREEMENT,
        "partnership_id": _PARTNERSHIP,
        "organisation_id": _MINISTRY,
        "parties": [
            {"organisation_id": _MINISTRY, "side": "ORIGIN"},
            {"organisation_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a12", "side": "DESTINATION"},
        ],
        "language_versions": [EXAMPLE["language_versions"][0] | {"sha256": _SHA256}],
        "annexes": [EXAMPLE["annexes"][0] | {"sha256": _SHA256}],
        "text_uri": None,
        "social_security": None,
        "replaces": None,
        "signatures": [_SIGNED],
        "terminations": [],
        "signed_on": None,
        "terminated_on": None,
        "status": "SIGNED_BY_ORIGIN",
    }
)


class AgreementOut(Resource):
    """An agreement with its signatures, and where it stands."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_ANSWER]})

    partnership_id: UUID
    organisation_id: UUID = Field(description="Who registered it.")
    type: AgreementType
    legal_status: LegalStatus
    title: LocalisedLine
    parties: list[AgreementParty]
    language_versions: list[LanguageVersionOut]
    text_uri: Uri | None
    legal_basis: str | None
    in_force_on: date | None
    expires_on: date | None
    tacit_renewal: bool
    annexes: list[AnnexOut]
    supports: list[SupportAction]
    social_security: SocialSecurityTerms | None
    replaces: UUID | None
    signatures: list[AgreementSignatureOut]
    terminations: list[TerminationOut]
    signed_on: date | None = Field(description="The day of the last signature; absent until all parties signed.")
    terminated_on: date | None = Field(description="The earliest day for which a party gave notice.")
    status: AgreementStatus = Field(description="Follows from signatures and dates; nobody sets it.")
