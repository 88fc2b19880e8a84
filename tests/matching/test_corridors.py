"""Which partnership and corridor a pair belongs to, and what the quota leaves."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.matching.corridors import Agreement, Corridor, Uses, choose, name_of, quotas_left, recruitment_of
from services.matching.recruitment import Directory, Provider, Recruitment
from services.matching.safeguards import PATHWAY, Rules
from tests.matching.instances import opening

Taken = tuple[UUID, str, int, int]
AGENCY, OTHER = UUID(int=1), UUID(int=2)
MOROCCO = Agreement(UUID(int=11), "ACTIVE", frozenset({AGENCY}), (Corridor("MAR", "FRA", 3), Corridor("MAR", "BEL", 5)))
SENEGAL = Agreement(UUID(int=10), "ACTIVE", frozenset({AGENCY}), (Corridor("SEN", "BEL", 2),))


def test_the_partnership_whose_corridor_fits_is_chosen_before_an_older_one() -> None:
    assert choose([SENEGAL, MOROCCO], AGENCY, "MAR", "BEL", "AWAY") is MOROCCO
    assert choose([SENEGAL, MOROCCO], AGENCY, "TUN", "BEL", "AWAY") is SENEGAL


def test_neither_a_stranger_nor_a_sleeping_partnership_is_chosen() -> None:
    assert choose([MOROCCO], OTHER, "MAR", "BEL", "AWAY") is None
    assert choose([replace(MOROCCO, status="SUSPENDED")], AGENCY, "MAR", "BEL", "AWAY") is None


def test_away_takes_the_corridor_that_ends_there_and_home_the_first_that_begins_there() -> None:
    assert name_of(MOROCCO, "MAR", "BEL", "AWAY") == "MAR-BEL"
    assert name_of(MOROCCO, "MAR", "MAR", "HOME") == "MAR-FRA"
    assert name_of(MOROCCO, "TUN", "BEL", "AWAY") == "TUN-BEL"


def test_the_quota_of_an_origin_is_what_its_most_open_corridor_leaves_this_year() -> None:
    taken = [(MOROCCO.id, "MAR-BEL", 2027, 4), (SENEGAL.id, "SEN-BEL", 2027, 2), (MOROCCO.id, "MAR-BEL", 2026, 5)]
    second = replace(SENEGAL, id=UUID(int=12))
    assert left([MOROCCO, SENEGAL], taken) == {"MAR": 1, "SEN": 0}
    assert left([second, SENEGAL], taken) == {"SEN": 2}
    assert left([MOROCCO, SENEGAL], taken, country="MAR") == {}


def left(
    agreements: list[Agreement], taken: list[Taken], law: dict[str, Any] | None = None, **job: Any
) -> dict[str, int]:
    """What is left in 2027, by origin."""
    uses, rules = Uses(), Rules()
    for each in taken:
        uses.put(*each)
    if law:
        rules.put(UUID(int=9), PATHWAY, law)
    offered = opening(partnership_ids=frozenset(each.id for each in agreements), **job)
    found = quotas_left({each.id: each for each in agreements}, offered, rules, uses, 2027)
    return {origin: quota.left for origin, quota in found.items()}


def test_away_places_of_a_partnership_are_taken_once_whatever_the_year_and_corridor() -> None:
    """H09: 3 of its 4 are taken, in two years and two corridors."""
    small = replace(MOROCCO, away_places=4)
    taken = [(MOROCCO.id, "MAR-BEL", 2026, 2), (MOROCCO.id, "MAR-FRA", 2027, 1), (MOROCCO.id, "", 0, 9)]
    assert left([small], taken)["MAR"] == 1
    assert left([MOROCCO], taken)["MAR"] == 5


def test_a_scheme_is_shared_by_all_partnerships_that_use_it() -> None:
    """H09: the quota of the permit, not of one corridor."""
    north, south = (
        replace(each, corridors=tuple(replace(corridor, pathway="PERMIT") for corridor in each.corridors))
        for each in (MOROCCO, SENEGAL)
    )
    law = {"key": "PERMIT", "origins": [], "destination": "BEL", "valid_from": "2026-01-01", "quota_per_year": 3}
    taken = [(MOROCCO.id, "MAR-BEL", 2027, 1), (SENEGAL.id, "SEN-BEL", 2027, 1), (MOROCCO.id, "MAR-BEL", 2026, 4)]
    assert left([north, south], taken, law)["MAR"] == 1


def test_of_two_partnerships_the_one_whose_recruiters_may_be_used_recruits() -> None:
    """H12: a licence counts in the countries of the corridors, and as long as it holds."""
    directory, day = Directory(), date(2027, 5, 1)
    licence = {"valid_from": "2026-01-01", "valid_to": "2027-05-01", "country": "MAR"}
    entry = {"organisation_id": str(OTHER), "employer_pays": True, "licences": [licence], "measures": []}
    directory.put(UUID(int=20), Provider.of(entry))
    named = replace(MOROCCO, employer_pays=True, recruiters=(UUID(int=20), None))
    assert recruitment_of([named], directory, day) == Recruitment(True, 2, 1)
    assert not recruitment_of([named], directory, day + timedelta(days=1)).fee_free
    assert not recruitment_of([replace(SENEGAL, recruiters=(UUID(int=20),))], directory, day).fee_free
    assert recruitment_of([named, SENEGAL], directory, day + timedelta(days=1)).fee_free


def test_a_full_quota_gives_way_to_a_younger_partnership_with_room_and_does_not_matter_at_home() -> None:
    younger = replace(MOROCCO, id=UUID(int=12))
    used = {(MOROCCO.id, "MAR-BEL", 2027): 5}
    assert choose([MOROCCO, younger], AGENCY, "MAR", "BEL", "AWAY", used, 2027) is younger
    assert choose([MOROCCO, younger], AGENCY, "MAR", "BEL", "AWAY", used, 2028) is MOROCCO
    assert choose([MOROCCO, younger], AGENCY, "MAR", "MAR", "HOME", used, 2027) is MOROCCO
