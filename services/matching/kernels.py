"""Ranking, compiled: one candidate or all against the openings.

Two steps. An inverted index gives each opening an upper bound of its essential coverage,
group by group and skill by skill, in accumulators that fit into the cache (Zobel & Moffat 2006, "Inverted files for
text search engines"; bounds that lose nothing, as in Turtle & Flood 1995, "max-score"). Few reach what H08 asks; those
are judged and summed exactly. With hierarchy credit a person of 27 skills earns something for 1,200, which 10,000
vacancies name 34,000 times; by group it is a fifth of that.
"""

from typing import Any

import numpy as np

from services.matching.columns import (
    CRITICAL,
    NEAR,
    OPTIONAL,
    PASSES,
    REFUSED,
    Asked,
    Best,
    Candidates,
    Found,
    Ints,
    Inverted,
    Kin,
    Lists,
    Numbers,
    Openings,
    Scratch,
    Singles,
    Tables,
    Words,
)
from services.matching.compiled import called, compiled, inlined
from services.matching.pairs import may_be_matched, score, verdict

_GROUP, _NARROWER, _SAME = 0, 1, 2  # places in `arrangements.ALIKE`
_HIGH = np.uint64(0x8080808080808080)
_VECTOR = 64


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
def greater(a: Any, b: Any) -> Any:
    """The greater of two codes, byte by byte in one go: all codes are below 128, so no byte borrows from the next."""
    at_least = (((a | _HIGH) - b) & _HIGH) >> np.uint64(7)
    mask = at_least * np.uint64(255)
    return (a & mask) | (b & ~mask)


@inlined
def at_level(codes: Any, level: int) -> Any:
    """The code for a required level, 1-5."""
    return (codes >> np.uint64(8 * (level - 1))) & np.uint64(255)


@inlined
def raise_to(near: Words, s: int, codes: Any, skills: Ints, n: int) -> int:
    """Let the skill earn at least so much; returns how many skills are written to."""
    if near[s, 0] == 0:
        skills[n] = s
        n += 1
    near[s, 0] = greater(near[s, 0], codes)
    return n


@inlined
def expand(c: Candidates, i: int, kin: Kin, t: Tables, scratch: Scratch) -> tuple[int, int]:
    """Write what the person's skills earn: for themselves, for related skills, for their groups. By maximum, never by
    sum: each asked skill's credit stays at most 1 and comes from one skill the person has. Returns how many skills and
    groups were written to."""
    near, group, skills, groups, _, _, _ = scratch
    details, n, m = c.details[i], 0, 0
    for p in range(details.skills_at, details.skills_end):
        held, worth = c.skills[p].skill, c.skills[p].worth
        near[held, 1] = greater(near[held, 1], t.code[_SAME, worth])
        n = raise_to(near, held, t.code[_SAME, worth], skills, n)
        if held >= kin.known:
            continue
        for q in range(kin.related_at[held], kin.related_at[held + 1]):
            n = raise_to(near, kin.related[q], t.code[_NARROWER, worth], skills, n)
        for k in range(kin.groups.shape[1]):
            g = kin.groups[held, k]
            if g >= 0:
                if group[g] == 0:
                    groups[m] = g
                    m += 1
                group[g] = greater(group[g], t.code[_GROUP, worth])
    return n, m


@inlined
def spread(n: int, m: int, kin: Kin, scratch: Scratch) -> int:
    """Write what groups earn to each of their skills: worth its while where many openings are summed."""
    for k in range(m):
        g = scratch.groups[k]
        for p in range(kin.members_at[g], kin.members_at[g + 1]):
            n = raise_to(scratch.near, kin.members[p], scratch.group[g], scratch.skills, n)
    return n


@inlined
def clear(n: int, m: int, scratch: Scratch) -> None:
    """What `expand` wrote."""
    for k in range(n):
        scratch.near[scratch.skills[k], :] = 0
    for k in range(m):
        scratch.group[scratch.groups[k]] = 0


@called
def add_up(bound: Singles, runs: Ints, n: int, at: Ints, row: Numbers, weight: Singles, value: float) -> None:
    """bound[row] += value · weight for one list, in `n` runs of its blocks."""
    worth = np.float32(value)
    for k in range(n):
        for p in range(at[runs[k, 0]], at[runs[k, 1]]):
            bound[row[p]] += worth * weight[p]


@inlined
def add_list(lists: Lists, number: int, value: float, runs: int, x: Scratch) -> None:
    """The same for one list of many."""
    if number < len(lists.at) and value > 0.0:
        add_up(x.bound, x.runs, runs, lists.at[number], lists.row, lists.weight, value)


@inlined
def set_bounds(inverted: Inverted, runs: int, n: int, m: int, kin: Kin, t: Tables, x: Scratch) -> None:
    """An upper bound for each opening of the blocks chosen: what the groups of its essential skills earn at level 1,
    and what skills earn beyond their groups."""
    for k in range(runs):
        x.bound[inverted.first[x.runs[k, 0]] : inverted.first[x.runs[k, 1]]] = 0.0
    for k in range(m):
        add_list(inverted.groups, x.groups[k], t.value[at_level(x.group[x.groups[k]], 1)], runs, x)
    for k in range(n):
        s = x.skills[k]
        value = t.value[at_level(x.near[s, 0], 1)]
        if s < kin.known and kin.groups.shape[1] > 0:
            value -= t.value[at_level(x.group[kin.groups[s, 0]], 1)]
        add_list(inverted.skills, s, value, runs, x)


@inlined
def earned(
    o: Openings, j: int, kin: Kin, t: Tables, is_spread: bool, scratch: Scratch
) -> tuple[float, float, float, bool]:
    """Sums of weight times credit over the essential skills and over the optional ones, of weight times what the very
    same skill earns over all, and whether the critical ones are covered. Without a branch by kind, which would be
    guessed wrong: adding 0 changes no sum."""
    asks = o.details[j]
    e = opt = e_alone = opt_alone = 0.0
    covered = True
    for p in range(asks.skills_at, asks.skills_end):
        asked = o.skills[p]
        s, level = asked.skill, asked.level
        code = at_level(scratch.near[s, 0], level)
        if not is_spread and s < kin.known:
            for k in range(kin.groups.shape[1]):
                code = max(code, at_level(scratch.group[kin.groups[s, k]], level))  # -1 is the last, which is zero
        credit, alone = t.value[code], t.value[at_level(scratch.near[s, 1], level)]
        optional = asked.weight if asked.kind == OPTIONAL else 0.0
        essential = 0.0 if asked.kind == OPTIONAL else asked.weight
        opt += optional * credit
        opt_alone += optional * alone
        e += essential * credit
        e_alone += essential * alone
        covered &= (asked.kind != CRITICAL) | (credit >= asks.covered)
    return e, opt, e_alone + opt_alone, covered


@called
def reaching(bound: Singles, need: Singles, first: int, hopeful: Ints) -> int:
    """Rows whose bound reaches what H08 needs, to `hopeful`, numbered from `first`; returns how many. Few do, so a
    run of them is looked at in one go before each by itself."""
    n, whole = 0, len(bound) // _VECTOR
    for k in range(whole + 1):
        some = np.int32(k == whole)
        if k < whole:
            for j in range(_VECTOR):
                some |= np.int32(bound[k * _VECTOR + j] >= need[k * _VECTOR + j])
        if some != 0:
            for j in range(k * _VECTOR, min(k * _VECTOR + _VECTOR, len(bound))):
                hopeful[n] = first + j
                n += int(bound[j] >= need[j])  # without a branch, which would be guessed wrong
    return n


@inlined
def open_blocks(c: Candidates, i: int, inverted: Inverted, t: Tables, asked: Asked, x: Scratch) -> int:
    """Runs of blocks that the person may be matched in; returns how many."""
    n, before = 0, False
    for b in range(len(inverted.country)):
        parties = inverted.parties[b]
        offered = parties < 0 or t.offered[c.rows[i].organisation, parties]
        is_open = offered and may_be_matched(c, i, inverted.country[b], t, asked)
        if is_open:
            n += int(not before)
            x.runs[n - 1, 1] = b + 1
            if not before:
                x.runs[n - 1, 0] = b
        before = is_open
    return n


@inlined
def judge(
    c: Candidates, i: int, o: Openings, j: int, kin: Kin, t: Tables, asked: Asked, x: Scratch
) -> tuple[int, float]:
    """REFUSED, or the verdict where it is good enough to be listed, and the score."""
    result = verdict(c, i, o, j, t)
    if result < asked.verdict:
        return REFUSED, 0.0
    e, opt, alone, covered = earned(o, j, kin, t, asked.verdict != PASSES, x)
    if not covered or (o.details[j].essential > 0 and e / o.details[j].essential < o.details[j].e_min):
        result = NEAR
    if result < asked.verdict:
        return REFUSED, 0.0
    return result, e + opt if asked.skills_only else score(c, i, o, j, t, e, opt, alone)


@inlined
def find_openings(
    c: Candidates, i: int, o: Openings, inverted: Inverted, kin: Kin, t: Tables, asked: Asked, x: Scratch, found: Found
) -> int:
    """Write the openings to be listed for candidate `i` to `found`; returns how many."""
    strict, count = asked.verdict == PASSES, 0
    n, m = expand(c, i, kin, t, x)
    runs = open_blocks(c, i, inverted, t, asked, x)
    if strict:
        set_bounds(inverted, runs, n, m, kin, t, x)
    else:
        n = spread(n, m, kin, x)
    for k in range(runs + 1):
        beside, begin = k == runs, 0  # beside: rows that came after the index was built
        if beside:
            hopeful = len(o.rows) - inverted.rows
        else:
            begin, end = inverted.first[x.runs[k, 0]], inverted.first[x.runs[k, 1]]
            bound, need = x.bound[begin:end], inverted.need[begin:end]
            hopeful = reaching(bound, need, begin, x.hopeful) if strict else end - begin
        for h in range(hopeful):
            j = inverted.rows + h if beside else x.hopeful[h] if strict else begin + h
            if beside and not may_be_matched(c, i, o.rows[j].country, t, asked):
                continue
            result, value = judge(c, i, o, j, kin, t, asked, x)
            if result != REFUSED:
                found.rows[count], found.scores[count], found.near[count] = j, value, result == NEAR
                count += 1
    clear(n, m, x)
    return count


@compiled
def rank_openings(
    c: Candidates,
    first: int,
    last: int,
    o: Openings,
    inverted: Inverted,
    kin: Kin,
    t: Tables,
    asked: Asked,
    x: Scratch,
    found: Found,
    best: Best,
) -> None:
    """Best openings for each of the candidates in rows `first` to `last`, written to `best` from its first list on.
    Room for all openings is in `found`; all of the last candidate are in it afterwards."""
    limit = best.rows.shape[1]
    for i in range(first, last):
        filled, count = 0, find_openings(c, i, o, inverted, kin, t, asked, x, found)
        for h in range(count):
            filled = insert(best, i - first, filled, limit, found.rows[h], found.scores[h], o.details)
        best.found[i - first], best.shown[i - first] = filled, count
