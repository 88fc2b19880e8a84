"""Vacancies over HTTP, one by one and in batches."""

import asyncio
import json
from typing import Any

import httpx
from sqlalchemy import event, text

from services.kit import tenancy
from tests.conftest import House
from tests.registry.partnership import (
    MISSING,
    OTHER_SKILL,
    ROLES,
    SKILL,
    Partnership,
    alike,
    offer_job,
    published,
    register,
    vacancy,
)

OCCUPATION = "http://data.europa.eu/esco/occupation/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b"


async def load_taxonomy(house: House) -> None:
    """An invented taxonomy of two skills, one of them green, and one ISCO group."""
    statements = (
        "INSERT INTO taxonomies (id, version, active, languages, sources, report, imported_at)"
        " VALUES (1, 'v0', true, '[\"en\"]', '{}', '{}', now())",
        "INSERT INTO isco_groups (taxonomy_id, code, uri, description) VALUES (1, '7127', '', '')",
        *(
            f"INSERT INTO skills (taxonomy_id, uri, green, description) VALUES (1, '{uri}', {green}, '')"
            for uri, green in ((SKILL, True), (OTHER_SKILL, False))
        ),
    )
    async with house.databases["registry"].transaction(tenancy.HOUSE) as session:
        for statement in statements:
            await session.execute(text(statement))


async def send(partnership: Partnership, employer: str, *rows: Any, **query: Any) -> httpx.Response:
    lines = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    async with await partnership.act(employer) as http:
        headers = {"Content-Type": "application/x-ndjson"}
        return await http.post("/v1/vacancies:batch", content=lines.encode(), headers=headers, params=query)


def statuses(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["status"] for row in answer.json()["results"]]


async def test_a_vacancy_is_read_by_the_parties_and_by_nobody_else(house: House) -> None:
    partnership = await register(house)
    job = await offer_job(partnership, "FIRM-BE")
    for code in ("FIRM-BE", "FIRM-MA", "MINISTRY-MA"):
        async with await partnership.act(code) as http:
            read = await http.get(f"/v1/vacancies/{job}")
        assert (read.status_code, read.json()["status"], read.headers["ETag"]) == (200, "OPEN", '"1"')
    async with await house.act("STRANGER", *ROLES) as http:
        assert (await http.get("/v1/vacancies")).json() == {"items": []}
        foreign, missing = [await http.get(f"/v1/vacancies/{each}") for each in (job, MISSING)]
    assert foreign.status_code == 404
    assert alike(foreign, missing)


async def test_only_the_employer_writes(house: House) -> None:
    partnership = await register(house)
    job = await offer_job(partnership, "FIRM-BE")
    tag = {"If-Match": '"1"'}
    for code, status in {"FIRM-MA": 403, "STRANGER": 404}.items():
        async with await house.act(code, *ROLES) as http:
            changed = await http.patch(f"/v1/vacancies/{job}", json={"places": 9}, headers=tag)
            moved = await http.post(f"/v1/vacancies/{job}/transitions", json={"to": "PAUSED"})
        assert (changed.status_code, moved.status_code) == (status, status)
    async with await house.act("FIRM-BE", "counsellor") as http:
        assert (await http.post("/v1/vacancies", json=vacancy(partnership.id))).status_code == 403


async def test_a_vacancy_is_offered_only_where_the_employer_is_a_party(house: House) -> None:
    partnership = await register(house)
    async with await house.act("STRANGER", *ROLES) as http:
        foreign, missing = [await http.post("/v1/vacancies", json=vacancy(each)) for each in (partnership.id, MISSING)]
    assert (foreign.status_code, foreign.json()["errors"][0]["pointer"]) == (422, "/partnership_ids/0")
    assert alike(foreign, missing)


async def test_an_external_id_is_given_once_an_organisation(house: House) -> None:
    partnership = await register(house)
    await offer_job(partnership, "FIRM-BE")
    async with await partnership.act("FIRM-BE") as http:
        again = await http.post("/v1/vacancies", json=vacancy(partnership.id))
    assert (again.status_code, again.json()["code"]) == (409, "already_exists")
    await offer_job(partnership, "FIRM-MA")


async def test_all_wages_of_a_vacancy_have_one_currency(house: House) -> None:
    partnership = await register(house)
    dirham = {"amount": "20000.00", "currency": "MAD"}
    body = vacancy(partnership.id, wage_floor=dirham, net_monthly_wage_estimate=dirham)
    async with await partnership.act("FIRM-BE") as http:
        refused = await http.post("/v1/vacancies", json=body)
    pointers = [e["pointer"] for e in refused.json()["errors"]]
    assert (refused.status_code, pointers) == (422, ["/net_monthly_wage_estimate/currency", "/wage_floor/currency"])


async def test_a_change_is_merged_checked_as_a_whole_and_published(house: House) -> None:
    partnership = await register(house)
    job = await offer_job(partnership, "FIRM-BE", minimum_eqf=4, green_share=0.25)
    async with await partnership.act("FIRM-BE") as http:
        path = f"/v1/vacancies/{job}"
        assert (await http.patch(path, json={"places": 2})).status_code == 428
        assert (await http.patch(path, json={"places": 2}, headers={"If-Match": '"3"'})).status_code == 412
        changed = await http.patch(path, json={"places": 2, "minimum_eqf": None}, headers={"If-Match": '"1"'})
        early = await http.patch(path, json={"start_to": "2027-01-01"}, headers={"If-Match": '"2"'})
        wage = {"gross_monthly_wage": {"amount": "1.00", "currency": "USD"}, "wage_floor": None}
        withdrawn = await http.patch(path, json={**wage, "partnership_ids": []}, headers={"If-Match": '"2"'})
    told = {name: changed.json()[name] for name in ("places", "minimum_eqf", "green_share", "version")}
    assert told == {"places": 2, "minimum_eqf": None, "green_share": 0.25, "version": 2}
    assert (early.status_code, withdrawn.status_code) == (422, 200)
    async with await partnership.act("FIRM-MA") as http:
        assert (await http.get(path)).status_code == 404
    events = await published(house, "vacancy")
    assert [(e["places"], e["partnership_ids"]) for e in events] == [
        (1, [partnership.id]),
        (2, [partnership.id]),
        (2, []),
    ]


async def test_open_and_paused_alternate_and_the_others_are_final(house: House) -> None:
    partnership = await register(house)
    for final in ("FILLED", "WITHDRAWN"):
        job = await offer_job(partnership, "FIRM-BE", external_id=final)
        async with await partnership.act("FIRM-BE") as http:
            path = f"/v1/vacancies/{job}/transitions"
            for state in ("PAUSED", "OPEN", "PAUSED", final):
                moved = await http.post(path, json={"to": state, "reason": f"Now {state}."})
                assert (moved.status_code, moved.json()["status"]) == (200, state)
                assert moved.json()["status_reason"] == f"Now {state}."
            for state in ("OPEN", "PAUSED", "FILLED", "WITHDRAWN"):
                refused = await http.post(path, json={"to": state})
                assert (refused.status_code, refused.json()["guards"][0]["code"]) == (409, "TRANSITION_UNKNOWN")
    assert [e["status"] for e in await published(house, "vacancy")][-1] == "WITHDRAWN"


async def test_lists_are_filtered(house: House) -> None:
    partnership = await register(house)
    await offer_job(partnership, "FIRM-BE", external_id="A")
    await offer_job(partnership, "FIRM-MA", external_id="B", country="MAR", isco08="7411", partnership_ids=[])
    async with await partnership.act("FIRM-MA") as http:
        for query, keys in {
            f"partnership={partnership.id}": ["A"],
            "country=MAR": ["B"],
            "isco08=7127": ["A"],
            "status=OPEN": ["A", "B"],
            "status=FILLED": [],
        }.items():
            items = (await http.get(f"/v1/vacancies?{query}")).json()["items"]
            assert [item["external_id"] for item in items] == keys, query


async def test_the_green_share_is_computed_unless_stated(house: House) -> None:
    partnership = await register(house)
    without_taxonomy = await offer_job(partnership, "FIRM-BE", external_id="A")
    await load_taxonomy(house)
    both = [{"uri": SKILL}, {"uri": OTHER_SKILL}]
    computed = await offer_job(partnership, "FIRM-BE", external_id="B", skills=both)
    stated = await offer_job(partnership, "FIRM-BE", external_id="C", skills=both, green_share=0.9)
    async with await partnership.act("FIRM-BE") as http:
        shares = [
            (await http.get(f"/v1/vacancies/{job}")).json()["green_share"]
            for job in (without_taxonomy, computed, stated)
        ]
        for job in (computed, stated):
            skills = {"skills": [{"uri": OTHER_SKILL}]}
            changed = await http.patch(f"/v1/vacancies/{job}", json=skills, headers={"If-Match": '"1"'})
            shares.append(changed.json()["green_share"])
    assert shares == [None, 0.5, 0.9, 0.0, 0.9]


async def test_unknown_concepts_name_the_nearest_known(house: House) -> None:
    partnership = await register(house)
    await load_taxonomy(house)
    body = vacancy(partnership.id, isco08="7128", skills=[{"uri": SKILL[:-1] + "c"}], esco_uri=SKILL)
    async with await partnership.act("FIRM-BE") as http:
        refused = await http.post("/v1/vacancies", json=body)
        assert (await http.post("/v1/vacancies", json=vacancy(partnership.id))).status_code == 201
    assert refused.status_code == 422
    errors = {e["pointer"]: e for e in refused.json()["errors"]}
    assert SKILL in errors["/skills/0/uri"]["message"]
    assert "7127" in errors["/isco08"]["message"]
    assert errors["/esco_uri"]["code"] == "wrong_kind_of_concept"


async def test_a_batch_reports_row_by_row_and_bad_rows_block_nothing(house: House) -> None:
    partnership = await register(house)
    await load_taxonomy(house)
    await offer_job(partnership, "FIRM-BE", external_id="KNOWN")
    other_currency = {"amount": "1.00", "currency": "MAD"}
    answer = await send(
        partnership,
        "FIRM-BE",
        vacancy(partnership.id, external_id="NEW"),
        "{not json",
        vacancy(partnership.id, external_id="KNOWN", places=3),
        vacancy(partnership.id, external_id="BAD-PLACES", places=-1),
        vacancy(MISSING, external_id="FOREIGN"),
        vacancy(partnership.id, external_id="BAD-SKILL", skills=[{"uri": SKILL}, {"uri": SKILL + "x"}]),
        vacancy(partnership.id, external_id="BAD-WAGE", wage_floor=other_currency),
        vacancy(partnership.id, external_id="NEW", places=7),
        vacancy(external_id="UNOFFERED"),
    )
    assert statuses(answer) == ["created", "failed", "updated", *["failed"] * 5, "created"]
    results = answer.json()["results"]
    assert [row["row"] for row in results] == list(range(1, 10))
    assert [(row["external_id"], [e["pointer"] for e in row["errors"]]) for row in results if row["errors"]] == [
        (None, [""]),
        ("BAD-PLACES", ["/places"]),
        ("FOREIGN", ["/partnership_ids/0"]),
        ("BAD-SKILL", ["/skills/1/uri"]),
        ("BAD-WAGE", ["/wage_floor/currency"]),
        ("NEW", ["/external_id"]),
    ]
    async with await partnership.act("FIRM-MA") as http:  # a party sees what is offered, and only that
        seen = {v["external_id"]: v["places"] for v in (await http.get("/v1/vacancies")).json()["items"]}
    assert seen == {"KNOWN": 3, "NEW": 1}


async def test_a_repeated_batch_changes_nothing(house: House) -> None:
    partnership = await register(house)
    rows = [vacancy(partnership.id, external_id=f"V-{n}", description={"en": f"Job {n}"}) for n in range(30)]
    first = await send(partnership, "FIRM-BE", *rows)
    events = len(await published(house, "vacancy"))
    again = await send(partnership, "FIRM-BE", *rows)
    assert (set(statuses(first)), set(statuses(again)), events) == ({"created"}, {"unchanged"}, 30)
    assert [row["id"] for row in again.json()["results"]] == [row["id"] for row in first.json()["results"]]
    assert len(await published(house, "vacancy")) == events
    rows[7]["partnership_ids"] = []
    assert statuses(await send(partnership, "FIRM-BE", *rows)).count("updated") == 1
    async with await partnership.act("FIRM-MA") as http:
        page = (await http.get("/v1/vacancies?limit=100")).json()["items"]
    assert {v["external_id"] for v in page} == {f"V-{n}" for n in range(30) if n != 7}


async def test_validate_only_writes_nothing(house: House) -> None:
    partnership = await register(house)
    bad = vacancy(MISSING, external_id="BAD")
    answer = await send(partnership, "FIRM-BE", vacancy(partnership.id), bad, validate_only="true")
    assert statuses(answer) == ["valid", "failed"]
    async with await partnership.act("FIRM-BE") as http:
        assert (await http.get("/v1/vacancies")).json() == {"items": []}
    assert await published(house, "vacancy") == []


async def test_a_batch_leaves_the_state_and_the_vacancies_of_others_alone(house: House) -> None:
    partnership = await register(house)
    job = await offer_job(partnership, "FIRM-BE", external_id="SAME")
    foreign = await offer_job(partnership, "FIRM-MA", external_id="SAME")
    async with await partnership.act("FIRM-BE") as http:
        await http.post(f"/v1/vacancies/{job}/transitions", json={"to": "PAUSED"})
        await send(partnership, "FIRM-BE", vacancy(partnership.id, external_id="SAME", places=5))
        own, other = [(await http.get(f"/v1/vacancies/{each}")).json() for each in (job, foreign)]
    assert (own["status"], own["places"], own["version"]) == ("PAUSED", 5, 3)
    assert (other["places"], other["version"]) == (1, 1)
    assert (await published(house, "vacancy"))[-1]["status"] == "PAUSED"


async def test_a_batch_costs_as_many_statements_for_many_rows_as_for_few(house: House) -> None:
    partnership = await register(house)
    counted: list[str] = []
    engine = house.databases["registry"].engine.sync_engine

    def count(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        counted.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        costs = []
        for size in (2, 400):
            rows = [vacancy(partnership.id, external_id=f"V-{size}-{n}") for n in range(size)]
            await partnership.act("FIRM-BE")  # its token is not part of the cost
            counted.clear()
            assert set(statuses(await send(partnership, "FIRM-BE", *rows))) == {"created"}
            costs.append(len(counted))
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert costs[0] == costs[1] < 25


async def test_simultaneous_batches_of_one_employer_make_each_vacancy_once(house: House) -> None:
    partnership = await register(house)
    rows = [vacancy(partnership.id, external_id=f"V-{n}") for n in range(40)]
    answers = await asyncio.gather(send(partnership, "FIRM-BE", *rows), send(partnership, "FIRM-BE", *reversed(rows)))
    assert {status for answer in answers for status in statuses(answer)} <= {"created", "updated", "unchanged"}
    assert sum(statuses(answer).count("created") for answer in answers) == 40
    async with await partnership.act("FIRM-MA") as http:
        assert len((await http.get("/v1/vacancies?limit=100")).json()["items"]) == 40


async def test_a_batch_has_from_one_to_ten_thousand_rows(house: House) -> None:
    partnership = await register(house)
    too_many = await send(partnership, "FIRM-BE", *["1"] * 10_001)
    none = await send(partnership, "FIRM-BE", "")
    assert (too_many.status_code, none.status_code) == (413, 400)
