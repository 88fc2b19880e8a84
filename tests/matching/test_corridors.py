"""Which partnership and corridor a pair belongs to, and what the quota leaves."""

from dataclasses import replace
from uuid import UUID

from services.matching.corridors import Agreement, Corridor, choose, name_of, quotas_left

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
    used = {(MOROCCO.id, "MAR-BEL", 2027): 4, (SENEGAL.id, "SEN-BEL", 2027): 2, (MOROCCO.id, "MAR-BEL", 2026): 5}
    second = replace(SENEGAL, id=UUID(int=12))
    assert quotas_left([MOROCCO, SENEGAL], "BEL", used, 2027) == {"MAR": 1, "SEN": 0}
    assert quotas_left([second, SENEGAL], "BEL", used, 2027) == {"SEN": 2}
    assert quotas_left([MOROCCO, SENEGAL], "MAR", used, 2027) == {}


def test_a_full_quota_gives_way_to_a_younger_partnership_with_room_and_does_not_matter_at_home() -> None:
    younger = replace(MOROCCO, id=UUID(int=12))
    used = {(MOROCCO.id, "MAR-BEL", 2027): 5}
    assert choose([MOROCCO, younger], AGENCY, "MAR", "BEL", "AWAY", used, 2027) is younger
    assert choose([MOROCCO, younger], AGENCY, "MAR", "BEL", "AWAY", used, 2028) is MOROCCO
    assert choose([MOROCCO, younger], AGENCY, "MAR", "MAR", "HOME", used, 2027) is MOROCCO
