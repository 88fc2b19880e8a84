"""What the countries of destination and origin gain from one job: the inputs of D1 to D3 and O1 to O4. Pure.

`fourfold` has the formulas and their units. A job at home has no country of destination, and nobody leaves the origin:
its parts in the pool of the partnership are looked at there.
"""

from dataclasses import replace

from services.contracts.vocabulary import FigureKind as Kind
from services.contracts.vocabulary import FourfoldEvidence as Evidence
from services.contracts.vocabulary import ShortageClass
from services.matching.benefit_facts import (
    EUR,
    WORKER,
    Asked,
    Pool,
    counted,
    mean_of,
    of_figure,
    of_said,
    planned,
)
from services.matching.benefits import Entry, Input, unknown
from services.matching.benefits_of_people import gross_pay, months, net_pay, origin_income, remitted_share

_LOST = {  # what the origin loses with a qualified incumbent
    ShortageClass.SEVERE_SHORTAGE: 1.0,
    ShortageClass.SHORTAGE: 1.0,
    ShortageClass.BALANCE: 0.5,
    ShortageClass.SURPLUS: 0.0,
}
_COSTS = "the partnership: agree on a cost matrix and record what was spent"
_POOL = "records of the partnership"


def destination_entries(asked: Asked) -> dict[str, Entry]:
    """D1 to D3; none for a job at home."""
    if not asked.case.abroad:
        return {}
    return {"D1": _relief(asked), "D2": _fiscal(asked), "D3": _green(asked)}


def origin_entries(asked: Asked) -> dict[str, Entry]:
    """O1 to O4; none for a job at home."""
    if not asked.case.abroad:
        return {}
    return {"O1": _stock(asked), "O2": _finance(asked), "O3": _remittances(asked), "O4": _return(asked)}


def _pooled(asked: Asked, value: float | None, unit: str, what: str, ask: str) -> Input:
    """A figure of the partnership: agreed as long as nobody has left, then recorded."""
    pool: Pool = asked.pool
    if pool.planned:
        return planned(value, unit, f"{what}, as planned", asked.case.on, ask)
    return counted(value, unit, f"{what}, as recorded", asked.case.on, ask)


def _per_departure(pool: Pool, amount: float | None) -> float | None:
    return amount / pool.departures if amount is not None and pool.departures else None


def _relief(asked: Asked) -> Entry:
    pool, ask = asked.pool, "the authorities of both sides: decide jointly on the occupation"
    source = "joint decision, shortage index of the destination"
    index = counted(pool.destination_index, "index, -1 to 1", source, pool.decided_on or asked.case.on, ask)
    return Entry({"shortage_index": index})


def _fiscal(asked: Asked) -> Entry:
    case, pool = asked.case, asked.pool
    gross, worked = gross_pay(asked, None), months(asked, None)
    share = asked.figure(Kind.TAX_SHARE, case.country, "share of gross pay", case.isco08)
    known = (gross.counted, worked.counted, share.counted)
    if None in known:
        first = next(each for each in (gross, worked, share) if each.counted is None)
        taxes = unknown(EUR, first.ask)
    else:
        source = f"gross pay ({gross.source}) × months × {share.source}"
        taxes = Input(gross.value * worked.value * share.value, EUR, source, case.on, gross.evidence)  # type: ignore[operator]
    ask = f"{WORKER} or the employer: state BENEFITS_DRAWN"
    drawn = case.stated.get("BENEFITS_DRAWN")
    spent = _pooled(asked, _per_departure(pool, pool.programme_costs), EUR, "spending of DEST_GOV by departure", _COSTS)
    reference = asked.money(Kind.MEDIAN_TAX, case.country, "EUR a year", case.isco08)
    scale = asked.parameters.yearly_taxes
    if reference.value is not None:
        reference = Input(reference.value * scale, reference.unit, reference.source, reference.on, reference.evidence)
    inputs = {
        "taxes": taxes,
        "programme_costs": spent,
        "benefits_drawn": of_said(drawn, EUR, None, ask) if drawn else mean_of(asked, "benefits_drawn", EUR, ask),
    }
    return Entry(inputs, reference)


def _green(asked: Asked) -> Entry:
    case = asked.case
    ask = "the employer: say the green share in the vacancy"
    green = planned(case.green_share, "share of the job", "vacancy", case.on, ask)
    stated = case.stated.get("BROWN_SHARE")
    if stated is not None:
        brown = of_said(stated, "share of the job", None, "")
    elif case.green_share:
        brown = planned(0.0, "share of the job", "a green job, as the vacancy says", case.on, "")
    else:
        brown = unknown("share of the job", f"{WORKER} or the employer: state BROWN_SHARE")
    return Entry({"green_share": green, "brown_share": brown})


def _stock(asked: Asked) -> Entry:
    case, pool = asked.case, asked.pool
    ask = f"{WORKER}: hold the check-ins of those who work at home"
    graduates = _per_departure(pool, pool.home_graduates)
    if graduates == 0:
        employed = counted(0.0, "share", "nobody was trained at home", case.on, "")
    elif pool.home_asked:
        worked = pool.home_employed / pool.home_asked
        source = f"check-ins after twelve months of {pool.home_asked} who work at home"
        employed = counted(worked, "share", source, case.on, ask)
    else:
        employed = unknown("share", ask)
    inputs = {
        "home_graduates_per_departure": _pooled(
            asked, graduates, "persons", "home graduates by departure", "the partnership: train at home"
        ),
        "home_employment": employed,
        "returned": _returned(asked),
        "departure": _departure(asked),
    }
    persons = asked.parameters.persons
    return Entry(inputs, Input(persons, "persons", "parameters of the partnership", case.on, Evidence.REFERENCE))


def _returned(asked: Asked) -> Input:
    case, back = asked.case, asked.case.homecoming
    if back is None or back.returned_on is None:
        return counted(0.0, "persons", "no return on record", case.on, "")
    if back.employed is None:
        return unknown("persons", f"{WORKER}: ask six months after the return")
    skilled = back.employed and back.using_skills is True
    return counted(float(skilled), "persons", "follow-up of the return", case.on, "")


def _departure(asked: Asked) -> Input:
    """1 for a qualified incumbent where origin is short, 0.5 in balance, 0 in surplus or trained from outside."""
    case, pool, unit = asked.case, asked.pool, "persons"
    if not case.incumbent:
        who = "trained by the partnership" if case.trained_by_partnership else "never worked in the occupation"
        return counted(0.0, unit, f"profile of the person: {who}", case.on, "")
    ask = "the authorities of both sides: decide jointly on the occupation"
    lost = None if pool.origin_class is None else _LOST.get(ShortageClass(pool.origin_class))
    source = f"an incumbent of the occupation, origin's class {pool.origin_class}"
    return counted(lost, unit, source, pool.decided_on or case.on, ask)


def _finance(asked: Asked) -> Entry:
    case, pool = asked.case, asked.pool
    foreign = _per_departure(pool, pool.foreign_training)
    what = "TRAINING paid by DEST_GOV, EMPLOYER, DONOR and PRIVATE_INVESTOR, by departure"
    if case.incumbent or not case.trained_by_partnership:
        embodied = asked.money(Kind.TRAINING_COST, case.origin, EUR, case.isco08)
    else:
        trained = (pool.departures or 0) + (pool.home_graduates or 0)
        own = pool.origin_training / trained if pool.origin_training is not None and trained else None
        embodied = _pooled(asked, own, EUR, "TRAINING paid by ORIGIN_GOV, by person trained", _COSTS)
    scale = asked.parameters.training_costs
    if case.training_cost is not None:
        reference = planned(case.training_cost * scale, EUR, "cost of the programme by trainee", case.on, "")
    else:  # whom the partnership did not train, somebody else did
        unit_cost = asked.money(Kind.TRAINING_COST, case.origin, EUR, case.isco08)
        scaled = None if unit_cost.value is None else unit_cost.value * scale
        reference = replace(unit_cost, value=scaled)
    inputs = {
        "foreign_money_per_departure": _pooled(asked, foreign, EUR, what, _COSTS),
        "public_cost_embodied": embodied,
    }
    return Entry(inputs, reference)


def _remittances(asked: Asked) -> Entry:
    case = asked.case
    home = asked.currency_of(case.origin)
    share, net, worked = remitted_share(asked), net_pay(asked), months(asked, None)
    rate = home and asked.rate(home, case.currency)
    # What the worker says of money sent is the origin's benefit, so that the pay counts whoever recorded it.
    parts = (share.counted, net.value, worked.counted, rate.value if rate else None)
    unit = home or "currency of the origin"
    if None in parts:
        sent = unknown(unit, share.ask or net.ask or worked.ask or f"exchange rate of {case.currency}")
    else:
        value = parts[0] * parts[1] * parts[2] * parts[3]  # type: ignore[operator]
        sent = Input(value, unit, f"share sent home ({share.source}) × net pay × months", case.on, share.evidence)
    if case.remitted_fee is not None:
        fee = counted(case.remitted_fee, "share", "remittances on record, fees by amount", case.on, "")
    else:
        found = asked.figures.find(Kind.TRANSFER_COST, case.prices_on, country=case.origin, from_country=case.country)
        fee = of_figure(found, "share", Kind.TRANSFER_COST)
    share_of_income = asked.parameters.remittance_share
    reference = Input(
        share_of_income, "of the income at origin", "parameters of the partnership", case.on, Evidence.REFERENCE
    )
    inputs = {"remitted": sent, "transfer_cost_share": fee, **origin_income(asked), "months": worked}
    return Entry(inputs, reference)


def _return(asked: Asked) -> Entry:
    """1 back and using the skills, 0.5 not due, 0 back without using them, or due and not back."""
    case, back = asked.case, asked.case.homecoming
    if back is None or (back.returned_on is None and back.planned_on >= case.on):
        value = planned(0.5, "share", "no return is due", case.on, "")
    elif back.returned_on is None:
        value = counted(0.0, "share", f"return planned for {back.planned_on}, not made", case.on, "")
    elif back.using_skills is None:
        value = unknown("share", f"{WORKER}: ask six months after the return")
    else:
        value = counted(float(back.using_skills), "share", "follow-up of the return", case.on, "")
    return Entry({"share": value})
