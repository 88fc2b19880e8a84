"""What is said about the taxonomy.

The snapshot (`GET /v1/taxonomy/snapshot`) holds the active version for those who compute with it. Compact JSON:

    {
      "version": "1.1.1",
      "skills": [[uri, green (0 or 1), reuse_level or null, English label], …],     sorted by URI
      "skill_groups": [[uri, English label], …],                                    sorted by URI
      "broader": [[skill URI or group URI, broader skill URI or group URI], …],      direct parents only
      "isco08": [code of a unit group (4 digits), …],                               ascending
      "occupations": [[uri, isco08 (4 digits), English label], …],                  sorted by URI
      "essential": [[number of a skill, …], …],      one list an occupation, in the order of `occupations`;
      "optional": [[number of a skill, …], …],       a number counts from 0 in `skills`
      "labels": {"fr": {"skills": [label or null, …], "occupations": [label or null, …]}, "nl": …, "ar": …}
    }

`labels` has the languages that were imported, besides English; its lists run beside `skills` and `occupations`,
with null where a concept has no label in that language. A parent in `broader` is a skill when it stands in
`skills`, else a group. The ETag, `"<version>-<hash of the content>"`, changes when and only when the content does;
it ends in `-gzip` when the answer is compressed, and If-None-Match takes both.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from services.kit.schemas import Isco08, Out

ReuseLevel = Literal["transversal", "cross-sector", "sector-specific", "occupation-specific"]
SkillType = Literal["skill/competence", "knowledge"]
Uri = Annotated[str, Field(max_length=200, description="ESCO URI.")]
Label = Annotated[str, Field(max_length=500)]
LanguageTag = Annotated[str, Field(max_length=10, description="Language of the label (BCP 47).")]
Description = Annotated[str, Field(max_length=20_000, description="ESCO's own words, in English; may be empty.")]

_SKILL = "http://data.europa.eu/esco/skill/bb9c4cb8-b2ce-45f9-8d51-9c8bbf1c9f5e"
_OCCUPATION = "http://data.europa.eu/esco/occupation/5ae62d8b-0e8b-4d4d-9f1a-3d9c2b6e7f10"
_NAMED: dict[str, Any] = {"uri": _SKILL, "label": "install photovoltaic systems", "language": "en"}


class ConceptOut(Out):
    """A concept and its name in the reader's language, or in English where it has none there."""

    model_config = ConfigDict(json_schema_extra={"examples": [_NAMED]})

    uri: Uri
    label: Label
    language: LanguageTag


class SkillOut(ConceptOut):
    """A skill, competence or knowledge."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                _NAMED
                | {
                    "alternatives": ["mount photovoltaic panels"],
                    "type": "skill/competence",
                    "reuse_level": "sector-specific",
                    "green": True,
                    "description": "Set up systems that generate electrical energy from sunlight.",
                    "broader": ["http://data.europa.eu/esco/skill/S7.1.4"],
                }
            ]
        }
    )

    alternatives: list[Label] = Field(max_length=500, description="Other names in the same language.")
    type: SkillType | None
    reuse_level: ReuseLevel | None
    green: bool = Field(description="Whether this version of ESCO counts it among the green skills.")
    description: Description
    broader: list[Uri] = Field(max_length=100, description="Direct parents: skills and skill groups.")
    relation: Literal["essential", "optional"] | None = Field(
        None,
        description="How the occupation asked for needs it; present with `occupation` only.",
        exclude_if=lambda value: value is None,
    )


class OccupationOut(ConceptOut):
    """An occupation in its ISCO-08 unit group."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uri": _OCCUPATION,
                    "label": "installateur de systèmes solaires",
                    "language": "fr",
                    "alternatives": [],
                    "isco08": "7411",
                    "code": "7411.1.4",
                    "regulated": False,
                    "description": "Solar energy technicians install and maintain systems that collect solar energy.",
                }
            ]
        }
    )

    alternatives: list[Label] = Field(max_length=500, description="Other names in the same language.")
    isco08: Annotated[str, Field(max_length=4)]
    code: Annotated[str, Field(max_length=20, description="ESCO's own code; empty where it has none.")]
    regulated: bool = Field(description="Regulated at the level of the European Union.")
    description: Description


class OccupationSkillsOut(ConceptOut):
    """An occupation and the skills it asks for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uri": _OCCUPATION,
                    "label": "solar energy technician",
                    "language": "en",
                    "essential": [_NAMED],
                    "optional": [],
                }
            ]
        }
    )

    essential: list[ConceptOut] = Field(max_length=1000)
    optional: list[ConceptOut] = Field(max_length=1000)


class IscoGroupOut(ConceptOut):
    """An ISCO-08 group."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uri": "http://data.europa.eu/esco/isco/C7411",
                    "label": "Building and related electricians",
                    "language": "en",
                    "code": "7411",
                    "parent": "741",
                    "description": "Electricians install, maintain and repair electrical wiring systems.",
                }
            ]
        }
    )

    code: Annotated[str, Field(max_length=4, description="One to four digits; leading zeros matter.")]
    parent: Annotated[str, Field(max_length=3)] | None = Field(description="Code of the group it lies in.")
    description: Description


class LabelCounts(Out):
    """How far the labels of a language reach."""

    matched: int = Field(ge=0, description="Concepts that have a label.")
    missing: int = Field(ge=0, description="Concepts that have none.")
    unmatched: int = Field(ge=0, description="Labels whose concept this version lacks.")


class RejectedOut(Out):
    """A row that was read and left out."""

    file: Annotated[str, Field(max_length=300)]
    line: int = Field(ge=1)
    reason: Annotated[str, Field(max_length=1000)]


class ImportedOut(Out):
    """What the import read and loaded."""

    skills: int = Field(ge=0)
    green_skills: int = Field(ge=0)
    occupations: int = Field(ge=0)
    isco_groups: int = Field(ge=0)
    skill_groups: int = Field(ge=0)
    relations_read: int = Field(ge=0, description="Occupation–skill relations in the files.")
    relations_loaded: int = Field(ge=0)
    relations_rejected: int = Field(ge=0)
    labels: dict[str, LabelCounts] = Field(max_length=50, description="By language.")
    rejected: list[RejectedOut] = Field(max_length=1000, description="The first thousand.")


class TaxonomyOut(Out):
    """A version of ESCO that was imported."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "version": "1.1.1",
                    "active": True,
                    "languages": ["en", "fr"],
                    "imported_at": "2026-11-23T08:30:00Z",
                    "report": {
                        "skills": 13896,
                        "green_skills": 570,
                        "occupations": 3007,
                        "isco_groups": 619,
                        "skill_groups": 640,
                        "relations_read": 123855,
                        "relations_loaded": 123788,
                        "relations_rejected": 67,
                        "labels": {
                            "en": {"matched": 18162, "missing": 0, "unmatched": 0},
                            "fr": {"matched": 17510, "missing": 652, "unmatched": 74},
                        },
                        "rejected": [],
                    },
                }
            ]
        },
    )

    version: Annotated[str, Field(max_length=100)]
    active: bool = Field(description="Whether it is the version in force.")
    languages: list[LanguageTag] = Field(max_length=50)
    imported_at: datetime
    report: ImportedOut


class SnapshotLabels(Out):
    """Labels of a language, beside `skills` and `occupations`."""

    skills: list[Label | None] = Field(max_length=100_000)
    occupations: list[Label | None] = Field(max_length=100_000)


SkillNumber = Annotated[int, Field(ge=0, description="A place in `skills`, from 0.")]


class SnapshotOut(Out):
    """The active version, compact; rows are arrays."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": "1.1.1",
                    "skills": [[_SKILL, 1, "sector-specific", "install photovoltaic systems"]],
                    "skill_groups": [["http://data.europa.eu/esco/skill/S7.1.4", "installing electrical equipment"]],
                    "broader": [[_SKILL, "http://data.europa.eu/esco/skill/S7.1.4"]],
                    "isco08": ["7411"],
                    "occupations": [[_OCCUPATION, "7411", "solar energy technician"]],
                    "essential": [[0]],
                    "optional": [[]],
                    "labels": {
                        "fr": {"skills": ["installer des systèmes photovoltaïques"], "occupations": [None]},
                    },
                }
            ]
        }
    )

    version: Annotated[str, Field(max_length=100)]
    skills: list[tuple[Uri, Literal[0, 1], ReuseLevel | None, Label]] = Field(
        max_length=100_000, description="URI, green, reuse level, English label; sorted by URI."
    )
    skill_groups: list[tuple[Uri, Label]] = Field(max_length=100_000, description="URI, English label.")
    broader: list[tuple[Uri, Uri]] = Field(
        max_length=1_000_000, description="A skill or skill group and a direct parent of it."
    )
    isco08: list[Isco08] = Field(max_length=10_000, description="ISCO-08 unit groups, ascending.")
    occupations: list[tuple[Uri, Isco08, Label]] = Field(
        max_length=100_000, description="URI, ISCO-08 unit group, English label; sorted by URI."
    )
    essential: list[Annotated[list[SkillNumber], Field(max_length=10_000)]] = Field(
        max_length=100_000, description="For each of `occupations`, the skills it cannot do without."
    )
    optional: list[Annotated[list[SkillNumber], Field(max_length=10_000)]] = Field(
        max_length=100_000, description="For each of `occupations`, the skills that help."
    )
    labels: dict[str, SnapshotLabels] = Field(max_length=50, description="By language, besides English.")
