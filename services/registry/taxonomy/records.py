"""What an ESCO CSV export says, as typed rows. NamedTuples, so that they go to PostgreSQL COPY as they are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Kind = Literal["skill", "occupation", "isco_group", "skill_group"]


class Skill(NamedTuple):
    """A skill, competence or knowledge. `type` and `reuse_level` are None where ESCO leaves them empty."""

    uri: str
    type: str | None
    reuse_level: str | None
    label: str
    alt_labels: list[str]
    description: str
    green: bool


class Occupation(NamedTuple):
    """An occupation; `code` is ESCO's own (7411.1.2), empty in exports before 1.1."""

    uri: str
    isco08: str
    code: str
    label: str
    alt_labels: list[str]
    description: str
    regulated: bool


class IscoGroup(NamedTuple):
    """An ISCO-08 group of one to four digits."""

    uri: str
    code: str
    label: str
    description: str


class SkillGroup(NamedTuple):
    """A group of the skill pillar (S1.2.3, K…, T…, L…, ISCED-F); `code` may be empty."""

    uri: str
    code: str
    label: str
    alt_labels: list[str]
    description: str


class Relation(NamedTuple):
    """An occupation asks for a skill."""

    occupation: str
    skill: str
    essential: bool


class SkillRelation(NamedTuple):
    """A skill asks for, or is helped by, another."""

    skill: str
    related: str
    essential: bool


class Broader(NamedTuple):
    """A concept and one that is broader: skills, groups, occupations."""

    narrower: str
    broader: str


class Label(NamedTuple):
    """How a concept is called in another language than English."""

    uri: str
    kind: Kind
    language: str
    label: str
    alt_labels: list[str]


class Rejected(NamedTuple):
    """A row that was read and left out, and why."""

    file: str
    line: int
    reason: str


class Gap(NamedTuple):
    """What joining a label file by URI left open: label files are often of another version of ESCO."""

    language: str
    kind: Kind
    concepts: int
    labelled: int
    unknown: int  # labels whose URI the classification does not hold


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """One version of ESCO, read whole, or (`labels_only`) labels to be joined to one that is there.

    `digest` is the SHA-256 of the files read: an import of what is already there can stop at once.
    """

    version: str
    digest: str
    files: tuple[str, ...] = ()
    skills: Sequence[Skill] = ()
    occupations: Sequence[Occupation] = ()
    isco_groups: Sequence[IscoGroup] = ()
    skill_groups: Sequence[SkillGroup] = ()
    relations: Sequence[Relation] = ()
    skill_relations: Sequence[SkillRelation] = ()
    broader_skills: Sequence[Broader] = ()
    broader_occupations: Sequence[Broader] = ()
    labels: Sequence[Label] = ()
    relations_read: int = 0
    relations_rejected: Sequence[Rejected] = ()
    other_rejected: Sequence[Rejected] = ()  # rows of the hierarchies and of skill-skill relations
    gaps: Sequence[Gap] = field(default=())

    @property
    def labels_only(self) -> bool:
        return not self.skills

    @property
    def counts(self) -> dict[str, int]:
        """The figures that a report of the import shows."""
        return {
            "skills": len(self.skills),
            "occupations": len(self.occupations),
            "isco_groups": len(self.isco_groups),
            "skill_groups": len(self.skill_groups),
            "green_skills": sum(skill.green for skill in self.skills),
            "relations_read": self.relations_read,
            "relations_loaded": len(self.relations),
            "relations_rejected": len(self.relations_rejected),
            "labels": len(self.labels),
        }
