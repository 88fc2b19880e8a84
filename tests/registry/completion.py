"""What the parties of an invented partnership record, call by call, so that every guard of its life holds.

`calls_for(…)` says it as an ordered list of (who, method, path, body), state by state; `complete(…)` makes the calls
and the moves. In paths and bodies `{name}` stands for the id that an earlier call of that name brought.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from services.kit.db import now
from services.registry.models.checklist_items import CRITICAL

Json = Any
STATES = ("SCOPING", "NEGOTIATION", "SIGNED", "INCEPTION", "ACTIVE", "COMPLETING", "CLOSED", "EVALUATED")
SKILL = "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b"
PATHWAY = "BE-SINGLE-PERMIT"
# Occupations that the target is compared with; an index says how one stands among others.
OTHERS = ("5223", "9629")

_CHANNEL = {"kind": "HOTLINE", "contact_url": "https://hotline.example", "languages": ["ar", "fr"]}
# What the record itself has to say; `calls_for` adds what is recorded beside it.
TERMS: dict[str, Any] = {
    "summary": {"en": "Electricians trained at home; some stay, some move."},
    "themes": ["GREEN_JUST_TRANSITION"],
    "track_choice_point": "AT_GRADUATION",
    "recognition": {"gap_analysis_uri": "https://partners.example/gap-analysis"},
    "recruitment_policy": {"employer_pays": True},
    "protection": {
        "grievance_channels": [
            _CHANNEL | {"name": "Firm's desk", "independent": False},
            _CHANNEL | {"name": "Workers' hotline", "independent": True},
        ]
    },
    "data_protection": {"dpia_reference": "DPIA-2026-07"},
    "return_reintegration": {"scheme": "Invented return scheme"},
}


@dataclass(frozen=True)
class Cast:
    """Codes of the organisations that play the parts; one may play several."""

    origin: str  # leads and signs at origin
    destination: str  # leads and signs at destination
    school: str  # trains at origin
    firm: str  # has jobs at destination
    home_firm: str  # has jobs at origin
    law: str = "LAW-BE"  # speaks for the law of the destination; no party


@dataclass(frozen=True)
class Call:
    """One request. What it brings is kept under `name`: its id, or the ids of its items as name_0, name_1, …"""

    who: str
    method: str
    path: str
    body: Json = None
    name: str = ""
    may_exist: bool = False


def day(number: int) -> str:
    """A day counted from today."""
    return (now().date() + timedelta(days=number)).isoformat()


def calls_for(state: str, cast: Cast, record: dict[str, Any]) -> list[Call]:
    """What is to be recorded before `record` (as registered) may move to `state`."""
    entrepreneurs = record["model"] == "CIRCULAR_ENTREPRENEUR"
    if state == "NEGOTIATION":
        return needs(cast) if entrepreneurs else decisions(cast, record)
    if state == "SIGNED":
        return [
            *([] if entrepreneurs else needs(cast)),
            *agreement(cast, "BLMA"),
            *costs(cast),
            *checklist(cast),
            *safeguards(cast, record),
            *results(cast),
        ]
    if state == "INCEPTION":
        return agreement(cast, "DATA_SHARING")
    if state == "ACTIVE":
        return [*training(cast), *together(cast), *(hosting(cast) if entrepreneurs else jobs(cast))]
    if state == "CLOSED":
        return ending(cast)
    return evaluation(cast) if state == "EVALUATED" else []


def decisions(cast: Cast, record: dict[str, Any]) -> list[Call]:
    """S-67: a round in which the destination is short of the targets and the origin has many, signed by both."""
    corridor = record["corridors"][0]
    codes = sorted({target["isco08"] for target in record["targets"]})
    sides = {cast.destination: (9.0, 1.0), cast.origin: (1.0, 9.0)}
    signals = {who: _signals(codes, own, others) for who, (own, others) in sides.items()}
    scope = {"origin": corridor["origin"], "destination": corridor["destination"], "isco08": codes}
    more = {"period": str(now().year), "comment_days": 0}
    opened = Call(cast.origin, "POST", "/v1/partnerships/{partnership}/shortage-rounds", scope | more, "round")
    sent = [Call(who, "POST", "/v1/shortage-rounds/{round}/signals:batch", csv) for who, csv in signals.items()]
    return [
        opened,
        *sent,
        Call(cast.origin, "POST", "/v1/shortage-rounds/{round}/computation"),
        Call(cast.origin, "POST", "/v1/shortage-rounds/{round}/decisions"),
        Call(cast.origin, "GET", "/v1/shortage-rounds/{round}/decisions", name="decision"),
        *(
            Call(who, "POST", f"/v1/joint-decisions/{{decision_{n}}}/signatures", {"agrees": True})
            for n in range(len(codes))
            for who in (cast.origin, cast.destination)
        ),
    ]


def _signals(codes: list[str], own: float, others: float) -> str:
    """Three signals of two families for the targets and the occupations they are compared with, as CSV."""
    measured = ("vacancy_rate", "unfilled_share", "wage_growth_rel_3y")
    values = [(code, own) for code in codes] + [(code, others) for code in OTHERS if code not in codes]
    rows = [f"{code},{signal},{value},{now().year},Survey,Weighted" for code, value in values for signal in measured]
    return "isco08,signal,value,period,source,method\n" + "\n".join(rows) + "\n"


def needs(cast: Cast) -> list[Call]:
    """S-34: one need of each of the four parties, those of the countries for a sector."""
    said = (
        (cast.firm, "EMPLOYER", "DESTINATION", "STAKEHOLDER", "People who can start within a year."),
        (cast.origin, "CANDIDATE", "ORIGIN", "STAKEHOLDER", "Work at the level of one's qualification."),
        (cast.destination, "DESTINATION", "DESTINATION", "SECTOR", "Solar roofs need electricians."),
        (cast.origin, "ORIGIN", "ORIGIN", "SECTOR", "Firms at home need trained staff as well."),
    )
    return [
        Call(
            who,
            "POST",
            "/v1/partnerships/{partnership}/needs",
            {
                "party": party,
                "side": side,
                "kind": kind,
                "sector": "F43",
                "quantity": 30,
                "urgency": "HIGH",
                "statement": {"en": text},
            },
            f"need_{party}",
        )
        for who, party, side, kind, text in said
    ]


def agreement(cast: Cast, kind: str) -> list[Call]:
    """S-22: registered by one side, signed by both."""
    text = {
        "type": kind,
        "legal_status": "BINDING",
        "title": {"en": f"Invented agreement, {kind}"},
        "text_uri": f"https://gazette.example/{kind.lower()}",
    }
    signed = {"signed_on": day(0), "office": "Minister of Employment"}
    path = f"/v1/agreements/{{{kind}}}/signatures"
    return [
        Call(cast.origin, "POST", "/v1/partnerships/{partnership}/agreements", text, kind),
        Call(cast.origin, "POST", path, signed | {"side": "ORIGIN"}),
        Call(cast.destination, "POST", path, signed | {"side": "DESTINATION"}),
    ]


def costs(cast: Cast) -> list[Call]:
    """S-36 and Employer Pays: the destination bears its part, and no worker pays for being recruited."""
    shares = (("TRAINING", "DEST_GOV", "75"), ("TRAINING", "EMPLOYER", "25"), ("RECRUITMENT", "EMPLOYER", "100"))
    lines = [{"group": group, "payer": payer, "share_percent": share} for group, payer, share in shares]
    body = {"reporting_currency": "EUR", "lines": lines}
    return [Call(cast.origin, "POST", "/v1/partnerships/{partnership}/cost-matrices", body)]


def checklist(cast: Cast) -> list[Call]:
    """Every critical item is in the agreement."""
    path = "/v1/partnerships/{partnership}/checklist-entries"
    answers = [{"item": item, "answer": "YES", "evidence": "In the agreement."} for item in sorted(CRITICAL)]
    return [Call(cast.origin, "POST", path, answer) for answer in answers]


def safeguards(cast: Cast, record: dict[str, Any]) -> list[Call]:
    """For each origin and minor group of the targets, the mode that follows from the origin's index."""
    groups = {(corridor["origin"], t["isco08"][:3]) for corridor in record["corridors"] for t in record["targets"]}
    period = {"valid_from": day(0), "expires_on": day(365), "reason": "As the round found it."}
    path = "/v1/partnerships/{partnership}/safeguards"
    return [
        Call(cast.origin, "POST", path, {"origin": origin, "isco08_minor": minor} | period)
        for origin, minor in sorted(groups)
    ]


def results(cast: Cast) -> list[Call]:
    """One result for each of the four parties, due in two years."""
    promised = (("EMPLOYER", "PLACED_AWAY", 30), ("CANDIDATE", "TRAINED", 120))
    promised += (("DESTINATION", "PLACED_AWAY", 30), ("ORIGIN", "PLACED_HOME", 90))
    path = "/v1/partnerships/{partnership}/result-targets"
    return [
        Call(cast.origin, "POST", path, {"party": p, "indicator_code": code, "target": float(n), "due_on": day(730)})
        for p, code, n in promised
    ]


def training(cast: Cast) -> list[Call]:
    """An accredited programme at origin, with a session."""
    programme = {
        "external_id": "PV-12W",
        "title": {"en": "Photovoltaic installation"},
        "type": "VOCATIONAL",
        "country": "MAR",
        "hours": 420,
        "skills": [{"uri": SKILL, "level": 3}],
        "cost_per_trainee": {"amount": "1850.00", "currency": "EUR"},
        "accredited": True,
        "partnership_ids": ["{partnership}"],
    }
    session = {"external_id": "PV-1", "starts_on": day(20), "ends_on": day(100), "seats": 24}
    return [
        Call(cast.school, "POST", "/v1/programmes", programme, "programme"),
        Call(cast.school, "POST", "/v1/programmes/{programme}/sessions", session, "session"),
    ]


def together(cast: Cast) -> list[Call]:
    """S-40, S-43, S-44: a legal pathway, an employer's word, and a joint committee."""
    pathway = {
        "key": PATHWAY,
        "title": {"en": "Single permit"},
        "destination": "BEL",
        "permit_type": "Single permit for work and residence",
        "legal_reference": "Invented act, article 9",
        "personas": ["WORKER", "ENTREPRENEUR"],
        "family_rights": "AFTER_WAITING_PERIOD",
        "renewable": True,
        "employer_change_right": "WITH_NEW_PERMIT",
        "path_to_residence": True,
        "labour_market_test": False,
        "multi_entry": True,
        "valid_from": "2020-01-01",
    }
    promise = {
        "kind": "EMPLOYER_COMMITMENT",
        "side": "DESTINATION",
        "text": {"en": "Thirty jobs with a mentor each."},
        "places": 30,
        "due_on": day(365),
    }
    members = [("{origin}", "ORIGIN"), ("{destination}", "DESTINATION")]
    committee = {
        "name": {"en": "Joint monitoring committee"},
        "cadence_months": 3,
        "members": [{"organisation_id": who, "side": side, "office": "Directorate"} for who, side in members],
    }
    return [
        Call(cast.law, "POST", "/v1/legal-pathways", pathway, may_exist=True),
        Call(cast.firm, "POST", "/v1/partnerships/{partnership}/obligations", promise),
        Call(cast.origin, "POST", "/v1/partnerships/{partnership}/committees", committee),
    ]


def jobs(cast: Cast) -> list[Call]:
    """S-45: open vacancies at destination and at home."""
    job = {
        "title": {"en": "Solar installer"},
        "isco08": "7411",
        "skills": [{"uri": SKILL}],
        "gross_monthly_wage": {"amount": "2950.00", "currency": "EUR"},
        "start_from": day(120),
        "start_to": day(240),
        "partnership_ids": ["{partnership}"],
    }
    at = ((cast.firm, "BEL", "AWAY-1"), (cast.home_firm, "MAR", "HOME-1"))
    return [
        Call(who, "POST", "/v1/vacancies", job | {"external_id": key, "country": country}, key)
        for who, country, key in at
    ]


def hosting(cast: Cast) -> list[Call]:
    """S-64, S-65: somebody to stay with, and a circular scheme that both sides approved."""
    host = {
        "external_id": "HOST-1",
        "title": {"en": "Room for entrepreneurs"},
        "country": "BEL",
        "capacity_days": 720,
        "places": 4,
        "sectors": ["F43"],
        "personas": ["ENTREPRENEUR"],
        "languages": ["fr"],
        "stay_days_max": 180,
        "partnership_ids": ["{partnership}"],
    }
    scheme = {
        "title": {"en": "Missions of entrepreneurs"},
        "persona": "ENTREPRENEUR",
        "duration_days_max": 180,
        "circular": True,
        "stays_per_person": 3,
        "multi_entry": True,
        "re_entry_right": "Multiple-entry visa for 12 months.",
        "post_return_status": "Runs the own firm at home.",
        "quota": 40,
        "rests_on": {"kind": "NEED", "id": "{need_ORIGIN}"},
    }
    approve = "/v1/mobility-schemes/{scheme}/approvals"
    return [
        Call(cast.firm, "POST", "/v1/hosts", host),
        Call(cast.origin, "POST", "/v1/partnerships/{partnership}/mobility-schemes", scheme, "scheme"),
        Call(cast.origin, "POST", approve, {"side": "ORIGIN"}),
        Call(cast.destination, "POST", approve, {"side": "DESTINATION"}),
    ]


def ending(cast: Cast) -> list[Call]:
    """S-03: a lesson; nobody left alone, money and data accounted for."""
    closing = {
        "open_placements": 0,
        "final_ledger_uri": "https://partners.example/ledger",
        "beneficiaries_data_plan": "Erased after the follow-up; figures stay.",
    }
    lesson = {"type": "GOOD_PRACTICE", "text": {"en": "Employers helped to choose the curriculum."}}
    return [
        Call(cast.origin, "POST", "/v1/partnerships/{partnership}/lessons", lesson),
        Call(cast.origin, "PATCH", "/v1/partnerships/{partnership}", {"closing": closing}),
    ]


def evaluation(cast: Cast) -> list[Call]:
    """More than a year after the end: an evaluation, and the end of the follow-up."""
    evidence = {
        "claim": {"en": "Trained people earn more than others who applied."},
        "supports": True,
        "method": "Comparison with applicants who were not selected",
        "source": "Invented institute",
        "strength": "EVALUATION",
    }
    finished = {"closing": {"follow_up_finished_on": day(0)}}
    return [
        Call(cast.origin, "POST", "/v1/partnerships/{partnership}/evidence-items", evidence),
        Call(cast.origin, "PATCH", "/v1/partnerships/{partnership}", finished),
    ]


Act = Callable[[str], Awaitable[httpx.AsyncClient]]


def filled(value: Json, known: dict[str, str]) -> Json:
    """`value` with the ids that are known in place of their names."""
    if isinstance(value, dict):
        return {key: filled(each, known) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, known) for each in value]
    return known.get(value[1:-1], value) if isinstance(value, str) and value.startswith("{") else value


async def make(call: Call, act: Act, known: dict[str, str]) -> httpx.Response:
    """Send it, and keep what it brings in `known`."""
    path = call.path.format_map(known)
    async with await act(call.who) as http:
        headers = {"If-Match": (await http.get(path)).headers["ETag"]} if call.method == "PATCH" else {}
        if isinstance(call.body, str):
            sent: dict[str, Any] = {"content": call.body, "headers": headers | {"Content-Type": "text/csv"}}
        else:
            sent = {"json": filled(call.body, known), "headers": headers} if call.body is not None else {}
        answer = await http.request(call.method, path, **sent)
    assert answer.is_success or (call.may_exist and answer.status_code == 409), f"{call}: {answer.text}"
    if call.name and answer.is_success:
        got = answer.json()
        many = {f"{call.name}_{n}": item["id"] for n, item in enumerate(got["items"])} if "items" in got else {}
        known.update(many or {call.name: got["id"]})
    return answer


async def complete(
    act: Act, cast: Cast, record: dict[str, Any], known: dict[str, str], up_to: str = "ACTIVE"
) -> dict[str, str]:
    """Record what each state asks for and move there, up to `up_to`; `known` has the ids of partnership, origin and
    destination. Returns the ids of all that was recorded."""
    for state in STATES[: STATES.index(up_to) + 1]:
        for call in calls_for(state, cast, record):
            await make(call, act, known)
        step = {"to": state, "reason": "Agreed."}
        await make(Call(cast.origin, "POST", "/v1/partnerships/{partnership}/transitions", step), act, known)
    return known
