"""Joint shortage rounds over HTTP, from the first signal to the early warning."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.kit import db, tenancy
from services.kit.tables import to_xlsx
from services.registry.shortages.decisions import expire
from tests.conftest import House
from tests.registry.partnership import Partnership, alike, body, published, register

ORIGIN, DESTINATION, SCHOOL = "MINISTRY-MA", "MINISTRY-BE", "SCHOOL-MA"
MEASURED = ("vacancy_rate", "unfilled_share", "wage_growth_rel_3y")
CODES = [f"7{n:03d}" for n in range(411, 417)]
Json = dict[str, Any]


def later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    monkeypatch.setattr(db, "_clock", lambda: datetime.now(UTC) + timedelta(days=days))


def scope(**change: Any) -> Json:
    return {"origin": "MAR", "destination": "BEL", "isco08": ["7411", "7412"], "period": "2026"} | change


def signal(isco08: str, code: str, value: float, **change: Any) -> Json:
    base = {"isco08": isco08, "signal": code, "value": value, "period": "2026", "source": "Survey", "method": "Sample"}
    return base | change


def rising(*codes: str) -> list[Json]:
    """The later an occupation stands here, the tighter its market."""
    return [signal(code, measured, float(n)) for n, code in enumerate(codes) for measured in MEASURED]


def lines(rows: list[Json]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


async def opened(partnership: Partnership, by: str = ORIGIN, **change: Any) -> str:
    async with await partnership.act(by) as http:
        answer = await http.post(await partnership.path("/shortage-rounds"), json=scope(**change))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def send(partnership: Partnership, by: str, number: str, rows: list[Json]) -> Json:
    async with await partnership.act(by) as http:
        headers = {"Content-Type": "application/x-ndjson"}
        answer = await http.post(f"/v1/shortage-rounds/{number}/signals:batch", content=lines(rows), headers=headers)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def call(partnership: Partnership, by: str, path: str, data: Json | None = None) -> httpx.Response:
    async with await partnership.act(by) as http:
        return await http.post(path, json=data)


async def listed(partnership: Partnership, by: str, path: str) -> list[Json]:
    async with await partnership.act(by) as http:
        answer = await http.get(path, params={"limit": 100})
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


async def decided(partnership: Partnership, *more: Json, origin: tuple[str, ...] = ("7411", *CODES[1:])) -> list[str]:
    """Ids of the decisions about 7411 and 7412: the destination is short of both; at origin they come in the order
    of `origin`, the tightest last."""
    number = await opened(partnership, comment_days=0)
    await send(partnership, DESTINATION, number, rising("7413", "7414", "7415", "7416", "7411", "7412"))
    await send(partnership, ORIGIN, number, [*rising(*origin), *more])
    assert (await call(partnership, ORIGIN, f"/v1/shortage-rounds/{number}/computation")).status_code == 200
    proposed = await call(partnership, DESTINATION, f"/v1/shortage-rounds/{number}/decisions")
    assert proposed.status_code == 200, proposed.text
    return [item["id"] for item in await listed(partnership, ORIGIN, f"/v1/shortage-rounds/{number}/decisions")]


async def sign(partnership: Partnership, by: str, decision: str, **word: Any) -> httpx.Response:
    return await call(partnership, by, f"/v1/joint-decisions/{decision}/signatures", {"agrees": True} | word)


async def decision_of(partnership: Partnership, decision: str) -> Json:
    async with await partnership.act(SCHOOL) as http:
        found: Json = (await http.get(f"/v1/joint-decisions/{decision}")).json()
    return found


async def test_s67_the_whole_workflow(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-67: both sides submit, both indices are computed, partners comment, both sign; one year later it is over."""
    partnership = await register(house)
    number = await opened(partnership, by=DESTINATION, sectors=["E38", "C24"])
    path = f"/v1/shortage-rounds/{number}"
    await send(partnership, DESTINATION, number, rising(*CODES[2:], "7411", "7412"))
    await send(partnership, ORIGIN, number, rising("7411", "7412", *CODES[2:]))
    computed = (await call(partnership, ORIGIN, f"{path}/computation")).json()
    assert (computed["status"], len(computed["inputs_hash"])) == ("COMPUTED", 64)
    commented = await call(partnership, SCHOOL, f"{path}/comments", {"stance": "SUPPORTS", "text": "So we see it."})
    assert commented.status_code == 201
    early = await call(partnership, ORIGIN, f"{path}/decisions")
    assert (early.status_code, early.json()["guards"][0]["code"]) == (409, "COMMENT_DAYS")
    later(monkeypatch, 15)
    assert (await call(partnership, ORIGIN, f"{path}/decisions")).json()["status"] == "DECIDED"
    decisions = await listed(partnership, SCHOOL, f"{path}/decisions")
    assert [(d["isco08"], d["corridor_class"], d["status"]) for d in decisions] == [
        ("7411", "AWAY_OPEN", "PROPOSED"),
        ("7412", "AWAY_OPEN", "PROPOSED"),
    ]
    for decision in decisions:
        for side in (ORIGIN, DESTINATION):
            assert (await sign(partnership, side, decision["id"])).status_code == 201
    signed = await decision_of(partnership, decisions[0]["id"])
    assert (signed["status"], signed["expired"]) == ("IN_FORCE", False)
    days = (datetime.fromisoformat(signed["expires_on"]) - datetime.fromisoformat(signed["in_force_on"])).days
    assert days in (365, 366)
    async with await partnership.act(SCHOOL) as http:
        assert (await http.get(path)).json()["status"] == "CLOSED"
    later(monkeypatch, 15 + days + 1)
    assert (await decision_of(partnership, decisions[0]["id"]))["expired"] is True


async def test_a_side_reads_its_own_figures_only(house: House) -> None:
    """S-67, step 2: own data stays own; only what is computed is shared."""
    partnership = await register(house)
    number = await opened(partnership)
    await send(partnership, ORIGIN, number, rising(*CODES))
    path = f"/v1/shortage-rounds/{number}/signals"
    assert len(await listed(partnership, ORIGIN, path)) == 18
    assert await listed(partnership, DESTINATION, path) == []
    assert await listed(partnership, "FIRM-MA", path) == []  # not even its own side
    await call(partnership, DESTINATION, f"/v1/shortage-rounds/{number}/computation")
    shown = await listed(partnership, DESTINATION, f"/v1/shortage-rounds/{number}/indices")
    assert {index["side"] for index in shown} == {"ORIGIN", "DESTINATION"}
    assert all({"value", "values", "z"}.isdisjoint(index) for index in shown)


async def test_recomputing_gives_the_same_rows(house: House) -> None:
    """Story 5: recomputable from its inputs; another figure gives another hash."""
    partnership = await register(house)
    number = await opened(partnership)
    await send(partnership, ORIGIN, number, rising(*CODES))
    path = f"/v1/shortage-rounds/{number}"
    first = (await call(partnership, ORIGIN, f"{path}/computation")).json()
    indices = await listed(partnership, ORIGIN, f"{path}/indices")
    again = (await call(partnership, DESTINATION, f"{path}/computation")).json()
    assert first == again
    assert indices == await listed(partnership, ORIGIN, f"{path}/indices")
    await send(partnership, ORIGIN, number, [signal("7411", "vacancy_rate", 50.0)])
    changed = (await call(partnership, ORIGIN, f"{path}/computation")).json()
    assert changed["inputs_hash"] != first["inputs_hash"]


async def test_parameters_are_frozen_with_the_round(house: House) -> None:
    partnership = await register(house)
    number = await opened(partnership, parameters={"version": "COMMITTEE-1", "severe": 0.9, "shortage": 0.6})
    async with await partnership.act(DESTINATION) as http:
        kept = (await http.get(f"/v1/shortage-rounds/{number}")).json()["parameters"]
        changed = await http.patch(f"/v1/shortage-rounds/{number}", json={"parameters": {}})
    assert (kept["version"], kept["severe"], kept["surplus"], changed.status_code) == ("COMMITTEE-1", 0.9, -0.5, 405)


async def test_a_dissent_makes_the_class_more_protective(house: House) -> None:
    """Story 5: dissent with reason, then the more protective of the two classes."""
    partnership = await register(house)
    stricter, looser = await decided(partnership)
    bare = await sign(partnership, ORIGIN, stricter, agrees=False)
    assert bare.status_code == 422
    word = {"agrees": False, "reason": "Our grid needs them first."}
    await sign(partnership, ORIGIN, stricter, **word, proposed_class="DUAL_TRACK_PROTECTED")
    await sign(partnership, DESTINATION, stricter)
    found = await decision_of(partnership, stricter)
    assert [found[k] for k in ("computed_class", "corridor_class", "mode", "ratio", "status")] == [
        "AWAY_OPEN",
        "DUAL_TRACK_PROTECTED",
        "PROTECTED",
        2.0,
        "IN_FORCE",
    ]
    computed = (await decision_of(partnership, looser))["computed_class"]
    await sign(partnership, DESTINATION, looser, **word, proposed_class="AWAY_OPEN")
    await sign(partnership, ORIGIN, looser)
    assert (await decision_of(partnership, looser))["corridor_class"] == computed
    reasons = await listed(partnership, SCHOOL, f"/v1/joint-decisions/{stricter}/signatures")
    assert [(s["side"], s["agrees"], s["reason"]) for s in reasons] == [
        ("ORIGIN", False, "Our grid needs them first."),
        ("DESTINATION", True, None),
    ]


async def test_each_side_signs_once_and_by_an_authority(house: House) -> None:
    partnership = await register(house)
    decision, _ = await decided(partnership)
    for other in (SCHOOL, "FIRM-BE", "MONITOR-UN"):
        assert (await sign(partnership, other, decision)).status_code == 403
    assert (await sign(partnership, ORIGIN, decision)).status_code == 201
    again = await sign(partnership, ORIGIN, decision)
    assert (again.status_code, again.json()["guards"][0]["code"]) == (409, "SIGNED_ONCE")
    assert (await decision_of(partnership, decision))["status"] == "PROPOSED"


async def test_only_partners_comment_and_only_in_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-67, step 4: employers, unions and the training side, for fourteen days."""
    partnership = await register(house)
    number = await opened(partnership)
    path = f"/v1/shortage-rounds/{number}"
    said = {"isco08": "7411", "stance": "TIGHTER", "text": "We wait five months for an answer."}
    early = await call(partnership, "FIRM-BE", f"{path}/comments", said)
    await call(partnership, ORIGIN, f"{path}/computation")
    by = {code: await call(partnership, code, f"{path}/comments", said) for code in ("FIRM-BE", SCHOOL, "MONITOR-UN")}
    elsewhere = await call(partnership, SCHOOL, f"{path}/comments", said | {"isco08": "2221"})
    later(monkeypatch, 15)
    late = await call(partnership, "FIRM-BE", f"{path}/comments", said)
    assert [each.status_code for each in (early, *by.values(), elsewhere, late)] == [409, 201, 201, 403, 422, 409]
    assert len(await listed(partnership, SCHOOL, f"{path}/comments")) == 2


async def test_a_round_needs_a_corridor_and_a_party_of_a_side(house: House) -> None:
    partnership = await register(house)
    path = await partnership.path("/shortage-rounds")
    foreign = await call(partnership, ORIGIN, path, scope(destination="DEU"))
    assert (foreign.status_code, foreign.json()["errors"][0]["code"]) == (422, "unknown_corridor")
    assert (await call(partnership, "MONITOR-UN", path, scope())).status_code == 403
    number = await opened(partnership, by="FIRM-BE")
    assert (await call(partnership, "MONITOR-UN", f"/v1/shortage-rounds/{number}/computation")).status_code == 403
    async with await house.act("STRANGER", "partner-admin") as http:
        hidden = await http.get(f"/v1/shortage-rounds/{number}")
        missing = await http.get("/v1/shortage-rounds/01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10")
    assert hidden.status_code == 404
    assert alike(hidden, missing)


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": 101.0},
        {"value": -1.0},
        {"unit": "days"},
        {"signal": "official_list", "value": 3.0},
        {"isco08": "7"},
        {"period": "last year"},
        {"source": ""},
    ],
)
async def test_a_figure_fits_its_signal(house: House, wrong: Json) -> None:
    partnership = await register(house)
    number = await opened(partnership)
    sent = signal("7411", "vacancy_rate", 5.0) | wrong
    assert (await call(partnership, ORIGIN, f"/v1/shortage-rounds/{number}/signals", sent)).status_code == 422


async def test_signals_come_as_csv_and_xlsx_and_bad_rows_block_no_good_ones(house: House) -> None:
    partnership = await register(house)
    number = await opened(partnership)
    header = ["isco08", "signal", "value", "period", "source", "method", "causes"]
    rows = [
        ["7411", "vacancy_rate", "6,4", "2026", "Survey", "Sample", "QUANT QUAL"],
        ["7412", "vacancy_rate", "many", "2026", "Survey", "Sample", ""],
        ["7411", "vacancy_rate", "6,5", "2026", "Survey", "Sample", ""],
        ["0310", "vacancy_rate", "1", "2026", "Survey", "Sample", ""],
    ]
    csv = "\n".join(";".join(row) for row in [header, *rows]).encode()
    xlsx_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    path = f"/v1/shortage-rounds/{number}/signals:batch"
    async with await partnership.act(ORIGIN) as http:
        first = await http.post(path, content=csv, headers={"Content-Type": "text/csv"})
        second = await http.post(path, content=to_xlsx(header, rows), headers={"Content-Type": xlsx_type})
        other = await http.post(path, content=csv, headers={"Content-Type": "text/plain"})
    results = first.json()["results"]
    assert [r["status"] for r in results] == ["created", "failed", "failed", "created"]
    assert [r["errors"][0]["code"] for r in results[1:3]] == ["not_a_number", "repeated"]
    assert [r["status"] for r in second.json()["results"]] == ["unchanged", "failed", "failed", "unchanged"]
    assert other.status_code == 415
    kept = await listed(partnership, ORIGIN, f"/v1/shortage-rounds/{number}/signals")
    assert [(s["isco08"], s["value"], s["causes"]) for s in kept] == [
        ("7411", 6.4, ["QUANT", "QUAL"]),
        ("0310", 1.0, []),
    ]


EXPECTED_REFUSALS = {"other_country": 1669, "repeated": 2}
EURES = Path(os.environ.get("PASSERELLE_DATA", "../shared/data")) / "labour-market/EURES_shortage_2022.xlsx"


@pytest.mark.skipif(not EURES.exists(), reason="the EURES list is not here")
async def test_the_eures_list_becomes_the_destinations_official_list(house: House) -> None:
    """S-67: the real list of 2022, of which 167 rows are Belgium's; leading zeros are put back."""
    partnership = await register(house)
    number = await opened(partnership, isco08=["7411", "0310"])
    xlsx_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    path = f"/v1/shortage-rounds/{number}/signals:batch?layout=EURES&period=2022"
    async with await partnership.act(DESTINATION) as http:
        answer = await http.post(path, content=EURES.read_bytes(), headers={"Content-Type": xlsx_type})
    results = answer.json()["results"]
    assert len(results) == 1836
    refused = [r["errors"][0]["code"] for r in results if r["status"] == "failed"]
    assert {code: refused.count(code) for code in set(refused)} == EXPECTED_REFUSALS
    kept = []
    async with await partnership.act(DESTINATION) as http:
        url: str | None = f"/v1/shortage-rounds/{number}/signals?limit=100"
        while url:
            page = await http.get(url)
            kept += page.json()["items"]
            url = page.links.get("next", {}).get("url")
    assert len(kept) == 1836 - len(refused)
    assert {(s["signal"], s["value"], len(s["isco08"]), s["period"]) for s in kept} == {
        ("official_list", 1.0, 4, "2022")
    }


async def test_a_eures_row_gets_its_zeros_back_or_is_refused(house: House) -> None:
    partnership = await register(house)
    number = await opened(partnership)
    csv = b"Country,Job Title,ISCO08\nBE,Armed forces,310\nBE,Somebody,\nFR,Nurses,2221\n"
    path = f"/v1/shortage-rounds/{number}/signals:batch?layout=EURES"
    async with await partnership.act(DESTINATION) as http:
        answer = await http.post(path, content=csv, headers={"Content-Type": "text/csv"})
    codes = [[error["code"] for error in row["errors"]] for row in answer.json()["results"]]
    assert codes == [[], ["no_code"], ["other_country"]]
    kept = await listed(partnership, DESTINATION, f"/v1/shortage-rounds/{number}/signals")
    assert [(s["isco08"], s["note"], s["period"]) for s in kept] == [("0310", "Armed forces", "2026")]


async def test_a_thin_side_is_unknown_and_gets_a_pilot(house: House) -> None:
    """S-67 and S-30: no signal is never a zero; without data from the origin only a pilot of thirty is proposed."""
    partnership = await register(house)
    number = await opened(partnership, comment_days=0)
    await send(partnership, DESTINATION, number, rising("7413", "7414", "7415", "7416", "7411", "7412"))
    path = f"/v1/shortage-rounds/{number}"
    await call(partnership, ORIGIN, f"{path}/computation")
    origin = [i for i in await listed(partnership, ORIGIN, f"{path}/indices") if i["side"] == "ORIGIN"]
    assert {(i["shortage_class"], i["si"], i["confidence"]) for i in origin} == {("UNKNOWN", None, "D")}
    await call(partnership, ORIGIN, f"{path}/decisions")
    decisions = await listed(partnership, ORIGIN, f"{path}/decisions")
    assert {(d["corridor_class"], d["mode"], d["ratio"], d["quota_hint"]) for d in decisions} == {
        ("PILOT_TRAIN_FIRST", "TRAIN_FIRST", 1.0, 30)
    }


async def test_facts_of_both_sides_shape_the_decision(house: House) -> None:
    """S-33: quota hint from the part of the demand that mobility is meant to meet; closed without a pathway."""
    partnership = await register(house)
    number = await opened(partnership, comment_days=0)
    demand = [signal("7411", "unmet_demand", 400.0), signal("7411", "mobility_share", 25.0)]
    closed = [signal("7412", "pathway", 0.0)]
    green = [signal("741", "green_critical", 1.0)]
    await send(partnership, DESTINATION, number, [*rising(*CODES[2:], "7411", "7412"), *demand, *closed, *green])
    await send(partnership, ORIGIN, number, [*rising("7411", "7412", *CODES[2:]), *green])
    path = f"/v1/shortage-rounds/{number}"
    await call(partnership, ORIGIN, f"{path}/computation")
    await call(partnership, ORIGIN, f"{path}/decisions")
    opens, home = await listed(partnership, ORIGIN, f"{path}/decisions")
    assert (opens["corridor_class"], opens["quota_hint"], opens["ratio"]) == ("AWAY_OPEN", 100, 0.5)
    assert (home["corridor_class"], home["away_open"], home["quota_hint"]) == ("HOME_ONLY", False, 0)
    assert any(reason.startswith("NO_PATHWAY") for reason in home["reasons"])


async def test_nothing_is_sent_or_computed_after_the_proposal(house: House) -> None:
    partnership = await register(house)
    decision, _ = await decided(partnership)
    number = (await decision_of(partnership, decision))["round_id"]
    for path, data in (
        ("/signals", signal("7411", "vacancy_rate", 1.0)),
        ("/computation", None),
        ("/decisions", None),
    ):
        refused = await call(partnership, ORIGIN, f"/v1/shortage-rounds/{number}{path}", data)
        assert (refused.status_code, refused.json()["guards"][0]["code"]) == (409, "ROUND_STATUS")


async def test_an_expired_proposal_cannot_be_signed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-30: demand evolves; what was assessed a year ago opens nothing."""
    partnership = await register(house)
    decision, _ = await decided(partnership)
    later(monkeypatch, 367)
    refused = await sign(partnership, ORIGIN, decision)
    assert (refused.status_code, refused.json()["guards"][0]["code"]) == (409, "NOT_EXPIRED")


def seen(**change: Any) -> Json:
    today = db.now().date().isoformat()
    return {"observed_on": today, "source": "Register", "method": "Deregistrations"} | change


async def test_early_warnings_and_the_stop(house: House) -> None:
    """Story 8: a vacancy rate 25 % higher warns, one percent of the stock alarms, two percent close the away track."""
    partnership = await register(house)
    baseline = signal("7411", "vacancy_rate", 4.0, source="Other survey", period="2026-Q4")
    decision, _ = await decided(partnership, baseline)
    path = f"/v1/joint-decisions/{decision}/observations"
    unsigned = await call(partnership, ORIGIN, path, seen(origin_vacancy_rate=5.0))
    assert unsigned.json()["guards"][0]["code"] == "DECISION_STATUS"
    for side in (ORIGIN, DESTINATION):
        await sign(partnership, side, decision)
    departures = [{"incumbent_departures": n, "employed_stock": 3100} for n in (30, 31, 62)]
    given = [{"origin_vacancy_rate": 4.9}, {"origin_vacancy_rate": 5.0}, *departures]
    answers = [(await call(partnership, ORIGIN, path, seen(**each))).json() for each in given]
    assert [[w["code"] for w in a["warnings"]] for a in answers] == [
        [],
        ["VACANCY_RATE_RISE"],
        [],
        ["BRAIN_DRAIN_ALARM"],
        ["BRAIN_DRAIN_STOP"],
    ]
    assert answers[3]["pressure_percent"] == 1.0
    found = await decision_of(partnership, decision)
    assert (found["status"], found["away_open"], found["warnings"]) == ("SUSPENDED", False, ["BRAIN_DRAIN_STOP"])
    events = [e for e in await published(house, "joint-decision") if e["id"] == decision]
    assert (events[-1]["away_open"], events[-1]["warnings"]) == (False, ["BRAIN_DRAIN_STOP"])
    assert (await call(partnership, DESTINATION, path, seen(origin_vacancy_rate=5.0))).status_code == 403
    assert len(await listed(partnership, DESTINATION, path)) == 5


async def test_a_class_of_the_round_before_stays_within_the_hysteresis(house: House) -> None:
    """S-30: assessments are versioned in time; the round before is an input of the next."""
    partnership = await register(house)
    first = await opened(partnership)
    await send(partnership, ORIGIN, first, rising(*CODES))
    one = (await call(partnership, ORIGIN, f"/v1/shortage-rounds/{first}/computation")).json()
    second = await opened(partnership)
    await send(partnership, ORIGIN, second, rising(*CODES))
    two = (await call(partnership, ORIGIN, f"/v1/shortage-rounds/{second}/computation")).json()
    assert one["inputs_hash"] != two["inputs_hash"]


async def test_the_history_shows_who_moved_a_round(house: House) -> None:
    partnership = await register(house)
    number = await opened(partnership, by=DESTINATION)
    await call(partnership, ORIGIN, f"/v1/shortage-rounds/{number}/computation")
    async with await partnership.act(SCHOOL) as http:
        versions = (await http.get(f"/v1/shortage-rounds/{number}/history")).json()["items"]
    movers = [await house.organisation(code) for code in (DESTINATION, ORIGIN)]
    assert [version["by_organisation"] for version in versions] == movers
    assert [version["record"]["status"] for version in versions] == ["OPEN", "COMPUTED"]


async def test_a_party_of_both_sides_must_be_one(house: House) -> None:
    """Whose figures would they be?"""
    sent = await body(house)
    both = {"organisation_id": await house.organisation(ORIGIN), "side": "DESTINATION", "role": "FUNDER"}
    partnership = await register(house, parties=[*sent["parties"], both])
    number = await opened(partnership)
    refused = await call(partnership, ORIGIN, f"/v1/shortage-rounds/{number}/signals", signal("7411", "regulated", 1.0))
    assert (refused.status_code, refused.json()["code"]) == (403, "side_needed")


async def test_what_was_sent_after_the_computation_is_computed_before_it_is_decided_on(house: House) -> None:
    """S-67: partners commented on indices; nobody's later figure decides behind them."""
    partnership = await register(house)
    number = await opened(partnership, comment_days=0)
    path = f"/v1/shortage-rounds/{number}"
    await send(partnership, DESTINATION, number, rising("7413", "7414", "7415", "7416", "7411", "7412"))
    await send(partnership, ORIGIN, number, rising("7411", *CODES[1:]))
    await call(partnership, ORIGIN, f"{path}/computation")
    await send(partnership, ORIGIN, number, [signal("7411", "training_capacity", 5.0)])
    early = await call(partnership, DESTINATION, f"{path}/decisions")
    assert (early.status_code, early.json()["guards"][0]["code"]) == (409, "COMPUTED_AS_IT_STANDS")
    await call(partnership, ORIGIN, f"{path}/computation")
    assert (await call(partnership, DESTINATION, f"{path}/decisions")).status_code == 200


async def test_other_services_hear_that_a_decision_has_expired_on_the_day(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-67: one year later it is over, for matching as well, and it is said once."""
    partnership = await register(house)
    decision, _ = await decided(partnership)
    for code in (ORIGIN, DESTINATION):
        await sign(partnership, code, decision)
    told = []
    for days in (364, 367, 368):
        later(monkeypatch, days)
        async with house.databases["registry"].transaction(tenancy.HOUSE) as session:
            assert await expire(session) is False
        monkeypatch.undo()
        states = [(event["status"], event["away_open"]) for event in await published(house, "joint-decision")]
        told.append(states.count(("EXPIRED", False)))
    assert told == [0, 1, 1]
