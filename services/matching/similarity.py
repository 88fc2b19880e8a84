"""The skill taxonomy as matching needs it: which skill stands in for which, and how well.

1 the same skill; 0.8 one is the direct broader skill of the other; 0.6 both lie directly in the same ESCO group;
else 0. Group neighbours are found through group membership: with ESCO 1.1.1 a list of pairs would hold 846,000
entries, membership holds 13,448.

The weight ω of a skill is its inverse document frequency over the occupations of the taxonomy: what every second
occupation asks for tells little. It depends on the version of the taxonomy alone, so that a stored match can be
computed again whatever vacancies have come since.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log

import numpy as np
from numpy.typing import NDArray

SAME, NARROWER, GROUP = 1.0, 0.8, 0.6


@dataclass(frozen=True, slots=True)
class Skill:
    """`broader` are skill URIs, `groups` the ESCO groups the skill lies in directly, `labels` by language."""

    uri: str
    labels: Mapping[str, str] = field(default_factory=dict)
    reuse_level: str | None = None
    green: bool = False
    broader: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class Taxonomy:
    """One version of a skill taxonomy, loaded once. Skills outside it are similar to themselves only. `isco08` are the
    unit groups of ISCO-08 that occupations may name, `weights` the weights ω of skills (1 where absent)."""

    def __init__(
        self,
        version: str,
        skills: Iterable[Skill],
        isco08: Iterable[str] = (),
        weights: Mapping[str, float] | None = None,
    ) -> None:
        self.version = version
        self.weights = weights or {}
        self.isco08 = frozenset(isco08)
        self.skills = {skill.uri: skill for skill in sorted(skills, key=lambda skill: skill.uri)}
        self.number = {uri: i for i, uri in enumerate(self.skills)}
        related: dict[str, set[str]] = {}
        members: dict[str, list[int]] = {}
        for uri, skill in self.skills.items():
            for parent in skill.broader:
                if parent in self.skills and parent != uri:
                    related.setdefault(uri, set()).add(parent)
                    related.setdefault(parent, set()).add(uri)
            for group in set(skill.groups):
                members.setdefault(group, []).append(self.number[uri])
        self.related = {uri: tuple(sorted(uris)) for uri, uris in related.items()}
        self.members = {group: np.array(numbers, dtype=np.int32) for group, numbers in members.items()}

    def groups(self, uri: str) -> tuple[str, ...]:
        skill = self.skills.get(uri)
        return skill.groups if skill else ()

    def related_numbers(self, uri: str) -> NDArray[np.int32]:
        return np.array([self.number[other] for other in self.related.get(uri, ())], dtype=np.int32)

    def weight(self, uri: str) -> float:
        """ω: how much the skill tells about who asks for it."""
        return self.weights.get(uri, 1.0)

    def similarity(self, one: str, other: str) -> float:
        if one == other:
            return SAME
        if other in self.related.get(one, ()):
            return NARROWER
        return 0.0 if set(self.groups(one)).isdisjoint(self.groups(other)) else GROUP

    def label(self, uri: str, language: str = "en") -> str:
        """The label in `language`, else in English, else in the first language there is, else the URI."""
        skill = self.skills.get(uri)
        if skill is None or not skill.labels:
            return uri
        return skill.labels.get(language) or skill.labels.get("en") or skill.labels[min(skill.labels)]


def weights_of(occupations: Iterable[Iterable[str]]) -> dict[str, float]:
    """ω = (1 + ln((n + 1) / (df + 1))) / mean, four decimals, from the skills of each of `n` occupations, `df` of which
    name the skill (Spärck Jones 1972, smoothed). The mean over all skills named is 1, which is also the weight of a
    skill that no occupation names: nothing is known about it."""
    asked = [set(skills) for skills in occupations]
    counts: dict[str, int] = {}
    for skills in asked:
        for uri in skills:
            counts[uri] = counts.get(uri, 0) + 1
    rare = {uri: 1.0 + log((len(asked) + 1) / (counts[uri] + 1)) for uri in sorted(counts)}
    mean = sum(rare.values()) / len(rare) if rare else 1.0
    return {uri: round(value / mean, 4) for uri, value in rare.items()}
