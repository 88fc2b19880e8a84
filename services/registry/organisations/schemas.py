"""What is said and heard about organisations."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from services.contracts.vocabulary import Country, IdentifierScheme, OrganisationSector, OrganisationType
from services.kit.schemas import Date, ExternalId, In, Language, Line, LocalisedLine, Resource, Uri

IsicSector = Annotated[
    str,
    StringConstraints(min_length=1, max_length=5, pattern=r"^[A-U](?:[0-9]{2,4})?$"),
    Field(description="ISIC Rev. 4 section, division, group or class.", examples=["E38"]),
]
Languages = Annotated[list[Language], Field(max_length=20, description="Languages it works in, BCP 47.")]
Sectors = Annotated[list[IsicSector], Field(max_length=50, description="What it is active in, ISIC Rev. 4.")]


class Identifier(In):
    """What another register calls the organisation."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_extra={"examples": [{"scheme": "KBO", "value": "0123.456.789"}]}
    )

    scheme: IdentifierScheme
    value: ExternalId = Field(description="The identifier as that register writes it.", examples=["0123.456.789"])


class Verification(In):
    """Where operations looked an organisation up, so that nobody is sent to one that does not exist."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "source": "Crossroads Bank for Enterprises",
                    "reference": "0123.456.789",
                    "checked_on": "2026-11-02",
                    "valid_to": "2028-11-01",
                }
            ]
        },
    )

    source: Line = Field(description="The register or document in which it was found.")
    reference: ExternalId = Field(description="Its number there.")
    checked_on: Date = Field(description="Day on which somebody looked.")
    valid_to: Date | None = Field(None, description="The last day on which that counts; left out, until it is changed.")

    @model_validator(mode="after")
    def _in_order(self) -> "Verification":
        if self.valid_to and self.valid_to < self.checked_on:
            raise ValueError("valid_to must not be before checked_on")
        return self


Identifiers = Annotated[list[Identifier], Field(max_length=20, description="What other registers call it.")]

_BY_OPERATIONS = (
    "Said by operations alone: nobody is matched with an employer without it. It ends when the organisation changes its"
    " own name or identifiers."
)

EXAMPLE: dict[str, Any] = {
    "code": "AGENCE-EMPLOI-ATLAS",
    "name": {"fr": "Agence de l'emploi de l'Atlas", "en": "Atlas employment agency"},
    "type": "PUBLIC_EMPLOYMENT_SERVICE",
    "sector": "NATIONAL_PUBLIC",
    "country": "MAR",
    "website": "https://atlas-emploi.example",
    "acronym": "AEA",
    "languages": ["fr", "ar"],
    "isic_sectors": ["N78"],
    "identifiers": [{"scheme": "IATI", "value": "XX-EXAMPLE-1"}],
    "verification": None,
}


class OrganisationIn(In):
    """A partner as it presents itself."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    code: ExternalId = Field(description="Short key, unique across the registry.")
    name: LocalisedLine
    type: OrganisationType
    sector: OrganisationSector
    country: Country
    member_of: UUID | None = Field(None, description="The federation or network it belongs to.")
    website: Uri | None = None
    acronym: Line | None = Field(None, description="What it is called for short.", examples=["AEA"])
    languages: Languages = Field(default_factory=list)
    isic_sectors: Sectors = Field(default_factory=list)
    identifiers: Identifiers = Field(default_factory=list)
    verification: Verification | None = Field(None, description=_BY_OPERATIONS)


class OrganisationPatch(In):
    """Fields to change (JSON merge-patch)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"website": "https://atlas-emploi.example/nouveau"}]})

    name: LocalisedLine | None = None
    type: OrganisationType | None = None
    sector: OrganisationSector | None = None
    website: Uri | None = None
    member_of: UUID | None = Field(None, description="The federation or network it belongs to; null leaves it.")
    acronym: Line | None = None
    languages: Languages | None = None
    isic_sectors: Sectors | None = None
    identifiers: Identifiers | None = None
    verification: Verification | None = Field(None, description=_BY_OPERATIONS)


class OrganisationOut(Resource):
    """The public entry of an organisation."""

    model_config = ConfigDict(from_attributes=True)

    code: Line
    name: LocalisedLine
    type: OrganisationType
    sector: OrganisationSector
    country: Country
    member_of: UUID | None
    website: Uri | None
    acronym: Line | None
    languages: Languages
    isic_sectors: Sectors
    identifiers: Identifiers
    verification: Verification | None = Field(description="Where operations looked it up; absent: nowhere yet.")
