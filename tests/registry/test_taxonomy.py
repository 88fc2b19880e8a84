"""The taxonomy: imported whole or not at all, read in the reader's language, kept as a snapshot."""

import asyncio
import os
import resource
import shutil
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.cli.sample import ESCO, ESCO_VERSION
from services.cli.taxonomy import import_ as taxonomy_command
from services.kit import tenancy
from services.kit.db import Database
from services.kit.languages import preferred
from services.registry.models.taxonomy import green_uris, unknown_concepts
from services.registry.taxonomy.csvfile import TaxonomyError
from services.registry.taxonomy.importing import ImportReport, import_taxonomy
from services.registry.taxonomy.languages import fold
from services.registry.taxonomy.schemas import SnapshotOut
from tests.conftest import House

DATA = Path(os.environ.get("PASSERELLE_DATA", Path(__file__).parents[3] / "shared" / "data"))
REAL = DATA / "esco-1.1.1"
LABELS = DATA / "esco-labels"
TABLES = (
    "taxonomies",
    "skills",
    "occupations",
    "isco_groups",
    "skill_groups",
    "occupation_skills",
    "skill_relations",
    "broader_concepts",
    "concept_labels",
    "taxonomy_snapshots",
)
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason=f"the official ESCO export is not at {REAL}")

Get = Callable[..., Awaitable[Any]]


@pytest.fixture
def registry(house: House) -> Database:
    return house.databases["registry"]


@pytest.fixture
async def sample(registry: Database) -> ImportReport:
    return await import_taxonomy(registry, [ESCO], ESCO_VERSION)


@pytest.fixture
async def get(house: House, sample: ImportReport) -> Get:
    """GET as an ordinary client, expecting 200; the parsed body unless `whole`."""

    async def fetch(path: str, whole: bool = False, language: str = "", **params: Any) -> Any:
        async with await house.act("READER", "counsellor") as http:
            answer = await http.get(path, params=params, headers={"Accept-Language": language} if language else {})
        assert answer.status_code == 200, answer.text
        return answer if whole else answer.json()

    return fetch


async def contents(database: Database, tenant: str = tenancy.HOUSE) -> dict[str, tuple[int, str | None]]:
    """Rows and a checksum of each table, as `tenant` sees them."""
    async with database.transaction(tenant) as session:
        return {
            table: tuple(
                (
                    await session.execute(
                        text(f"SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} AS t")
                    )
                ).one()
            )
            for table in TABLES
        }


async def told(database: Database) -> list[dict[str, Any]]:
    async with database.transaction(tenancy.HOUSE) as session:
        found = await session.scalars(text("SELECT data FROM events WHERE type LIKE '%taxonomy%' ORDER BY id"))
        return list(found)


# Importing


async def test_import_loads_what_the_files_hold_and_tells(registry: Database, sample: ImportReport) -> None:
    rows = {table: count for table, (count, _) in (await contents(registry)).items()}
    assert sample.changed
    assert rows["taxonomies"] == rows["taxonomy_snapshots"] == 1
    assert (rows["skills"], rows["occupations"]) == (sample.skills, sample.occupations)
    assert rows["occupation_skills"] == sample.relations_loaded == sample.relations_read - sample.relations_rejected
    assert rows["concept_labels"] == sum(counts["matched"] for counts in sample.labels.values())
    assert await told(registry) == [
        {"version": ESCO_VERSION, "skills": sample.skills, "occupations": sample.occupations}
    ]


async def test_second_import_changes_nothing_and_says_so(registry: Database, sample: ImportReport) -> None:
    before = await contents(registry)
    again = await import_taxonomy(registry, [ESCO], ESCO_VERSION)
    assert again == ImportReport(**{name: getattr(sample, name) for name in sample.__slots__} | {"changed": False})
    assert await contents(registry) == before
    assert len(await told(registry)) == 1


async def test_broken_file_is_named_with_its_line_and_changes_nothing(
    registry: Database, sample: ImportReport, tmp_path: Path
) -> None:
    before = await contents(registry)
    export = Path(shutil.copytree(ESCO, tmp_path / "export"))
    broken = export / "occupationSkillRelations.csv"
    content = broken.read_bytes()
    broken.write_bytes(content[: len(content) // 2])
    with pytest.raises(TaxonomyError, match=r"occupationSkillRelations\.csv, line \d+: ") as caught:
        await import_taxonomy(registry, [export], "next")
    assert caught.value.line == content[: len(content) // 2].count(b"\n") + 1
    assert await contents(registry) == before


async def test_failure_after_reading_changes_nothing(registry: Database, sample: ImportReport) -> None:
    before = await contents(registry)

    def fail(what: str, done: int, total: int) -> None:
        if what == "concept_labels":
            raise RuntimeError("the screen is gone")

    with pytest.raises(RuntimeError, match="the screen is gone"):
        await import_taxonomy(registry, [ESCO], "another", fail)
    assert await contents(registry) == before


async def test_labels_come_later_and_their_gaps_are_reported(registry: Database, tmp_path: Path, house: House) -> None:
    export = Path(shutil.copytree(ESCO, tmp_path / "export"))
    french = export / "skills_labels_fr.csv"
    later = tmp_path / french.name
    lines = french.read_text(encoding="utf-8").splitlines(keepends=True)
    stranger = "http://data.europa.eu/esco/skill/00000000-0000-4000-8000-000000000000"
    later.write_text("".join([*lines, f"{stranger},compétence d'une autre version,\n"]), encoding="utf-8")
    for file in export.glob("*_fr.csv"):
        file.unlink()
    first = await import_taxonomy(registry, [export], "v")
    assert "fr" not in first.labels
    second = await import_taxonomy(registry, [later])
    assert second.version == "v"
    assert second.labels["fr"]["unmatched"] == 1
    assert second.labels["fr"]["matched"] == len(lines) - 1
    assert second.labels["nl"] == first.labels["nl"]
    assert [event["version"] for event in await told(registry)] == ["v", "v"]
    assert not (await import_taxonomy(registry, [later])).changed


async def test_labels_without_a_classification_are_refused(registry: Database) -> None:
    with pytest.raises(TaxonomyError, match="labels need the English export"):
        await import_taxonomy(registry, [ESCO / "skills_labels_fr.csv"])


async def test_last_import_is_the_version_in_force(registry: Database, sample: ImportReport, get: Get) -> None:
    await import_taxonomy(registry, [ESCO], "newer")
    await import_taxonomy(registry, [ESCO], ESCO_VERSION)
    versions = (await get("/v1/taxonomies"))["items"]
    assert {item["version"]: item["active"] for item in versions} == {ESCO_VERSION: True, "newer": False}
    assert [event["version"] for event in await told(registry)] == [ESCO_VERSION, "newer", ESCO_VERSION]


async def test_without_a_tenant_there_are_no_rows_and_only_the_house_writes(
    house: House, registry: Database, sample: ImportReport
) -> None:
    assert {count for count, _ in (await contents(registry, tenant="")).values()} == {0}
    async with registry.transaction("") as session:
        found = await session.scalar(text("SELECT count(*) FROM find_concepts('skill', '{en}', 'energy', 5)"))
    assert found == 0
    partner = await house.organisation("PARTNER")
    assert await contents(registry, tenant=partner) == await contents(registry)
    async with registry.transaction(partner) as session:
        changed = await session.execute(text("UPDATE skills SET green = NOT green"))
    assert changed.rowcount == 0  # type: ignore[attr-defined]


@needs_real
async def test_official_export_within_a_minute(registry: Database, house: House) -> None:
    started = time.perf_counter()
    report = await import_taxonomy(registry, [REAL, LABELS])
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"ESCO 1.1.1 with three languages imported in {seconds:.1f} s; peak memory of the tests {peak:.0f} MB")
    assert (report.version, report.skills, report.occupations) == ("1.1.1", 13_896, 3_007)
    assert (report.relations_read, report.relations_loaded, report.relations_rejected) == (123_855, 123_788, 67)
    rows = {table: count for table, (count, _) in (await contents(registry)).items()}
    assert (rows["skills"], rows["occupations"], rows["occupation_skills"]) == (13_896, 3_007, 123_788)
    assert report.labels["ar"] == {"matched": 2_939, "unmatched": 3, "missing": 18_162 - 2_939}
    assert not (await import_taxonomy(registry, [REAL, LABELS])).changed
    async with await house.ops() as http:
        for words in ("welding", "instal solar panel", "soudure"):
            started = time.perf_counter()
            found = await http.get("/v1/skills", params={"search": words}, headers={"Accept-Language": "fr"})
            print(f"{words}: {1000 * (time.perf_counter() - started):.0f} ms, {found.json()['items'][0]['label']}")
        started = time.perf_counter()
        answer = await http.get("/v1/taxonomy/snapshot")
        length = int(answer.headers["content-length"]) / 1e6
        print(f"snapshot: {1000 * (time.perf_counter() - started):.0f} ms, {length:.2f} MB compressed")
    assert len(answer.json()["skills"]) == 13_896


async def test_command_imports_and_names_what_is_wrong(
    registry: Database, database_urls: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = database_urls["DATABASE_URL_REGISTRY"]
    for expected in ("ESCO 1.2.0-sample", "nothing changed"):
        await asyncio.to_thread(taxonomy_command, [ESCO], version=ESCO_VERSION, database_url=url)
        assert expected in capsys.readouterr().out
    export = Path(shutil.copytree(ESCO, tmp_path / "export"))
    with (export / "occupations_en.csv").open("a") as file:
        file.write("Occupation,http://data.eur")
    with pytest.raises(SystemExit) as ended:
        await asyncio.to_thread(taxonomy_command, [export], database_url=url)
    assert ended.value.code == 1
    assert "occupations_en.csv, line " in capsys.readouterr().err


# Reading


async def test_skills_page_once_through_all_in_order(registry: Database, get: Get) -> None:
    async with registry.transaction(tenancy.HOUSE) as session:
        listed = await session.scalars(text("SELECT uri FROM skills WHERE reuse_level = 'cross-sector' ORDER BY uri"))
        wanted = list(listed)
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 40, "reuse_level": "cross-sector"}
    while True:
        page = await get("/v1/skills", **params)
        seen += [item["uri"] for item in page["items"]]
        if "next" not in page:
            break
        params["cursor"] = page["next"]
    assert len(wanted) > 40
    assert seen == wanted


async def test_green_filter_gives_green_skills_only(get: Get) -> None:
    green = (await get("/v1/skills", green=True, limit=100))["items"]
    other = (await get("/v1/skills", green=False, limit=100))["items"]
    assert {item["green"] for item in green} == {True}
    assert {item["green"] for item in other} == {False}


async def test_labels_follow_the_reader_and_fall_back_to_english(get: Get) -> None:
    french = await get("/v1/occupations", whole=True, language="fr-BE, en;q=0.3", limit=5)
    assert french.headers["Content-Language"] == "fr"
    assert "Accept-Language" in french.headers["Vary"]
    unknown = await get("/v1/occupations", whole=True, language="sw", limit=5)
    assert unknown.headers["Content-Language"] == "en"
    both = await get("/v1/skills", whole=True, language="ar", limit=5)
    assert both.headers["Content-Language"] == "en"
    assert {item["language"] for item in both.json()["items"]} == {"en"}
    arabic = (await get("/v1/occupations", language="ar", limit=100))["items"]
    assert "ar" in {item["language"] for item in arabic}


@pytest.mark.parametrize("kind", ["skills", "occupations"])
@pytest.mark.parametrize("language", ["en", "fr", "nl", "ar"])
async def test_search_finds_a_concept_by_its_own_label(get: Get, kind: str, language: str) -> None:
    known = (await get(f"/v1/{kind}", language=language, limit=100))["items"]
    label = next((item["label"] for item in known if item["language"] == language), known[0]["label"])
    found = (await get(f"/v1/{kind}", language=language, search=label[:100].upper(), limit=5))["items"]
    assert label in [item["label"] for item in found]


@pytest.mark.parametrize("words", ["renewabel energy enginer", "Rénéwable ÉNERGY"])
async def test_search_forgives_accents_and_slips(get: Get, words: str) -> None:
    found = (await get("/v1/occupations", search=words, limit=5))["items"]
    assert found[0]["label"] == "renewable energy engineer"


@pytest.mark.parametrize("words", ["%_\\", "' OR 1=1 --", "\u202e\ufeff", "𒀀" * 100, "a", "(((", "ﷺ" * 100, "\ud7ff"])
async def test_hostile_words_find_nothing_or_something_but_do_no_harm(get: Get, words: str) -> None:
    for path in ("/v1/skills", "/v1/occupations"):
        assert isinstance((await get(path, search=words))["items"], list)


@pytest.mark.parametrize("words", ["", "x" * 101, "a\x00b", "\n"])
async def test_impossible_words_are_refused(house: House, words: str) -> None:
    async with await house.act("READER", "counsellor") as http:
        answer = await http.get("/v1/skills", params={"search": words})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")


async def test_skills_of_an_occupation_say_how_it_needs_them(get: Get) -> None:
    occupation = (await get("/v1/occupations", limit=1))["items"][0]
    whole = await get("/v1/occupations/skills", uri=occupation["uri"])
    listed = (await get("/v1/skills", occupation=occupation["uri"], limit=100))["items"]
    relation = {item["uri"]: item["relation"] for item in listed}
    assert relation == {
        **{item["uri"]: "essential" for item in whole["essential"]},
        **{item["uri"]: "optional" for item in whole["optional"]},
    }
    assert whole["essential"]
    assert whole["label"] == occupation["label"]


async def test_skills_of_an_unknown_occupation_are_not_found(house: House, sample: ImportReport) -> None:
    uri = "http://data.europa.eu/esco/occupation/00000000-0000-4000-8000-000000000000"
    async with await house.act("READER", "counsellor") as http:
        answer = await http.get("/v1/occupations/skills", params={"uri": uri})
    assert answer.status_code == 404


async def test_uris_are_looked_up_together(get: Get) -> None:
    uris = [item["uri"] for item in (await get("/v1/skills", limit=50))["items"]]
    assert [item["uri"] for item in (await get("/v1/skills", uri=uris, limit=100))["items"]] == uris


async def test_isco_groups_keep_leading_zeros_and_know_their_parent(get: Get) -> None:
    top = (await get("/v1/isco-groups", code=["0", "7"]))["items"]
    assert [item["code"] for item in top] == ["0", "7"]
    inside = (await get("/v1/isco-groups", parent="01"))["items"]
    assert {item["parent"] for item in inside} == {"01"}
    assert {len(item["code"]) for item in inside} == {3}


async def test_reading_needs_the_scope(house: House) -> None:
    async with house.anonymous("registry") as http:
        assert (await http.get("/v1/skills")).status_code == 401


# The snapshot


async def test_snapshot_has_its_documented_shape_and_agrees_with_the_lists(get: Get, sample: ImportReport) -> None:
    answer = await get("/v1/taxonomy/snapshot", whole=True)
    snapshot = SnapshotOut.model_validate_json(answer.content)
    assert snapshot.version == ESCO_VERSION
    assert (len(snapshot.skills), len(snapshot.occupations)) == (sample.skills, sample.occupations)
    assert sum(map(len, snapshot.essential)) + sum(map(len, snapshot.optional)) == sample.relations_loaded
    assert set(snapshot.labels) == set(sample.labels) - {"en"}
    for place in (0, len(snapshot.occupations) - 1):
        whole = await get("/v1/occupations/skills", uri=snapshot.occupations[place][0])
        numbered = [snapshot.skills[number][0] for number in snapshot.essential[place]]
        assert numbered == [item["uri"] for item in whole["essential"]]
    first = (await get("/v1/skills", uri=snapshot.skills[0][0]))["items"][0]
    assert snapshot.skills[0] == (first["uri"], int(first["green"]), first["reuse_level"], first["label"])
    assert sorted(b for n, b in snapshot.broader if n == first["uri"]) == first["broader"]


async def test_snapshot_is_sent_once(house: House, sample: ImportReport) -> None:
    async with await house.act("READER", "counsellor") as http:
        zipped = await http.get("/v1/taxonomy/snapshot")
        plain = await http.get("/v1/taxonomy/snapshot", headers={"Accept-Encoding": "identity"})
        known = await http.get("/v1/taxonomy/snapshot", headers={"If-None-Match": zipped.headers["ETag"]})
        other = await http.get("/v1/taxonomy/snapshot", headers={"If-None-Match": '"another"'})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert zipped.json() == plain.json()
    assert zipped.headers["ETag"] == plain.headers["ETag"][:-1] + '-gzip"'
    assert (known.status_code, known.content) == (304, b"")
    assert other.status_code == 200


async def test_etag_follows_the_content_alone(registry: Database, get: Get, tmp_path: Path) -> None:
    before = (await get("/v1/taxonomy/snapshot", whole=True)).headers["ETag"]
    export = Path(shutil.copytree(ESCO, tmp_path / "export"))
    file = export / "skills_en.csv"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())  # other bytes, the same content
    assert (await import_taxonomy(registry, [export], ESCO_VERSION)).changed
    assert (await get("/v1/taxonomy/snapshot", whole=True)).headers["ETag"] == before
    assert len(await told(registry)) == 1
    (export / "skills_labels_fr.csv").unlink()
    (export / "occupations_fr.csv").write_text(
        (export / "occupations_fr.csv").read_text(encoding="utf-8").replace("isolation", "isolement"), encoding="utf-8"
    )
    await import_taxonomy(registry, [export], ESCO_VERSION)
    assert (await get("/v1/taxonomy/snapshot", whole=True)).headers["ETag"] != before
    assert len(await told(registry)) == 2


async def test_no_taxonomy_gives_empty_lists_and_no_snapshot(house: House) -> None:
    async with await house.act("READER", "counsellor") as http:
        for path in ("skills", "occupations", "isco-groups", "taxonomies"):
            assert (await http.get(f"/v1/{path}")).json() == {"items": []}, path
        missing = await http.get("/v1/taxonomy/snapshot")
    assert (missing.status_code, missing.json()["code"]) == (404, "no_taxonomy")


# What other parts of the registry ask


async def test_unknown_concepts_come_with_the_nearest_known(registry: Database, sample: ImportReport) -> None:
    async with registry.transaction(tenancy.HOUSE) as session:
        uris = list(await session.scalars(text("SELECT uri FROM skills ORDER BY uri LIMIT 3")))
        occupation = str(await session.scalar(text("SELECT min(uri) FROM occupations")))
        mistyped = uris[1][:-1] + ("0" if uris[1][-1] != "0" else "1")
        mistyped_occupation = occupation[:-1] + ("0" if occupation[-1] != "0" else "1")
        found = await unknown_concepts(
            session, [*uris, occupation, mistyped, mistyped_occupation], ["7411", "0310", "7419", "9999"]
        )
    assert set(found) == {mistyped, mistyped_occupation, "7419", "9999"}
    assert found[mistyped][0] == uris[1]
    assert found[mistyped_occupation][0] == occupation
    assert len(found[mistyped]) == len(found["7419"]) == 3
    assert all(code.startswith("741") for code in found["7419"][:2])


async def test_nothing_is_unknown_while_no_taxonomy_is_active(registry: Database) -> None:
    async with registry.transaction(tenancy.HOUSE) as session:
        assert await unknown_concepts(session, ["http://data.europa.eu/esco/skill/x"], ["9999"]) == {}


async def test_green_uris_are_those_of_the_active_version(registry: Database, sample: ImportReport) -> None:
    async with registry.transaction(tenancy.HOUSE) as session:
        green = list(await session.scalars(text("SELECT uri FROM skills WHERE green ORDER BY uri LIMIT 3")))
        other = list(await session.scalars(text("SELECT uri FROM skills WHERE NOT green ORDER BY uri LIMIT 3")))
        assert await green_uris(session, [*green, *other, "http://data.europa.eu/esco/skill/x"]) == set(green)


# Languages


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("FR-be", "fr"),
        ("de, nl;q=0.5, fr;q=0.8", "fr"),
        ("fr;q=0, nl", "nl"),
        ("*", "en"),
        ("fr;q=nonsense, ;;,", "en"),
    ],
)
def test_preferred_language(header: str, language: str) -> None:
    assert preferred(header, ["ar", "en", "fr", "nl"]) == language


@pytest.mark.parametrize(
    ("words", "folded"),
    [
        ("Électricien/électricienne", "electricien electricienne"),
        ("مُهَنْدِس", "مهندس"),
        ("%_\\", ""),
        ("Straße", "strasse"),
    ],
)
def test_fold(words: str, folded: str) -> None:
    assert fold(words) == folded
