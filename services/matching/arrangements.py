"""What ranking reads beside the records: which skills are alike, which openings lie together, and for one opening what
may stand in for what it asks. Built when the taxonomy, the openings or the question change."""

import numpy as np

from services.matching.columns import Blocks, Floats, Ints, Openings, Similar, StandIns
from services.matching.compiled import compiled
from services.matching.similarity import GROUP, NARROWER, SAME, Taxonomy


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


def blocks(o: Openings) -> Blocks:
    """Of openings sorted by country and parties; removed ones may be among them."""
    rows, keys = len(o.rows), o.rows[["country", "parties"]]
    first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[:rows]).astype(np.int64)
    heads = o.rows[first]
    return Blocks(rows, np.append(first, rows), heads["country"].copy(), heads["parties"].copy())


def stand_ins(o: Openings, j: int, near: Similar, skills: int) -> StandIns:
    """For each held skill which of the opening's it may stand in for."""
    asked = o.skills["skill"][o.details["skills_at"][j] : o.details["skills_end"][j]]
    known = asked[asked < near.known]
    entries = int(np.sum(near.at[known + 1] - near.at[known])) + len(asked) - len(known)
    at, which, alike = np.zeros(skills + 2, dtype=np.int32), np.zeros(entries, dtype=np.int32), np.zeros(entries)
    _transpose(asked, near, at, which, alike)
    return StandIns(at, which, alike)


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
