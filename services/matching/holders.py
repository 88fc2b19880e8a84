"""One opening against the candidates, compiled.

As in `kernels` an inverted index bounds essential coverage first: who holds a skill of a group that is asked, and who
the skill itself or a related one. It is added up for a run of candidates that fits into the cache; of those who may
reach what H08 asks the gates refuse most by one line of memory each, and the others are summed exactly. Near misses
need no coverage, so that for them the loop goes person by person.
"""

from typing import Any

import numpy as np

from services.matching.columns import (
    CRITICAL,
    NEAR,
    OPTIONAL,
    PASSES,
    Asked,
    Candidates,
    Flags,
    Found,
    Holders,
    Ints,
    Kin,
    Numbers,
    Openings,
    Places,
    Room,
    Singles,
    Small,
    StandIns,
    Tables,
)
from services.matching.compiled import called, compiled, inlined
from services.matching.kernels import at_level, reaching
from services.matching.pairs import may_be_matched, score, verdict

_SAME = 2  # place in `arrangements.ALIKE`


@inlined
def credits(
    c: Candidates, i: int, o: Openings, j: int, t: Tables, stand_ins: StandIns, room: Room
) -> tuple[float, float, float, bool]:
    """`e`, `opt` and `alone` as above, and whether the critical skills are covered."""
    begin, asks = o.details[j].skills_at, o.details[j].skills_end - o.details[j].skills_at
    credit, own = room.credit, room.own
    credit[:], own[:] = 0.0, 0.0
    for p in range(c.details[i].skills_at, c.details[i].skills_end):
        held, worth = c.skills[p].skill, c.skills[p].worth
        for q in range(stand_ins.at[held], stand_ins.at[held + 1]):
            k, alike = stand_ins.which[q], stand_ins.alike[q]
            value = t.value[at_level(t.code[alike, worth], o.skills[begin + k].level)]
            credit[k] = max(credit[k], value)
            if alike == _SAME:
                own[k] = max(own[k], value)
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


@called
def add_holders(bound: Singles, h: Holders, cursor: int, last: int, begin: int, end: int, factor: Any) -> int:
    """bound[row] += factor · worth for the entries of a list from `cursor` on, up to row `end`; returns the next."""
    first, entry, behind = np.uint64(begin), np.uint64(cursor), np.uint64(last)
    while entry < behind and h.row[entry] < end:
        bound[np.uint64(h.row[entry]) - first] += factor * h.earns[h.worth[entry]]
        entry += np.uint64(1)
    return int(entry)


@inlined
def hopeful_candidates(h: Holders, stand_ins: StandIns, begin: int, end: int, room: Room) -> int:
    """Rows from `begin` to `end` that may reach what H08 needs, to `room.hopeful`; returns how many."""
    room.bound[:] = 0.0
    for k in range(len(stand_ins.lists)):
        last = h.at[stand_ins.lists[k] + 1]
        room.cursor[k] = add_holders(room.bound, h, room.cursor[k], last, begin, end, stand_ins.factor[k])
    return reaching(room.bound[: end - begin], room.need[: end - begin], begin, room.hopeful)


@compiled
def list_candidates(
    o: Openings,
    j: int,
    c: Candidates,
    holders: Holders,
    stand_ins: StandIns,
    t: Tables,
    asked: Asked,
    room: Room,
    found: Found,
) -> int:
    """Write the candidates to be listed for the opening in row `j` to `found`; returns how many."""
    count, begin, run = 0, 0, len(room.bound)
    strict, country = asked.verdict == PASSES, o.rows[j].country
    for k in range(len(stand_ins.lists)):
        room.cursor[k] = holders.at[stand_ins.lists[k]]
    room.need[:] = stand_ins.need
    while begin < len(c.rows):
        bounded = strict and begin < holders.rows
        end = min(begin + run, holders.rows if bounded else len(c.rows))
        hopeful = hopeful_candidates(holders, stand_ins, begin, end, room) if bounded else end - begin
        for h in range(hopeful):
            i = room.hopeful[h] if bounded else begin + h
            if not may_be_matched(c, i, country, t, asked):
                continue
            result = verdict(c, i, o, j, t)
            if result < asked.verdict:
                continue
            e, opt, alone, covered = credits(c, i, o, j, t, stand_ins, room)
            if not covered or (o.details[j].essential > 0 and e / o.details[j].essential < o.details[j].e_min):
                result = NEAR
            if result >= asked.verdict:
                value = score(c, i, o, j, t, e, opt, alone)
                found.rows[count], found.scores[count], found.near[count] = i, value, result == NEAR
                count += 1
        begin = end
    return count


@compiled
def write_holders(c: Candidates, kin: Kin, rank: Small, at: Places, best: Small, row: Numbers, worth: Small) -> None:
    """Enter every candidate into the lists of its groups and skills, from entry `at[list]` on, which moves on. `rank`:
    place in `Holders.earns` by class of a held skill. `best` is -1 for every list, and so again afterwards. With no
    room in `row` entries are only counted."""
    groups = len(kin.members_at) - 1
    for i in range(len(c.rows)):
        for write in range(2):
            for p in range(c.details[i].skills_at, c.details[i].skills_end):
                held = c.skills[p].skill
                width = kin.groups.shape[1] if held < kin.known else 0
                for k in range(width + 1):
                    lst = kin.groups[held, k] if k < width else groups + held
                    if lst < 0:
                        continue
                    if write == 0:
                        best[lst] = max(best[lst], rank[c.skills[p].worth])
                    elif best[lst] >= 0:
                        if len(row) > 0:
                            row[at[lst]], worth[at[lst]] = i, best[lst]
                        at[lst] += 1
                        best[lst] = -1


@compiled
def mark_holders(c: Candidates, rows: Ints, skill: int, mask: Flags) -> None:
    """Which of the rows hold the skill."""
    for n in range(len(rows)):
        details = c.details[rows[n]]
        for p in range(details.skills_at, details.skills_end):
            mask[n] |= c.skills[p].skill == skill
