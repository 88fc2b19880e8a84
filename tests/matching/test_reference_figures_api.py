"""Reference figures over HTTP: recorded by release, never changed, read by everybody."""

import asyncio
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from services.contracts.vocabulary import FigureKind
from services.kit import tenancy
from services.matching.known_figures import figures_for
from services.matching.reference_figures.schemas import EXAMPLE
from tests.conftest import House
from tests.matching.test_ilostat import REAL

RATE = {
    "kind": "EXCHANGE_RATE",
    "currency": "MAD",
    "per_currency": "EUR",
    "period_from": "2026-10-01",
    "period_to": "2026-10-31",
    "value": "10.8",
    "unit": "CURRENCY_PER_CURRENCY",
    "source": "Sample, invented",
    "licence": "CC0 1.0",
    "released_on": "2026-11-01",
}


async def send(http: httpx.AsyncClient, *figures: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
    lines = "\n".join(json.dumps(each) for each in figures)
    headers = {"Content-Type": "application/x-ndjson"}
    answer = await http.post("/v1/reference-figures:batch", content=lines, headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


@pytest.fixture
async def ops(house: House) -> httpx.AsyncClient:
    return await house.ops("matching")


async def test_operations_and_stewards_record_and_every_partner_reads(house: House, ops: httpx.AsyncClient) -> None:
    steward = await house.act("STEWARDS", "steward", service="matching")
    (by_ops,), (by_steward,) = await send(ops, EXAMPLE), await send(steward, RATE)
    employer = await house.act("EMPLOYER", "employer", service="matching")
    read = [(await employer.get(f"/v1/reference-figures/{each['id']}")).json() for each in (by_ops, by_steward)]
    assert [(each["value"], each["version"]) for each in read] == [("0.55", 1), ("10.8", 1)]
    assert read[0]["recorded_by"] is None
    assert read[1]["recorded_by"] == await house.organisation("STEWARDS")


async def test_a_repeat_changes_nothing(ops: httpx.AsyncClient) -> None:
    (first,), (second,) = await send(ops, EXAMPLE), await send(ops, EXAMPLE)
    assert (second["status"], second["id"]) == ("unchanged", first["id"])


async def test_a_release_that_says_something_else_is_refused(ops: httpx.AsyncClient) -> None:
    await send(ops, EXAMPLE)
    (result,) = await send(ops, EXAMPLE | {"value": "0.9"})
    assert [error["code"] for error in result["errors"]] == ["release_differs"]


async def test_a_later_release_is_the_next_version_and_the_first_stays(ops: httpx.AsyncClient) -> None:
    later = EXAMPLE | {"value": "0.6", "released_on": "2026-09-01"}
    results = await send(ops, EXAMPLE, later)
    read = [(await ops.get(f"/v1/reference-figures/{each['id']}")).json() for each in results]
    assert [(each["value"], each["version"]) for each in read] == [("0.55", 1), ("0.6", 2)]


async def test_of_several_releases_the_newest_is_listed_on_request(ops: httpx.AsyncClient) -> None:
    await send(ops, EXAMPLE, EXAMPLE | {"value": "0.6", "released_on": "2026-09-01"}, RATE)
    query = {"kind": "UNFILLED_SHARE", "country": "BEL", "isco08": "7411", "newest": "true"}
    listed = (await ops.get("/v1/reference-figures", params=query)).json()["items"]
    assert [each["value"] for each in listed] == ["0.6"]


async def test_what_was_recorded_later_is_not_known_then(house: House, ops: httpx.AsyncClient) -> None:
    await send(ops, EXAMPLE)
    between = datetime.now(UTC)
    await send(ops, EXAMPLE | {"value": "0.6", "released_on": "2026-09-01"})
    query = {"as_of": between.isoformat(), "newest": "true"}
    listed = (await ops.get("/v1/reference-figures", params=query)).json()["items"]
    async with house.databases["matching"].transaction("") as session:
        figures = await figures_for(session, ["BEL"], known_at=between)
    found = figures.find(FigureKind.UNFILLED_SHARE, between.date(), country="BEL", isco08="7411")
    assert [each["value"] for each in listed] == ["0.55"]
    assert found is not None
    assert found.ids == (UUID(listed[0]["id"]),)


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"value": "1.2"}, "/value", "out_of_range"),
    ({"unit": "CURRENCY_PER_YEAR"}, "/unit", "wrong_unit"),
    ({"currency": "EUR"}, "/currency", "not_allowed"),
    ({"country": None}, "/country", "missing"),
    ({"period_to": "2024-01-01"}, "/period_to", "before_from"),
    ({"released_on": "2199-01-01"}, "/released_on", "in_the_future"),
    ({"kind": "REFERENCE_WAGE", "unit": "INTERNATIONAL_DOLLARS_PER_MONTH"}, "/price_year", "missing"),
    (RATE | {"country": None, "isco08": None, "per_currency": "MAD"}, "/per_currency", "same_currency"),
]


async def test_a_row_that_does_not_fit_its_kind_says_why_and_blocks_no_other(ops: httpx.AsyncClient) -> None:
    *wrong, good = await send(ops, *(EXAMPLE | said for said, _, _ in WRONG), RATE)
    said_why = [[(error["pointer"], error["code"]) for error in each["errors"]] for each in wrong]
    assert said_why == [[(pointer, code)] for _, pointer, code in WRONG]
    assert good["status"] == "created"


async def test_a_table_is_taken_as_well(ops: httpx.AsyncClient) -> None:
    table = ",".join(RATE) + "\n" + ",".join(f'"{cell}"' for cell in RATE.values()) + "\n"
    answer = await ops.post("/v1/reference-figures:batch", content=table, headers={"Content-Type": "text/csv"})
    assert [each["status"] for each in answer.json()["results"]] == ["created"]


async def test_validating_writes_nothing(ops: httpx.AsyncClient) -> None:
    assert [each["status"] for each in await send(ops, EXAMPLE, validate_only="true")] == ["valid"]
    assert (await ops.get("/v1/reference-figures")).json()["items"] == []


@pytest.mark.parametrize("statement", ["UPDATE reference_figures SET value = 0", "DELETE FROM reference_figures"])
async def test_nobody_changes_what_was_recorded(house: House, ops: httpx.AsyncClient, statement: str) -> None:
    (made,) = await send(ops, EXAMPLE)
    async with house.databases["matching"].transaction(tenancy.HOUSE) as session:
        touched = await session.execute(sa.text(statement))
    assert touched.rowcount == 0  # type: ignore[attr-defined]
    assert (await ops.get(f"/v1/reference-figures/{made['id']}")).json()["value"] == "0.55"


async def command(house: House, *arguments: str) -> str:
    """What `passerelle reference import …` says."""
    url = house.databases["matching"].engine.url.render_as_string(hide_password=False)
    line = [sys.executable, "-m", "services.cli.main", "reference", "import", *arguments, "--database-url", url]
    process = await asyncio.create_subprocess_exec(*line, stdout=asyncio.subprocess.PIPE)
    return (await process.communicate())[0].decode().strip()


async def test_the_command_records_a_table_once(house: House, ops: httpx.AsyncClient, tmp_path: Path) -> None:
    file = tmp_path / "figures.ndjson"
    file.write_text("\n".join(json.dumps(each) for each in (EXAMPLE, RATE)))
    assert [await command(house, "table", str(file)) for _ in range(2)] == ["2 created", "2 unchanged"]
    assert len((await ops.get("/v1/reference-figures")).json()["items"]) == 2


@pytest.mark.skipif(not REAL.exists(), reason=f"ILOSTAT's export is not at {REAL}; set PASSERELLE_DATA")
async def test_the_command_records_the_real_wages_of_ilostat(house: House) -> None:
    said = await command(house, "ilostat-wages", str(REAL))
    async with house.databases["matching"].transaction("") as session:
        figures = await figures_for(session, ["TUN", "MAR"], max_age_days={"REFERENCE_WAGE": 3000})
    wage = {"kind": FigureKind.REFERENCE_WAGE, "on": date(2026, 11, 24), "isco08": "7411"}
    tunisia = figures.find(country="TUN", **wage)
    assert said.splitlines()[-1] == "694 created"
    assert tunisia is not None
    assert (tunisia.value, tunisia.group, tunisia.figures[0].licence) == (901.806, "total", "CC BY 4.0")
    assert figures.find(country="MAR", **wage) is None  # ILOSTAT has no figure of Morocco: unknown, not zero
