"""Settings of a service, read from the environment. Nothing secret has a default."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """What every service needs to run; a service adds its own in a subclass."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    service_name: str
    database_url: SecretStr = Field(description="postgresql://… of the runtime role")
    database_pool_size: int = Field(8, ge=1, le=100)
    auth_issuer: str = Field(description="Whose tokens are accepted; its metadata names the keys.")
    auth_audience: str = "passerelle"
    auth_token_url: str | None = Field(None, description="For the documents; <issuer>/oauth/token when left out.")
    cursor_secret: SecretStr = Field(min_length=32, description="Signs page cursors; the same in every replica.")
    client_id: str | None = Field(None, description="This service's own client, for calls to its peers.")
    client_secret: SecretStr | None = None
    registry_url: str = "http://127.0.0.1:8101"
    matching_url: str = "http://127.0.0.1:8102"
    reporting_url: str = "http://127.0.0.1:8103"
    log_level: str = "INFO"
    request_deadline_seconds: float = Field(5.0, gt=0, le=60)
    requests_per_minute: int = Field(6000, ge=1, description="Per API client.")
