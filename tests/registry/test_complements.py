"""Which offers and needs complement each other, and why (S-07)."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.partner_offers import complements
from services.registry.partner_offers.complements import ranked, reasons_for, score


@dataclass
class Entry:
    kind: str = "NEED"
    role: str = "TRAINER"
    origin: str | None = "MAR"
    destination: str | None = "BEL"
    sector: str | None = "E38"
    model: str | None = "GSP_DUAL_TRACK"
    capacity: int | None = 60
    languages: list[str] = field(default_factory=lambda: ["fr"])
    organisation_id: UUID = field(default_factory=uuid4)


def points(**change: object) -> dict[str, int]:
    """Reasons for an offer that complements a need but for `change`."""
    offer = Entry(kind="OFFER", **change)  # type: ignore[arg-type]
    return {reason.code.value: reason.points for reason in reasons_for(Entry(), offer)}


def test_a_full_complement_has_every_reason_and_100_points() -> None:
    assert points() == {"ROLE": 40, "CORRIDOR": 25, "SECTOR": 15, "MODEL": 10, "LANGUAGE": 5, "CAPACITY": 5}


@pytest.mark.parametrize(
    ("change", "corridor"),
    [
        ({"origin": None}, 12),
        ({"origin": None, "destination": None}, None),
        ({"origin": "SEN"}, None),
        ({"origin": "BEL", "destination": "MAR"}, None),
    ],
)
def test_a_corridor_counts_by_the_ends_that_are_the_same(change: dict[str, str | None], corridor: int | None) -> None:
    assert points(**change).get("CORRIDOR") == corridor


@pytest.mark.parametrize(("sector", "counts"), [("E381", 15), ("E", 7), ("E36", 7), ("C38", None), (None, None)])
def test_a_sector_counts_by_division_and_less_by_section(sector: str | None, counts: int | None) -> None:
    assert points(sector=sector).get("SECTOR") == counts


def test_only_an_offer_and_a_need_of_the_same_role_and_of_two_organisations_complement() -> None:
    one = Entry()
    assert reasons_for(one, Entry()) == []
    assert reasons_for(one, Entry(kind="OFFER", role="FUNDER")) == []
    assert reasons_for(one, Entry(kind="OFFER", organisation_id=one.organisation_id)) == []


def test_less_capacity_than_needed_is_no_reason() -> None:
    assert "CAPACITY" not in points(capacity=59)


def test_the_best_comes_first_and_equals_keep_their_order() -> None:
    poor, first, second = (Entry(kind="OFFER", languages=each) for each in ([], ["fr"], ["fr", "nl"]))
    assert [other for other, _ in ranked(Entry(), [poor, first, second])] == [first, second, poor]


maybe = st.none()
entries = st.builds(
    Entry,
    kind=st.sampled_from(["OFFER", "NEED"]),
    role=st.sampled_from(["TRAINER", "HOST"]),
    origin=maybe | st.sampled_from(["MAR", "SEN"]),
    destination=maybe | st.sampled_from(["BEL", "AUS"]),
    sector=maybe | st.sampled_from(["E", "E38", "E381", "C10"]),
    model=maybe | st.sampled_from(["SMP", "GSP_DUAL_TRACK"]),
    capacity=maybe | st.integers(1, 99),
    languages=st.lists(st.sampled_from(["fr", "nl", "ar"]), unique=True),
)


@given(entries, entries)
def test_complementing_is_mutual_and_the_score_is_the_sum_of_its_reasons(one: Entry, other: Entry) -> None:
    there, back = reasons_for(one, other), reasons_for(other, one)
    assert [(r.code, r.points) for r in there] == [(r.code, r.points) for r in back]
    assert score(there) == 0 or complements.ROLE <= score(there) <= 100
