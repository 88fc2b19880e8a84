"""An invented partnership with its parties, for the tests of what belongs to one."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.conftest import House
from tests.registry.completion import TERMS, Cast, complete

MISSING = "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10"
SKILL = "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b"
OTHER_SKILL = "http://data.europa.eu/esco/skill/00000000-3d4f-4a04-80e9-7a4b18e5db9b"

CAST = Cast("MINISTRY-MA", "MINISTRY-BE", "SCHOOL-MA", "FIRM-BE", "FIRM-MA")
# code → country, side, roles
PARTIES = {
    "MINISTRY-MA": ("MAR", "ORIGIN", ["LEAD", "SIGNATORY"]),
    "MINISTRY-BE": ("BEL", "DESTINATION", ["CO_LEAD", "SIGNATORY"]),
    "SCHOOL-MA": ("MAR", "ORIGIN", ["TRAINER", "IMPLEMENTER"]),
    "FIRM-BE": ("BEL", "DESTINATION", ["DEMAND_HOLDER"]),
    "FIRM-MA": ("MAR", "ORIGIN", ["DEMAND_HOLDER"]),
    "MONITOR-UN": ("CHE", "THIRD", ["MONITOR"]),
}
ROLES = ("partner-admin", "employer", "training-provider")


@dataclass
class Partnership:
    """What a test needs of it."""

    house: House
    id: str
    body: dict[str, Any]

    async def act(self, code: str) -> httpx.AsyncClient:
        return await self.house.act(code, *ROLES)

    async def path(self, suffix: str = "") -> str:
        return f"/v1/partnerships/{self.id}{suffix}"

    async def complete(self, up_to: str = "ACTIVE") -> dict[str, str]:
        """Record what every state asks for, and move there; returns the ids of what was recorded."""
        return await complete(self.act, CAST, self.body, await self.known(), up_to)

    async def known(self) -> dict[str, str]:
        """The ids that what is recorded about it names."""
        await self.house.organisation(CAST.law, type="IMMIGRATION_AUTHORITY", sector="NATIONAL_PUBLIC")
        return {
            "partnership": self.id,
            "origin": await self.house.organisation(CAST.origin),
            "destination": await self.house.organisation(CAST.destination),
        }

    async def patch(self, **change: Any) -> httpx.Response:
        async with await self.act("MINISTRY-MA") as http:
            tag = (await http.get(await self.path())).headers["ETag"]
            return await http.patch(await self.path(), json=change, headers={"If-Match": tag})

    async def move(self, *states: str, by: str = "MINISTRY-MA", reason: str | None = "Agreed.") -> httpx.Response:
        async with await self.act(by) as http:
            for state in states:
                answer = await http.post(await self.path("/transitions"), json={"to": state, "reason": reason})
        return answer


async def body(house: House, **change: Any) -> dict[str, Any]:
    """A partnership as it is registered, with all that the record itself has to say up to ACTIVE."""
    parties = [
        {"organisation_id": await house.organisation(code, country=country), "side": side, "role": role}
        for code, (country, side, roles) in PARTIES.items()
        for role in roles
    ]
    return (
        {
            "code": "SOLAR-MA-BE",
            "title": {"en": "Invented solar partnership"},
            "summary": {"en": "Electricians trained at home; some stay, some move."},
            "themes": ["GREEN_JUST_TRANSITION"],
            "model": "GSP_DUAL_TRACK",
            "corridors": [
                {
                    "origin": "MAR",
                    "destination": "BEL",
                    "quota_per_year": 40,
                    "pathway": "BE-SINGLE-PERMIT",
                    "origin_currency": "MAD",
                    "destination_currency": "EUR",
                }
            ],
            "targets": [{"isco08": "7411", "green_share": 0.3}],
            "home_places": 90,
            "away_places": 30,
            "ratio_target": 3.0,
            "planned_start": "2026-09-01",
            "planned_end": "2029-08-31",
            "track_choice_point": "AT_GRADUATION",
            "parties": parties,
        }
        | TERMS
        | change
    )


async def register(house: House, **change: Any) -> Partnership:
    """Registered by MINISTRY-MA."""
    sent = await body(house, **change)
    async with await house.act("MINISTRY-MA", *ROLES) as http:
        answer = await http.post("/v1/partnerships", json=sent)
    assert answer.status_code == 201, answer.text
    return Partnership(house, answer.json()["id"], sent)


def programme(partnership_id: str, **change: Any) -> dict[str, Any]:
    return {
        "external_id": "PV-12W",
        "title": {"en": "Photovoltaic installation"},
        "type": "VOCATIONAL",
        "country": "MAR",
        "hours": 420,
        "skills": [{"uri": SKILL, "level": 3}],
        "cost_per_trainee": {"amount": "1850.00", "currency": "EUR"},
        "accredited": True,
        "partnership_ids": [partnership_id],
    } | change


SESSION = {"external_id": "PV-2027-1", "starts_on": "2027-02-01", "ends_on": "2027-04-23", "seats": 24}


def vacancy(*partnership_ids: str, **change: Any) -> dict[str, Any]:
    return {
        "external_id": "HP-1",
        "title": {"en": "Heat pump technician"},
        "country": "BEL",
        "isco08": "7127",
        "skills": [{"uri": SKILL}],
        "gross_monthly_wage": {"amount": "2950.00", "currency": "EUR"},
        "start_from": "2027-06-01",
        "start_to": "2027-10-01",
        "partnership_ids": list(partnership_ids),
    } | change


async def offer_training(partnership: Partnership) -> str:
    """An accredited programme with a session; returns its id."""
    async with await partnership.act("SCHOOL-MA") as http:
        created = await http.post("/v1/programmes", json=programme(partnership.id))
        assert created.status_code == 201, created.text
        scheduled = await http.post(f"/v1/programmes/{created.json()['id']}/sessions", json=SESSION)
        assert scheduled.status_code == 201, scheduled.text
    return str(created.json()["id"])


async def offer_job(partnership: Partnership, employer: str, **change: Any) -> str:
    """An open vacancy; returns its id."""
    async with await partnership.act(employer) as http:
        created = await http.post("/v1/vacancies", json=vacancy(partnership.id, **change))
    assert created.status_code == 201, created.text
    return str(created.json()["id"])


def alike(one: httpx.Response, other: httpx.Response) -> bool:
    """Whether two answers tell their reader the same."""
    return one.status_code == other.status_code and (
        {**one.json(), "request_id": ""} == {**other.json(), "request_id": ""}
    )


async def published(house: House, kind: str) -> list[dict[str, Any]]:
    """The data of all events whose type has `kind` in it."""
    async with await house.ops() as ops:
        feed = await ops.get("/v1/events", params={"after": 0, "limit": 1000})
    return [event["data"] for event in feed.json() if f".{kind}-changed." in event["type"]]
