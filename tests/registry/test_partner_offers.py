"""The partner finder over HTTP: offers, suggestions with reasons, answers between two, and figures (S-07)."""

from typing import Any

from tests.conftest import House
from tests.registry.partnership import MISSING, register


def entry(**change: Any) -> dict[str, Any]:
    return {
        "external_id": "E-1",
        "kind": "NEED",
        "role": "TRAINER",
        "origin": "MAR",
        "destination": "BEL",
        "sector": "E38",
        "capacity": 60,
        "languages": ["fr"],
        "valid_to": "2098-12-31",
    } | change


async def published(house: House, code: str, **change: Any) -> str:
    """Its path."""
    async with await house.act(code, "partner-admin") as http:
        created = await http.post("/v1/partner-offers", json=entry(**change))
    assert created.status_code == 201, created.text
    return f"/v1/partner-offers/{created.json()['id']}"


async def test_suggestions_are_complements_with_their_reasons(house: House) -> None:
    need = await published(house, "FIRM-BE")
    await published(house, "SCHOOL-MA", kind="OFFER", capacity=80, languages=["fr", "ar"])
    await published(house, "SCHOOL-SN", kind="OFFER", origin="SEN")
    await published(house, "BANK-LU", kind="OFFER", role="FUNDER")
    await published(house, "FIRM-BE", external_id="E-2", kind="OFFER")
    async with await house.act("ANYBODY", "analyst") as http:
        suggested = (await http.get(f"{need}/suggestions")).json()["items"]
        one = (await http.get(f"{need}/suggestions", params={"limit": 1})).json()["items"]
    assert [each["offer"]["origin"] for each in suggested] == ["MAR", "SEN"]
    assert [reason["code"] for reason in suggested[0]["reasons"]] == [
        "ROLE",
        "CORRIDOR",
        "SECTOR",
        "LANGUAGE",
        "CAPACITY",
    ]
    assert [each["score"] for each in suggested] == [90, 65]
    assert one == suggested[:1]


async def test_what_ran_out_is_neither_suggested_nor_answered(house: House) -> None:
    need = await published(house, "FIRM-BE")
    offer = await published(house, "SCHOOL-MA", kind="OFFER")
    async with await house.act("SCHOOL-MA", "partner-admin") as http:
        await http.patch(offer, json={"valid_to": "2026-01-01"}, headers={"If-Match": '"1"'})
    async with await house.act("FIRM-BE", "partner-admin") as http:
        suggested = (await http.get(f"{need}/suggestions")).json()["items"]
        listed = (await http.get("/v1/partner-offers", params={"kind": "OFFER"})).json()["items"]
        all_of_them = (await http.get("/v1/partner-offers", params={"expired": "true"})).json()["items"]
        answer = await http.post(f"{offer}/answers", json={"message": "Late."})
    assert (suggested, listed, len(all_of_them)) == ([], [], 2)
    assert (answer.status_code, answer.json()["guards"][0]["code"]) == (409, "OFFER_CURRENT")


async def test_an_answer_is_between_the_two(house: House) -> None:
    need = await published(house, "FIRM-BE")
    async with await house.act("SCHOOL-MA", "partner-admin") as http:
        given = await http.post(f"{need}/answers", json={"message": "We train 80 a year."})
        again = await http.post(f"{need}/answers", json={"message": "We still do."})
        path = f"/v1/partner-offer-answers/{given.json()['id']}"
        own = await http.get(path)
    async with await house.act("FIRM-BE", "partner-admin") as http:
        asked = (await http.get(f"{need}/answers")).json()["items"]
        self_answer = await http.post(f"{need}/answers", json={"message": "Me."})
    async with await house.act("STRANGER", "partner-admin") as http:
        foreign = await http.get(path)
        nothing = (await http.get(f"{need}/answers")).json()["items"]
    assert (given.status_code, again.status_code, own.status_code) == (201, 409, 200)
    assert [each["message"] for each in asked] == ["We train 80 a year."]
    assert (self_answer.status_code, self_answer.json()["code"]) == (403, "own_offer")
    assert (foreign.status_code, nothing) == (404, [])


async def test_an_answer_names_an_entry_of_ones_own_or_none(house: House) -> None:
    need = await published(house, "FIRM-BE")
    foreign = await published(house, "BANK-LU", kind="OFFER")
    own = await published(house, "SCHOOL-MA", kind="OFFER")
    async with await house.act("SCHOOL-MA", "partner-admin") as http:
        refused = await http.post(f"{need}/answers", json={"message": "x", "with_offer_id": foreign.rsplit("/", 1)[1]})
        taken = await http.post(f"{need}/answers", json={"message": "x", "with_offer_id": own.rsplit("/", 1)[1]})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/with_offer_id")
    assert taken.status_code == 201


async def test_either_side_says_which_partnership_came_of_it_and_it_is_counted(house: House) -> None:
    """S-07, indicator: offers answered, partnerships started from an offer."""
    partnership = await register(house)
    need = await published(house, "FIRM-BE")
    await published(house, "SCHOOL-MA", kind="OFFER")
    async with await house.act("SCHOOL-MA", "partner-admin") as http:
        given = (await http.post(f"{need}/answers", json={"message": "We train 80 a year."})).json()
        path = f"/v1/partner-offer-answers/{given['id']}"
        before = (await http.get("/v1/partner-offers/figures")).json()
    async with await house.act("FIRM-BE", "partner-admin") as http:
        unknown = await http.patch(path, json={"partnership_id": MISSING}, headers={"If-Match": '"1"'})
        started = await http.patch(path, json={"partnership_id": partnership.id}, headers={"If-Match": '"1"'})
    async with await house.act("ANYBODY", "statistics-office") as http:
        figures = (await http.get("/v1/partner-offers/figures")).json()
        stranger = await http.patch(path, json={"partnership_id": partnership.id}, headers={"If-Match": '"2"'})
    assert (unknown.status_code, started.status_code, stranger.status_code) == (422, 200, 403)
    assert before == {"published": 2, "answered": 1, "answers": 1, "partnerships_started": 0}
    assert figures == {"published": 2, "answered": 1, "answers": 1, "partnerships_started": 1}


async def test_the_owner_alone_changes_an_entry(house: House) -> None:
    path = await published(house, "FIRM-BE")
    async with await house.act("SCHOOL-MA", "partner-admin") as http:
        foreign = await http.patch(path, json={"capacity": 1}, headers={"If-Match": '"1"'})
    async with await house.act("FIRM-BE", "partner-admin") as http:
        own = await http.patch(path, json={"capacity": 90, "sector": None}, headers={"If-Match": '"1"'})
        wrong = await http.patch(path, json={"origin": "BEL"}, headers={"If-Match": '"2"'})
        history = (await http.get(f"{path}/history")).json()["items"]
    assert (foreign.status_code, own.status_code, wrong.status_code) == (404, 200, 422)
    assert (own.json()["capacity"], own.json()["sector"]) == (90, None)
    assert [each["record"]["capacity"] for each in history] == [60, 90]
