"""An incubator at origin and a host in Belgium in one active partnership, and an entrepreneur who passes all gates."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.contracts.registry import (
    DiasporaEngagementChanged,
    HostChanged,
    MobilitySchemeChanged,
    PartnershipChanged,
)
from services.kit.db import now
from tests.conftest import House
from tests.matching.registry_events import days, partnership, person, publish

CORRIDOR = {"origin": "SEN", "destination": "BEL", "quota_per_year": 100, "pathway": None}


def host(organisation: str, partnerships: list[UUID], **changes: Any) -> HostChanged:
    """Room for two food firms at a time and 200 person-days a year, always."""
    data: dict[str, Any] = {
        "id": uuid4(),
        "organisation_id": organisation,
        "external_id": "H-1",
        "title": {"en": "Room for food entrepreneurs", "fr": "Place pour l'agroalimentaire"},
        "country": "BEL",
        "capacity_days": 200,
        "places": 2,
        "sectors": ["C10"],
        "services": ["MENTORING", "B2B_MATCHMAKING"],
        "personas": ["ENTREPRENEUR"],
        "languages": ["fr"],
        "mentors": [{"count": 1, "languages": ["fr", "wo"], "isco08": ["1311"]}],
        "stay_days_min": 5,
        "stay_days_max": 180,
        "diaspora_firm": False,
        "cooperation_sought": ["SOURCING", "CO_DEVELOPMENT"],
        "availability": [],
        "open": True,
        "partnership_ids": partnerships,
    }
    return HostChanged(**data | changes)


def scheme(of: PartnershipChanged, **changes: Any) -> MobilitySchemeChanged:
    """Like PEM N'Zassa: registered firms with a turnover of at least 5 million XOF, up to three stays."""
    data: dict[str, Any] = {
        "id": uuid4(),
        "organisation_id": of.organisation_id,
        "partnership_id": of.id,
        "title": {"en": "Missions of entrepreneurs"},
        "persona": "ENTREPRENEUR",
        "duration_days_min": 5,
        "duration_days_max": 180,
        "circular": True,
        "stays_per_person": 3,
        "multi_entry": True,
        "quota": 120,
        "eligibility": {
            "formalised": True,
            "minimum_turnover": {"amount": "5000000", "currency": "XOF"},
            "sectors": ["A01", "C10"],
        },
        "approved": True,
    }
    return MobilitySchemeChanged(**data | changes)


def engagement(organisation: str, partnerships: list[UUID], **changes: Any) -> DiasporaEngagementChanged:
    """Ten hours of vetted mentors of food firms who speak French and Wolof."""
    data: dict[str, Any] = {
        "id": uuid4(),
        "organisation_id": organisation,
        "external_id": "M-1",
        "engagement_type": "MENTOR",
        "title": {"en": "Mentors of food firms"},
        "residence": "BEL",
        "origin": "SEN",
        "languages": ["fr", "wo"],
        "isco08": ["1311"],
        "regions": ["SN-DK"],
        "hours_offered": 10,
        "vetting": "VETTED",
        "vetted_to": days(300),
        "open": True,
        "partnership_ids": partnerships,
    }
    return DiasporaEngagementChanged(**data | changes)


def entrepreneur(**changes: Any) -> dict[str, Any]:
    """An invented person who runs a firm."""
    data = person(
        external_id="E-1",
        residence="SEN",
        nationality="SEN",
        persona="ENTREPRENEUR",
        occupations=[{"isco08": "1311", "months": 60}],
        available_from=days(0).isoformat(),
    )
    return data | changes


def firm(candidate_id: str, **changes: Any) -> dict[str, Any]:
    """A registered food firm that passes every gate of `host()`."""
    data: dict[str, Any] = {
        "candidate_id": candidate_id,
        "name": "Atelier Inventé",
        "country": "SEN",
        "region": "SN-DK",
        "sector": "C1030",
        "formalised": True,
        "registration_number": "SN-DKR-2021-B-00001",
        "registration_evidence": "DOCUMENT",
        "turnover": {"amount": "18000000", "currency": "XOF"},
        "founded_on": "2021-05-03",
        "staff": 6,
        "innovation": 3,
        "export_readiness": 3,
        "green_product": True,
        "capabilities_wanted": ["B2B_MATCHMAKING", "FUNDING_ACCESS"],
        "cooperation_sought": ["SOURCING"],
        "continuity_person": "The production manager",
        "stay_days_wanted": 30,
    }
    return data | changes


@dataclass
class Firms:
    """Who takes part, and clients to act for them."""

    house: House
    partnership: PartnershipChanged
    host: HostChanged
    scheme: MobilitySchemeChanged
    incubator: httpx.AsyncClient
    hosting: httpx.AsyncClient
    candidate_id: str
    firm_id: str

    async def register(self, number: int, **changes: Any) -> str:
        """Another entrepreneur with a firm; its candidate's id."""
        answer = await self.incubator.post("/v1/candidates", json=entrepreneur(external_id=f"E-{number}"))
        made = answer.json()["id"]
        created = await self.incubator.post("/v1/firms", json=firm(made, **changes))
        assert created.status_code == 201, created.text
        return str(made)

    async def begin(self, candidate_id: str | None = None) -> str:
        """A mobility under the scheme; its id."""
        body = {
            "candidate_id": candidate_id or self.candidate_id,
            "partnership_id": str(self.partnership.id),
            "scheme_id": str(self.scheme.id),
            "on": now().date().isoformat(),
        }
        answer = await self.incubator.post("/v1/mobilities", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def move(self, mobility_id: str, to: str, **said: Any) -> httpx.Response:
        """The next step, today."""
        path = f"/v1/mobilities/{mobility_id}"
        tag = (await self.incubator.get(path)).headers["ETag"]
        body = {"to": to, "on": now().date().isoformat(), "decided_by": "Adviser 4"} | said
        return await self.incubator.post(f"{path}/transitions", json=body, headers={"If-Match": tag})

    async def matched(self, candidate_id: str | None = None) -> str:
        """A mobility that has found its host."""
        mobility = await self.begin(candidate_id)
        steps: list[tuple[str, dict[str, Any]]] = [
            ("FORMALISATION_CHECK", {}),
            ("DIAGNOSED", {"diagnosis": "Needs a drier and customers."}),
            ("PRE_MOBILITY", {}),
            ("HOST_MATCHED", {"preparation": "Two days on exports.", "host_id": str(self.host.id)}),
        ]
        for to, said in steps:
            answer = await self.move(mobility, to, **said)
            assert answer.status_code == 200, answer.text
        return mobility

    async def plan(self, mobility_id: str, first: date, last: date, **changes: Any) -> httpx.Response:
        body = {
            "mobility_id": mobility_id,
            "host_id": str(self.host.id),
            "from_date": first.isoformat(),
            "to_date": last.isoformat(),
        }
        return await self.incubator.post("/v1/stays", json=body | changes)

    async def stay(self, stay_id: str, to: str, **said: Any) -> httpx.Response:
        """The next step of a stay, today."""
        path = f"/v1/stays/{stay_id}"
        tag = (await self.incubator.get(path)).headers["ETag"]
        body = {"to": to, "on": now().date().isoformat(), "decided_by": "Adviser 4"} | said
        return await self.incubator.post(f"{path}/transitions", json=body, headers={"If-Match": tag})

    async def accept(self, stay_id: str, accepts: bool = True) -> httpx.Response:
        """The host's word."""
        said = {"accepts": accepts, "decided_by": "Head of works 7"}
        path = f"/v1/stays/{stay_id}"
        tag = (await self.hosting.get(path)).headers["ETag"]
        return await self.hosting.post(f"{path}/answer", json=said, headers={"If-Match": tag})


async def build(house: House, **host_changes: Any) -> Firms:
    """The scene, with one entrepreneur who passes every gate."""
    incubator, hosting = [await house.organisation(code) for code in ("INCUBATOR", "HOSTING")]
    agreed = partnership([incubator, hosting], model="CIRCULAR_ENTREPRENEUR", corridors=[CORRIDOR])
    offered, missions = host(hosting, [agreed.id], **host_changes), scheme(agreed)
    await publish(house, agreed, offered, missions)
    http = await house.act("INCUBATOR", "counsellor", service="matching")
    candidate = (await http.post("/v1/candidates", json=entrepreneur())).json()["id"]
    created = await http.post("/v1/firms", json=firm(candidate))
    assert created.status_code == 201, created.text
    return Firms(
        house,
        agreed,
        offered,
        missions,
        http,
        await house.act("HOSTING", "employer", service="matching"),
        candidate,
        created.json()["id"],
    )
