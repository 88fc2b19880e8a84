"""The fourfold win over HTTP: losers, guards, the unknown, who sees what, and the same again from the inputs alone.

Stories 15 of domain/06, and cases A to D of the indicator's authors (domain/vectors.json) as far as records make them.
"""

from typing import Any

import pytest

from tests.conftest import House
from tests.matching.fourfold_scene import asked, corridor, electrician, figure, ok, pay, placed, trained
from tests.matching.registry_events import days, publish
from tests.matching.scene import Scene
from tests.matching.test_candidates_api import events
from tests.matching.test_reference_figures_api import send

INCUMBENT: dict[str, Any] = {
    "occupations": [{"isco08": "7411", "months": 60}],
    "origin_employment": "PRIVATE_SECTOR",
}
ABROAD = {"training": figure("TRAINING_COST", "90000", "CURRENCY_PER_PERSON", country="MAR", currency="MAD"),
          "sending": figure("TRANSFER_COST", "0.1", country="MAR")}  # fmt: skip


def party(shown: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in shown["parties"] if each["party"] == name)
    return found


def scores(shown: dict[str, Any]) -> dict[str, float | None]:
    return {each["code"]: each["score"] for party in shown["parties"] for each in party["components"]}


async def look(http: Any, path: str) -> dict[str, Any]:
    return await ok(await http.get(f"{path}/fourfold"))


async def test_case_b_an_incumbent_leaves_a_shortage_and_nobody_is_trained(house: House) -> None:
    """The three others gain, the geometric mean is above one half, and the origin loses: it is named."""
    short = {"origin_index": 0.9, "origin_shortage_class": "SEVERE_SHORTAGE"}
    scene = await corridor(house, *ABROAD.values(), costs={}, **short)
    candidate = await scene.register(external_id="C-2", **INCUMBENT)
    path = await placed(scene, candidate)
    await pay(scene.recruiter, path, "WAGE", "LIVING", "EMPLOYER", "WORKER", "2000.00", on=-190)
    await pay(scene.counsellor, path, "COST", "MIGRATION", "WORKER", "AUTHORITY", "992.00")
    await pay(scene.recruiter, path, "COST", "RECRUITMENT", "EMPLOYER", "RECRUITER", "1500.00")
    await asked(scene, path, remitted="55.5556")
    shown = await look(scene.counsellor, path)
    known, origin = scores(shown), party(shown, "ORIGIN")
    assert (shown["verdict"], shown["losers"]) == ("NOT_A_FOURFOLD_WIN", ["ORIGIN"])
    assert [round(known[f"O{n}"], 4) for n in (1, 2, 3, 4)] == [0, 0, 0.7, 0.5]
    assert (round(origin["score"], 4), origin["coverage"], shown["worst"]) == (0.18, 1, origin["score"])
    assert shown["nash"] > 0.5


async def test_case_c_a_fee_blocks_whatever_the_scores(house: House) -> None:
    scene = await corridor(house)
    path = await electrician(scene)
    await pay(scene.counsellor, path, "FEE", "RECRUITMENT", "WORKER", "RECRUITER", "400.00", on=-100)
    shown = await look(scene.counsellor, path)
    assert (shown["verdict"], shown["guards"], shown["losers"]) == ("BLOCKED", ["G01"], [])
    assert min(each["score"] for each in shown["parties"]) > 0.5


async def test_case_d_half_of_the_candidate_is_unknown_and_not_zero(house: House) -> None:
    """Neither trained nor asked in a way that shows anything: W1 alone is known, and the bounds say so."""
    scene = await corridor(house)
    path = await placed(scene, await scene.register(external_id="C-2", **INCUMBENT))
    await pay(scene.recruiter, path, "WAGE", "LIVING", "EMPLOYER", "WORKER", "2000.00", on=-190)
    await asked(scene, path, verified_by=None)
    shown = await look(scene.counsellor, path)
    candidate = party(shown, "CANDIDATE")
    known = scores(shown)
    assert (known["W2"], known["W3"], candidate["coverage"]) == (None, None, 0.5)
    assert (candidate["low"], candidate["high"]) == (candidate["score"] / 2, candidate["score"] / 2 + 0.5)
    assert {"W2", "W3"} <= {each["component"] for each in shown["missing"]}
    assert all(each["ask"] for each in shown["missing"])


async def test_what_only_the_benefiting_side_says_does_not_count(house: House) -> None:
    """Pay that the worker's organisation entered counts once the employer has confirmed it."""
    scene = await corridor(house)
    path = await placed(scene, await trained(scene, "C-2", "AWAY"))
    entry = await pay(scene.counsellor, path, "WAGE", "LIVING", "EMPLOYER", "WORKER", "9000.00", on=-190)
    await pay(scene.counsellor, path, "COST", "MIGRATION", "WORKER", "AUTHORITY", "100.00")
    await asked(scene, path)
    alone = scores(await look(scene.counsellor, path))["W1"]
    await ok(await scene.recruiter.post(f"/v1/ledger-entries/{entry}/confirmation"))
    assert (alone, scores(await look(scene.counsellor, path))["W1"]) == (None, 1)


@pytest.fixture
async def home(house: House) -> tuple[Scene, str]:
    """A job abroad that has begun, without more."""
    scene = await corridor(house)
    return scene, await placed(scene, await trained(scene, "C-2", "AWAY"))


async def test_an_employer_sees_its_own_inputs_and_the_scores_of_others(home: tuple[Scene, str]) -> None:
    scene, path = home
    shown = await look(scene.recruiter, path)
    assert [each["party"] for each in shown["parties"] if each["components"]] == ["EMPLOYER"]
    assert {each["component"][0] for each in shown["missing"]} == {"E"}
    stranger = await scene.house.act("STRANGER", "counsellor", service="matching")
    assert (await stranger.get(f"{path}/fourfold")).status_code == 404


async def test_the_proposal_shows_it_before_anybody_accepts(house: House) -> None:
    scene = await corridor(house)
    proposal = f"/v1/proposals/{await scene.propose(await trained(scene, 'C-2', 'AWAY'))}"
    for http in (scene.counsellor, scene.recruiter):
        shown = (await ok(await http.get(proposal)))["fourfold"]
        whole = await look(http, proposal)
        assert shown["verdict"] == whole["verdict"] == "UNKNOWN"
        assert shown["employer"] == pytest.approx(party(whole, "EMPLOYER")["score"])
    assert [each["moment"] for each in whole["kept"]] == ["EX_ANTE"]


async def test_what_was_kept_is_computed_again_to_the_same_hash(home: tuple[Scene, str]) -> None:
    scene, path = home
    await asked(scene, path)
    kept = (await look(scene.counsellor, path))["kept"]
    again = [await ok(await scene.counsellor.get(f"/v1/fourfold-assessments/{k['id']}/replay")) for k in kept]
    assert [k["moment"] for k in kept] == ["EX_ANTE", "MONTH_12"]
    assert [(r["status"], r["inputs_intact"], r["inputs_hash"]) for r in again] == [
        ("EQUAL", True, k["inputs_hash"]) for k in kept
    ]


async def test_figures_that_come_later_do_not_move_what_was_kept(home: tuple[Scene, str]) -> None:
    scene, path = home
    await asked(scene, path)
    before = (await look(scene.counsellor, path))["kept"][-1]
    newer = figure("UNFILLED_SHARE", "0.01", country="BEL", isco08="7411") | {"released_on": days(0).isoformat()}
    await send(await scene.house.ops("matching"), newer)
    again = await ok(await scene.counsellor.get(f"/v1/fourfold-assessments/{before['id']}/replay"))
    assert (again["status"], party(again, "EMPLOYER")["score"]) == ("EQUAL", before["employer"])


async def test_statements_need_the_other_side_to_be_confirmed(home: tuple[Scene, str]) -> None:
    scene, path = home
    said = {"name": "REMITTED_SHARE", "value": "0.3", "source": "What the worker said", "kept_from_employer": True}
    kept = await ok(await scene.counsellor.post(f"{path}/fourfold-statements", json=said))
    seen = (await scene.recruiter.get(f"{path}/fourfold-statements")).json()["items"]
    open_to_both = said | {"kept_from_employer": False}
    other = await ok(await scene.counsellor.post(f"{path}/fourfold-statements", json=open_to_both))
    own = await scene.counsellor.post(f"/v1/fourfold-statements/{other['id']}/confirmation")
    hidden = await scene.recruiter.post(f"/v1/fourfold-statements/{kept['id']}/confirmation")
    confirmed = await ok(await scene.recruiter.post(f"/v1/fourfold-statements/{other['id']}/confirmation"))
    assert (seen, own.status_code, hidden.status_code) == ([], 403, 404)
    assert confirmed["confirmed_by"] == scene.employer


async def test_an_assessment_is_told_under_a_pseudonym(home: tuple[Scene, str]) -> None:
    scene, path = home
    await asked(scene, path)
    told = [data for kind, data in await events(scene.house) if kind == "fourfold-assessed"]
    assert [(each["subject"], each["moment"]) for each in told] == [("PROPOSAL", "EX_ANTE"), ("PLACEMENT", "MONTH_12")]
    assert set(told[-1]) >= {"verdict", "candidate", "employer", "destination", "origin", "candidate_coverage"}


async def test_erasure_leaves_the_verdict_and_nothing_of_the_person(home: tuple[Scene, str]) -> None:
    scene, path = home
    await asked(scene, path)
    person = f"/v1/candidates/{(await scene.counsellor.get(path)).json()['candidate_id']}"
    kept = (await look(scene.counsellor, path))["kept"][-1]
    tag = (await scene.counsellor.get(person)).headers["ETag"]
    assert (await scene.counsellor.delete(person, headers={"If-Match": tag})).status_code == 204
    again = await ok(await scene.counsellor.get(f"/v1/fourfold-assessments/{kept['id']}/replay"))
    assert (again["status"], again["inputs_hash"], again["parties"]) == ("ERASED", None, [])
    assert (await scene.counsellor.get(f"{path}/fourfold")).status_code == 404


async def test_a_partnership_is_pooled_over_everybody(house: House) -> None:
    """The one at home and the one abroad count together; a recruitment that failed adds its costs and no benefit."""
    scene = await corridor(house)
    await publish(house, scene.partnership.model_copy(update={"statistics_threshold": 1}), guarded=True)
    await electrician(scene)
    before = await pooled(scene)
    failed = await scene.accept(await scene.propose(await trained(scene, "C-2", "AWAY")))
    await pay(
        scene.recruiter,
        f"/v1/placements/{failed['placement_id']}",
        "COST",
        "RECRUITMENT",
        "EMPLOYER",
        "RECRUITER",
        "900",
    )
    after = await pooled(scene)
    lost = [component(shown, "E1")["inputs"] for shown in (before, after)]
    costs = [next(each["value"] for each in inputs if each["name"] == "costs_without_job") for inputs in lost]
    assert costs == [0, 900]
    assert (before["participants"]["away"], before["participants"]["home_graduates"]) == (1, 1)
    assert component(before, "O1")["gain"] == pytest.approx(2)
    assert component(before, "D2")["gain"] == pytest.approx(12267, abs=0.01)
    assert before["inputs_hash"] != after["inputs_hash"]


async def test_of_few_placements_nobody_is_shown(home: tuple[Scene, str]) -> None:
    scene, path = home
    await asked(scene, path)
    shown = await pooled(scene)
    assert (shown["verdict"], {each["score"] for each in shown["parties"]}) == ("UNKNOWN", {None})
    assert {each["placements"] for each in shown["pareto"]} == {None}
    assert shown["participants"]["away"] is None


async def pooled(scene: Scene) -> dict[str, Any]:
    return await ok(await scene.counsellor.get(f"/v1/partnerships/{scene.partnership.id}/fourfold"))


def component(shown: dict[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any] = next(c for party in shown["parties"] for c in party["components"] if c["code"] == code)
    return found
