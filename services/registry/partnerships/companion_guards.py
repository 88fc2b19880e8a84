"""Guards on what the parties keep about a partnership and offer to it, in records of their own. Pure."""

from collections.abc import Set

from services.contracts.vocabulary import AgreementType, CostGroup, FourfoldParty, NeedKind, PartyRole, PartySide, Payer
from services.kit.errors import Guard
from services.registry.partnerships.facts import Facts, Training
from services.registry.partnerships.record_guards import PATCH, is_dual, is_entrepreneurial, listed, seating

UNDER = "/v1/partnerships/{partnership_id}"
# What two countries sign to work together; the other types settle one thing only.
BETWEEN_COUNTRIES = frozenset(
    {
        AgreementType.BLMA,
        AgreementType.MOU,
        AgreementType.FRAMEWORK,
        AgreementType.TALENT_PARTNERSHIP,
        AgreementType.SECTORAL_ARRANGEMENT,
        AgreementType.ADMINISTRATIVE_ARRANGEMENT,
        AgreementType.MUTUAL_RECOGNITION,
    }
)
_SIGN = (
    f"POST {UNDER}/agreements with type: %s, legal_status, title, text_uri; then a SIGNATORY of each side:"
    " POST /v1/agreements/{agreement_id}/signatures with side, signed_on, office."
)
_COUNTRIES = frozenset({PartySide.ORIGIN, PartySide.DESTINATION})
_TOLERANCE = 0.005  # percent; shares are stored with two decimals


def joint_decision(facts: Facts) -> Guard:
    """S-67: both sides found the shortage together. S-49, S-62: entrepreneurs go where both see a sector's need."""
    if is_entrepreneurial(facts):
        sides = {side for _, kind, side in facts.needs if kind == NeedKind.SECTOR}
        return Guard(
            "JOINT_DECISION",
            sides >= _COUNTRIES,
            f"SECTOR needs on the sides: {listed(sides)}",
            "a SECTOR need on the ORIGIN and on the DESTINATION side",
            _ask({FourfoldParty(side) for side in _COUNTRIES - sides}, f"kind: {NeedKind.SECTOR}"),
        )
    return Guard(
        "JOINT_DECISION",
        bool(facts.decisions),
        f"{len(facts.decisions)} joint decisions that both sides signed and that have not expired",
        "at least 1",
        ways_to_decide(facts, sorted({target.isco08 for target in facts.targets})),
    )


def ways_to_decide(facts: Facts, codes: list[str]) -> str:
    """What leads to a joint decision on each of `codes`; a field without value is as in the example."""
    way = next(iter(facts.corridors), None)
    ends = f"origin: {way.origin}, destination: {way.destination}" if way else "origin, destination"
    scope = f"{ends}, isco08: [{', '.join(codes)}]" if codes else f"{ends}, isco08"
    return (
        f"POST {UNDER}/shortage-rounds with {scope}, period, comment_days: 0"
        " (or the days that partners have to comment); then a party of each side: POST"
        " /v1/shortage-rounds/{round_id}/signals:batch (at least 3 signals of 2 families, also for occupations to"
        " compare with); then POST /v1/shortage-rounds/{round_id}/computation; then, after the days for comments, POST"
        " /v1/shortage-rounds/{round_id}/decisions; then GET /v1/shortage-rounds/{round_id}/decisions; then a lead or"
        " signatory of each side: POST /v1/joint-decisions/{decision_id}/signatures with agrees: true."
    )


def decision_per_target(facts: Facts) -> Guard:
    """02 §1: one joint decision per target occupation, in a corridor of the partnership."""
    ways = {(way.origin, way.destination) for way in facts.corridors}
    decided = {each.isco08 for each in facts.decisions if (each.origin, each.destination) in ways}
    missing = {target.isco08 for target in facts.targets} - decided
    return Guard(
        "DECISION_PER_TARGET",
        is_entrepreneurial(facts) or (bool(facts.targets) and not missing),
        f"targets without a joint decision in force: {listed(missing)}",
        "a joint decision in force for each target occupation, in one of the corridors",
        ways_to_decide(facts, sorted(missing)),
    )


def four_needs(facts: Facts) -> Guard:
    """S-34: all four parties are asked what they need."""
    missing = set(FourfoldParty) - {party for party, _, _ in facts.needs}
    return Guard(
        "FOUR_NEEDS",
        not missing,
        f"no need recorded of: {listed(missing)}",
        "at least 1 need of each of EMPLOYER, CANDIDATE, DESTINATION and ORIGIN",
        _ask(missing),
    )


def _ask(missing: Set[FourfoldParty], kind: str = "kind") -> str:
    """The need of a country stands on its own side, the others' on that of whoever records them."""
    countries = sorted(missing & {FourfoldParty.DESTINATION, FourfoldParty.ORIGIN})
    others = sorted(missing - set(countries))
    stated = [f"party: {country}, side: {country}" for country in countries]
    stated += [f"party: each of [{', '.join(others)}], side"] if others else []
    calls = [f"POST {UNDER}/needs with {said}, {kind}, sector, quantity, urgency, statement" for said in stated]
    return f"{'; then '.join(calls) or f'POST {UNDER}/needs'}."


def agreement(facts: Facts) -> Guard:
    """S-22: both country sides signed."""
    there = facts.agreements & BETWEEN_COUNTRIES
    return Guard(
        "AGREEMENT",
        bool(there),
        f"agreements signed by both country sides: {listed(there)}",
        f"one of the types {listed(BETWEEN_COUNTRIES)}",
        _SIGN % AgreementType.BLMA,
    )


def data_sharing(facts: Facts) -> Guard:
    """Data are shared under an agreement of their own (02 §3)."""
    return Guard(
        "DATA_SHARING",
        AgreementType.DATA_SHARING in facts.agreements,
        f"agreements signed by both country sides: {listed(facts.agreements)}",
        "one of the type DATA_SHARING",
        _SIGN % AgreementType.DATA_SHARING,
    )


def cost_matrix(facts: Facts) -> Guard:
    """02 §6: the shares of each group that is paid for come to 100 %."""
    totals = {group: sum(payers.values()) for group, payers in (facts.shares or {}).items()}
    wrong = {f"{group} {total:g} %" for group, total in totals.items() if abs(total - 100) > _TOLERANCE}
    return Guard(
        "COST_MATRIX",
        bool(totals) and not wrong,
        f"{len(totals)} cost groups, not adding up: {listed(wrong)}",
        "at least 1 group, and 100 % in each",
        f"POST {UNDER}/cost-matrices with reporting_currency, lines (the shares of each group sum to 100).",
    )


def no_worker_fees(facts: Facts) -> Guard:
    """02 §6, Employer Pays: a worker's share of recruitment is 0."""
    share = (facts.shares or {}).get(CostGroup.RECRUITMENT, {}).get(Payer.WORKER, 0)
    return Guard(
        "WORKER_PAYS_NO_RECRUITMENT",
        share == 0,
        f"the worker bears {share:g} % of RECRUITMENT",
        "0 %",
        "PUT /v1/cost-matrices/{cost_matrix_id} with reporting_currency, lines (another payer of RECRUITMENT).",
    )


def destination_financing(facts: Facts) -> Guard:
    """S-36: in a GSP the destination pays its part."""
    paying = {
        f"{payer} {share:g} % of {group}"
        for group, payers in (facts.shares or {}).items()
        for payer, share in payers.items()
        if payer in (Payer.DEST_GOV, Payer.EMPLOYER) and share > 0
    }
    return Guard(
        "GSP_DESTINATION_FINANCING",
        not is_dual(facts) or bool(paying),
        f"model {facts.model}, the destination pays: {listed(paying)}",
        "a share of DEST_GOV or EMPLOYER above 0 in a GSP_DUAL_TRACK partnership",
        "PUT /v1/cost-matrices/{cost_matrix_id} with reporting_currency, lines (one of payer DEST_GOV or EMPLOYER).",
    )


def checklist(facts: Facts) -> Guard:
    """02 §5: every critical item is answered YES, or let pass by both sides."""
    return Guard(
        "CHECKLIST",
        not facts.blocking_items,
        f"critical items neither YES nor waived by both sides: {', '.join(map(str, facts.blocking_items)) or 'none'}",
        "none",
        f"POST {UNDER}/checklist-entries with item: each of [{', '.join(map(str, facts.blocking_items))}], answer: YES;"
        " or, where one is answered already, PATCH /v1/checklist-entries/{checklist_entry_id} with answer: YES; or a"
        f" lead or signatory of each side: POST {UNDER}/checklist-waivers with item, side, reason.",
    )


def safeguards(facts: Facts) -> Guard:
    """02 §7: for each target occupation and origin it is settled how far may be recruited."""
    wanted = {(way.origin, target.isco08[:3]) for way in facts.corridors for target in facts.targets}
    missing = {f"{origin} {minor}" for origin, minor in wanted - facts.safeguards}
    return Guard(
        "SAFEGUARDS",
        bool(wanted) and not missing,
        f"origins and ISCO-08 minor groups without safeguard class: {listed(missing)}",
        "one for each origin and target occupation, also where the origin's status is UNKNOWN",
        _settle(wanted - facts.safeguards),
    )


def _settle(missing: Set[tuple[str, str]]) -> str:
    by_origin = {origin: sorted(minor for place, minor in missing if place == origin) for origin, _ in sorted(missing)}
    calls = [
        f"POST {UNDER}/safeguards with origin: {origin}, isco08_minor: each of [{', '.join(minors)}], valid_from,"
        " expires_on, reason"
        for origin, minors in by_origin.items()
    ]
    any_call = f"POST {UNDER}/safeguards with origin, isco08_minor, valid_from, expires_on, reason"
    return f"A lead or signatory of the origin's side: {'; then '.join(calls) or any_call}."


def result_targets(facts: Facts) -> Guard:
    """02 §1: each of the four parties knows what it will get."""
    missing = set(FourfoldParty) - {party for party, _ in facts.results}
    return Guard(
        "RESULT_TARGETS",
        not missing,
        f"no result target for: {listed(missing)}",
        "at least 1 result target for each of the four parties",
        f"POST {UNDER}/result-targets with party: each of [{', '.join(sorted(missing))}], indicator_code, target,"
        " due_on.",
    )


def result_frame(facts: Facts) -> Guard:
    """02 §3: results fall due while the partnership runs or is followed up, so that it can be held to them."""
    early = sum(
        due is None or (facts.planned_start is not None and due < facts.planned_start) for _, due in facts.results
    )
    return Guard(
        "RESULT_FRAME",
        bool(facts.results) and not early,
        f"{len(facts.results)} result targets, {early} due before the partnership begins",
        "result targets that all fall due after planned_start",
        f"PATCH /v1/result-targets/{{result_target_id}} with due_on; without any, POST {UNDER}/result-targets.",
    )


def _trainings(facts: Facts) -> list[Training]:
    return [each for each in facts.trainings if each.ready and each.organisation_id in facts.trainers]


def training(facts: Facts) -> Guard:
    """02 §3: those who train may, and have a date for it."""
    own = _trainings(facts)
    return Guard(
        "ACCREDITED_TRAINING",
        bool(own),
        f"{len(own)} accredited programmes with a session by a TRAINER of this partnership",
        "at least 1",
        _train(facts),
    )


def _train(facts: Facts) -> str:
    country = next((way.origin for way in facts.corridors), "")
    where = f"country: {country}, " if country else ""
    return (
        f"{_after_joining(facts, PartySide.ORIGIN, PartyRole.TRAINER)}: POST /v1/programmes with {where}accredited:"
        " true, partnership_ids: [partnership_id]; then POST /v1/programmes/{programme_id}/sessions."
    )


def _after_joining(facts: Facts, side: PartySide, role: PartyRole) -> str:
    """Who makes the call that follows; a party with this role joins first where there is none."""
    caller = f"a party with the role {role}"
    if any(there == role for _, there in facts.parties):
        return f"A{caller[1:]}"
    return f"{seating(facts, side, role)}; then {caller}"


def training_at_origin(facts: Facts) -> Guard:
    """S-36: a GSP trains in the country of origin."""
    origins = {way.origin for way in facts.corridors}
    there = {each.country for each in _trainings(facts)} & origins
    return Guard(
        "GSP_TRAINING_AT_ORIGIN",
        not is_dual(facts) or bool(there),
        f"model {facts.model}, training in the origins: {listed(there)}",
        "an accredited programme in an origin, in a GSP_DUAL_TRACK partnership",
        _train(facts),
    )


def pathways(facts: Facts) -> Guard:
    """S-40: nobody moves without a legal pathway that is valid."""
    without = {
        f"{way.origin}-{way.destination} ({way.pathway or 'absent'})"
        for way in facts.corridors
        if (way.pathway, way.destination) not in facts.pathways
    }
    return Guard(
        "PATHWAY",
        facts.away_places == 0 or (not without and bool(facts.corridors)),
        f"{facts.away_places} away places, {len(facts.corridors)} corridors,"
        f" without a pathway that is valid today: {listed(without)}",
        "a registered legal pathway to the destination, valid today, for every corridor when there are away places",
        _open(facts),
    )


def _open(facts: Facts) -> str:
    closed = next((way for way in facts.corridors if (way.pathway, way.destination) not in facts.pathways), None)
    if closed is None:
        return f"POST /v1/legal-pathways with key, destination, valid_from; then {PATCH} with corridors."
    key = closed.pathway or f"{closed.destination}-WORK"
    return (
        f"An authority for immigration of {closed.destination}: POST /v1/legal-pathways with key: {key},"
        f" destination: {closed.destination},"
        f" valid_from; then {PATCH} with corridors: [each it has {{destination: {closed.destination}}} with"
        f" {{pathway: {key}}}]; or, if GET /v1/legal-pathways shows one that is valid, {PATCH} with its key alone."
    )


def commitment(facts: Facts) -> Guard:
    """S-44: an employer has promised places."""
    return Guard(
        "EMPLOYER_COMMITMENT",
        facts.away_places == 0 or facts.commitments > 0,
        f"{facts.away_places} away places, {facts.commitments} employers' commitments",
        "at least 1 when there are away places",
        f"{_after_joining(facts, PartySide.DESTINATION, PartyRole.DEMAND_HOLDER)}: POST {UNDER}/obligations with"
        " kind: EMPLOYER_COMMITMENT, side, text, places, due_on.",
    )


def committee(facts: Facts) -> Guard:
    """S-43: both sides sit in a joint committee."""
    remedy = f"POST {UNDER}/committees with name, cadence_months, members (of both sides)."
    return Guard("JOINT_COMMITTEE", facts.committees > 0, f"{facts.committees} committees", "at least 1", remedy)


def host(facts: Facts) -> Guard:
    """S-64: entrepreneurs stay with somebody."""
    return Guard(
        "HOST",
        not is_entrepreneurial(facts) or facts.hosts > 0,
        f"model {facts.model}, {facts.hosts} open hosts",
        "at least 1 in a CIRCULAR_ENTREPRENEUR partnership",
        f"{_after_joining(facts, PartySide.DESTINATION, PartyRole.HOST)}: POST /v1/hosts with"
        " partnership_ids: [partnership_id].",
    )


def mobility_scheme(facts: Facts) -> Guard:
    """S-49, S-65: entrepreneurs go by a circular scheme that says how they may come again."""
    circular = sum(is_circular and may_return for _, is_circular, may_return in facts.schemes)
    return Guard(
        "CIRCULAR_SCHEME",
        not is_entrepreneurial(facts) or circular > 0,
        f"model {facts.model}, {circular} circular schemes with a re-entry right, approved by both sides",
        "at least 1 in a CIRCULAR_ENTREPRENEUR partnership",
        f"POST {UNDER}/mobility-schemes with persona: ENTREPRENEUR, circular: true, re_entry_right, post_return_status,"
        " rests_on: {kind: NEED, id: need_id}; then a lead or signatory of each side:"
        " POST /v1/mobility-schemes/{scheme_id}/approvals with side.",
    )


def away_vacancies(facts: Facts) -> Guard:
    """Somebody waits for those who move; entrepreneurs have hosts instead."""
    destinations = {way.destination for way in facts.corridors}
    missing = destinations - facts.open_in
    return Guard(
        "AWAY_VACANCY",
        is_entrepreneurial(facts) or facts.away_places == 0 or (not missing and bool(destinations)),
        f"{facts.away_places} away places, no open vacancy in: {listed(missing)}",
        "an open vacancy in every destination when there are away places",
        f"An employer there: POST /v1/vacancies with country: each of [{', '.join(sorted(missing)) or 'BEL'}], skills,"
        " partnership_ids: [partnership_id].",
    )


def home_vacancies(facts: Facts) -> Guard:
    """S-45: the home track needs jobs of its own; entrepreneurs bring theirs along."""
    there = {way.origin for way in facts.corridors} & facts.open_in
    origin = min((way.origin for way in facts.corridors), default="MAR")
    return Guard(
        "HOME_VACANCY",
        is_entrepreneurial(facts) or facts.home_places == 0 or bool(there),
        f"{facts.home_places} home places, open vacancies in origins: {listed(there)}",
        "an open vacancy in an origin when there are home places",
        f"An employer at home: POST /v1/vacancies with country: {origin}, skills, partnership_ids: [partnership_id].",
    )


def lesson(facts: Facts) -> Guard:
    """S-03: what was learned is written down before the partnership is closed."""
    remedy = f"POST {UNDER}/lessons with type, text."
    return Guard("LESSON", facts.lessons > 0, f"{facts.lessons} lessons", "at least 1", remedy)


def evaluation(facts: Facts) -> Guard:
    """02 §3: somebody has looked whether it worked, with more than monitoring."""
    return Guard(
        "EVALUATION",
        facts.evaluation_uri or facts.evaluations > 0,
        f"monitoring.evaluation_uri {'given' if facts.evaluation_uri else 'absent'},"
        f" {facts.evaluations} evidence items of strength EVALUATION or RCT",
        "either",
        f"{PATCH} with monitoring: {{evaluation_uri: https://…}}; or POST {UNDER}/evidence-items with strength:"
        " EVALUATION.",
    )
