"""The sample keeps the API's rules, and its loader can be repeated."""

import json
from collections import Counter
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.cli.sample import ESCO
from services.cli.sample.partner import _parts
from services.cli.sample.rows import Ids, Row, UnknownCodeError, dated, read, request_of
from services.contracts.access import ROLES
from services.matching.candidates.schemas import CandidateIn
from services.matching.reference_figures.schemas import FigureIn
from services.matching.reference_figures.service import wrong
from services.registry.access.schemas import ClientIn
from services.registry.organisations.schemas import OrganisationIn
from services.registry.partnerships.schemas import PartnershipIn
from services.registry.programmes.schemas import ProgrammeIn, SessionIn
from services.registry.taxonomy.reading import read as read_esco
from services.registry.taxonomy.records import Taxonomy
from services.registry.vacancies.schemas import VacancyIn

TODAY = date(2027, 3, 1)
MODELS = {
    "organisations": OrganisationIn,
    "partnerships": PartnershipIn,
    "programmes": ProgrammeIn,
    "vacancies": VacancyIn,
    "candidates": CandidateIn,
}


@pytest.fixture(scope="module")
def ids() -> Ids:
    return Ids(
        {row["body"]["code"]: str(uuid4()) for row in read("organisations")},
        {row["body"]["code"]: str(uuid4()) for row in read("partnerships")},
    )


@pytest.fixture(scope="module")
def esco() -> Taxonomy:
    return read_esco([ESCO])


def _key(row: Row) -> str:
    return str(row["body"].get("external_id") or row["body"]["code"])


@pytest.mark.parametrize("kind", MODELS)
def test_every_row_is_a_valid_request(kind: str, ids: Ids) -> None:
    for row in read(kind):
        MODELS[kind].model_validate(request_of(row, TODAY, ids))


def test_every_reference_figure_fits_its_kind_and_says_that_it_is_invented() -> None:
    for row in read("figures"):
        figure = FigureIn.model_validate(dated(row["body"], TODAY))
        assert wrong(figure, TODAY) == []
        assert figure.source == "Sample, invented"


def test_every_session_is_a_valid_request_and_ends_after_it_starts() -> None:
    for row in read("programmes"):
        for session in row["sessions"]:
            SessionIn.model_validate(dated(session, TODAY))


def test_every_client_may_do_what_its_rows_need() -> None:
    roles = {row["body"]["code"]: row["roles"] for row in read("organisations")}
    for row in read("organisations"):
        ClientIn.model_validate({"organisation_id": str(uuid4()), "name": "sample", "roles": row["roles"]})
    for kind in ("partnerships", "programmes", "vacancies", "candidates"):
        for row in read(kind):
            scopes = frozenset().union(*(ROLES[role] for role in roles[row["organisation"]]))
            assert f"{kind}:write" in scopes, f"{row['organisation']} may not write {kind}"


@pytest.mark.parametrize("kind", MODELS)
def test_keys_are_unique(kind: str) -> None:
    keys = Counter(_key(row) for row in read(kind))
    assert [key for key, times in keys.items() if times > 1] == []


def test_session_keys_are_unique_in_their_programme() -> None:
    for row in read("programmes"):
        keys = [session["external_id"] for session in row["sessions"]]
        assert len(set(keys)) == len(keys), row["body"]["external_id"]


@pytest.mark.parametrize(
    ("kind", "at_least"),
    [("organisations", 30), ("partnerships", 3), ("programmes", 25), ("vacancies", 60), ("candidates", 300)],
)
def test_the_sample_is_large_enough(kind: str, at_least: int) -> None:
    assert len(read(kind)) >= at_least


def test_every_concept_is_in_the_bundled_extract_of_esco(esco: Taxonomy) -> None:
    known = {skill.uri for skill in esco.skills} | {occupation.uri for occupation in esco.occupations}
    named = {uri for kind in MODELS for row in read(kind) for uri in _uris(row["body"])}
    assert named - known == set()


def test_isco_codes_are_those_of_the_named_occupations(esco: Taxonomy) -> None:
    isco = {occupation.uri: occupation.isco08 for occupation in esco.occupations}
    groups = {group.code for group in esco.isco_groups}
    for kind in ("partnerships", "vacancies", "candidates"):
        for row in read(kind):
            for job in _dictionaries(row["body"]):
                if "isco08" in job:
                    assert job["isco08"] in groups, _key(row)
                    assert job["isco08"] == isco.get(job.get("esco_uri"), job["isco08"]), _key(row)


def test_senders_of_shared_rows_are_parties_of_the_partnerships_they_name() -> None:
    parties = {
        row["body"]["code"]: {party["organisation"] for party in row["body"]["parties"]} for row in read("partnerships")
    }
    for kind in ("programmes", "vacancies"):
        for row in read(kind):
            for code in row["partnerships"]:
                assert row["organisation"] in parties[code], f"{_key(row)}: {row['organisation']} not in {code}"


def test_those_who_register_candidates_are_parties() -> None:
    parties = {party["organisation"] for row in read("partnerships") for party in row["body"]["parties"]}
    assert {row["organisation"] for row in read("candidates")} <= parties


def test_each_partnership_has_a_lead_and_a_signature_on_either_side_and_a_monitor() -> None:
    for row in read("partnerships"):
        held = {(party["role"], party["side"]) for party in row["body"]["parties"]}
        for role in ("LEAD", "SIGNATORY"):
            assert {(role, "ORIGIN"), (role, "DESTINATION")} <= held, row["body"]["code"]
        assert {"DEMAND_HOLDER", "TRAINER", "IMPLEMENTER", "MONITOR"} <= {role for role, _ in held}


def test_each_corridor_has_jobs_at_home_and_away() -> None:
    for partnership in read("partnerships"):
        corridor = partnership["body"]["corridors"][0]
        offered = {
            row["body"]["country"] for row in read("vacancies") if partnership["body"]["code"] in row["partnerships"]
        }
        assert {corridor["origin"], corridor["destination"]} <= offered


def test_wages_are_in_the_currency_of_the_country() -> None:
    currency = {"MAR": "MAD", "SEN": "XOF", "FJI": "FJD", "BEL": "EUR", "AUS": "AUD"}
    for row in read("vacancies"):
        assert row["body"]["gross_monthly_wage"]["currency"] == currency[row["body"]["country"]], _key(row)


def test_about_half_the_candidates_are_women_and_all_are_of_working_age() -> None:
    people = [dated(row["body"], TODAY) for row in read("candidates")]
    women = sum(person["sex"] == "F" for person in people)
    ages = [(TODAY - date.fromisoformat(person["birth_date"])).days / 365.25 for person in people]
    assert 0.4 <= women / len(people) <= 0.6
    assert min(ages) >= 18
    assert max(ages) <= 52


def test_some_fit_a_job_at_once_some_lack_skills_and_some_have_none_of_it() -> None:
    jobs = [{s["uri"] for s in row["body"]["skills"] if s["essential"]} for row in read("vacancies")]
    best = [
        max(len(job & {s["uri"] for s in row["body"]["skills"]}) / len(job) for job in jobs)
        for row in read("candidates")
    ]
    shares = Counter("fits" if b >= 0.75 else "lacks" if b >= 0.25 else "none" for b in best)
    assert shares["fits"] >= 60
    assert shares["lacks"] >= 40
    assert shares["none"] >= 5


@pytest.mark.parametrize("partnership", ["MA-BE-GREEN", "SN-BE-CIRCULAR", "FJ-AU-RENEW"])
def test_courses_teach_half_of_what_the_jobs_of_their_partnership_ask_for(partnership: str) -> None:
    taught = {
        skill["uri"]
        for row in read("programmes")
        if partnership in row["partnerships"]
        for skill in row["body"]["skills"]
    }
    asked = {
        skill["uri"]
        for row in read("vacancies")
        if partnership in row["partnerships"]
        for skill in row["body"]["skills"]
        if skill["essential"]
    }
    assert len(asked & taught) / len(asked) > 0.5


def test_dates_count_from_today() -> None:
    assert dated({"a": ["+1d", "-1d", "+1day"]}, TODAY) == {"a": ["2027-03-02", "2027-02-28", "+1day"]}


def test_an_unknown_code_is_named() -> None:
    with pytest.raises(UnknownCodeError, match="NOBODY"):
        request_of({"partnerships": ["NOBODY"], "body": {}}, TODAY, Ids())


def test_parts_of_a_batch_fit_the_limit_and_lose_no_row() -> None:
    bodies = [{"n": n, "text": "x" * 90_000} for n in range(25)]
    parts = list(_parts(bodies))
    assert all(len(part) <= 900_000 for part in parts)
    assert [json.loads(line)["n"] for part in parts for line in part.splitlines()] == list(range(25))


def _uris(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value} if value.startswith("http://data.europa.eu/esco/") else set()
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {uri for child in children for uri in _uris(child)}


def _dictionaries(value: Any) -> list[dict[str, Any]]:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = [value] if isinstance(value, dict) else []
    return found + [inner for child in children for inner in _dictionaries(child)]
