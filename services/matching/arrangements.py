"""What ranking reads beside the records: which skills are alike and what they earn, openings by the skills they ask,
and for one opening what may stand in for what. Built when the taxonomy, the openings or the question change."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from services.matching.columns import LEVELS, OPTIONAL, Floats, Ints, Inverted, Kin, Openings, Places, StandIns, Words
from services.matching.similarity import GROUP, NARROWER, SAME, Taxonomy

_FULL = 0.999999  # of what H08 needs: sums below this need no exact division
ALIKE = (GROUP, NARROWER, SAME)
_NONE = np.zeros(0, dtype=np.int32)


def kin(taxonomy: Taxonomy) -> Kin:
    """The taxonomy's similarity, in some 40,000 numbers for ESCO 1.1.1."""
    names = {group: number for number, group in enumerate(taxonomy.members)}
    related = [taxonomy.related_numbers(uri) for uri in taxonomy.number]
    groups = [[names[group] for group in dict.fromkeys(taxonomy.groups(uri))] for uri in taxonomy.number]
    width = max((len(each) for each in groups), default=0)
    padded = np.array([each + [-1] * (width - len(each)) for each in groups], dtype=np.int32)
    return Kin(
        len(groups),
        *_lists(related),
        padded.reshape(len(groups), width),
        *_lists(list(taxonomy.members.values())),
    )


def same_only(size: int) -> Kin:
    """Every skill is like itself alone."""
    return Kin(size, *_lists([_NONE] * size), np.zeros((size, 0), dtype=np.int32), *_lists([]))


def _lists(lists: Sequence[Ints]) -> tuple[Places, Ints]:
    """Where each begins, and all of them in a row."""
    at = np.zeros(len(lists) + 1, dtype=np.int64)
    np.cumsum([len(each) for each in lists], out=at[1:])
    return at, np.concatenate([_NONE, *lists])


def codes(worth: Floats) -> tuple[Words, Floats]:
    """All that a held skill can earn, numbered in ascending order: less than 128 values, so that what it earns at all
    levels is one word, and a table for all skills fits into the cache. `worth` is level factor times evidence by class
    and required level."""
    earned = np.array([[alike * row for row in worth] for alike in ALIKE])
    values = np.unique(earned)
    assert len(values) < 127
    code = np.zeros((*earned.shape[:2], 8), dtype="<u1")
    code[:, :, :LEVELS] = np.searchsorted(values, earned) + 1
    return code.view("<u8")[:, :, 0].astype(np.uint64), np.append(0.0, values)


def invert(o: Openings, near: Kin, skills: int) -> Inverted:
    """Openings by country, skill and group. Their rows must be sorted by country; removed ones may be among them."""
    first = np.flatnonzero(np.diff(o.rows["country"], prepend=-1)).astype(np.int64)
    country, rows = o.rows["country"][first].copy(), len(o.rows)
    block = np.repeat(np.arange(len(first)), np.diff(first, append=rows))
    length = o.details["skills_end"] - o.details["skills_at"]
    row = np.repeat(np.arange(rows), length)
    inside = row - first[block[row]] if rows else row
    optional = o.skills["kind"] == OPTIONAL
    at, order = _by(block[row], o.skills["skill"], len(first), skills)
    entry, weight = (2 * inside + optional)[order], o.skills["weight"][order]
    # Each essential skill counts for every group it lies in; those of one row and group are added up.
    asked = np.flatnonzero(~optional & (o.skills["skill"] < near.known))
    groups, width = len(near.members_at) - 1, near.groups.shape[1]
    group = near.groups[o.skills["skill"][asked]].ravel()
    asked = np.repeat(asked, width)[group >= 0]
    key, back = np.unique(row[asked] * np.int64(groups + 1) + group[group >= 0], return_inverse=True)
    total = np.bincount(back, o.skills["weight"][asked], len(key))
    group_row = key // (groups + 1)
    group_at, order_g = _by(block[group_row], key % (groups + 1), len(first), groups)
    group_inside = (group_row - first[block[group_row]] if rows else group_row)[order_g]
    need = (_FULL * o.details["e_min"] * o.details["essential"]).astype(np.float32)
    return Inverted(
        rows,
        np.append(first, rows),
        country,
        at,
        entry.astype(np.uint32),
        weight.astype(np.float32),
        group_at,
        group_inside.astype(np.uint32),
        total[order_g].astype(np.float32),
        need,
    )


def _by(block: Any, number: Any, blocks: int, numbers: int) -> tuple[Ints, Any]:
    """Where the list of each number begins within each block, and the order in which entries lie in the lists."""
    place = block * np.int64(numbers) + number
    counts = np.bincount(place, minlength=blocks * numbers).reshape(blocks, numbers)
    at = np.zeros((blocks, numbers + 1), dtype=np.int32)
    ends = np.cumsum(counts.ravel()).reshape(blocks, numbers)
    at[:, 1:] = ends
    at[:, 0] = ends[:, 0] - counts[:, 0] if numbers else 0
    return at, np.argsort(place, kind="stable")


def stand_ins(o: Openings, j: int, near: Kin, skills: int) -> StandIns:
    """For each held skill which of the opening's it may stand in for, and how alike they are."""
    held, which, alike = [], [], []
    for place, asked in enumerate(o.skills["skill"][o.details["skills_at"][j] : o.details["skills_end"][j]].tolist()):
        found = [(np.array([asked], dtype=np.int32), SAME)]
        if asked < near.known:
            found.append((near.related[near.related_at[asked] : near.related_at[asked + 1]], NARROWER))
            for group in near.groups[asked][near.groups[asked] >= 0]:
                found.append((near.members[near.members_at[group] : near.members_at[group + 1]], GROUP))
        for numbers, value in found:
            held.append(numbers)
            which.append(np.full(len(numbers), place, dtype=np.int32))
            alike.append(np.full(len(numbers), ALIKE.index(value), dtype=np.int8))
    numbers = np.concatenate([_NONE, *held])
    order = np.argsort(numbers, kind="stable")
    at = np.zeros(skills + 1, dtype=np.int32)
    np.cumsum(np.bincount(numbers, minlength=skills), out=at[1:])
    return StandIns(
        at, np.concatenate([_NONE, *which])[order], np.concatenate([np.zeros(0, dtype=np.int8), *alike])[order]
    )
