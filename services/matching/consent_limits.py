"""What a person may limit a consent by: the scope for a corridor and a class of employers."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import Country
from services.kit.schemas import In

Sector = Annotated[str, Field(pattern=r"^[A-U]([0-9]{2,4})?$", max_length=5, examples=["F43"])]


class ConsentLimits(In):
    """With whom alone the person agreed to be matched. Of what is left out nothing is limited."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_extra={"examples": [{"destinations": ["BEL"], "excluded_sectors": ["A"]}]}
    )

    destinations: list[Country] | None = Field(
        None, max_length=250, description="Countries abroad that the consent is for; null for all, empty for none."
    )
    excluded_organisations: list[UUID] = Field(
        default_factory=list, max_length=100, description="Employers that it is not for, abroad and at home."
    )
    excluded_sectors: list[Sector] = Field(
        default_factory=list,
        max_length=100,
        description="Kinds of employers that it is not for, by sections and divisions of ISIC Rev. 4.",
    )
