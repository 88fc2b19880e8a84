"""One candidate against 100,000 vacancies over HTTP, with the full explanation of each of ten results.

    python -m benchmarks.matching.rank_one

`passerelle up` with its sample, whose vacancies are copied in the database with other wages until there are 100,000;
then the sample's candidates ask in turn, one at a time: for the first page, for the next one, for a filtered list. All
with near misses and their `count`. Beside it: `/health/live` of the same service, which is what HTTP alone costs.
"""

import asyncio
import json
import os
import tempfile
from collections.abc import Awaitable, Iterator
from functools import partial
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
from services.cli.sample.partner import Partner, RefusedError

VACANCIES, REQUESTS, PATIENCE = 100_000, 600, 600
NAMES = {
    "first": "rank_one_http_p99_ms",
    "next": "rank_one_http_next_page_p99_ms",
    "filtered": "rank_one_http_filtered_p99_ms",
}
KINDS = {"first": "first page", "next": "second page", "filtered": "by country, occupation or score"}
FILTERS = ({"country": "FRA"}, {"isco08": "7"}, {"min_score": "0.5"}, {"near_misses": "false", "regulated": "false"})
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


async def ask(addresses: dict[str, str]) -> dict[str, list[float]]:
    """Milliseconds of each kind of question and of each look at the health."""
    held = json.loads(Path(addresses["credentials"]).read_text())
    took: dict[str, list[float]] = {"first": [], "next": [], "filtered": [], "health": []}
    async with httpx.AsyncClient(timeout=PATIENCE) as http:

        async def timed(kind: str, question: Awaitable[Any]) -> Any:
            began = perf_counter()
            answer = await question
            took[kind].append((perf_counter() - began) * 1000)
            return answer

        people = await _people(http, addresses, held)
        await _settled(*people[0])
        for turn in range(REQUESTS + len(people)):
            partner, candidate = people[turn % len(people)]
            ask = partial(partner.get, "matching", f"/v1/candidates/{candidate}/matches", limit="10")
            page = await timed("first", ask())
            if page["next"]:
                await timed("next", ask(cursor=page["next"]))
            await timed("filtered", ask(**FILTERS[turn % len(FILTERS)]))
            await timed("health", http.get(addresses["matching"] + "/health/live"))
            if turn == len(people):  # everybody has asked once: from here on it counts
                for times in took.values():
                    times.clear()
    return took


async def _settled(partner: Partner, candidate: str) -> None:
    """Wait until the service has taken in all vacancies: until then it answers 503 in time."""
    until = perf_counter() + PATIENCE
    while True:
        try:
            await partner.get("matching", f"/v1/candidates/{candidate}/matches", limit="1")
        except RefusedError:
            if perf_counter() > until:
                raise
        else:
            return


async def _people(http: httpx.AsyncClient, addresses: dict[str, str], held: Any) -> list[tuple[Partner, str]]:
    people: list[tuple[Partner, str]] = []
    for credentials in _clients(held):
        partner = Partner(http, addresses, credentials)
        try:
            people += [(partner, item["id"]) async for item in partner.items("matching", "/v1/candidates")]
        except RuntimeError:
            continue  # who may not see candidates
    return people


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
    took = await ask(addresses)
    installation.stop()
    health = float(np.percentile(took.pop("health"), 99))
    for kind, name in NAMES.items():
        p50, p99 = np.percentile(took[kind], [50, 99])
        about = f"goal 30 ms; {total:,} vacancies, {KINDS[kind]}; p50 {p50:.1f} ms; /health/live p99 {health:.1f} ms"
        print(f"  {name:40} {p99:10.2f} ms   {about}")
        record(name, float(p99), "ms", f"{about}; load {os.getloadavg()[0]:.1f}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder)))


if __name__ == "__main__":
    main()
