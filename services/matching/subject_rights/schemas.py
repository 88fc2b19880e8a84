"""What a person can ask for through their organisation: who saw them, and what is held."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import AccessPurpose, DataSeen
from services.kit.schemas import Out


class AccessOut(Out):
    """One request that read something of the person."""

    number: int = Field(description="Grows with each entry of the log; gaps are requests that read of others.")
    at: datetime
    by_organisation: UUID | None = Field(description="Absent for the service itself.")
    by_client: str
    roles: list[str]
    operation: str = Field(examples=["list_vacancy_matches"])
    purpose: AccessPurpose
    seen: DataSeen
    request_id: str


class ExportOut(Out):
    """Everything that is held about a person (GDPR articles 15 and 20)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "candidate_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "exported_at": "2026-11-23T08:30:00Z",
                    "held": {"candidates": [{"given_name": "Invented", "family_name": "Person"}], "consents": []},
                }
            ]
        }
    )

    candidate_id: UUID
    exported_at: datetime
    held: dict[str, list[dict[str, Any]]] = Field(description="Rows by the table that holds them, as they stand.")
