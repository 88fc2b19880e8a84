"""Settings of matching."""

from decimal import Decimal

from pydantic import Field

from services.kit.settings import ServiceSettings
from services.matching.standards import Standards


class MatchingSettings(ServiceSettings):
    """Adds the exchange rates by which wages and course costs are compared, and what plans assume."""

    service_name: str = "matching"
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
