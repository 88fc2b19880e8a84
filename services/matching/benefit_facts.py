"""What is on record of one person's job, and of all participants of its partnership, as the fourfold win reads it.

Pure. Money of a job is in `currency`, that of a partnership in EUR; times are months, shares 0 to 1, `on` is the day of
the question. None is unknown.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from services.contracts.vocabulary import FigureKind, FourfoldEvidence
from services.matching.benefits import Input, unknown
from services.matching.fourfold import Parameters
from services.matching.lives import months_after
from services.matching.reference import Figures, Found

Side = Literal["PERSON", "EMPLOYER"]
EUR = "EUR"
WORKER, EMPLOYER = "the candidate's organisation", "the employer"
FIGURES = "whoever keeps reference figures: import them"
_MEAN_MONTH = 30.4375  # days


@dataclass(frozen=True, slots=True)
class Said:
    """A number that a side said, and whether the other has confirmed it."""

    value: float
    by: Side
    confirmed: bool
    on: date
    source: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A check-in; `shown_by` says how it was verified, None where it was not."""

    on: date
    month: int
    answers: Mapping[str, bool | None]
    breaches: int
    shown_by: str | None


@dataclass(frozen=True, slots=True)
class Homecoming:
    """A return: planned, made, and what the follow-up found (None: not asked yet)."""

    planned_on: date
    returned_on: date | None
    employed: bool | None
    using_skills: bool | None


@dataclass(frozen=True, slots=True)
class Pool:
    """All participants of a partnership. Money in EUR, None where costs or a rate are unknown; `mean` holds what was
    known of those who went before, by name of an input, with how many they are. `planned` says that the counts are
    those that were agreed, since nobody has left yet."""

    planned: bool
    departures: float | None
    home_graduates: float | None
    home_asked: int
    home_employed: int
    foreign_training: float | None
    origin_training: float | None
    programme_costs: float | None
    employer_budget: float | None
    destination_index: float | None
    origin_class: str | None
    decided_on: date | None
    mean: Mapping[str, tuple[float, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """One proposal (`started_on` None) or placement."""

    on: date
    track: str
    origin: str
    country: str
    isco08: str
    sector: str | None
    currency: str
    contract_months: int | None
    offered_gross: float
    offered_net: float | None
    green_share: float | None
    started_on: date | None = None
    left_on: date | None = None
    gross: Said | None = None
    net: Said | None = None
    worker_costs: Said | None = None
    employer_costs: Said | None = None
    employer_pays: bool | None = None
    at_work_say: frozenset[Side] = frozenset()  # the sides that have said that the person works there
    planned_skills: int = 0
    certified_skills: int | None = None
    trained_by_partnership: bool = False
    incumbent: bool = False
    own_skill_level: int | None = None
    occupation: str | None = None
    fit: float | None = None
    talks: Sequence[Talk] = ()
    breaches: int = 0
    remitted: Said | None = None
    remitted_fee: float | None = None
    homecoming: Homecoming | None = None
    training_cost: float | None = None
    stated: Mapping[str, Said] = field(default_factory=dict)

    @property
    def ex_ante(self) -> bool:
        return self.started_on is None

    @property
    def abroad(self) -> bool:
        return self.track == "AWAY"

    @property
    def prices_on(self) -> date:
        """The day of the prices: the start, or today where that is still to come."""
        return min(self.started_on or self.on, self.on)


@dataclass(frozen=True, slots=True)
class Asked:
    """A case with what it is measured by."""

    case: Case
    pool: Pool
    figures: Figures
    parameters: Parameters

    @property
    def months(self) -> float:
        """The horizon: the contract, at most as agreed; of a job that has begun as far as it was served."""
        case, most = self.case, self.parameters.horizon_months
        contract = min(case.contract_months or most, most)
        return contract if case.started_on is None else min(contract, served(case))

    def rate(self, currency: str, per: str) -> Found | None:
        return self.figures.exchange_rate(currency, per, self.case.prices_on)

    def in_euro(self, amount: float | None) -> float | None:
        """An amount of the job in EUR; None without a rate."""
        rate = self.rate(EUR, self.case.currency)
        return None if amount is None or rate is None else amount * rate.value

    def figure(self, kind: FigureKind, country: str, unit: str, isco08: str | None = None) -> Input:
        """A reference figure about a country, an occupation if given, as of the prices' day."""
        return of_figure(self.figures.find(kind, self.case.prices_on, country=country, isco08=isco08), unit, kind)

    def of_industry(self, kind: FigureKind, unit: str) -> Input:
        """A reference figure about the job's industry."""
        case = self.case
        return of_figure(self.figures.find(kind, case.prices_on, country=case.country, nace=case.sector), unit, kind)

    def money(self, kind: FigureKind, country: str, unit: str, isco08: str | None = None) -> Input:
        """A reference figure in EUR."""
        found = self.figures.find(kind, self.case.prices_on, country=country, isco08=isco08)
        rate = found and self.rate(EUR, found.figures[0].currency or EUR)
        if found is None or rate is None:
            return of_figure(None, unit, kind)
        return of_figure(Found(found.value * rate.value, found.figures + rate.figures, found.group), unit, kind)

    def currency_of(self, country: str) -> str | None:
        """In which prices of a country are known."""
        found = self.figures.find(FigureKind.PRICE_LEVEL, self.case.prices_on, country=country)
        return found.figures[0].currency if found else None


def served(case: Case) -> float:
    """Months from the start to the last day, or to the day of the question."""
    if case.started_on is None:
        return 0.0
    end = case.left_on + timedelta(days=1) if case.left_on else case.on
    whole = 0
    while months_after(case.started_on, whole + 1) <= end:
        whole += 1
    return max(0.0, whole + (end - months_after(case.started_on, whole)).days / _MEAN_MONTH)


def of_figure(found: Found | None, unit: str, kind: FigureKind) -> Input:
    """A published figure with its release."""
    if found is None:
        return unknown(unit, f"{FIGURES} ({kind})")
    released = found.figures[0].released_on if found.figures else None
    source = "; ".join(found.sources) or "a currency in itself"
    return Input(found.value, unit, f"reference figure {kind} ({found.group}): {source}", released, _E.REFERENCE)


def of_said(said: Said | None, unit: str, benefits: Side | None, ask: str) -> Input:
    """What a side said: its own benefit counts once the other side has confirmed it."""
    if said is None:
        return unknown(unit, ask)
    evidence = evidence_of({said.by} | ({"PERSON", "EMPLOYER"} if said.confirmed else set()), benefits)
    return Input(said.value, unit, said.source, said.on, evidence, ask if evidence is _E.SELF_DECLARED else "")


def evidence_of(said_by: Set[Side], benefits: Side | None) -> FourfoldEvidence:
    """How a number counts that these sides have said, for the side that it benefits (None: neither)."""
    if len(said_by) > 1:
        return _E.CONFIRMED
    return _E.SELF_DECLARED if benefits in said_by else _E.OTHER_PARTY


def planned(value: float | None, unit: str, source: str, on: date, ask: str) -> Input:
    """What was agreed or expected before the job."""
    return unknown(unit, ask) if value is None else Input(value, unit, source, on, _E.ESTIMATED)


def counted(value: float | None, unit: str, source: str, on: date, ask: str) -> Input:
    """What records of several parties show."""
    return unknown(unit, ask) if value is None else Input(value, unit, source, on, _E.VERIFIED)


def mean_of(asked: Asked, name: str, unit: str, ask: str) -> Input:
    """What was known of those who went before in the partnership."""
    if (found := asked.pool.mean.get(name)) is None:
        return unknown(unit, ask)
    source = f"mean of {found[1]} earlier placements of the partnership"
    return Input(found[0], unit, source, asked.case.on, _E.ESTIMATED)


_E = FourfoldEvidence
