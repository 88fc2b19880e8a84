"""What ranking reads beside the records: which skills are alike and what they earn, openings by the skills they ask,
and for one opening what may stand in for what. Built when the taxonomy, the openings or the question change."""

import numpy as np

from services.matching.columns import (
    LEVELS,
    OPTIONAL,
    WIDTH,
    Codes,
    Floats,
    Ints,
    Inverted,
    Openings,
    Places,
    Similar,
    Small,
    StandIns,
)
from services.matching.compiled import compiled
from services.matching.similarity import GROUP, NARROWER, SAME, Taxonomy

_FULL = 0.999999  # of what H08 needs: sums below this need no exact division
ALIKE = (GROUP, NARROWER, SAME)
_SAME = ALIKE.index(SAME)


def similar(taxonomy: Taxonomy) -> Similar:
    """The taxonomy's similarity as lists: with ESCO 1.1.1 some 850,000 entries, 10 MB."""
    known = len(taxonomy.number)
    alike = np.zeros(known, dtype=np.int8)
    at, skills, values = np.zeros(known + 1, dtype=np.int64), [], []
    for uri, number in taxonomy.number.items():
        near = [taxonomy.members[group] for group in taxonomy.groups(uri)]
        related = taxonomy.related_numbers(uri)
        for members in near:
            alike[members] = ALIKE.index(GROUP)
        alike[related], alike[number] = ALIKE.index(NARROWER), ALIKE.index(SAME)
        found = np.unique(np.concatenate([*near, related, np.array([number], dtype=np.int32)]))
        skills.append(found.astype(np.int32))
        values.append(alike[found])
        at[number + 1] = at[number] + len(found)
    if not known:
        return Similar(0, at, np.zeros(0, dtype=np.int32), alike)
    return Similar(known, at, np.concatenate(skills), np.concatenate(values))


def same_only(size: int) -> Similar:
    """Every skill is like itself alone."""
    numbers = np.arange(size + 1)
    return Similar(size, numbers, numbers[:-1].astype(np.int32), np.full(size, ALIKE.index(SAME), dtype=np.int8))


def codes(worth: Floats) -> tuple[Codes, Floats]:
    """All that a held skill can earn, numbered in ascending order: at most 255 values, so that a table for all skills
    and levels fits into the cache. `worth` is level factor times evidence by class and required level."""
    earned = np.array([[alike * row for row in worth] for alike in ALIKE])
    values = np.unique(earned)
    code = np.zeros((len(ALIKE), len(worth), WIDTH), dtype=np.uint8)
    code[:, :, :LEVELS] = np.searchsorted(values, earned) + 1
    assert len(values) < 256
    return code, np.append(0.0, values)


def invert(o: Openings, skills: int) -> Inverted:
    """Openings by country and skill. Their rows must be sorted by country; removed ones may be among them."""
    rows, entries = len(o.rows), len(o.skills)
    first = np.flatnonzero(np.diff(o.rows["country"], prepend=-1)).astype(np.int64)
    country = o.rows["country"][first].astype(np.int32)
    first = np.append(first, rows).astype(np.int64)
    at = np.zeros((len(country), skills + 1), dtype=np.int32)
    slot, weight = np.zeros(entries, dtype=np.int32), np.zeros(entries)
    _place(o, first, at, np.zeros_like(at), slot, weight)
    need = _FULL * o.details["e_min"] * o.details["essential"]
    return Inverted(rows, first, country, at, slot, weight, need)


def stand_ins(o: Openings, j: int, near: Similar, skills: int) -> StandIns:
    """For each held skill which of the opening's it may stand in for."""
    asked = o.skills["skill"][o.details["skills_at"][j] : o.details["skills_end"][j]]
    known = asked[asked < near.known]
    entries = int(np.sum(near.at[known + 1] - near.at[known])) + len(asked) - len(known)
    at, which, alike = (
        np.zeros(skills + 2, dtype=np.int32),
        np.zeros(entries, dtype=np.int32),
        np.zeros(entries, dtype=np.int8),
    )
    _transpose(asked, near, at, which, alike)
    return StandIns(at, which, alike)


@compiled
def _place(o: Openings, first: Places, at: Ints, place: Ints, slot: Ints, weight: Floats) -> None:
    """Count the entries of each list, add up where lists begin, and fill them in order of row."""
    blocks, skills = at.shape[0], at.shape[1] - 1
    for b in range(blocks):
        for j in range(first[b], first[b + 1]):
            for p in range(o.details[j].skills_at, o.details[j].skills_end):
                at[b, o.skills[p].skill + 1] += 1
    before = 0
    for b in range(blocks):
        at[b, 0] = before
        for s in range(skills):
            at[b, s + 1] += at[b, s]
        before = at[b, skills]
    for b in range(blocks):
        for s in range(skills):
            place[b, s] = at[b, s]
    for b in range(blocks):
        for j in range(first[b], first[b + 1]):
            for p in range(o.details[j].skills_at, o.details[j].skills_end):
                q = place[b, o.skills[p].skill]
                place[b, o.skills[p].skill] = q + 1
                optional = 8 if o.skills[p].kind == OPTIONAL else 0
                slot[q] = 16 * (j - first[b]) + optional + o.skills[p].level - 1
                weight[q] = o.skills[p].weight


@compiled
def _transpose(asked: Ints, near: Similar, at: Ints, which: Ints, alike: Small) -> None:
    """Lists of similar skills of each asked skill, turned round. While filling, at[s + 1] is where list `s` goes on;
    at the end it is where list `s + 1` begins."""
    for turn in range(2):
        for k in range(len(asked)):
            known = asked[k] < near.known
            begin, end = (near.at[asked[k]], near.at[asked[k] + 1]) if known else (0, 1)
            for q in range(begin, end):
                s = near.skills[q] if known else asked[k]
                if turn == 0:
                    at[s + 2] += 1
                else:
                    place = at[s + 1]
                    which[place], alike[place] = k, near.alike[q] if known else _SAME
                    at[s + 1] = place + 1
        if turn == 0:
            for s in range(2, len(at)):
                at[s] += at[s - 1]
