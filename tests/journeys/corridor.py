"""A corridor on which user stories are played: an active partnership in the registry, whose feed matching follows.

PES-MA is the public employment service of the origin and registers candidates; SCHOOL-MA trains; FIRM-BE and FIRM-MA
have jobs away and at home. Everything is made over HTTP by the organisation whose it is.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import httpx
import pytest

from services.kit import db
from tests.conftest import House
from tests.matching.registry_events import PANELS, SAFETY, WIRING, days, person
from tests.registry.partnership import Partnership, body, register

Json = dict[str, Any]
COUNSELLOR, SCHOOL, AWAY_FIRM, HOME_FIRM = "PES-MA", "SCHOOL-MA", "FIRM-BE", "FIRM-MA"
ORIGIN, DESTINATION = "MINISTRY-MA", "MINISTRY-BE"
_ROLES = {COUNSELLOR: "counsellor", SCHOOL: "training-provider", AWAY_FIRM: "employer", HOME_FIRM: "employer"}
NDJSON = {"Content-Type": "application/x-ndjson"}
UNTRAINED = {"skills": [{"uri": PANELS, "level": 4, "evidence": "TESTED"}]}
NEXT = [{"kind": "OTHER_VACANCIES", "text": "Two employers nearby look for the same."}]


@dataclass
class Corridor:
    """Morocco to Belgium, installers (ISCO 7411)."""

    house: House
    partnership: Partnership
    away: str = ""
    home: str = ""
    programme: str = ""
    session: str = ""

    async def as_(self, code: str, service: str = "matching") -> httpx.AsyncClient:
        """A client of that organisation, in its usual role in matching and in all of a partner's in the registry."""
        if service == "registry":
            return await self.partnership.act(code)
        return await self.house.act(code, _ROLES.get(code, "partner-admin"), service=service)

    async def post(self, who: str, path: str, sent: Any = None, service: str = "matching", **more: Any) -> Json:
        """What came of it; it must succeed."""
        async with await self.as_(who, service) as http:
            answer = await http.post(path, json=sent, **more)
        assert answer.is_success, f"{path}: {answer.text}"
        made: Json = answer.json()
        return made

    async def try_(self, who: str, path: str, sent: Any, **headers: str) -> httpx.Response:
        """As post, but it may be refused."""
        async with await self.as_(who) as http:
            return await http.post(path, json=sent, headers=headers)

    async def get(self, who: str, path: str, service: str = "matching", **params: Any) -> Json:
        async with await self.as_(who, service) as http:
            answer = await http.get(path, params=params or None)  # {} would take the query off the path
        assert answer.status_code == 200, f"{path}: {answer.text}"
        read: Json = answer.json()
        return read

    async def move(self, who: str, path: str, to: str, **said: Any) -> httpx.Response:
        """A transition of what is at `path`, today, of the version that is read."""
        async with await self.as_(who) as http:
            tag = (await http.get(path)).headers["ETag"]
            sent = {"to": to, "on": db.now().date().isoformat()} | said
            return await http.post(f"{path}/transitions", json=sent, headers={"If-Match": tag})

    async def candidate(self, external_id: str = "C-1", **changes: Any) -> str:
        """Registered by the employment service; passes every gate of the vacancies."""
        sent = person(external_id=external_id, **changes)
        return str((await self.post(COUNSELLOR, "/v1/candidates", sent))["id"])

    async def batch(self, rows: Iterable[Json | str], **headers: str) -> httpx.Response:
        text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
        async with await self.as_(COUNSELLOR) as http:
            return await http.post("/v1/candidates:batch", content=text.encode(), headers=NDJSON | headers)

    async def vacancy(self, firm: str, external_id: str, **changes: Any) -> str:
        """Published by the firm; matching knows it once the feed has been followed."""
        sent = _vacancy(self.partnership.id, "BEL" if firm == AWAY_FIRM else "MAR", external_id) | changes
        return str((await self.post(firm, "/v1/vacancies", sent, "registry"))["id"])

    async def propose(self, candidate: str, vacancy: str) -> str:
        sent = {"candidate_id": candidate, "vacancy_id": vacancy}
        return str((await self.post(COUNSELLOR, "/v1/proposals", sent))["id"])

    async def placement(self, candidate: str, vacancy: str, firm: str = AWAY_FIRM) -> str:
        """Path of a placement that both sides agreed to."""
        path = f"/v1/proposals/{await self.propose(candidate, vacancy)}/answers"
        await self.post(COUNSELLOR, path, {"decision": "ACCEPT", "share_identity": True})
        return f"/v1/placements/{(await self.post(firm, path, {'decision': 'ACCEPT'}))['placement_id']}"


def _vacancy(partnership: str, country: str, external_id: str) -> Json:
    return {
        "external_id": external_id,
        "title": {"en": "Solar installer", "fr": "Installateur solaire"},
        "country": country,
        "isco08": "7411",
        "skills": [{"uri": PANELS, "critical": True}, {"uri": WIRING}],
        "languages": [{"code": "fr", "cefr": "B1"}],
        "gross_monthly_wage": {"amount": "2950.00", "currency": "EUR"},
        "net_monthly_wage_estimate": {"amount": "2150.00", "currency": "EUR"},
        "places": 5,
        "start_from": days(100).isoformat(),
        "start_to": days(240).isoformat(),
        "partnership_ids": [partnership],
    }


def _programme(partnership: str) -> Json:
    return {
        "external_id": "WIRING-1",
        "title": {"en": "Wiring", "fr": "Câblage"},
        "type": "VOCATIONAL",
        "country": "MAR",
        "hours": 120,
        "skills": [{"uri": WIRING, "level": 4}, {"uri": SAFETY, "level": 3}],
        "cost_per_trainee": {"amount": "500.00", "currency": "EUR"},
        "accredited": True,
        "partnership_ids": [partnership],
    }


async def session(corridor: Corridor, programme: str, external_id: str, first: int, last: int, seats: int = 2) -> str:
    """By the school; the days are counted from today."""
    sent = {"starts_on": days(first).isoformat(), "ends_on": days(last).isoformat(), "seats": seats}
    path = f"/v1/programmes/{programme}/sessions"
    return str((await corridor.post(SCHOOL, path, {"external_id": external_id} | sent, "registry"))["id"])


async def build(house: House, **others: str) -> Corridor:
    """Active, with a job on each side, and a course with two seats in what the untrained lack; `others` are codes of
    further organisations of the destination, with their roles."""
    parties = (await body(house))["parties"]
    office = await house.organisation(COUNSELLOR, country="MAR", type="PUBLIC_EMPLOYMENT_SERVICE")
    parties += [{"organisation_id": office, "side": "ORIGIN", "role": "IMPLEMENTER"}]
    for code, role in others.items():
        parties += [{"organisation_id": await house.organisation(code), "side": "DESTINATION", "role": role}]
    corridor = Corridor(house, await register(house, parties=parties))
    made = await corridor.partnership.complete("ACTIVE")
    withdrawn = {"to": "WITHDRAWN", "reason": "The stories bring their own."}
    for firm, name in ((AWAY_FIRM, "AWAY-1"), (HOME_FIRM, "HOME-1")):
        await corridor.post(firm, f"/v1/vacancies/{made[name]}/transitions", withdrawn, "registry")
    corridor.away = await corridor.vacancy(AWAY_FIRM, "AWAY-2")
    corridor.home = await corridor.vacancy(HOME_FIRM, "HOME-2")
    sent = _programme(corridor.partnership.id)
    corridor.programme = (await corridor.post(SCHOOL, "/v1/programmes", sent, "registry"))["id"]
    corridor.session = await session(corridor, corridor.programme, "WIRING-1", 10, 37)
    await house.follow()
    return corridor


def at(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """It is nine o'clock of that day; tokens are still those of today."""
    monkeypatch.setattr(db, "_clock", lambda: datetime.combine(day, time(9), UTC))


def guards(answer: httpx.Response) -> list[str]:
    """Codes of what refused it."""
    assert answer.status_code == 409, answer.text
    return [guard["code"] for guard in answer.json()["guards"]]
