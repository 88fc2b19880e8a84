"""What a plan assumes of steps that nobody on offer states: durations, prices, who pays, how often they succeed.

Durations: 150 to 200 guided hours a CEFR step (Association of Language Testers in Europe; planned with the upper end),
60 to 120 days for recognition, 90 days for a permit unless the legal pathway states its own (Directive (EU) 2024/1233,
article 5). Prices and chances are planning assumptions and no tariffs: set PLAN_STANDARDS to what holds in your
corridor. A share of successes seen in at least `enough_results` results takes the place of an assumed chance.
"""

from dataclasses import dataclass

from services.contracts.vocabulary import Payer


@dataclass(frozen=True, slots=True)
class Standards:
    """Durations in hours and days, prices in euro, chances from 0 to 1. With 0 guided hours no language step is
    assumed: only courses on offer count."""

    guided_hours_per_cefr_step: int = 200
    guided_hours_per_week: int = 20
    language_eur_per_hour: float = 8.0
    language_payer: Payer = Payer.EMPLOYER
    language_success: float = 0.8
    recognition_days: int = 120
    recognition_eur: float = 400.0
    recognition_payer: Payer = Payer.EMPLOYER
    recognition_success: float = 0.8
    permit_days: int = 90
    permit_eur: float = 350.0
    permit_payer: Payer = Payer.EMPLOYER
    permit_success: float = 0.9
    training_success: float = 0.85
    enough_results: int = 10

    @property
    def language_days(self) -> int:
        """Days of one CEFR step, in whole weeks."""
        return 7 * -(-self.guided_hours_per_cefr_step // self.guided_hours_per_week)


STANDARDS = Standards()
