"""Mobilities and stays over HTTP: the way of PEM-WECCO's entrepreneurs, in small (story 14, S-64)."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from services.kit import db
from services.kit.db import now
from tests.conftest import House
from tests.matching.entrepreneurs import Firms, build, entrepreneur, host
from tests.matching.registry_events import days, publish
from tests.matching.test_candidates_api import events

NEXT = [{"kind": "APPLY_AGAIN", "text": "Nous vous rappelons au printemps."}]


@pytest.fixture
async def scene(house: House) -> Firms:
    return await build(house)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Sets the day on which requests are answered; tokens are still those of today."""

    def on(day: date) -> None:
        monkeypatch.setattr(db, "_clock", lambda: datetime.combine(day, time(9), UTC))

    return on


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 409, answer.text
    return [guard["code"] for guard in answer.json()["guards"]]


async def visit(scene: Firms, clock: Any, mobility: str, first: date, last: date) -> str:
    """A whole stay: planned, accepted, with a visa, there and back; its id."""
    stay = (await scene.plan(mobility, first, last, share_identity=True)).json()["id"]
    assert (await scene.accept(stay)).status_code == 200
    assert (await scene.stay(stay, "VISA")).status_code == 200
    clock(first)
    visa = {"visa_valid_from": first.isoformat(), "visa_valid_to": last.isoformat()}
    gone = await scene.stay(stay, "ABROAD", **visa)
    assert gone.status_code == 200, gone.text
    assert (await scene.move(mobility, "STAY")).status_code == 200
    clock(last)
    assert (await scene.stay(stay, "ENDED")).status_code == 200
    return str(stay)


async def test_an_entrepreneur_goes_twice_signs_returns_and_is_followed_up(scene: Firms, clock: Any) -> None:
    """Story 14: two stays, the 90/180-day rule, a B2B agreement linked to its stay, follow-ups at 6 and 12 months."""
    begun = now().date()
    mobility = await scene.matched()
    stay = await visit(scene, clock, mobility, days(10), days(69))
    too_long = await scene.plan(mobility, days(10), days(49))
    assert codes(too_long) == ["P04_VISA_CLASS"]
    assert "stay at most 30 days" in too_long.json()["guards"][0]["remedy"]
    left = await scene.incubator.get(f"/v1/candidates/{scene.candidate_id}/stay-days", params={"country": "FRA"})
    assert (left.json()["used"], left.json()["left"]) == (60, 30)

    assert codes(await scene.move(mobility, "AGREEMENTS_SIGNED")) == ["AGREEMENT_SIGNED"]
    signed = await scene.incubator.post(
        f"/v1/mobilities/{mobility}/agreements",
        json={
            "stay_id": stay,
            "type": "SUPPLY",
            "counterpart": "Invented Foods SA",
            "counterpart_country": "BEL",
            "signed_on": now().date().isoformat(),
            "value": {"amount": "6559570", "currency": "XOF"},
        },
    )
    assert (signed.status_code, float(signed.json()["value_eur"])) == (201, 10000.0)
    assert (await scene.move(mobility, "AGREEMENTS_SIGNED")).status_code == 200
    await visit(scene, clock, mobility, days(10), days(39))
    assert (await scene.move(mobility, "RETURNED")).status_code == 200
    clock(days(1))  # a day later it is still too early to ask
    assert codes(await follow_up(scene, mobility, 6)) == ["FOLLOW_UP_DUE"]
    assert codes(await scene.move(mobility, "FOLLOW_UP_6M")) == ["FOLLOW_UP_RECORDED"]
    for month, later in ((6, 200), (12, 190)):
        clock(days(later))
        assert (await follow_up(scene, mobility, month)).status_code == 201
        assert (await scene.move(mobility, f"FOLLOW_UP_{month}M")).status_code == 200
    assert (await follow_up(scene, mobility, 12)).status_code == 409
    assert codes(await scene.move(mobility, "CLOSED")) == ["REASON_GIVEN", "NEXT_STEP_GIVEN"]
    closed = await scene.move(mobility, "CLOSED", reason="COMPLETED", next_steps=NEXT)
    assert (closed.json()["status"], closed.json()["reason"], closed.json()["next_steps"]) == (
        "CLOSED",
        "COMPLETED",
        NEXT,
    )
    steps = (await scene.incubator.get(f"/v1/mobilities/{mobility}/transitions", params={"limit": 100})).json()["items"]
    assert [each["to_status"] for each in steps] == [
        *("INTERESTED", "FORMALISATION_CHECK", "DIAGNOSED", "PRE_MOBILITY", "HOST_MATCHED", "STAY"),
        *("AGREEMENTS_SIGNED", "STAY", "RETURNED", "FOLLOW_UP_6M", "FOLLOW_UP_12M", "CLOSED"),
    ]
    assert steps[0]["took_place_on"] == begun.isoformat()
    told = [data for kind, data in await events(scene.house) if kind == "mobility-changed"][-1]
    assert (told["agreements"], float(told["agreements_value_eur"]), told["jobs_created"]) == (1, 10000.0, 2)


async def follow_up(scene: Firms, mobility: str, month: int) -> Any:
    body = {
        "month": month,
        "took_place_on": now().date().isoformat(),
        "trading": True,
        "returned": True,
        "turnover": {"amount": "21000000", "currency": "XOF"},
        "jobs_created": 2,
        "jobs_kept": 6,
    }
    return await scene.incubator.post(f"/v1/mobilities/{mobility}/follow-ups", json=body)


async def test_a_firm_that_is_not_registered_is_referred_and_comes_back(scene: Firms) -> None:
    """Story 14: formalisation gate with referral; the main barrier of PEM-WECCO."""
    path = f"/v1/firms/{scene.firm_id}"
    unregistered = {"formalised": False, "registration_number": None, "registration_evidence": None}
    tag = (await scene.incubator.get(path)).headers["ETag"]
    tag = (await scene.incubator.patch(path, json=unregistered, headers={"If-Match": tag})).headers["ETag"]
    mobility = await scene.begin()
    assert (await scene.move(mobility, "FORMALISATION_CHECK")).status_code == 200
    refused = await scene.move(mobility, "DIAGNOSED")
    assert codes(refused) == ["P01_FORMALISED", "DIAGNOSIS_GIVEN"]
    assert codes(await scene.move(mobility, "FAILED_FORMALISATION")) == ["REFERRED", "REASON_GIVEN", "NEXT_STEP_GIVEN"]
    failed = await scene.move(
        mobility,
        "FAILED_FORMALISATION",
        reason="NOT_FORMALISED",
        referral={"name": "Invented chamber of trades", "kind": "CHAMBER", "by": days(60).isoformat()},
        next_steps=[{"kind": "FORMALISE", "text": "Prenez rendez-vous à la chambre."}],
    )
    assert (failed.status_code, failed.json()["referral"]["kind"]) == (200, "CHAMBER")
    registered = {"formalised": True, "registration_number": "SN-1", "registration_evidence": "REGISTER"}
    await scene.incubator.patch(path, json=registered, headers={"If-Match": tag})
    assert (await scene.move(mobility, "FORMALISATION_CHECK")).status_code == 200
    assert (await scene.move(mobility, "DIAGNOSED", diagnosis="Needs customers.")).status_code == 200


async def test_a_turnover_below_that_of_the_scheme_is_refused(scene: Firms) -> None:
    """PEM N'Zassa: at least 5 million XOF a year."""
    small = await scene.register(2, turnover={"amount": "4000000", "currency": "XOF"})
    mobility = await scene.begin(small)
    await scene.move(mobility, "FORMALISATION_CHECK")
    assert codes(await scene.move(mobility, "DIAGNOSED", diagnosis="Needs customers.")) == ["TURNOVER"]


async def test_a_step_that_does_not_follow_and_a_stale_version_are_refused(scene: Firms) -> None:
    mobility = await scene.begin()
    assert codes(await scene.move(mobility, "RETURNED")) == ["STEP_FOLLOWS"]
    body = {"to": "FORMALISATION_CHECK", "on": now().date().isoformat()}
    path = f"/v1/mobilities/{mobility}/transitions"
    assert (await scene.incubator.post(path, json=body)).status_code == 428
    assert (await scene.incubator.post(path, json=body, headers={"If-Match": '"9"'})).status_code == 412


async def test_a_stay_is_refused_with_everything_at_once(house: House) -> None:
    scene = await build(house, capacity_days=20)
    mobility = await scene.begin()  # no host is matched yet
    refused = await scene.plan(mobility, days(-3), days(200))
    assert codes(refused) == [
        *("MOBILITY_READY", "NOT_PAST", "STAY_LENGTH", "P03_HOST_CAPACITY", "P04_VISA_CLASS"),
    ]


async def test_nobody_is_in_two_places(scene: Firms) -> None:
    mobility = await scene.matched()
    assert (await scene.plan(mobility, days(10), days(29))).status_code == 201
    assert codes(await scene.plan(mobility, days(29), days(40))) == ["PERSON_FREE"]


async def test_the_last_days_of_a_host_are_given_once(house: House) -> None:
    """Story 14: capacity in days; of five who ask at once for 30 of 70 days, two get them."""
    scene = await build(house, capacity_days=70, places=5)
    people = [scene.candidate_id, *[await scene.register(n) for n in range(2, 6)]]
    mobilities = [await scene.matched(each) for each in people]
    first = date(now().year + 1, 2, 1)
    answers = await asyncio.gather(*(scene.plan(each, first, first.replace(month=3, day=2)) for each in mobilities))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409, 409]
    assert {code for each in answers if each.status_code == 409 for code in codes(each)} == {"P03_HOST_CAPACITY"}


async def test_the_last_place_of_a_day_is_given_once(house: House) -> None:
    scene = await build(house, places=1)
    mobilities = [await scene.matched(each) for each in (scene.candidate_id, await scene.register(2))]
    periods = [(days(10), days(20)), (days(20), days(30))]
    answers = await asyncio.gather(*(scene.plan(m, *p) for m, p in zip(mobilities, periods, strict=True)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_a_stay_that_is_declined_frees_its_room_and_says_what_comes_next(house: House) -> None:
    scene = await build(house, places=1)
    mobility = await scene.matched()
    stay = (await scene.plan(mobility, days(10), days(20))).json()["id"]
    declined = (await scene.accept(stay, accepts=False)).json()
    assert (declined["status"], declined["reason"]) == ("CANCELLED", "HOST_WITHDRAWS")
    assert declined["next_steps"][0]["kind"] == "OTHER_HOST"
    assert (await scene.plan(mobility, days(10), days(20))).status_code == 201


async def test_the_host_learns_who_comes_when_both_said_so(scene: Firms) -> None:
    mobility = await scene.matched()
    stay = (await scene.plan(mobility, days(10), days(20), share_identity=True)).json()["id"]
    before = (await scene.hosting.get(f"/v1/stays/{stay}")).json()
    await scene.accept(stay)
    after = (await scene.hosting.get(f"/v1/stays/{stay}")).json()
    assert (before["guest"], after["guest"]["firm"]) == (None, "Atelier Inventé")
    assert (await scene.hosting.get(f"/v1/mobilities/{mobility}")).status_code == 403  # a host moves nobody


async def test_a_host_forgets_who_does_not_come(scene: Firms) -> None:
    mobility = await scene.matched()
    stay = (await scene.plan(mobility, days(10), days(20), share_identity=True)).json()["id"]
    await scene.accept(stay)
    next_steps = [{"kind": "SUPPORT_AT_HOME", "text": "The incubator goes on with them."}]
    gone = await scene.stay(stay, "CANCELLED", reason="PERSON_WITHDRAWS", next_steps=next_steps, decided_by="Adviser 9")
    assert gone.status_code == 200, gone.text
    assert (await scene.hosting.get(f"/v1/stays/{stay}")).json()["guest"] is None


async def test_new_dates_are_checked_and_the_host_is_asked_again(scene: Firms) -> None:
    mobility = await scene.matched()
    stay = (await scene.plan(mobility, days(10), days(20))).json()["id"]
    tag = (await scene.accept(stay)).headers["ETag"]
    path = f"/v1/stays/{stay}"
    late = await scene.incubator.patch(path, json={"to_date": days(105).isoformat()}, headers={"If-Match": tag})
    assert codes(late) == ["P04_VISA_CLASS"]
    later = await scene.incubator.patch(path, json={"to_date": days(25).isoformat()}, headers={"If-Match": tag})
    assert (later.json()["days"], later.json()["host_accepts"]) == (16, None)
    assert codes(await scene.stay(stay, "VISA")) == ["HOST_ACCEPTED"]


async def test_the_quota_of_the_scheme_is_kept_and_given_back(scene: Firms) -> None:
    await publish(scene.house, scene.scheme.model_copy(update={"quota": 1}))
    mobility = await scene.matched()
    other = await scene.begin(await scene.register(2))
    for to, said in (("FORMALISATION_CHECK", {}), ("DIAGNOSED", {"diagnosis": "x"}), ("PRE_MOBILITY", {})):
        await scene.move(other, to, **said)
    match = {"preparation": "Two days.", "host_id": str(scene.host.id)}
    assert codes(await scene.move(other, "HOST_MATCHED", **match)) == ["SCHEME_QUOTA_LEFT"]
    await scene.move(mobility, "CLOSED", reason="PERSON_WITHDRAWS", next_steps=NEXT)
    assert (await scene.move(other, "HOST_MATCHED", **match)).status_code == 200


async def test_without_consent_nobody_goes(scene: Firms) -> None:
    mobility = await scene.matched()
    path = f"/v1/candidates/{scene.candidate_id}"
    read = await scene.incubator.get(path)
    consent = entrepreneur()["consent"] | {"withdrawn_on": now().date().isoformat()}
    changed = await scene.incubator.patch(path, json={"consent": consent}, headers={"If-Match": read.headers["ETag"]})
    assert changed.status_code == 200, changed.text
    assert codes(await scene.plan(mobility, days(10), days(20))) == ["H01_CONSENT"]


async def test_whoever_is_chosen_turned_down_or_taken_in_was_so_by_a_person(scene: Firms) -> None:
    """GDPR article 22: the diagnosis, the choice of a host, the host's word, every end; kept with each step."""
    mobility = await scene.begin()
    await scene.move(mobility, "FORMALISATION_CHECK", decided_by=None)
    referral = {"name": "Invented chamber of trades", "kind": "CHAMBER"}
    stopped = {"reason": "NOT_FORMALISED", "next_steps": NEXT, "referral": referral, "decided_by": None}
    assert codes(await scene.move(mobility, "FAILED_FORMALISATION", **stopped)) == ["DECIDED_BY_GIVEN"]
    assert codes(await scene.move(mobility, "DIAGNOSED", diagnosis="x", decided_by=None)) == ["DECIDED_BY_GIVEN"]
    mobility = await scene.matched(await scene.register(2))
    stay = (await scene.plan(mobility, days(10), days(20))).json()["id"]
    silent = await scene.hosting.post(f"/v1/stays/{stay}/answer", json={"accepts": True}, headers={"If-Match": '"1"'})
    assert codes(silent) == ["DECIDED_BY_GIVEN"]
    assert (await scene.accept(stay)).json()["host_decided_by"] == "Head of works 7"
    gone = {"reason": "PERSON_WITHDRAWS", "next_steps": NEXT}
    assert codes(await scene.stay(stay, "CANCELLED", decided_by=None, **gone)) == ["DECIDED_BY_GIVEN"]
    assert (await scene.stay(stay, "CANCELLED", decided_by="Adviser 9", **gone)).status_code == 200
    told = (await scene.hosting.get(f"/v1/stays/{stay}/transitions")).json()["items"]
    assert [each["decided_by"] for each in told] == [None, "Head of works 7", "Adviser 9"]


async def test_another_host_than_the_best_is_chosen_with_a_reason(scene: Firms) -> None:
    """Human decision record: the ranking proposes, a person decides and says why where it differs."""
    worse = host(str(scene.host.organisation_id), [scene.partnership.id], sectors=["C13"], languages=["nl"], mentors=[])
    await publish(scene.house, worse)
    mobility = await scene.begin()
    for to, said in (("FORMALISATION_CHECK", {}), ("DIAGNOSED", {"diagnosis": "x"}), ("PRE_MOBILITY", {})):
        await scene.move(mobility, to, **said)
    match = {"preparation": "Two days.", "host_id": str(worse.id)}
    refused = await scene.move(mobility, "HOST_MATCHED", **match)
    assert (codes(refused), "1 rank higher" in refused.text) == (["RANKING"], True)
    chosen = await scene.move(mobility, "HOST_MATCHED", override_reason="Near to family.", **match)
    assert chosen.status_code == 200, chosen.text
    steps = (await scene.incubator.get(f"/v1/mobilities/{mobility}/transitions")).json()["items"]
    assert (steps[-1]["decided_by"], steps[-1]["override_reason"]) == ("Adviser 4", "Near to family.")


@pytest.mark.parametrize("went", [False, True])
async def test_erasure_gives_back_the_quota_of_who_never_went(scene: Firms, clock: Any, went: bool) -> None:
    """The scheme's yearly quota, and the days and the place of the host."""
    await publish(
        scene.house, scene.scheme.model_copy(update={"quota": 1}), scene.host.model_copy(update={"places": 1})
    )
    mobility = await scene.matched()
    if went:
        await visit(scene, clock, mobility, days(1), days(6))
    else:
        assert (await scene.plan(mobility, days(10), days(20))).status_code == 201
    path = f"/v1/candidates/{scene.candidate_id}"
    tag = (await scene.incubator.get(path)).headers["ETag"]
    assert (await scene.incubator.delete(path, headers={"If-Match": tag})).status_code == 204
    other = await scene.begin(await scene.register(2))
    for to, said in (("FORMALISATION_CHECK", {}), ("DIAGNOSED", {"diagnosis": "x"}), ("PRE_MOBILITY", {})):
        await scene.move(other, to, **said)
    match = await scene.move(other, "HOST_MATCHED", preparation="Two days.", host_id=str(scene.host.id))
    if went:
        assert codes(match) == ["SCHEME_QUOTA_LEFT"]
    else:
        assert match.status_code == 200, match.text
        assert (await scene.plan(other, days(10), days(20))).status_code == 201
