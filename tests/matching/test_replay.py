"""Replay: what was answered can be computed again, to the same bytes, from what was kept with it."""

from collections.abc import Iterator
from dataclasses import replace

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.kit import tenancy
from services.matching import replays
from services.matching.explanations import for_candidate
from services.matching.scoring import explain
from tests.conftest import House
from tests.matching.instances import RATES, TODAY, random_candidate, random_opening, shuffled, taxonomy
from tests.matching.registry_events import PANELS, publish
from tests.matching.scene import Scene, build
from tests.matching.test_candidates_api import with_taxonomy

TAXONOMY = taxonomy()


@given(st.integers(0, 10**6), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_written_inputs_give_the_same_bytes(one: int, other: int) -> None:
    """Story 1: whatever the pair, with only the part of the taxonomy that was kept."""
    person, offer = random_candidate(one), random_opening(other)
    inputs = replays.inputs_of(person, offer, TAXONOMY, RATES, TODAY, "fr")
    written = replays.write(inputs)
    answered = for_candidate(explain(person, offer, TAXONOMY, RATES, TODAY, language="fr"), "fr").model_dump_json()
    again = replays.read(written)
    assert for_candidate(again.explain(), "fr").model_dump_json() == answered
    assert replays.write(again) == written


def test_sets_are_written_in_one_order() -> None:
    """The hash of the same inputs is the same in every process."""
    person, offer = random_candidate(3), random_opening(4)
    wishes = person.preferences
    mixed = replace(person, preferences=replace(wishes, excluded_countries=frozenset(shuffled(("DEU", "AUS"), 1))))
    same = replace(person, preferences=replace(wishes, excluded_countries=frozenset(("AUS", "DEU"))))
    one, other = (replays.write(replays.inputs_of(p, offer, TAXONOMY, RATES, TODAY, "en")) for p in (mixed, same))
    assert one == other
    assert orjson.loads(one)["candidate"]["preferences"]["excluded_countries"] == ["AUS", "DEU"]


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house)


async def kept(scene: Scene, **params: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (await scene.counsellor.get("/v1/matches", params=params)).json()["items"]
    return found


async def replayed(scene: Scene, match: object) -> dict[str, object]:
    answer = await scene.counsellor.get(f"/v1/matches/{match}/replay")
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


async def test_the_match_behind_a_proposal_is_kept_and_replays_after_everything_changed(scene: Scene) -> None:
    """Story 1: other skills, another wage and another taxonomy later, it still gives the same bytes."""
    await with_taxonomy(scene.house)
    proposal = await scene.propose()
    (match,) = await kept(scene, proposal_id=proposal)
    before = await replayed(scene, match["id"])
    change = {"skills": [{"uri": PANELS, "level": 1}]}
    path = f"/v1/candidates/{scene.candidate_id}"
    tag = (await scene.counsellor.get(path)).headers["ETag"]
    assert (await scene.counsellor.patch(path, json=change, headers={"If-Match": tag})).status_code == 200
    await publish(scene.house, scene.vacancy.model_copy(update={"status": "WITHDRAWN"}))
    async with scene.house.databases["matching"].transaction(tenancy.HOUSE) as session:
        await session.execute(text("DELETE FROM taxonomy_snapshots"))
    after = await replayed(scene, match["id"])
    assert after == before
    assert (after["status"], after["equal"], after["inputs_intact"]) == ("EQUAL", True, True)
    assert (match["taxonomy_version"], match["engine_version"]) == ("test-1", after["engine_then"])


async def test_a_match_is_kept_on_demand_in_the_readers_language(scene: Scene) -> None:
    body = {"candidate_id": scene.candidate_id, "vacancy_id": str(scene.vacancy.id)}
    made = await scene.counsellor.post("/v1/matches", json=body, headers={"Accept-Language": "fr"})
    assert made.status_code == 201, made.text
    match = made.json()
    assert (await scene.counsellor.get(made.headers["Location"])).json() == match
    assert (match["language"], match["proposal_id"], len(match["inputs_hash"])) == ("fr", None, 64)
    assert (await replayed(scene, match["id"]))["equal"] is True
    unknown = await scene.counsellor.post("/v1/matches", json=body | {"vacancy_id": scene.candidate_id})
    assert unknown.json()["errors"][0]["pointer"] == "/vacancy_id"


async def test_what_was_tampered_with_is_found_out(scene: Scene) -> None:
    await scene.propose()
    (match,) = await kept(scene)
    async with scene.house.databases["matching"].transaction(tenancy.HOUSE) as session:
        change = text("UPDATE stored_matches SET inputs = replace(inputs, :before, :after)")
        await session.execute(change, {"before": '"level":4', "after": '"level":1'})
    found = await replayed(scene, match["id"])
    assert (found["status"], found["equal"], found["inputs_intact"]) == ("DIFFERENT", False, False)


async def test_nobody_else_reads_a_match(scene: Scene) -> None:
    """The inputs are a whole profile: neither the employer of the proposal nor another agency sees them."""
    await scene.propose()
    (match,) = await kept(scene)
    assert (await scene.recruiter.get(f"/v1/matches/{match['id']}")).status_code == 403
    async with await scene.house.act("OUTSIDER", "counsellor", service="matching") as outsider:
        assert (await outsider.get(f"/v1/matches/{match['id']}/replay")).status_code == 404


def strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, str):
        yield value


async def test_erasure_leaves_that_a_match_was_and_nothing_else(scene: Scene) -> None:
    """Story 4: then a replay says erased."""
    body = {"candidate_id": scene.candidate_id, "vacancy_id": str(scene.vacancy.id)}
    match = (await scene.counsellor.post("/v1/matches", json=body)).json()["id"]
    path = f"/v1/candidates/{scene.candidate_id}"
    tag = (await scene.counsellor.get(path)).headers["ETag"]
    assert (await scene.counsellor.delete(path, headers={"If-Match": tag})).status_code == 204
    found = await replayed(scene, match)
    assert (found["status"], found["equal"], found["explanation"]) == ("ERASED", None, None)
    left = (await scene.counsellor.get(f"/v1/matches/{match}")).json()
    assert (left["candidate_id"], left["inputs_hash"], left["result_hash"]) == (None, None, None)
    assert scene.candidate_id not in set(strings(left))
