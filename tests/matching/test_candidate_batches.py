"""Many people in one call."""

import json
from datetime import date, timedelta

from sqlalchemy import text

from services.kit import tenancy
from tests.conftest import House
from tests.matching.registry_events import person

ROWS = 10_000


async def test_story_2_ten_thousand_candidates_are_pushed_in_one_call(house: House) -> None:
    """One result a row, in order; the bad row alone fails; more than a row allows is refused by length."""
    body = person(occupations=[{"isco08": "7411", "months": n} for n in range(10)])
    born = [(date(1975, 1, 1) + timedelta(days=n)).isoformat() for n in range(ROWS)]  # nobody is there twice
    lines = [json.dumps(body | {"external_id": f"C-{n:05}", "birth_date": born[n]}) for n in range(ROWS)]
    lines[7_000] = json.dumps(body | {"external_id": "C-07000", "residence": "nowhere"})
    sent = "\n".join(lines).encode()
    assert 8 * 1024 * 1024 < len(sent) < 16 * 1024 * 1024
    async with await house.act("AGENCY", "counsellor", service="matching") as http:
        headers = {"Content-Type": "application/x-ndjson"}
        answer = await http.post("/v1/candidates:batch", content=sent, headers=headers, timeout=60)
        refused = await http.post("/v1/candidates:batch", content=b" " * (16 * 1024 * 1024 + 1), headers=headers)
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert [each["row"] for each in results] == list(range(1, ROWS + 1))
    assert [each["row"] for each in results if each["status"] != "created"] == [7_001]
    assert results[7_000]["errors"][0]["pointer"] == "/residence"
    async with house.databases["matching"].transaction(tenancy.HOUSE) as session:
        assert await session.scalar(text("SELECT count(*) FROM candidates")) == ROWS - 1
    assert refused.status_code == 413
