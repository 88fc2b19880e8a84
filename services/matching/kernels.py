"""Ranking, compiled: one candidate or all against the openings, and one opening against the candidates.

From candidates to openings the loops go skill by skill over an inverted index, in accumulators that fit into the cache
(term at a time; Zobel & Moffat 2006, "Inverted files for text search engines", §3): few openings reach the share of
essential skills that H08 asks, the others are never looked at. From an opening to candidates they go person by person:
the gates refuse most people by a few columns, before any skill is looked at.
"""

from typing import Any

import numpy as np

from services.matching.columns import (
    CRITICAL,
    LEVELS,
    NEAR,
    OPTIONAL,
    PASSES,
    REFUSED,
    Asked,
    Best,
    Candidates,
    Floats,
    Inverted,
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
def expand(c: Candidates, i: int, similar: Similar, t: Tables, credit: Any, touched: Any) -> None:
    """credit[s, level - 1]: the best that a held skill earns where `s` is asked at that level. By maximum, never by
    sum: each asked skill's credit stays at most 1 and comes from one skill the person has."""
    for p in range(c.details[i].skills_at, c.details[i].skills_end):
        held, worth = c.skills[p].skill, t.worth[c.skills[p].worth]
        if held >= similar.known:
            touched[held] = 1
            for level in range(LEVELS):
                credit[held, level] = max(credit[held, level], worth[level])
            continue
        for q in range(similar.at[held], similar.at[held + 1]):
            s, alike = similar.skills[q], similar.alike[q]
            touched[s] = 1
            for level in range(LEVELS):
                credit[s, level] = max(credit[s, level], alike * worth[level])


@inlined
def hold(c: Candidates, i: int, t: Tables, own: Any) -> None:
    """own[s, level - 1]: what the very skill `s` earns."""
    for p in range(c.details[i].skills_at, c.details[i].skills_end):
        for level in range(LEVELS):
            own[c.skills[p].skill, level] = max(own[c.skills[p].skill, level], t.worth[c.skills[p].worth, level])


@inlined
def outright(o: Openings, j: int, own: Any) -> float:
    """Sum of weight times what the very same skill earns, over the essential and then the optional ones."""
    essential = optional = 0.0
    for p in range(o.rows[j].skills_at, o.rows[j].skills_end):
        earned = o.skills[p].weight * own[o.skills[p].skill, o.skills[p].level - 1]
        if o.skills[p].kind == OPTIONAL:
            optional += earned
        else:
            essential += earned
    return essential + optional


@inlined
def in_order(touched: Any, order: Any) -> int:
    """Numbers of touched skills, ascending; eight flags are looked at in one go. Clears the flags."""
    words, n = touched.view(np.uint64), 0
    for w in range(len(words)):
        if words[w]:
            for s in range(8 * w, 8 * w + 8):
                if touched[s]:
                    order[n] = s
                    n += 1
            words[w] = 0
    return n


@inlined
def scatter(inverted: Inverted, b: int, order: Any, n: int, credit: Any, sums: Any) -> None:
    """sums[2 · row in block + (1 if optional)] += weight · credit, over all that ask for a touched skill."""
    last = inverted.at.shape[1] - 1
    for k in range(n):
        s = order[k]
        if s >= last:
            break
        for p in range(inverted.at[b, s], inverted.at[b, s + 1]):
            slot = inverted.slot[p]
            sums[slot >> 3] += inverted.weight[p] * credit[s, slot & 7]


@inlined
def gather(o: Openings, begin: int, end: int, credit: Any, sums: Any) -> None:
    """The same for rows that are not in the inverted index yet."""
    for j in range(begin, end):
        for p in range(o.rows[j].skills_at, o.rows[j].skills_end):
            place = 2 * (j - begin) + (1 if o.skills[p].kind == OPTIONAL else 0)
            sums[place] += o.skills[p].weight * credit[o.skills[p].skill, o.skills[p].level - 1]


@inlined
def hopeless(need: float, asked: Asked, e: float, opt: float, worst: float) -> bool:
    """Whether the sums alone say that the row is not among those asked for; `worst` is the score to beat."""
    if asked.skills_only:
        return e + opt < worst
    return asked.verdict == PASSES and e < need


@inlined
def enough(o: Openings, j: int, credit: Any, e: float) -> bool:
    """H08: essential coverage, and all critical skills."""
    if o.rows[j].essential > 0 and e / o.rows[j].essential < o.rows[j].e_min:
        return False
    if o.rows[j].critical:
        for p in range(o.rows[j].skills_at, o.rows[j].skills_end):
            if o.skills[p].kind == CRITICAL and credit[o.skills[p].skill, o.skills[p].level - 1] < o.rows[j].covered:
                return False
    return True


@compiled
def rank_openings(
    c: Candidates,
    first: int,
    last: int,
    o: Openings,
    inverted: Inverted,
    similar: Similar,
    t: Tables,
    asked: Asked,
    scratch: Scratch,
    best: Best,
) -> None:
    """Best openings for each of the candidates in rows `first` to `last`, written to `best` from its first list on."""
    blocks, size = len(inverted.country), len(o.rows)
    credit, own, touched, order, sums = scratch
    for i in range(first, last):
        r, filled, count = i - first, 0, 0
        expand(c, i, similar, t, credit, touched)
        hold(c, i, t, own)
        n = in_order(touched, order)
        for b in range(blocks + 1):
            if b < blocks:
                begin, end = inverted.first[b], inverted.first[b + 1]
                if not may_be_matched(c, i, inverted.country[b], t, asked):
                    continue
                sums[: 2 * (end - begin)] = 0.0
                scatter(inverted, b, order, n, credit, sums)
            else:
                begin, end = inverted.rows, size
                sums[: 2 * (end - begin)] = 0.0
                gather(o, begin, end, credit, sums)
            for j in range(begin, end):
                e, opt = sums[2 * (j - begin)], sums[2 * (j - begin) + 1]
                need = inverted.need[j] if b < blocks else 0.0
                # Cheap and nearly always true: most openings end here.
                if hopeless(need, asked, e, opt, best.scores[r, asked.limit - 1] if filled == asked.limit else -1.0):
                    continue
                if b == blocks and not may_be_matched(c, i, o.rows[j].country, t, asked):
                    continue
                result = verdict(c, i, o, j, t)
                if result == PASSES and not asked.skills_only and not enough(o, j, credit, e):
                    result = NEAR
                if result == asked.verdict:
                    value = e + opt if asked.skills_only else score(c, i, o, j, t, e, opt, outright(o, j, own))
                    count += 1
                    if is_behind(asked, value, o.rows[j].id_high, o.rows[j].id_low):
                        filled = insert(best, r, filled, asked.limit, j, value, o.rows)
        for k in range(n):
            credit[order[k], :] = 0.0
        for p in range(c.details[i].skills_at, c.details[i].skills_end):
            own[c.skills[p].skill, :] = 0.0
        best.found[r], best.shown[r] = filled, count


@inlined
def credits(
    c: Candidates, i: int, o: Openings, j: int, t: Tables, stand_ins: StandIns, credit: Any, own: Any
) -> tuple[float, float, float, bool]:
    """`e`, `opt` and `alone` as above, and whether the critical skills are covered."""
    begin, asks = o.rows[j].skills_at, o.rows[j].skills_end - o.rows[j].skills_at
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
            covered = covered and (kind != CRITICAL or credit[k] >= o.rows[j].covered)
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
        if not covered or (o.rows[j].essential > 0 and e / o.rows[j].essential < o.rows[j].e_min):
            result = NEAR
        if result == asked.verdict:
            value = score(c, i, o, j, t, e, opt, alone)
            count += 1
            if is_behind(asked, value, c.details[i].id_high, c.details[i].id_low):
                filled = insert(best, 0, filled, asked.limit, i, value, c.details)
    best.found[0], best.shown[0] = filled, count
