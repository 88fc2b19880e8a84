"""User stories of entrepreneurs and of the diaspora, as they live them: 14 and 23 (issue 4, shown by 1).

Morocco to Belgium under a circular partnership. INCUBATOR-MA accompanies firms, FIRM-BE hosts, CLUB-BE has mentors.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
import pytest

from services.kit import db
from tests.conftest import House
from tests.journeys.corridor import NEXT, Json, at, guards
from tests.matching.entrepreneurs import entrepreneur, firm
from tests.matching.registry_events import days
from tests.registry.partnership import ROLES, Partnership, body, register

INCUBATOR, HOST, CLUB, ORIGIN = "INCUBATOR-MA", "FIRM-BE", "CLUB-BE", "MINISTRY-MA"
_ROLES = {INCUBATOR: "counsellor", HOST: "employer", CLUB: "partner-admin"}


@dataclass
class Circle:
    """An active circular partnership with a host of 720 days and an approved scheme."""

    house: House
    partnership: Partnership
    scheme: str
    host: str

    async def as_(self, code: str) -> httpx.AsyncClient:
        return await self.house.act(code, _ROLES[code], service="matching")

    async def post(self, who: str, path: str, sent: Json) -> httpx.Response:
        async with await self.as_(who) as http:
            return await http.post(path, json=sent)

    async def made(self, who: str, path: str, sent: Json) -> Json:
        answer = await self.post(who, path, sent)
        assert answer.status_code == 201, answer.text
        created: Json = answer.json()
        return created

    async def get(self, who: str, path: str, **params: Any) -> Json:
        async with await self.as_(who) as http:
            answer = await http.get(path, params=params)
        assert answer.status_code == 200, answer.text
        read: Json = answer.json()
        return read

    async def send(self, who: str, path: str, what: str, **said: Any) -> httpx.Response:
        """To `path`/`what`, of the version that is read, today."""
        async with await self.as_(who) as http:
            tag = (await http.get(path)).headers["ETag"]
            return await http.post(f"{path}/{what}", json=said, headers={"If-Match": tag})

    async def move(self, path: str, to: str, who: str = INCUBATOR, **said: Any) -> httpx.Response:
        return await self.send(
            who, path, "transitions", to=to, **{"on": db.now().date().isoformat(), "decided_by": "Adviser 4"} | said
        )


@pytest.fixture
async def circle(house: House) -> Circle:
    parties = (await body(house))["parties"]
    for code, side in ((INCUBATOR, "ORIGIN"), (CLUB, "DESTINATION")):
        one = await house.organisation(code, country="MAR" if side == "ORIGIN" else "BEL")
        parties += [{"organisation_id": one, "side": side, "role": "IMPLEMENTER"}]
    partnership = await register(house, model="CIRCULAR_ENTREPRENEUR", parties=parties)
    known = await partnership.complete("ACTIVE")
    async with await partnership.act("LAW-BE") as http:  # entrepreneurs come on short-stay visas, as in PEM
        (permit,) = (await http.get("/v1/legal-pathways")).json()["items"]
        path, tag = f"/v1/legal-pathways/{permit['id']}", {"If-Match": '"1"'}
        assert (await http.patch(path, json={"personas": ["WORKER"]}, headers=tag)).status_code == 200
    async with await partnership.act(HOST) as http:
        (host,) = (await http.get("/v1/hosts")).json()["items"]
    await house.follow()
    return Circle(house, partnership, known["scheme"], host["id"])


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    return lambda day: at(monkeypatch, day)


async def visit(circle: Circle, clock: Callable[[date], None], mobility: str, first: date, last: date) -> str:
    """A whole stay: planned, accepted by the host, with a visa, there and back; its id."""
    dates = {"from_date": first.isoformat(), "to_date": last.isoformat()}
    planned = {"mobility_id": mobility, "host_id": circle.host, "share_identity": True} | dates
    made = (await circle.made(INCUBATOR, "/v1/stays", planned))["id"]
    path = f"/v1/stays/{made}"
    assert (await circle.send(HOST, path, "answer", accepts=True, decided_by="Head of works 7")).status_code == 200
    assert (await circle.move(path, "VISA")).status_code == 200
    clock(first)
    visa = {"visa_valid_from": first.isoformat(), "visa_valid_to": last.isoformat()}
    assert (await circle.move(path, "ABROAD", **visa)).status_code == 200
    assert (await circle.move(f"/v1/mobilities/{mobility}", "STAY")).status_code == 200
    clock(last)
    assert (await circle.move(path, "ENDED")).status_code == 200
    return str(made)


UNREGISTERED = {"formalised": False, "registration_number": None, "registration_evidence": None}


async def test_story_14_an_entrepreneur_is_referred_hosted_twice_signs_and_is_followed_up(
    circle: Circle, clock: Callable[[date], None]
) -> None:
    """Formalisation gate with referral; host days; 90 days in 180; an agreement linked to its stay; 6 and 12 months."""
    person = entrepreneur(residence="MAR", nationality="MAR")
    candidate = (await circle.made(INCUBATOR, "/v1/candidates", person))["id"]
    its = {"country": "MAR", "region": "MA-04", "sector": "F4321", "turnover": {"amount": "900000", "currency": "MAD"}}
    shop = (await circle.made(INCUBATOR, "/v1/firms", firm(candidate, **its) | UNREGISTERED))["id"]
    begin = {"candidate_id": candidate, "partnership_id": circle.partnership.id, "scheme_id": circle.scheme}
    mobility = (await circle.made(INCUBATOR, "/v1/mobilities", begin | {"on": days(0).isoformat()}))["id"]
    path = f"/v1/mobilities/{mobility}"

    await circle.move(path, "FORMALISATION_CHECK")
    assert "P01_FORMALISED" in guards(await circle.move(path, "DIAGNOSED", diagnosis="Needs customers."))
    hosts = (await circle.get(INCUBATOR, f"/v1/candidates/{candidate}/hosts"))["items"]
    assert {gate["code"] for each in hosts for gate in each["explanation"]["gates"] if not gate["passed"]} == {"P01"}
    formalise = [{"kind": "FORMALISE", "text": "Prenez rendez-vous à la chambre."}]
    referral = {"name": "Invented chamber of trades", "kind": "CHAMBER", "by": days(60).isoformat()}
    why = {"reason": "NOT_FORMALISED", "next_steps": formalise}
    assert guards(await circle.move(path, "FAILED_FORMALISATION", **why)) == ["REFERRED"]
    referred = await circle.move(path, "FAILED_FORMALISATION", referral=referral, **why)
    assert referred.json()["referral"]["kind"] == "CHAMBER"
    async with await circle.as_(INCUBATOR) as http:
        tag = (await http.get(f"/v1/firms/{shop}")).headers["ETag"]
        registered = {"formalised": True, "registration_number": "ICE-1", "registration_evidence": "REGISTER"}
        await http.patch(f"/v1/firms/{shop}", json=registered, headers={"If-Match": tag})

    (offer,) = (await circle.get(INCUBATOR, f"/v1/candidates/{candidate}/hosts"))["items"]
    assert (offer["near_miss"], offer["host"]["id"]) == (False, circle.host)
    terms = offer["explanation"]["terms"]
    assert sum(term["contribution"] for term in terms) == pytest.approx(offer["score"], abs=1e-9)
    steps: list[tuple[str, dict[str, Any]]] = [
        ("FORMALISATION_CHECK", {}),
        ("DIAGNOSED", {"diagnosis": "Needs customers."}),
        ("PRE_MOBILITY", {}),
        ("HOST_MATCHED", {"preparation": "Two days on exports.", "host_id": circle.host}),
    ]
    for to, said in steps:
        moved = await circle.move(path, to, **said)
        assert moved.status_code == 200, moved.text

    first = await visit(circle, clock, mobility, days(10), days(69))
    stay = {"mobility_id": mobility, "host_id": circle.host}
    forty = stay | {"from_date": days(10).isoformat(), "to_date": days(49).isoformat()}
    too_long = await circle.post(INCUBATOR, "/v1/stays", forty)
    assert guards(too_long) == ["P04_VISA_CLASS"]
    spent = await circle.get(INCUBATOR, f"/v1/candidates/{candidate}/stay-days", country="BEL")
    assert (spent["used"], spent["left"]) == (60, 30)

    signed = {
        "stay_id": first,
        "type": "SUPPLY",
        "counterpart": "Invented Solar SA",
        "counterpart_country": "BEL",
        "signed_on": db.now().date().isoformat(),
        "value": {"amount": "10000.00", "currency": "EUR"},
    }
    assert guards(await circle.move(path, "AGREEMENTS_SIGNED")) == ["AGREEMENT_SIGNED"]
    await circle.made(INCUBATOR, f"{path}/agreements", signed)
    assert (await circle.move(path, "AGREEMENTS_SIGNED")).status_code == 200
    (linked,) = (await circle.get(INCUBATOR, f"{path}/agreements"))["items"]
    assert linked["stay_id"] == first

    await visit(circle, clock, mobility, days(10), days(39))
    assert (await circle.move(path, "RETURNED")).status_code == 200
    clock(days(1))
    for month, later in ((6, 200), (12, 190)):
        assert guards(await circle.post(INCUBATOR, f"{path}/follow-ups", _asked(month))) == ["FOLLOW_UP_DUE"]
        clock(days(later))
        await circle.made(INCUBATOR, f"{path}/follow-ups", _asked(month))
        assert (await circle.move(path, f"FOLLOW_UP_{month}M")).status_code == 200
    closed = await circle.move(path, "CLOSED", reason="COMPLETED", next_steps=[NEXT[0] | {"kind": "APPLY_AGAIN"}])
    assert closed.json()["status"] == "CLOSED", closed.text


def _asked(month: int) -> Json:
    return {
        "month": month,
        "took_place_on": db.now().date().isoformat(),
        "trading": True,
        "returned": True,
        "turnover": {"amount": "1200000", "currency": "MAD"},
        "jobs_created": 2,
        "jobs_kept": 6,
    }


async def test_story_14_a_host_gives_the_days_that_it_has(circle: Circle) -> None:
    """Capacity in days, in person-days a year: who asks for more than is left is refused and told so."""
    async with await circle.house.act(HOST, *ROLES) as http:
        tag = (await http.get(f"/v1/hosts/{circle.host}")).headers["ETag"]
        less = await http.patch(f"/v1/hosts/{circle.host}", json={"capacity_days": 45}, headers={"If-Match": tag})
        assert less.status_code == 200, less.text
    await circle.house.follow()
    mobilities = []
    for number in (1, 2):
        person = entrepreneur(external_id=f"E-{number}", residence="MAR", nationality="MAR")
        candidate = (await circle.made(INCUBATOR, "/v1/candidates", person))["id"]
        await circle.made(INCUBATOR, "/v1/firms", firm(candidate, country="MAR", sector="F4321"))
        begin = {"candidate_id": candidate, "partnership_id": circle.partnership.id, "scheme_id": circle.scheme}
        made = (await circle.made(INCUBATOR, "/v1/mobilities", begin | {"on": days(0).isoformat()}))["id"]
        for to, said in (
            ("FORMALISATION_CHECK", {}),
            ("DIAGNOSED", {"diagnosis": "Needs customers."}),
            ("PRE_MOBILITY", {}),
            ("HOST_MATCHED", {"preparation": "Two days on exports.", "host_id": circle.host}),
        ):
            assert (await circle.move(f"/v1/mobilities/{made}", to, **said)).status_code == 200
        mobilities.append(made)
    year = days(0).year + 1  # one year's capacity, whatever the day
    planned = {"host_id": circle.host, "from_date": f"{year}-02-01", "to_date": f"{year}-03-02"}
    answers = [await circle.post(INCUBATOR, "/v1/stays", planned | {"mobility_id": each}) for each in mobilities]
    assert answers[0].status_code == 201, answers[0].text
    assert guards(answers[1]) == ["P03_HOST_CAPACITY"]


async def test_story_23_a_diaspora_club_offers_mentors_whose_hours_are_counted(circle: Circle) -> None:
    """Vetted by another party, matched by language, occupation and region, hours and EUR tracked against the offer."""
    offer = {
        "title": {"en": "Mentors of small firms"},
        "type": "MENTOR",
        "residence": "BEL",
        "origin": "MAR",
        "languages": ["fr", "ar"],
        "isco08": ["1311"],
        "regions": ["MA-04"],
        "hours_offered": 10,
        "partnership_ids": [circle.partnership.id],
    }
    vetted = {"verdict": "VETTED", "grounds": "References of three firms.", "valid_to": days(300).isoformat()}
    made = {}
    async with await circle.house.act(CLUB, *ROLES) as club, await circle.house.act(ORIGIN, *ROLES) as ministry:
        for name, change in {"near": {}, "far": {"isco08": ["7411"], "regions": ["MA-01"]}, "unvetted": {}}.items():
            answer = await club.post("/v1/diaspora-engagements", json=offer | change | {"external_id": name})
            assert answer.status_code == 201, answer.text
            made[name] = answer.json()["id"]
            path = f"/v1/diaspora-engagements/{made[name]}/vettings"
            assert (await club.post(path, json=vetted)).status_code == 403
            if name != "unvetted":
                assert (await ministry.post(path, json=vetted)).status_code == 201
    await circle.house.follow()
    person = entrepreneur(residence="MAR", nationality="MAR")
    candidate = (await circle.made(INCUBATOR, "/v1/candidates", person))["id"]
    await circle.made(INCUBATOR, "/v1/firms", firm(candidate, country="MAR", region="MA-04", sector="F4321"))

    found = (await circle.get(INCUBATOR, f"/v1/candidates/{candidate}/mentors"))["items"]
    assert [each["mentors"]["engagement_id"] for each in found] == [made["near"], made["far"], made["unvetted"]]
    for each in found:
        assert sum(term["contribution"] for term in each["terms"]) == pytest.approx(each["score"], abs=1e-9)
    hours = {"candidate_id": candidate, "planned_on": days(0).isoformat(), "hours": "6.00"}
    unvetted = await circle.post(INCUBATOR, "/v1/mentorings", hours | {"engagement_id": made["unvetted"]})
    assert guards(unvetted) == ["M01_VETTED"]
    booked = await circle.made(INCUBATOR, "/v1/mentorings", hours | {"engagement_id": made["near"]})
    more = await circle.post(INCUBATOR, "/v1/mentorings", hours | {"engagement_id": made["near"]})
    assert guards(more) == ["M03_HOURS_LEFT"]
    given = {"amount": {"amount": "150.00", "currency": "EUR"}, "hours": "5.50"}
    held = await circle.move(f"/v1/mentorings/{booked['id']}", "HELD", CLUB, **given)
    assert held.status_code == 200, held.text
    totals = await circle.get(CLUB, f"/v1/diaspora-engagements/{made['near']}/mentoring-totals")
    sums = [float(totals[name]) for name in ("hours_booked", "hours_held", "hours_left", "amount_eur")]
    assert (sums, totals["candidates"]) == ([0, 5.5, 4.5, 150], 1)
