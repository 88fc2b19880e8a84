"""Who may do what to whose records: every operation × every role × own, shared, foreign and missing records.

Generated from the OpenAPI documents: a new operation is covered at once, or fails here until its records can be made.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest
from joserfc import jwt

from services.contracts.access import ROLES
from tests import factories
from tests.conftest import House, fresh
from tests.factories import OWNER, PARTY, STRANGER, Made, World, factory_of
from tests.operations import OPERATIONS, Operation, resolve

MISSING = "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a99"
# Operations that need no token, and why.
OPEN = {
    "issue_token": "whoever calls it has no token yet",
    "read_keys": "verifiers fetch keys before they can verify anything",
    "file_grievance": "workers have a token of their own, and no client",
    "read_own_grievances": "workers have a token of their own, and no client",
    "read_issuer_metadata": "clients find the token endpoint by it",
}
# Operations on records that are nobody's, and why everybody may read them.
EVERYBODYS = {
    "get_organisation": "entries of organisations are public among partners",
    "list_organisation_history": "what is public now was public then",
    "list_organisation_members": "whose member an organisation is stands in its public entry",
    "get_cooperation_programme": "programmes of cooperation are public policy",
    "list_cooperation_implementers": "who carries a public programme out is public",
    "list_cooperation_programme_history": "what is public now was public then",
    "get_legal_pathway": "law is public",
    "list_legal_pathway_history": "what is public now was public then",
    "get_exchange_rate": "rates are public, with who recorded them",
    "get_reference_figure": "figures are public, with their source",
    "get_partner_offer": "the partner finder is public among partners",
    "suggest_partners": "suggestions are made of public entries",
    "answer_partner_offer": "everybody but its owner answers",
    "list_partner_offer_answers": "everybody is shown its own answers to a public entry",
    "get_service_provider": "the directory is public among partners",
    "list_service_provider_assessments": "what others say of a provider is public",
    "list_service_provider_ratings": "what others say of a provider is public",
    "list_licences": "licences are public",
    "get_licence": "licences are public",
    "list_sanctions": "measures of authorities are public",
    "get_sanction": "measures of authorities are public",
    "record_licence": "authorities record licences of others; the type of the organisation decides",
    "assess_service_provider": "assessors assess others; the type of the organisation decides",
    "rate_service_provider": "everybody but the provider rates it",
    "sanction_service_provider": "authorities act on others; the type of the organisation decides",
    "get_indicator": "the catalogue is the same for all; its figures are not",
    "get_indicator_values": "an indicator is nobody's: its facts are, and row-level security keeps them",
}
# What others do about a record, and never its owner, and why.
NOT_THE_OWNER = {
    "vet_diaspora_engagement": "nobody vets its own engagement",
    "accredit_programme": "nobody accredits its own programme",
    "consent_to_safeguard": "the second key is the other side's",
    "answer_contestation": "whoever closed the case answers, and not who contests it",
    "confirm_ledger_entry": "nobody confirms their own word",
    "confirm_fourfold_statement": "nobody confirms their own word",
    "answer_recognition_dossier": "the authority answers",
    "answer_stay": "the host answers, and not who plans the stay",
}
# What one side of a record may do though the other owns it, and why.
BOTH_SIDES = {
    "leave_partnership": "every party leaves by itself",
    "move_partnership": "both leads move it",
    "change_partnership": "both leads write it",
    "answer_checklist_item": "any party answers first",
    "correct_checklist_entry": "leads of either side correct each other's answers",
    "report_incident": "any party reports",
    "set_suspension_rule": "either lead sets the rule",
    "set_rule_parameters": "either lead sets them",
    "agree_cost_matrix": "a lead of either side keeps it",
    "record_cost_entry": "any party records what was spent",
    "set_result_target": "any party sets what it expects",
    "report_achievement": "any party reports what was achieved",
    "plan_milestone": "whoever pays plans it",
    "verify_milestone": "any party but the payee verifies",
    "add_evidence_item": "any party adds evidence",
    "write_lesson": "any party writes down what it learned",
    "record_risk": "any party sees a risk",
    "add_document": "any party adds files",
    "register_agreement": "any party writes down what was agreed",
    "sign_agreement": "each party signs for itself",
    "terminate_agreement": "each party that signed gives notice",
    "confirm_fulfilment": "any party but the promiser confirms",
    "close_obligation": "any party but the promiser waives",
    "set_up_committee": "leads and signatories of either side set it up",
    "record_meeting": "any member writes it down",
    "record_decision": "any member writes it down",
    "assign_action_item": "any member writes it down",
    "add_support_structure": "any party adds one",
    "record_capacity_action": "any party records what it gave",
    "create_mobility_scheme": "leads of either side write schemes",
    "vet_diaspora_engagement": "a lead or implementer vets what others offer",
    "start_partnership_from_answer": "either of the two says what came of it",
    "order_service": "any party orders",
    "open_shortage_round": "either side opens one",
    "send_shortage_signal": "each side sends its own figures",
    "send_shortage_signals": "each side sends its own figures",
    "compute_shortage_indices": "either side asks for the computation",
    "comment_shortage_round": "employers, unions and the training side comment",
    "propose_joint_decisions": "an authority of either side proposes",
    "sign_joint_decision": "each side signs for itself",
    "consent_to_safeguard": "the destination holds the second key",
    "answer_proposal": "the employer answers too",
    "move_proposal": "each side makes its own moves; others are named in the answer",
    "move_placement": "each side makes its own moves; others are named in the answer",
    "answer_contestation": "whoever closed the case answers",
    "start_placement": "the employer says when the job begins",
    "answer_recognition_dossier": "the authority answers",
    "record_ledger_entry": "each side records its own facts",
    "confirm_ledger_entry": "the other side confirms",
    "state_fourfold_input": "each side states what it knows",
    "confirm_fourfold_statement": "the other side confirms",
    "open_guard_case": "either side says that a guard rail has tripped",
    "move_guard_case": "each side turns its own key",
    "end_placement": "the employer says when the job ends",
    "answer_stay": "the host answers",
    "propose_fourfold_parameters": "either side proposes",
    "confirm_fourfold_parameters": "the other side confirms",
    "move_mentoring": "the mentor's organisation says what was given",
}

# Of two records that need not belong together.
PAIRS = {"explain_match", "explain_candidate"}

GUARDED = [o for o in OPERATIONS if o.spec["operationId"] not in OPEN]
ON_RECORDS = [o for o in GUARDED if o.parameters("path")]
LISTS = [o for o in GUARDED if o.method == "get" and not o.parameters("path")]
OWNED = [o for o in ON_RECORDS if o.spec["operationId"] not in EVERYBODYS]


@pytest.fixture(scope="module")
async def world(_built: House, database_urls: dict[str, str]) -> World:
    """One world for all cells; each cell makes its own records in it."""
    return await factories.build(await fresh(_built, database_urls))


async def make(world: World, operation: Operation) -> Made:
    """A record for the operation's path; the build fails when there is nobody to make it."""
    name = operation.parameters("path")[-1]["name"]
    factory = factory_of(operation.service, name)
    if factory is None:
        pytest.fail(f"{operation} has a {{{name}}}: teach tests/factories.py to make one, or say why it is everybody's")
    made = await factory(world)
    if operation.spec["operationId"] in PAIRS:
        pair = {"candidate_id": await factories.new_candidate(world), "vacancy_id": world.home_vacancy}
        return replace(made, values=pair | made.values)
    return made


def request_of(operation: Operation, world: World, values: dict[str, str], tag: str) -> dict[str, Any]:
    """Arguments of a request that is valid but for whom it comes from."""
    query = {}
    for parameter in operation.parameters("query"):
        if parameter.get("required"):
            query[parameter["name"]] = value_for(operation, parameter, world)
    request: dict[str, Any] = {"method": operation.method, "url": operation.url(values), "params": query}
    if operation.body:
        media_type, _ = operation.body
        example = operation.example()
        request |= {"content": example.encode()} if isinstance(example, str) else {"json": example}
        request["headers"] = {"Content-Type": media_type}
    if any(parameter["name"].lower() == "if-match" for parameter in operation.parameters("header")):
        request.setdefault("headers", {})["If-Match"] = tag
    return request


def value_for(operation: Operation, parameter: dict[str, Any], world: World) -> str:
    known = {
        "vacancy": world.away_vacancy,
        "partnership": world.partnership,
        "from": "2027-01-01",
        "to": "2027-03-31",
        "uri": "http://data.europa.eu/esco/occupation/none",
    }
    schema = resolve(operation.service, parameter["schema"])
    shown = [known.get(parameter["name"]), *schema.get("enum", []), *schema.get("examples", [])]
    value = next((value for value in shown if value is not None), None)
    if value is None:
        pytest.fail(f"{operation} needs a {parameter['name']}: say here what a valid one is")
    return str(value)


async def seen_by_owner(world: World, made: Made) -> httpx.Response:
    async with await world.act(OWNER, made.service) as http:
        answer = await http.get(made.path)
    assert answer.status_code == 200, f"{made.path}: {answer.text}"
    return answer


def told(answer: httpx.Response) -> dict[str, Any]:
    """What an answer tells its reader."""
    return {"status": answer.status_code, **answer.json(), "request_id": ""}


@pytest.mark.parametrize("operation", GUARDED, ids=str)
async def test_nobody_gets_in_without_a_current_token(world: World, operation: Operation) -> None:
    missing = dict.fromkeys([parameter["name"] for parameter in operation.parameters("path")], MISSING)
    request = request_of(operation, world, missing, '"1"')
    headers = request.pop("headers", {})
    issuer = world.house.apps["registry"].state.issuer
    async with await world.act(OWNER, operation.service) as http:
        valid = jwt.decode(http.headers["Authorization"].removeprefix("Bearer "), issuer.key)
        claims = valid.claims | {"iat": valid.claims["iat"] - 3600, "exp": valid.claims["exp"] - 3600}
        expired = jwt.encode(valid.header, claims, issuer.key)
        of_time_past = await http.request(**request, headers=headers | {"Authorization": f"Bearer {expired}"})
        http.headers.pop("Authorization")
        anonymous = await http.request(**request, headers=headers)
    assert (anonymous.status_code, anonymous.json()["code"]) == (401, "unauthorised")
    assert (of_time_past.status_code, of_time_past.json()["code"]) == (401, "invalid_token")
    assert all("Bearer" in answer.headers["WWW-Authenticate"] for answer in (anonymous, of_time_past))


@pytest.mark.parametrize("operation", GUARDED, ids=str)
async def test_each_role_may_do_what_its_scopes_say_and_no_more(world: World, operation: Operation) -> None:
    missing = dict.fromkeys([parameter["name"] for parameter in operation.parameters("path")], MISSING)
    wrong = {}
    for role, scopes in ROLES.items():
        if role == "service":
            continue  # the house's own, which no client can be given
        client = (
            world.house.ops(operation.service)
            if role == "ops"
            else world.house.act(OWNER, role, service=operation.service)
        )
        async with await client as http:
            answer = await http.request(**request_of(operation, world, missing, '"1"'))
        refused = answer.status_code == 403 and answer.json()["code"] == "insufficient_scope"
        if refused != bool(operation.scopes - scopes) or answer.status_code == 401:
            wrong[role] = told(answer)
    assert not wrong


@pytest.mark.parametrize("operation", OWNED, ids=str)
async def test_the_owner_reaches_the_record(world: World, operation: Operation) -> None:
    made = await make(world, operation)
    tag = (await seen_by_owner(world, made)).headers["ETag"]
    async with await world.act(OWNER, operation.service) as http:
        answer = await http.request(**request_of(operation, world, made.values, tag))
    if operation.spec["operationId"] in NOT_THE_OWNER:
        assert answer.status_code == 403, answer.text
        return
    assert answer.status_code < 400 or answer.status_code in (409, 422), answer.text


@pytest.mark.parametrize("operation", OWNED, ids=str)
async def test_a_foreign_record_is_like_a_missing_one_and_stays_as_it_is(world: World, operation: Operation) -> None:
    made = await make(world, operation)
    before = await seen_by_owner(world, made)
    tag = before.headers["ETag"]
    async with await world.act(STRANGER, operation.service) as http:
        foreign = await http.request(**request_of(operation, world, made.values, tag))
        missing = await http.request(
            **request_of(operation, world, dict.fromkeys(made.values, str(UUID(int=UUID(MISSING).int + 1))), tag)
        )
    assert foreign.status_code == 404, foreign.text
    assert told(foreign) == told(missing)
    after = await seen_by_owner(world, made)
    assert (after.headers["ETag"], after.content) == (tag, before.content)


@pytest.mark.parametrize("operation", OWNED, ids=str)
async def test_a_party_reads_what_is_shared_and_changes_nothing_of_it(world: World, operation: Operation) -> None:
    made = await make(world, operation)
    before = await seen_by_owner(world, made)
    tag = before.headers["ETag"]
    async with await world.act(PARTY, operation.service) as http:
        answer = await http.request(**request_of(operation, world, made.values, tag))
    if not made.shared:
        assert answer.status_code == 404, answer.text
    elif operation.method == "get":
        assert answer.status_code in (200, 403, 404), answer.text
        assert (answer.status_code == 200) == (made.service == operation.service), answer.text
    elif operation.spec["operationId"] in BOTH_SIDES:
        assert answer.status_code < 400 or answer.status_code in (409, 422), answer.text
        return
    else:
        assert answer.status_code in (403, 404), answer.text
    after = await seen_by_owner(world, made)
    assert (after.headers["ETag"], after.content) == (tag, before.content)


@pytest.mark.parametrize("operation", LISTS, ids=str)
async def test_lists_show_a_stranger_nothing_of_the_owners(world: World, operation: Operation) -> None:
    async with await world.act(STRANGER, operation.service) as http:
        answer = await http.request(**request_of(operation, world, {}, '"1"'))
    owned = {world.partnership, world.programme, world.session, world.home_vacancy, world.away_vacancy}
    assert not [record for record in owned if record in answer.text]


def test_the_exceptions_name_operations_that_exist() -> None:
    names = {operation.spec["operationId"] for operation in OPERATIONS}
    assert (OPEN.keys() | EVERYBODYS.keys() | BOTH_SIDES.keys() | NOT_THE_OWNER.keys() | PAIRS) <= names
