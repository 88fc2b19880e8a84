"""What is said of files."""

from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.kit.schemas import Resource

EXAMPLE: dict[str, Any] = {
    "id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a20",
    "version": 1,
    "created_at": "2026-11-23T08:30:00Z",
    "updated_at": "2026-11-23T08:30:00Z",
    "partnership_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
    "organisation_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a11",
    "name": "Accord-FR.pdf",
    "media_type": "application/pdf",
    "size": 184320,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}


class DocumentOut(Resource):
    """A file as its parties see it; the bytes stand at `/content`."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [EXAMPLE]})

    partnership_id: UUID
    organisation_id: UUID = Field(description="Who gave it to the partnership.")
    name: str = Field(description="Its file name.")
    media_type: str
    size: int = Field(ge=1, description="Bytes.")
    sha256: str = Field(
        pattern="^[0-9a-f]{64}$", description="SHA-256 of its bytes, hexadecimal; computed by the house."
    )
