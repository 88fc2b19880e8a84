"""What ranking reads beside the records: which skills are alike and what they earn, openings by the skills they ask,
and for one opening what may stand in for what. Built when the taxonomy, the openings or the question change."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from services.matching.columns import (
    LEVELS,
    OPTIONAL,
    Candidates,
    Floats,
    Holders,
    Ints,
    Inverted,
    Kin,
    Lists,
    Openings,
    Places,
    StandIns,
    Words,
)
from services.matching.holders import write_holders
from services.matching.similarity import GROUP, NARROWER, SAME, Taxonomy

_FULL = 0.9999  # of what H08 needs: bounds are sums of singles, each addition good to 6e-8
ALIKE = (GROUP, NARROWER, SAME)
_NONE = np.zeros(0, dtype=np.int32)


_BLOCKS = 64  # more would make the places of lists longer than the lists


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
    """Openings by country, skill and group. Their rows must be sorted by country and parties; removed ones may be among
    them."""
    rows, country, parties = len(o.rows), o.rows["country"], o.rows["parties"]
    begins = np.diff(country, prepend=-1) != 0
    apart = begins | (np.diff(parties, prepend=-1) != 0)
    few = np.count_nonzero(apart) <= _BLOCKS
    first = np.flatnonzero(apart if few else begins).astype(np.int64)
    block = np.repeat(np.arange(len(first)), np.diff(first, append=rows))
    length = o.details["skills_end"] - o.details["skills_at"]
    row = np.repeat(np.arange(rows), length)
    kind, weight, skill = o.skills["kind"], o.skills["weight"], o.skills["skill"]
    essential = np.flatnonzero(kind != OPTIONAL)

    def lists(rows: Any, numbers: Any, weights: Any, size: int) -> Lists:
        """Entries by number and block, in order of row."""
        place = numbers * np.int64(len(first)) + block[rows]
        counts = np.bincount(place, minlength=size * len(first))
        at = np.zeros((size, len(first) + 1), dtype=np.int32)
        at[:, 1:] = np.cumsum(counts).reshape(size, len(first))
        at[1:, 0] = at[:-1, -1]
        order = np.argsort(place, kind="stable")
        return Lists(at, rows[order].astype(np.uint32), weights[order].astype(np.float32))

    # Each essential skill counts for every group it lies in; those of one row and group are added up.
    known, width, groups = essential[skill[essential] < near.known], near.groups.shape[1], len(near.members_at)
    group = near.groups[skill[known]].ravel()
    lies = np.repeat(known, width)[group >= 0]
    key, back = np.unique(row[lies] * np.int64(groups) + group[group >= 0], return_inverse=True)
    return Inverted(
        rows,
        np.append(first, rows),
        country[first].copy(),
        parties[first] if few else np.full(len(first), -1, dtype=np.int32),
        lists(key // groups, key % groups, np.bincount(back, weight[lies], len(key)), groups),
        lists(row[essential], skill[essential], weight[essential], skills),
        (_FULL * o.details["e_min"] * o.details["essential"]).astype(np.float32),
    )


def hold(c: Candidates, near: Kin, skills: int, worth: Floats) -> Holders:
    """Candidates by the groups and the skills they hold; `worth` as for `codes`."""
    earns, rank = np.unique(worth[:, 0], return_inverse=True)
    groups = len(near.members_at) - 1
    at, best = np.zeros(groups + skills + 1, dtype=np.int64), np.full(groups + skills, -1, dtype=np.int8)
    row, kept = np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.int8)
    write_holders(c, near, rank.astype(np.int8), at, best, row, kept)
    at = np.append(0, np.cumsum(at[:-1]))
    row, kept = np.empty(at[-1], dtype=np.uint32), np.empty(at[-1], dtype=np.int8)
    write_holders(c, near, rank.astype(np.int8), at.copy(), best, row, kept)
    return Holders(len(c.rows), at, row, kept, earns.astype(np.float32))


def stand_ins(o: Openings, j: int, near: Kin, skills: int, held_by: Holders) -> StandIns:
    """For each held skill which of the opening's it may stand in for, and how alike they are; and the bounding lists:
    a group-mate counts with the group, and what a skill or a related one earns beyond that with the skill."""
    held: list[Ints] = []  # by the very same skill, by related ones, by group-mates
    which, alike, factor = [], [], dict[int, float]()
    groups, details = len(near.members_at) - 1, o.details[j]
    asks = o.skills[details["skills_at"] : details["skills_end"]]
    for place, (skill, kind, weight) in enumerate(asks[["skill", "kind", "weight"]].tolist()):
        found, mine = [(np.array([skill], dtype=np.int32), SAME)], set[int]()
        if skill < near.known:
            found.append((near.related[near.related_at[skill] : near.related_at[skill + 1]], NARROWER))
            mine = set(near.groups[skill].tolist()) - {-1}
            found += [(near.members[near.members_at[group] : near.members_at[group + 1]], GROUP) for group in mine]
        for numbers, value in found:
            held.append(numbers)
            which.append(place)
            alike.append(ALIKE.index(value))
        if kind == OPTIONAL:
            continue
        for group in mine:
            factor[group] = factor.get(group, 0.0) + weight * GROUP
        for numbers, value in found[:2]:
            for other in numbers.tolist():
                mates = other < near.known and not mine.isdisjoint(near.groups[other].tolist())
                beyond = value - GROUP if mates else value
                factor[groups + other] = factor.get(groups + other, 0.0) + weight * beyond
    lengths = [len(numbers) for numbers in held]
    numbers = np.concatenate([_NONE, *held])
    order = np.argsort(numbers, kind="stable")
    at = np.zeros(skills + 1, dtype=np.int32)
    np.cumsum(np.bincount(numbers, minlength=skills), out=at[1:])
    there = [number for number in factor if number < len(held_by.at) - 1]
    return StandIns(
        at,
        np.repeat(np.array(which, dtype=np.int32), lengths)[order],
        np.repeat(np.array(alike, dtype=np.int8), lengths)[order],
        np.array(there, dtype=np.int32),
        np.array([factor[number] for number in there], dtype=np.float32),
        float(np.float32(_FULL * details["e_min"] * details["essential"])),
    )
