"""What is said and heard about organisations."""

from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import Country, OrganisationSector, OrganisationType
from services.kit.schemas import ExternalId, In, Line, LocalisedLine, Resource, Uri

EXAMPLE: dict[str, Any] = {
    "code": "AGENCE-EMPLOI-ATLAS",
    "name": {"fr": "Agence de l'emploi de l'Atlas", "en": "Atlas employment agency"},
    "type": "PUBLIC_EMPLOYMENT_SERVICE",
    "sector": "NATIONAL_PUBLIC",
    "country": "MAR",
    "website": "https://atlas-emploi.example",
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


class OrganisationPatch(In):
    """Fields to change (JSON merge-patch)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"website": "https://atlas-emploi.example/nouveau"}]})

    name: LocalisedLine | None = None
    type: OrganisationType | None = None
    sector: OrganisationSector | None = None
    website: Uri | None = None


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
