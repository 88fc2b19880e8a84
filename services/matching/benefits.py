"""The fourfold win with its evidence: inputs that say where they are from, and results that can be computed again.

A `Sheet` holds all that a result depends on. Written as JSON in one order, it is hashed and kept; a replay reads it
back and computes with `fourfold` alone, so that it needs no table, no figure and no clock. Pure.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import orjson
from pydantic import TypeAdapter

from services.contracts.vocabulary import FourfoldEvidence as Evidence
from services.contracts.vocabulary import FourfoldSubject
from services.matching import fourfold, fourfold_firms, fourfold_pooled
from services.matching.fourfold import METHOD_VERSION, PARTIES, Component, Fourfold, Parameters

# Component -> formula, and whether it makes a gain that is measured against a reference, or a score by itself.
FORMULAS: Mapping[str, tuple[Callable[..., float], bool]] = {
    "W1": (fourfold.income_gain, True),
    "W2": (fourfold.skills_gain, False),
    "W3": (fourfold.decent_work, False),
    "E1": (fourfold.employer_gain, True),
    "E2": (fourfold.retention, False),
    "E3": (fourfold.fit, False),
    "D1": (fourfold.shortage_relief, False),
    "D2": (fourfold.fiscal_gain, True),
    "D3": (fourfold.green_work, False),
    "O1": (fourfold.skill_stock_gain, True),
    "O2": (fourfold.training_finance_gain, True),
    "O3": (fourfold.remittance_gain, True),
    "O4": (fourfold.return_and_transfer, False),
    **fourfold_firms.FORMULAS,
}
# The same for all participants of a partnership together.
POOLED: Mapping[str, tuple[Callable[..., float], bool]] = {
    **FORMULAS,
    "W1": (fourfold_pooled.income_gain, True),
    "W2": (fourfold_pooled.skills_gain, False),
    "W3": (fourfold_pooled.decent_work, False),
    "E1": (fourfold_pooled.employer_gain, True),
    "O1": (fourfold_pooled.skill_stock_gain, True),
    "O3": (fourfold_pooled.remittance_gain, True),
}
REFERENCE = "reference"  # the name of a reference gain among what is missing
_COUNTED_AS_UNKNOWN = frozenset({Evidence.UNKNOWN, Evidence.SELF_DECLARED})


@dataclass(frozen=True, slots=True)
class Input:
    """One number: `value` in `unit`, from `source` as of a day. `ask` says who can give or confirm what is unknown.

    What the benefiting party alone declares has a value, which is shown and does not count.
    """

    value: float | None
    unit: str
    source: str
    on: date | None
    evidence: Evidence
    ask: str = ""

    @property
    def counted(self) -> float | None:
        """The value, None where it is unknown or only the benefiting party says so."""
        return None if self.evidence in _COUNTED_AS_UNKNOWN else self.value


def unknown(unit: str, ask: str) -> Input:
    """An input that nobody has given yet."""
    return Input(None, unit, "nobody has said it", None, Evidence.UNKNOWN, ask)


@dataclass(frozen=True, slots=True)
class Entry:
    """The inputs of one component, and its reference gain in the unit of the gain, None where there is none."""

    inputs: Mapping[str, Input]
    reference: Input | None = None

    def component(self, code: str, pooled: bool = False) -> Component:
        """The component, from the inputs that count."""
        formula, gains = (POOLED if pooled else FORMULAS)[code]
        counted = {name: each.counted for name, each in self.inputs.items()}
        if gains:
            assert self.reference is not None
            return fourfold.of_gain(code, formula, counted, self.reference.counted)
        return fourfold.of_score(code, formula, counted)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that one result depends on. `guards` are codes of guard rails that have tripped; an entry that is left out
    is wholly unknown."""

    subject: str
    moment: str
    on: date
    parameters: Parameters
    parameters_version: str
    guards: tuple[str, ...]
    entries: Mapping[str, Entry]
    method: str = METHOD_VERSION

    def judge(self) -> Fourfold:
        """The four parties and the verdict."""
        pooled = self.subject == FourfoldSubject.PARTNERSHIP
        parties = [
            fourfold.score_party(
                party,
                [self.entries[code].component(code, pooled) for code in weights if code in self.entries],
                weights,
            )
            for party, weights in ((party, self.parameters.weights[party]) for party in PARTIES)
        ]
        return fourfold.judge(parties, self.guards, self.parameters.enough_coverage)

    def write(self) -> str:
        """As JSON, always the same for the same inputs."""
        return orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS).decode()


_SHEETS: TypeAdapter[Sheet] = TypeAdapter(Sheet)


def read(written: str) -> Sheet:
    """A sheet from its JSON."""
    return _SHEETS.validate_json(written)


def as_kept(sheet: Sheet) -> Sheet:
    """The sheet as a replay will read it: a count of 2 is then the number 2.0 everywhere, and all bytes agree."""
    return read(sheet.write())


def result_of(sheet: Sheet) -> str:
    """Scores, bounds and verdict as JSON, always the same for the same sheet."""
    return orjson.dumps(asdict(sheet.judge()), option=orjson.OPT_SORT_KEYS).decode()


def digest(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Missing:
    """An input that would make more known, and who can give or confirm it."""

    component: str
    name: str
    ask: str


def missing(sheet: Sheet) -> list[Missing]:
    """All inputs that are unknown or not confirmed, in the order of the components."""
    found = []
    for code in FORMULAS:
        if not (entry := sheet.entries.get(code)):
            continue
        named: dict[str, Any] = {**entry.inputs, **({REFERENCE: entry.reference} if entry.reference else {})}
        found += [Missing(code, name, each.ask) for name, each in named.items() if each.counted is None]
    return found
