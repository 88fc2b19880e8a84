"""Firms and hosts over HTTP: ranked both ways, near misses with remedies, pseudonymous for the host (story 14)."""

from typing import Any

import pytest

from services.contracts.vocabulary import Persona
from services.kit import tenancy
from tests.conftest import House
from tests.matching.entrepreneurs import Firms, build, entrepreneur, firm, host
from tests.matching.registry_events import days, publish
from tests.matching.test_candidates_api import events


@pytest.fixture
async def scene(house: House) -> Firms:
    return await build(house)


async def hosts_for(scene: Firms, candidate_id: str | None = None, **params: Any) -> list[dict[str, Any]]:
    path = f"/v1/candidates/{candidate_id or scene.candidate_id}/hosts"
    answer = await scene.incubator.get(path, params=params)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_host_is_found_with_gates_and_a_score_that_adds_up(scene: Firms) -> None:
    """Story 14: match a firm to a host with capacity in days."""
    (found,) = await hosts_for(scene)
    explained = found["explanation"]
    assert (found["near_miss"], found["period"]["days"], found["visa_class"]) == (False, 30, "SHORT_STAY")
    assert [gate["code"] for gate in explained["gates"]] == ["H01", "P01", "P02", "P03", "P04", "P05"]
    assert all(gate["passed"] and gate["remedy"] is None for gate in explained["gates"])
    assert abs(sum(term["contribution"] for term in explained["terms"]) - found["score"]) < 1e-9
    assert (found["host"]["days_left"], found["host"]["places_left"]) == (200, 2)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"formalised": False, "registration_number": None, "registration_evidence": None}, "P01"),
        ({"continuity_person": None}, "P05"),
        ({"stay_days_wanted": 120}, "P04"),
    ],
)
async def test_what_can_be_remedied_is_a_near_miss(scene: Firms, change: dict[str, Any], code: str) -> None:
    tag = (await scene.incubator.get(f"/v1/firms/{scene.firm_id}")).headers["ETag"]
    await scene.incubator.patch(f"/v1/firms/{scene.firm_id}", json=change, headers={"If-Match": tag})
    (found,) = await hosts_for(scene)
    failed = [gate for gate in found["explanation"]["gates"] if not gate["passed"]]
    assert ([gate["code"] for gate in failed], found["near_miss"]) == ([code], True)
    assert failed[0]["remedy"]
    assert await hosts_for(scene, near_misses=False) == []


async def test_best_hosts_come_first_pages_add_up_and_what_is_refused_is_counted(scene: Firms) -> None:
    offered = [scene.partnership.id]
    others = [
        host(str(scene.host.organisation_id), offered, external_id=f"H-{n}", services=["WORKSPACE"]) for n in (2, 3)
    ]
    full = host(str(scene.host.organisation_id), offered, external_id="H-4", capacity_days=5)
    await publish(scene.house, *others, full)
    whole = [(each["near_miss"], -each["score"]) for each in await hosts_for(scene)]
    assert (len(whole), whole) == (3, sorted(whole))
    first = (await scene.incubator.get(f"/v1/candidates/{scene.candidate_id}/hosts", params={"limit": 2})).json()
    rest = await hosts_for(scene, limit=2, cursor=first["next"])
    assert first["refused"] == 1
    assert [each["host"]["id"] for each in [*first["items"], *rest]] == [
        e["host"]["id"] for e in await hosts_for(scene)
    ]


async def test_the_host_sees_firms_under_pseudonyms_and_its_own_only(scene: Firms) -> None:
    path = f"/v1/hosts/{scene.host.id}/firms"
    answer = await scene.hosting.get(path)
    (found,) = answer.json()["items"]
    assert found["firm"]["candidate_id"] == scene.candidate_id
    for secret in ("Inventé", "SN-DKR", "production manager", "18000000", "Personne"):
        assert secret not in answer.text
    hidden = {gate["code"]: gate["value"] for gate in found["explanation"]["gates"]}
    assert (hidden["H01"], hidden["P04"]) == (None, None)
    async with await scene.house.act("INCUBATOR", "employer", service="matching") as http:
        assert (await http.get(path)).status_code == 404


async def test_who_did_not_consent_to_go_abroad_is_not_shown_to_hosts(scene: Firms) -> None:
    quiet = entrepreneur(external_id="E-2")
    quiet["consent"] = quiet["consent"] | {"scopes": ["MATCHING_HOME"]}
    made = (await scene.incubator.post("/v1/candidates", json=quiet)).json()["id"]
    await scene.incubator.post("/v1/firms", json=firm(made))
    shown = (await scene.hosting.get(f"/v1/hosts/{scene.host.id}/firms")).json()
    assert ([each["firm"]["candidate_id"] for each in shown["items"]], shown["refused"]) == ([scene.candidate_id], 1)


async def test_a_firm_is_that_of_an_entrepreneur_and_one_each(scene: Firms) -> None:
    again = await scene.incubator.post("/v1/firms", json=firm(scene.candidate_id))
    worker = (await scene.incubator.post("/v1/candidates", json=entrepreneur(external_id="W", persona="WORKER"))).json()
    other = await scene.incubator.post("/v1/firms", json=firm(worker["id"]))
    assert (again.status_code, other.status_code) == (409, 422)
    assert other.json()["errors"][0]["code"] == "other_persona"
    none = await scene.incubator.get(f"/v1/candidates/{worker['id']}/hosts")
    assert (none.status_code, none.json()["guards"][0]["code"]) == (409, "FIRM_REGISTERED")
    assert Persona.EMPLOYEE_OF_SME in other.json()["errors"][0]["message"]


async def test_a_firm_is_its_organisations_alone(scene: Firms) -> None:
    async with await scene.house.act("HOSTING", "counsellor", service="matching") as http:
        assert (await http.get(f"/v1/firms/{scene.firm_id}")).status_code == 404
        assert (await http.get("/v1/firms")).json()["items"] == []


async def test_erasure_leaves_nothing_of_the_firm_and_frees_what_was_to_come(scene: Firms) -> None:
    mobility = await scene.matched()
    stay = (await scene.plan(mobility, days(10), days(39))).json()
    tag = (await scene.incubator.get(f"/v1/candidates/{scene.candidate_id}")).headers["ETag"]
    gone = await scene.incubator.delete(f"/v1/candidates/{scene.candidate_id}", headers={"If-Match": tag})
    assert gone.status_code == 204, gone.text
    left = (await scene.hosting.get(f"/v1/stays/{stay['id']}")).json()
    assert left["status"] == "CANCELLED"
    assert scene.candidate_id != left["candidate_id"]
    assert (await scene.incubator.get(f"/v1/mobilities/{mobility}")).status_code == 404
    assert (await scene.incubator.get(f"/v1/firms/{scene.firm_id}")).status_code == 404


async def test_events_of_stays_carry_no_personal_data(scene: Firms) -> None:
    await scene.plan(await scene.matched(), days(10), days(39))
    told = [(kind, data) for kind, data in await events(scene.house) if "stay-changed" in kind or "mobility-ch" in kind]
    assert [data["status"] for kind, data in told if "stay" in kind] == ["PLANNED"]
    assert "Invent" not in str(told)


async def test_a_reset_forgets_hosts_and_keeps_firms(scene: Firms) -> None:
    from services.matching import feeds

    async with scene.house.databases["matching"].transaction(tenancy.HOUSE) as session:
        await feeds.reset(session)
    assert await hosts_for(scene) == []
    await publish(scene.house, scene.partnership, scene.host, scene.scheme)
    assert len(await hosts_for(scene)) == 1
