"""Parameters of the fourfold win: both sides agree, the first placement freezes them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.contracts.registry import PartyPart
from services.kit.db import now
from services.matching.agreed_parameters import AgreedParameters, parameters_of
from services.matching.fourfold import Parameters
from services.matching.models.proposals import Placement
from tests.conftest import House
from tests.matching.registry_events import publish
from tests.matching.scene import Scene, build

# Of fourfold-1 with the design's numbers. Whoever changes a default gives the arithmetic a new METHOD_VERSION: what is
# frozen in a partnership that agreed on nothing must not move.
HASH_OF_DEFAULTS = "5b74169146c10a73e1b0b15428425495215bdae3a50d3147ddce635fa81b2e25"


@pytest.fixture
async def scene(house: House) -> Scene:
    made = await build(house)
    spoken_for = {made.agency: ("ORIGIN", "LEAD"), made.employer: ("DESTINATION", "SIGNATORY")}
    parties = [
        PartyPart(organisation_id=UUID(organisation), side=side, role=role)
        for organisation, (side, role) in spoken_for.items()
    ]
    others = [part for part in made.partnership.parties if str(part.organisation_id) not in spoken_for]
    await publish(house, made.partnership.model_copy(update={"parties": parties + others}))
    return made


@pytest.fixture
async def sides(scene: Scene) -> tuple[httpx.AsyncClient, httpx.AsyncClient]:
    """The origin's system and the destination's."""
    agency = await scene.house.act("AGENCY", "partner-admin", service="matching")
    return agency, await scene.house.act("EMPLOYER", "partner-admin", service="matching")


def path(scene: Scene) -> str:
    return f"/v1/partnerships/{scene.partnership.id}/fourfold-parameters"


async def propose(http: httpx.AsyncClient, scene: Scene, tag: str = '"1"', **said: Any) -> httpx.Response:
    return await http.put(path(scene), json=said, headers={"If-Match": tag})


async def confirm(http: httpx.AsyncClient, scene: Scene, tag: str = '"2"') -> httpx.Response:
    return await http.post(f"{path(scene)}/confirmations", headers={"If-Match": tag})


async def held(scene: Scene) -> AgreedParameters:
    async with scene.house.databases["matching"].transaction("") as session:
        return await parameters_of(session, UUID(str(scene.partnership.id)))


async def test_without_an_agreement_the_defaults_of_the_design_hold(scene: Scene) -> None:
    shown = (await scene.counsellor.get(path(scene))).json()
    assert (shown["edition"], shown["frozen"], shown["parameters"]["income_gain"]) == (0, False, 2.0)
    assert (await held(scene)).parameters == Parameters()


async def test_defaults_keep_their_hash(scene: Scene) -> None:
    assert (await held(scene)).hash == HASH_OF_DEFAULTS


async def test_what_one_side_proposes_does_not_hold_yet(scene: Scene, sides: Any) -> None:
    shown = (await propose(sides[0], scene, employer_wages=2.0)).json()
    assert (shown["parameters"]["employer_wages"], shown["proposed"]["parameters"]["employer_wages"]) == (3.0, 2.0)
    assert (await held(scene)).version == 0


@pytest.mark.parametrize("first", [0, 1])
async def test_it_holds_once_the_other_side_confirms(scene: Scene, sides: Any, first: int) -> None:
    await propose(sides[first], scene, employer_wages=2.0, max_age_days={"UNFILLED_SHARE": 400})
    answer = await confirm(sides[1 - first], scene)
    holds = await held(scene)
    assert answer.status_code == 200, answer.text
    assert (holds.version, holds.parameters.employer_wages, holds.max_age_days) == (1, 2.0, {"UNFILLED_SHARE": 400})
    assert answer.json()["hash"] == holds.hash != HASH_OF_DEFAULTS
    assert len(answer.json()["agreed_by"]) == 2


async def test_nobody_confirms_their_own_proposal(scene: Scene, sides: Any) -> None:
    await propose(sides[0], scene, employer_wages=2.0)
    answer = await confirm(sides[0], scene)
    assert [guard["code"] for guard in answer.json()["guards"]] == ["OTHER_SIDE"]


async def test_what_changed_since_it_was_read_is_not_confirmed(scene: Scene, sides: Any) -> None:
    await propose(sides[0], scene, employer_wages=2.0)
    await propose(sides[0], scene, '"2"', employer_wages=1.0)
    assert (await confirm(sides[1], scene, '"2"')).status_code == 412


async def test_only_who_leads_or_signs_for_a_side_speaks(scene: Scene) -> None:
    school = await scene.house.act("SCHOOL", "partner-admin", service="matching")
    assert (await propose(school, scene)).json()["code"] == "not_a_lead"


async def test_a_stranger_finds_nothing(scene: Scene) -> None:
    stranger = await scene.house.act("STRANGER", "partner-admin", service="matching")
    assert (await stranger.get(path(scene))).status_code == 404


@pytest.mark.parametrize(
    "weights", [{"CANDIDATE": {"W1": 1.0}}, {"CANDIDATE": {"W1": 0.9, "W2": 0.9, "W3": 0.1}}], ids=["few", "sum"]
)
async def test_weights_name_all_components_and_sum_to_one(scene: Scene, sides: Any, weights: dict[str, Any]) -> None:
    all_of_them = Parameters().weights | weights
    assert (await propose(sides[0], scene, weights=all_of_them)).status_code == 422


@asynccontextmanager
async def beginning(scene: Scene) -> AsyncIterator[None]:
    """The first placement of the partnership begins, today; it is known at the end of the block."""
    placement = (await scene.accept(await scene.propose()))["placement_id"]
    async with scene.house.databases["matching"].transaction("*") as session:
        job = await session.get_one(Placement, UUID(placement))
        job.status, job.started_on = "STARTED", now().date()
        await session.flush()
        yield


async def begin(scene: Scene) -> None:
    async with beginning(scene):
        pass


@pytest.mark.parametrize("act", [propose, confirm])
async def test_the_first_placement_freezes_them(scene: Scene, sides: Any, act: Any) -> None:
    await propose(sides[0], scene, employer_wages=2.0)
    await begin(scene)
    answer = await act(sides[1], scene, '"2"')
    assert answer.status_code == 409
    assert [guard["code"] for guard in answer.json()["guards"]] == ["NOT_FROZEN"]


async def test_frozen_ones_stay_as_they_were_agreed(scene: Scene, sides: Any) -> None:
    await propose(sides[0], scene, employer_wages=2.0)
    await confirm(sides[1], scene)
    before = await held(scene)
    await begin(scene)
    after = await held(scene)
    assert (before.frozen, after.frozen) == (False, True)
    assert (after.hash, after.version) == (before.hash, 1)
    assert isinstance(after.frozen_since, date)


async def test_nothing_is_confirmed_while_the_first_placement_begins(scene: Scene, sides: Any) -> None:
    await propose(sides[0], scene, employer_wages=2.0)
    async with beginning(scene):
        meanwhile = asyncio.create_task(confirm(sides[1], scene))
        done, _ = await asyncio.wait([meanwhile], timeout=0.5)
    assert not done
    assert (await meanwhile).status_code == 409
