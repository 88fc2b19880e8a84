"""Guards on what the parties keep about a partnership and offer to it, in records of their own. Pure."""

from services.contracts.vocabulary import AgreementType, CostGroup, FourfoldParty, NeedKind, PartySide, Payer
from services.kit.errors import Guard
from services.registry.partnerships.facts import Facts, Training
from services.registry.partnerships.record_guards import PATCH, is_dual, is_entrepreneurial, listed

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
    f"POST {UNDER}/agreements with type: %s, legal_status, title and text_uri; then each side's SIGNATORY:"
    " POST /v1/agreements/{agreement_id}/signatures with side, signed_on and office."
)
_TOLERANCE = 0.005  # percent; shares are stored with two decimals


def joint_decision(facts: Facts) -> Guard:
    """S-67: both sides found the shortage together. S-49, S-62: entrepreneurs go where both see a sector's need."""
    if is_entrepreneurial(facts):
        sides = {side for _, kind, side in facts.needs if kind == NeedKind.SECTOR}
        return Guard(
            "JOINT_DECISION",
            {PartySide.ORIGIN, PartySide.DESTINATION} <= sides,
            f"SECTOR needs on the sides: {listed(sides)}",
            "a SECTOR need on the ORIGIN and on the DESTINATION side",
            f"A party of each side: POST {UNDER}/needs with kind: SECTOR, side and sector.",
        )
    return Guard(
        "JOINT_DECISION",
        bool(facts.decisions),
        f"{len(facts.decisions)} joint decisions that both sides signed and that have not expired",
        "at least 1",
        f"POST {UNDER}/shortage-rounds; both sides: POST /v1/shortage-rounds/{{round_id}}/signals; then POST"
        " /v1/shortage-rounds/{round_id}/computation and, after the days for comments, POST"
        " /v1/shortage-rounds/{round_id}/decisions; a lead or signatory of each side: POST"
        " /v1/joint-decisions/{decision_id}/signatures with agrees.",
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
        f"POST {UNDER}/shortage-rounds with these isco08, and sign what is decided as for JOINT_DECISION.",
    )


def four_needs(facts: Facts) -> Guard:
    """S-34: all four parties are asked what they need."""
    missing = set(FourfoldParty) - {party for party, _, _ in facts.needs}
    return Guard(
        "FOUR_NEEDS",
        not missing,
        f"no need recorded of: {listed(missing)}",
        "at least 1 need of each of EMPLOYER, CANDIDATE, DESTINATION and ORIGIN",
        f"POST {UNDER}/needs with party, side, kind, quantity, urgency and statement, once for each party named.",
    )


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
        f"POST {UNDER}/cost-matrices with reporting_currency and lines: [{{group, payer, share_percent}}, …].",
    )


def no_worker_fees(facts: Facts) -> Guard:
    """02 §6, Employer Pays: a worker's share of recruitment is 0."""
    share = (facts.shares or {}).get(CostGroup.RECRUITMENT, {}).get(Payer.WORKER, 0)
    return Guard(
        "WORKER_PAYS_NO_RECRUITMENT",
        share == 0,
        f"the worker bears {share:g} % of RECRUITMENT",
        "0 %",
        "PUT /v1/cost-matrices/{cost_matrix_id} with another payer of RECRUITMENT.",
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
        "PUT /v1/cost-matrices/{cost_matrix_id} with a line of payer DEST_GOV or EMPLOYER.",
    )


def checklist(facts: Facts) -> Guard:
    """02 §5: every critical item is answered YES, or let pass by both sides."""
    return Guard(
        "CHECKLIST",
        not facts.blocking_items,
        f"critical items neither YES nor waived by both sides: {', '.join(map(str, facts.blocking_items)) or 'none'}",
        "none",
        f"For each, POST {UNDER}/checklist-entries with item and answer: YES (or correct it with"
        " PATCH /v1/checklist-entries/{checklist_entry_id}); or a lead or signatory of each side:"
        f" POST {UNDER}/checklist-waivers with item, side and reason.",
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
        f"A lead or signatory of the origin's side: POST {UNDER}/safeguards with origin, isco08_minor, valid_from,"
        " expires_on and reason.",
    )


def result_targets(facts: Facts) -> Guard:
    """02 §1: each of the four parties knows what it will get."""
    missing = set(FourfoldParty) - {party for party, _ in facts.results}
    return Guard(
        "RESULT_TARGETS",
        not missing,
        f"no result target for: {listed(missing)}",
        "at least 1 result target for each of the four parties",
        f"POST {UNDER}/result-targets with party, indicator_code, target and due_on, once for each party named.",
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
        "A party with the role TRAINER: POST /v1/programmes with accredited: true and partnership_ids: [this"
        " partnership], then POST /v1/programmes/{programme_id}/sessions.",
    )


def training_at_origin(facts: Facts) -> Guard:
    """S-36: a GSP trains in the country of origin."""
    origins = {way.origin for way in facts.corridors}
    there = {each.country for each in _trainings(facts)} & origins
    return Guard(
        "GSP_TRAINING_AT_ORIGIN",
        not is_dual(facts) or bool(there),
        f"model {facts.model}, training in the origins: {listed(there)}",
        "an accredited programme in an origin, in a GSP_DUAL_TRACK partnership",
        "A party with the role TRAINER: POST /v1/programmes with the country of an origin and partnership_ids: [this"
        " partnership], then POST /v1/programmes/{programme_id}/sessions.",
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
        f"GET /v1/legal-pathways, or POST /v1/legal-pathways with key, destination and valid_from; then {PATCH} with"
        " corridors that name its key as pathway.",
    )


def commitment(facts: Facts) -> Guard:
    """S-44: an employer has promised places."""
    return Guard(
        "EMPLOYER_COMMITMENT",
        facts.away_places == 0 or facts.commitments > 0,
        f"{facts.away_places} away places, {facts.commitments} employers' commitments",
        "at least 1 when there are away places",
        f"A party with the role DEMAND_HOLDER: POST {UNDER}/obligations with kind: EMPLOYER_COMMITMENT, side, text,"
        " places and due_on.",
    )


def committee(facts: Facts) -> Guard:
    """S-43: both sides sit in a joint committee."""
    remedy = f"POST {UNDER}/committees with name, cadence_months and members of both sides."
    return Guard("JOINT_COMMITTEE", facts.committees > 0, f"{facts.committees} committees", "at least 1", remedy)


def host(facts: Facts) -> Guard:
    """S-64: entrepreneurs stay with somebody."""
    return Guard(
        "HOST",
        not is_entrepreneurial(facts) or facts.hosts > 0,
        f"model {facts.model}, {facts.hosts} open hosts",
        "at least 1 in a CIRCULAR_ENTREPRENEUR partnership",
        "A party with the role HOST: POST /v1/hosts with partnership_ids: [this partnership].",
    )


def mobility_scheme(facts: Facts) -> Guard:
    """S-49, S-65: entrepreneurs go by a circular scheme that says how they may come again."""
    circular = sum(is_circular and may_return for _, is_circular, may_return in facts.schemes)
    return Guard(
        "CIRCULAR_SCHEME",
        not is_entrepreneurial(facts) or circular > 0,
        f"model {facts.model}, {circular} circular schemes with a re-entry right, approved by both sides",
        "at least 1 in a CIRCULAR_ENTREPRENEUR partnership",
        f"POST {UNDER}/mobility-schemes with persona: ENTREPRENEUR, circular: true, re_entry_right and"
        " post_return_status; then a lead or signatory of each side: POST /v1/mobility-schemes/{scheme_id}/approvals.",
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
        "An employer there: POST /v1/vacancies with that country and partnership_ids: [this partnership].",
    )


def home_vacancies(facts: Facts) -> Guard:
    """S-45: the home track needs jobs of its own; entrepreneurs bring theirs along."""
    there = {way.origin for way in facts.corridors} & facts.open_in
    return Guard(
        "HOME_VACANCY",
        is_entrepreneurial(facts) or facts.home_places == 0 or bool(there),
        f"{facts.home_places} home places, open vacancies in origins: {listed(there)}",
        "an open vacancy in an origin when there are home places",
        "An employer at home: POST /v1/vacancies with that country and partnership_ids: [this partnership].",
    )


def lesson(facts: Facts) -> Guard:
    """S-03: what was learned is written down before the partnership is closed."""
    remedy = f"POST {UNDER}/lessons with type and text."
    return Guard("LESSON", facts.lessons > 0, f"{facts.lessons} lessons", "at least 1", remedy)


def evaluation(facts: Facts) -> Guard:
    """02 §3: somebody has looked whether it worked, with more than monitoring."""
    return Guard(
        "EVALUATION",
        facts.evaluation_uri or facts.evaluations > 0,
        f"monitoring.evaluation_uri {'given' if facts.evaluation_uri else 'absent'},"
        f" {facts.evaluations} evidence items of strength EVALUATION or RCT",
        "either",
        f"{PATCH} with monitoring: {{evaluation_uri: https://…}}, or POST {UNDER}/evidence-items with strength:"
        " EVALUATION.",
    )
