"""One function per kind of record that makes a valid one over HTTP, for tests that run over every operation.

All records belong to OWNER. PARTY shares the partnership with it and is the employer of its proposals; STRANGER has
the same roles and shares nothing.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import httpx

from services.kit.db import now
from services.matching.allocations.worker import Worker
from services.matching.models.care import CheckIn
from services.matching.models.proposals import Placement
from services.matching.models.returns import Dossier, Return
from services.matching.occupancy import share
from services.matching.reference_figures.schemas import EXAMPLE as FIGURE
from services.registry.legal_pathways.schemas import LegalPathwayIn
from services.registry.models.mappings import TaxonomyMapping
from tests.conftest import House
from tests.operations import PARTNER_ROLES
from tests.registry.completion import PATHWAY, TERMS, Cast, complete

OWNER, PARTY, STRANGER, LAW = "OWNER", "PARTY", "STRANGER", "LAW"
CORRIDORS = [
    {
        "origin": "MAR",
        "destination": "BEL",
        "quota_per_year": 100_000,
        "pathway": PATHWAY,
        "origin_currency": "MAD",
        "destination_currency": "EUR",
    }
]
TARGETS = [{"isco08": "7411", "green_share": 0.3}]
SKILL = "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b"
Json = dict[str, Any]


@dataclass(frozen=True)
class Made:
    """A record: the values of its path's parameters, where it is read, and whether PARTY may read it."""

    values: dict[str, str]
    service: str
    path: str
    shared: bool


@dataclass
class World:
    """An active partnership of OWNER and PARTY with a programme, a session, and a vacancy on each side."""

    house: House
    partnership: str = ""
    programme: str = ""
    session: str = ""
    home_vacancy: str = ""
    away_vacancy: str = ""
    _numbers: "count[int]" = field(default_factory=count)

    def number(self) -> int:
        """A number that was not given before."""
        return next(self._numbers)

    async def act(self, code: str, service: str) -> httpx.AsyncClient:
        return await self.house.act(code, *PARTNER_ROLES, service=service)

    async def post(self, service: str, path: str, body: Json, by: str = OWNER) -> Json:
        async with await self.act(by, service) as http:
            answer = await http.post(path, json=body)
        assert answer.is_success, f"{path}: {answer.text}"
        created: Json = answer.json()
        return created

    async def keep(self, kind: str, parameter: str, body: Json) -> Made:
        """A record that OWNER keeps about the partnership."""
        made = (await self.post("registry", f"/v1/partnerships/{self.partnership}/{kind}", body))["id"]
        return Made({parameter: made}, "registry", f"/v1/{kind}/{made}", shared=True)


def day(number: int) -> str:
    """A day counted from today."""
    return (now().date() + timedelta(days=number)).isoformat()


async def build(house: House) -> World:
    world = World(house)
    owner = await house.organisation(OWNER, country="MAR", type="IMMIGRATION_AUTHORITY", sector="NATIONAL_PUBLIC")
    party = await house.organisation(PARTY)
    await house.organisation(STRANGER)
    world.partnership = await new_partnership(world, owner, party)
    world.programme = (await make_programme(world)).values["programme_id"]
    world.session = await new_session(world, world.programme)
    world.home_vacancy = await new_vacancy(world, OWNER, "MAR")
    world.away_vacancy = await new_vacancy(world, PARTY, "BEL")
    await house.organisation(LAW, type="IMMIGRATION_AUTHORITY", sector="NATIONAL_PUBLIC")
    known = {"partnership": world.partnership, "origin": owner, "destination": party}
    record = {"model": "GSP_DUAL_TRACK", "corridors": CORRIDORS, "targets": TARGETS}
    await complete(
        lambda code: world.act(code, "registry"), Cast(OWNER, PARTY, OWNER, PARTY, OWNER, LAW), record, known
    )
    await house.follow()
    return world


async def new_partnership(world: World, owner: str, party: str) -> str:
    sides = {"ORIGIN": owner, "DESTINATION": party}
    roles = {
        "ORIGIN": ("LEAD", "SIGNATORY", "TRAINER", "IMPLEMENTER", "DEMAND_HOLDER"),
        "DESTINATION": ("CO_LEAD", "SIGNATORY", "DEMAND_HOLDER", "MONITOR"),
    }
    body = {
        "code": f"MATRIX-{world.number()}",
        "title": {"en": "Invented partnership"},
        "model": "GSP_DUAL_TRACK",
        "corridors": CORRIDORS,
        "targets": TARGETS,
        "home_places": 9000,  # each cell of a matrix takes one
        "away_places": 3000,
        "planned_start": day(-80),
        "planned_end": day(1000),
        "parties": [
            {"organisation_id": sides[side], "side": side, "role": role} for side in sides for role in roles[side]
        ],
        **TERMS,
    }
    return str((await world.post("registry", "/v1/partnerships", body))["id"])


async def new_session(world: World, programme: str) -> str:
    body = {"external_id": f"S-{world.number()}", "starts_on": day(20), "ends_on": day(60), "seats": 1000}
    return str((await world.post("registry", f"/v1/programmes/{programme}/sessions", body))["id"])


async def new_vacancy(world: World, employer: str, country: str) -> str:
    body = {
        "external_id": f"V-{world.number()}",
        "title": {"en": "Solar installer"},
        "country": country,
        "isco08": "7411",
        "skills": [{"uri": SKILL}],
        "gross_monthly_wage": {"amount": "2950.00", "currency": "EUR"},
        "net_monthly_wage_estimate": {"amount": "2150.00", "currency": "EUR"},
        "places": 1000,
        "start_from": day(100),
        "start_to": day(200),
        "partnership_ids": [world.partnership],
    }
    return str((await world.post("registry", "/v1/vacancies", body, employer))["id"])


async def new_candidate(world: World, **changes: Any) -> str:
    body = {
        "external_id": f"C-{world.number()}",
        "birth_date": "1999-04-12",
        "sex": "F",
        "nationality": "MAR",
        "residence": "MAR",
        "occupations": [{"isco08": "7411", "months": 60, "last_date": day(-30)}],
        "skills": [{"uri": SKILL, "level": 5, "evidence": "TESTED", "dated": day(-60)}],
        "eqf": 5,
        "languages": [{"code": "fr", "cefr": "C1"}, {"code": "nl", "cefr": "C1"}, {"code": "en", "cefr": "C1"}],
        "available_from": day(10),
        "consent": {
            "scopes": ["MATCHING_HOME", "MATCHING_AWAY", "STATISTICS"],
            "granted_on": day(-10),
            "text_version": "2026-1",
        },
    }
    return str((await world.post("matching", "/v1/candidates", body | changes))["id"])


async def new_proposal(world: World) -> str:
    body = {"candidate_id": await new_candidate(world), "vacancy_id": world.away_vacancy}
    return str((await world.post("matching", "/v1/proposals", body))["id"])


async def make_client(world: World) -> Made:
    created = await world.post("registry", "/v1/clients", {"name": "Another system", "roles": ["analyst"]})
    return Made({"client_record_id": created["id"]}, "registry", f"/v1/clients/{created['id']}", shared=False)


async def make_organisation(world: World) -> Made:
    own = await world.house.organisation(OWNER)
    return Made({"organisation_id": own}, "registry", f"/v1/organisations/{own}", shared=True)


async def make_partnership(world: World) -> Made:
    house = world.house
    made = await new_partnership(world, await house.organisation(OWNER), await house.organisation(PARTY))
    return Made({"partnership_id": made}, "registry", f"/v1/partnerships/{made}", shared=True)


async def make_known_partnership(world: World) -> Made:
    """As matching knows it."""
    values = (await make_partnership(world)).values
    await world.house.follow()
    return Made(values, "matching", f"/v1/partnerships/{values['partnership_id']}/fourfold-parameters", shared=True)


async def make_reference_figure(world: World) -> Made:
    body = FIGURE | {"released_on": day(-1 - world.number())}
    async with await world.act(OWNER, "matching") as http:
        headers = {"Content-Type": "application/x-ndjson"}
        answer = await http.post("/v1/reference-figures:batch", content=json.dumps(body), headers=headers)
    made = answer.json()["results"][0]["id"]
    return Made({"figure_id": made}, "matching", f"/v1/reference-figures/{made}", shared=True)


async def make_cooperation_programme(world: World) -> Made:
    body = {"code": f"COOPERATION-{world.number()}", "title": {"en": "Invented programme"}, "origins": ["MAR"]}
    made = (await world.post("registry", "/v1/cooperation-programmes", body))["id"]
    path = f"/v1/cooperation-programmes/{made}"
    return Made({"cooperation_programme_id": made}, "registry", path, shared=True)


async def make_programme(world: World) -> Made:
    body = {
        "external_id": f"P-{world.number()}",
        "title": {"en": "Photovoltaic installation"},
        "type": "VOCATIONAL",
        "country": "MAR",
        "hours": 420,
        "skills": [{"uri": SKILL, "level": 3}],
        "cost_per_trainee": {"amount": "1850.00", "currency": "EUR"},
        "accredited": True,
        "partnership_ids": [world.partnership],
    }
    made = (await world.post("registry", "/v1/programmes", body))["id"]
    return Made({"programme_id": made}, "registry", f"/v1/programmes/{made}", shared=True)


async def make_session(world: World) -> Made:
    made = await new_session(world, world.programme)
    values = {"programme_id": world.programme, "session_id": made}
    return Made(values, "registry", f"/v1/programmes/{world.programme}/sessions/{made}", shared=True)


async def make_vacancy(world: World) -> Made:
    made = await new_vacancy(world, OWNER, "MAR")
    await world.house.follow()
    return Made({"vacancy_id": made}, "registry", f"/v1/vacancies/{made}", shared=True)


async def make_candidate(world: World) -> Made:
    made = await new_candidate(world)
    return Made({"candidate_id": made}, "matching", f"/v1/candidates/{made}", shared=False)


async def make_consent_text(world: World) -> Made:
    body = {"text_version": f"T-{world.number()}", "hashes": {"fr": "ab" * 32}}
    made = (await world.post("matching", "/v1/consent-texts", body))["id"]
    return Made({"text_id": made}, "matching", f"/v1/consent-texts/{made}", shared=False)


async def new_entrepreneur(world: World) -> tuple[str, str]:
    """A candidate with a firm; ids of both."""
    person = await new_candidate(world, persona="ENTREPRENEUR")
    body = {
        "candidate_id": person,
        "name": "Invented workshop",
        "country": "MAR",
        "sector": "C10",
        "formalised": True,
        "registration_number": "ICE-1",
        "registration_evidence": "REGISTER",
        "continuity_person": "The foreman",
        "stay_days_wanted": 30,
    }
    return person, (await world.post("matching", "/v1/firms", body))["id"]


async def make_firm(world: World) -> Made:
    _, made = await new_entrepreneur(world)
    return Made({"firm_id": made}, "matching", f"/v1/firms/{made}", shared=False)


async def make_mobility(world: World) -> Made:
    person, _ = await new_entrepreneur(world)
    body = {"candidate_id": person, "partnership_id": world.partnership, "on": day(0)}
    made = (await world.post("matching", "/v1/mobilities", body))["id"]
    return Made({"mobility_id": made}, "matching", f"/v1/mobilities/{made}", shared=False)


async def make_stay(world: World) -> Made:
    """With a host of PARTY."""
    room = {
        "external_id": f"H-{world.number()}",
        "title": {"en": "Room for entrepreneurs"},
        "country": "BEL",
        "capacity_days": 300,
        "places": 1,
        "sectors": ["C10"],
        "personas": ["ENTREPRENEUR"],
        "languages": ["fr"],
        "stay_days_max": 90,
        "partnership_ids": [world.partnership],
    }
    host = (await world.post("registry", "/v1/hosts", room, PARTY))["id"]
    await world.house.follow()
    mobility = (await make_mobility(world)).values["mobility_id"]
    steps: list[Json] = [
        {"to": "FORMALISATION_CHECK"},
        {"to": "DIAGNOSED", "diagnosis": "Needs customers."},
        {"to": "PRE_MOBILITY"},
        {"to": "HOST_MATCHED", "preparation": "Two days on exports.", "host_id": host},
    ]
    async with await world.act(OWNER, "matching") as http:
        for version, step in enumerate(steps, 1):
            path, tag = f"/v1/mobilities/{mobility}/transitions", {"If-Match": f'"{version}"'}
            answer = await http.post(path, json=step | {"on": day(0), "decided_by": "Adviser 4"}, headers=tag)
            assert answer.is_success, answer.text
    body = {"mobility_id": mobility, "host_id": host, "from_date": day(20), "to_date": day(40)}
    made = (await world.post("matching", "/v1/stays", body))["id"]
    return Made({"stay_id": made}, "matching", f"/v1/stays/{made}", shared=True)


async def make_mentoring(world: World) -> Made:
    """With a mentor of PARTY, whom OWNER vetted."""
    offer = {
        "external_id": f"D-{world.number()}",
        "title": {"en": "Mentors"},
        "type": "MENTOR",
        "residence": "BEL",
        "origin": "MAR",
        "languages": ["fr"],
        "hours_offered": 100,
        "partnership_ids": [world.partnership],
    }
    engagement = (await world.post("registry", "/v1/diaspora-engagements", offer, PARTY))["id"]
    vetted = {"verdict": "VETTED", "grounds": "References.", "valid_to": day(99)}
    await world.post("registry", f"/v1/diaspora-engagements/{engagement}/vettings", vetted)
    await world.house.follow()
    body = {"candidate_id": await new_candidate(world), "engagement_id": engagement, "planned_on": day(3), "hours": "2"}
    made = (await world.post("matching", "/v1/mentorings", body))["id"]
    return Made({"mentoring_id": made}, "matching", f"/v1/mentorings/{made}", shared=True)


async def make_proposal(world: World) -> Made:
    made = await new_proposal(world)
    return Made({"proposal_id": made}, "matching", f"/v1/proposals/{made}", shared=True)


async def make_enrolment(world: World) -> Made:
    body = {"candidate_id": await new_candidate(world), "session_id": world.session, "track": "HOME"}
    made = (await world.post("matching", "/v1/enrolments", body))["id"]
    return Made({"enrolment_id": made}, "matching", f"/v1/enrolments/{made}", shared=False)


async def make_allocation(world: World) -> Made:
    return replace(made := await make_allocation_member(world), values={"allocation_id": made.values["allocation_id"]})


async def make_allocation_member(world: World) -> Made:
    """Of a run that a worker in this process has computed."""
    person = await new_candidate(world)
    body = {
        "partnership_id": world.partnership,
        "cohort": {"candidate_ids": [person]},
        "vacancies": [world.home_vacancy],
        "seed": 1,
    }
    made = (await world.post("matching", "/v1/allocations", body))["id"]
    rates = world.house.apps["matching"].state.settings.euro_rates
    assert await Worker(world.house.databases["matching"], rates, 60.0).step()
    values = {"allocation_id": made, "member_id": person}
    return Made(values, "matching", f"/v1/allocations/{made}", shared=False)


async def make_match(world: World) -> Made:
    pair = {"candidate_id": await new_candidate(world), "vacancy_id": world.home_vacancy}
    made = (await world.post("matching", "/v1/matches", pair))["id"]
    return Made({"match_id": made}, "matching", f"/v1/matches/{made}", shared=False)


async def make_plan(world: World) -> Made:
    pair = {"candidate_id": await new_candidate(world), "vacancy_id": world.home_vacancy}
    async with await world.act(OWNER, "matching") as http:
        asked = {"vacancy": world.home_vacancy}
        offered = (await http.get(f"/v1/candidates/{pair['candidate_id']}/plans", params=asked)).json()["plans"]
    made = (await world.post("matching", "/v1/plans", pair | {"key": offered[0]["key"]}))["id"]
    return Made({"plan_id": made}, "matching", f"/v1/plans/{made}", shared=False)


async def make_placement(world: World) -> Made:
    answers = f"/v1/proposals/{await new_proposal(world)}/answers"
    await world.post("matching", answers, {"decision": "ACCEPT", "share_identity": True})
    made = (await world.post("matching", answers, {"decision": "ACCEPT"}, PARTY))["placement_id"]
    return Made({"placement_id": made}, "matching", f"/v1/placements/{made}", shared=True)


FEE = {
    "kind": "FEE",
    "cost_group": "RECRUITMENT",
    "phase": "PRE_DEPARTURE",
    "payer": "WORKER",
    "payee": "RECRUITER",
    "amount": {"amount": "400.00", "currency": "EUR"},
    "paid_on": day(-5),
}


async def make_ledger_entry(world: World) -> Made:
    placement = (await make_placement(world)).path
    made = (await world.post("matching", f"{placement}/ledger-entries", FEE))["id"]
    return Made({"entry_id": made}, "matching", f"/v1/ledger-entries/{made}", shared=True)


async def make_fourfold_statement(world: World) -> Made:
    placement = (await make_placement(world)).path
    body = {"name": "BENEFITS_DRAWN", "value": "0", "source": "Extract"}
    made = (await world.post("matching", f"{placement}/fourfold-statements", body))["id"]
    return Made({"statement_id": made}, "matching", f"{placement}/fourfold-statements", shared=True)


async def make_fourfold_assessment(world: World) -> Made:
    """Kept with the proposal; both sides of it may compute it again."""
    proposal = (await make_proposal(world)).path
    async with await world.act(OWNER, "matching") as http:
        made = (await http.get(f"{proposal}/fourfold")).json()["kept"][0]["id"]
    return Made({"assessment_id": made}, "matching", f"/v1/fourfold-assessments/{made}/replay", shared=True)


async def make_guard_case(world: World) -> Made:
    placement = (await make_placement(world)).path
    body = {"code": "G02", "reason": "The passport is kept.", "decided_by": "Counsellor 12"}
    made = (await world.post("matching", f"{placement}/cases", body))["id"]
    return Made({"case_id": made}, "matching", f"/v1/cases/{made}", shared=True)


async def make_check_in(world: World) -> Made:
    """Written as a row: the job of a placement that was made just now began not long enough ago."""
    placement = (await make_placement(world)).values["placement_id"]
    owner = await world.house.organisation(OWNER)
    async with world.house.databases["matching"].transaction(owner) as session:
        job = await session.get_one(Placement, UUID(placement))
        names = ("organisation_id", "candidate_id", "partnership_id")
        check_in = CheckIn(placement_id=job.id, **{name: getattr(job, name) for name in names})
        check_in.month, check_in.took_place_on, check_in.asked_by = 3, now().date(), "Counsellor 12"
        check_in.answers, check_in.breaches = {"employed": True}, []
        session.add(check_in)
        await session.flush()
        made = str(check_in.id)
    return Made({"check_in_id": made}, "matching", f"/v1/check-ins/{made}", shared=False)


async def make_grievance(world: World) -> Made:
    """PARTY is the employer: it never reads them."""
    token = (await world.post("matching", f"{(await make_placement(world)).path}/grievance-tokens", {}))["token"]
    body = {"categories": ["WAGES"], "text": "Pay is missing.", "language": "fr"}
    async with world.house.anonymous("matching") as http:
        made = (await http.post("/v1/grievances", json=body, headers={"Grievance-Token": token})).json()["id"]
    return Made({"grievance_id": made}, "matching", f"/v1/grievances/{made}", shared=False)


async def make_dossier(world: World) -> Made:
    """Written as rows: PARTY is no recognition authority of the partnership."""
    values = {"candidate_id": UUID(await new_candidate(world)), "partnership_id": UUID(world.partnership)}
    owner, authority = [UUID(await world.house.organisation(code)) for code in (OWNER, PARTY)]
    async with world.house.databases["matching"].transaction(str(owner)) as session:
        dossier = Dossier(organisation_id=owner, authority_id=authority, **values, status="SUBMITTED", measures=[])
        dossier.qualification, dossier.isco08, dossier.country = "Diploma", "7411", "BEL"
        dossier.submitted_on = now().date()
        session.add(dossier)
        await session.flush()
        await share(session, dossier.id, authority, owner)
        made = str(dossier.id)
    return Made({"dossier_id": made}, "matching", f"/v1/recognition-dossiers/{made}", shared=True)


async def make_return(world: World) -> Made:
    """Written as a row: the job has not begun."""
    placement = (await make_placement(world)).values["placement_id"]
    async with world.house.databases["matching"].transaction(await world.house.organisation(OWNER)) as session:
        job = await session.get_one(Placement, UUID(placement))
        names = ("organisation_id", "candidate_id", "partnership_id")
        row = Return(placement_id=job.id, **{name: getattr(job, name) for name in names}, status="RETURN_PLANNED")
        row.planned_on, row.services, row.skills_gained = now().date(), [], []
        session.add(row)
        await session.flush()
        made = str(row.id)
    return Made({"return_id": made}, "matching", f"/v1/returns/{made}", shared=False)


async def make_closing(world: World) -> Made:
    """A proposal that the employer declined; only the candidate's organisation reads why it closed."""
    answers = f"/v1/proposals/{await new_proposal(world)}/answers"
    no = {
        "decision": "DECLINE",
        "reason": "NOT_FIT_FOR_ROLE",
        "next_steps": [{"kind": "OTHER_VACANCIES", "text": "Others look for the same skills."}],
        "decided_by": "Recruiter 3",
    }
    person = (await world.post("matching", answers, no, PARTY))["candidate_id"]
    async with await world.act(OWNER, "matching") as http:
        made = (await http.get("/v1/closings", params={"candidate_id": person})).json()["items"][0]["id"]
    return Made({"closing_id": made}, "matching", f"/v1/closings/{made}", shared=False)


async def make_contestation(world: World) -> Made:
    closing = (await make_closing(world)).values["closing_id"]
    path = f"/v1/closings/{closing}/contestations"
    made = (await world.post("matching", path, {"grounds": "The certificate was not read."}))["id"]
    return Made({"contestation_id": made}, "matching", f"/v1/contestations/{made}", shared=True)


async def _under(world: World, things: str, thing: str, body: Json) -> Made:
    """Something that the owner keeps about the partnership."""
    partnership = (await make_partnership(world)).values["partnership_id"]
    made = (await world.post("registry", f"/v1/partnerships/{partnership}/{things}", body))["id"]
    return Made({f"{thing}_id": made}, "registry", f"/v1/{things}/{made}", shared=True)


async def make_need(world: World) -> Made:
    said = {"en": "Trained staff."}
    need = {"party": "ORIGIN", "side": "ORIGIN", "kind": "STAKEHOLDER", "urgency": "LOW", "quantity": 1}
    return await _under(world, "needs", "need", need | {"statement": said})


async def make_checklist_entry(world: World) -> Made:
    return await _under(world, "checklist-entries", "checklist_entry", {"item": 27, "answer": "NO"})


async def make_checklist_waiver(world: World) -> Made:
    waiver = {"item": 27, "side": "ORIGIN", "reason": "Published after ratification."}
    return await _under(world, "checklist-waivers", "checklist_waiver", waiver)


async def make_incident(world: World) -> Made:
    incident = {"kind": "FORCED_LABOUR_INDICATOR", "occurred_on": day(-1), "reference": "CASE-1"}
    return await _under(world, "incidents", "incident", incident)


async def make_suspension_rule(world: World) -> Made:
    return await _under(world, "suspension-rules", "suspension_rule", {})


async def make_rule_parameters(world: World) -> Made:
    return await _under(world, "rule-parameters", "rule_parameters", {"edition": "JOINT-1"})


async def _kept(world: World, kind: str, parameter: str, body: Json, under: str | None = None) -> Made:
    """A record that OWNER keeps about a partnership."""
    made = (await world.post("registry", f"/v1/partnerships/{under or world.partnership}/{kind}", body))["id"]
    return Made({parameter: made}, "registry", f"/v1/{kind}/{made}", shared=True)


async def make_cost_matrix(world: World) -> Made:
    under = (await make_partnership(world)).values["partnership_id"]
    lines = [{"group": "TRAINING", "payer": "DONOR", "share_percent": "100"}]
    body = {"reporting_currency": "EUR", "lines": lines}
    return await _kept(world, "cost-matrices", "cost_matrix_id", body, under)


async def make_cost_entry(world: World) -> Made:
    matrix = await make_cost_matrix(world)
    async with await world.act(OWNER, "registry") as http:
        under = (await http.get(matrix.path)).json()["partnership_id"]
    body = {"paid_on": day(-1), "amount": "5.00", "currency": "EUR", "payer": "DONOR", "payee": "Invented school"}
    body |= {"group": "TRAINING", "phase": "TRAINING"}
    return await _kept(world, "cost-entries", "cost_entry_id", body, under)


async def make_result_target(world: World) -> Made:
    body = {"party": "ORIGIN", "indicator_code": "TRAINED", "target": 120, "due_on": day(300)}
    return await _kept(world, "result-targets", "result_target_id", body)


async def make_milestone(world: World) -> Made:
    body = {
        "title": {"en": "60 persons certified"},
        "payee_organisation_id": await world.house.organisation(PARTY),
        "amount": {"amount": "150000.00", "currency": "EUR"},
        "condition": {"en": "60 certificates"},
        "due_on": day(300),
    }
    return await _kept(world, "milestones", "milestone_id", body)


async def make_evidence_item(world: World) -> Made:
    body = {"claim": {"en": "It works."}, "supports": False, "method": "Tracer study", "source": "Invented institute"}
    return await _kept(world, "evidence-items", "evidence_item_id", body | {"strength": "MONITORING"})


async def make_lesson(world: World) -> Made:
    body = {"type": "GOOD_PRACTICE", "text": {"en": "Check recognition first."}}
    return await _kept(world, "lessons", "lesson_id", body)


async def make_risk(world: World) -> Made:
    body = {
        "type": "DEMAND",
        "description": {"en": "Orders fall."},
        "likelihood": 2,
        "impact": 4,
        "mitigation": {"en": "More than one employer."},
        "owner_organisation_id": await world.house.organisation(OWNER),
    }
    return await _kept(world, "risks", "risk_id", body)


async def make_mandate(world: World) -> Made:
    other = await world.house.organisation(PARTY)
    body = {"to_organisation": other, "scopes": ["SUBMIT_DEMAND"], "valid_from": day(0)}
    made = (await world.post("registry", "/v1/mandates", body))["id"]
    return Made({"mandate_id": made}, "registry", f"/v1/mandates/{made}", shared=True)


async def make_invitation(world: World) -> Made:
    house = world.house
    partnership = await new_partnership(world, await house.organisation(OWNER), await house.organisation(PARTY))
    body = {"code": OWNER, "side": "ORIGIN", "roles": ["OBSERVER"]}  # of itself, so that it may also answer
    made = (await world.post("registry", f"/v1/partnerships/{partnership}/invitations", body))["id"]
    return Made({"invitation_id": made}, "registry", f"/v1/invitations/{made}", shared=True)


async def make_demand(world: World) -> Made:
    line = {
        "external_id": f"L-{world.number()}",
        "partnership_id": world.partnership,
        "kind": "TRAINING_NEED",
        "isco08": "7411",
        "skills": [{"uri": SKILL}],
        "country": "MAR",
        "persons": 5,
        "year": 2027,
    }
    async with await world.act(OWNER, "registry") as http:
        headers = {"Content-Type": "application/x-ndjson"}
        answer = await http.post("/v1/demand-forecasts:batch", content=json.dumps(line), headers=headers)
    made = answer.json()["results"][0]["id"]
    return Made({"forecast_id": made}, "registry", f"/v1/demand-forecasts/{made}", shared=True)


async def make_document(world: World) -> Made:
    path = f"/v1/partnerships/{world.partnership}/documents"
    async with await world.act(OWNER, "registry") as http:
        http.headers["Content-Type"] = "text/plain"
        made = (await http.post(path, params={"name": "accord.txt"}, content=b"Accord")).json()["id"]
    return Made({"document_id": made}, "registry", f"/v1/documents/{made}", shared=True)


async def make_agreement(world: World) -> Made:
    body = {"type": "BLMA", "legal_status": "BINDING", "title": {"en": "Invented agreement"}}
    return await world.keep("agreements", "agreement_id", body)


async def make_legal_pathway(world: World) -> Made:
    body = LegalPathwayIn.model_config["json_schema_extra"]["examples"][0]  # type: ignore[call-overload, index]
    body = body | {"key": f"PERMIT-{world.number()}", "destination": "MAR"}  # the owner is an authority of its country
    made = (await world.post("registry", "/v1/legal-pathways", body))["id"]
    return Made({"legal_pathway_id": made}, "registry", f"/v1/legal-pathways/{made}", shared=True)


async def make_obligation(world: World) -> Made:
    body = {"kind": "HOUSING", "side": "ORIGIN", "text": {"en": "Twelve rooms."}, "due_on": day(30)}
    return await world.keep("obligations", "obligation_id", body)


async def make_committee(world: World) -> Made:
    seats = {"ORIGIN": await world.house.organisation(OWNER), "DESTINATION": await world.house.organisation(PARTY)}
    members = [{"organisation_id": each, "side": side, "office": "Director"} for side, each in seats.items()]
    body = {"name": {"en": "Joint committee"}, "members": members, "cadence_months": 6}
    return await world.keep("committees", "committee_id", body)


async def make_committee_meeting(world: World) -> Made:
    return await _of_committee(world, "meetings", {"held_on": day(-1), "agenda": [{"en": "Places"}]})


async def make_committee_decision(world: World) -> Made:
    return await _of_committee(world, "decisions", {"text": {"en": "Thirty places."}})


async def _of_committee(world: World, kind: str, body: Json) -> Made:
    made = (await world.post("registry", f"{(await make_committee(world)).path}/{kind}", body))["id"]
    return Made({f"committee_{kind[:-1]}_id": made}, "registry", f"/v1/committee-{kind}/{made}", shared=True)


async def make_action_item(world: World) -> Made:
    assignee = await world.house.organisation(OWNER)
    body = {"assignee_id": assignee, "text": {"en": "Publish the call."}, "due_on": day(9)}
    made = (await world.post("registry", f"{(await make_committee(world)).path}/action-items", body))["id"]
    return Made({"action_item_id": made}, "registry", f"/v1/action-items/{made}", shared=True)


async def make_support_structure(world: World) -> Made:
    body = {"name": {"en": "Invented centre"}, "kind": "TRAINING_CENTRE", "party": "ORIGIN", "country": "MAR"}
    return await world.keep("support-structures", "support_structure_id", body)


async def _as_authority(world: World) -> None:
    """OWNER is an authority from now on, so that it may say what only authorities may."""
    async with await world.house.ops() as ops:
        path = f"/v1/organisations/{await world.house.organisation(OWNER)}"
        tag = (await ops.get(path)).headers["ETag"]
        answer = await ops.patch(path, json={"type": "GOVERNMENT_MINISTRY"}, headers={"If-Match": tag})
        assert answer.is_success, answer.text


async def make_host(world: World) -> Made:
    body = {
        "external_id": f"H-{world.number()}",
        "title": {"en": "Room for entrepreneurs"},
        "country": "MAR",
        "capacity_days": 100,
        "places": 2,
        "sectors": ["C10"],
        "personas": ["ENTREPRENEUR"],
        "languages": ["fr"],
        "stay_days_max": 90,
        "partnership_ids": [world.partnership],
    }
    made = (await world.post("registry", "/v1/hosts", body))["id"]
    await world.house.follow()
    return Made({"host_id": made}, "registry", f"/v1/hosts/{made}", shared=True)


async def make_mobility_scheme(world: World) -> Made:
    need = {"party": "ORIGIN", "side": "ORIGIN", "kind": "STAKEHOLDER", "urgency": "LOW", "quantity": 1}
    need |= {"statement": {"en": "Trained staff."}}
    path = f"/v1/partnerships/{world.partnership}"
    body = {
        "title": {"en": "Missions"},
        "persona": "ENTREPRENEUR",
        "duration_days_max": 90,
        "quota": 10,
        "rests_on": {"kind": "NEED", "id": (await world.post("registry", f"{path}/needs", need))["id"]},
    }
    made = (await world.post("registry", f"{path}/mobility-schemes", body))["id"]
    return Made({"scheme_id": made}, "registry", f"/v1/mobility-schemes/{made}", shared=True)


async def make_engagement(world: World) -> Made:
    body = {
        "external_id": f"D-{world.number()}",
        "title": {"en": "Mentors"},
        "type": "MENTOR",
        "residence": "BEL",
        "origin": "MAR",
        "languages": ["fr"],
        "hours_offered": 100,
        "partnership_ids": [world.partnership],
    }
    made = (await world.post("registry", "/v1/diaspora-engagements", body))["id"]
    await world.house.follow()
    return Made({"engagement_id": made}, "registry", f"/v1/diaspora-engagements/{made}", shared=True)


async def make_delivery(world: World) -> Made:
    engagement = await make_engagement(world)
    path = f"{engagement.path}/deliveries"
    made = (await world.post("registry", path, {"on": day(-1), "hours": "2"}))["id"]
    return Made(engagement.values | {"delivery_id": made}, "registry", f"{path}/{made}", shared=True)


async def _new_partner_offer(world: World, by: str) -> str:
    body = {"external_id": f"O-{world.number()}", "kind": "OFFER", "role": "TRAINER", "valid_to": day(100)}
    return str((await world.post("registry", "/v1/partner-offers", body, by))["id"])


async def make_partner_offer(world: World) -> Made:
    made = await _new_partner_offer(world, OWNER)
    return Made({"partner_offer_id": made}, "registry", f"/v1/partner-offers/{made}", shared=False)


async def make_partner_offer_answer(world: World) -> Made:
    path = f"/v1/partner-offers/{await _new_partner_offer(world, PARTY)}/answers"
    made = (await world.post("registry", path, {"message": "Let us talk."}))["id"]
    return Made({"answer_id": made}, "registry", f"/v1/partner-offer-answers/{made}", shared=True)


async def _provider_of(world: World, code: str) -> str:
    """The recruiter's entry of an organisation, which has one only."""
    async with await world.act(code, "registry") as http:
        params = {"organisation": await world.house.organisation(code)}
        known = (await http.get("/v1/service-providers", params=params)).json()["items"]
    if known:
        return str(known[0]["id"])
    body = {"kind": "RECRUITER", "countries": ["MAR"], "employer_pays": True}
    return str((await world.post("registry", "/v1/service-providers", body, code))["id"])


async def make_service_provider(world: World) -> Made:
    made = await _provider_of(world, OWNER)
    return Made({"provider_id": made}, "registry", f"/v1/service-providers/{made}", shared=False)


async def make_licence(world: World) -> Made:
    provider = await make_service_provider(world)
    body = {"authority": "Ministry", "number": "1", "country": "MAR", "valid_from": day(-9), "valid_to": day(99)}
    made = (await world.post("registry", f"{provider.path}/licences", body))["id"]
    return Made(provider.values | {"licence_id": made}, "registry", f"{provider.path}/licences/{made}", shared=False)


async def make_sanction(world: World) -> Made:
    await _as_authority(world)
    provider = await _provider_of(world, LAW)  # PARTY must stay an employer whom people may be proposed to
    path = f"/v1/service-providers/{provider}/sanctions"
    body = {"kind": "SUSPENSION", "reason": "Fees.", "starts_on": day(-9)}
    made = (await world.post("registry", path, body))["id"]
    return Made({"provider_id": provider, "sanction_id": made}, "registry", f"{path}/{made}", shared=False)


async def make_service_order(world: World) -> Made:
    body = {
        "provider_id": await _provider_of(world, PARTY),
        "service": "LANGUAGE_COURSE",
        "phase": "PRE_DEPARTURE",
        "origin": "MAR",
        "destination": "BEL",
        "persons": 3,
        "price": {"amount": "300.00", "currency": "EUR"},
        "payer": "EMPLOYER",
        "ordered_on": day(-1),
    }
    path = f"/v1/partnerships/{world.partnership}/service-orders"
    made = (await world.post("registry", path, body))["id"]
    return Made({"order_id": made}, "registry", f"/v1/service-orders/{made}", shared=True)


async def make_accreditation(world: World) -> Made:
    await _as_authority(world)
    body = {
        "external_id": f"P-{world.number()}",
        "title": {"en": "Photovoltaic installation"},
        "type": "VOCATIONAL",
        "country": "BEL",
        "hours": 420,
        "cost_per_trainee": {"amount": "1850.00", "currency": "EUR"},
        "partnership_ids": [world.partnership],
    }
    programme = (await world.post("registry", "/v1/programmes", body, PARTY))["id"]
    path = f"/v1/programmes/{programme}/accreditations"
    said = {"reference": "ACC-1", "valid_from": day(-9), "valid_to": day(99)}
    made = (await world.post("registry", path, said))["id"]
    values = {"programme_id": programme, "accreditation_id": made}
    return Made(values, "registry", f"{path}/{made}", shared=True)


async def make_shortage_round(world: World) -> Made:
    body = {"origin": "MAR", "destination": "BEL", "isco08": ["7411"], "period": "2026", "comment_days": 0}
    made = (await world.post("registry", f"/v1/partnerships/{world.partnership}/shortage-rounds", body))["id"]
    return Made({"round_id": made}, "registry", f"/v1/shortage-rounds/{made}", shared=True)


async def make_joint_decision(world: World) -> Made:
    path = (await make_shortage_round(world)).path
    for step in ("computation", "decisions"):
        await world.post("registry", f"{path}/{step}", {})
    async with await world.act(OWNER, "registry") as http:
        made = (await http.get(f"{path}/decisions")).json()["items"][0]["id"]
    return Made({"decision_id": made}, "registry", f"/v1/joint-decisions/{made}", shared=True)


async def make_safeguard(world: World) -> Made:
    body = {
        "origin": "MAR",
        "isco08_minor": f"{world.number() % 1000:03d}",
        "valid_from": day(-900),
        "expires_on": day(-900),  # long over: it is not to bear on any job
        "reason": "As agreed.",
    }
    made = (await world.post("registry", f"/v1/partnerships/{world.partnership}/safeguards", body))["id"]
    return Made({"safeguard_id": made}, "registry", f"/v1/safeguards/{made}", shared=True)


async def make_mapping(world: World) -> Made:
    """Written as a row: confirming asks for a taxonomy, beside which the other records' URIs would be unknown."""
    owner = await world.house.organisation(OWNER)
    text = f"word {world.number()}"
    mapping = TaxonomyMapping(text=text, folded=text, language="en", kind="SKILL", uri=SKILL, taxonomy_version="1")
    mapping.organisation_id = UUID(owner)
    async with world.house.databases["registry"].transaction(owner) as session:
        session.add(mapping)
    return Made({"mapping_id": str(mapping.id)}, "registry", f"/v1/taxonomy/mappings/{mapping.id}", shared=False)


# By the last parameter of a path.
# By the name of the last parameter of a path; where a service has copies of another's records, with its own name first.
FACTORIES: dict[str, Callable[[World], Awaitable[Made]]] = {
    "client_record_id": make_client,
    "mapping_id": make_mapping,
    "organisation_id": make_organisation,
    "cooperation_programme_id": make_cooperation_programme,
    "partnership_id": make_partnership,
    "matching.partnership_id": make_known_partnership,
    "figure_id": make_reference_figure,
    "programme_id": make_programme,
    "session_id": make_session,
    "vacancy_id": make_vacancy,
    "candidate_id": make_candidate,
    "text_id": make_consent_text,
    "proposal_id": make_proposal,
    "enrolment_id": make_enrolment,
    "allocation_id": make_allocation,
    "member_id": make_allocation_member,
    "match_id": make_match,
    "plan_id": make_plan,
    "placement_id": make_placement,
    "firm_id": make_firm,
    "mobility_id": make_mobility,
    "stay_id": make_stay,
    "mentoring_id": make_mentoring,
    "entry_id": make_ledger_entry,
    "statement_id": make_fourfold_statement,
    "assessment_id": make_fourfold_assessment,
    "case_id": make_guard_case,
    "check_in_id": make_check_in,
    "grievance_id": make_grievance,
    "dossier_id": make_dossier,
    "return_id": make_return,
    "closing_id": make_closing,
    "contestation_id": make_contestation,
    "host_id": make_host,
    "scheme_id": make_mobility_scheme,
    "engagement_id": make_engagement,
    "delivery_id": make_delivery,
    "partner_offer_id": make_partner_offer,
    "answer_id": make_partner_offer_answer,
    "provider_id": make_service_provider,
    "licence_id": make_licence,
    "sanction_id": make_sanction,
    "order_id": make_service_order,
    "accreditation_id": make_accreditation,
    "document_id": make_document,
    "agreement_id": make_agreement,
    "legal_pathway_id": make_legal_pathway,
    "obligation_id": make_obligation,
    "committee_id": make_committee,
    "committee_meeting_id": make_committee_meeting,
    "committee_decision_id": make_committee_decision,
    "action_item_id": make_action_item,
    "support_structure_id": make_support_structure,
    "cost_matrix_id": make_cost_matrix,
    "cost_entry_id": make_cost_entry,
    "result_target_id": make_result_target,
    "milestone_id": make_milestone,
    "evidence_item_id": make_evidence_item,
    "lesson_id": make_lesson,
    "risk_id": make_risk,
    "need_id": make_need,
    "checklist_entry_id": make_checklist_entry,
    "checklist_waiver_id": make_checklist_waiver,
    "incident_id": make_incident,
    "suspension_rule_id": make_suspension_rule,
    "rule_parameters_id": make_rule_parameters,
    "mandate_id": make_mandate,
    "invitation_id": make_invitation,
    "forecast_id": make_demand,
    "round_id": make_shortage_round,
    "decision_id": make_joint_decision,
    "safeguard_id": make_safeguard,
}


def factory_of(service: str, parameter: str) -> Callable[[World], Awaitable[Made]] | None:
    """What makes a record for a path of `service` that ends with `parameter`."""
    return FACTORIES.get(f"{service}.{parameter}") or FACTORIES.get(parameter)
