"""What the candidate and the employer gain from one job: the inputs of W1 to W3 and E1 to E3. Pure.

`fourfold` has the formulas and their units. What only the benefiting party says is shown and does not count.
"""

from services.contracts.vocabulary import FigureKind as Kind
from services.contracts.vocabulary import FourfoldEvidence as Evidence
from services.matching.benefit_facts import (
    EMPLOYER,
    EUR,
    WORKER,
    Asked,
    Said,
    Side,
    counted,
    evidence_of,
    mean_of,
    of_figure,
    of_said,
    planned,
    served,
)
from services.matching.benefits import Entry, Input, unknown
from services.matching.reference import Found, skill_level

# What is asked at check-ins of decent work, by what the design calls it; two answers are one item.
ITEMS = {
    "contract understood": ("contract_understood",),
    "paid in full and on time": ("paid_in_full", "paid_on_time"),
    "hours as agreed": ("hours_as_agreed",),
    "covered at work": ("covered_at_work",),
    "social security": ("social_security",),
    "documents kept by the worker": ("documents_kept_by_worker",),
    "free to leave": ("free_to_leave",),
    "grievance access": ("grievance_access",),
}


def candidate_entries(asked: Asked) -> dict[str, Entry]:
    """W1 to W3."""
    return {"W1": _income(asked), "W2": _skills(asked), "W3": _decent_work(asked)}


def employer_entries(asked: Asked) -> dict[str, Entry]:
    """E1 to E3."""
    return {"E1": _benefit(asked), "E2": _retention(asked), "E3": _fit(asked)}


def months(asked: Asked, benefits: Side | None) -> Input:
    """The months that are compared; a side that they benefit needs the other's word that the person works there."""
    case = asked.case
    if case.ex_ante:
        return planned(asked.months, "months", "contract of the vacancy, at most the horizon", case.on, "")
    if not asked.months:
        return unknown("months", "time: the job has hardly begun")
    return Input(asked.months, "months", "start and end of the placement", case.on, *_at_work(asked, benefits))


def origin_income(asked: Asked) -> dict[str, Input]:
    """What the person would earn at origin, and how probably."""
    case, figures = asked.case, asked.figures
    currency = asked.currency_of(case.origin)
    occupation = case.occupation or case.isco08
    wage = currency and figures.monthly_wage(case.origin, occupation, currency, case.prices_on)
    probability = asked.figure(Kind.EMPLOYMENT_PROBABILITY, case.origin, "share", occupation)
    return {
        "origin_monthly": of_figure(_positive(wage or None), f"{currency or '?'} a month", Kind.REFERENCE_WAGE),
        "employed_at_origin": probability if probability.value else unknown("share", probability.ask),
    }


def _positive(found: Found | None) -> Found | None:
    return found if found and found.value > 0 else None


def _income(asked: Asked) -> Entry:
    case = asked.case
    home = asked.currency_of(case.origin)
    rate = home and asked.rate(home, case.currency)
    work_prices = asked.figures.find(Kind.PRICE_LEVEL, case.prices_on, country=case.country, currency=case.currency)
    inputs = {
        "net_monthly": net_pay(asked),
        "worker_costs": _worker_costs(asked),
        "price_level": of_figure(work_prices, f"{case.currency} for one international dollar", Kind.PRICE_LEVEL),
        "remitted_share": remitted_share(asked),
        "exchange_rate": of_figure(rate or None, f"{home or '?'} for one {case.currency}", Kind.EXCHANGE_RATE),
        "origin_price_level": asked.figure(
            Kind.PRICE_LEVEL, case.origin, f"{home or '?'} for one international dollar"
        ),
        **origin_income(asked),
        "months": months(asked, "PERSON"),
    }
    return Entry(inputs, _reference(asked.parameters.income_gain, "of the income at origin", asked))


def _reference(value: float, unit: str, asked: Asked) -> Input:
    return Input(value, unit, "parameters of the partnership", asked.case.on, Evidence.REFERENCE)


def net_pay(asked: Asked) -> Input:
    """Net pay of a month."""
    case, unit = asked.case, f"{asked.case.currency} a month"
    if case.ex_ante:
        return planned(case.offered_net, unit, "vacancy, net wage as estimated", case.on, f"{EMPLOYER}: in the vacancy")
    return of_said(case.net, unit, "PERSON", f"{EMPLOYER}: record or confirm a month's pay in the ledger")


def _worker_costs(asked: Asked) -> Input:
    case, unit = asked.case, asked.case.currency
    if case.worker_costs is not None:
        return of_said(case.worker_costs, unit, None, "")
    if case.ex_ante and case.employer_pays:
        return planned(0.0, unit, "the partnership agreed that the employer pays", case.on, "")
    return unknown(unit, f"{WORKER}: record in the ledger what the worker paid")


def remitted_share(asked: Asked) -> Input:
    """Share of net pay that is sent home: as recorded, as stated, or as those did who went before."""
    case, ask = asked.case, f"{WORKER}: record remittances, or ask at a check-in"
    if not case.abroad:
        return planned(0.0, "share", "a job at home", case.on, "")
    net = case.net.value if case.net else None
    if case.remitted is not None and net:
        share = min(1.0, case.remitted.value / net)
        return Input(share, "share", f"{case.remitted.source}, by net pay", case.remitted.on, Evidence.OTHER_PARTY)
    if "REMITTED_SHARE" in case.stated:
        return of_said(case.stated["REMITTED_SHARE"], "share", None, "")
    return mean_of(asked, "remitted_share", "share", ask) if case.ex_ante else unknown("share", ask)


def _skills(asked: Asked) -> Entry:
    case = asked.case
    ask = "the training provider: certify or close the enrolment"
    aimed = float(case.planned_skills) if case.planned_skills else None
    certified = None if case.certified_skills is None else float(case.certified_skills)
    own = case.stated.get("OWN_SKILL_LEVEL")
    level = own.value if own else case.own_skill_level
    job = skill_level(case.isco08)
    entered = f"{WORKER}: enter occupations or the EQF level of the person"
    return Entry(
        {
            "certified": counted(certified, "skills", "enrolments of the partnership, as certified", case.on, ask),
            "planned": counted(aimed, "skills", "skills taught in these enrolments", case.on, ask),
            "own_skill_level": planned(level, "ISCO skill level", "profile of the person", case.on, entered),
            "job_skill_level": counted(job, "ISCO skill level", "ISCO-08 code of the job", case.on, ""),
        }
    )


def _decent_work(asked: Asked) -> Entry:
    case = asked.case
    ask = f"{WORKER}: hold a check-in and say what shows the answers (verified_by)"
    latest: dict[str, bool] = {}
    shown = [talk for talk in sorted(case.talks, key=lambda talk: talk.on) if talk.shown_by]
    for talk in shown:
        for item, questions in ITEMS.items():
            said = [talk.answers[name] for name in questions if talk.answers.get(name) is not None]
            if said:
                latest[item] = all(said)
    breaches = case.breaches + sum(talk.breaches for talk in shown)
    known = bool(latest) or breaches > 0
    source = "check-ins whose answers were verified, and cases that were confirmed"
    met, verified = float(sum(latest.values())), float(len(latest)) or 1.0
    return Entry(
        {
            "items_met": counted(met if known else None, "items", source, case.on, ask),
            "items_verified": counted(verified if known else None, "items", source, case.on, ask),
            "breaches": counted(float(breaches) if known else None, "breaches", source, case.on, ask),
        }
    )


_CONFIRM_WORK = {
    "PERSON": f"{EMPLOYER}: record or confirm a month's pay in the ledger, which shows that the person works there",
    "EMPLOYER": f"{WORKER}: hold a check-in, which shows that the person works there",
}


def _at_work(asked: Asked, benefits: Side | None) -> tuple[Evidence, str]:
    return evidence_of(asked.case.at_work_say, benefits), _CONFIRM_WORK.get(benefits or "", "")


def gross_pay(asked: Asked, benefits: Side | None) -> Input:
    """Gross pay of a month in EUR."""
    case = asked.case
    ask = "whoever keeps reference figures: the exchange rate"
    if case.ex_ante:
        return planned(asked.in_euro(case.offered_gross), "EUR a month", "vacancy", case.on, ask)
    value = asked.in_euro(case.gross.value if case.gross else None)
    if case.gross is None or value is None:
        return unknown("EUR a month", ask)
    source = f"{case.gross.source}, in EUR"
    return Input(value, "EUR a month", source, case.gross.on, *_at_work(asked, benefits))


def _benefit(asked: Asked) -> Entry:
    case, gross = asked.case, gross_pay(asked, "EMPLOYER")
    wages = asked.parameters.employer_wages
    reference = Input(
        gross.value and gross.value * wages,
        EUR,
        f"{wages:g} gross wages of a month",
        gross.on,
        gross.evidence,
        gross.ask,
    )
    inputs = {
        "months_filled": months(asked, "EMPLOYER"),
        "unfilled_share": asked.figure(Kind.UNFILLED_SHARE, case.country, "share of vacancies", case.isco08),
        "value_margin": asked.of_industry(Kind.VALUE_MARGIN, "ratio"),
        "gross_monthly": gross,
        "employer_costs": _employer_costs(asked),
    }
    return Entry(inputs, reference)


def _employer_costs(asked: Asked) -> Input:
    case = asked.case
    if case.ex_ante:
        ask = "a lead or funder: agree on a cost matrix with budgets"
        source = "budget of EMPLOYER in the cost matrix, by planned place"
        return planned(asked.pool.employer_budget, EUR, source, case.on, ask)
    ask = f"{EMPLOYER}: record what it paid in the ledger"
    said = case.employer_costs
    in_euro = asked.in_euro(said.value if said else None)
    if said is None or in_euro is None:
        return unknown(EUR, ask)
    # A cost that the employer overstates lowers its own score: its word is enough.
    return of_said(Said(in_euro, said.by, said.confirmed, said.on, said.source), EUR, None, ask)


def _retention(asked: Asked) -> Entry:
    case = asked.case
    if case.ex_ante:
        later = unknown("months", "time: the job has not begun")
        stayed = due = later
    else:
        most = asked.parameters.horizon_months
        contract = min(case.contract_months or most, most)
        begun = months(asked, "EMPLOYER")
        # Of a contract that still runs, the part that has run: nobody has left it early yet.
        so_far = contract if case.left_on else min(contract, served(case))
        stayed = begun
        due = counted(so_far or None, "months", "contract, as far as it has run", case.on, begun.ask)
    benchmark = asked.of_industry(Kind.SECTOR_RETENTION, "share of the contract")
    if not benchmark.value:
        benchmark = unknown("share of the contract", benchmark.ask)
    return Entry({"months_served": stayed, "contract_months": due, "benchmark": benchmark})


def _fit(asked: Asked) -> Entry:
    case = asked.case
    source = "essential skills' match E of the match that was kept with the proposal"
    return Entry({"essential_match": counted(case.fit, "share", source, case.on, f"{WORKER}: propose again")})
