"""All openings and candidates in memory, with exact scores in both directions.

`scoring.explain` is the definition; this is the same arithmetic over columns, in the same order, so that the
floats are equal. What differs per direction is how the facts of each pair are gathered (`_openings_facts`,
`_candidates_facts`); gates and score are then one formula (`_combine`) over rows that broadcast.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np

from services.matching.gates import recognised_on
from services.matching.packed import Array, Packed
from services.matching.profiles import (
    Candidate,
    Opening,
    Rates,
    RequiredSkill,
    Side,
    in_sectors,
    relevant_months,
    required_skills,
)
from services.matching.rows import (
    CANDIDATE_COLUMNS,
    CANDIDATE_LISTS,
    LEVELS,
    NEVER,
    OPENING_COLUMNS,
    OPENING_LISTS,
    Rows,
    day_number,
)
from services.matching.safeguards import BLOCKED, OPEN, PROTECTED, Incumbency, incumbency, ruling
from services.matching.scoring import destination_value
from services.matching.similarity import GROUP, NARROWER, SAME, Taxonomy
from services.matching.weights import DEFAULT_PROFILE, EVIDENCE, WeightProfile

Columns = Mapping[str, Any]


class Ranked(NamedTuple):
    """An opening or a candidate; near misses come after all that pass, each part by (-score, id)."""

    id: UUID
    score: float
    near_miss: bool


class Page(NamedTuple):
    """What part of the ranking is asked for."""

    limit: int
    after: Ranked | None
    side: Side | None
    include_near_misses: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What depends on both sides, one entry a row: coverage sums, languages, experience, wishes met."""

    essential: Array
    optional: Array
    shared: Array
    critical_ok: Array
    language: Array
    language_ok: Array
    months: Array
    recognised: Array
    destination: Array
    listed: Array
    excluded: Array
    sector: Array
    contract: Array
    visible: Array
    full: Array
    incumbent: Array
    strictness: Array
    way_from: Array
    way_to: Array


class MatchingIndex:
    """Copies of what the database holds. `rates` may be replaced at any time; they are read at each question."""

    def __init__(self, taxonomy: Taxonomy, profile: WeightProfile | None = None, rates: Rates | None = None):
        self.taxonomy, self.profile, self.rates = taxonomy, profile, rates or {}
        self._covered = (profile or DEFAULT_PROFILE).covered
        self._rows = Rows(taxonomy, profile)
        self._openings = Packed(OPENING_COLUMNS, OPENING_LISTS)
        self._candidates = Packed(CANDIDATE_COLUMNS, CANDIDATE_LISTS)

    @property
    def openings(self) -> int:
        return len(self._openings)

    @property
    def candidates(self) -> int:
        return len(self._candidates)

    def put_opening(self, opening: Opening) -> None:
        """Adds the opening, or replaces the one with its id."""
        self._openings.put(opening.id, *self._rows.opening(opening))

    def remove_opening(self, id: UUID) -> None:
        """Removes the opening; unknown ids are nothing to remove."""
        self._openings.remove(id)

    def put_candidate(self, candidate: Candidate) -> None:
        """Adds the candidate, or replaces the one with that id."""
        self._candidates.put(candidate.id, *self._rows.candidate(candidate))

    def remove_candidate(self, id: UUID) -> None:
        """Removes the candidate; unknown ids are nothing to remove."""
        self._candidates.remove(id)

    def rank_openings(
        self,
        candidate: Candidate,
        today: date,
        limit: int,
        after: Ranked | None = None,
        side: Side | None = None,
        include_near_misses: bool = True,
    ) -> list[Ranked]:
        """The best `limit` openings offered to the candidate's organisation, from behind `after` on."""
        values, _ = self._rows.candidate(candidate)
        facts = self._openings_facts(candidate, today)
        page = Page(limit, after, side, include_near_misses)
        return self._rank(self._openings, values, self._openings.columns(), facts, today, page)

    def rank_candidates(
        self,
        opening: Opening,
        today: date,
        limit: int,
        after: Ranked | None = None,
        side: Side | None = None,
        include_near_misses: bool = True,
    ) -> list[Ranked]:
        """The best `limit` candidates of the organisations that the opening is offered to."""
        values, _ = self._rows.opening(opening)
        facts = self._candidates_facts(opening, today)
        page = Page(limit, after, side, include_near_misses)
        return self._rank(self._candidates, self._candidates.columns(), values, facts, today, page)

    def _rank(self, packed: Packed, c: Columns, o: Columns, facts: Facts, today: date, page: Page) -> list[Ranked]:
        limit, after = page.limit, page.after
        if not packed.size or limit < 1:
            return []
        passing, near, score = self._combine(c, o, facts, day_number(today))
        shown = packed.alive & facts.visible
        if page.side is not None:
            home = o["country"] == c["residence"]
            shown = shown & (home if page.side == "HOME" else ~home)
        found: list[Ranked] = []
        for is_near, mask in ((False, passing), (True, near)):
            if len(found) == limit or (is_near and not page.include_near_misses):
                break
            if after is not None and after.near_miss and not is_near:
                continue
            behind = after if after is not None and after.near_miss == is_near else None
            found += _best(packed, mask & shown, score, limit - len(found), behind, is_near)
        return found

    def _combine(self, c: Columns, o: Columns, f: Facts, today: int) -> tuple[Array, Array, Array]:
        """Passing, near miss, score: one side is a row, the other columns."""
        home = o["country"] == c["residence"]
        start = np.maximum(np.maximum(o["start_from"], c["available_from"]), today)
        age = (start - c["birth"]) // 10000
        net = o["net"] / self._rate(o["currency"])
        least = c["min_wage"] / self._rate(c["wage_currency"])
        e = _ratio(f.essential, o["essential"])
        hard = (
            ((c["granted"] <= today) & (today <= c["expires"]) & (today < c["withdrawn"]))
            & np.where(home, c["scope_home"], c["scope_away"])
            & (o["start_to"] >= today)
            & ((age >= o["min_age"]) & (age <= o["max_age"]))
            & (o["wage_ok"] & o["open"])
            & (home | ~(f.full | ((f.strictness == PROTECTED) & (f.incumbent == Incumbency.YES))))
            & (home | ((f.way_from <= start) & (start <= f.way_to) & (f.strictness < BLOCKED)))
            & ~(f.excluded | (net < least) | (~home & (o["months"] > c["max_months"])))
            & np.where(home, c["home"], c["away"])
        )
        soft = (
            (start <= np.minimum(o["start_to"], c["available_to"]))
            & (np.logical_not(o["regulated"]) | (f.recognised <= o["start_to"]))
            & f.language_ok
            & (home | (f.strictness == OPEN) | (c["trained"] & ((f.strictness < PROTECTED) | (f.incumbent == 0))))
            & ((np.isnan(e) | (e >= o["e_min"])) & f.critical_ok)
        )
        a = self._employer_side(c, o, f, e)
        ratio = np.minimum(1.0, 0.5 * net / np.where(c["w_wage"] > 0, least, np.nan))
        b = _weighted_mean(
            (c["w_wage"], ratio),
            (c["w_destination"], np.where(~home | f.listed, f.destination, np.nan)),
            (c["w_sector"], f.sector),
            (c["w_contract"], f.contract),
            (c["w_duration"], np.where(home, np.nan, np.minimum(1.0, c["max_months"] / o["months"]))),
            (c["w_green"], o["green"]),
        )
        both = np.where(a + b > 0, 2.0 * a * b / np.where(a + b > 0, a + b, 1.0), 0.0)
        score = np.where(np.isnan(a), np.where(np.isnan(b), 0.0, b), np.where(np.isnan(b), a, both))
        return hard & soft, hard & ~soft, score

    def _employer_side(self, c: Columns, o: Columns, f: Facts, e: Array) -> Array:
        asked = np.where((o["experience"] > 0) & c["worked"], o["experience"], np.nan)
        one_below = (c["eqf"] == o["eqf_min"] - 1) & o["equivalent"] & (f.months >= o["enough"])
        level = np.where(c["eqf"] >= o["eqf_min"], 1.0, np.where(one_below, 0.7, 0.3))
        skills = np.where(o["essential"] + o["optional"] > 0, f.shared, np.nan)
        return _weighted_mean(
            (o["a_E"], e),
            (o["a_O"], _ratio(f.optional, o["optional"])),
            (o["a_S"], skills / (skills + o["half_shared"])),
            (o["a_L"], _ratio(f.language, o["languages"])),
            (o["a_X"], np.minimum(1.0, f.months / asked)),
            (o["a_Q"], np.where((o["eqf_min"] > 0) & (c["eqf"] > 0), level, np.nan)),
        )

    def _rate(self, currency: Any) -> Any:
        """Units per euro of each currency number; NaN where unknown, so that comparisons with it are false."""
        known = (self.rates.get(str(name)) for name in self._rows.names("currency"))
        return np.array([float(rate) if rate else np.nan for rate in known])[currency]

    def _openings_facts(self, candidate: Candidate, today: date) -> Facts:
        packed, o = self._openings, self._openings.columns()
        credit, outright = self.credit_table(candidate), self.outright_table(candidate)
        weights = self._weights()[:, None]
        weighted, alone = credit * weights, outright * weights
        language = packed.ragged("languages")
        gap = self._candidate_levels(candidate)[language["code"]] - language["level"]
        wishes = candidate.preferences
        countries = self._table("country", lambda code: destination_value(wishes.destinations, code))
        ready = self._table("post", lambda post: day_number(recognised_on(candidate, *post), NEVER + 1))
        return Facts(
            essential=packed.sum_rows("essential", weighted.ravel()),
            optional=packed.sum_rows("optional", weighted.ravel()),
            shared=packed.sum_rows("essential", alone.ravel()) + packed.sum_rows("optional", alone.ravel()),
            critical_ok=packed.sum_rows("critical", credit.ravel() < self._covered) == 0,
            language=np.bincount(language["row"], np.clip(1.0 + 0.25 * gap, 0.0, 1.0), packed.size),
            language_ok=np.bincount(language["row"], gap < 0, packed.size) == 0,
            months=self._table("isco", lambda group: relevant_months(candidate, group))[o["isco"]],
            recognised=ready[o["post"]],
            destination=countries[o["country"]],
            listed=self._table("country", lambda code: code in wishes.destinations)[o["country"]],
            excluded=self._table("country", lambda code: code in wishes.excluded_countries)[o["country"]],
            sector=self._table("sector", lambda name: in_sectors(wishes.sectors, name) * _known(name))[o["sector"]],
            contract=self._table("contract", lambda name: name in wishes.contract_types)[o["contract"]] * 1.0,
            visible=self._table("parties", lambda who: candidate.organisation_id in who)[o["parties"]],
            full=self._table("full", lambda origins: candidate.residence in origins)[o["full"]],
            incumbent=self._table("isco", lambda group: incumbency(candidate.post, group))[o["isco"]],
            **self._rows.ways("access", lambda access: ruling(access, candidate.residence, today), o["access"]),
        )

    def _candidates_facts(self, opening: Opening, today: date) -> Facts:
        packed, c = self._candidates, self._candidates.columns()
        skills = required_skills(opening)
        credits = self._candidate_credits(skills)
        sums, alone = ({True: np.zeros(packed.size), False: np.zeros(packed.size)} for _ in range(2))
        critical_ok = np.ones(packed.size, dtype=np.bool_)
        for skill, (credit, outright) in zip(skills, credits, strict=True):
            sums[skill.essential] += self.taxonomy.weight(skill.uri) * credit
            alone[skill.essential] += self.taxonomy.weight(skill.uri) * outright
            if skill.critical:
                critical_ok &= credit >= self._covered
        language, language_ok = self._candidate_languages(opening)
        jobs, entries = packed.ragged("jobs"), packed.ragged("recognition")
        same_group = self._table("isco", lambda group: group == opening.isco08[:3])
        applies = self._table(
            "post", lambda post: opening.isco08.startswith(post[0]) and post[1] in (None, opening.country)
        )[entries["post"]]
        recognised = np.full(packed.size, NEVER + 1)
        np.minimum.at(recognised, entries["row"][applies], entries["on"][applies])
        places = packed.ragged("destinations")
        named = self._table("country", lambda code: code == opening.country)[places["country"]]
        destination = np.zeros(packed.size)
        destination[places["row"][named]] = places["value"][named]
        return Facts(
            essential=sums[True],
            optional=sums[False],
            shared=alone[True] + alone[False],
            critical_ok=critical_ok,
            language=language,
            language_ok=language_ok,
            months=np.bincount(jobs["row"], jobs["months"] * same_group[jobs["isco"]], packed.size),
            recognised=recognised,
            destination=destination,
            listed=destination > 0,
            excluded=self._has("excluded", "country", lambda code: code == opening.country),
            sector=self._has("sectors", "sector", lambda wish: wish is not None and in_sectors({wish}, opening.sector))
            * _known(opening.sector),
            contract=self._has("contracts", "contract", lambda wish: wish == opening.contract_type) * 1.0,
            visible=self._table("organisation", lambda who: who in opening.parties)[c["organisation"]],
            full=self._table("country", lambda code: code in opening.full)[c["residence"]],
            incumbent=self._table("kept", lambda post: incumbency(post, opening.isco08[:3]))[c["kept"]],
            **self._rows.ways("country", lambda code: ruling(opening.access, code, today), c["residence"]),
        )

    def credit_table(self, candidate: Candidate) -> Array:
        """Credit of the candidate for every (skill, required level 1-5), the best held skill counting."""
        required = np.arange(1, LEVELS + 1)
        table = np.zeros((len(self._rows.skills), LEVELS))
        groups: dict[str, Array] = {}
        for held in candidate.skills:
            worth = np.minimum(1.0, held.level / required) * EVIDENCE[held.evidence]
            own, near = self._rows.skills[held.uri], self.taxonomy.related_numbers(held.uri)
            table[own] = np.maximum(table[own], SAME * worth)
            table[near] = np.maximum(table[near], NARROWER * worth)
            for group in self.taxonomy.groups(held.uri):
                groups[group] = np.maximum(groups.get(group, worth), worth)
        for group, worth in groups.items():
            members = self.taxonomy.members[group]
            table[members] = np.maximum(table[members], GROUP * worth)
        return table

    def outright_table(self, candidate: Candidate) -> Array:
        """The same where no other skill stands in."""
        required, table = np.arange(1, LEVELS + 1), np.zeros((len(self._rows.skills), LEVELS))
        for held in candidate.skills:
            own = self._rows.skills[held.uri]
            table[own] = np.maximum(table[own], np.minimum(1.0, held.level / required) * EVIDENCE[held.evidence])
        return table

    def _candidate_credits(self, required: list[RequiredSkill]) -> list[tuple[Array, Array]]:
        """Credit of every candidate for each required skill, by the best stand-in and by the skill itself."""
        alike = np.zeros((len(required), len(self._rows.skills)))
        for similar, skill in zip(alike, required, strict=True):
            for group in self.taxonomy.groups(skill.uri):
                similar[self.taxonomy.members[group]] = GROUP
            similar[self.taxonomy.related_numbers(skill.uri)] = NARROWER
            similar[self._rows.skills[skill.uri]] = SAME
        held = self._candidates.ragged("skills")
        hits = np.flatnonzero(np.asarray(alike.any(axis=0))[held["skill"]])
        row, number = held["row"][hits], held["skill"][hits]
        level, evidence = held["level"][hits], held["evidence"][hits]
        credits = []
        for similar, skill in zip(alike, required, strict=True):
            similarity = similar[number]
            near = np.flatnonzero(similarity)
            worth = np.minimum(1.0, level[near] / skill.level) * evidence[near]
            credit, outright = np.zeros(self._candidates.size), np.zeros(self._candidates.size)
            np.maximum.at(credit, row[near], similarity[near] * worth)
            same = similarity[near] == SAME
            np.maximum.at(outright, row[near][same], worth[same])
            credits.append((credit, outright))
        return credits

    def _candidate_levels(self, candidate: Candidate) -> Array:
        _, lists = self._rows.candidate(candidate)
        levels = np.zeros(len(self._rows.names("language")), dtype=np.int64)
        levels[lists["languages"]["code"]] = lists["languages"]["level"]
        return levels

    def _candidate_languages(self, opening: Opening) -> tuple[Array, Array]:
        _, lists = self._rows.opening(opening)
        held, size = self._candidates.ragged("languages"), self._candidates.size
        total, enough = np.zeros(size), np.ones(size, dtype=np.bool_)
        for code, asked in zip(lists["languages"]["code"], lists["languages"]["level"], strict=True):
            have = np.zeros(size, dtype=np.int64)
            spoken = held["code"] == code
            have[held["row"][spoken]] = held["level"][spoken]
            total += np.clip(1.0 + 0.25 * (have - asked), 0.0, 1.0)
            enough &= have >= asked
        return total, enough

    def _weights(self) -> Array:
        weights = np.ones(len(self._rows.skills))
        for uri, weight in self.taxonomy.weights.items():
            weights[self._rows.skills[uri]] = weight
        return weights

    def _table(self, kind: str, of: Callable[[Any], Any]) -> Array:
        """`of` each distinct country, code, … seen so far: evaluated once a value, then gathered for all rows."""
        return np.array([of(name) for name in self._rows.names(kind)])

    def _has(self, name: str, field: str, of: Callable[[Any], bool]) -> Array:
        """Candidates with an entry in the list `name` for which `of` holds."""
        entries, found = self._candidates.ragged(name), np.zeros(self._candidates.size, dtype=np.bool_)
        found[entries["row"][self._table(field, of)[entries[field]]]] = True
        return found


def _known(value: object) -> float:
    return np.nan if value is None else 1.0


def _ratio(total: Array, whole: Any) -> Array:
    """total / whole, NaN (not applicable) where whole is 0."""
    return np.asarray(total / np.where(whole > 0, whole, np.nan))


def _weighted_mean(*terms: tuple[Any, Any]) -> Array:
    """Over the terms that are not NaN; NaN where there is none."""
    total: Any = 0.0
    weights: Any = 0.0
    for weight, value in terms:
        known = ~np.isnan(value)
        total = total + np.where(known, weight * value, 0.0)
        weights = weights + np.where(known, weight, 0.0)
    return _ratio(total, weights)


def _best(packed: Packed, mask: Array, score: Array, limit: int, after: Ranked | None, near_miss: bool) -> list[Ranked]:
    rows = np.flatnonzero(mask)
    if after is not None:
        rows = rows[score[rows] <= after.score]
        tied = [row for row in rows[score[rows] == after.score] if packed.ids[row] <= after.id]
        rows = rows[~np.isin(rows, tied)]
    if len(rows) > limit:
        least = np.partition(score[rows], len(rows) - limit)[len(rows) - limit]
        rows = rows[score[rows] >= least]
    ranked = [Ranked(packed.ids[row], float(score[row]), near_miss) for row in rows.tolist()]
    return sorted(ranked, key=lambda found: (-found.score, found.id))[:limit]
