"""Looking up reference figures: the newest release for a day, of the finest group that has one, with its source.

A figure that is missing or too old is None, never zero. Groups: an occupation falls from its ISCO-08 unit group to the
minor, sub-major and major group and to all occupations; an industry from its NACE class to division, section and all;
a corridor of transfers to the country that receives them.

Pure. Days are dates of the question; values are floats in the unit that the figure names.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.contracts.vocabulary import FigureKind as Kind
from services.contracts.vocabulary import FigureUnit as Unit


@dataclass(frozen=True, slots=True)
class Rule:
    """What a figure of a kind must and may say, the range of its value, and for how many days after its period it
    counts. Ages are by judgement: as old as the slowest official source of the kind may be between two releases."""

    units: frozenset[Unit]
    must: frozenset[str]
    may: frozenset[str]
    max_age_days: int
    least: float = 0.0
    most: float = 1e12


def _rule(units: str, must: str, may: str, max_age_days: int, least: float = 0.0, most: float = 1e12) -> Rule:
    named = frozenset(Unit(unit) for unit in units.split())
    return Rule(named, frozenset(must.split()), frozenset(may.split()), max_age_days, least, most)


_TINY = 1e-12  # rates and price levels are divided by
_WAGE = "CURRENCY_PER_MONTH INTERNATIONAL_DOLLARS_PER_MONTH"

RULES: Mapping[Kind, Rule] = {
    Kind.EXCHANGE_RATE: _rule("CURRENCY_PER_CURRENCY", "currency per_currency", "", 62, _TINY),
    Kind.PRICE_LEVEL: _rule("CURRENCY_PER_INTERNATIONAL_DOLLAR", "country currency", "", 1830, _TINY),
    Kind.UNFILLED_SHARE: _rule("RATIO", "country", "isco08", 731, 0, 1),
    Kind.VALUE_MARGIN: _rule("RATIO", "country", "nace", 1461, -1, 1000),
    Kind.MEDIAN_TAX: _rule("CURRENCY_PER_YEAR", "country currency", "isco08", 1096),
    Kind.TAX_SHARE: _rule("RATIO", "country", "isco08", 1096, 0, 1),
    Kind.REFERENCE_WAGE: _rule(_WAGE, "country", "isco08 currency price_year", 1461),
    Kind.NATIVE_MEDIAN_WAGE: _rule(_WAGE, "country", "isco08 currency price_year", 1461),
    Kind.EMPLOYMENT_PROBABILITY: _rule("RATIO", "country", "isco08", 1096, 0, 1),
    Kind.SECTOR_RETENTION: _rule("RATIO", "country", "nace", 1461, 0, 1),
    Kind.TRAINING_COST: _rule("CURRENCY_PER_PERSON", "country currency", "isco08", 1461),
    Kind.TRANSFER_COST: _rule("RATIO", "country", "from_country", 731, 0, 1),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it was released; see models.figures.ReferenceFigure."""

    id: UUID
    kind: str
    country: str | None
    from_country: str | None
    isco08: str | None
    nace: str | None
    currency: str | None
    per_currency: str | None
    period_from: date
    period_to: date
    value: float
    unit: str
    price_year: int | None
    source: str
    source_url: str | None
    licence: str
    released_on: date
    note: str | None
    version: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A value, the figures it comes from (none for a currency in itself), and the group that had one: an ISCO or NACE
    code, or "total"."""

    value: float
    figures: tuple[Figure, ...]
    group: str = "total"

    @property
    def ids(self) -> tuple[UUID, ...]:
        return tuple(figure.id for figure in self.figures)

    @property
    def sources(self) -> tuple[str, ...]:
        """Each source once, with the day of the release."""
        return tuple(dict.fromkeys(f"{f.source}, released {f.released_on.isoformat()}" for f in self.figures))


class Figures:
    """The figures that were known at `known_at` (released and recorded; all of them without it).

    `max_age_days` by kind replaces that of RULES.
    """

    def __init__(
        self,
        figures: Iterable[Figure],
        max_age_days: Mapping[str, int] | None = None,
        known_at: datetime | None = None,
    ) -> None:
        self._max_age = {kind.value: rule.max_age_days for kind, rule in RULES.items()} | dict(max_age_days or {})
        self._by_group: defaultdict[tuple[str | None, ...], list[Figure]] = defaultdict(list)
        for figure in figures:
            if known_at is None or (figure.recorded_at <= known_at and figure.released_on <= known_at.date()):
                group = (figure.kind, figure.country, figure.from_country, figure.isco08, figure.nace)
                self._by_group[group].append(figure)

    def find(
        self,
        kind: Kind,
        on: date,
        *,
        country: str | None = None,
        from_country: str | None = None,
        isco08: str | None = None,
        nace: str | None = None,
        unit: Unit | None = None,
        currency: str | None = None,
        per_currency: str | None = None,
    ) -> Found | None:
        """The figure of `kind` that holds on a day, of the finest group that has one; None when it is missing."""
        last = timedelta(days=self._max_age[kind])
        for occupation in _coarser(isco08):
            for industry in _coarser(nace):
                for sender in dict.fromkeys((from_country, None)):
                    fitting = [
                        figure
                        for figure in self._by_group.get((kind.value, country, sender, occupation, industry), ())
                        if figure.period_from <= on <= figure.period_to + last
                        and (unit is None or figure.unit == unit)
                        and (currency is None or figure.currency == currency)
                        and (per_currency is None or figure.per_currency == per_currency)
                    ]
                    if fitting:
                        best = max(fitting, key=lambda f: (f.period_from, f.released_on, f.recorded_at))
                        return Found(best.value, (best,), occupation or industry or "total")
        return None

    def exchange_rate(self, currency: str, per_currency: str, on: date) -> Found | None:
        """Units of `currency` for one of `per_currency`: as recorded, the other way round, or both through the euro."""
        if currency == per_currency:
            return Found(1.0, ())
        direct = self._rate(currency, per_currency, on)
        if direct is not None or "EUR" in (currency, per_currency):
            return direct
        one, other = self._rate(currency, "EUR", on), self._rate(per_currency, "EUR", on)
        if one is None or other is None:
            return None
        return Found(one.value / other.value, one.figures + other.figures)

    def _rate(self, currency: str, per_currency: str, on: date) -> Found | None:
        if found := self.find(Kind.EXCHANGE_RATE, on, currency=currency, per_currency=per_currency):
            return found
        found = self.find(Kind.EXCHANGE_RATE, on, currency=per_currency, per_currency=currency)
        return found and Found(1 / found.value, found.figures)

    def monthly_wage(
        self, country: str, isco08: str | None, currency: str, on: date, kind: Kind = Kind.REFERENCE_WAGE
    ) -> Found | None:
        """Gross pay of a month in `currency`.

        One that is known in international dollars only is turned by the price level of the year of its prices; without
        that it is unknown, since the level of another year would mix inflation in.
        """
        asked = {"country": country, "isco08": isco08}
        paid = self.find(kind, on, unit=Unit.CURRENCY_PER_MONTH, currency=currency, **asked)
        real = self.find(kind, on, unit=Unit.INTERNATIONAL_DOLLARS_PER_MONTH, **asked)
        # The finer group counts before the simpler unit.
        if paid is not None and (real is None or _fineness(paid) >= _fineness(real)):
            return paid
        level = real and self._price_level_of(real.figures[0].price_year, country, currency)
        if real is None or level is None:
            return paid
        return Found(real.value * level.value, real.figures + level.figures, real.group)

    def _price_level_of(self, year: int | None, country: str, currency: str) -> Found | None:
        if year is None:
            return None
        found = self.find(Kind.PRICE_LEVEL, date(year, 12, 31), country=country, currency=currency)
        return found if found and found.figures[0].period_to.year == year else None


def skill_level(isco08: str) -> int | None:
    """Skill level, 1 to 4, of an occupation by its ISCO-08 code; None for what is no group of the standard.

    ISCO-08 Volume I (ILO, 2012), Table 1: managers are on level 4 but for those of hospitality, retail and other
    services (3); commissioned officers on 4, non-commissioned ones on 2, other ranks on 1.
    """
    by_major = {"1": 4, "2": 4, "3": 3, "4": 2, "5": 2, "6": 2, "7": 2, "8": 2, "9": 1}
    by_sub_major = {"14": 3, "01": 4, "02": 2, "03": 1}
    return by_sub_major.get(isco08[:2], by_major.get(isco08[:1]))


def _coarser(code: str | None) -> Iterator[str | None]:
    """The code, each group around it, and None for all."""
    for length in range(len(code or ""), 0, -1):
        yield (code or "")[:length]
    yield None


def _fineness(found: Found) -> int:
    return 0 if found.group == "total" else len(found.group)
