"""Indicators over HTTP: who sees what, in which form, and that reading the feeds again gives equal figures."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text
from uuid_utils.compat import uuid7

from services.contracts.envelope import CloudEvent, Event
from services.contracts.matching import CandidateErased, CandidateRegistered, EnrolmentChanged, PlacementStarted
from services.contracts.registry import PartnershipChanged, PartyPart
from services.kit import tenancy
from services.reporting import feeds
from services.reporting.models import Fact
from tests.conftest import House

PARTNERSHIP, FOREIGN = UUID(int=1), UUID(int=2)
CORRIDOR = {"corridor": "MAR-BEL", "partnership_id": PARTNERSHIP}


def feed(*events: Event) -> list[CloudEvent]:
    at = datetime(2027, 3, 1, tzinfo=UTC)
    return [
        CloudEvent(
            id=uuid7(), source="matching", type=e.type, subject="x", time=at, position=n, data=e.model_dump(mode="json")
        )
        for n, e in enumerate(events, 1)
    ]


async def take_in(house: House, events: list[CloudEvent], handle: Any = feeds.on_matching) -> None:
    async with house.databases["reporting"].transaction(tenancy.HOUSE) as session:
        for event in events:
            await handle(session, event)


def placement(**given: Any) -> PlacementStarted:
    values: dict[str, Any] = {
        "placement_id": uuid4(),
        "candidate_id": uuid4(),
        "organisation_id": uuid4(),
        "employer_id": uuid4(),
        "track": "AWAY",
        "country": "BEL",
        "isco08": "7412",
        "persona": "WORKER",
        "sex": "F",
        "age_band": "Y25T34",
        "started_on": date(2027, 3, 1),
        "gross_hourly_earnings": Decimal("19.50"),
        "earnings_currency": "EUR",
        "weekly_hours": 38,
        "net_monthly_earnings": Decimal("2000"),
        "recruitment_costs": Decimal("500"),
        "net_currency": "EUR",
    }
    return PlacementStarted(**(values | CORRIDOR | given))


def enrolment(**given: Any) -> EnrolmentChanged:
    values: dict[str, Any] = {
        "enrolment_id": uuid4(),
        "candidate_id": uuid4(),
        "programme_id": uuid4(),
        "provider_id": uuid4(),
        "track": "HOME",
        "status": "CERTIFIED",
        "on": date(2027, 2, 1),
        "persona": "WORKER",
        "sex": "M",
        "age_band": "Y15T24",
    }
    return EnrolmentChanged(**(values | CORRIDOR | given))


STORY = [
    *(placement() for _ in range(12)),
    *(placement(sex="M") for _ in range(8)),
    *(placement(track="HOME", country="MAR", sex="M", earnings_currency="MAD") for _ in range(9)),
    *(enrolment() for _ in range(11)),
    *(enrolment(track="AWAY", sex="F") for _ in range(22)),
]


def partnership(*parties: str, code: str = "ATLAS-1", partnership_id: UUID = PARTNERSHIP) -> list[CloudEvent]:
    return feed(
        PartnershipChanged(
            id=partnership_id,
            organisation_id=UUID(parties[0]),
            code=code,
            title={"en": "Invented partnership"},
            model="GSP_DUAL_TRACK",
            status="ACTIVE",
            corridors=[],
            parties=[PartyPart(organisation_id=UUID(p), side="ORIGIN", role="LEAD") for p in parties],
            home_places=10,
            away_places=20,
        )
    )


async def with_parties(house: House, *codes: str) -> None:
    ids = [await house.organisation(code) for code in codes]
    await take_in(house, partnership(*ids), feeds.on_registry)


async def value(http: Any, code: str, **params: str) -> Any:
    answer = await http.get(f"/v1/indicators/{code}/values", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["cells"][-1]["value"]


async def test_parties_see_facts_that_came_before_their_partnership_once_it_has_come(house: House) -> None:
    await take_in(house, feed(*STORY))
    async with await house.act("PARTY", "analyst", service="reporting") as party:
        assert await value(party, "PLACEMENTS") == 0
        await with_parties(house, "LEAD", "PARTY")
        assert await value(party, "PLACEMENTS") == 29
        assert await value(party, "CERTIFIED") == 33


async def test_strangers_see_zeros_and_ops_everything(house: House) -> None:
    await take_in(house, feed(*STORY))
    await with_parties(house, "LEAD")
    async with await house.act("STRANGER", "statistics-office", service="reporting") as stranger:
        assert await value(stranger, "PLACEMENTS") == 0
        named = await stranger.get("/v1/report", params={"partnership": str(PARTNERSHIP)})
        missing = await stranger.get("/v1/report", params={"partnership": str(FOREIGN)})
    assert named.status_code == missing.status_code == 404
    assert named.json() | {"request_id": ""} == missing.json() | {"request_id": ""}
    async with await house.ops("reporting") as ops:
        assert await value(ops, "PLACEMENTS") == 29


async def test_a_party_that_left_sees_no_more(house: House) -> None:
    await take_in(house, feed(*STORY))
    await with_parties(house, "LEAD", "LEAVER")
    await with_parties(house, "LEAD")
    async with await house.act("LEAVER", "analyst", service="reporting") as leaver:
        assert await value(leaver, "PLACEMENTS") == 0


async def test_candidates_are_facts_of_the_organisation_that_registered_them(house: House) -> None:
    own = await house.organisation("OWN")
    registered = CandidateRegistered(
        candidate_id=uuid4(),
        organisation_id=UUID(own),
        country="MAR",
        persona="WORKER",
        registered_on=date(2027, 1, 4),
    )
    await take_in(house, feed(registered))
    async with (
        await house.act("OWN", "steward", service="reporting") as steward,
        await house.act("ELSE", "steward", service="reporting") as other,
    ):
        assert [f["kind"] for f in (await steward.get("/v1/facts")).json()["items"]] == ["CANDIDATE_REGISTERED"]
        assert (await other.get("/v1/facts")).json()["items"] == []


async def test_values_carry_their_definition_and_claim(house: House) -> None:
    await take_in(house, feed(*STORY))
    async with await house.ops("reporting") as ops:
        answer = (await ops.get("/v1/indicators/RECRUITMENT_COST_RATIO/values", params={"period": "2027"})).json()
    assert (answer["aligned_indicator"], answer["claim_class"]) == ("10.7.1", "SAME_FORMULA")
    assert "never the ratio of totals" in answer["formula"]
    assert {c["measure"]: (c["value"], c["denominator"]) for c in answer["cells"]} == {
        "mean": (0.25, 20),
        "median": (0.25, 20),
        "p80": (0.25, 20),
    }


async def test_tables_have_margins_and_withhold_small_cells(house: House) -> None:
    await take_in(house, feed(*STORY, *(placement(track="HOME") for _ in range(2))))
    async with await house.ops("reporting") as ops:
        answer = await ops.get("/v1/indicators/PLACEMENTS/values", params={"by": "sex,track", "period": "2027-Q1"})
    found = {(c["dims"]["sex"], c["dims"]["track"]): (c["value"], c["flags"][0]) for c in answer.json()["cells"]}
    assert found[("_T", "_T")][0] == 31
    assert found[("F", "HOME")] == (None, "Q")  # two women
    assert [found[("F", "AWAY")], found[("M", "HOME")]] == [(None, "Q")] * 2  # else the margins would tell


async def test_filters_narrow_what_is_counted(house: House) -> None:
    await take_in(house, feed(*STORY))
    async with await house.ops("reporting") as ops:
        assert await value(ops, "PLACEMENTS", track="HOME") == 9
        assert await value(ops, "PLACEMENTS", corridor="SEN-BEL") == 0
        assert await value(ops, "PLACEMENTS", period="2027-M04") == 0


@pytest.mark.parametrize(("params", "accept"), [({"format": "csv"}, "*/*"), ({}, "text/csv")])
async def test_csv_has_a_line_a_cell_and_nothing_for_what_is_withheld(
    house: House, params: dict[str, str], accept: str
) -> None:
    await take_in(house, feed(*STORY, *(placement(track="HOME") for _ in range(2))))
    async with await house.ops("reporting") as ops:
        url = "/v1/indicators/PLACEMENTS/values"
        answer = await ops.get(url, params={"by": "sex,track", **params}, headers={"Accept": accept})
    assert answer.headers["content-type"].startswith("text/csv")
    lines = {(line["sex"], line["track"]): line for line in csv.DictReader(io.StringIO(answer.text))}
    assert (lines[("_T", "_T")]["value"], lines[("_T", "_T")]["numerator"]) == ("31", "31")
    assert (lines[("F", "HOME")]["value"], lines[("F", "HOME")]["status"]) == ("", "Q")


async def test_titles_come_in_the_readers_language(house: House) -> None:
    async with await house.ops("reporting") as ops:
        answer = await ops.get("/v1/indicators/TRAINED", headers={"Accept-Language": "de, fr-BE;q=0.8, en;q=0.2"})
    assert (answer.json()["title"], answer.headers["Content-Language"]) == ("Personnes formées", "fr")


async def test_an_unknown_code_names_the_nearest_and_none_says_why(house: House) -> None:
    async with await house.ops("reporting") as ops:
        unknown = await ops.get("/v1/indicators/10.7.1/values")
        said = await ops.get("/v1/indicators/9.5.2")
        none = await ops.get("/v1/indicators/9.5.2/values")
    assert (unknown.status_code, unknown.json()["nearest"]) == (404, ["RECRUITMENT_COST_RATIO"])
    assert said.json()["claim_class"] == "NONE"
    assert (none.status_code, none.json()["detail"]) == (404, said.json()["explanation"])


async def test_dimensions_that_are_not_allowed_are_refused_with_those_that_are(house: House) -> None:
    async with await house.ops("reporting") as ops:
        answer = await ops.get("/v1/indicators/WOMEN_SHARE/values", params={"by": "sex"})
        misspelt = await ops.get("/v1/indicators/WOMEN_SHARE/values", params={"by": "gender"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_by_this")
    assert misspelt.status_code == 400


async def test_the_report_holds_every_indicator(house: House) -> None:
    await take_in(house, feed(*STORY))
    await with_parties(house, "LEAD", "PARTY")
    async with (
        await house.act("PARTY", "analyst", service="reporting") as party,
        await house.ops("reporting") as ops,
    ):
        report = (await party.get("/v1/report", params={"partnership": str(PARTNERSHIP), "period": "2027"})).json()
        catalogue = (await ops.get("/v1/indicators")).json()["items"]
    told = {v["code"] for v in report["indicators"]} | {v["code"] for v in report["not_computed"]}
    assert told == {entry["code"] for entry in catalogue}
    assert report["partnership"]["code"] == "ATLAS-1"
    placements = next(v for v in report["indicators"] if v["code"] == "PLACEMENTS")
    assert {c["dims"]["track"]: c["value"] for c in placements["cells"]} == {"HOME": 9, "AWAY": 20, "_T": 29}


async def test_facts_are_paged_and_keep_the_pseudonym_inside(house: House) -> None:
    person = uuid4()
    await take_in(house, feed(*(placement(candidate_id=person) for _ in range(5)), *(enrolment() for _ in range(3))))
    async with await house.ops("reporting") as ops:
        first = await ops.get("/v1/facts", params={"indicator": "PLACEMENTS", "limit": 3})
        last = await ops.get(
            "/v1/facts", params={"indicator": "PLACEMENTS", "limit": 3, "cursor": first.json()["next"]}
        )
    assert [len(page.json()["items"]) for page in (first, last)] == [3, 2]
    assert {f["kind"] for page in (first, last) for f in page.json()["items"]} == {"PLACEMENT_STARTED"}
    assert str(person) not in first.text
    assert first.headers["Cache-Control"] == "no-store"


async def test_facts_are_not_for_analysts(house: House) -> None:
    async with await house.act("PARTY", "analyst", service="reporting") as analyst:
        assert (await analyst.get("/v1/facts")).status_code == 403


async def facts(house: House) -> int:
    async with house.databases["reporting"].transaction(tenancy.HOUSE) as session:
        return int(await session.scalar(select(func.count()).select_from(Fact)) or 0)


async def test_an_event_that_comes_twice_is_one_fact(house: House) -> None:
    events = feed(*STORY)
    await take_in(house, events)
    await take_in(house, events)
    assert await facts(house) == len(STORY)


async def test_erasure_breaks_the_link_and_keeps_the_counts(house: House) -> None:
    person = uuid4()
    registered = CandidateRegistered(
        candidate_id=person, organisation_id=uuid4(), country="MAR", persona="WORKER", registered_on=date(2027, 1, 4)
    )
    trained = [enrolment(candidate_id=person), enrolment(candidate_id=person), *(enrolment() for _ in range(9))]
    erased = CandidateErased(candidate_id=person)
    await take_in(house, feed(registered, *trained, erased))
    async with house.databases["reporting"].transaction(tenancy.HOUSE) as session:
        stored = (await session.scalars(text("SELECT row_to_json(facts)::text FROM facts"))).all()
    assert len(stored) == 13
    assert not [line for line in stored if str(person) in line]
    async with await house.ops("reporting") as ops:
        assert await value(ops, "CERTIFIED") == 10


async def test_reading_again_from_the_start_gives_equal_figures(house: House) -> None:
    person = uuid4()
    events = feed(*STORY, enrolment(candidate_id=person), CandidateErased(candidate_id=person))
    await take_in(house, events)
    await with_parties(house, "LEAD")
    async with await house.ops("reporting") as ops:
        before = (await ops.get("/v1/report")).json()
        async with house.databases["reporting"].transaction(tenancy.HOUSE) as session:
            await feeds.rebuild(session)
        assert await facts(house) == 0
        await take_in(house, events)
        await with_parties(house, "LEAD")
        assert (await ops.get("/v1/report")).json() == before


async def test_the_registrys_own_feed_brings_the_organisations(house: House) -> None:
    await house.organisation("FOLLOWED")
    follower = next(f for f in house.apps["reporting"].state.followers if f.feed == feeds.REGISTRY)
    while await follower.step():
        pass
    async with house.databases["reporting"].transaction(tenancy.HOUSE) as session:
        codes = (await session.scalars(text("SELECT code FROM organisations"))).all()
    assert list(codes) == ["FOLLOWED"]
    async with await house.ops("reporting") as ops:
        positions = (await ops.get("/v1/indicators/PLACEMENTS/values")).json()["feed_positions"]
    assert positions == {"registry": 1, "matching": 0}


async def test_a_request_cannot_write_facts(house: House) -> None:
    organisation = await house.organisation("OWN")
    with pytest.raises(Exception, match="row-level security"):
        async with house.databases["reporting"].transaction(organisation) as session:
            for event in feed(placement(organisation_id=UUID(organisation))):
                await feeds.on_matching(session, event)
