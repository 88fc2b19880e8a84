"""Settings of the registry."""

from pydantic import Field, SecretStr

from services.kit.settings import ServiceSettings


class RegistrySettings(ServiceSettings):
    """Adds the key that signs tokens; it is used while `AUTH_ISSUER` is the registry's own address."""

    service_name: str = "registry"
    signing_key: SecretStr | None = Field(None, description="Private P-256 JWK as JSON, with a kid.")
