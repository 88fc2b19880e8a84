"""Fairness reports: on eligible people who agreed to be counted, with small cells withheld for good (domain/03 §4)."""

from collections.abc import Iterable
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.kit.disclosure import TOTAL
from services.matching.fairness import Figures, Member, compare, figures, funnel, gini
from tests.conftest import House
from tests.matching.registry_events import days
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


def test_drop_off_by_stage_and_reason() -> None:
    ends = [("DECLINED", "NOT_FIT_FOR_ROLE")] * 12 + [("DECLINED", "NO_REPLY")] * 3 + [("ACCEPTED", "NONE")] * 20
    found = {(each.stage, each.reason): each.proposals for each in funnel(ends, 10)}
    assert found["DECLINED", "NO_REPLY"] is None
    assert found["DECLINED", "NOT_FIT_FOR_ROLE"] is None
    assert found["DECLINED", TOTAL] == 15 or found["DECLINED", TOTAL] is None


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house, places=30)


async def report(scene: Scene, role: str = "steward", code: str = "EMPLOYER") -> dict[str, object]:
    query = {"partnership": str(scene.partnership.id), "from": days(-1).isoformat(), "to": days(1).isoformat()}
    async with await scene.house.act(code, role, service="matching") as http:
        answer = await http.get("/v1/fairness", params=query)
    return {"status": answer.status_code} | answer.json()


async def test_a_party_sees_how_eligible_people_fared(scene: Scene) -> None:
    """12 women and 12 men are eligible; 3 women and 9 men are proposed. Somebody who is not counted, and somebody who
    passes no gate, change nothing."""
    rows = [person(external_id=f"{sex}-{n}", sex=sex) for sex in "FM" for n in range(12)]
    uncounted = person()["consent"] | {"scopes": ["MATCHING_AWAY"]}
    rows += [person(external_id="U-1", consent=uncounted), person(external_id="Y-1", birth_date="2014-01-01")]
    await scene.counsellor.delete(f"/v1/candidates/{scene.candidate_id}", headers={"If-Match": '"1"'})
    ids = {each["external_id"]: each["id"] for each in await batch(scene.counsellor, *rows)}
    for key in [*(f"F-{n}" for n in range(3)), *(f"M-{n}" for n in range(9)), "U-1"]:
        await scene.propose(ids[key])
    shown = await report(scene)
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


async def test_few_people_are_nobodys_statistics(scene: Scene) -> None:
    await scene.propose()
    shown = await report(scene)
    assert {each["eligible"] for each in shown["figures"]} == {None}
    assert shown["exposure_gini"] is None


async def test_strangers_and_counsellors_do_not_read_it(scene: Scene) -> None:
    assert (await report(scene, code="STRANGER"))["status"] == 404
    assert (await report(scene, role="counsellor", code="AGENCY"))["status"] == 403
