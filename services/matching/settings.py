"""Settings of matching."""

from decimal import Decimal

from pydantic import Field, SecretStr

from services.kit.settings import ServiceSettings
from services.matching.standards import Standards


class MatchingSettings(ServiceSettings):
    """Adds the exchange rates by which wages and course costs are compared, and what plans assume."""

    service_name: str = "matching"
    likeness_secret: SecretStr = Field(
        min_length=32,
        description="Keys the hashes by which likely duplicates are found; the same in every replica, and in nothing"
        " else. With another one the hashes are made again, hourly.",
    )
    access_log_days: int = Field(
        # AI Act (Regulation (EU) 2024/1689) Articles 19(1) and 26(6): logs are kept for six months at least. CNIL,
        # délibération 2021-122 on logging: six months to a year suffices as a rule. The longer of both, since people
        # ask late who saw them; storage limitation (GDPR Article 5(1)(e)) forbids for ever.
        default=365,
        ge=184,
        description="Days for which it is kept who read what of whom.",
    )
    euro_rates: dict[str, Decimal] = Field(
        # XOF and XAF are fixed by treaty; the others are rounded reference rates, to be kept current by operations.
        default={
            "EUR": Decimal(1),
            "XOF": Decimal("655.957"),
            "XAF": Decimal("655.957"),
            "MAD": Decimal("10.7"),
            "AUD": Decimal("1.77"),
            "FJD": Decimal("2.64"),
        },
        description="Units of each currency per euro; what is not listed counts as unknown, never as zero.",
    )
    plan_standards: Standards = Field(
        default=Standards(),
        description="Durations, prices and chances that plans assume where nobody on offer states them.",
    )
    allocation_lease_seconds: float = Field(
        15.0, gt=0, le=600, description="Silence of a worker after which another takes its run of a cohort."
    )
