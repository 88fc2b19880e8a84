"""Vacancies that grow stale, the greenness ESCO gives them, and their way from and to other systems."""

import asyncio
import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import app, db, tenancy
from services.kit.tables import CSV, XLSX, rows
from services.registry.vacancies import job_posting
from services.registry.vacancies import service as vacancies
from services.registry.vacancies.exchange_api import POSTING
from services.registry.vacancies.service import pause_stale
from tests.conftest import House
from tests.registry.partnership import MISSING, OTHER_SKILL, ROLES, SKILL, offer_job, published, register, vacancy
from tests.registry.test_mandates import give
from tests.registry.test_vacancies import load_taxonomy

OCCUPATION = "http://data.europa.eu/esco/occupation/11111111-3d4f-4a04-80e9-7a4b18e5db9b"
THIRD_SKILL = "http://data.europa.eu/esco/skill/22222222-3d4f-4a04-80e9-7a4b18e5db9b"
TODAY = date(2026, 11, 23)


async def load_occupation(house: House) -> None:
    """An occupation with one green essential skill, and two optional ones; labels for two of them."""
    await load_taxonomy(house)
    relations = {SKILL: True, OTHER_SKILL: False, THIRD_SKILL: False}
    statements = [
        "INSERT INTO occupations (taxonomy_id, uri, isco08, code, regulated, description)"
        f" VALUES (1, '{OCCUPATION}', '7127', '7127.1', false, '')",
        f"INSERT INTO skills (taxonomy_id, uri, green, description) VALUES (1, '{THIRD_SKILL}', true, '')",
        *(
            "INSERT INTO occupation_skills (taxonomy_id, occupation, skill, essential)"
            f" VALUES (1, '{OCCUPATION}', '{skill}', {essential})"
            for skill, essential in relations.items()
        ),
        *(
            "INSERT INTO concept_labels (taxonomy_id, uri, language, kind, label, alternatives, folded) VALUES"
            f" (1, '{uri}', 'en', 'skill', '{label}', '{{}}', '{label}')"
            for uri, label in ((SKILL, "install heat pump"), (OTHER_SKILL, "weld metal"), (THIRD_SKILL, "weld metal"))
        ),
    ]
    async with house.databases["registry"].transaction(tenancy.HOUSE) as session:
        for statement in statements:
            await session.execute(text(statement))


async def chore(house: House) -> None:
    async with house.databases["registry"].transaction(tenancy.HOUSE) as session:
        await pause_stale(session)


def in_days(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    monkeypatch.setattr(db, "_clock", lambda: datetime.now(UTC) + timedelta(days=days))


async def test_a_vacancy_is_stale_after_sixty_days_and_reconfirmed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Story 12: stale vacancies are not listed; matching is told by the event."""
    partnership = await register(house)
    job = await offer_job(partnership, "FIRM-BE")
    path = f"/v1/vacancies/{job}"
    for days, status in {59: "OPEN", 61: "PAUSED"}.items():
        in_days(monkeypatch, days)
        await chore(house)
        monkeypatch.undo()
        async with await partnership.act("FIRM-BE") as http:
            read = (await http.get(path)).json()
        assert read["status"] == status, days
    assert read["status_reason"] == "stale"
    async with await partnership.act("FIRM-MA") as http:
        assert (await http.post(f"{path}/reconfirmation")).status_code == 403
    async with await partnership.act("FIRM-BE") as http:
        confirmed = (await http.post(f"{path}/reconfirmation")).json()
    assert (confirmed["status"], confirmed["status_reason"]) == ("OPEN", None)
    assert [event["status"] for event in await published(house, "vacancy")] == ["OPEN", "PAUSED", "OPEN"]


async def test_the_days_until_stale_are_a_parameter_and_of_several_partnerships_the_least_counts(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 3: where a rule has a parameter it is stored. 30 days here, 90 there, 60 where nothing is set."""
    jobs = {}
    short, long, unset = [await register(house, code=code) for code in ("SHORT", "LONG", "UNSET")]
    for partnership, days in ((short, 30), (long, 90)):
        async with await partnership.act("MINISTRY-MA") as http:
            path = await partnership.path("/rule-parameters")
            assert (await http.post(path, json={"edition": "OURS", "stale_days": days})).status_code == 201
    for name, offered in {"SL": (short, long), "L": (long,), "LU": (long, unset), "NONE": ()}.items():
        ids = [partnership.id for partnership in offered]
        jobs[name] = await offer_job(short, "FIRM-BE", external_id=name, partnership_ids=ids)
    stale = []
    async with await short.act("FIRM-BE") as http:
        for days in (31, 61, 91):
            in_days(monkeypatch, days)
            await chore(house)
            monkeypatch.undo()
            read = {name: (await http.get(f"/v1/vacancies/{job}")).json()["status"] for name, job in jobs.items()}
            stale.append({name for name, status in read.items() if status == "PAUSED"})
    assert stale == [{"SL"}, {"SL", "LU", "NONE"}, {"SL", "LU", "NONE", "L"}]


async def test_what_is_stale_is_paused_a_batch_in_each_transaction(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A million stale vacancies must not be held by one transaction."""
    partnership = await register(house)
    for name in ("A", "B", "C"):
        await offer_job(partnership, "FIRM-BE", external_id=name)
    monkeypatch.setattr(vacancies, "_BATCH", 2)
    in_days(monkeypatch, 61)
    more = []
    for _ in range(2):
        async with house.databases["registry"].transaction(tenancy.HOUSE) as session:
            more.append(await pause_stale(session))
    assert more == [True, False]
    assert [event["status"] for event in await published(house, "vacancy")].count("PAUSED") == 3


async def test_a_chore_that_has_more_to_do_gets_another_transaction_at_once(house: House) -> None:
    """And one that has not waits for the next hour."""
    transactions = []

    async def three_batches(session: AsyncSession) -> bool:
        transactions.append(await session.scalar(text("SELECT txid_current()")))
        return len(transactions) < 3

    hourly = asyncio.create_task(app._do_hourly(house.databases["registry"], [three_batches]))
    done, _ = await asyncio.wait({hourly}, timeout=1)
    hourly.cancel()
    assert (done, len(transactions), len(set(transactions))) == (set(), 3, 3)


async def test_reconfirmation_and_changes_begin_the_sixty_days_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    partnership = await register(house)
    confirmed = await offer_job(partnership, "FIRM-BE", external_id="A")
    changed = await offer_job(partnership, "FIRM-BE", external_id="B")
    forgotten = await offer_job(partnership, "FIRM-BE", external_id="C")
    async with await partnership.act("FIRM-BE") as http:
        in_days(monkeypatch, 40)
        assert (await http.post(f"/v1/vacancies/{confirmed}/reconfirmation")).status_code == 200
        await http.patch(f"/v1/vacancies/{changed}", json={"places": 2}, headers={"If-Match": '"1"'})
        in_days(monkeypatch, 70)
        await chore(house)
        monkeypatch.undo()
        states = [(await http.get(f"/v1/vacancies/{job}")).json()["status"] for job in (confirmed, changed, forgotten)]
    assert states == ["OPEN", "OPEN", "PAUSED"]


async def test_a_pause_of_the_employer_s_own_outlasts_reconfirmation(house: House) -> None:
    partnership = await register(house)
    path = f"/v1/vacancies/{await offer_job(partnership, 'FIRM-BE')}"
    async with await partnership.act("FIRM-BE") as http:
        await http.post(f"{path}/transitions", json={"to": "PAUSED", "reason": "Budget review."})
        assert (await http.post(f"{path}/reconfirmation")).json()["status"] == "PAUSED"
        await http.post(f"{path}/transitions", json={"to": "FILLED"})
        refused = await http.post(f"{path}/reconfirmation")
    assert (refused.status_code, refused.json()["guards"][0]["code"]) == (409, "STATE_IS_FINAL")


async def test_the_green_share_says_where_it_comes_from(house: House) -> None:
    """S-31: computed from ESCO's green skills; from the occupation's where the vacancy names none."""
    partnership = await register(house)
    unknown = await offer_job(partnership, "FIRM-BE", external_id="A")
    await load_occupation(house)
    bare = {"skills": [], "esco_uri": OCCUPATION}
    jobs = [
        unknown,
        await offer_job(partnership, "FIRM-BE", external_id="B", skills=[{"uri": SKILL}, {"uri": OTHER_SKILL}]),
        await offer_job(partnership, "FIRM-BE", external_id="C", **bare),
        await offer_job(partnership, "FIRM-BE", external_id="D", green_share=0.9, **bare),
    ]
    async with await partnership.act("FIRM-BE") as http:
        told = [(await http.get(f"/v1/vacancies/{job}")).json() for job in jobs]
        nothing = await http.post("/v1/vacancies", json=vacancy(partnership.id, external_id="E", skills=[]))
    assert [(each["green_share"], each["green_share_source"]) for each in told] == [
        (None, None),
        (0.5, "SKILLS"),
        (pytest.approx(2 / 3), "OCCUPATION"),
        (0.9, "STATED"),
    ]
    assert [skill["uri"] for skill in told[2]["skills"]] == [SKILL]
    assert nothing.status_code == 422


async def test_jobs_at_home_are_told_from_those_away_and_created_from_kept(house: House) -> None:
    """S-45: a shortage of jobs at origin: vacancies at home, jobs created and kept."""
    partnership = await register(house)
    await offer_job(partnership, "FIRM-BE", external_id="AWAY")
    await offer_job(partnership, "FIRM-MA", external_id="HOME", country="MAR", job_effect="CREATED")
    async with await partnership.act("MINISTRY-MA") as http:
        for query, keys in {
            f"partnership={partnership.id}&side=HOME": ["HOME"],
            f"partnership={partnership.id}&side=AWAY": ["AWAY"],
            "job_effect=CREATED": ["HOME"],
            "job_effect=KEPT": [],
        }.items():
            items = (await http.get(f"/v1/vacancies?{query}")).json()["items"]
            assert [each["external_id"] for each in items] == keys, query
        assert (await http.get("/v1/vacancies?side=HOME")).status_code == 400


async def send(house: House, path: str, content: Any, media_type: str, by: str = "FIRM-BE", **query: Any) -> Any:
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    async with await house.act(by, *ROLES) as http:
        answer = await http.post(path, content=content, headers={"Content-Type": media_type}, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


async def export(house: House, by: str, **query: Any) -> httpx.Response:
    async with await house.act(by, *ROLES) as http:
        return await http.get("/v1/vacancies:export", params=query)


@pytest.mark.parametrize(("form", "media_type"), [("csv", CSV), ("xlsx", XLSX)])
async def test_an_exported_table_is_a_valid_batch(house: House, form: str, media_type: str) -> None:
    partnership = await register(house)
    skills = [{"uri": SKILL, "level": 5, "critical": True}, {"uri": OTHER_SKILL, "essential": False}]
    languages = [{"code": "fr", "cefr": "B1"}, {"code": "nl", "cefr": "A2"}]
    both = {"title": {"en": "=cmd|' /C calc'!A0", "fr": "Technicien"}, "skills": skills, "languages": languages}
    await offer_job(partnership, "FIRM-BE", external_id="A", green_share=0.25, minimum_age=18, regulated=True, **both)
    await offer_job(partnership, "FIRM-BE", external_id="B", location="Gent")
    exported = await export(house, "FIRM-BE", format=form)
    assert exported.headers["content-type"].partition(";")[0] == media_type
    table = [row for _, row in rows(media_type, exported.content)]
    assert [row["external_id"] for row in table] == ["A", "B"]
    if form == "csv":
        assert "'=cmd" in exported.text
    else:
        sheet = load_workbook(io.BytesIO(exported.content)).active
        assert "f" not in {cell.data_type for line in sheet for cell in line}
    again = await send(house, "/v1/vacancies:batch", exported.content, media_type)
    assert [each["status"] for each in again] == ["unchanged", "unchanged"]


async def test_a_table_is_checked_row_by_row(house: House) -> None:
    partnership = await register(house)
    header = "external_id;title.en;country;isco08;skills;gross_monthly_wage.amount;gross_monthly_wage.currency;"
    header += "start_from;start_to;places;colour\n"
    line = ";Welder;BEL;0110;" + f'"{SKILL};level=9"' + ";2950.00;EUR;2027-06-01;2027-10-01;two;\n"
    good = "B;Welder;BEL;0110;" + SKILL + ";2950.00;EUR;2027-06-01;2027-10-01;2;\n"
    extra = "C;Welder;BEL;0110;" + SKILL + ";2950.00;EUR;2027-06-01;2027-10-01;2;red\n"
    results = await send(house, "/v1/vacancies:batch", (header + "A" + line + good + extra).encode(), CSV)
    assert [(each["status"], [e["pointer"] for e in each["errors"]]) for each in results] == [
        ("failed", ["/skills/0/level", "/places"]),
        ("created", []),
        ("failed", ["/colour"]),
    ]
    assert partnership.id
    async with await house.act("FIRM-BE", *ROLES) as http:
        pdf = await http.post("/v1/vacancies:batch", content=b"%PDF", headers={"Content-Type": "application/pdf"})
    assert pdf.status_code == 415


async def test_an_export_holds_what_its_reader_may_read(house: House) -> None:
    partnership = await register(house)
    await offer_job(partnership, "FIRM-BE", external_id="OFFERED")
    await offer_job(partnership, "FIRM-BE", external_id="KEPT-BACK", partnership_ids=[])
    for code, keys in {"FIRM-BE": ["OFFERED", "KEPT-BACK"], "FIRM-MA": ["OFFERED"], "STRANGER": []}.items():
        lines = (await export(house, code, format="ndjson")).text.splitlines()
        assert [json.loads(line)["external_id"] for line in lines] == keys, code
    filtered = await export(house, "FIRM-BE", format="jsonld", partnership=partnership.id)
    assert [each["identifier"]["value"] for each in filtered.json()["@graph"]] == ["OFFERED"]


async def test_a_job_posting_becomes_a_vacancy_and_tells_what_was_assumed(house: House) -> None:
    partnership = await register(house)
    await load_occupation(house)
    posting = POSTING | {"skills": [{"@type": "DefinedTerm", "@id": SKILL}]}
    query = {"partnership": partnership.id}
    [checked] = await send(house, "/v1/vacancies:import", posting, "application/json", validate_only="true", **query)
    [created] = await send(house, "/v1/vacancies:import", posting, "application/ld+json", **query)
    [again] = await send(house, "/v1/vacancies:import", [posting], "application/json", **query)
    assert [each["status"] for each in (checked, created, again)] == ["valid", "created", "unchanged"]
    assert [each.partition(":")[0] for each in created["assumed"]] == [
        "gross_monthly_wage",
        "contract_type",
        "start_to",
    ]
    async with await house.act("FIRM-MA", *ROLES) as http:
        read = (await http.get(f"/v1/vacancies/{created['id']}")).json()
    wanted = {"country": "BEL", "isco08": "7127", "weekly_hours": 38, "places": 3, "contract_type": "PERMANENT"}
    assert wanted.items() <= read.items()
    assert read["gross_monthly_wage"] == {"amount": "2950.00", "currency": "EUR"}


async def test_words_are_skills_only_when_they_name_exactly_one(house: House) -> None:
    await register(house)
    await load_occupation(house)
    both = [
        POSTING | {"skills": "Install heat pump"},
        POSTING | {"identifier": "B", "skills": ["weld metal", "weld metals"]},
    ]
    named, unclear = await send(house, "/v1/vacancies:import", both, "application/json")
    assert named["status"] == "created"
    assert SKILL in " ".join(named["assumed"])
    assert [(e["pointer"], e["code"]) for e in unclear["errors"]] == [
        ("/skills/0", "ambiguous_skill"),
        ("/skills/1", "unknown_skill"),
    ]
    assert "weld metal" in unclear["errors"][1]["message"]


async def test_an_esco_occupation_stands_for_its_group_and_its_skills(house: House) -> None:
    await register(house)
    await load_occupation(house)
    posting = {name: value for name, value in POSTING.items() if name != "skills"}
    coded = {"@type": "CategoryCode", "@id": OCCUPATION, "name": "heat pump technician"}
    sent = [posting | {"occupationalCategory": coded}, posting | {"identifier": "B", "occupationalCategory": "7127"}]
    known, bare = await send(house, "/v1/vacancies:import", sent, "application/json")
    assert (known["status"], [e["pointer"] for e in bare["errors"]]) == ("created", ["/skills"])


async def test_postings_are_imported_for_a_member_by_its_mandate(house: House) -> None:
    """S-13: importing is publishing."""
    await register(house)
    firm = await house.organisation("FIRM-BE")
    arguments = (house, "/v1/vacancies:import", POSTING, "application/json", "FEDERATION")
    [refused] = await send(*arguments, on_behalf_of=firm)
    assert refused["errors"][0]["code"] == "mandate_needed"
    await give(house, "FIRM-BE")
    [created] = await send(*arguments, on_behalf_of=firm)
    assert created["status"] == "created"


async def test_what_is_exported_as_a_posting_is_imported_as_the_same_job(house: House) -> None:
    partnership = await register(house)
    job = await offer_job(partnership, "FIRM-BE", minimum_experience_months=12, sector="F43", weekly_hours=30)
    async with await house.act("FIRM-BE", *ROLES) as http:
        exported = await http.get(f"/v1/vacancies/{job}/job-posting")
        before = (await http.get(f"/v1/vacancies/{job}")).json()
        assert (await http.get(f"/v1/vacancies/{MISSING}/job-posting")).status_code == 404
    assert exported.headers["content-type"] == "application/ld+json"
    [result] = await send(house, "/v1/vacancies:import", exported.json(), "application/json", by="FIRM-MA")
    assert result["status"] == "created"
    async with await house.act("FIRM-MA", *ROLES) as http:
        after = (await http.get(f"/v1/vacancies/{result['id']}")).json()
    same = ("title", "country", "isco08", "skills", "gross_monthly_wage", "contract_type", "weekly_hours", "places")
    same += ("start_from", "sector", "minimum_experience_months")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


@pytest.mark.parametrize(
    ("salary", "monthly"),
    [
        ({"value": {"value": 20, "unitText": "HOUR"}}, "3293.33"),
        ({"value": {"value": "150", "unitText": "DAY"}}, "3250.00"),
        ({"value": {"minValue": 600, "maxValue": 900, "unitText": "WEEK"}}, "2600.00"),
        ({"value": 2950, "unitText": "MONTH"}, "2950.00"),
        ({"value": {"value": 36000, "unitCode": "ANN"}}, "3000.00"),
    ],
)
def test_wages_become_monthly(salary: dict[str, Any], monthly: str) -> None:
    """38 hours a week, 52/12 weeks a month, five days a week."""
    reading = job_posting.read(POSTING | {"baseSalary": {"currency": "EUR"} | salary}, TODAY)
    assert reading.fields["gross_monthly_wage"] == {"amount": monthly, "currency": "EUR"}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"@type": "Event"}, "/@type"),
        ({"identifier": None}, "/identifier"),
        ({"title": ""}, "/title"),
        ({"jobLocation": {"address": {"addressCountry": "XX"}}}, "/jobLocation/address/addressCountry"),
        ({"occupationalCategory": "electrician"}, "/occupationalCategory"),
        ({"skills": []}, "/skills"),
        ({"skills": ["welding"] * 201}, "/skills"),
        ({"title": {"name": {"name": {"name": {"name": {"name": "deep"}}}}}}, "/title"),
        ({"baseSalary": {"currency": "EUR", "value": {"value": 1, "unitText": "FORTNIGHT"}}}, "/baseSalary"),
        ({"baseSalary": {"currency": "EUR", "value": {"value": "NaN", "unitText": "MONTH"}}}, "/baseSalary"),
        ({"employmentType": "VOLUNTEER"}, "/employmentType"),
        ({"jobStartDate": "soon"}, "/jobStartDate"),
        ({"totalJobOpenings": "some"}, "/totalJobOpenings"),
    ],
)
def test_a_posting_is_refused_where_it_says_too_little(change: dict[str, Any], pointer: str) -> None:
    assert [error.pointer for error in job_posting.read(POSTING | change, TODAY).errors] == [pointer]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(change=st.dictionaries(st.sampled_from(sorted(POSTING)), JSON, max_size=5))
def test_no_posting_breaks_the_reading(change: dict[str, Any]) -> None:
    reading = job_posting.read(POSTING | change, TODAY)
    assert reading.errors or {"external_id", "title", "country", "gross_monthly_wage"} <= reading.fields.keys()
