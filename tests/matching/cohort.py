"""Runs that place a cohort, for tests: asked for over HTTP, computed by a worker in this process."""

from typing import Any

import httpx
import sqlalchemy as sa

from services.kit import tenancy
from services.matching.allocations.worker import Worker
from tests.conftest import House

RATES = {"EUR": 1, "MAD": 10.7}
_BYTES = "SELECT coalesce(result, '') FROM allocation_people WHERE allocation_id = :id ORDER BY place"


def worker(house: House, name: str = "worker-1", lease: float = 15.0) -> Worker:
    return Worker(house.databases["matching"], house.apps["matching"].state.settings.euro_rates, lease, name)


async def start(http: httpx.AsyncClient, body: dict[str, Any]) -> str:
    answer = await http.post("/v1/allocations", json=body)
    assert answer.status_code == 202, answer.text
    return answer.headers["Location"].rpartition("/")[2]


async def computed(house: House, http: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    """The run once its worker is done."""
    id = await start(http, body)
    assert await worker(house).step()
    run: dict[str, Any] = (await http.get(f"/v1/allocations/{id}")).json()
    assert run["status"] == "COMPUTED", run
    return run


async def results(http: httpx.AsyncClient, run: dict[str, Any]) -> list[dict[str, Any]]:
    found, path = [], f"/v1/allocations/{run['id']}/results?limit=100"
    cursor = ""
    while True:
        page = (await http.get(path + cursor)).json()
        found += page["items"]
        if "next" not in page:
            return found
        cursor = f"&cursor={page['next']}"


async def stored(house: House, run: str) -> bytes:
    """The canonical result as it stands in the tables."""
    async with house.databases["matching"].transaction(tenancy.HOUSE) as session:
        summary = await session.scalar(sa.text("SELECT summary FROM allocations WHERE id = :id"), {"id": run})
        rows = (await session.scalars(sa.text(_BYTES), {"id": run})).all()
    return "\n".join([summary, *rows]).encode()


def decision(run: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What a person says to commit the run that they looked at."""
    steps = [{"kind": "APPLY_AGAIN", "text": "The next session takes applications in March."}]
    return {"decided_by": "Cohort manager 4", "result_sha256": run["result_sha256"], "next_steps": steps} | more
