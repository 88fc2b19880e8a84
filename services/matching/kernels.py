"""Ranking, compiled: one candidate or all against the openings, and one opening against the candidates.

From candidates to openings the loops go skill by skill over an inverted index, in accumulators that fit into the cache
(term at a time; Zobel & Moffat 2006, "Inverted files for text search engines", §3): few openings reach the share of
essential skills that H08 asks, the others are never looked at. From an opening to candidates they go person by person
(document at a time): the gates refuse most people by one line of memory each, before any skill is looked at.
"""

from typing import Any

import numpy as np

from services.matching.columns import (
    CRITICAL,
    NEAR,
    OPTIONAL,
    PASSES,
    REFUSED,
    WIDTH,
    Asked,
    Best,
    Candidates,
    Codes,
    Floats,
    Ints,
    Inverted,
    Openings,
    Scratch,
    Similar,
    StandIns,
    Tables,
)
from services.matching.compiled import compiled, inlined
from services.matching.pairs import may_be_matched, score, verdict

_SAME = 2  # place in ALIKE


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
    """credit[s, level - 1]: code of the best that a held skill earns where `s` is asked at that level; own: of what the
    very skill earns. By maximum, never by sum: each asked skill's credit stays at most 1 and comes from one skill the
    person has. Writes the skills touched to `order`, ascending, and returns how many there are."""
    details = c.details[i]
    for p in range(details.skills_at, details.skills_end):
        held, worth = c.skills[p].skill, c.skills[p].worth
        known = held < similar.known
        raise_to(scratch.own, held, t.code, _SAME, worth)
        for q in range(similar.at[held] if known else 0, similar.at[held + 1] if known else 1):
            s = similar.skills[q] if known else held
            scratch.touched[s] = 1
            raise_to(scratch.credit, s, t.code, similar.alike[q] if known else _SAME, worth)
    return in_order(scratch.touched, scratch.order)


@inlined
def raise_to(table: Codes, s: int, code: Codes, alike: int, worth: int) -> None:
    """The greater of two codes, for each level: values are numbered in ascending order."""
    for level in range(WIDTH):
        table[s, level] = max(table[s, level], code[alike, worth, level])


@inlined
def clear(c: Candidates, i: int, n: int, scratch: Scratch) -> None:
    """What `expand` wrote."""
    details = c.details[i]
    for k in range(n):
        for level in range(WIDTH):
            scratch.credit[scratch.order[k], level] = 0
    for p in range(details.skills_at, details.skills_end):
        for level in range(WIDTH):
            scratch.own[c.skills[p].skill, level] = 0


@inlined
def in_order(touched: Codes, order: Ints) -> int:
    """Places of the flags that are set, ascending; eight are looked at in one go. Clears them."""
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
def scatter(inverted: Inverted, b: int, n: int, t: Tables, scratch: Scratch) -> None:
    """sums[2 · row in block + (1 if optional)] += weight · credit, over all that ask for a touched skill."""
    last = inverted.at.shape[1] - 1
    for k in range(n):
        s = scratch.order[k]
        if s >= last:
            break
        for p in range(inverted.at[b, s], inverted.at[b, s + 1]):
            slot = inverted.slot[p]
            scratch.sums[slot >> 3] += inverted.weight[p] * t.value[scratch.credit[s, slot & 7]]


@inlined
def gather(o: Openings, begin: int, end: int, t: Tables, scratch: Scratch) -> None:
    """The same for rows that are not in the inverted index yet."""
    for j in range(begin, end):
        for p in range(o.details[j].skills_at, o.details[j].skills_end):
            asked = o.skills[p]
            place = 2 * (j - begin) + (1 if asked.kind == OPTIONAL else 0)
            scratch.sums[place] += asked.weight * t.value[scratch.credit[asked.skill, asked.level - 1]]


@inlined
def alone(o: Openings, j: int, t: Tables, own: Codes) -> float:
    """Sum of weight times what the very same skill earns, over the essential and then the optional ones."""
    essential = optional = 0.0
    for p in range(o.details[j].skills_at, o.details[j].skills_end):
        asked = o.skills[p]
        earned = asked.weight * t.value[own[asked.skill, asked.level - 1]]
        if asked.kind == OPTIONAL:
            optional += earned
        else:
            essential += earned
    return essential + optional


@inlined
def suffices(o: Openings, j: int, t: Tables, credit: Codes, e: float) -> bool:
    """H08: essential coverage, and all critical skills."""
    asks = o.details[j]
    if asks.essential > 0 and e / asks.essential < asks.e_min:
        return False
    if asks.critical:
        for p in range(asks.skills_at, asks.skills_end):
            asked = o.skills[p]
            if asked.kind == CRITICAL and t.value[credit[asked.skill, asked.level - 1]] < asks.covered:
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
    sums, blocks = scratch.sums, len(inverted.country)
    for i in range(first, last):
        r, filled, count = i - first, 0, 0
        n = expand(c, i, similar, t, scratch)
        for b in range(blocks + 1):
            beside = b == blocks  # rows that came after the index was built
            begin, end = (inverted.rows, len(o.rows)) if beside else (inverted.first[b], inverted.first[b + 1])
            if not beside and not may_be_matched(c, i, inverted.country[b], t, asked):
                continue
            sums[: 2 * (end - begin)] = 0.0
            if beside:
                gather(o, begin, end, t, scratch)
            else:
                scatter(inverted, b, n, t, scratch)
            for j in range(begin, end):
                e, opt = sums[2 * (j - begin)], sums[2 * (j - begin) + 1]
                # Most openings end here, without a look at anything else.
                if asked.skills_only:
                    if filled == asked.limit and e + opt < best.scores[r, filled - 1]:
                        continue
                elif not beside and asked.verdict == PASSES and e < inverted.need[j]:
                    continue
                if beside and not may_be_matched(c, i, o.rows[j].country, t, asked):
                    continue
                result = verdict(c, i, o, j, t)
                if result == PASSES and not asked.skills_only and not suffices(o, j, t, scratch.credit, e):
                    result = NEAR
                if result == asked.verdict:
                    value = e + opt if asked.skills_only else score(c, i, o, j, t, e, opt, alone(o, j, t, scratch.own))
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
        held, worth = c.skills[p].skill, c.skills[p].worth
        for q in range(stand_ins.at[held], stand_ins.at[held + 1]):
            k, alike = stand_ins.which[q], stand_ins.alike[q]
            earned = t.value[t.code[alike, worth, o.skills[begin + k].level - 1]]
            credit[k] = max(credit[k], earned)
            if alike == _SAME:
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
