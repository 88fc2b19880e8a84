"""Settings of reporting."""

from services.kit.settings import ServiceSettings


class ReportingSettings(ServiceSettings):
    """Nothing beyond what every service needs."""

    service_name: str = "reporting"
