"""One electrician from Morocco to Belgium and back, with all that the fourfold win asks for: the case of
docs/fourfold.md, and what can be left out or made worse of it."""

from typing import Any

import httpx

from services.contracts.registry import CostCellPart, PartnershipCostsChanged
from tests.conftest import House
from tests.matching.registry_events import PANELS, SKILL, WIRING, days, decision, publish, safeguard, session_of
from tests.matching.registry_events import pathway as permit
from tests.matching.registry_events import programme as course
from tests.matching.registry_events import vacancy as offer
from tests.matching.scene import Scene, build
from tests.matching.test_reference_figures_api import send

BEGUN, LEFT = -560, -190
TAUGHT = [WIRING, *(SKILL.format(number) for number in range(11, 15))]
LONG_AGO, YESTERDAY = days(-900).isoformat(), days(-1).isoformat()
START: dict[str, Any] = {
    "started_on": days(BEGUN).isoformat(),
    "gross_hourly_earnings": {"amount": "16.7004", "currency": "EUR"},
    "weekly_hours": 38,
    "net_monthly_earnings": {"amount": "2000.00", "currency": "EUR"},
    "recruitment_costs_paid_by_worker": {"amount": "0.00", "currency": "EUR"},
    "decided_by": "Head of works 7",
}
ITEMS = (
    "contract_understood",
    "paid_in_full",
    "paid_on_time",
    "hours_as_agreed",
    "covered_at_work",
    "social_security",
    "documents_kept_by_worker",
    "free_to_leave",
    "grievance_access",
)
COSTS = {
    ("TRAINING", "DEST_GOV"): "2583",
    ("TRAINING", "EMPLOYER"): "4000",
    ("TRAINING", "ORIGIN_GOV"): "1000",
}
NEW: dict[str, Any] = {"occupations": [], "origin_employment": "UNEMPLOYED"}
CLOSED: dict[str, Any] = {
    "next_steps": [{"kind": "RETURN_SERVICE", "text": "The return desk expects you."}],
    "decided_by": "Counsellor 12",
}


def figure(kind: str, value: str, unit: str = "RATIO", **more: str) -> dict[str, Any]:
    """A figure of the last two and a half years."""
    about = {"period_from": LONG_AGO, "period_to": YESTERDAY, "released_on": YESTERDAY}
    return {"kind": kind, "value": value, "unit": unit, "source": "Invented", "licence": "CC0 1.0"} | about | more


def figures(**changed: str) -> list[dict[str, Any]]:
    """What the case is measured by; `changed` values by kind."""
    belgium, morocco = {"country": "BEL", "isco08": "7411"}, {"country": "MAR", "isco08": "7411"}
    euro, dirham = {"currency": "EUR"}, {"currency": "MAD"}
    level, month = "CURRENCY_PER_INTERNATIONAL_DOLLAR", "CURRENCY_PER_MONTH"
    made = [
        figure("EXCHANGE_RATE", "10.8", "CURRENCY_PER_CURRENCY", currency="MAD", per_currency="EUR"),
        figure("PRICE_LEVEL", "0.8", level, country="BEL", **euro),
        figure("PRICE_LEVEL", "4", level, country="MAR", **dirham),
        figure("REFERENCE_WAGE", "4500", month, **morocco, **dirham),
        figure("EMPLOYMENT_PROBABILITY", "0.6", **morocco),
        figure("UNFILLED_SHARE", "0.62", **belgium),
        figure("VALUE_MARGIN", "0.3", country="BEL", nace="F43"),
        figure("SECTOR_RETENTION", "0.8474", country="BEL", nace="F43"),
        figure("TAX_SHARE", "0.45", **belgium),
        figure("MEDIAN_TAX", "15000", "CURRENCY_PER_YEAR", **belgium, **euro),
    ]
    return [each | {"value": changed.get(each["kind"], each["value"])} for each in made]


async def corridor(
    house: House, *more: dict[str, Any], costs: dict[tuple[str, str], str] = COSTS, **said: Any
) -> Scene:
    """The partnership with a joint decision, costs and figures; the vacancy is open since long ago. `said` changes the
    joint decision; `more` are further figures."""
    scene = await build(house, places=5, start_from=days(-600), contract_months=12, sector="F43", green_share=0.3,
                        gross_monthly_wage={"amount": "2750.00", "currency": "EUR"})  # fmt: skip
    agreed = scene.partnership
    scene.programme = course(
        str(scene.programme.organisation_id),
        [agreed.id],
        id=scene.programme.id,
        skills=[{"uri": uri, "level": 4} for uri in TAUGHT],
        cost_per_trainee={"amount": "53500.00", "currency": "MAD"},
    )
    index = {"destination_index": 0.6026, "origin_index": -0.2875, "origin_shortage_class": "SURPLUS"}
    long_ago = {"valid_from": days(-900)}
    cells = [
        CostCellPart(group=group, payer=payer, budget=amount, spent=amount) for (group, payer), amount in costs.items()
    ]
    told = PartnershipCostsChanged(
        id=agreed.id, organisation_id=agreed.organisation_id, reporting_currency="EUR", cells=cells
    )
    await publish(
        house,
        scene.programme,
        session_of(scene.programme, id=scene.session.id, seats=9),
        permit("BEL", **long_ago),
        safeguard(agreed, "MAR", "741", "OPEN", **long_ago),
        decision(agreed, "7411", "OPEN", **index | said),
        told,
    )
    results = await send(await house.ops("matching"), *figures(), *more)
    assert {each["status"] for each in results} == {"created"}, results
    return scene


async def ok(answer: httpx.Response) -> dict[str, Any]:
    assert answer.is_success, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def trained(scene: Scene, external_id: str, track: str, certified: int = 4) -> str:
    """Somebody new to the occupation, whom the provider certified in some of five skills."""
    candidate = await scene.register(external_id=external_id, **NEW)
    seat = {"candidate_id": candidate, "session_id": str(scene.session.id), "track": track}
    enrolment = (await ok(await scene.counsellor.post("/v1/enrolments", json=seat)))["id"]
    for to, said in (("COMPLETED", {}), ("CERTIFIED", {"skills": TAUGHT[:certified]})):
        body = {"to": to, "on": days(0).isoformat(), **said}
        await ok(await scene.trainer.post(f"/v1/enrolments/{enrolment}/transitions", json=body))
    return candidate


async def placed(scene: Scene, candidate: str, vacancy_id: str | None = None, **changes: Any) -> str:
    """Path of a placement that began long ago, as the candidate's organisation says."""
    path = f"/v1/placements/{(await scene.accept(await scene.propose(candidate, vacancy_id)))['placement_id']}"
    await ok(await scene.counsellor.post(f"{path}/start", json=START | changes))
    return path


async def asked(
    scene: Scene, path: str, month: int = 12, on: int = LEFT, remitted: str = "400.00", **more: Any
) -> None:
    """What a worker says who has nothing to complain of, and sends some money home every month."""
    answers = {"employed": True, **dict.fromkeys(ITEMS, True)}
    answers |= {"remittances": {"amount": remitted, "currency": "EUR"}}
    body = {"month": month, "took_place_on": days(on).isoformat(), "asked_by": "Counsellor 12", "answers": answers,
            "verified_by": "Payslips and insurance card"}  # fmt: skip
    await ok(await scene.counsellor.post(f"{path}/check-ins", json=body | more))


async def pay(http: httpx.AsyncClient, path: str, kind: str, group: str, payer: str, payee: str, amount: str,
              on: int = BEGUN) -> str:  # fmt: skip
    """Id of a ledger entry in EUR."""
    body = {"kind": kind, "cost_group": group, "phase": "PRE_DEPARTURE", "payer": payer, "payee": payee,
            "amount": {"amount": amount, "currency": "EUR"}, "paid_on": days(on).isoformat()}  # fmt: skip
    return str((await ok(await http.post(f"{path}/ledger-entries", json=body)))["id"])


async def worked_at_home(scene: Scene) -> None:
    """A home graduate who was in a job at home for twelve months."""
    needed = [{"uri": PANELS, "essential": True, "critical": True, "level": 3}]
    at_home = offer(
        scene.employer,
        [scene.partnership.id],
        external_id="V-HOME",
        country="MAR",
        start_from=days(-600),
        skills=needed,
    )
    await publish(scene.house, at_home)
    candidate = await trained(scene, "C-HOME", "HOME")
    path = await placed(scene, candidate, str(at_home.id))
    await asked(scene, path)


async def electrician(scene: Scene) -> str:
    """Path of the placement of docs/fourfold.md."""
    await worked_at_home(scene)
    path = await placed(scene, await trained(scene, "C-AWAY", "AWAY"))
    await pay(scene.recruiter, path, "WAGE", "LIVING", "EMPLOYER", "WORKER", "2000.00", on=LEFT)
    await pay(scene.recruiter, path, "COST", "RECRUITMENT", "EMPLOYER", "RECRUITER", "4419.00")
    await pay(scene.counsellor, path, "COST", "MIGRATION", "WORKER", "AUTHORITY", "992.00")
    await asked(scene, path)
    none = {"name": "BENEFITS_DRAWN", "value": "0", "source": "Social security extract"}
    await ok(await scene.counsellor.post(f"{path}/fourfold-statements", json=none))
    await came_back(scene, path)
    return path


async def came_back(scene: Scene, path: str) -> None:
    """Returned after a year and uses the skills, as was asked six months later."""
    plan = {"planned_on": days(LEFT).isoformat(), "services": [{"kind": "JOB_SEARCH", "given_by": "Office in Rabat"}]}
    back = f"/v1/returns/{(await ok(await scene.counsellor.post(f'{path}/returns', json=plan)))['id']}"
    arrived = {"returned_on": days(LEFT).isoformat(), "skills_gained": []}
    asked_again = {"on": days(-1).isoformat(), "employed": True, "using_skills": True}
    for number, (what, body) in enumerate((("arrival", arrived), ("follow-up", asked_again)), 1):
        await ok(await scene.counsellor.post(f"{back}/{what}", json=body, headers={"If-Match": f'"{number}"'}))
