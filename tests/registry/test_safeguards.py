"""Brain-drain safeguards over HTTP: the default, the origin's key, and the second key."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.kit.db import now
from tests.conftest import House
from tests.registry.completion import agreement
from tests.registry.partnership import CAST, Partnership, body, published, register
from tests.registry.test_shortages import CODES, call, listed, opened, rising, send

ORIGIN, DESTINATION = "MINISTRY-MA", "MINISTRY-BE"
Json = dict[str, Any]


def day(number: int) -> str:
    return (now().date() + timedelta(days=number)).isoformat()


def text(**change: Any) -> Json:
    base = {"origin": "MAR", "isco08_minor": "741", "reason": "As agreed."}
    return base | {"valid_from": day(0), "expires_on": day(365)} | change


async def registered(partnership: Partnership, by: str = ORIGIN, **change: Any) -> httpx.Response:
    return await call(partnership, by, await partnership.path("/safeguards"), text(**change))


async def patch(partnership: Partnership, safeguard: str, by: str = ORIGIN, **change: Any) -> httpx.Response:
    path = f"/v1/safeguards/{safeguard}"
    async with await partnership.act(by) as http:
        tag = (await http.get(path)).headers["ETag"]
        return await http.patch(path, json=change, headers={"If-Match": tag})


async def compensation(partnership: Partnership, kind: str = "BLMA", **change: Any) -> str:
    """An agreement that both sides signed."""
    made = ""
    for wanted in agreement(CAST, kind):
        path = wanted.path.format(partnership=partnership.id, **{kind: made})
        text = wanted.body if made else (wanted.body or {}) | change
        answer = await call(partnership, wanted.who, path, text)
        assert answer.is_success, answer.text
        made = made or answer.json()["id"]
    return made


async def senegal(house: House) -> Partnership:
    sent = await body(house)
    return await register(house, corridors=[sent["corridors"][0] | {"origin": "SEN", "origin_currency": "XOF"}])


async def test_what_is_unknown_is_train_first_and_never_open(house: House) -> None:
    """Precaution: without an index of the origin the default is TRAIN_FIRST, and OPEN needs two keys."""
    partnership = await register(house)
    made = (await registered(partnership)).json()
    assert [made[k] for k in ("origin_status", "default_mode", "mode", "ratio", "list_flag")] == [
        "UNKNOWN",
        "TRAIN_FIRST",
        "TRAIN_FIRST",
        1.0,
        False,
    ]
    refused = await registered(partnership, isco08_minor="721", mode="OPEN")
    assert (refused.status_code, refused.json()["guards"][0]["code"]) == (409, "SAFEGUARD_TWO_KEYS")


@pytest.mark.parametrize(
    ("order", "status", "mode"),
    [
        (("7411", *CODES[1:]), "SURPLUS", "OPEN"),
        ((*CODES[1:], "7411"), "SEVERE_SHORTAGE", "PROTECTED"),
    ],
)
async def test_the_default_follows_from_the_origins_index(
    house: House, order: tuple[str, ...], status: str, mode: str
) -> None:
    """S-67: computed from the last round, never ticked by hand."""
    partnership = await register(house)
    number = await opened(partnership, isco08=["7411"])
    await send(partnership, ORIGIN, number, rising(*order))
    await call(partnership, ORIGIN, f"/v1/shortage-rounds/{number}/computation")
    made = (await registered(partnership)).json()
    assert [made["origin_status"], made["default_mode"], made["mode"]] == [status, mode, mode]


async def test_a_listed_health_profession_is_blocked(house: House) -> None:
    """The fixture of WHO's list of 2023: nurses of Senegal; its electricians are not concerned."""
    partnership = await senegal(house)
    nurses = (await registered(partnership, origin="SEN", isco08_minor="222")).json()
    electricians = (await registered(partnership, origin="SEN")).json()
    assert [(s["list_flag"], s["mode"]) for s in (nurses, electricians)] == [(True, "BLOCKED"), (False, "TRAIN_FIRST")]
    looser = await patch(partnership, nurses["id"], mode="PROTECTED")
    assert looser.json()["guards"][0]["code"] == "SAFEGUARD_TWO_KEYS"


async def test_looser_than_the_default_needs_two_keys_and_an_agreement(house: House) -> None:
    """Story 8: override impossible without dual key."""
    partnership = await senegal(house)
    nurses = (await registered(partnership, origin="SEN", isco08_minor="222")).json()["id"]
    path = f"/v1/safeguards/{nurses}/consents"
    agreed = await compensation(partnership)
    word = {"mode": "PROTECTED", "agreement_id": agreed, "reason": "We fund 200 places a year."}
    missing = await call(partnership, DESTINATION, path, word | {"agreement_id": nurses})
    assert (missing.status_code, missing.json()["guards"][0]["code"]) == (409, "COMPENSATION_AGREEMENT")
    assert (await call(partnership, ORIGIN, path, word)).status_code == 403
    assert (await call(partnership, "FIRM-BE", path, word)).status_code == 403
    assert (await call(partnership, DESTINATION, path, word)).status_code == 201
    assert (await patch(partnership, nurses, mode="TRAIN_FIRST")).status_code == 409
    loosened = await patch(partnership, nurses, mode="PROTECTED")
    assert (loosened.status_code, loosened.json()["mode"], loosened.json()["ratio"]) == (200, "PROTECTED", 2.0)
    assert len(await listed(partnership, ORIGIN, path)) == 1


@pytest.mark.parametrize(
    ("kind", "change"), [("MOU", {}), ("FRAMEWORK", {}), ("BLMA", {"legal_status": "NON_BINDING"})]
)
async def test_not_every_agreement_compensates(house: House, kind: str, change: Json) -> None:
    """Domain 02 §7: an agreement between governments that binds; no memorandum and no declaration."""
    partnership = await senegal(house)
    nurses = (await registered(partnership, origin="SEN", isco08_minor="222")).json()["id"]
    agreed = await compensation(partnership, kind, **change)
    word = {"mode": "PROTECTED", "agreement_id": agreed, "reason": "We fund 200 places a year."}
    refused = await call(partnership, DESTINATION, f"/v1/safeguards/{nurses}/consents", word)
    assert (refused.status_code, refused.json()["guards"][0]["code"]) == (409, "COMPENSATION_AGREEMENT")


async def test_what_an_agreement_loosened_is_published_with_its_end(house: House) -> None:
    """Story 8: also when a party ends it early, so that matching goes back to the default on that day."""
    partnership = await senegal(house)
    nurses = (await registered(partnership, origin="SEN", isco08_minor="222")).json()["id"]
    agreed = await compensation(partnership, expires_on=day(200))
    word = {"mode": "PROTECTED", "agreement_id": agreed, "reason": "We fund 200 places a year."}
    assert (await call(partnership, DESTINATION, f"/v1/safeguards/{nurses}/consents", word)).status_code == 201
    assert (await patch(partnership, nurses, mode="PROTECTED")).status_code == 200
    notice = {"ends_on": day(30), "reason": "The places were not funded."}
    ended = await call(partnership, ORIGIN, f"/v1/agreements/{agreed}/terminations", notice)
    assert ended.status_code == 201, ended.text
    told = [(e["mode"], e["default_mode"], e["loose_until"]) for e in await published(house, "safeguard")]
    assert told == [
        ("BLOCKED", "BLOCKED", None),
        ("PROTECTED", "BLOCKED", day(200)),
        ("PROTECTED", "BLOCKED", day(29)),
    ]


async def test_the_origin_alone_makes_it_stricter_and_takes_that_back(house: House) -> None:
    partnership = await register(house)
    made = (await registered(partnership)).json()["id"]
    for mode in ("BLOCKED", "TRAIN_FIRST", "PROTECTED"):
        assert (await patch(partnership, made, mode=mode)).status_code == 200
    assert [event["mode"] for event in await published(house, "safeguard")] == [
        "TRAIN_FIRST",
        "BLOCKED",
        "TRAIN_FIRST",
        "PROTECTED",
    ]


async def test_only_the_origins_authority_sets_it(house: House) -> None:
    partnership = await register(house)
    for other in (DESTINATION, "SCHOOL-MA", "FIRM-MA", "MONITOR-UN"):
        assert (await registered(partnership, by=other)).status_code == 403
    made = (await registered(partnership)).json()["id"]
    assert (await patch(partnership, made, by=DESTINATION, mode="BLOCKED")).status_code == 403
    assert len(await listed(partnership, "MONITOR-UN", await partnership.path("/safeguards"))) == 1
    async with await house.act("STRANGER", "partner-admin") as http:
        assert (await http.get(f"/v1/safeguards/{made}")).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"origin": "TUN"}, 422),
        ({"isco08_minor": "7411"}, 422),
        ({"ratio": 0.5}, 422),
        ({"mode": "PROTECTED", "ratio": 1.5}, 422),
        ({"expires_on": day(-1)}, 422),
        ({"expires_on": day(400)}, 422),
        ({"ratio": 1.5}, 201),
    ],
)
async def test_a_safeguard_is_bounded(house: House, wrong: Json, status: int) -> None:
    """S-30: for twelve months at most, and never below the ratio of its mode."""
    partnership = await register(house)
    assert (await registered(partnership, **wrong)).status_code == status


async def test_its_history_is_kept(house: House) -> None:
    partnership = await register(house)
    made = (await registered(partnership)).json()["id"]
    await patch(partnership, made, mode="BLOCKED", reason="Closed by decree.")
    async with await partnership.act("MONITOR-UN") as http:
        versions = (await http.get(f"/v1/safeguards/{made}/history")).json()["items"]
    assert [version["record"]["mode"] for version in versions] == ["TRAIN_FIRST", "BLOCKED"]
