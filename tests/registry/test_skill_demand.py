"""What training centres plan by: expected demand by skill, and accreditation on record (S-37, S-47, story 10)."""

from datetime import timedelta
from typing import Any

import pytest

from services.kit.db import now
from tests.conftest import House
from tests.registry.partnership import (
    OTHER_SKILL,
    SESSION,
    SKILL,
    Partnership,
    offer_job,
    programme,
    published,
    register,
)


def day(number: int) -> str:
    return (now().date() + timedelta(days=number)).isoformat()


async def demand(partnership: Partnership, by: str = "SCHOOL-MA") -> list[dict[str, Any]]:
    async with await partnership.act(by) as http:
        answer = await http.get(await partnership.path("/skill-demand"))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def seats(partnership: Partnership, number: int, starts: int, ends: int) -> None:
    """A session of SCHOOL-MA that teaches SKILL."""
    async with await partnership.act("SCHOOL-MA") as http:
        course = programme(partnership.id, external_id=f"P-{starts}-{number}")
        made = (await http.post("/v1/programmes", json=course)).json()
        body = SESSION | {"starts_on": day(starts), "ends_on": day(ends), "seats": number, "external_id": f"S-{starts}"}
        answer = await http.post(f"/v1/programmes/{made['id']}/sessions", json=body)
    assert answer.status_code == 201, answer.text


async def test_demand_is_places_at_home_and_away_less_seats(house: House) -> None:
    """Story 10, S-47: a training centre sees what is still to be trained, at home and away."""
    partnership = await register(house)
    await offer_job(partnership, "FIRM-BE", places=30, external_id="AWAY")
    both = [{"uri": SKILL, "essential": False}, {"uri": OTHER_SKILL}]
    home = {"country": "MAR", "places": 90, "skills": both, "isco08": "7411", "start_from": "2027-03-01"}
    await offer_job(partnership, "FIRM-MA", external_id="HOME", **home)
    await seats(partnership, 24, -10, 30)
    first, second = await demand(partnership)
    assert first == {
        "skill": SKILL,
        "places_home": 90,
        "places_away": 30,
        "essential_places": 30,
        "seats": 24,
        "expected": 96,
        "needed_by": "2027-03-01",
        "isco08": ["7127", "7411"],
    }
    assert (second["skill"], second["places_home"], second["expected"]) == (OTHER_SKILL, 90, 90)


async def test_sessions_that_are_over_and_vacancies_that_are_not_open_do_not_count(house: House) -> None:
    partnership = await register(house)
    await offer_job(partnership, "FIRM-BE", places=10)
    gone = await offer_job(partnership, "FIRM-BE", places=1000, external_id="GONE")
    async with await partnership.act("FIRM-BE") as http:
        await http.post(f"/v1/vacancies/{gone}/transitions", json={"to": "WITHDRAWN"})
    await seats(partnership, 24, -60, -1)
    (only,) = await demand(partnership)
    assert (only["places_away"], only["seats"], only["expected"]) == (10, 0, 10)


async def test_more_seats_than_places_show_as_less_than_nothing(house: House) -> None:
    partnership = await register(house)
    await offer_job(partnership, "FIRM-BE", places=10)
    await seats(partnership, 24, 10, 60)
    assert [each["expected"] for each in await demand(partnership)] == [-14]


async def test_demand_is_shown_to_parties_alone(house: House) -> None:
    partnership = await register(house)
    async with await partnership.act("STRANGER") as http:
        foreign = await http.get(await partnership.path("/skill-demand"))
    assert foreign.status_code == 404


ACCREDITATION = {"reference": "ACC-1", "valid_from": "2026-01-01", "valid_to": "2098-12-31"}


async def course(partnership: Partnership, accredited: bool) -> str:
    """A programme of SCHOOL-MA; returns its path."""
    async with await partnership.act("SCHOOL-MA") as http:
        made = await http.post("/v1/programmes", json=programme(partnership.id, accredited=accredited))
    assert made.status_code == 201, made.text
    return f"/v1/programmes/{made.json()['id']}"


@pytest.fixture
async def partnership(house: House) -> Partnership:
    """With a ministry at its origin that is one."""
    await house.organisation("MINISTRY-MA", country="MAR", type="GOVERNMENT_MINISTRY", sector="NATIONAL_PUBLIC")
    return await register(house)


async def test_an_authoritys_record_makes_a_programme_accredited(house: House, partnership: Partnership) -> None:
    """S-37: accreditation is a record of another organisation, not a tick."""
    path = await course(partnership, accredited=False)
    async with await partnership.act("MINISTRY-MA") as http:
        before = (await http.get(path)).json()
        given = await http.post(f"{path}/accreditations", json=ACCREDITATION)
        after = await http.get(path)
    assert given.status_code == 201, given.text
    assert (before["accredited"], before["accreditation"]) == (False, "NONE")
    assert (after.json()["accredited"], after.json()["accreditation"]) == (True, "RECORDED")
    assert after.headers["ETag"] != '"1"'
    assert [each["accredited"] for each in await published(house, "programme")] == [False, True]


async def test_an_accreditation_that_is_ended_no_longer_counts_but_the_providers_word_stays(
    partnership: Partnership,
) -> None:
    shown = {}
    for stated in (False, True):
        async with await partnership.act("SCHOOL-MA") as http:
            body = programme(partnership.id, accredited=stated, external_id=f"P-{stated}")
            path = f"/v1/programmes/{(await http.post('/v1/programmes', json=body)).json()['id']}"
        async with await partnership.act("MINISTRY-MA") as http:
            one = (await http.post(f"{path}/accreditations", json=ACCREDITATION)).json()["id"]
            ended = await http.patch(
                f"{path}/accreditations/{one}", json={"valid_to": day(-1)}, headers={"If-Match": '"1"'}
            )
            assert ended.status_code == 200, ended.text
            shown[stated] = (await http.get(path)).json()["accreditation"]
    assert shown == {False: "NONE", True: "STATED"}


async def test_neither_the_provider_nor_a_firm_accredits(partnership: Partnership) -> None:
    path = await course(partnership, accredited=False)
    async with await partnership.act("SCHOOL-MA") as http:
        own = await http.post(f"{path}/accreditations", json=ACCREDITATION)
    async with await partnership.act("FIRM-BE") as http:
        firm = await http.post(f"{path}/accreditations", json=ACCREDITATION)
    assert [(each.status_code, each.json()["code"]) for each in (own, firm)] == [
        (403, "own_programme"),
        (403, "type_needed"),
    ]


async def test_only_its_authority_changes_an_accreditation_and_the_provider_reads_it(
    house: House, partnership: Partnership
) -> None:
    path = await course(partnership, accredited=False)
    async with await partnership.act("MINISTRY-MA") as http:
        one = f"{path}/accreditations/{(await http.post(f'{path}/accreditations', json=ACCREDITATION)).json()['id']}"
    async with await partnership.act("SCHOOL-MA") as http:
        read = await http.get(one)
        changed = await http.patch(one, json={"valid_to": "2099-01-01"}, headers={"If-Match": '"1"'})
        versions = (await http.get(f"{one}/history")).json()["items"]
    async with await partnership.act("STRANGER") as http:
        foreign = await http.get(one)
    assert (read.status_code, changed.status_code, foreign.status_code) == (200, 403, 404)
    assert [each["record"]["reference"] for each in versions] == ["ACC-1"]


async def test_a_change_of_the_programme_does_not_turn_the_record_into_a_statement(partnership: Partnership) -> None:
    path = await course(partnership, accredited=False)
    async with await partnership.act("MINISTRY-MA") as http:
        one = (await http.post(f"{path}/accreditations", json=ACCREDITATION)).json()["id"]
    async with await partnership.act("SCHOOL-MA") as http:
        tag = (await http.get(path)).headers["ETag"]
        await http.patch(path, json={"certificate": "Installer, level 4"}, headers={"If-Match": tag})
    async with await partnership.act("MINISTRY-MA") as http:
        body = {"valid_to": day(-1)}
        await http.patch(f"{path}/accreditations/{one}", json=body, headers={"If-Match": '"1"'})
        shown = (await http.get(path)).json()
    assert (shown["accreditation"], shown["certificate"]) == ("NONE", "Installer, level 4")
