"""An agency and an employer in one active partnership, a training provider, and one candidate."""

from dataclasses import dataclass
from typing import Any

import httpx

from services.contracts.registry import PartnershipChanged, ProgrammeChanged, SessionChanged, VacancyChanged
from tests.conftest import House
from tests.matching.registry_events import partnership, person, programme, publish, session_of, vacancy


@dataclass
class Scene:
    house: House
    agency: str
    employer: str
    partnership: PartnershipChanged
    vacancy: VacancyChanged
    programme: ProgrammeChanged
    session: SessionChanged
    counsellor: httpx.AsyncClient
    recruiter: httpx.AsyncClient
    trainer: httpx.AsyncClient
    candidate_id: str = ""

    async def register(self, **changes: Any) -> str:
        answer = await self.counsellor.post("/v1/candidates", json=person(**changes))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def propose(self, candidate_id: str | None = None, vacancy_id: str | None = None) -> str:
        body = {
            "candidate_id": candidate_id or self.candidate_id,
            "vacancy_id": vacancy_id or str(self.vacancy.id),
        }
        answer = await self.counsellor.post("/v1/proposals", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def accept(self, proposal_id: str, *sides: httpx.AsyncClient) -> dict[str, Any]:
        """Both sides accept, the candidate's first unless said otherwise."""
        for http in sides or (self.counsellor, self.recruiter):
            answer = await http.post(f"/v1/proposals/{proposal_id}/answers", json={"decision": "ACCEPT"})
            assert answer.status_code == 201, answer.text
        shown: dict[str, Any] = answer.json()
        return shown


async def build(house: House, **vacancy_changes: Any) -> Scene:
    agency, employer, provider = [await house.organisation(code) for code in ("AGENCY", "EMPLOYER", "SCHOOL")]
    agreed = partnership([agency, employer, provider])
    offered = vacancy(employer, [agreed.id], **vacancy_changes)
    course = programme(provider, [agreed.id])
    run = session_of(course)
    await publish(house, agreed, offered, course, run)
    made = Scene(
        house,
        agency,
        employer,
        agreed,
        offered,
        course,
        run,
        await house.act("AGENCY", "counsellor", service="matching"),
        await house.act("EMPLOYER", "employer", service="matching"),
        await house.act("SCHOOL", "training-provider", service="matching"),
    )
    made.candidate_id = await made.register()
    return made
