"""Pooling the fourfold win: from what was kept of each placement to the sums of a partnership. Pure.

A component is known where it is known of enough placements (`parameters.enough_coverage`); its source says of how many.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.contracts.vocabulary import FourfoldEvidence, FourfoldMoment, FourfoldSubject
from services.matching.benefit_facts import EUR, counted
from services.matching.benefits import Entry, Input, Sheet, unknown
from services.matching.fourfold import Parameters

_ASK = "both sides: what is missing of single placements"
Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Others:
    """What participants without a job, and the partnership as a whole, add. Money in EUR; None is unknown."""

    planned_of_dropouts: int
    worker_costs: float | None
    employer_costs: float | None
    home_graduates: int
    home_employment: float | None
    foreign_training: float | None
    programme_costs: float | None


@dataclass(frozen=True, slots=True)
class _Pool:
    """The entries of one component over all placements that could have it."""

    known: Sequence[tuple[Values, float]]  # inputs, and the reference gain (0 where there is none)
    of: int
    enough: float
    on: date

    def sum(self, value: Callable[[Values, float], float], unit: str) -> Input:
        """A sum over those that are known."""
        return self._input(sum(value(inputs, reference) for inputs, reference in self.known), unit, "sum")

    def mean(
        self, value: Callable[[Values], float], unit: str, weight: Callable[[Values], float] = lambda _: 1.0
    ) -> Input:
        """A mean over those that are known."""
        weights = sum(weight(inputs) for inputs, _ in self.known)
        total = sum(value(inputs) * weight(inputs) for inputs, _ in self.known)
        return self._input(total / weights if weights else 0.0, unit, "mean")

    def _input(self, value: float, unit: str, what: str) -> Input:
        source = f"{what} over {len(self.known)} of {self.of} placements"
        if not self.known or len(self.known) < self.enough * self.of:
            return replace(unknown(unit, _ASK), source=source)
        return Input(value, unit, source, self.on, FourfoldEvidence.VERIFIED)


def pooled_sheet(
    sheets: Sequence[Sheet], others: Others, parameters: Parameters, version: str, guards: Sequence[str], on: date
) -> Sheet:
    """The sheet of a partnership from the newest sheets of its placements."""

    def pool(code: str) -> _Pool:
        entries = [sheet.entries[code] for sheet in sheets if code in sheet.entries]
        known = [found for entry in entries if (found := _known(entry)) is not None]
        return _Pool(known, len(entries), parameters.enough_coverage, on)

    entries = {
        "W1": _income(pool("W1"), others, parameters, on),
        "W2": _skills(pool("W2"), others, on),
        "W3": _decent(pool("W3")),
        "E1": _benefit(pool("E1"), others, on),
        "E2": _retention(pool("E2")),
        "E3": Entry({"essential_match": pool("E3").mean(lambda v: v["essential_match"], "share")}),
        "D1": Entry({"shortage_index": pool("D1").mean(lambda v: v["shortage_index"], "index, -1 to 1")}),
        "D2": _fiscal(pool("D2"), others, on),
        "D3": Entry({name: pool("D3").mean(_of(name), "share of the job") for name in ("green_share", "brown_share")}),
        "O1": _stock(pool("O1"), others, parameters, on),
        "O2": _finance(pool("O2"), others, on),
        "O3": _remittances(pool("O3"), parameters, on),
        "O4": Entry({"share": pool("O4").mean(lambda v: v["share"], "share")}),
    }
    subject, moment = FourfoldSubject.PARTNERSHIP.value, FourfoldMoment.TODAY.value
    return Sheet(subject, moment, on, parameters, version, tuple(sorted(set(guards))), entries)


def _known(entry: Entry) -> tuple[Values, float] | None:
    """Inputs and reference, None where one of them is unknown."""
    values = {name: each.counted for name, each in entry.inputs.items()}
    reference = entry.reference.counted if entry.reference else 0.0
    known = {name: value for name, value in values.items() if value is not None}
    return (known, reference) if len(known) == len(values) and reference is not None else None


def _of(name: str) -> Callable[[Values], float]:
    return lambda values: values[name]


def _given(value: float | None, unit: str, source: str, on: date) -> Input:
    return counted(value, unit, source, on, "whoever keeps costs and reference figures of the partnership")


def _parameter(value: float, unit: str, on: date) -> Input:
    return Input(value, unit, "parameters of the partnership", on, FourfoldEvidence.REFERENCE)


def _income(pool: _Pool, others: Others, parameters: Parameters, on: date) -> Entry:
    dollars = "international dollars"

    def earned(v: Values, _: float) -> float:
        kept = v["net_monthly"] * (1 - v["remitted_share"]) / v["price_level"]
        sent = v["net_monthly"] * v["remitted_share"] * v["exchange_rate"] / v["origin_price_level"]
        return v["months"] * (kept + sent)

    def otherwise(v: Values, _: float) -> float:
        return v["months"] * v["origin_monthly"] * v["employed_at_origin"] / v["origin_price_level"]

    level = sum(v["price_level"] for v, _ in pool.known) / len(pool.known) if pool.known else None
    # What was paid for jobs that never began is turned by the mean price level of the jobs that did.
    lost = others.worker_costs
    in_dollars = lost if not lost else lost / level if level else None
    inputs = {
        "real_income": pool.sum(earned, dollars),
        "worker_costs": pool.sum(lambda v, _: v["worker_costs"] / v["price_level"], dollars),
        "costs_without_job": _given(in_dollars, dollars, "ledgers of placements that never began", on),
        "otherwise": pool.sum(otherwise, dollars),
    }
    return Entry(inputs, _parameter(parameters.income_gain, "of the income at origin", on))


def _skills(pool: _Pool, others: Others, on: date) -> Entry:
    planned = pool.sum(lambda v, _: v["planned"], "skills")
    if planned.value is not None:
        source = f"{planned.source}, and {others.planned_of_dropouts} of those who failed or dropped out"
        planned = replace(planned, value=planned.value + others.planned_of_dropouts, source=source)
    below = pool.mean(lambda v: max(0.0, v["own_skill_level"] - v["job_skill_level"]), "ISCO skill levels")
    return Entry(
        {"certified": pool.sum(lambda v, _: v["certified"], "skills"), "planned": planned, "levels_below": below}
    )


def _decent(pool: _Pool) -> Entry:
    return Entry(
        {
            "items_met": pool.sum(lambda v, _: 0.0 if v["breaches"] else v["items_met"], "items"),
            "items_verified": pool.sum(lambda v, _: v["items_verified"], "items"),
        }
    )


def _benefit(pool: _Pool, others: Others, on: date) -> Entry:
    def filled(v: Values, _: float) -> float:
        return v["months_filled"] * v["unfilled_share"] * v["value_margin"] * v["gross_monthly"]

    inputs = {
        "value_filled": pool.sum(filled, EUR),
        "employer_costs": pool.sum(lambda v, _: v["employer_costs"], EUR),
        "costs_without_job": _given(others.employer_costs, EUR, "ledgers of placements that never began", on),
    }
    return Entry(inputs, pool.sum(lambda _, reference: reference, EUR))


def _retention(pool: _Pool) -> Entry:
    return Entry(
        {
            "months_served": pool.sum(lambda v, _: v["months_served"], "months"),
            "contract_months": pool.sum(lambda v, _: v["contract_months"], "months"),
            "benchmark": pool.mean(_of("benchmark"), "share of the contract", _of("contract_months")),
        }
    )


def _fiscal(pool: _Pool, others: Others, on: date) -> Entry:
    inputs = {
        "taxes": pool.sum(lambda v, _: v["taxes"], EUR),
        "programme_costs": _given(others.programme_costs, EUR, "all that DEST_GOV spent", on),
        "benefits_drawn": pool.sum(lambda v, _: v["benefits_drawn"], EUR),
    }
    return Entry(inputs, pool.sum(lambda _, reference: reference, EUR))


def _stock(pool: _Pool, others: Others, parameters: Parameters, on: date) -> Entry:
    graduates = float(others.home_graduates)
    employment = 0.0 if not graduates else others.home_employment
    inputs = {
        "home_graduates": _given(graduates, "persons", "certified on the home track", on),
        "home_employment": _given(employment, "share", "check-ins after twelve months at home", on),
        "returned": pool.sum(lambda v, _: v["returned"], "persons"),
        "departed": pool.sum(lambda v, _: v["departure"], "persons"),
    }
    # Home graduates and their work are of the whole partnership: they are known above, whatever a placement's share.
    each = pool.sum(lambda _, reference: reference, "persons")
    if pool.of:
        each = _parameter(parameters.persons * pool.of, "persons", on)
    return Entry(inputs, each)


def _finance(pool: _Pool, others: Others, on: date) -> Entry:
    inputs = {
        "foreign_money_per_departure": _given(
            others.foreign_training,
            EUR,
            "all that DEST_GOV, EMPLOYER, DONOR and PRIVATE_INVESTOR spent on TRAINING",
            on,
        ),
        "public_cost_embodied": pool.sum(lambda v, _: v["public_cost_embodied"], EUR),
    }
    return Entry(inputs, pool.sum(lambda _, reference: reference, EUR))


def _remittances(pool: _Pool, parameters: Parameters, on: date) -> Entry:
    def ratio(v: Values) -> float:
        otherwise = v["origin_monthly"] * v["employed_at_origin"] * v["months"]
        return v["remitted"] * (1 - v["transfer_cost_share"]) / otherwise

    inputs = {"mean_ratio": pool.mean(ratio, "of the income at origin", _of("months"))}
    return Entry(inputs, _parameter(parameters.remittance_share, "of the income at origin", on))
