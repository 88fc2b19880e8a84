"""Setting targets, reporting what was achieved, and paying for it: once, on the word of somebody else."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.result_indicators import RESULT_INDICATORS
from services.contracts.vocabulary import MilestoneStatus, TargetVerdict
from services.kit import concurrency
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Guard, Unprocessable
from services.kit.records import fields_of, found, locked, merged
from services.registry.models.attachments import check_document
from services.registry.models.membership import Membership, PartyRecord, amend, held, keep, kept, membership
from services.registry.models.partnerships import Partnership
from services.registry.models.results import Achievement, Milestone, MilestoneVerification, ResultTarget
from services.registry.results import attainment
from services.registry.results.schemas import (
    AchievementIn,
    MilestoneIn,
    MilestonePatch,
    ResultTargetIn,
    ResultTargetPatch,
    VerificationIn,
)


async def listed(
    session: AsyncSession, kind: type[PartyRecord], partnership_id: UUID, /, **wanted: object
) -> Select[Any]:
    """All records of this kind about a partnership, with these values where given. Raises NotFound."""
    await found(session, Partnership, partnership_id)
    return kept(kind, partnership_id).filter_by(**{name: value for name, value in wanted.items() if value is not None})


async def set_target(
    session: AsyncSession, principal: Principal, partnership_id: UUID, data: ResultTargetIn
) -> ResultTarget:
    """A new target of the caller's."""
    await membership(session, principal, partnership_id)
    return await keep(session, principal, ResultTarget, partnership_id, data.model_dump() | _derived(data))


def _derived(data: ResultTargetIn) -> dict[str, Any]:
    indicator = RESULT_INDICATORS[data.indicator_code]
    return {"unit": indicator.unit, "outcome_family": data.outcome_family or indicator.outcome_family}


async def change_target(session: AsyncSession, target_id: UUID, version: int, patch: ResultTargetPatch) -> ResultTarget:
    """Merge the patch. Raises Conflict once something was achieved: what is expected is said beforehand."""
    target = await held(session, ResultTarget, target_id)
    concurrency.check(target, version)
    achieved = await session.scalar(select(Achievement.id).where(Achievement.result_target_id == target_id).limit(1))
    remedy = "Set a new target."
    _hold(Guard("NOTHING_ACHIEVED", achieved is None, "an achievement", "no achievement yet", remedy))
    data = merged(ResultTargetIn, fields_of(ResultTargetIn, target), patch)
    for name, value in (data.model_dump() | _derived(data)).items():
        setattr(target, name, value)
    target.touch()
    await session.flush()
    return target


def _hold(*guards: Guard) -> None:
    """Raises Conflict with all guards that failed."""
    if not all(guard.passed for guard in guards):
        raise Conflict.guards(list(guards))


def _not_in_future(on: date) -> None:
    if on > now().date():
        raise Unprocessable.fields([FieldError("/on", "in_future", "What was seen lies in the past.")])


async def report(session: AsyncSession, principal: Principal, target_id: UUID, data: AchievementIn) -> Achievement:
    """A value that any party reports."""
    target = await found(session, ResultTarget, target_id)
    await membership(session, principal, target.partnership_id)
    _not_in_future(data.on)
    await check_document(session, target.partnership_id, data.document_id)
    values = data.model_dump() | {"result_target_id": target_id}
    return await keep(session, principal, Achievement, target.partnership_id, values)


async def achievements(session: AsyncSession, target_id: UUID) -> Select[Any]:
    """All values reported against a target. Raises NotFound."""
    await found(session, ResultTarget, target_id)
    return select(Achievement).where(Achievement.result_target_id == target_id)


@dataclass(frozen=True, slots=True)
class Attainment:
    """A target and how far it is reached."""

    target: ResultTarget
    achieved: float | None
    achieved_on: date | None
    attainment_percent: float | None
    verdict: TargetVerdict


async def attained(session: AsyncSession, targets: list[ResultTarget]) -> list[Attainment]:
    """The latest value against each of the targets, and what it says."""
    latest = (
        select(Achievement)
        .where(Achievement.result_target_id.in_([target.id for target in targets]))
        .ext(distinct_on(Achievement.result_target_id))
        .order_by(Achievement.result_target_id, Achievement.on.desc(), Achievement.id.desc())
    )
    by_target = {each.result_target_id: each for each in await session.scalars(latest)}
    return [_attainment(target, by_target.get(target.id)) for target in targets]


def _attainment(target: ResultTarget, latest: Achievement | None) -> Attainment:
    less_is_better = RESULT_INDICATORS[target.indicator_code].less_is_better
    value = latest.value if latest else None
    return Attainment(
        target,
        value,
        latest.on if latest else None,
        None if value is None else attainment.percent(target.baseline, target.target, value),
        attainment.verdict(target.target, less_is_better, value, target.due_on, now().date()),
    )


async def plan_payment(
    session: AsyncSession, principal: Principal, partnership_id: UUID, data: MilestoneIn
) -> Milestone:
    """A milestone that the caller will pay for. Raises Unprocessable."""
    member = await membership(session, principal, partnership_id)
    await _check_milestone(session, principal, member, data)
    values = data.model_dump() | {"amount": data.amount.model_dump(mode="json"), "status": MilestoneStatus.PLANNED}
    return await keep(session, principal, Milestone, partnership_id, values)


async def _check_milestone(session: AsyncSession, principal: Principal, member: Membership, data: MilestoneIn) -> None:
    errors = []
    if data.payee_organisation_id == principal.organisation_id:
        errors.append(FieldError("/payee_organisation_id", "pays_itself", "The payee must not be the payer."))
    if data.payee_organisation_id not in member.partnership.readers():
        errors.append(FieldError("/payee_organisation_id", "not_a_party", "The payee must be a party."))
    of_target = select(ResultTarget.id).where(
        ResultTarget.id == data.result_target_id, ResultTarget.partnership_id == member.partnership.id
    )
    if data.result_target_id and await session.scalar(of_target) is None:
        message = "No result target of this partnership has this id."
        errors.append(FieldError("/result_target_id", "unknown_target", message))
    if errors:
        raise Unprocessable.fields(errors)


async def change_milestone(session: AsyncSession, milestone_id: UUID, version: int, patch: MilestonePatch) -> Milestone:
    """Merge the patch; what was verified counts no more. Raises Conflict once it is released."""
    milestone = await locked(session, Milestone, milestone_id)
    _hold(_not_released(milestone))
    return await amend(session, Milestone, milestone_id, version, MilestoneIn, patch, {"amount"})


def _not_released(milestone: Milestone) -> Guard:
    passed = milestone.status == MilestoneStatus.PLANNED
    return Guard("NOT_RELEASED", passed, "released already", "a milestone that is PLANNED", "It is paid once only.")


async def verify(
    session: AsyncSession, principal: Principal, milestone_id: UUID, data: VerificationIn
) -> MilestoneVerification:
    """A finding about the milestone as it now is. Raises Conflict when it is the payee's own."""
    milestone = await found(session, Milestone, milestone_id)
    await membership(session, principal, milestone.partnership_id)
    own = milestone.payee_organisation_id == principal.organisation_id
    remedy = "Let another party verify it."
    _hold(
        Guard("NOT_THE_PAYEE", not own, "evidence of the payee", "evidence of another party", remedy),
        _not_released(milestone),
    )
    _not_in_future(data.on)
    await check_document(session, milestone.partnership_id, data.document_id)
    values = data.model_dump() | {"milestone_id": milestone_id, "milestone_version": milestone.version}
    return await keep(session, principal, MilestoneVerification, milestone.partnership_id, values)


async def verifications(session: AsyncSession, milestone_id: UUID) -> Select[Any]:
    """All findings about a milestone. Raises NotFound."""
    await found(session, Milestone, milestone_id)
    return select(MilestoneVerification).where(MilestoneVerification.milestone_id == milestone_id)


async def release(session: AsyncSession, milestone_id: UUID) -> Milestone:
    """Pay, once: the row is held, so of many at a time one passes. Raises Forbidden for all but the payer, Conflict
    with every guard that failed."""
    milestone = await locked(session, Milestone, milestone_id)
    guards = [_not_released(milestone), await _verified(session, milestone)]
    if milestone.result_target_id is not None:
        guards.append(await _threshold_reached(session, milestone))
    _hold(*guards)
    milestone.status, milestone.released_at = MilestoneStatus.RELEASED, now()
    milestone.touch()
    await session.flush()
    return milestone


async def _verified(session: AsyncSession, milestone: Milestone) -> Guard:
    """The last word of a party other than the payee, about the milestone as it now is, says that it is reached."""
    finding = MilestoneVerification
    last = await session.scalar(
        select(finding)
        .where(
            finding.milestone_id == milestone.id,
            finding.milestone_version == milestone.version,
            finding.organisation_id != milestone.payee_organisation_id,
        )
        .order_by(finding.on.desc(), finding.id.desc())
        .limit(1)
    )
    released = milestone.status == MilestoneStatus.RELEASED
    seen = "no verification of this version" if last is None else f"reached: {str(last.reached).lower()}"
    remedy = "Let a party other than the payee post a verification."
    return Guard("VERIFIED", released or (last is not None and last.reached), seen, "reached: true", remedy)


async def _threshold_reached(session: AsyncSession, milestone: Milestone) -> Guard:
    """The latest value that a party other than the payee reported has reached the threshold."""
    target = await found(session, ResultTarget, milestone.result_target_id or UUID(int=0))
    latest = await session.scalar(
        select(Achievement.value)
        .where(
            Achievement.result_target_id == target.id, Achievement.organisation_id != milestone.payee_organisation_id
        )
        .order_by(Achievement.on.desc(), Achievement.id.desc())
        .limit(1)
    )
    threshold = milestone.threshold or 0.0
    less_is_better = RESULT_INDICATORS[target.indicator_code].less_is_better
    passed = latest is not None and (latest <= threshold if less_is_better else latest >= threshold)
    needed = f"{'at most' if less_is_better else 'at least'} {threshold:g}, reported by a party other than the payee"
    seen = "no such achievement" if latest is None else f"{latest:g}"
    return Guard("THRESHOLD", passed, seen, needed, "Report the achievement against the result target.")
