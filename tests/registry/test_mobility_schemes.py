"""Mobility schemes: what they rest on, who approves them, and by what right people come back (S-49, S-64, S-65)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.kit.db import now
from services.registry.mobility_schemes import service
from services.registry.models.mobility_schemes import MobilityScheme, MobilitySchemeApproval
from services.registry.models.shortages import JointDecision
from tests.conftest import House
from tests.registry.partnership import MISSING, Partnership, published, register

NEED = {
    "party": "ORIGIN",
    "side": "ORIGIN",
    "kind": "SECTOR",
    "persona": "ENTREPRENEUR",
    "sector": "C10",
    "quantity": 120,
    "urgency": "HIGH",
    "statement": {"en": "Food firms look for partners and machines."},
}


async def need_of(partnership: Partnership) -> str:
    async with await partnership.act("MINISTRY-MA") as http:
        created = await http.post(await partnership.path("/needs"), json=NEED)
    assert created.status_code == 201, created.text
    return str(created.json()["id"])


def scheme(need: str, **change: Any) -> dict[str, Any]:
    """Like PEM N'Zassa: formalised firms with a turnover of at least 5 million XOF, and several short stays."""
    return {
        "title": {"en": "Missions of entrepreneurs"},
        "persona": "ENTREPRENEUR",
        "duration_days_min": 9,
        "duration_days_max": 180,
        "circular": True,
        "stays_per_person": 3,
        "multi_entry": True,
        "re_entry_right": "Multiple-entry visa, 90 days in any 180.",
        "post_return_status": "Runs the own firm at home; next stay without a new selection.",
        "quota": 120,
        "rests_on": {"kind": "NEED", "id": need},
        "eligibility": {
            "formalised": True,
            "minimum_turnover": {"amount": "5000000", "currency": "XOF"},
            "sectors": ["A01", "C10"],
        },
        "phases": ["CALL", "FORMALISATION_CHECK", "DIAGNOSTIC", "HOST_MATCHING", "STAY", "RETURN", "FOLLOW_UP"],
    } | change


async def created(partnership: Partnership, **change: Any) -> Any:
    body = scheme(await need_of(partnership), **change)
    async with await partnership.act("MINISTRY-MA") as http:
        return await http.post(await partnership.path("/mobility-schemes"), json=body)


async def test_a_circular_scheme_of_entrepreneurs_is_kept_whole(house: House) -> None:
    """S-64: duration in days, several stays a person, eligibility by formalisation and turnover."""
    partnership = await register(house)
    made = await created(partnership)
    assert made.status_code == 201, made.text
    async with await partnership.act("FIRM-BE") as http:
        shown = (await http.get(f"/v1/mobility-schemes/{made.json()['id']}")).json()
        listed = (await http.get(await partnership.path("/mobility-schemes"))).json()["items"]
    assert shown["eligibility"]["minimum_turnover"] == {"amount": "5000000", "currency": "XOF"}
    assert (shown["duration_days_max"], shown["stays_per_person"], shown["approved"]) == (180, 3, False)
    assert [each["id"] for each in listed] == [shown["id"]]


@pytest.mark.parametrize("missing", ["re_entry_right", "post_return_status"])
async def test_a_circular_scheme_names_its_re_entry_right_and_status_after_return(house: House, missing: str) -> None:
    """S-65."""
    refused = await created(await register(house), **{missing: None})
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [f"/{missing}"]


async def test_the_re_entry_right_cannot_be_taken_away_afterwards(house: House) -> None:
    """S-65."""
    partnership = await register(house)
    made = (await created(partnership)).json()
    async with await partnership.act("MINISTRY-MA") as http:
        path = f"/v1/mobility-schemes/{made['id']}"
        refused = await http.patch(path, json={"re_entry_right": None}, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/re_entry_right")


@pytest.mark.parametrize(
    "change",
    [
        {"circular": False},
        {"duration_days_min": 200},
        {"phases": ["CALL", "CALL"]},
        {"persona": "TOURIST"},
        {"quota": 0},
    ],
)
async def test_what_cannot_be_is_refused(house: House, change: dict[str, Any]) -> None:
    assert (await created(await register(house), **change)).status_code == 422


@pytest.mark.parametrize("persona", ["WORKER", "APPRENTICE", "INTERN", "EMPLOYEE_OF_SME", "EXPERT", "TRAINER"])
async def test_there_are_schemes_for_every_persona(house: House, persona: str) -> None:
    """S-49."""
    once = {"circular": False, "stays_per_person": 1, "re_entry_right": None, "post_return_status": None}
    made = await created(await register(house), persona=persona, eligibility=None, **once)
    assert (made.status_code, made.json()["persona"]) == (201, persona)


@pytest.mark.parametrize("kind", ["NEED", "JOINT_DECISION"])
async def test_a_scheme_rests_on_what_is_on_the_partnerships_record(house: House, kind: str) -> None:
    """S-49: a scheme references a joint decision or need."""
    refused = await created(await register(house), rests_on={"kind": kind, "id": MISSING})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "unknown_basis")


async def test_a_need_of_another_partnership_does_not_count(house: House) -> None:
    """S-49."""
    other = await need_of(await register(house, code="OTHER-MA-BE"))
    refused = await created(await register(house), rests_on={"kind": "NEED", "id": other})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/rests_on/id")


@pytest.mark.parametrize(
    ("in_force", "days_left", "codes"),
    [(True, 1, []), (False, 1, ["not_in_force"]), (True, -1, ["not_in_force"])],
)
def test_a_joint_decision_counts_while_it_is_in_force(in_force: bool, days_left: int, codes: list[str]) -> None:
    """S-49, S-30: both signatures, and not expired."""
    today = now().date()
    decision = JointDecision(in_force_on=today if in_force else None, expires_on=today + timedelta(days=days_left))
    assert [error.code for error in service.decision_errors(decision)] == codes


async def test_both_sides_approve_the_scheme_as_it_stands(house: House) -> None:
    """S-49: both sides' approvals; what is changed is approved again."""
    partnership = await register(house)
    path = f"/v1/mobility-schemes/{(await created(partnership)).json()['id']}"
    async with await partnership.act("MINISTRY-MA") as http:
        wrong_side = await http.post(f"{path}/approvals", json={"side": "DESTINATION"})
        origin = await http.post(f"{path}/approvals", json={"side": "ORIGIN"})
        twice = await http.post(f"{path}/approvals", json={"side": "ORIGIN"})
        half = (await http.get(path)).json()
    async with await partnership.act("MINISTRY-BE") as http:
        await http.post(f"{path}/approvals", json={"side": "DESTINATION"})
        whole = (await http.get(path)).json()
    async with await partnership.act("FIRM-BE") as http:
        no_lead = await http.post(f"{path}/approvals", json={"side": "DESTINATION"})
    async with await partnership.act("MINISTRY-MA") as http:
        stale = await http.patch(path, json={"quota": 60}, headers={"If-Match": '"1"'})
        changed = (await http.patch(path, json={"quota": 60}, headers={"If-Match": '"3"'})).json()
        given = (await http.get(f"{path}/approvals")).json()["items"]
    assert [each.status_code for each in (wrong_side, origin, twice, no_lead, stale)] == [403, 201, 409, 403, 412]
    assert (half["approved_by"], half["approved"]) == (["ORIGIN"], False)
    assert (whole["approved_by"], whole["approved"]) == (["ORIGIN", "DESTINATION"], True)
    assert (changed["approved_by"], changed["approved"], len(given)) == ([], False, 2)


def test_a_third_party_does_not_make_two_sides() -> None:
    """S-49: origin and destination approve, whoever else does."""
    sides = [
        MobilitySchemeApproval(side=side, edition=1, approved_on=date(2027, 1, 1), partnership_id=uuid4())
        for side in ("ORIGIN", "THIRD")
    ]
    assert MobilityScheme(id=UUID(MISSING), edition=1, approvals=sides).approved is False


async def test_writing_needs_a_role_and_reading_a_seat(house: House) -> None:
    partnership = await register(house)
    body = scheme(await need_of(partnership))
    async with await partnership.act("FIRM-BE") as http:
        no_role = await http.post(await partnership.path("/mobility-schemes"), json=body)
    async with await partnership.act("STRANGER") as http:
        foreign = await http.get(await partnership.path("/mobility-schemes"))
    assert (no_role.status_code, no_role.json()["code"], foreign.status_code) == (403, "role_needed", 404)


async def test_the_feed_tells_of_the_scheme_its_approvals_and_its_change(house: House) -> None:
    """S-64: matching goes by schemes that both sides want."""
    partnership = await register(house)
    path = f"/v1/mobility-schemes/{(await created(partnership)).json()['id']}"
    for code, side in (("MINISTRY-MA", "ORIGIN"), ("MINISTRY-BE", "DESTINATION")):
        async with await partnership.act(code) as http:
            await http.post(f"{path}/approvals", json={"side": side})
    async with await partnership.act("MINISTRY-MA") as http:
        await http.patch(path, json={"quota": 60}, headers={"If-Match": '"3"'})
    told = await published(house, "mobility-scheme")
    states = [(each["quota"], each["approved"]) for each in told]
    assert states == [(120, False), (120, False), (120, True), (60, False)]
    assert told[0]["eligibility"]["sectors"] == ["A01", "C10"]
