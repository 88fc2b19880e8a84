"""What ranking reads beside the columns: which skills are alike, openings by the skills they ask for, and for one
opening who may stand in for what. Built when the taxonomy, the openings or the question change."""

import numpy as np

from services.matching.columns import OPTIONAL, Floats, Ints, Inverted, Openings, Places, Similar, StandIns
from services.matching.compiled import compiled
from services.matching.similarity import GROUP, NARROWER, SAME, Taxonomy

_FULL = 0.999999  # of what H08 needs: sums below this need no exact division


def similar(taxonomy: Taxonomy) -> Similar:
    """The taxonomy's similarity as lists: with ESCO 1.1.1 some 850,000 entries, 10 MB."""
    known = len(taxonomy.number)
    alike = np.zeros(known)
    at, skills, values = np.zeros(known + 1, dtype=np.int64), [], []
    for uri, number in taxonomy.number.items():
        near = [taxonomy.members[group] for group in taxonomy.groups(uri)]
        related = taxonomy.related_numbers(uri)
        for members in near:
            alike[members] = GROUP
        alike[related], alike[number] = NARROWER, SAME
        found = np.unique(np.concatenate([*near, related, np.array([number], dtype=np.int32)]))
        skills.append(found.astype(np.int32))
        values.append(alike[found])
        at[number + 1] = at[number] + len(found)
        alike[found] = 0.0
    if not known:
        return Similar(0, at, np.zeros(0, dtype=np.int32), np.zeros(0))
    return Similar(known, at, np.concatenate(skills), np.concatenate(values))


def same_only(size: int) -> Similar:
    """Every skill is like itself alone."""
    numbers = np.arange(size + 1)
    return Similar(size, numbers, numbers[:-1].astype(np.int32), np.ones(size))


def invert(o: Openings, skills: int) -> Inverted:
    """Openings by country and skill. Their rows must be sorted by country; removed ones may be among them."""
    rows, entries = len(o.rows), len(o.skills)
    first = np.flatnonzero(np.diff(o.rows["country"], prepend=-1)).astype(np.int64)
    country = o.rows["country"][first].astype(np.int32)
    first = np.append(first, rows).astype(np.int64)
    at = np.zeros((len(country), skills + 1), dtype=np.int32)
    slot, weight = np.zeros(entries, dtype=np.int32), np.zeros(entries)
    _place(o, first, at, np.zeros_like(at), slot, weight)
    need = _FULL * o.rows["e_min"] * o.rows["essential"]
    return Inverted(rows, first, country, at, slot, weight, need)


def stand_ins(o: Openings, j: int, near: Similar, skills: int) -> StandIns:
    """For each held skill which of the opening's it may stand in for."""
    asked = o.skills["skill"][o.rows["skills_at"][j] : o.rows["skills_end"][j]]
    known = asked[asked < near.known]
    entries = int(np.sum(near.at[known + 1] - near.at[known])) + len(asked) - len(known)
    at, which, alike = np.zeros(skills + 2, dtype=np.int32), np.zeros(entries, dtype=np.int32), np.zeros(entries)
    _transpose(asked, near, at, which, alike)
    return StandIns(at, which, alike)


@compiled
def _place(o: Openings, first: Places, at: Ints, place: Ints, slot: Ints, weight: Floats) -> None:
    """Count the entries of each list, add up where lists begin, and fill them in order of row."""
    blocks, skills = at.shape[0], at.shape[1] - 1
    for b in range(blocks):
        for j in range(first[b], first[b + 1]):
            for p in range(o.rows[j].skills_at, o.rows[j].skills_end):
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
            for p in range(o.rows[j].skills_at, o.rows[j].skills_end):
                q = place[b, o.skills[p].skill]
                place[b, o.skills[p].skill] = q + 1
                optional = 8 if o.skills[p].kind == OPTIONAL else 0
                slot[q] = 16 * (j - first[b]) + optional + o.skills[p].level - 1
                weight[q] = o.skills[p].weight


@compiled
def _transpose(asked: Ints, near: Similar, at: Ints, which: Ints, alike: Floats) -> None:
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
                    which[place], alike[place] = k, near.alike[q] if known else 1.0
                    at[s + 1] = place + 1
        if turn == 0:
            for s in range(2, len(at)):
                at[s] += at[s - 1]
