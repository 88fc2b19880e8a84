"""Which kind of partnership a record describes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.vocabulary import (
    AgreementType,
    OrganisationSector,
    OrganisationType,
    PartnershipModel,
    PartyRole,
    PartySide,
    ProgrammeType,
    RecognitionCoverage,
)
from services.registry.partnerships import conformity
from services.registry.partnerships.conformity import Actor, Course, Terms
from services.registry.partnerships.facts import Decision, Facts, Target, Way
from tests.conftest import House
from tests.registry.partnership import ROLES, Partnership, offer_job, offer_training, register


def _actor(side: PartySide, role: PartyRole, type_: OrganisationType, sector: OrganisationSector) -> Actor:
    return Actor(uuid4(), side, role, type_, sector, signed=True, acted=True)


ACTORS = (
    _actor(PartySide.ORIGIN, PartyRole.LEAD, OrganisationType.GOVERNMENT_MINISTRY, OrganisationSector.NATIONAL_PUBLIC),
    _actor(PartySide.ORIGIN, PartyRole.DEMAND_HOLDER, OrganisationType.EMPLOYER, OrganisationSector.PRIVATE),
    _actor(PartySide.DESTINATION, PartyRole.DEMAND_HOLDER, OrganisationType.EMPLOYER, OrganisationSector.PRIVATE),
    _actor(PartySide.THIRD, PartyRole.MONITOR, OrganisationType.UN_IGO, OrganisationSector.INTERNATIONAL),
)
FACTS = Facts(
    today=date(2027, 1, 1),
    model=PartnershipModel.GSP_DUAL_TRACK,
    corridors=(Way("MAR", "BEL", "BE-SINGLE-PERMIT"),),
    targets=(Target("7411"), Target("3522")),
    home_places=90,
    away_places=30,
    planned_start=date(2027, 1, 1),
    planned_end=date(2029, 1, 1),
    gap_analysis=True,
    employer_pays=True,
    channels=2,
    independent_channels=1,
    decisions=(Decision("MAR", "BEL", "7411"), Decision("MAR", "BEL", "3522")),
    agreements=frozenset({AgreementType.MOU}),
    shares={"TRAINING": {"DONOR": 60.0, "EMPLOYER": 40.0}, "MIGRATION": {"EMPLOYER": 100.0}},
)
TERMS = Terms(
    actors=ACTORS,
    courses=(Course(ProgrammeType.VOCATIONAL, "MAR", 420), Course(ProgrammeType.PRE_DEPARTURE, "MAR", 40)),
    quotas=(40,),
    switch_rule=True,
    reviews=2,
    policy_frames=1,
    recognition=RecognitionCoverage.PARTIAL,
    recognition_authority=True,
    contract_template=True,
)
WITHOUT_EMPLOYER_THERE = tuple(actor for actor in ACTORS if actor.side != PartySide.DESTINATION)


def _failed(tests: list[conformity.Test]) -> list[str]:
    return [test.code for test in tests if not test.passed]


def test_a_complete_record_passes_everything() -> None:
    """02 §4 and S-80: six tests, five components, eight prerequisites."""
    tests = conformity.gsp_tests(FACTS, TERMS)
    assert (len(tests), _failed(tests), conformity.is_gsp(tests)) == (6, [], True)
    assert (len(conformity.smp_components(FACTS, TERMS)), _failed(conformity.smp_components(FACTS, TERMS))) == (5, [])
    prerequisites = conformity.smp_prerequisites(FACTS, TERMS)
    assert (len(prerequisites), _failed(prerequisites)) == (8, [])


@pytest.mark.parametrize(
    ("facts", "terms", "failed", "labelled"),
    [
        ({"corridors": (Way("MAR", "BEL", None),)}, {}, "MANAGES_MIGRATION_PRESSURE", True),
        ({}, {"quotas": (0,)}, "MANAGES_MIGRATION_PRESSURE", True),
        ({}, {"actors": WITHOUT_EMPLOYER_THERE}, "EMPLOYERS_OF_BOTH_SIDES", False),
        ({"targets": (Target("2512"),)}, {}, "PUBLIC_PRIVATE_SEMI_SKILLED", True),
        ({}, {"courses": (Course(ProgrammeType.VOCATIONAL, "MAR", 4801),)}, "PUBLIC_PRIVATE_SEMI_SKILLED", True),
        ({}, {"courses": (Course(ProgrammeType.VOCATIONAL, "BEL", 420),)}, "SKILLS_BEFORE_MIGRATION", False),
        ({"home_places": 0}, {}, "HOME_AND_AWAY_BUNDLED", False),
        ({"away_places": 0}, {}, "HOME_AND_AWAY_BUNDLED", False),
        ({}, {"switch_rule": False, "reviews": 0}, "FLEXIBLE", True),
    ],
)
def test_each_gsp_test_fails_by_what_it_asks_for(
    facts: dict[str, Any], terms: dict[str, Any], failed: str, labelled: bool
) -> None:
    """02 §4: the label needs tests 2, 4 and 5 and no other."""
    tests = conformity.gsp_tests(replace(FACTS, **facts), replace(TERMS, **terms))
    assert (_failed(tests), conformity.is_gsp(tests)) == ([failed], labelled)


@pytest.mark.parametrize(
    ("facts", "terms", "failed"),
    [
        ({"agreements": frozenset()}, {}, "STATE_COOPERATION"),
        ({}, {"actors": tuple(replace(actor, signed=False) for actor in ACTORS)}, "MULTI_STAKEHOLDER"),
        ({}, {"courses": ()}, "TRAINING"),
        ({}, {"recognition": RecognitionCoverage.NONE}, "SKILLS_RECOGNITION"),
        ({"away_places": 0}, {}, "MOBILITY"),
    ],
)
def test_each_smp_component_fails_by_what_it_asks_for(
    facts: dict[str, Any], terms: dict[str, Any], failed: str
) -> None:
    """S-80: five components of a skills mobility partnership."""
    assert _failed(conformity.smp_components(replace(FACTS, **facts), replace(TERMS, **terms))) == [failed]


@pytest.mark.parametrize(
    ("facts", "terms", "failed"),
    [
        ({"planned_end": None}, {}, "PLANNING"),
        ({}, {"policy_frames": 0}, "STAKEHOLDERS_AND_COHERENCE"),
        ({"decisions": (Decision("MAR", "BEL", "7411"),)}, {}, "EVIDENCE"),
        ({"home_places": 0}, {}, "LOCAL_DEVELOPMENT"),
        ({"gap_analysis": False}, {}, "SKILLS_CLASSIFICATION"),
        ({}, {"courses": TERMS.courses[:1]}, "SOCIAL_CONSIDERATIONS"),
        ({"shares": None}, {}, "FINANCING"),
        ({"independent_channels": 0}, {}, "WELFARE"),
    ],
)
def test_each_smp_prerequisite_fails_by_what_it_asks_for(
    facts: dict[str, Any], terms: dict[str, Any], failed: str
) -> None:
    """S-80: readiness is the number of prerequisites that hold, 0 to 8."""
    assert _failed(conformity.smp_prerequisites(replace(FACTS, **facts), replace(TERMS, **terms))) == [failed]


def test_public_private_and_worker_shares_are_means_over_the_groups() -> None:
    assert conformity.funding(FACTS.shares) == (30.0, 70.0, 0.0)
    assert conformity.funding(None) is None


actors = st.lists(
    st.builds(
        Actor,
        st.uuids(),
        st.sampled_from(PartySide),
        st.sampled_from(PartyRole),
        st.sampled_from(OrganisationType),
        st.sampled_from(OrganisationSector),
        signed=st.booleans(),
        acted=st.booleans(),
    ),
    max_size=20,
).map(tuple)


@given(actors)
def test_breadth_counts_classes_and_activity_organisations(parties: tuple[Actor, ...]) -> None:
    """S-19: 0 to 8 classes with a signed role; S-60: a share of the organisations."""
    classes = conformity.breadth(parties)
    assert 0 <= len(classes) <= 8
    assert all(any(actor.sector == sector and actor.signed for actor in parties) for sector in classes)
    acted, all_of_them = conformity.activity(parties)
    assert 0 <= acted <= all_of_them <= len(parties)


@given(actors, st.integers(0, 100), st.integers(0, 100))
def test_another_party_never_makes_a_partnership_less_of_a_gsp(
    parties: tuple[Actor, ...], home: int, away: int
) -> None:
    facts = replace(FACTS, home_places=home, away_places=away)
    before = conformity.gsp_tests(facts, replace(TERMS, actors=parties))
    after = conformity.gsp_tests(facts, replace(TERMS, actors=parties + ACTORS))
    assert all(now.passed for was, now in zip(before, after, strict=True) if was.passed)
    assert all(test.evidence for test in after)


@given(st.dictionaries(st.uuids(), st.integers(1, 100), min_size=1))
def test_one_employer_is_flagged_with_more_than_half_of_the_places(places: dict[UUID, int]) -> None:
    """S-32: dependence on one employer is flagged above 50 % of the places."""
    flags = conformity.dependences(FACTS, replace(TERMS, places=places))
    assert ("ONE_EMPLOYER" in flags) == (2 * max(places.values()) > sum(places.values()))


def test_half_of_the_places_is_no_dependence() -> None:
    """S-32: more than 50 %, not 50 %."""
    halves = {uuid4(): 5, uuid4(): 5}
    assert conformity.dependences(FACTS, replace(TERMS, places=halves)) == ["ONE_CORRIDOR"]


async def _conformity(partnership: Partnership, by: str = "MONITOR-UN") -> dict[str, Any]:
    async with await partnership.act(by) as http:
        answer = await http.get(await partnership.path("/conformity"))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def _passed(partnership: Partnership) -> dict[str, bool]:
    return {test["code"]: test["passed"] for test in (await _conformity(partnership))["gsp"]["tests"]}


async def test_the_label_comes_with_what_the_parties_do(house: House) -> None:
    """02 §4: computed from the record and never ticked by hand."""
    partnership = await register(house)
    before = await _conformity(partnership)
    assert before["gsp"]["label"] is None
    assert [test["number"] for test in before["gsp"]["tests"] if not test["passed"]] == [3, 4, 6]
    await offer_training(partnership)
    assert (await _conformity(partnership))["gsp"]["label"] == "GSP"
    await partnership.patch(home_places=0, ratio_target=None)
    assert (await _passed(partnership))["HOME_AND_AWAY_BUNDLED"] is False
    await partnership.patch(track_switch_rule="Until the visa is asked for.")
    assert (await _passed(partnership))["FLEXIBLE"] is True


async def test_places_of_one_employer_are_seen(house: House) -> None:
    """S-32: dependence on one employer."""
    partnership = await register(house)
    assert (await _conformity(partnership))["resilience"]["largest_employer_share"] is None
    await offer_job(partnership, "FIRM-BE", places=6)
    await offer_job(partnership, "FIRM-MA", places=4, country="MAR")
    resilience = (await _conformity(partnership))["resilience"]
    assert resilience["largest_employer_share"] == pytest.approx(0.6)
    assert resilience["flags"] == ["ONE_EMPLOYER", "ONE_CORRIDOR", "ONE_OCCUPATION"]


async def test_only_acts_of_the_last_90_days_count(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-60: the share of the partners with an act in the last 90 days."""
    partnership = await register(house)
    assert (await _conformity(partnership))["activity"] == {
        "days": 90,
        "parties": 6,
        "active": 1,
        "share": pytest.approx(1 / 6),
    }
    await offer_job(partnership, "FIRM-BE")
    assert (await _conformity(partnership))["activity"]["active"] == 2
    later = datetime.now(UTC) + timedelta(days=91)
    async with await partnership.act("MONITOR-UN") as http:
        monkeypatch.setattr("services.registry.partnerships.appraisal.now", lambda: later)
        told = (await http.get(await partnership.path("/conformity"))).json()
    assert told["activity"]["active"] == 0


async def test_a_signed_role_makes_its_class_count(house: House) -> None:
    """S-19: classes with at least one signed role."""
    partnership = await register(house)
    assert (await _conformity(partnership))["breadth"] == {"score": 0, "classes": []}
    parties = [dict(party) for party in partnership.body["parties"]]
    parties[0]["signed_document_id"] = "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10"
    await partnership.patch(parties=parties)
    assert (await _conformity(partnership))["breadth"] == {"score": 1, "classes": ["PRIVATE"]}


async def test_strangers_are_told_nothing(house: House) -> None:
    partnership = await register(house)
    async with await house.act("STRANGER", *ROLES) as http:
        assert (await http.get(await partnership.path("/conformity"))).status_code == 404
