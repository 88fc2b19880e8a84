"""Fairness reports: on eligible people who agreed to be counted, with small cells withheld for good (domain/03 §4)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from services.kit import db
from services.kit.disclosure import TOTAL
from services.kit.tenancy import HOUSE
from services.matching import casework
from services.matching.engine import Engine
from services.matching.fairness import Figures, Member, compare, figures, gini
from services.matching.fairness_reports.releases import close_next_month
from tests.conftest import House
from tests.matching.scene import Scene, build
from tests.matching.test_candidates_api import batch, person


def people(run: str, sex: str, count: int, selected: int, merit: float = 0.8, first: int = 1) -> list[Member]:
    return [Member(run, {"sex": sex}, merit, first + n, n < selected) for n in range(count)]


def of(found: Iterable[Figures], group: str, run: str = TOTAL) -> Figures:
    return next(each for each in found if (each.run, each.group) == (run, group))


def test_a_rate_below_four_fifths_of_the_highest_raises_an_alarm() -> None:
    found = figures([*people("a", "M", 20, 10), *people("a", "F", 20, 7)], "sex", 10)
    women, men = of(found, "F"), of(found, "M")
    assert (women.selection_rate, women.ratio, women.alarm) == (0.35, pytest.approx(0.7), True)
    assert (men.ratio, men.alarm) == (1.0, False)
    assert compare(found, "sex").alarms == ("F",)


def test_four_fifths_exactly_raises_none() -> None:
    found = figures([*people("a", "M", 20, 10), *people("a", "F", 20, 8)], "sex", 10)
    assert of(found, "F").alarm is False


def test_equal_opportunity_looks_at_the_well_suited_alone() -> None:
    weak = people("a", "F", 20, 20, merit=0.5)
    found = figures([*people("a", "M", 20, 10), *people("a", "F", 20, 5), *weak], "sex", 10)
    assert compare(found, "sex").equal_opportunity_gap == pytest.approx(0.25)


def test_too_few_well_suited_people_say_nothing() -> None:
    few = [*people("a", "F", 9, 5), *people("a", "F", 11, 5, merit=0.5)]
    found = figures([*people("a", "M", 20, 10), *few], "sex", 10)
    assert of(found, "F").selection_rate_of_strong is None
    assert compare(found, "sex").equal_opportunity_gap is None


def test_attention_is_compared_with_merit() -> None:
    found = figures([*people("a", "M", 10, 5), *people("a", "F", 10, 5, first=11)], "sex", 10)
    women = of(found, "F")
    assert women.merit_share == pytest.approx(0.5)
    assert women.exposure_share is not None
    assert women.exposure_share < 0.4


@pytest.mark.parametrize(("values", "expected"), [([1, 1, 1], 0.0), ([0, 0, 0, 1], 0.75), ([], None), ([0.0], None)])
def test_gini(values: list[float], expected: float | None) -> None:
    assert gini(values) == (None if expected is None else pytest.approx(expected))


def test_a_small_group_is_withheld_and_with_it_the_next_smallest() -> None:
    found = figures([*people("a", "M", 40, 10), *people("a", "F", 20, 5), *people("a", "X", 3, 1)], "sex", 10)
    assert [each.group for each in found if each.run == TOTAL and each.withheld] == ["F", "X"]
    hidden = of(found, "X")
    shown = {hidden.eligible, hidden.selected, hidden.selection_rate, hidden.ratio, hidden.alarm, hidden.merit_share}
    assert shown == {None}


def test_a_run_that_is_too_small_does_not_follow_from_the_sum() -> None:
    """Cumulative minus the other runs must not give it back."""
    runs = [*people("a", "F", 20, 5), *people("b", "F", 20, 5), *people("c", "F", 4, 1)]
    runs += [*people("a", "M", 20, 5), *people("b", "M", 20, 5), *people("c", "M", 20, 5)]
    found = figures(runs, "sex", 10)
    withheld = [each.run for each in found if each.group == "F" and each.withheld]
    assert "c" in withheld
    assert len(withheld) > 1


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("FMX"), st.integers(1, 30)), min_size=1, max_size=9))
def test_no_withheld_figure_follows_by_subtraction(cells: list[tuple[str, str, int]]) -> None:
    """Whoever adds and subtracts along runs and groups never learns a count below the threshold."""
    members = [each for run, sex, count in cells for each in people(run, sex, count, count // 2)]
    found = figures(members, "sex", 10)
    truth = {
        (r, g): sum(m.run == r or r == TOTAL for m in members if g in (m.groups["sex"], TOTAL))
        for r, g in {(each.run, each.group) for each in found}
    }
    for key in (lambda each: each.run, lambda each: each.group):
        for _, line in groupby(sorted(found, key=key), key=key):
            cells_of = list(line)
            total = next(each for each in cells_of if TOTAL in (each.group if key(each) == each.run else each.run,))
            gone = [each for each in cells_of if each.withheld and each is not total]
            if total.withheld or not gone:
                continue
            hidden = sum(truth[each.run, each.group] for each in gone)
            assert len(gone) > 1
            assert hidden >= 10


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house, places=30)


async def close(house: House, moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the months before `moment` end and be closed."""
    engine: Engine = house.apps["matching"].state.engine
    more = True
    with monkeypatch.context() as later:
        later.setattr(db, "_clock", lambda: moment)
        while more:
            async with house.databases["matching"].transaction(HOUSE) as session:
                more = await close_next_month(session, engine)


async def report(
    scene: Scene, role: str = "steward", code: str = "EMPLOYER", period: str | None = None
) -> dict[str, object]:
    query = {"partnership": str(scene.partnership.id)} | ({"period": period} if period else {})
    async with await scene.house.act(code, role, service="matching") as http:
        answer = await http.get("/v1/fairness", params=query)
    return {"status": answer.status_code} | answer.json()


def next_month() -> datetime:
    """The second day of the next month."""
    return (db.now().replace(day=2) + timedelta(days=31)).replace(day=2)


async def proposed_a_month_ago(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, str], str]:
    """As `proposed`, in the month before; with its name."""
    day = db.now().replace(day=1) - timedelta(days=3)
    with monkeypatch.context() as earlier:
        earlier.setattr(casework, "now", lambda: day)
        ids = await proposed(scene)
    async with scene.house.databases["matching"].transaction(HOUSE) as session:
        await session.execute(sa.text("UPDATE proposals SET created_at = :at"), {"at": day})
    return ids, f"{day:%Y-%m}"


async def proposed(scene: Scene) -> dict[str, str]:
    """12 women and 12 men are eligible; 3 women and 9 men are proposed. Somebody who is not counted, and somebody who
    passes no gate, change nothing."""
    rows = [person(external_id=f"{sex}-{n}", sex=sex) for sex in "FM" for n in range(12)]
    uncounted = person()["consent"] | {"scopes": ["MATCHING_AWAY"]}
    rows += [person(external_id="U-1", consent=uncounted), person(external_id="Y-1", birth_date="2014-01-01")]
    await scene.counsellor.delete(f"/v1/candidates/{scene.candidate_id}", headers={"If-Match": '"1"'})
    ids = {each["external_id"]: each["id"] for each in await batch(scene.counsellor, *rows)}
    for key in [*(f"F-{n}" for n in range(3)), *(f"M-{n}" for n in range(9)), "U-1"]:
        await scene.propose(ids[key])
    return ids


async def test_a_party_sees_how_eligible_people_fared(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    ids, month = await proposed(scene), f"{db.now():%Y-%m}"
    await close(scene.house, next_month(), monkeypatch)
    shown = await report(scene, period=month)
    assert shown["status"] == 200, shown
    sexes = {each["group"]: each for each in shown["figures"] if (each["run"], each["dimension"]) == (TOTAL, "sex")}
    assert {group: (each["eligible"], each["selected"]) for group, each in sexes.items()} == {
        "F": (12, 3),
        "M": (12, 9),
        TOTAL: (24, 12),
    }
    assert (sexes["F"]["ratio"], sexes["F"]["alarm"]) == (pytest.approx(1 / 3), True)
    assert {each["run"] for each in shown["figures"]} == {TOTAL, str(scene.vacancy.id)}
    assert next(each for each in shown["comparisons"] if each["dimension"] == "sex")["alarms"] == ["F"]
    assert {each["proposals"] for each in shown["funnel"] if each["stage"] == "PROPOSED"} == {12}
    assert not any(id in str(shown) for id in ids.values())


async def test_what_was_released_stays_when_somebody_withdraws_and_is_erased(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Story 4: statistics already released unchanged."""
    ids = await proposed(scene)
    await close(scene.house, next_month(), monkeypatch)
    before = await report(scene)
    gone = {"action": "WITHDRAW", "scopes": ["STATISTICS"]}
    assert (await scene.counsellor.post(f"/v1/candidates/{ids['F-0']}/consents", json=gone)).status_code == 201
    erased = await scene.counsellor.delete(f"/v1/candidates/{ids['F-1']}", headers={"If-Match": '"1"'})
    assert erased.status_code == 204
    assert await report(scene) == before


async def test_one_more_person_in_the_next_month_is_not_found_by_subtracting(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything up to this month, and up to the next one: the difference would be a single step."""
    ids, last = await proposed_a_month_ago(scene, monkeypatch)
    await close(scene.house, db.now(), monkeypatch)
    await scene.propose(ids["F-5"])
    await close(scene.house, next_month(), monkeypatch)
    earlier, later = await report(scene, period=f"TO-{last}"), await report(scene, period=f"TO-{db.now():%Y-%m}")
    assert [each["proposals"] for each in earlier["funnel"] if each["stage"] == "PROPOSED"] == [12]
    assert [each["proposals"] for each in later["funnel"] if each["stage"] == "PROPOSED"] == [None]


async def test_a_month_that_has_not_ended_is_not_released(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    await scene.propose()
    await close(scene.house, db.now(), monkeypatch)
    refused = await report(scene, period=f"{db.now():%Y-%m}")
    assert (refused["status"], refused["errors"][0]["code"]) == (422, "not_released")


async def test_few_people_are_nobodys_statistics(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    await scene.propose()
    await close(scene.house, next_month(), monkeypatch)
    shown = await report(scene)
    assert {each["eligible"] for each in shown["figures"]} == {None}
    assert shown["exposure_gini"] is None


async def test_strangers_and_counsellors_do_not_read_it(scene: Scene) -> None:
    assert (await report(scene, code="STRANGER"))["status"] == 404
    assert (await report(scene, role="counsellor", code="AGENCY"))["status"] == 403
