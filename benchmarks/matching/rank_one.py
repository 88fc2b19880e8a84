"""One candidate against 10,000 vacancies over HTTP, with the full explanation of each of the best ten.

    python -m benchmarks.matching.rank_one

`passerelle up` with its sample, whose vacancies are copied in the database with other wages and dates until there are
10,000; then the sample's candidates ask in turn, one at a time. Beside it: `/health/live` of the same service, which is
what HTTP alone costs.
"""

import asyncio
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import asyncpg
import httpx
import numpy as np

from benchmarks.house.weight import Installation
from benchmarks.record import record
from services.cli.databases import url_as
from services.cli.keys import load
from services.cli.sample.partner import Partner

VACANCIES, REQUESTS = 10_000, 600
COPY = """
WITH numbered AS (
    SELECT o.*, gen_random_uuid() AS new, n FROM openings o, generate_series(1, $1) AS n
), made AS (
    INSERT INTO openings SELECT (jsonb_populate_record(NULL::openings, to_jsonb(numbered) || jsonb_build_object(
        'id', new, 'data', data || jsonb_build_object('id', new, 'gross_monthly_wage', jsonb_build_object(
            'amount', ((data->'gross_monthly_wage'->>'amount')::numeric + n)::text,
            'currency', data->'gross_monthly_wage'->>'currency'))))).* FROM numbered RETURNING 1
) SELECT count(*) FROM made
"""


async def fill(data: Path) -> int:
    """Copies the sample's vacancies; returns how many there are."""
    port = (data / "postgres" / "port").read_text().strip()
    owner = "passerelle_matching_owner"
    url = url_as(f"postgresql://x@127.0.0.1:{port}", "passerelle_matching", owner, load(data)["databases"][owner])
    connection = await asyncpg.connect(url)
    await connection.execute("SELECT set_config('passerelle.tenant', '*', false)")
    there = await connection.fetchval("SELECT count(*) FROM openings")
    await connection.fetchval(COPY, VACANCIES // there)
    total: int = await connection.fetchval("SELECT count(*) FROM openings")
    await connection.close()
    return total


async def ask(addresses: dict[str, str]) -> tuple[list[float], list[float], int]:
    """Milliseconds of each question and of each look at the health, and how many results there were."""
    held = json.loads(Path(addresses["credentials"]).read_text())
    asked, bare, results = [], [], 0
    async with httpx.AsyncClient(timeout=60) as http:
        people: list[tuple[Partner, str]] = []
        for credentials in _clients(held):
            partner = Partner(http, addresses, credentials)
            try:
                people += [(partner, item["id"]) async for item in partner.items("matching", "/v1/candidates")]
            except RuntimeError:
                continue  # who may not see candidates
        for turn in range(REQUESTS + 20):
            partner, candidate = people[turn % len(people)]
            began = perf_counter()
            page = await partner.get("matching", f"/v1/candidates/{candidate}/matches", limit="10")
            asked.append((perf_counter() - began) * 1000)
            began = perf_counter()
            await http.get(addresses["matching"] + "/health/live")
            bare.append((perf_counter() - began) * 1000)
            results += len(page["items"])
    return asked[20:], bare[20:], results


def _clients(held: Any) -> Iterator[dict[str, str]]:
    """All credentials in the file, however they are ordered in it."""
    if isinstance(held, dict) and "client_secret" in held:
        yield held
    elif isinstance(held, dict | list):
        for each in held.values() if isinstance(held, dict) else held:
            yield from _clients(each)


async def measure(folder: Path) -> None:
    installation = Installation(folder, 28_600)
    await asyncio.to_thread(installation.start, "--sample")
    addresses = json.loads(installation.ready.read_text())
    total = await fill(installation.data)
    asked, bare, results = await ask(addresses)
    installation.stop()
    p50, p99 = np.percentile(asked, [50, 99])
    about = f"{total:,} vacancies, {results / (REQUESTS + 20):.1f} explained a question, p50 {p50:.1f} ms"
    health = float(np.percentile(bare, 99))
    print(f"  p50 {p50:.1f} ms, p99 {p99:.1f} ms; /health/live p99 {health:.1f} ms; {about}")
    load = f"load {os.getloadavg()[0]:.1f}"
    record("rank_one_http_p99_ms", float(p99), "ms", f"goal 30 ms; /health/live p99 {health:.1f} ms; {about}; {load}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder)))


if __name__ == "__main__":
    main()
