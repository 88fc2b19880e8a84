"""What a partnership record holds, who writes it, and what it was."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tests.conftest import House
from tests.registry.partnership import MISSING, ROLES, Partnership, body, published, register

# The convention of Belgium and Morocco on social security.
CONVENTION = {
    "convention_id": "BE-MA-2014",
    "in_force_on": "2022-06-01",
    "branches": ["OLD_AGE", "SURVIVORS", "INVALIDITY", "SICKNESS_MATERNITY", "WORK_INJURY", "FAMILY"],
    "totalisation": True,
    "export": True,
    "detachment_max_months": 24,
    "detachment_extended_max_months": 36,
}
CHANNELS = [
    {
        "name": "Invented workers' hotline",
        "kind": "HOTLINE",
        "independent": True,
        "contact_url": "https://hotline.example",
        "languages": ["ar", "fr"],
    },
    {
        "name": "Office of the employer",
        "kind": "EMPLOYER",
        "independent": False,
        "contact_url": "https://employer.example/complaints",
        "languages": ["nl"],
    },
]
HYPOTHESES = [
    {
        "code": "H1",
        "statement": "Who trained for both tracks finds work at home as often as abroad.",
        "criteria": [
            {"indicator_code": "EMPLOYED_12M", "comparison": "AT_LEAST", "value": 0.7, "due_on": "2029-01-01"}
        ],
    }
]
WHOLE: dict[str, Any] = {
    "acronym": "SOLMABE",
    "themes": ["GREEN_JUST_TRANSITION"],
    "just_transition_statement": {"en": "Nobody's way is closed by the closing of a mine."},
    "just_transition_groups": ["DISPLACED_WORKERS", "WOMEN"],
    "green_focus": ["D35.1", "F43"],
    "policy_frames": [{"frame": "GCM", "reference": "Objective 18", "note": None}],
    "track_choice_point": "AT_GRADUATION",
    "track_switch_rule": "Until the visa is asked for.",
    "recognition": {
        "authority": "Invented recognition office",
        "procedure": None,
        "legal_basis": None,
        "status": "PARTIAL",
        "duration_days": 90,
        "fee": {"amount": "180.00", "currency": "EUR"},
        "gap_analysis_uri": "https://partners.example/gap",
    },
    "recruitment_policy": {
        "employer_pays": True,
        "fee_schedule_uri": None,
        "recruiters": [
            {
                "name": "Invented agency",
                "provider_id": None,
                "licence": "MA-42",
                "iris_status": "COMPLIANT",
                "valid_to": "2028-12-31",
            }
        ],
    },
    "social_security": CONVENTION,
    "diaspora_engagement_plan": {"en": "Mentors of the diaspora meet every cohort."},
    "monitoring": {
        "meeting_cadence_months": 3,
        "review_dates": ["2027-09-01"],
        "mid_term_evaluation_on": None,
        "final_evaluation_on": "2029-10-01",
        "evaluation_uri": None,
        "findings": [{"criterion": "IMPACT", "rating": None, "finding": "Wages rose on both tracks."}],
    },
    "hypotheses": HYPOTHESES,
    "maturity": "PILOT",
}


async def _get(partnership: Partnership, by: str = "MINISTRY-MA", **query: str) -> httpx.Response:
    async with await partnership.act(by) as http:
        return await http.get(await partnership.path(), params=query)


async def test_the_whole_record_comes_back_as_it_was_sent(house: House) -> None:
    """S-01, S-02, S-04, S-46: what a green and just partnership says of itself is held."""
    partnership = await register(house, **WHOLE)
    read = (await _get(partnership, "FIRM-BE")).json()
    assert {name: read[name] for name in WHOLE} == WHOLE


async def test_a_target_has_codes_languages_and_years(house: House) -> None:
    target = {
        "isco08": "7411",
        "national_code": "ROME F1602",
        "recognition_route": "Level certificate",
        "regulated": True,
        "minimum_language": "fr",
        "minimum_cefr": "B1",
        "further_languages": [{"language": "nl", "cefr": "A2"}],
        "planned": [{"year": 2027, "persons": 20}, {"year": 2028, "persons": 40}],
    }
    partnership = await register(house, targets=[target])
    held = (await _get(partnership)).json()["targets"][0]
    assert {name: held[name] for name in target} == target
    refused = await partnership.patch(targets=[target | {"planned": [{"year": 2027, "persons": 1}] * 2}])
    assert [e["pointer"] for e in refused.json()["errors"]] == ["/targets/0/planned"]


async def test_who_says_nothing_of_fees_has_said_that_employers_pay(house: House) -> None:
    partnership = await register(house, recruitment_policy={})
    assert (await _get(partnership)).json()["recruitment_policy"]["employer_pays"] is True


async def test_objects_merge_and_null_clears_them(house: House) -> None:
    partnership = await register(house, recognition=WHOLE["recognition"], protection={"grievance_channels": CHANNELS})
    changed = (await partnership.patch(recognition={"status": "FULL", "fee": None}, protection=None)).json()
    assert changed["recognition"] == WHOLE["recognition"] | {"status": "FULL", "fee": None}
    assert changed["protection"] is None


async def test_corridors_differ_by_their_parts_of_countries(house: House) -> None:
    corridor = (await body(house))["corridors"][0]
    flanders, wallonia = corridor | {"destination_area": "BE-VLG"}, corridor | {"destination_area": "BE3"}
    partnership = await register(house, corridors=[flanders, wallonia])
    assert [c["destination_area"] for c in (await _get(partnership)).json()["corridors"]] == ["BE-VLG", "BE3"]
    refused = await partnership.patch(corridors=[flanders, flanders])
    assert [e["pointer"] for e in refused.json()["errors"]] == ["/corridors/1"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"programme_id": MISSING}, "/programme_id"),
        ({"successor_of": MISSING}, "/successor_of"),
        ({"replicated_from": MISSING}, "/replicated_from"),
        ({"data_protection": {"controllers": [MISSING]}}, "/data_protection/controllers/0"),
        ({"data_protection": {"processors": [MISSING]}}, "/data_protection/processors/0"),
        ({"closing": {"handed_over_to": MISSING}}, "/closing/handed_over_to"),
        ({"green_focus": ["solar"]}, "/green_focus/0"),
        ({"actual_start": "2026-01-01"}, "/actual_start"),
        ({"signature_date": "2026-01-01"}, "/signature_date"),
    ],
)
async def test_what_it_names_must_exist_and_be_a_partners_to_say(
    house: House, change: dict[str, Any], pointer: str
) -> None:
    async with await house.act("MINISTRY-MA", *ROLES) as http:
        refused = await http.post("/v1/partnerships", json=await body(house, **change))
    assert (refused.status_code, [e["pointer"] for e in refused.json()["errors"]]) == (422, [pointer])


async def test_a_partnership_follows_and_repeats_others_but_not_itself(house: House) -> None:
    """02 §3: REPLICATED is a link, not a state."""
    first = await register(house, code="FIRST")
    second = await register(house, code="SECOND", successor_of=first.id, replicated_from=first.id)
    read = (await _get(second)).json()
    assert (read["successor_of"], read["replicated_from"]) == (first.id, first.id)
    refused = await second.patch(successor_of=second.id)
    assert [e["code"] for e in refused.json()["errors"]] == ["itself"]


async def test_the_lead_of_the_other_side_writes_the_record_that_another_owns(house: House) -> None:
    partnership = await register(house)
    async with await partnership.act("MINISTRY-BE") as http:
        tag = {"If-Match": '"1"'}
        changed = await http.patch(await partnership.path(), json={"social_security": CONVENTION}, headers=tag)
    assert changed.status_code == 200, changed.text
    held = (await _get(partnership)).json()
    assert held["social_security"] == CONVENTION
    assert held["organisation_id"] == await house.organisation("MINISTRY-MA")


async def test_a_lead_changes_the_parties_of_its_own_side_only(house: House) -> None:
    partnership = await register(house)
    newcomer = {"organisation_id": await house.organisation("FIRM-GENT"), "side": "DESTINATION", "role": "HOST"}
    async with await partnership.act("MINISTRY-BE") as http:
        parties = (await http.get(await partnership.path())).json()["parties"]
        without = [p for p in parties if p["side"] != "THIRD"]
        tag = {"If-Match": '"1"'}
        foreign = await http.patch(await partnership.path(), json={"parties": without}, headers=tag)
        own = await http.patch(await partnership.path(), json={"parties": [*parties, newcomer]}, headers=tag)
    assert (foreign.status_code, foreign.json()["code"]) == (403, "not_your_side")
    assert own.status_code == 200, own.text
    assert (own.status_code, len(own.json()["parties"])) == (200, len(parties) + 1)
    assert (await _get(partnership, "FIRM-GENT")).status_code == 200


async def test_a_lead_that_left_writes_nothing(house: House) -> None:
    sent = await body(house)
    lead = next(p for p in sent["parties"] if p["role"] == "CO_LEAD")
    parties = [p | ({"left_on": "2026-01-01"} if p == lead else {}) for p in sent["parties"]]
    partnership = await register(house, parties=parties)
    async with await partnership.act("MINISTRY-BE") as http:
        refused = await http.patch(await partnership.path(), json={"home_places": 1}, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_the_owner")


async def test_parties_name_an_office_and_the_document_that_binds_them(house: House) -> None:
    sent = await body(house)
    contact = {"office": "Partnership desk", "email": "desk@ministry.example"}
    sent["parties"][0] |= {"contact": contact, "signed_document_id": MISSING}
    partnership = await register(house, parties=sent["parties"])
    first = (await _get(partnership)).json()["parties"][0]
    assert (first["contact"], first["signed_document_id"]) == (contact, MISSING)


async def _set_status(house: House, partnership: Partnership, status: str) -> None:
    """Put it into a state without the guards on the way, which other tests show."""
    async with house.databases["registry"].transaction("*") as session:
        await session.execute(
            text("UPDATE partnerships SET status = :status WHERE id = :id"), {"status": status, "id": partnership.id}
        )


@pytest.mark.parametrize(("status", "answer"), [("INCEPTION", 200), ("ACTIVE", 409), ("COMPLETING", 409)])
async def test_hypotheses_are_fixed_once_the_pilot_runs(house: House, status: str, answer: int) -> None:
    """S-46: pilots have hypotheses and success criteria that were recorded ex ante."""
    partnership = await register(house, **WHOLE)
    await _set_status(house, partnership, status)
    refused = await partnership.patch(hypotheses=[HYPOTHESES[0] | {"statement": "It went as it went."}])
    codes = [g["code"] for g in refused.json().get("guards", [])]
    if answer == 409:
        assert (refused.status_code, codes) == (409, ["HYPOTHESES_EX_ANTE"])
    else:
        assert "HYPOTHESES_EX_ANTE" not in codes


async def test_the_record_and_its_parties_are_given_as_they_stood(house: House) -> None:
    partnership = await register(house)
    parties = partnership.body["parties"]
    made = (await _get(partnership)).json()["updated_at"]
    fewer = (await partnership.patch(title={"en": "Second title"}, parties=parties[:3])).json()["updated_at"]
    again = (await partnership.patch(title={"en": "Third title"}, parties=parties)).json()["updated_at"]
    told = []
    for moment in (made, fewer, again):
        for before in (timedelta(microseconds=1), timedelta()):
            answer = await _get(partnership, as_of=(datetime.fromisoformat(moment) - before).isoformat())
            read = answer.json()
            told.append((read["title"]["en"], len(read["parties"])) if answer.status_code == 200 else read["code"])
    first, second = ("Invented solar partnership", len(parties)), ("Second title", 3)
    assert told == ["not_found", first, first, second, second, ("Third title", len(parties))]


async def test_versions_from_before_a_field_existed_are_given_without_it(house: House) -> None:
    partnership = await register(house)
    at = datetime.now(UTC) + timedelta(hours=1)
    older = text(
        "INSERT INTO history (kind, record_id, organisation_id, share_id, action, at, record)"
        " SELECT kind, record_id, organisation_id, share_id, 'UPDATE', :at, record - ARRAY['hypotheses', 'acronym']"
        " FROM history WHERE kind = 'partnerships' AND record_id = :id"
    )
    async with house.databases["registry"].transaction("*") as session:
        await session.execute(older, {"at": at, "id": partnership.id})
    read = (await _get(partnership, as_of=at.isoformat())).json()
    assert (read["hypotheses"], read["acronym"], read["code"]) == ([], None, "SOLAR-MA-BE")


async def test_the_past_is_as_closed_to_strangers_as_the_present(house: House) -> None:
    partnership = await register(house)
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert (await _get(partnership, "MONITOR-UN", as_of=later)).json()["parties"][0]["role"] == "LEAD"
    assert (await _get(partnership, "STRANGER", as_of=later)).status_code == 404


async def test_the_event_tells_what_other_services_reckon_with(house: House) -> None:
    await register(house, themes=["GREEN_JUST_TRANSITION"], data_protection={"statistics_threshold": 7})
    event = (await published(house, "partnership"))[-1]
    assert event["targets"] == [{"isco08": "7411", "track": None, "planned_persons_per_year": 0}]
    assert (event["themes"], event["statistics_threshold"]) == (["GREEN_JUST_TRANSITION"], 7)
    assert {"programme_id", "signature_date", "actual_start", "actual_end"} <= event.keys()


async def test_lists_are_filtered_by_theme(house: House) -> None:
    await register(house, code="GREEN", themes=["GREEN_JUST_TRANSITION"])
    await register(house, code="OTHER", themes=[])
    async with await house.act("MINISTRY-BE", *ROLES) as http:
        items = (await http.get("/v1/partnerships?theme=GREEN_JUST_TRANSITION")).json()["items"]
    assert [item["code"] for item in items] == ["GREEN"]


async def test_a_country_says_which_sectors_it_calls_critical_and_where(house: House) -> None:
    """S-67."""
    sectors = [{"country": "MAR", "sector": "D35", "reference": "National energy strategy, axis 2"}]
    partnership = await register(house)
    assert (await partnership.patch(critical_sectors=sectors)).json()["critical_sectors"] == sectors


async def test_an_evaluation_is_recorded_by_dac_criterion_under_the_iati_activity(house: House) -> None:
    """S-12."""
    findings = [{"criterion": "SUSTAINABILITY", "rating": 3, "finding": "The course runs on without outside funds."}]
    partnership = await register(house)
    changed = (await partnership.patch(monitoring={"findings": findings}, iati_identifier="XX-INVENTED-7")).json()
    assert (changed["monitoring"]["findings"], changed["iati_identifier"]) == (findings, "XX-INVENTED-7")


@pytest.mark.parametrize("track", ["HOME", "AWAY", "UNDECIDED", "CIRCULAR", "RETURN"])
async def test_a_target_is_planned_for_any_track(house: House, track: str) -> None:
    """02 §2."""
    partnership = await register(house)
    changed = await partnership.patch(targets=[{"isco08": "7411", "track": track}])
    assert changed.json()["targets"][0]["track"] == track
