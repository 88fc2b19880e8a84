"""Reading from the tables what the fourfold win of one proposal or placement depends on.

To be called while acting for the house: the parties' records are owned by several, and `fourfold_results` shows each
reader only what is theirs to see.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import EnrolmentStatus, GuardCaseStatus, GuardRail, LedgerKind, LedgerPayee, Payer
from services.matching import replays
from services.matching.benefit_facts import Case, Homecoming, Said, Side, Talk
from services.matching.models.benefits import FourfoldStatement
from services.matching.models.candidates import Candidate
from services.matching.models.care import CheckIn, GuardCase, LedgerEntry
from services.matching.models.cases import CaseStep
from services.matching.models.copies import Opening, Partnership, Programme
from services.matching.models.enrolments import Enrolment
from services.matching.models.matches import StoredMatch
from services.matching.models.proposals import Placement, Proposal
from services.matching.models.returns import Remittance, Return
from services.matching.reference import Figures, skill_level

_TRAINED = (EnrolmentStatus.CERTIFIED.value, EnrolmentStatus.TRACK_CHOSEN.value)
_OVER = (*_TRAINED, EnrolmentStatus.FAILED.value, EnrolmentStatus.DROPPED.value)
_SPENT = (LedgerKind.FEE.value, LedgerKind.COST.value)
_WORST = (GuardRail.G02.value, GuardRail.G03.value)
_WEEKS = Decimal(52) / Decimal(12)  # in a month
_HIGHEST = {1: 1, 2: 1, 3: 2, 4: 2, 5: 3}  # EQF -> ISCO-08 skill level (ISCED 0-1, 2-4, 5; above it is 4)
Life = Proposal | Placement


async def case_of(session: AsyncSession, life: Life, figures: Figures, on: date) -> Case | None:
    """What is on record; None for a person who was erased or a vacancy that is no longer known."""
    candidate = await session.get(Candidate, life.candidate_id)
    opening = await session.get(Opening, life.vacancy_id)
    partnership = await session.get(Partnership, life.partnership_id)
    if candidate is None or opening is None or partnership is None:
        return None
    placement = life if isinstance(life, Placement) and life.started_on is not None else None
    job = await _job(session, placement, figures, opening.data["gross_monthly_wage"]["currency"]) if placement else {}
    return Case(
        on=on,
        origin=candidate.residence,
        **_offer(opening.data, life, partnership.data, job),
        **_person(candidate, opening.data["isco08"]),
        **await _training(session, life, figures, on),
        fit=await _fit(session, life),
        **job,
    )


def _offer(data: dict[str, Any], life: Life, partnership: dict[str, Any], job: dict[str, Any]) -> dict[str, Any]:
    wage, net = data["gross_monthly_wage"], data.get("net_monthly_wage_estimate")
    same = net is not None and net["currency"] == wage["currency"]
    offer = {
        "track": life.track,
        "country": data["country"],
        "isco08": data["isco08"],
        "sector": data.get("sector"),
        "currency": wage["currency"],
        "contract_months": data.get("contract_months"),
        "offered_gross": float(wage["amount"]),
        "offered_net": float(net["amount"]) if net is not None and same else None,
        "green_share": data.get("green_share"),
        "employer_pays": partnership.get("employer_pays"),
    }
    return {name: value for name, value in offer.items() if name not in job}


def _person(candidate: Candidate, isco08: str) -> dict[str, Any]:
    jobs = [job for job in candidate.occupations if job["months"] > 0]
    last = max(jobs, key=lambda job: job.get("last_date") or "9999-12-31", default=None)
    levels = [skill_level(job["isco08"]) for job in jobs]
    levels.append(None if candidate.eqf is None else _HIGHEST.get(candidate.eqf, 4))
    return {
        "trained_by_partnership": candidate.trained_by_partnership,
        "incumbent": any(job["isco08"][:3] == isco08[:3] for job in jobs),
        "own_skill_level": max((level for level in levels if level is not None), default=None),
        "occupation": last and last["isco08"],
    }


async def _training(session: AsyncSession, life: Life, figures: Figures, on: date) -> dict[str, Any]:
    """Skills that the person's enrolments in the partnership teach, how many were certified (None while one goes on),
    and what the training costs by trainee in EUR."""
    query = (
        select(Enrolment.status, Programme.data)
        .join(Programme, Programme.id == Enrolment.programme_id)
        .where(Enrolment.candidate_id == life.candidate_id, Enrolment.partnership_id == life.partnership_id)
        .where(Enrolment.status.not_in((EnrolmentStatus.APPLIED, EnrolmentStatus.NOT_SELECTED)))
    )
    rows = (await session.execute(query)).all()
    taught = {skill["uri"] for row in rows for skill in row.data["skills"]}
    candidate = await session.get_one(Candidate, life.candidate_id)
    proven = {skill["uri"] for skill in candidate.earned_skills if skill["evidence"] in ("CERTIFIED", "TESTED")}
    costs = []
    for row in rows:
        cost = row.data["cost_per_trainee"]
        rate = figures.exchange_rate("EUR", cost["currency"], on)
        costs.append(None if rate is None else float(cost["amount"]) * rate.value)
    over = all(row.status in _OVER for row in rows)
    return {
        "planned_skills": len(taught),
        "certified_skills": len(taught & proven) if rows and over else None,
        "training_cost": sum(cost for cost in costs if cost) if costs and None not in costs else None,
    }


async def _fit(session: AsyncSession, life: Life) -> float | None:
    """E of the match that was kept with the proposal last."""
    proposal = life.proposal_id if isinstance(life, Placement) else life.id
    query = select(StoredMatch).where(StoredMatch.proposal_id == proposal).order_by(StoredMatch.id.desc()).limit(1)
    kept = (await session.scalars(query)).one_or_none()
    if kept is None or kept.inputs is None:
        return None
    terms = replays.read(kept.inputs).explain().a_terms
    return next((term.value for term in terms if term.name == "E"), None)


async def _job(session: AsyncSession, placement: Placement, figures: Figures, offered: str) -> dict[str, Any]:
    """What became of a job that has begun. Amounts of pay are in one currency, that of the net pay."""
    assert placement.started_on is not None
    net, gross = placement.net_monthly_earnings, placement.gross_hourly_earnings
    currency = net["currency"] if net else offered
    began = await _began_by(session, placement)
    entries = await _entries(session, placement.id)
    check_ins = list(await session.scalars(select(CheckIn).where(CheckIn.placement_id == placement.id)))
    of_pay = {_side(entry, placement) for entry in entries if entry.kind == LedgerKind.WAGE}
    confirmed = {"PERSON", "EMPLOYER"} if any(e.confirmed_by for e in entries if e.kind == LedgerKind.WAGE) else set()
    asked: set[Side] = {"PERSON"} if any(each.answers.get("employed") for each in check_ins) else set()
    pay = gross and gross["currency"] == currency and placement.weekly_hours
    monthly = Decimal(gross["amount"]) * (placement.weekly_hours or 0) * _WEEKS if gross and pay else None
    started = placement.started_on
    stated = {each.name: _stated(each, placement) for each in await _statements(session, placement.id)}
    net_said = _wage(entries, currency, placement) or (
        Said(float(net["amount"]), began, False, started, "placement, as said at the start") if net else None
    )
    sent, fee = await _remitted(session, placement, check_ins, currency, figures)
    return {
        "started_on": started,
        "left_on": placement.ended_on,
        "currency": currency,
        "at_work_say": frozenset({began, *of_pay, *confirmed, *asked}),
        "gross": Said(float(monthly), began, False, started, "placement, hourly pay × hours") if monthly else None,
        "net": net_said,
        "worker_costs": _worker_costs(entries, placement, currency, figures, began),
        "employer_costs": _employer_costs(entries, currency, figures),
        "talks": tuple(_talk(each) for each in check_ins),
        "breaches": await _confirmed_breaches(session, placement.id),
        "remitted": sent,
        "remitted_fee": fee,
        "homecoming": await _homecoming(session, placement.id),
        "stated": stated,
    }


async def _began_by(session: AsyncSession, placement: Placement) -> Side:
    query = select(CaseStep.by_organisation).where(CaseStep.case_id == placement.id, CaseStep.to_status == "STARTED")
    by = (await session.scalars(query.order_by(CaseStep.id).limit(1))).one_or_none()
    return "PERSON" if by == placement.organisation_id else "EMPLOYER"


async def _entries(session: AsyncSession, placement_id: UUID) -> Sequence[LedgerEntry]:
    """Entries that stand."""
    query = select(LedgerEntry).where(LedgerEntry.placement_id == placement_id).order_by(LedgerEntry.id)
    entries = (await session.scalars(query)).all()
    gone = {entry.corrects for entry in entries}
    return [entry for entry in entries if entry.corrects is None and entry.id not in gone]


async def _statements(session: AsyncSession, placement_id: UUID) -> Sequence[FourfoldStatement]:
    query = select(FourfoldStatement).where(FourfoldStatement.placement_id == placement_id)
    return (await session.scalars(query.order_by(FourfoldStatement.id))).all()


def _stated(each: FourfoldStatement, placement: Placement) -> Said:
    by: Side = "PERSON" if each.stated_by == placement.organisation_id else "EMPLOYER"
    source = f"statement: {each.source}"
    return Said(float(each.value), by, each.confirmed_by is not None, each.stated_at.date(), source)


def _side(entry: LedgerEntry, placement: Placement) -> Side:
    return "PERSON" if entry.recorded_by == placement.organisation_id else "EMPLOYER"


def _wage(entries: Sequence[LedgerEntry], currency: str, placement: Placement) -> Said | None:
    """Mean net pay of the months in the ledger; of those that both sides know where there are any."""
    paid = [entry for entry in entries if entry.kind == LedgerKind.WAGE and entry.currency == currency]
    known = [entry for entry in paid if entry.confirmed_by or _side(entry, placement) == "EMPLOYER"]
    chosen = known or paid
    if not chosen:
        return None
    of_months = {(entry.paid_on.year, entry.paid_on.month) for entry in chosen}
    mean = float(sum(entry.amount for entry in chosen)) / len(of_months)
    side = _side(chosen[-1], placement)
    confirmed = all(entry.confirmed_by for entry in chosen)
    return Said(mean, side, confirmed, chosen[-1].paid_on, f"ledger, mean of {len(of_months)} months")


def _worker_costs(
    entries: Sequence[LedgerEntry], placement: Placement, currency: str, figures: Figures, began: Side
) -> Said | None:
    """What the worker bore: from the ledger, else as said at the start."""
    mine = [e for e in entries if (e.kind in _SPENT and e.payer == Payer.WORKER)]
    # What was given back counts once the worker's side knows of it.
    known = [e for e in entries if e.confirmed_by or _side(e, placement) == "PERSON"]
    back = [e for e in known if e.kind == LedgerKind.REIMBURSEMENT and e.payee == LedgerPayee.WORKER]
    counted = [*mine, *back]
    if mine:
        paid, returned = (_total(each, currency, figures) for each in (mine, back))
        if paid is None or returned is None:
            return None
        last = max(entry.paid_on for entry in counted)
        return Said(max(0.0, paid - returned), "PERSON", False, last, "ledger, less reimbursements")
    said = placement.recruitment_costs_paid_by_worker
    assert placement.started_on is not None
    if not said or said["currency"] != currency:
        return None
    return Said(float(said["amount"]), began, False, placement.started_on, "placement, as said at the start")


def _employer_costs(entries: Sequence[LedgerEntry], currency: str, figures: Figures) -> Said | None:
    """What the employer paid and gave back, but for pay."""
    kinds = (*_SPENT, LedgerKind.REIMBURSEMENT.value)
    paid = [entry for entry in entries if entry.kind in kinds and entry.payer == Payer.EMPLOYER]
    total = _total(paid, currency, figures)
    if not paid or total is None:
        return None
    return Said(total, "EMPLOYER", False, max(entry.paid_on for entry in paid), "ledger")


def _total(entries: Sequence[LedgerEntry], currency: str, figures: Figures) -> float | None:
    """The sum in `currency`, each at the rate of its day; None without a rate."""
    total = 0.0
    for entry in entries:
        rate = figures.exchange_rate(currency, entry.currency, entry.paid_on)
        if rate is None:
            return None
        total += float(entry.amount) * rate.value
    return total


def _talk(each: CheckIn) -> Talk:
    answers = {name: value for name, value in each.answers.items() if isinstance(value, bool)}
    return Talk(each.took_place_on, each.month, answers, len(each.breaches), each.verified_by)


async def _confirmed_breaches(session: AsyncSession, placement_id: UUID) -> int:
    """Cases of forced labour or of pay below the floor that are true and were not put right yet."""
    query = select(GuardCase.id).where(
        GuardCase.placement_id == placement_id,
        GuardCase.code.in_(_WORST),
        GuardCase.status == GuardCaseStatus.CONFIRMED,
    )
    return len((await session.scalars(query)).all())


async def _remitted(
    session: AsyncSession, placement: Placement, check_ins: Sequence[CheckIn], currency: str, figures: Figures
) -> tuple[Said | None, float | None]:
    """What is sent home a month, in the currency of pay, and the share that sending takes (None: not on record)."""
    assert placement.started_on is not None
    rows = (await session.scalars(select(Remittance).where(Remittance.placement_id == placement.id))).all()
    if rows:
        first, last = placement.started_on, max(row.sent_on for row in rows)
        months = max(1, (last.year - first.year) * 12 + last.month - first.month + 1)
        sent = [_converted(float(row.amount), row.currency, currency, row.sent_on, figures) for row in rows]
        total, fees = sum(float(row.amount) for row in rows), sum(float(row.fee) for row in rows)
        if None in sent or not total:
            return None, None
        said = Said(sum(each or 0.0 for each in sent) / months, "PERSON", False, last, "remittances on record")
        # One share over several currencies would weigh them by their units.
        return said, fees / total if len({row.currency for row in rows}) == 1 else None
    told = [each for each in sorted(check_ins, key=lambda each: each.month) if each.answers.get("remittances")]
    if not told:
        return None, None
    money, on = told[-1].answers["remittances"], told[-1].took_place_on
    amount = _converted(float(money["amount"]), money["currency"], currency, on, figures)
    return (None if amount is None else Said(amount, "PERSON", False, on, "check-in, as the worker said")), None


def _converted(amount: float, given: str, wanted: str, on: date, figures: Figures) -> float | None:
    rate = figures.exchange_rate(wanted, given, on)
    return None if rate is None else amount * rate.value


async def _homecoming(session: AsyncSession, placement_id: UUID) -> Homecoming | None:
    row = (await session.scalars(select(Return).where(Return.placement_id == placement_id))).one_or_none()
    if row is None:
        return None
    said = row.follow_up or {}
    return Homecoming(row.planned_on, row.returned_on, said.get("employed"), said.get("using_skills"))
