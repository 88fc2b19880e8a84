"""Ranking, compiled: one candidate or all against the openings, and one opening against the candidates.

Both go pair by pair over what the gates leave (document at a time): gates refuse most pairs by one line of memory, and
only then are skills looked at, in a table of what the asker's skills are worth for every other skill. With hierarchy
credit a candidate of 27 skills earns something for 1,200, which 34,000 of 10,000 vacancies' requirements name: adding
those up list by list (term at a time) took seven times as long.
"""

from typing import Any

from services.matching.columns import (
    CRITICAL,
    LEVELS,
    NEAR,
    OPTIONAL,
    PASSES,
    REFUSED,
    Asked,
    Best,
    Blocks,
    Candidates,
    Floats,
    Openings,
    Scratch,
    Similar,
    StandIns,
    Tables,
)
from services.matching.compiled import compiled, inlined
from services.matching.pairs import may_be_matched, score, verdict


@inlined
def is_behind(asked: Asked, value: float, high: int, low: int) -> bool:
    """Whether a row belongs to this page, not to one before it."""
    if not asked.behind or value < asked.after_score:
        return True
    same, higher = high == asked.after_high, high > asked.after_high
    return bool(value == asked.after_score and (higher or (same and low > asked.after_low)))


@inlined
def insert(best: Best, r: int, filled: int, limit: int, j: int, value: float, keys: Any) -> int:
    """Put row `j` in its place in list `r`, by (-score, id of `keys`); returns how many the list holds now."""
    rows, scores, p = best.rows, best.scores, filled
    while p > 0:
        above, other = scores[r, p - 1], rows[r, p - 1]
        high, other_high = keys[j].id_high, keys[other].id_high
        later = high > other_high or (high == other_high and keys[j].id_low > keys[other].id_low)
        if value < above or (value == above and later):
            break
        if p < limit:
            rows[r, p], scores[r, p] = other, above
        p -= 1
    if p < limit:
        rows[r, p], scores[r, p] = j, value
        filled = min(filled + 1, limit)
    return filled


@inlined
def expand(c: Candidates, i: int, similar: Similar, t: Tables, scratch: Scratch) -> int:
    """credit[s, level - 1]: the best that a held skill earns where `s` is asked at that level; own: what the very skill
    earns; spoken: CEFR levels. By maximum, never by sum: each asked skill's credit stays at most 1 and comes from one
    skill the person has. Returns how many skills were touched."""
    credit, own, touched, spoken = scratch
    details, n = c.details[i], 0
    for p in range(details.skills_at, details.skills_end):
        held, worth = c.skills[p].skill, c.skills[p].worth
        known = held < similar.known
        for level in range(LEVELS):
            own[held, level] = max(own[held, level], t.worth[worth, level])
        for q in range(similar.at[held] if known else 0, similar.at[held + 1] if known else 1):
            s, alike = (similar.skills[q], similar.alike[q]) if known else (held, 1.0)
            if credit[s, 0] == 0.0:
                touched[n] = s
                n += 1
            for level in range(LEVELS):
                credit[s, level] = max(credit[s, level], alike * t.worth[worth, level])
    for p in range(details.languages_at, details.languages_end):
        spoken[c.languages[p].language] = c.languages[p].level
    return n


@inlined
def clear(c: Candidates, i: int, n: int, scratch: Scratch) -> None:
    """What `expand` wrote."""
    details = c.details[i]
    for k in range(n):
        for level in range(LEVELS):
            scratch.credit[scratch.touched[k], level] = 0.0
    for p in range(details.skills_at, details.skills_end):
        for level in range(LEVELS):
            scratch.own[c.skills[p].skill, level] = 0.0
    for p in range(details.languages_at, details.languages_end):
        scratch.spoken[c.languages[p].language] = 0


@inlined
def credits_of(o: Openings, j: int, scratch: Scratch) -> tuple[float, float, float, bool]:
    """Sums of weight times credit over the essential skills and over the optional ones, of weight times what the very
    same skill earns over all, and whether the critical ones are covered."""
    asks, credit, own = o.details[j], scratch.credit, scratch.own
    e = opt = e_alone = opt_alone = 0.0
    covered = True
    for p in range(asks.skills_at, asks.skills_end):
        asked = o.skills[p]
        s, level = asked.skill, asked.level - 1
        if asked.kind == OPTIONAL:
            opt += asked.weight * credit[s, level]
            opt_alone += asked.weight * own[s, level]
        else:
            e += asked.weight * credit[s, level]
            e_alone += asked.weight * own[s, level]
            covered = covered and (asked.kind != CRITICAL or credit[s, level] >= asks.covered)
    return e, opt, e_alone + opt_alone, covered


@compiled
def rank_openings(
    c: Candidates,
    first: int,
    last: int,
    o: Openings,
    blocks: Blocks,
    similar: Similar,
    t: Tables,
    asked: Asked,
    scratch: Scratch,
    best: Best,
) -> None:
    """Best openings for each of the candidates in rows `first` to `last`, written to `best` from its first list on."""
    strict = asked.verdict == PASSES
    for i in range(first, last):
        r, filled, count = i - first, 0, 0
        n = expand(c, i, similar, t, scratch)
        for b in range(len(blocks.country) + 1):
            beside = b == len(blocks.country)  # rows that came after the blocks were made
            begin, end = (blocks.rows, len(o.rows)) if beside else (blocks.first[b], blocks.first[b + 1])
            if not beside and not (
                t.offered[c.rows[i].organisation, blocks.parties[b]]
                and may_be_matched(c, i, blocks.country[b], t, asked)
            ):
                continue
            for j in range(begin, end):
                if strict and scratch.spoken[o.rows[j].language] < o.rows[j].level:
                    continue  # the gate that refuses most
                if beside and not may_be_matched(c, i, o.rows[j].country, t, asked):
                    continue
                result = verdict(c, i, o, j, t)
                if result < asked.verdict:
                    continue
                e, opt, alone, covered = credits_of(o, j, scratch)
                value = e + opt
                if not asked.skills_only:
                    if not covered or (o.details[j].essential > 0 and e / o.details[j].essential < o.details[j].e_min):
                        result = NEAR
                    if result == asked.verdict:
                        value = score(c, i, o, j, t, e, opt, alone)
                if result != asked.verdict:
                    continue
                count += 1
                if is_behind(asked, value, o.details[j].id_high, o.details[j].id_low):
                    filled = insert(best, r, filled, asked.limit, j, value, o.details)
        clear(c, i, n, scratch)
        best.found[r], best.shown[r] = filled, count


@inlined
def credits(
    c: Candidates, i: int, o: Openings, j: int, t: Tables, stand_ins: StandIns, credit: Any, own: Any
) -> tuple[float, float, float, bool]:
    """`e`, `opt` and `alone` as above, and whether the critical skills are covered."""
    begin, asks = o.details[j].skills_at, o.details[j].skills_end - o.details[j].skills_at
    credit[:], own[:] = 0.0, 0.0
    for p in range(c.details[i].skills_at, c.details[i].skills_end):
        held, worth = c.skills[p].skill, t.worth[c.skills[p].worth]
        for q in range(stand_ins.at[held], stand_ins.at[held + 1]):
            k, alike = stand_ins.which[q], stand_ins.alike[q]
            earned = alike * worth[o.skills[begin + k].level - 1]
            credit[k] = max(credit[k], earned)
            if alike == 1.0:  # the very same
                own[k] = max(own[k], earned)
    e = opt = e_alone = opt_alone = 0.0
    covered = True
    for k in range(asks):
        weight, kind = o.skills[begin + k].weight, o.skills[begin + k].kind
        if kind == OPTIONAL:
            opt += weight * credit[k]
            opt_alone += weight * own[k]
        else:
            e += weight * credit[k]
            e_alone += weight * own[k]
            covered = covered and (kind != CRITICAL or credit[k] >= o.details[j].covered)
    return e, opt, e_alone + opt_alone, covered


@compiled
def rank_candidates(
    o: Openings,
    j: int,
    c: Candidates,
    stand_ins: StandIns,
    t: Tables,
    asked: Asked,
    credit: Floats,
    own: Floats,
    best: Best,
) -> None:
    """Best candidates for the opening in row `j`, written to the first list of `best`."""
    filled, count = 0, 0
    for i in range(len(c.rows)):
        if not may_be_matched(c, i, o.rows[j].country, t, asked):
            continue
        result = verdict(c, i, o, j, t)
        if result == REFUSED or result < asked.verdict:
            continue
        e, opt, alone, covered = credits(c, i, o, j, t, stand_ins, credit, own)
        if not covered or (o.details[j].essential > 0 and e / o.details[j].essential < o.details[j].e_min):
            result = NEAR
        if result == asked.verdict:
            value = score(c, i, o, j, t, e, opt, alone)
            count += 1
            if is_behind(asked, value, c.details[i].id_high, c.details[i].id_low):
                filled = insert(best, 0, filled, asked.limit, i, value, c.details)
    best.found[0], best.shown[0] = filled, count
