"""Reading from the tables what all participants of a partnership have in common. To be called acting for the house."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import (
    CostGroup,
    EnrolmentStatus,
    FourfoldSubject,
    JointDecisionStatus,
    Payer,
    Track,
)
from services.matching.benefit_facts import EUR, Pool
from services.matching.models.benefits import FourfoldAssessment
from services.matching.models.care import CheckIn
from services.matching.models.copies import MobilityRule, Partnership, PartnershipCosts
from services.matching.models.enrolments import Enrolment
from services.matching.models.proposals import Placement
from services.matching.reference import Figures
from services.matching.safeguards import DECISION

FOREIGN = (Payer.DEST_GOV, Payer.EMPLOYER, Payer.DONOR, Payer.PRIVATE_INVESTOR)
TRAINED = (EnrolmentStatus.CERTIFIED, EnrolmentStatus.TRACK_CHOSEN)
# A mean of fewer would tell what one person sends home or draws.
_FEWEST = 10
_LOOKED_AT = 200  # of the newest assessments
_MEANS = {"remitted_share": "W1", "benefits_drawn": "D2"}


async def pool_of(session: AsyncSession, partnership_id: UUID, isco08: str, figures: Figures, on: date) -> Pool:
    """The participants of a partnership, and what its authorities decided on the occupation."""
    away, home, asked, worked = await counts(session, partnership_id)
    partnership = await session.get(Partnership, partnership_id)
    agreed: Mapping[str, Any] = partnership.data if partnership else {}
    planned = not away
    column = "budget" if planned else "spent"
    euros = await costs_of(session, partnership_id, figures, on)
    places = (agreed.get("away_places") or 0) + (agreed.get("home_places") or 0)
    budget = _sum(euros, "budget", payers=(Payer.EMPLOYER,))
    decision = await _decision(session, partnership_id, isco08)
    return Pool(
        planned=planned,
        departures=(agreed.get("away_places") if planned else away) or None,
        home_graduates=agreed.get("home_places") if planned else home,
        home_asked=asked,
        home_employed=worked,
        foreign_training=_sum(euros, column, (CostGroup.TRAINING,), FOREIGN),
        origin_training=_sum(euros, column, (CostGroup.TRAINING,), (Payer.ORIGIN_GOV,)),
        programme_costs=_sum(euros, column, payers=(Payer.DEST_GOV,)),
        employer_budget=budget / places if budget is not None and places else None,
        destination_index=decision.get("destination_index"),
        origin_class=decision.get("origin_shortage_class"),
        decided_on=date.fromisoformat(decision["in_force_on"]) if decision else None,
        mean=await _means(session, partnership_id),
    )


async def counts(session: AsyncSession, partnership_id: UUID) -> tuple[int, int, int, int]:
    """People who began a job abroad, who were certified on the home track, and of those in a job at home how many were
    asked after twelve months and had it still."""
    begun = select(func.count()).where(
        Placement.partnership_id == partnership_id, Placement.track == Track.AWAY, Placement.started_on.is_not(None)
    )
    graduates = select(func.count(Enrolment.candidate_id.distinct())).where(
        Enrolment.partnership_id == partnership_id,
        Enrolment.track == Track.HOME,
        Enrolment.status.in_(TRAINED),
    )
    employed = CheckIn.answers["employed"].as_boolean()
    asked = (
        select(func.count(), func.count().filter(employed))
        .join(Placement, Placement.id == CheckIn.placement_id)
        .where(Placement.partnership_id == partnership_id, Placement.track == Track.HOME, CheckIn.month == 12)
    )
    of_home = (await session.execute(asked)).one()
    away, home = await session.scalar(begun), await session.scalar(graduates)
    return int(away or 0), int(home or 0), int(of_home[0]), int(of_home[1])


async def costs_of(
    session: AsyncSession, partnership_id: UUID, figures: Figures, on: date
) -> list[dict[str, Any]] | None:
    """Cells of the cost matrix with `budget` and `spent` in EUR; None without a matrix or a rate."""
    kept = await session.get(PartnershipCosts, partnership_id)
    if kept is None:
        return None
    rate = figures.exchange_rate(EUR, kept.data["reporting_currency"], on)
    if rate is None:
        return None
    return [
        cell | {name: float(cell[name]) * rate.value for name in ("budget", "spent")} for cell in kept.data["cells"]
    ]


async def total_of(
    session: AsyncSession, partnership_id: UUID, figures: Figures, on: date
) -> tuple[float | None, float | None]:
    """What foreign payers spent on training, and DEST_GOV on everything, in EUR."""
    cells = await costs_of(session, partnership_id, figures, on)
    return _sum(cells, "spent", (CostGroup.TRAINING,), FOREIGN), _sum(cells, "spent", payers=(Payer.DEST_GOV,))


def _sum(
    cells: list[dict[str, Any]] | None,
    column: str,
    groups: tuple[CostGroup, ...] = tuple(CostGroup),
    payers: tuple[Payer, ...] = tuple(Payer),
) -> float | None:
    if cells is None:
        return None
    return float(sum(cell[column] for cell in cells if cell["group"] in groups and cell["payer"] in payers))


async def _decision(session: AsyncSession, partnership_id: UUID, isco08: str) -> dict[str, Any]:
    """The joint decision on the occupation that came into force last; it stays the word of both sides on the market
    when it has expired since."""
    in_force = (JointDecisionStatus.IN_FORCE, JointDecisionStatus.EXPIRED, JointDecisionStatus.SUSPENDED)
    data = MobilityRule.data
    query = select(data).where(
        MobilityRule.kind == DECISION,
        data["partnership_id"].as_string() == str(partnership_id),
        data["isco08"].as_string() == isco08,
        data["status"].as_string().in_(in_force),
        data["in_force_on"].as_string().is_not(None),
    )
    found: list[dict[str, Any]] = list(await session.scalars(query))
    return max(found, key=lambda each: (each["in_force_on"], each["id"]), default={})


async def _means(session: AsyncSession, partnership_id: UUID) -> dict[str, tuple[float, int]]:
    query = select(FourfoldAssessment.subject_id, FourfoldAssessment.inputs).where(
        FourfoldAssessment.partnership_id == partnership_id,
        FourfoldAssessment.subject == FourfoldSubject.PLACEMENT,
        FourfoldAssessment.inputs.is_not(None),
    )
    rows = (await session.execute(query.order_by(FourfoldAssessment.id.desc()).limit(_LOOKED_AT))).all()
    newest = {row.subject_id: row.inputs for row in reversed(rows)}
    means = {}
    entries = [orjson.loads(inputs)["entries"] for inputs in newest.values()]
    for name, code in _MEANS.items():
        known = [each[code]["inputs"][name]["value"] for each in entries if code in each]
        values = [value for value in known if value is not None]
        if len(values) >= _FEWEST:
            means[name] = (sum(values) / len(values), len(values))
    return means
