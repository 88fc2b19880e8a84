"""Reads official ESCO CSV exports: all or nothing, every row that is left out with its reason and line.

PURE but for reading the files it is given. Layouts of ESCO 1.0 to 1.2. `read` takes folders, zips and CSV
files in any mixture; files are known by their official names, the language by the ending `_xx`.
"""

import hashlib
import re
from collections.abc import Container, Iterator, Sequence
from pathlib import Path

from services.registry.taxonomy.csvfile import CsvFile, Progress, Row, TaxonomyError, alternatives, find, rows
from services.registry.taxonomy.records import (
    Broader,
    Gap,
    IscoGroup,
    Kind,
    Label,
    Occupation,
    Rejected,
    Relation,
    Skill,
    SkillGroup,
    SkillRelation,
    Taxonomy,
)

__all__ = ["TaxonomyError", "find_gaps", "read"]

_NAME = re.compile(r"(?P<stem>[A-Za-z_]+?)(?:_(?P<language>[a-z]{2}))?")
_CONCEPTS: dict[str, Kind] = {
    "skills": "skill",
    "occupations": "occupation",
    "ISCOGroups": "isco_group",
    "skillGroups": "skill_group",
    "skills_labels": "skill",
    "greenSkillsCollection": "skill",
}
_REQUIRED = (
    "skills",
    "occupations",
    "ISCOGroups",
    "skillGroups",
    "greenSkillsCollection",
    "occupationSkillRelations",
    "skillSkillRelations",
    "broaderRelationsSkillPillar",
    "broaderRelationsOccPillar",
)
# Official files that say nothing which this system uses.
_UNUSED = (
    "conceptSchemes",
    "digCompSkillsCollection",
    "digitalSkillsCollection",
    "dictionary",
    "greenShareOcc",
    "languageSkillsCollection",
    "researchOccupationsCollection",
    "researchSkillsCollection",
    "skillsHierarchy",
    "transversalSkillsCollection",
)
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_BASE = r"http://data\.europa\.eu/esco/"
# Whole URIs, so that one cut short by a truncated file is seen. Groups of the pillar have numbered names too.
_URI: dict[Kind, re.Pattern[str]] = {
    "skill": re.compile(rf"{_BASE}skill/{_UUID}"),
    "occupation": re.compile(rf"{_BASE}occupation/{_UUID}"),
    "isco_group": re.compile(rf"{_BASE}isco/C[0-9]{{1,4}}"),
    "skill_group": re.compile(rf"{_BASE}(?:skill/(?:{_UUID}|[A-Z][0-9.]*)|isced-f/[0-9]{{2,4}})"),
}
_SKILL_TYPES = {"skill/competence", "knowledge", ""}
_REUSE_LEVELS = {"transversal", "cross-sector", "sector-specific", "occupation-specific", ""}
_RELATION_TYPES = {"essential": True, "optional": False}
# Exports do not carry their version; how many skills, occupations and relations they hold tells the released
# ones apart, and a file that was cut at the end of a row from a whole one.
_RELEASES = {"1.1.1": (13_896, 3_007, 123_855), "1.2.0": (13_939, 3_039, None)}
_MOST_REJECTED = 0.01  # of the relations; more means that a file of concepts is cut at the end of a row


def read(paths: Sequence[Path], on_progress: Progress | None = None, version: str | None = None) -> Taxonomy:
    """Read one version of ESCO, or label files alone.

    Args:
        paths: folders, zips and CSV files. English concepts need all nine official files of the
            classification; files in other languages only add labels.
        on_progress: called with (file, lines done, lines in all).
        version: stored with everything derived; absent, it is taken from a name such as
            "ESCO dataset - v1.1.1 - …zip", else from the counts, else from the content's digest.

    Raises:
        TaxonomyError: a file is missing, wrong, damaged or truncated; names it and the line.
    """
    files = _by_name(paths)
    digest = hashlib.sha256()
    for file in sorted(files.values()):
        digest.update(file.name.encode() + file.content)
    return _Reading(files, on_progress).taxonomy(version or _version_in(paths), digest.hexdigest())


def find_gaps(labels: Sequence[Label], concepts: dict[Kind, Container[str]], sizes: dict[Kind, int]) -> list[Gap]:
    """For each language and kind of concept, how many have a label and how many labels have no concept."""
    gaps = []
    for language, kind in sorted({(label.language, label.kind) for label in labels}):
        uris = {label.uri for label in labels if (label.language, label.kind) == (language, kind)}
        known = sum(uri in concepts[kind] for uri in uris)
        gaps.append(Gap(language, kind, sizes[kind], known, len(uris) - known))
    return gaps


def _by_name(paths: Sequence[Path]) -> dict[tuple[str, str], CsvFile]:
    """Files by official stem and language; the language is '' where the name has none."""
    files: dict[tuple[str, str], CsvFile] = {}
    for file in (file for path in paths for file in find(path)):
        match = _NAME.fullmatch(file.stem)
        stem, language = (match["stem"], match["language"] or "") if match else (file.stem, "")
        if stem in _UNUSED:
            continue
        if stem not in _REQUIRED and stem not in _CONCEPTS:
            raise TaxonomyError(file.name, None, "is not a file of an ESCO export")
        if stem not in _CONCEPTS:
            language = ""  # relations: some releases name them …_en, for the labels beside the URIs
        if stem in _CONCEPTS and not language:
            raise TaxonomyError(file.name, None, f"does not tell its language, as in {stem}_fr.csv")
        if files.setdefault((stem, language), file).content != file.content:
            raise TaxonomyError(file.name, None, "is given twice with different content")
    if not files:
        raise TaxonomyError(", ".join(map(str, paths)), None, "holds no file of the classification")
    return files


def _version_in(paths: Sequence[Path]) -> str | None:
    names = (match[1] for path in paths if (match := re.search(r"(?<![\d.])v?(\d\.\d\.\d)(?![\d.])", path.name)))
    return next(names, None)


def _released(version: str | None, skills: int, occupations: int, relations: int) -> str | None:
    """The version that was named or is recognised, once the files are as long as those of that release."""
    if not version:
        sizes = {size[:2]: release for release, size in _RELEASES.items()}
        version = sizes.get((skills, occupations))
    for name, seen, needed in zip(
        ("skills_en.csv", "occupations_en.csv", "occupationSkillRelations.csv"),
        (skills, occupations, relations),
        _RELEASES.get(version or "", ()),
        strict=False,
    ):
        if needed is not None and seen != needed:
            raise TaxonomyError(name, seen + 2, f"ESCO {version} has {needed} rows here, the file {seen} (truncated?)")
    return version


def _optional(value: str) -> str | None:
    return value or None


class _Reading:
    """The state of one reading: what is known so far, so that later files can be checked against it."""

    def __init__(self, files: dict[tuple[str, str], CsvFile], on_progress: Progress | None) -> None:
        self._files = files
        self._on_progress = on_progress

    def taxonomy(self, version: str | None, digest: str) -> Taxonomy:
        names = tuple(sorted(file.name for file in self._files.values()))
        # English label files do not make a classification; any of the nine official ones does.
        whole = any((stem, language) in self._files for stem in _REQUIRED for language in ("en", ""))
        # The green collection repeats labels of skills; the files of skills come later by name and speak last.
        each = (label for key in sorted(self._files) for label in self._labels(*key))
        labels = list({(label.uri, label.language): label for label in each}.values())
        if not whole:
            return Taxonomy(version or f"content-{digest[:12]}", digest, names, labels=labels)
        self._require_all()

        skill_groups = list(self._skill_groups())
        isco_groups = list(self._isco_groups())
        skills = list(self._skills())
        occupations = list(self._occupations({group.code for group in isco_groups}))
        known: dict[Kind, set[str]] = {
            "skill": {skill.uri for skill in skills},
            "occupation": {occupation.uri for occupation in occupations},
            "isco_group": {group.uri for group in isco_groups},
            "skill_group": {group.uri for group in skill_groups},
        }
        sizes: dict[Kind, int] = {kind: len(uris) for kind, uris in known.items()}
        relations, relations_rejected = self._relations(known["occupation"], known["skill"])
        read_in_all = len(relations) + len(relations_rejected)
        version = _released(version, len(skills), len(occupations), read_in_all) or f"content-{digest[:12]}"
        other: list[Rejected] = []
        skill_pillar = known["skill"] | known["skill_group"]
        occupation_pillar = known["occupation"] | known["isco_group"]
        return Taxonomy(
            version=version,
            digest=digest,
            files=names,
            skills=skills,
            occupations=occupations,
            isco_groups=isco_groups,
            skill_groups=skill_groups,
            relations=relations,
            skill_relations=list(self._skill_relations(known["skill"], other)),
            broader_skills=list(self._broader("broaderRelationsSkillPillar", skill_pillar, other)),
            broader_occupations=list(self._broader("broaderRelationsOccPillar", occupation_pillar, other)),
            labels=labels,
            relations_read=read_in_all,
            relations_rejected=relations_rejected,
            other_rejected=other,
            gaps=find_gaps(labels, dict(known), sizes),
        )

    def _require_all(self) -> None:
        for stem in _REQUIRED:
            if not {(stem, "en"), (stem, "")} & self._files.keys():
                name = f"{stem}_en.csv" if stem in _CONCEPTS else f"{stem}.csv"
                raise TaxonomyError(name, None, "is missing from the export")

    def _file(self, stem: str) -> CsvFile:
        return self._files.get((stem, "en")) or self._files[stem, ""]

    def _rows(self, file: CsvFile, *columns: str) -> Iterator[Row]:
        return rows(file, columns, self._on_progress)

    def _concepts(self, file: CsvFile, kind: Kind, *columns: str, once: bool = True) -> Iterator[Row]:
        """Rows of concepts: `columns` begin with the URI and the preferred label."""
        seen: dict[str, int] = {}
        for row in self._rows(file, *columns):
            uri, label = row.values[0], row.values[1]
            if not _URI[kind].fullmatch(uri):
                raise TaxonomyError(file.name, row.line, f"no URI of an ESCO {kind.replace('_', ' ')}: {uri[:100]!r}")
            if not label:
                raise TaxonomyError(file.name, row.line, "the preferred label is empty")
            if once and uri in seen:
                raise TaxonomyError(file.name, row.line, f"names a concept again that line {seen[uri]} names")
            seen[uri] = row.line
            yield row
        if not seen:
            raise TaxonomyError(file.name, None, "holds no rows")

    def _skills(self) -> Iterator[Skill]:
        green_file = self._file("greenSkillsCollection")
        green = {
            row.values[0]: row.line
            for row in self._concepts(green_file, "skill", "conceptUri", "preferredLabel", "skillType")
        }
        file = self._file("skills")
        columns = ("conceptUri", "preferredLabel", "skillType", "reuseLevel", "altLabels", "description")
        for line, (uri, label, kind, reuse, alt, description) in self._concepts(file, "skill", *columns):
            if kind not in _SKILL_TYPES:
                raise TaxonomyError(file.name, line, f"unknown skillType {kind[:50]!r}")
            if reuse not in _REUSE_LEVELS:
                raise TaxonomyError(file.name, line, f"unknown reuseLevel {reuse[:50]!r}")
            flag = green.pop(uri, None) is not None
            yield Skill(uri, _optional(kind), _optional(reuse), label, alternatives(alt, label), description, flag)
        for uri, line in green.items():
            raise TaxonomyError(green_file.name, line, f"names a skill that {file.name} lacks: {uri}")

    def _occupations(self, isco: Container[str]) -> Iterator[Occupation]:
        file = self._file("occupations")
        columns = ("conceptUri", "preferredLabel", "iscoGroup", "code?", "altLabels", "description")
        for line, (uri, label, group, code, alt, description, note) in self._concepts(
            file, "occupation", *columns, "regulatedProfessionNote"
        ):
            if group not in isco:
                raise TaxonomyError(file.name, line, f"no ISCO-08 group of the export: {group[:20]!r}")
            regulated = note.rsplit("/", 1)[-1] == "regulated"
            yield Occupation(uri, group, code, label, alternatives(alt, label), description, regulated)

    def _isco_groups(self) -> Iterator[IscoGroup]:
        file = self._file("ISCOGroups")
        columns = ("conceptUri", "preferredLabel", "code", "description?")
        for line, (uri, label, code, description) in self._concepts(file, "isco_group", *columns):
            if not uri.endswith(f"/C{code}"):
                raise TaxonomyError(file.name, line, f"the code {code[:20]!r} is not that of the URI (lost zeros?)")
            yield IscoGroup(uri, code, label, description)

    def _skill_groups(self) -> Iterator[SkillGroup]:
        columns = ("conceptUri", "preferredLabel", "code?", "altLabels", "description")
        for _, (uri, label, code, alt, description) in self._concepts(
            self._file("skillGroups"), "skill_group", *columns
        ):
            yield SkillGroup(uri, code, label, alternatives(alt, label), description)

    def _relations(self, occupations: Container[str], skills: Container[str]) -> tuple[list[Relation], list[Rejected]]:
        file = self._file("occupationSkillRelations")
        loaded: dict[tuple[str, str], Relation] = {}
        rejected: list[Rejected] = []
        columns = ("occupationUri", "relationType", "skillType", "skillUri")
        for line, (occupation, relation, _, skill) in self._rows(file, *columns):
            self._check(file, line, "occupation", occupation)
            essential = self._check(file, line, "skill", skill, relation)
            if occupation not in occupations:
                rejected.append(Rejected(file.name, line, f"unknown occupation {occupation}"))
            elif skill not in skills:
                rejected.append(Rejected(file.name, line, f"unknown skill {skill}"))
            elif (occupation, skill) in loaded:
                rejected.append(Rejected(file.name, line, f"says again that {occupation} asks for {skill}"))
            else:
                loaded[occupation, skill] = Relation(occupation, skill, essential)
        if not loaded or len(rejected) > _MOST_REJECTED * (len(loaded) + len(rejected)):
            first = rejected[0] if rejected else Rejected(file.name, 2, "no rows")
            problem = f"{len(rejected)} relations have no concept: is another file cut or of another version?"
            raise TaxonomyError(file.name, first.line, f"{problem} First: {first.reason}")
        return list(loaded.values()), rejected

    def _check(self, file: CsvFile, line: int, kind: Kind, uri: str, relation: str = "essential") -> bool:
        """Whether the relation is essential, once the row has the shape of one."""
        if not _URI[kind].fullmatch(uri):
            raise TaxonomyError(file.name, line, f"no URI of an ESCO {kind}: {uri[:100]!r}")
        if relation not in _RELATION_TYPES:
            raise TaxonomyError(file.name, line, f"unknown relationType {relation[:50]!r}")
        return _RELATION_TYPES[relation]

    def _skill_relations(self, skills: Container[str], rejected: list[Rejected]) -> Iterator[SkillRelation]:
        file = self._file("skillSkillRelations")
        columns = ("originalSkillUri", "relationType", "relatedSkillUri")
        for line, (skill, relation, related) in self._rows(file, *columns):
            self._check(file, line, "skill", related)
            essential = self._check(file, line, "skill", skill, relation)
            unknown = [uri for uri in (skill, related) if uri not in skills]
            if unknown:
                rejected.append(Rejected(file.name, line, f"unknown skill {unknown[0]}"))
            else:
                yield SkillRelation(skill, related, essential)

    def _broader(self, stem: str, concepts: Container[str], rejected: list[Rejected]) -> Iterator[Broader]:
        file = self._file(stem)
        whole = re.compile("|".join(pattern.pattern for pattern in _URI.values()))
        for line, pair in self._rows(file, "conceptUri", "broaderUri"):
            for uri in pair:
                if not whole.fullmatch(uri):
                    raise TaxonomyError(file.name, line, f"no ESCO URI: {uri[:100]!r}")
            unknown = [uri for uri in pair if uri not in concepts]
            if unknown:
                rejected.append(Rejected(file.name, line, f"unknown concept {unknown[0]}"))
            else:
                yield Broader(*pair)

    def _labels(self, stem: str, language: str) -> Iterator[Label]:
        if stem not in _CONCEPTS or language in {"", "en"}:
            return
        kind = _CONCEPTS[stem]
        file = self._files[stem, language]
        columns = ("conceptUri", "preferredLabel", "altLabels")
        # Labels of 1.2.1 repeat four occupations that were changed twice.
        for _, (uri, label, alt) in self._concepts(file, kind, *columns, once=False):
            yield Label(uri, kind, language, label, alternatives(alt, label))
