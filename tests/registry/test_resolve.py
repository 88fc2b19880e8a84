"""Free text is linked to the taxonomy: ranked, explained, never silently, a partner's own words first."""

import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from services.cli.sample import ESCO, ESCO_VERSION
from services.kit.db import Database
from services.registry.taxonomy.importing import ImportReport, import_taxonomy
from tests.conftest import House

DATA = Path(os.environ.get("PASSERELLE_DATA", Path(__file__).parents[3] / "shared" / "data"))
REAL = DATA / "esco-1.1.1"
Resolve = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def registry(house: House) -> Database:
    return house.databases["registry"]


@pytest.fixture
async def sample(registry: Database) -> ImportReport:
    return await import_taxonomy(registry, [ESCO], ESCO_VERSION)


@pytest.fixture
async def resolve(house: House, sample: ImportReport) -> Resolve:
    """Resolve texts (plain ones, or whole entries), expecting 200."""

    async def ask(*texts: Any, who: str = "ASKER", **more: Any) -> dict[str, Any]:
        body = {"texts": [{"text": each} if isinstance(each, str) else each for each in texts], **more}
        async with await house.act(who, "employer") as http:
            answer = await http.post("/v1/taxonomy:resolve", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    return ask


async def occupation(house: House, number: int = 0) -> dict[str, Any]:
    async with await house.act("ASKER", "employer") as http:
        found = await http.get("/v1/occupations", params={"limit": 50})
    return dict(found.json()["items"][number])


async def confirm(house: House, who: str, text: str, uri: str, **more: Any) -> dict[str, Any]:
    body = {"text": text, "language": "nl", "kind": "OCCUPATION", "uri": uri} | more
    async with await house.act(who, "employer") as http:
        answer = await http.post("/v1/taxonomy/mappings", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_preferred_label_is_a_match_of_its_concept(house: House, resolve: Resolve) -> None:
    wanted = await occupation(house)
    answer = await resolve({"text": wanted["label"].upper(), "language": "en", "kind": "OCCUPATION"})
    best = answer["results"][0]["candidates"][0]
    assert (best["uri"], best["matched_kind"], best["label"]) == (wanted["uri"], "PREFERRED", wanted["label"])


async def test_the_answer_names_version_and_thresholds(resolve: Resolve) -> None:
    answer = await resolve("electrician")
    assert answer["taxonomy_version"] == ESCO_VERSION
    assert 0 < answer["thresholds"]["unsure"] < answer["thresholds"]["match"] < 1


async def test_the_parts_of_a_reason_add_up_to_the_score(resolve: Resolve) -> None:
    answer = await resolve("solar panel fitter", top_k=10)
    for candidate in answer["results"][0]["candidates"]:
        assert sum(part["value"] for part in candidate["reason"]) == pytest.approx(candidate["score"], abs=0.0005)


async def test_results_come_in_the_order_of_the_texts_with_their_ids(resolve: Resolve) -> None:
    texts = [{"text": "plumber", "id": "b"}, {"text": "welder", "id": "a"}, {"text": "plumber", "id": "c"}]
    assert [result["id"] for result in (await resolve(*texts))["results"]] == ["b", "a", "c"]


async def test_letters_without_sense_are_none(resolve: Resolve) -> None:
    result = (await resolve("xqzt wfplk grrkv"))["results"][0]
    assert result["status"] == "NONE"


async def test_signs_without_words_are_none_and_have_no_candidates(resolve: Resolve) -> None:
    result = (await resolve("?!…"))["results"][0]
    assert (result["status"], result["candidates"]) == ("NONE", [])


async def test_candidates_below_the_minimum_score_are_left_out(resolve: Resolve) -> None:
    candidates = (await resolve("electrician", top_k=10, minimum_score=0.6))["results"][0]["candidates"]
    assert candidates
    assert min(candidate["score"] for candidate in candidates) >= 0.6


async def test_labels_come_in_the_language_of_the_text(house: House, resolve: Resolve) -> None:
    uri = (await occupation(house))["uri"]
    async with await house.act("ASKER", "employer") as http:
        french = await http.get("/v1/occupations", params={"uri": uri}, headers={"Accept-Language": "fr"})
    label = french.json()["items"][0]["label"]
    best = (await resolve({"text": label, "language": "fr-BE", "kind": "OCCUPATION"}))["results"][0]["candidates"][0]
    assert (best["uri"], best["label"], best["language"], best["matched_language"]) == (uri, label, "fr", "fr")


async def test_without_a_language_names_in_all_languages_are_looked_at(house: House, resolve: Resolve) -> None:
    uri = (await occupation(house))["uri"]
    async with await house.act("ASKER", "employer") as http:
        dutch = await http.get("/v1/occupations", params={"uri": uri}, headers={"Accept-Language": "nl"})
    best = (await resolve({"text": dutch.json()["items"][0]["label"], "kind": "OCCUPATION"}))["results"][0]
    assert best["candidates"][0]["uri"] == uri


async def test_without_a_kind_skills_and_occupations_are_found(resolve: Resolve) -> None:
    candidates = (await resolve("install photovoltaic systems", top_k=10))["results"][0]["candidates"]
    assert {candidate["kind"] for candidate in candidates} == {"SKILL", "OCCUPATION"}


async def test_the_group_given_raises_what_lies_in_it(house: House, resolve: Resolve) -> None:
    async def score(context: dict[str, str]) -> float:
        text = {"text": wanted["label"], "kind": "OCCUPATION"}
        found = (await resolve(text, top_k=10, context=context))["results"][0]["candidates"]
        return float(next(each["score"] for each in found if each["uri"] == wanted["uri"]))

    wanted = await occupation(house)
    elsewhere = "9" if wanted["isco08"][0] != "9" else "1"
    assert await score({"isco08": wanted["isco08"]}) > await score({"isco08": elsewhere})


async def test_a_confirmed_mapping_comes_first(house: House, resolve: Resolve) -> None:
    wanted = (await occupation(house, 7))["uri"]
    await confirm(house, "ASKER", "Zonnedak-werker", wanted)
    result = (await resolve({"text": "ZONNEDAK WERKER", "language": "nl-BE"}))["results"][0]
    first = result["candidates"][0]
    assert (result["status"], first["uri"], first["score"]) == ("CONFIRMED", wanted, 1.0)
    assert (first["matched_kind"], first["matched_label"]) == ("CONFIRMED_MAPPING", "Zonnedak-werker")


async def test_a_mapping_of_another_language_is_not_used(house: House, resolve: Resolve) -> None:
    await confirm(house, "ASKER", "monteur", (await occupation(house, 7))["uri"])
    assert (await resolve({"text": "monteur", "language": "fr"}))["results"][0]["status"] != "CONFIRMED"


async def test_a_mapping_of_another_organisation_is_not_used(house: House, resolve: Resolve) -> None:
    await confirm(house, "OTHER", "monteur", (await occupation(house, 7))["uri"])
    assert (await resolve({"text": "monteur", "language": "nl"}))["results"][0]["status"] != "CONFIRMED"


async def test_a_mapping_of_another_organisation_is_not_listed(house: House, sample: ImportReport) -> None:
    await confirm(house, "OTHER", "monteur", (await occupation(house, 7))["uri"])
    async with await house.act("ASKER", "employer") as http:
        assert (await http.get("/v1/taxonomy/mappings")).json()["items"] == []


async def test_a_mapping_says_under_which_version_it_was_confirmed(house: House, sample: ImportReport) -> None:
    made = await confirm(house, "ASKER", "monteur", (await occupation(house, 7))["uri"])
    assert made["taxonomy_version"] == ESCO_VERSION


async def test_the_same_word_is_confirmed_once_a_version(house: House, sample: ImportReport) -> None:
    uri = (await occupation(house, 7))["uri"]
    await confirm(house, "ASKER", "monteur", uri)
    async with await house.act("ASKER", "employer") as http:
        body = {"text": "Monteur!", "language": "nl", "kind": "OCCUPATION", "uri": uri}
        assert (await http.post("/v1/taxonomy/mappings", json=body)).status_code == 409


async def test_a_mapping_holds_when_the_next_version_still_has_the_concept(
    house: House, registry: Database, resolve: Resolve
) -> None:
    await confirm(house, "ASKER", "monteur", (await occupation(house, 7))["uri"])
    await import_taxonomy(registry, [ESCO], "next")
    answer = await resolve({"text": "monteur", "language": "nl"})
    assert (answer["taxonomy_version"], answer["results"][0]["status"]) == ("next", "CONFIRMED")


async def test_a_withdrawn_mapping_is_not_used_and_keeps_its_history(house: House, resolve: Resolve) -> None:
    made = await confirm(house, "ASKER", "monteur", (await occupation(house, 7))["uri"])
    path = f"/v1/taxonomy/mappings/{made['id']}"
    async with await house.act("ASKER", "employer") as http:
        gone = await http.delete(path, headers={"If-Match": '"1"', "Change-Reason": "was a guess"})
        history = (await http.get(f"{path}/history")).json()["items"]
    assert gone.status_code == 204
    assert [version["action"] for version in history] == ["INSERT", "DELETE"]
    assert (await resolve({"text": "monteur", "language": "nl"}))["results"][0]["status"] != "CONFIRMED"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"uri": "http://data.europa.eu/esco/occupation/00000000-0000-0000-0000-000000000000"}, "/uri"),
        ({"text": "?!"}, "/text"),
        ({"kind": "SKILL"}, ""),
    ],
    ids=["unknown concept", "no words", "another kind"],
)
async def test_what_cannot_be_confirmed(
    house: House, sample: ImportReport, change: dict[str, str], pointer: str
) -> None:
    body = {"text": "monteur", "language": "nl", "kind": "OCCUPATION", "uri": (await occupation(house))["uri"]} | change
    async with await house.act("ASKER", "employer") as http:
        answer = await http.post("/v1/taxonomy/mappings", json=body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_a_thousand_texts_are_taken_and_one_more_is_not(house: House, resolve: Resolve) -> None:
    texts = [{"text": f"electrician {number}", "kind": "OCCUPATION"} for number in range(1001)]
    assert len((await resolve(*texts[:1000], top_k=1))["results"]) == 1000
    async with await house.act("ASKER", "employer") as http:
        assert (await http.post("/v1/taxonomy:resolve", json={"texts": texts})).status_code == 422


async def test_more_than_ten_candidates_are_refused(house: House, sample: ImportReport) -> None:
    async with await house.act("ASKER", "employer") as http:
        answer = await http.post("/v1/taxonomy:resolve", json={"texts": [{"text": "welder"}], "top_k": 11})
    assert answer.status_code == 422


async def test_without_a_taxonomy_there_is_nothing_to_link_to(house: House) -> None:
    async with await house.act("ASKER", "employer") as http:
        answer = await http.post("/v1/taxonomy:resolve", json={"texts": [{"text": "welder"}]})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_taxonomy")


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the official ESCO export is not at {REAL}; set PASSERELLE_DATA")
async def test_titles_of_real_advertisements_find_real_occupations(house: House, registry: Database) -> None:
    await import_taxonomy(registry, [REAL, DATA / "esco-labels"])
    titles = {
        "elektricien zonnepanelen": "solar energy technician",
        "URGENT : boulanger / boulangère CDI (H/F) réf 2231": "baker",
        "plombier/chauffagiste": "plumber",
        "metselaar m/v Gent": "bricklayer",
        "كهربائي": "electrician",
        "Sofware Developpers": "software developer",
    }
    body = {"texts": [{"text": title, "kind": "OCCUPATION"} for title in titles], "top_k": 1}
    async with await house.act("ASKER", "employer") as http:
        for _ in range(20):  # while the index is being made, the answer is 503
            answer = await http.post("/v1/taxonomy:resolve", json=body)
            if answer.status_code != 503:
                break
            time.sleep(1)
        uris = [result["candidates"][0]["uri"] for result in answer.json()["results"]]
        found = (await http.get("/v1/occupations", params={"uri": uris, "limit": 50})).json()["items"]
    label = {each["uri"]: each["label"] for each in found}
    assert [label[uri] for uri in uris] == list(titles.values())
