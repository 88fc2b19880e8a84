"""H09, H11 and H12 as the registry's news and other people's placements change them, over HTTP."""

from typing import Any
from uuid import uuid4

import pytest

from services.contracts.registry import LicencePart, MeasurePart, ServiceProviderChanged
from tests.conftest import House
from tests.matching.registry_events import days, organisation, publish
from tests.matching.scene import Scene, build


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house)


def entry(organisation: str, **changes: Any) -> ServiceProviderChanged:
    """A recruiter with a Moroccan licence that holds until today."""
    data: dict[str, Any] = {
        "id": uuid4(),
        "organisation_id": organisation,
        "kind": "RECRUITMENT_AGENCY",
        "employer_pays": True,
        "licences": [LicencePart(country="MAR", valid_from=days(-100), valid_to=days(0))],
        "measures": [],
    }
    return ServiceProviderChanged(**data | changes)


async def matches(scene: Scene) -> dict[str, Any]:
    answer = await scene.counsellor.get(f"/v1/candidates/{scene.candidate_id}/matches")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def refused_by(scene: Scene) -> str | None:
    """The gate that leaves nothing to be found; None when something is."""
    found = await matches(scene)
    return None if found["items"] else str(found["reason"]["code"])


async def test_an_employer_under_a_measure_is_not_matched(scene: Scene) -> None:
    """H11: until the measure ends."""
    against = MeasurePart(kind="SUSPENSION", valid_from=days(-1))
    seen = entry(scene.employer, measures=[against])
    await publish(scene.house, seen)
    assert await refused_by(scene) == "H11"
    ended = against.model_copy(update={"valid_to": days(-1)})
    await publish(scene.house, seen.model_copy(update={"measures": [ended]}))
    assert await refused_by(scene) is None


async def test_an_employer_that_nobody_has_looked_up_is_not_matched(scene: Scene) -> None:
    """H11 (domain/03: employer verified): the gate says whom to ask; a verification ends on its last day."""
    told = organisation(scene.employer, "EMPLOYER").model_copy(update={"verified": False})
    await publish(scene.house, told)
    assert await refused_by(scene) == "H11"
    why = await scene.counsellor.get(f"/v1/candidates/{scene.candidate_id}/matches/{scene.vacancy.id}")
    gate = next(each for each in why.json()["explanation"]["gates"] if each["code"] == "H11")
    assert gate["remedy"].startswith("ask the operations of this registry to look the employer up")
    await publish(scene.house, told.model_copy(update={"verified": True, "verified_to": days(0)}))
    assert await refused_by(scene) is None
    await publish(scene.house, told.model_copy(update={"verified": True, "verified_to": days(-1)}))
    assert await refused_by(scene) == "H11"


async def test_a_partnership_whose_only_recruiter_has_no_licence_recruits_nobody(scene: Scene) -> None:
    """H12: named but unknown, then licensed, then no more."""
    recruiter = entry(scene.agency)
    with_recruiter = scene.partnership.model_copy(update={"employer_pays": True, "recruiters": [recruiter.id]})
    await publish(scene.house, with_recruiter)
    assert await refused_by(scene) == "H12"
    await publish(scene.house, recruiter)
    assert await refused_by(scene) is None
    old = LicencePart(country="MAR", valid_from=days(-100), valid_to=days(-1))
    await publish(scene.house, recruiter.model_copy(update={"licences": [old]}))
    assert await refused_by(scene) == "H12"


async def test_where_employers_do_not_pay_nobody_is_matched(scene: Scene) -> None:
    """H12, IRIS principle 1."""
    await publish(scene.house, scene.partnership.model_copy(update={"employer_pays": False}))
    assert await refused_by(scene) == "H12"


async def test_a_gate_says_over_http_what_would_open_it(scene: Scene) -> None:
    """A near miss carries steps: who, which field, to what."""
    scene.candidate_id = await scene.register(external_id="beginner", languages=[{"code": "fr", "cefr": "A1"}])
    (found,) = (await matches(scene))["items"]
    gate = next(each for each in found["explanation"]["gates"] if not each["passed"])
    assert gate["code"] == "H07"
    assert gate["steps"] == [{"who": "CANDIDATE", "field": "languages", "to": "fr B1"}]


async def test_twins_who_differ_only_in_protected_traits_get_the_same_bytes(scene: Scene) -> None:
    """Sex and nationality: no pathway asks for one here. Everything but ids is compared, as it was sent."""
    unlike = {"sex": "M", "nationality": "SEN", "given_name": "Inventé", "family_name": "Ailleurs"}
    other = await scene.register(external_id="twin", **unlike)
    answers = [await scene.counsellor.get(f"/v1/candidates/{id}/matches") for id in (scene.candidate_id, other)]
    first, second = (
        answer.content.replace(str(id).encode(), b"ID")
        for answer, id in zip(answers, (scene.candidate_id, other), strict=True)
    )
    assert first == second
    assert answers[0].json()["items"]
    shown = (await scene.recruiter.get(f"/v1/vacancies/{scene.vacancy.id}/matches")).json()["items"]
    assert [each.pop("rank") for each in shown] == [1, 2]
    assert len({each["candidate"].pop("candidate_id") for each in shown}) == 2
    assert shown[0] == shown[1]


async def test_the_profile_that_a_match_names_is_published_with_all_it_depends_on(scene: Scene) -> None:
    """Weights are published: a stranger can compute the score again from what is sent."""
    published = (await scene.counsellor.get("/v1/scoring-profiles")).json()["items"]
    explained = (await matches(scene))["items"][0]["explanation"]
    (profile,) = [each for each in published if each["name"] == explained["versions"]["profile"]]
    assert (profile["name"], profile["isco08"], sum(profile["weights"].values())) == ("crafts-2", ["6", "7", "8"], 1.0)
    x = sum(skill["credit"] for skill in explained["matched_skills"])
    shared = next(term for term in explained["terms"] if term["name"] == "S")
    assert shared["value"] == pytest.approx(x / (x + profile["half_shared"]))
