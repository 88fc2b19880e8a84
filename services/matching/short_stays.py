"""The rule of 90 days in any 180: how many days a person may still stay, and from when. Pure.

Source: Regulation (EU) 2016/399 (Schengen Borders Code), art. 6: up to 90 days in any period of 180 days, the days of
entry and of exit both counted; days under a long-stay visa or residence permit do not count. Days in one country of
the area count in all. Destinations outside of it are areas of their own, to which the same rule is applied.
"""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

MOST_DAYS = 90
WINDOW_DAYS = 180
_COUNTRIES = "AUT BEL BGR CHE CZE DEU DNK ESP EST FIN FRA GRC HRV HUN ISL ITA LIE LTU LUX LVA MLT NLD NOR POL PRT ROU"
SCHENGEN = frozenset([*_COUNTRIES.split(), "SVK", "SVN", "SWE"])


class Period(NamedTuple):
    """Calendar days, both of which belong to it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @classmethod
    def of(cls, first: date, days: int) -> "Period":
        """That many days from `first` on; at least one."""
        return cls(first, first + timedelta(days=max(days, 1) - 1))

    def overlap(self, other: "Period") -> int:
        """Days that both have."""
        return max(0, (min(self.last, other.last) - max(self.first, other.first)).days + 1)


def area_of(country: str) -> frozenset[str]:
    """The countries in which a day counts as one in `country` (ISO 3166-1 alpha-3)."""
    return SCHENGEN if country in SCHENGEN else frozenset({country})


def used(periods: Iterable[Period], on: date) -> int:
    """Days stayed in the 180 that end with `on`."""
    since = on.toordinal() - WINDOW_DAYS + 1
    return sum(since <= day <= on.toordinal() for day in _days(periods))


def left(periods: Iterable[Period], on: date) -> int:
    """Days of the 90 that are not used on that day; 0 for who has stayed longer."""
    return max(0, MOST_DAYS - used(periods, on))


def breach(periods: Iterable[Period]) -> date | None:
    """The first day that is the 91st of any 180, None when the rule is kept throughout."""
    days = _days(periods)
    for earlier, day in zip(days, days[MOST_DAYS:], strict=False):
        if day - earlier < WINDOW_DAYS:
            return date.fromordinal(day)
    return None


def longest(periods: tuple[Period, ...], start: date) -> int:
    """Days that a stay from `start` on may last beside the others, later ones included; 0 when none."""
    lengths = range(1, MOST_DAYS + 1)
    return bisect_left(lengths, True, key=lambda n: breach((*periods, Period.of(start, n))) is not None)


@lru_cache(maxsize=4096)  # asked again for each host of one candidate
def earliest(periods: tuple[Period, ...], days: int, start: date) -> date | None:
    """The first day from `start` on that a stay of so many days may begin; None for more than 90 days."""
    if days > MOST_DAYS:
        return None
    # The day after the window of the last other stay has passed is always free.
    end = max([start, *(period.last for period in periods)]) + timedelta(days=WINDOW_DAYS)
    for ahead in range((end - start).days + 1):
        day = start + timedelta(days=ahead)
        stay = Period.of(day, days)
        if not any(stay.overlap(other) for other in periods) and breach((*periods, stay)) is None:
            return day
    return None


def _days(periods: Iterable[Period]) -> list[int]:
    """Ordinals of all days, once each, in order."""
    return sorted({day for p in periods for day in range(p.first.toordinal(), p.last.toordinal() + 1)})
