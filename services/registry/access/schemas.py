"""What is said and heard about API clients and tokens."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.kit.schemas import In, Line, Resource

Role = Literal[
    "partner-admin", "counsellor", "employer", "training-provider", "analyst", "statistics-office", "steward", "ops"
]


Address = Annotated[str, Field(max_length=500, examples=["https://registry.example/oauth/token"])]


class ClientIn(In):
    """An API client to be created. Its secret is shown once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "organisation_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "name": "Placement system",
                    "roles": ["counsellor"],
                }
            ]
        }
    )

    organisation_id: UUID | None = Field(None, description="Absent: one's own organisation.")
    name: Line
    roles: list[Role] = Field(min_length=1, max_length=8)


class ClientOut(Resource):
    """An API client, without its secret."""

    organisation_id: UUID | None
    client_id: Annotated[str, Field(max_length=100, examples=["client-9f610c5a4e1f7a10"])]
    name: Line
    roles: list[str] = Field(max_length=20, examples=[["counsellor"]])
    revoked_at: datetime | None


class NewClientOut(ClientOut):
    """An API client as just created: the only time its secret is shown."""

    client_secret: Annotated[str, Field(max_length=200, examples=["shown-once-and-never-again"])] | None = Field(
        description="Null when a request is repeated: only its hash is kept. Revoke the client and create another."
    )


class TokenOut(BaseModel):
    """An access token (RFC 6749 §5.1)."""

    access_token: Annotated[str, Field(max_length=4096, examples=["eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln"])]
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105
    expires_in: Annotated[int, Field(ge=1, le=600, description="Seconds.", examples=[600])]
    scope: Annotated[str, Field(max_length=2000, examples=["organisations:read vacancies:read"])]


class KeySetOut(BaseModel):
    """Public keys that verify tokens (RFC 7517)."""

    keys: list[dict[str, str]] = Field(max_length=10)


class MetadataOut(BaseModel):
    """Authorization server metadata (RFC 8414)."""

    issuer: Address
    token_endpoint: Address
    jwks_uri: Address
    grant_types_supported: list[str] = Field(max_length=10, examples=[["client_credentials"]])
    token_endpoint_auth_methods_supported: list[str] = Field(max_length=10, examples=[["client_secret_basic"]])
    scopes_supported: list[str] = Field(max_length=100, examples=[["organisations:read", "vacancies:read"]])
    response_types_supported: list[str] = Field(max_length=10, examples=[[]])
