"""10,000 candidates pushed over REST as a partner does, beside a COPY of the same rows.

    python -m benchmarks.house.import_candidates

REST pays for parsing, validation, row-level security, events and idempotency; COPY for none of these. The ratio is what
those guarantees cost.
"""

import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from benchmarks.house.weight import Installation
from benchmarks.record import record
from services.cli.databases import url_as
from services.cli.keys import load
from services.cli.sample.partner import Partner
from services.cli.sample.rows import read, request_of

ROWS = 10_000


async def push(addresses: dict[str, str], bodies: list[dict[str, Any]]) -> float:
    """Seconds from the first part sent to the last answer read."""
    held = json.loads(Path(addresses["credentials"]).read_text())
    async with httpx.AsyncClient(timeout=60) as http:
        ops = Partner(http, addresses, held["ops"])
        entry = {"code": "BENCH", "name": {"en": "Invented"}, "type": "PUBLIC_EMPLOYMENT_SERVICE"}
        entry |= {"sector": "NATIONAL_PUBLIC", "country": "MAR"}
        organisation = await ops.post("registry", "/v1/organisations", entry)
        client = {"organisation_id": organisation["id"], "name": "Bench", "roles": ["counsellor"]}
        partner = Partner(http, addresses, await ops.post("registry", "/v1/clients", client))
        began = time.perf_counter()
        results = await partner.batch("matching", "/v1/candidates:batch", bodies)
        seconds = time.perf_counter() - began
    statuses = {result["status"] for result in results}
    if statuses != {"created"} or len(results) != ROWS:
        raise SystemExit(f"not all rows were created: {statuses}, {len(results)}")
    return seconds


async def copy(data: Path) -> float:
    """Seconds to COPY the very rows that REST made into a table of the same columns and indexes."""
    port = (data / "postgres" / "port").read_text().strip()
    owner = "passerelle_matching_owner"
    url = url_as(f"postgresql://x@127.0.0.1:{port}", "passerelle_matching", owner, load(data)["databases"][owner])
    connection = await asyncpg.connect(url)
    await connection.execute("SELECT set_config('passerelle.tenant', '*', false)")
    await connection.execute("CREATE TABLE bench_copy (LIKE candidates INCLUDING ALL)")
    rows = [tuple(row) for row in await connection.fetch("SELECT * FROM candidates")]
    columns = list((await connection.fetchrow("SELECT * FROM candidates LIMIT 1")).keys())
    began = time.perf_counter()
    await connection.copy_records_to_table("bench_copy", records=rows, columns=columns)
    seconds = time.perf_counter() - began
    await connection.close()
    return seconds


async def measure(folder: Path) -> None:
    from datetime import UTC, datetime

    installation = Installation(folder, 28_500)
    await asyncio.to_thread(installation.start, "--sample")
    addresses = json.loads(installation.ready.read_text())
    sample = [request_of(row, datetime.now(UTC).date(), None) for row in read("candidates")]  # type: ignore[arg-type]
    bodies = [sample[n % len(sample)] | {"external_id": f"BENCH-{n:05}"} for n in range(ROWS)]
    rest = await push(addresses, bodies)
    bare = await copy(installation.data)
    installation.stop()
    print(f"REST {ROWS / rest:,.0f} rows/s, COPY {(ROWS + len(sample)) / bare:,.0f} rows/s, ratio {rest / bare:.1f}")
    record("candidates_rest_rows_per_s", ROWS / rest, "rows/s", f"COPY {ROWS / bare:,.0f} rows/s", ("pydantic",))
    record("candidates_rest_vs_copy", rest / bare, "times slower", "COPY of the same rows", ("pydantic", "asyncpg"))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder)))


if __name__ == "__main__":
    main()
