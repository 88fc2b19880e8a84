"""The nearest changes: computed by scoring the changed profile, tied to sessions that can be booked."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.matching.counterfactuals import Terms, after, nearest
from services.matching.index import MatchingIndex
from services.matching.profiles import Candidate, Language, LanguageStep, Recognition, RequiredSkill, Session
from services.matching.safeguards import Access
from tests.conftest import House
from tests.matching.instances import AGENCY, RATES, TODAY, URIS, candidate, limit, opening, pathway, taxonomy
from tests.matching.registry_events import SAFETY, days, programme, publish, session_of, vacancy
from tests.matching.scene import Scene, build

TERMS = Terms(taxonomy(), RATES, TODAY)
B2 = opening(languages=(Language("fr", "C1"),))


def course(number: int = 1, **changes: Any) -> Session:
    """Four weeks of nothing in particular, with seats left, well before the job begins."""
    base = Session(
        id=UUID(int=number),
        programme_id=UUID(int=1000 + number),
        provider_id=UUID(int=3),
        parties=frozenset({AGENCY}),
        title=f"course {number}",
        kind="VOCATIONAL",
        country="MAR",
        start=TODAY + timedelta(days=10),
        end=TODAY + timedelta(days=37),
        weeks=4,
        seats_left=2,
        cost=Decimal(500),
        currency="EUR",
    )
    return replace(base, **changes)


FRENCH = LanguageStep("fr", "B2", "C1")


def none_feasible(_: Candidate) -> frozenset[UUID]:
    return frozenset()


def test_the_change_is_scored_as_the_changed_profile_is() -> None:
    """The score after it is what the engine says of the candidate who has passed the session."""
    session = course(language=FRENCH)
    (found,) = nearest(candidate(), B2, [session], TERMS, none_feasible)
    changed = TERMS.explain(after(candidate(), session), B2)
    assert (found.after.score, found.before.score) == (changed.score, TERMS.explain(candidate(), B2).score)
    assert (found.change.kind, found.change.languages) == ("LANGUAGE", (("fr", "B2", "C1"),))
    assert (found.opened, found.after.passed) == (("H07",), True)


def test_nearest_is_what_takes_fewest_weeks_then_costs_least() -> None:
    offer = opening(skills=tuple(RequiredSkill(URIS[n], 3) for n in (0, 2, 8, 14, 20)))
    sessions = [
        course(1, teaches=((URIS[2], 3),), weeks=8),
        course(2, teaches=((URIS[8], 3),), weeks=2, cost=Decimal(900)),
        course(3, teaches=((URIS[14], 3),), weeks=2, cost=Decimal(100)),
        course(4, teaches=((URIS[20], 3),), weeks=12),
    ]
    found = nearest(candidate(), offer, sessions, TERMS, none_feasible)
    assert [each.change.sessions[0].id.int for each in found] == [3, 2, 1]


def test_what_makes_the_pair_feasible_comes_before_what_only_scores_better() -> None:
    offer = replace(B2, skills=(RequiredSkill(URIS[0], 3), RequiredSkill(URIS[8], 3, essential=False)))
    quick, slow = course(1, teaches=((URIS[8], 3),), weeks=1), course(2, language=FRENCH, weeks=9)
    found = nearest(candidate(), offer, [quick, slow], TERMS, none_feasible)
    assert [(each.change.sessions[0].id.int, each.after.passed) for each in found] == [(2, True), (1, False)]


@pytest.mark.parametrize(
    "out_of_reach",
    [
        {"seats_left": 0},
        {"start": TODAY - timedelta(days=1)},
        {"end": B2.start_to},
        {"prerequisites": frozenset({URIS[9]})},
        {"language": LanguageStep("fr", "C1", "C2")},
    ],
)
def test_a_session_that_cannot_be_booked_is_not_named(out_of_reach: dict[str, Any]) -> None:
    session = course(**({"language": FRENCH} | out_of_reach))
    (found,) = nearest(candidate(), B2, [session], TERMS, none_feasible)
    assert (found.change.sessions, found.change.languages) == ((), (("fr", "B2", "C1"),))


def test_runs_of_the_same_content_are_one_change() -> None:
    runs = [course(n, language=FRENCH, weeks=n) for n in range(1, 9)]
    (found,) = nearest(candidate(), B2, runs, TERMS, none_feasible)
    assert [each.id.int for each in found.change.sessions] == [1, 2, 3, 4, 5]


def test_what_no_course_teaches_is_said_as_well() -> None:
    late = candidate(available_from=date(2027, 10, 1))
    (dates,) = nearest(late, opening(), [], TERMS, none_feasible)
    (recognised,) = nearest(candidate(), opening(regulated=True), [], TERMS, none_feasible)
    assert [(each.change.kind, each.opened) for each in (dates, recognised)] == [
        ("DATES", ("H02",)),
        ("RECOGNITION", ("H06",)),
    ]
    full = candidate(recognition=(Recognition("7412", "FULL"),))
    assert nearest(full, opening(regulated=True), [], TERMS, none_feasible) == []


def test_a_course_of_the_partnership_opens_train_first() -> None:
    access = Access("", (limit("TRAIN_FIRST"),), (), (pathway(),))
    guarded = opening(access=(access,), skills=(RequiredSkill(URIS[0], 5),))
    (found,) = nearest(candidate(), guarded, [course(teaches=((URIS[0], 5),))], TERMS, none_feasible)
    assert (found.opened, found.after.passed) == (("H10",), True)


def test_opened_vacancies_are_those_that_become_feasible() -> None:
    """Counted by ranking both profiles, not guessed."""
    index = MatchingIndex(TERMS.taxonomy, rates=RATES)
    for n in range(12):
        level = "C1" if n < 7 else "B1" if n < 10 else "C2"
        index.put_opening(replace(B2, id=UUID(int=500 + n), languages=(Language("fr", level),)))

    def feasible(person: Candidate) -> frozenset[UUID]:
        return frozenset(each.id for each in index.rank_openings(person, TODAY, 100, None, None, False))

    (found,) = nearest(candidate(), B2, [course(language=FRENCH)], TERMS, feasible)
    assert found.opens == 7


# Over HTTP.


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house)


async def test_why_not_names_the_session_that_would_help(scene: Scene) -> None:
    """Stories 1, 3 and 9: B2 to C1, a session with seats, and the vacancies that it opens."""
    asked = [{"code": "fr", "cefr": "C1"}]
    jobs = [vacancy(scene.employer, [scene.partnership.id], external_id=f"V-{n}", languages=asked) for n in range(2, 5)]
    step = {"code": "fr", "from_cefr": "B2", "to_cefr": "C1"}
    school = scene.programme.organisation_id
    taught = programme(str(school), [scene.partnership.id], external_id="P-2", skills=[], language=step)
    run = session_of(taught, external_id="S-2", seats=4)
    await publish(scene.house, *jobs, taught, run)
    path = f"/v1/candidates/{scene.candidate_id}/matches/{jobs[0].id}"
    why = (await scene.counsellor.get(path)).json()
    assert (why["feasible"], why["near_miss"], why["offered"]) == (False, True, True)
    assert sum(t["contribution"] for t in why["explanation"]["terms"]) == pytest.approx(why["score"], abs=1e-9)
    first = why["counterfactuals"][0]
    assert (first["kind"], first["change"], first["opens_gates"]) == ("LANGUAGE", "fr B2 → C1", ["H07"])
    assert first["score_from"] == why["score"] < first["score_to"]
    assert (first["feasible_after"], first["opens_vacancies"]) == (True, 3)
    (session,) = first["sessions"]
    assert [session[k] for k in ("session_id", "seats_left", "weeks", "starts_on")] == [
        str(run.id),
        4,
        4,
        days(10).isoformat(),
    ]
    body = {"candidate_id": scene.candidate_id, "session_id": session["session_id"], "track": "AWAY"}
    booked = await scene.counsellor.post("/v1/enrolments", json=body)
    assert booked.status_code == 201, booked.text
    again = (await scene.counsellor.get(path)).json()["counterfactuals"][0]
    assert again["sessions"][0]["seats_left"] == 3


async def test_a_skill_counterfactual_names_the_course(scene: Scene) -> None:
    """Story 11: how long it would take to close the gap."""
    skills = [{"uri": SAFETY, "essential": True, "critical": True, "level": 3}]
    job = vacancy(scene.employer, [scene.partnership.id], external_id="V-2", skills=skills)
    await publish(scene.house, job)
    why = (await scene.counsellor.get(f"/v1/candidates/{scene.candidate_id}/matches/{job.id}")).json()
    first = why["counterfactuals"][0]
    assert (first["kind"], first["weeks"], first["sessions"][0]["session_id"]) == ("COURSE", 4, str(scene.session.id))
    assert [skill["uri"] for skill in first["skills"]] == [SAFETY]


async def test_any_pair_is_explained_to_those_who_may_see_it(scene: Scene) -> None:
    closed = scene.vacancy.model_copy(update={"status": "WITHDRAWN"})
    await publish(scene.house, closed)
    path = f"/v1/candidates/{scene.candidate_id}/matches/{scene.vacancy.id}"
    why = (await scene.counsellor.get(path)).json()
    gate = next(each for each in why["explanation"]["gates"] if each["code"] == "H09")
    assert (why["feasible"], gate["passed"], gate["value"]) == (False, False, "WITHDRAWN")
    await publish(scene.house, scene.partnership.model_copy(update={"status": "SUSPENDED"}), scene.vacancy)
    suspended = (await scene.counsellor.get(path)).json()
    assert (suspended["feasible"], suspended["offered"]) == (False, False)
    async with await scene.house.act("OUTSIDER", "counsellor", service="matching") as outsider:
        assert (await outsider.get(path)).status_code == 404


async def test_an_employer_asks_about_those_who_agreed_only(scene: Scene) -> None:
    """Story 11; private limits stay private, and who is not in reach is as one who does not exist."""
    path = f"/v1/vacancies/{scene.vacancy.id}/matches/{{}}"
    seen = await scene.recruiter.get(path.format(scene.candidate_id))
    assert (seen.status_code, seen.json()["feasible"]) == (200, True)
    for secret in ("Inventée", "1999", "TUN", '"sex"'):
        assert secret not in seen.text
    home_only = {"scopes": ["MATCHING_HOME"], "granted_on": days(-1).isoformat(), "text_version": "1"}
    unwilling = await scene.register(external_id="C-2", consent=home_only)
    for candidate_id in (unwilling, str(UUID(int=7))):
        assert (await scene.recruiter.get(path.format(candidate_id))).status_code == 404
    async with await scene.house.act("RIVAL", "employer", service="matching") as rival:
        assert (await rival.get(path.format(scene.candidate_id))).status_code == 404
