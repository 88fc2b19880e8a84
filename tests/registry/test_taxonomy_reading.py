"""Reading ESCO exports: the real one when it is there, and every way in which the sample can be broken."""

import csv
import os
import shutil
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from services.cli.sample import ESCO, ESCO_VERSION
from services.registry.taxonomy.csvfile import alternatives
from services.registry.taxonomy.reading import TaxonomyError, read
from services.registry.taxonomy.records import Taxonomy

DATA = Path(os.environ.get("PASSERELLE_DATA", Path(__file__).parents[3] / "shared" / "data"))
REAL = DATA / "esco-1.1.1"
LABELS = DATA / "esco-labels"


@pytest.fixture(scope="module")
def real() -> Taxonomy:
    if not REAL.is_dir():
        pytest.skip(f"the official ESCO export is not at {REAL}; set PASSERELLE_DATA")
    started = time.perf_counter()
    taxonomy = read([REAL, LABELS])
    print(f"ESCO 1.1.1 with labels in three languages: {time.perf_counter() - started:.1f} s")
    return taxonomy


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A copy of the sample that a test may break."""
    return Path(shutil.copytree(ESCO, tmp_path / "export"))


def test_real_export_counts(real: Taxonomy) -> None:
    assert {name: count for name, count in real.counts.items() if name != "labels"} == {
        "skills": 13_896,
        "occupations": 3_007,
        "isco_groups": 619,
        "skill_groups": 640,
        "green_skills": 570,
        "relations_read": 123_855,
        "relations_loaded": 123_788,
        "relations_rejected": 67,
    }


def test_real_export_version_is_recognised(real: Taxonomy) -> None:
    assert real.version == "1.1.1"


def test_real_rejections_name_line_and_unknown_occupation(real: Taxonomy) -> None:
    known = {occupation.uri for occupation in real.occupations}
    with zipfile.ZipFile(REAL / "relations.zip") as archive:
        lines = archive.read("occupationSkillRelations.csv").decode().split("\n")
    for rejected in real.relations_rejected:
        occupation = lines[rejected.line - 1].split(",")[0]
        assert occupation not in known, f"line {rejected.line} names a known occupation"
        assert rejected.reason == f"unknown occupation {occupation}"


def test_real_relations_keep_essential_and_optional_apart(real: Taxonomy) -> None:
    unknown = "a9e54177-a185-404d-b6e6-15663d31137e"
    with zipfile.ZipFile(REAL / "relations.zip") as archive:
        rows = csv.DictReader(archive.read("occupationSkillRelations.csv").decode().splitlines())
        essential = sum(row["relationType"] == "essential" and unknown not in row["occupationUri"] for row in rows)
    assert sum(relation.essential for relation in real.relations) == essential


def test_real_label_gaps_are_reported_by_language(real: Taxonomy) -> None:
    gaps = {(gap.language, gap.kind): gap for gap in real.gaps}
    assert {language for language, _ in gaps} == {"ar", "fr", "nl"}
    arabic = gaps["ar", "occupation"]
    assert (arabic.concepts, arabic.labelled, arabic.unknown) == (3_007, 2_939, 3)


def test_real_export_cut_at_the_end_of_a_row_is_seen(tmp_path: Path) -> None:
    if not REAL.is_dir():
        pytest.skip(f"the official ESCO export is not at {REAL}; set PASSERELLE_DATA")
    for name in ("en.zip", "relations.zip"):
        with zipfile.ZipFile(REAL / name) as archive:
            archive.extractall(tmp_path)
    relations = tmp_path / "occupationSkillRelations.csv"
    relations.write_bytes(b"".join(relations.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(TaxonomyError, match=r"occupationSkillRelations.csv, line 123856: .*123855 rows"):
        read([tmp_path])


def test_sample_is_large_enough_and_whole() -> None:
    sample = read([ESCO], version=ESCO_VERSION)
    assert len(sample.occupations) >= 60
    assert len(sample.skills) >= 600
    assert not sample.relations_rejected
    assert not sample.other_rejected


def test_every_sample_skill_and_occupation_hangs_in_the_hierarchy() -> None:
    sample = read([ESCO])
    placed = {pair.narrower for pair in (*sample.broader_skills, *sample.broader_occupations)}
    loose = [c.label for c in (*sample.skills, *sample.occupations) if c.uri not in placed]
    assert loose == []


def test_folder_and_zip_read_the_same(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "sample.zip", "w") as archive:
        for file in ESCO.glob("*.csv"):
            archive.write(file, f"some folder/{file.name}")
    assert read([tmp_path / "sample.zip"]) == read([ESCO])


def test_labels_of_a_language_can_be_read_alone() -> None:
    french = read([ESCO / "skills_labels_fr.csv", ESCO / "occupations_fr.csv"], version="1.2.1")
    assert french.labels_only
    assert {label.language for label in french.labels} == {"fr"}
    assert {label.kind for label in french.labels} == {"skill", "occupation"}


@pytest.mark.parametrize("separated", ["one\ntwo", "one\r\ntwo", "one | two", "one | main | two"])
def test_alternative_labels_in_both_layouts(separated: str) -> None:
    assert alternatives(separated, "main") == ["one", "two"]


def test_progress_reaches_the_end_of_every_file() -> None:
    last: dict[str, tuple[int, int]] = {}
    sample = read([ESCO], on_progress=lambda file, done, total: last.__setitem__(file, (done, total)))
    assert set(last) == set(sample.files)
    assert all(done == total for done, total in last.values())


def test_version_from_the_name_of_an_official_zip(tmp_path: Path) -> None:
    export = shutil.copytree(ESCO, tmp_path / "ESCO dataset - v1.2.1 - classification - en - csv")
    assert read([Path(export)]).version == "1.2.1"


def test_a_release_shorter_than_published_is_refused() -> None:
    with pytest.raises(TaxonomyError, match=r"ESCO 1\.1\.1 has 13896 rows here"):
        read([ESCO], version="1.1.1")


def _edit(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def apply(export: Path) -> None:
        file = export / name
        file.write_bytes(change(file.read_bytes()))

    return apply


def _without_column(content: bytes) -> bytes:
    return content.replace(b",preferredLabel,", b",label,", 1)


def _cut_in_a_quoted_field(content: bytes) -> bytes:
    return content[: content.rindex(b'"') - 5]


def _copy(source: str, target: str) -> Callable[[Path], None]:
    def apply(export: Path) -> None:
        shutil.copy(export / source, export / target)

    return apply


@pytest.mark.parametrize(
    ("broken", "file", "line", "problem"),
    [
        pytest.param(_edit("skills_en.csv", _without_column), "skills_en.csv", 1, "lacks the column", id="column"),
        pytest.param(
            _edit("occupations_en.csv", _cut_in_a_quoted_field), "occupations_en.csv", None, "quoted field", id="quote"
        ),
        pytest.param(
            _edit("occupationSkillRelations.csv", lambda content: content[: content.rindex(b"/") + 9]),
            "occupationSkillRelations.csv",
            2936,
            "no URI of an ESCO skill",
            id="cut-row",
        ),
        pytest.param(
            _edit("occupationSkillRelations.csv", lambda content: content.rstrip(b"\r\n")),
            "occupationSkillRelations.csv",
            None,
            "middle of a row",
            id="no-last-newline",
        ),
        pytest.param(
            _copy("occupationSkillRelations.csv", "skills_en.csv"), "skills_en.csv", 1, "lacks the column", id="swapped"
        ),
        pytest.param(
            _edit("skills_labels_fr.csv", lambda content: content.decode().encode("latin-1", "replace")),
            "skills_labels_fr.csv",
            None,
            "not UTF-8",
            id="latin-1",
        ),
        pytest.param(
            _edit("skillGroups_en.csv", lambda content: content.replace(b",released,", b",rele\0ased,", 1)),
            "skillGroups_en.csv",
            2,
            "NUL",
            id="nul",
        ),
        pytest.param(
            _edit("broaderRelationsOccPillar.csv", lambda content: content + b"ISCOGroup,more\n"),
            "broaderRelationsOccPillar.csv",
            696,
            "has 2 fields",
            id="ragged",
        ),
        pytest.param(
            _edit("ISCOGroups_en.csv", lambda content: content.replace(b"C0110,0110,", b"C0110,110,")),
            "ISCOGroups_en.csv",
            None,
            "lost zeros",
            id="lost-zeros",
        ),
        pytest.param(
            _edit("skills_en.csv", lambda content: content + content.split(b"\r\n", 1)[1]),
            "skills_en.csv",
            None,
            "names a concept again",
            id="twice",
        ),
        pytest.param(
            lambda export: (export / "skillSkillRelations.csv").unlink(),
            "skillSkillRelations.csv",
            None,
            "missing from the export",
            id="missing-file",
        ),
        pytest.param(
            lambda export: (export / "notes.csv").write_text("a,b\n"), "notes.csv", None, "not a file of", id="unknown"
        ),
        pytest.param(
            lambda export: (export / "more.zip").write_bytes(b"PK\3\4 no zip"), "more.zip", None, "zip", id="bad-zip"
        ),
    ],
)
def test_a_broken_file_is_named(
    export: Path, broken: Callable[[Path], None], file: str, line: int | None, problem: str
) -> None:
    broken(export)
    with pytest.raises(TaxonomyError) as raised:
        read([export])
    assert raised.value.file == file
    assert problem in raised.value.problem
    if line:
        assert raised.value.line == line


def test_most_relations_without_concept_point_at_another_file(export: Path) -> None:
    occupations = export / "occupations_en.csv"
    with occupations.open(newline="", encoding="utf-8") as source:
        rows = list(csv.reader(source))
    with occupations.open("w", newline="", encoding="utf-8") as target:
        csv.writer(target).writerows(rows[:40])
    with pytest.raises(TaxonomyError, match="is another file cut"):
        read([export])


def test_a_damaged_zip_is_named(tmp_path: Path) -> None:
    path = tmp_path / "damaged.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(ESCO / "skills_en.csv", "skills_en.csv")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(TaxonomyError, match=r"damaged.zip: is a damaged or locked zip"):
        read([path])


def test_nothing_at_the_path_is_said(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match="does not exist"):
        read([tmp_path / "nowhere"])
