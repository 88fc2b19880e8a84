"""Demand of many employers in one call: mandates, concepts, the response mix, and the roll-up."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
from sqlalchemy import text

from services.kit import tenancy
from services.kit.tables import CSV, XLSX, to_csv, to_xlsx
from tests.conftest import House
from tests.registry.partnership import MISSING, OTHER_SKILL, ROLES, SKILL, Partnership, alike, register
from tests.registry.test_mandates import give
from tests.registry.test_vacancies import load_taxonomy

MIX = {
    "domestic_training": 40,
    "upskilling": 20,
    "working_conditions": 10,
    "intra_regional": 10,
    "international_mobility": 20,
}
ABROAD = dict.fromkeys(MIX, 0) | {"international_mobility": 100}


def line(partnership: Partnership, **change: Any) -> dict[str, Any]:
    return {
        "external_id": "L-1",
        "partnership_id": partnership.id,
        "employer_key": "MEMBER-7",
        "isco08": "7127",
        "skills": [{"uri": SKILL}, {"uri": OTHER_SKILL}],
        "country": "BEL",
        "persons": 12,
        "year": 2027,
        "quarter": 2,
        "response_mix": MIX,
    } | change


async def with_federation(house: House) -> Partnership:
    partnership = await register(house)
    federation = await house.organisation("FEDERATION", type="EMPLOYERS_FEDERATION", sector="SOCIAL_PARTNER")
    parties = partnership.body["parties"]
    parties.append({"organisation_id": federation, "side": "DESTINATION", "role": "DEMAND_HOLDER"})
    assert (await partnership.patch(parties=parties)).status_code == 200
    return partnership


async def send(house: House, *lines: Any, by: str = "FEDERATION", **query: Any) -> list[dict[str, Any]]:
    body = "\n".join(json.dumps(each) for each in lines)
    return await post(house, "application/x-ndjson", body.encode(), by, **query)


async def post(house: House, media_type: str, body: bytes, by: str, **query: Any) -> list[dict[str, Any]]:
    async with await house.act(by, *ROLES) as http:
        headers = {"Content-Type": media_type}
        answer = await http.post("/v1/demand-forecasts:batch", content=body, headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


async def get(house: House, path: str, by: str = "FEDERATION", **query: Any) -> httpx.Response:
    async with await house.act(by, *ROLES) as http:
        return await http.get(path, params=query)


def codes(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in result["errors"]]


async def test_a_federation_submits_for_forty_members_in_one_call(house: House) -> None:
    """Story 6, S-13: one call, a mandate for each registered employer, a roll-up by employer."""
    partnership = await with_federation(house)
    await load_taxonomy(house)
    await give(house, "FIRM-BE", scopes=["SUBMIT_DEMAND"])
    firm, stranger = [await house.organisation(code) for code in ("FIRM-BE", "STRANGER")]
    lines = [line(partnership, external_id=f"L-{n}", employer_key=f"M-{n}", persons=n) for n in range(1, 41)]
    of = {"employer_key": None}
    lines.append(line(partnership, external_id="FIRM", employer_id=firm, persons=5, **of))
    lines.append(line(partnership, external_id="STRANGER", employer_id=stranger, **of))
    lines.append(line(partnership, external_id="OWN", persons=3, **of))
    results = await send(house, *lines)
    assert [each["status"] for each in results] == ["created"] * 41 + ["failed", "created"]
    assert codes(results[41]) == [("/employer_id", "mandate_needed")]
    summary = (await get(house, "/v1/demand-forecasts/summary", partnership=partnership.id)).json()
    assert summary["persons"] == sum(range(1, 41)) + 5 + 3
    groups = {group["employer_key"] or group["employer_id"]: group for group in summary["groups"]}
    assert len(groups) == 42
    assert (groups["M-40"]["persons"], groups["M-40"]["green_persons"]) == (40, 20.0)
    assert groups[firm]["by_response"]["international_mobility"] == 1.0
    assert sum(groups[firm]["by_response"].values()) == groups[firm]["persons"]


async def test_a_repeat_changes_nothing_and_a_change_is_an_update(house: House) -> None:
    partnership = await with_federation(house)
    statuses = [
        (await send(house, line(partnership, **change), **query))[0]["status"]
        for change, query in (
            ({}, {"validate_only": "true"}),
            ({}, {}),
            ({}, {}),
            ({"persons": 0}, {}),
        )
    ]
    assert statuses == ["valid", "created", "unchanged", "updated"]
    summary = (await get(house, "/v1/demand-forecasts/summary", partnership=partnership.id)).json()
    assert (summary["persons"], summary["groups"]) == (0, [])


async def test_a_response_mix_sums_to_100(house: House) -> None:
    """S-33: every demand says how it is to be met, in percent that sum to 100."""
    partnership = await with_federation(house)
    short, absent, whole = await send(
        house,
        line(partnership, external_id="A", response_mix=MIX | {"upskilling": 19}),
        line(partnership, external_id="B", response_mix=None),
        line(partnership, external_id="C"),
    )
    assert codes(short) == [("/response_mix", "value_error")]
    assert [absent["status"], whole["status"]] == ["failed", "created"]


async def test_mobility_alone_is_justified_and_warned_of(house: House) -> None:
    """S-33: international_mobility = 100 % triggers a warning to be justified."""
    partnership = await with_federation(house)
    bare, justified = await send(
        house,
        line(partnership, external_id="A", response_mix=ABROAD),
        line(
            partnership,
            external_id="B",
            response_mix=ABROAD,
            justification="Nobody trains for it here.",
            cause="CONDITIONS",
        ),
    )
    assert bare["status"] == "failed"
    assert (justified["status"], [w["code"] for w in justified["warnings"]]) == (
        "created",
        ["mobility_alone", "conditions_first"],
    )


async def test_unknown_concepts_come_with_what_may_be_meant(house: House) -> None:
    """Story 6: ESCO validation with up to three suggestions by the likeness of labels."""
    partnership = await with_federation(house)
    await load_taxonomy(house)
    async with house.databases["registry"].transaction(tenancy.HOUSE) as session:
        for uri, label in ((SKILL, "install photovoltaic systems"), (OTHER_SKILL, "work in teams")):
            query = (
                "INSERT INTO concept_labels (taxonomy_id, uri, language, kind, label, alternatives, folded)"
                " VALUES (1, :uri, 'en', 'skill', :label, '{}', :label)"
            )
            await session.execute(text(query), {"uri": uri, "label": label})
    skills = [{"uri": SKILL[:-1] + "x", "label": "Install photovoltaic system"}, {"label": "working in team"}]
    [refused] = await send(house, line(partnership, skills=skills))
    assert codes(refused) == [("/skills/0/uri", "unknown_concept"), ("/skills/1/uri", "not_a_concept")]
    suggested = [(each["pointer"], each["uri"]) for each in refused["suggestions"]]
    assert suggested == [("/skills/0/uri", SKILL), ("/skills/1/uri", OTHER_SKILL)]


async def test_cross_disciplinary_and_green_shares_are_computed(house: House) -> None:
    """S-33: reuse levels transversal and cross-sector make a skill cross-disciplinary."""
    partnership = await with_federation(house)
    await load_taxonomy(house)
    async with house.databases["registry"].transaction(tenancy.HOUSE) as session:
        for uri, level in ((SKILL, "occupation-specific"), (OTHER_SKILL, "transversal")):
            change = "UPDATE skills SET reuse_level = :level WHERE uri = :uri"
            await session.execute(text(change), {"uri": uri, "level": level})
    [created] = await send(house, line(partnership))
    read = (await get(house, f"/v1/demand-forecasts/{created['id']}")).json()
    assert (read["green_share"], read["cross_disciplinary_share"]) == (0.5, 0.5)


async def test_training_needs_are_lines_of_their_own_kind(house: House) -> None:
    """S-47: employers and employment services say which training is needed."""
    partnership = await with_federation(house)
    need = line(partnership, kind="TRAINING_NEED", response_mix=None, employer_key=None)
    bare, told = await send(house, need | {"external_id": "A", "skills": []}, need, by="FIRM-MA")
    assert (bare["status"], told["status"]) == ("failed", "created")
    path = await partnership.path("/demand")
    for kind, count in {"TRAINING_NEED": 1, "FORECAST": 0}.items():
        assert len((await get(house, path, "MINISTRY-BE", kind=kind)).json()["items"]) == count
    summary = (await get(house, "/v1/demand-forecasts/summary", partnership=partnership.id)).json()
    assert (summary["persons"], summary["groups"][0]["kind"]) == (0, "TRAINING_NEED")


async def test_parties_and_the_employer_read_a_line_and_nobody_else(house: House) -> None:
    partnership = await with_federation(house)
    await give(house, "MEMBER-OUTSIDE", scopes=["SUBMIT_DEMAND"])
    member = await house.organisation("MEMBER-OUTSIDE")
    [created] = await send(house, line(partnership, employer_id=member, employer_key=None))
    path = f"/v1/demand-forecasts/{created['id']}"
    assert [(await get(house, path, code)).status_code for code in ("FIRM-MA", "MEMBER-OUTSIDE")] == [200, 200]
    foreign, missing = [await get(house, f"/v1/demand-forecasts/{e}", "STRANGER") for e in (created["id"], MISSING)]
    assert foreign.status_code == 404
    assert alike(foreign, missing)
    own = (await get(house, "/v1/demand-forecasts", "MEMBER-OUTSIDE", employer=member)).json()["items"]
    assert [each["id"] for each in own] == [created["id"]]
    [refused] = await send(house, line(partnership, employer_key=None), by="STRANGER")
    assert codes(refused) == [("/partnership_id", "not_a_party")]


async def test_demand_is_sent_as_a_table(house: House) -> None:
    partnership = await with_federation(house)
    mix = [f"response_mix.{name}" for name in MIX]
    header = ["external_id", "partnership_id", "employer_key", "isco08", "skills", "country", "persons", "year", *mix]
    skills = f"{SKILL} | {OTHER_SKILL}"
    rows = [
        ["L-1", partnership.id, "M-1", "7127", skills, "BEL", 12, 2027, *MIX.values()],
        ["L-2", partnership.id, "M-2", "0110", skills, "BEL", "many", 2027, *MIX.values()],
    ]
    as_csv = await post(house, CSV, to_csv(header, rows), "FEDERATION")
    as_xlsx = await post(house, XLSX, to_xlsx(header, rows), "FEDERATION")
    assert [each["status"] for each in as_csv] == ["created", "failed"]
    assert codes(as_csv[1]) == [("/persons", "int_type")]
    assert [each["status"] for each in as_xlsx] == ["unchanged", "failed"]


async def test_a_slow_client_holds_no_connection_while_it_sends(house: House) -> None:
    """Else as many slow senders as the pool has connections would stop the service for everybody."""
    partnership = await register(house)
    held = []

    async def slowly() -> AsyncIterator[bytes]:
        for piece in (b'{"external_id":', b' "L-1"}\n'):
            held.append(house.databases["registry"].engine.pool.checkedout())  # type: ignore[attr-defined]
            yield piece

    async with await partnership.act("FIRM-BE") as http:
        headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": "slow"}
        answer = await http.post("/v1/demand-forecasts:batch", content=slowly(), headers=headers)
    assert (answer.status_code, held) == (200, [0, 0])
