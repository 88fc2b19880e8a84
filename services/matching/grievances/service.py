"""Grievances: filed with a token and no name, handled by whoever is not the employer, within two clocks.

The first handler is independent: a social partner or monitor of the partnership. It shares with the organisation that
speaks for the worker; leads of the partnership come last. The employer is never among them, whatever else it is, nor is
a federation of employers or a recruiter: both are social partners or leads at times, and on the other side of a wage.
"""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.matching import GrievanceChanged
from services.contracts.vocabulary import AccessPurpose, DataSeen, OrganisationType
from services.contracts.vocabulary import GrievanceStatus as S
from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, Forbidden, Guard, NotFound
from services.kit.records import found
from services.matching import access_log
from services.matching.erasure import held_placement, hold
from services.matching.grievances.schemas import (
    GrievanceIn,
    GrievanceOut,
    GrievanceTransitionIn,
    OwnGrievanceOut,
    OwnGrievancesOut,
)
from services.matching.house import acting_for_the_house
from services.matching.models.care import Grievance, GrievanceToken
from services.matching.models.copies import Organisation, Partnership
from services.matching.models.proposals import Placement

ACKNOWLEDGE_WORKING_DAYS = 2
RESOLVE_WITHIN = timedelta(days=30)
TOKEN_LIVES = timedelta(days=3 * 365)  # a contract, and the time in which wages can still be claimed
_ORDER = ("SOCIAL_PARTNER", "MONITOR")  # independent of both sides
_LAST = ("LEAD", "CO_LEAD")
_FOR_EMPLOYERS = (OrganisationType.EMPLOYERS_FEDERATION, OrganisationType.RECRUITER)
_BATCH, _SHOWN = 500, 50
_SHARE = text(
    "INSERT INTO shares (record_id, reader_id, owner_id) VALUES (:record, :reader, :owner) ON CONFLICT DO NOTHING"
)
CLOSED = frozenset({S.RESOLVED, S.NOT_UPHELD, S.REFERRED})
_FOLLOWS: dict[S, frozenset[S]] = {
    S.FILED: frozenset({S.ACKNOWLEDGED, S.IN_PROGRESS}),
    S.ACKNOWLEDGED: frozenset({S.IN_PROGRESS, *CLOSED}),
    S.IN_PROGRESS: frozenset({S.IN_PROGRESS, *CLOSED}),  # with a message
}


def working_days_after(start: datetime, days: int) -> datetime:
    """The same hour so many working days later, Monday to Friday."""
    while days:
        start += timedelta(days=1)
        days -= start.weekday() < 5
    return start


def chain(placement: Placement, parties: list[dict[str, Any]], for_employers: Collection[str] = ()) -> list[str]:
    """Who handles, in the order of escalation: independent parties, who speaks for the worker, leads. Never the
    employer, and of `for_employers` only who registered the worker."""
    own, employer = str(placement.organisation_id), str(placement.employer_id)
    of_role = {
        role: [str(party["organisation_id"]) for party in parties if party["role"] == role]
        for role in (*_ORDER, *_LAST)
    }
    independent = [each for role in _ORDER for each in of_role[role] if each != own]
    ordered = [*independent, own, *(each for role in _LAST for each in of_role[role])]
    return [each for each in dict.fromkeys(ordered) if each != employer and (each == own or each not in for_employers)]


async def _handlers(session: AsyncSession, placement: Placement) -> list[str]:
    agreement = await session.get(Partnership, placement.partnership_id)
    parties = agreement.data["parties"] if agreement else []
    theirs = select(Organisation.id).where(Organisation.type.in_(_FOR_EMPLOYERS))
    of_parties = theirs.where(Organisation.id.in_([UUID(party["organisation_id"]) for party in parties]))
    return chain(placement, parties, {str(each) for each in await session.scalars(of_parties)})


async def issue(session: AsyncSession, principal: Principal, placement_id: UUID) -> tuple[str, GrievanceToken]:
    """A new token for the worker of a placement; only its hash is kept. Raises NotFound, Forbidden for the employer,
    Conflict where nobody but the employer could handle it."""
    placement = await held_placement(session, placement_id)
    if principal.acts_for != placement.organisation_id:
        raise Forbidden("The candidate's organisation hands out tokens.", "not_the_owner")
    async with acting_for_the_house(session):
        handlers = await _handlers(session, placement)
        if not handlers:
            remedy = "name a social partner or a monitor in the partnership"
            raise Conflict.guards([Guard("HANDLER", False, "the employer alone", "an independent handler", remedy)])
        token = secrets.token_urlsafe(32)
        names = ("organisation_id", "candidate_id", "employer_id", "partnership_id")
        kept = GrievanceToken(
            **{name: getattr(placement, name) for name in names},
            placement_id=placement.id,
            token_sha256=digest(token),
            handlers=handlers,
            expires_at=now() + TOKEN_LIVES,
        )
        session.add(kept)
        await session.flush()
    return token, kept


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


async def of_token(session: AsyncSession, token: str) -> GrievanceToken | None:
    """What a token stands for, None for one that is unknown or has ended. For the house."""
    query = select(GrievanceToken).where(GrievanceToken.token_sha256 == digest(token))
    return (await session.scalars(query.where(GrievanceToken.expires_at > now()))).one_or_none()


async def file(session: AsyncSession, token: GrievanceToken, data: GrievanceIn) -> OwnGrievanceOut:
    """Take a complaint in. For the house: nobody else is known here. Raises NotFound for a worker who was erased while
    it was on its way."""
    if not await hold(session, token.candidate_id):
        raise NotFound
    at = now()
    grievance = Grievance(
        organisation_id=UUID(token.handlers[0]),
        token_id=token.id,
        subject_id=None if data.anonymous else token.candidate_id,
        subject_placement_id=None if data.anonymous else token.placement_id,
        partnership_id=token.partnership_id,
        categories=[each.value for each in data.categories],
        text=data.text,
        language=data.language,
        anonymous=data.anonymous,
        retaliation=data.retaliation,
        status=S.FILED.value,
        handlers=token.handlers,
        level=0,
        filed_at=at,
        acknowledge_by=working_days_after(at, ACKNOWLEDGE_WORKING_DAYS),
        resolve_by=at + RESOLVE_WITHIN,
        messages=[],
        escalations=[],
    )
    session.add(grievance)
    await session.flush()
    own = str(token.organisation_id)
    if own in token.handlers[1:]:
        readers = {"record": grievance.id, "reader": token.organisation_id, "owner": grievance.organisation_id}
        await session.execute(_SHARE, readers)
    await _tell(session, grievance)
    return _own_view(grievance)


async def own(session: AsyncSession, token: GrievanceToken) -> OwnGrievancesOut:
    """What was filed with the token, and what came of it. For the house."""
    query = select(Grievance).where(Grievance.token_id == token.id).order_by(Grievance.id.desc()).limit(_SHOWN)
    return OwnGrievancesOut(items=[_own_view(each) for each in await session.scalars(query)])


def _own_view(grievance: Grievance) -> OwnGrievanceOut:
    fields = {n: getattr(grievance, n) for n in OwnGrievanceOut.model_fields if n != "handled_by"}
    return OwnGrievanceOut.model_validate(fields | {"handled_by": grievance.handlers[grievance.level]})


def view(grievance: Grievance) -> GrievanceOut:
    """As those see it who handle it."""
    late = grievance.resolve_by if grievance.acknowledged_at else min(grievance.acknowledge_by, grievance.resolve_by)
    made = {
        "handled_by": grievance.handlers[grievance.level],
        "candidate_id": grievance.subject_id,
        "placement_id": grievance.subject_placement_id,
        "overdue": grievance.closed_at is None and late < now(),
    }
    fields = {name: getattr(grievance, name) for name in GrievanceOut.model_fields if name not in made}
    return GrievanceOut.model_validate(fields | made)


def listed(status: str | None, retaliation: bool | None) -> Select[Any]:
    """Grievances that one handles and that match all filters given."""
    query = select(Grievance)
    if status:
        query = query.where(Grievance.status == status)
    return query if retaliation is None else query.where(Grievance.retaliation == retaliation)


async def seen(session: AsyncSession, grievances: list[Grievance]) -> list[GrievanceOut]:
    """Write down that these were read of people who gave their names, unless their log is read by an employer who
    registered its own workers."""
    jobs = [each.subject_placement_id for each in grievances if each.subject_placement_id]
    apart = select(Placement.candidate_id).where(
        Placement.id.in_(jobs), Placement.organisation_id != Placement.employer_id
    )
    async with acting_for_the_house(session):
        people = list(await session.scalars(apart))
    await access_log.note(session, DataSeen.PLACEMENT, AccessPurpose.REQUEST_OF_THE_PERSON, people)
    return [view(each) for each in grievances]


async def get(session: AsyncSession, grievance_id: UUID) -> GrievanceOut:
    """Raises NotFound."""
    return (await seen(session, [await found(session, Grievance, grievance_id)]))[0]


async def move(
    session: AsyncSession, principal: Principal, grievance_id: UUID, version: int, data: GrievanceTransitionIn
) -> GrievanceOut:
    """Take a grievance further. Raises NotFound, PreconditionFailed, Conflict with all that is missing."""
    await found(session, Grievance, grievance_id)
    async with acting_for_the_house(session):  # whom it went to is seldom who had it first
        query = select(Grievance).where(Grievance.id == grievance_id).with_for_update()
        grievance = (await session.scalars(query.execution_options(populate_existing=True))).one()
        concurrency.check(grievance, version)
        if failed := [guard for guard in _guards(grievance, data) if not guard.passed]:
            raise Conflict.guards(failed)
        grievance.status = data.to.value
        grievance.acknowledged_at = grievance.acknowledged_at or now()
        if data.retaliation is not None:
            grievance.retaliation = data.retaliation
        if data.message:
            said = {"at": now().isoformat(), "by_organisation": str(principal.acts_for), "text": data.message}
            grievance.messages = [*grievance.messages, said]
        if data.to in CLOSED:
            grievance.closed_at, grievance.reason, grievance.next_step = now(), data.reason, data.next_step
        grievance.touch()
        await session.flush()
        await _tell(session, grievance)
    return view(grievance)


def _guards(grievance: Grievance, data: GrievanceTransitionIn) -> list[Guard]:
    follows = _FOLLOWS.get(S(grievance.status), frozenset())
    needed = " or ".join(sorted(follows)) or "nothing: it is closed"
    closes = data.to in CLOSED
    missing = [name for name in ("message", "reason", "next_step") if closes and getattr(data, name) is None]
    remedy = "tell the worker why it closes and what comes next"
    return [
        Guard("GRIEVANCE_STATUS", data.to in follows, grievance.status, needed, f"{data.to} does not follow"),
        *(Guard(f"{name.upper()}_GIVEN", False, "absent", name, remedy) for name in missing),
    ]


async def escalate_overdue(session: AsyncSession) -> bool:
    """Hand what nobody acknowledged or put right in time to the next organisation, with new clocks; done hourly, for
    the house. True when there may be more."""
    at = now()
    late = or_(
        (Grievance.acknowledged_at.is_(None)) & (Grievance.acknowledge_by < at),
        (Grievance.resolve_by < at),
    )
    further = Grievance.level < func.jsonb_array_length(Grievance.handlers) - 1
    query = select(Grievance).where(Grievance.closed_at.is_(None), late, further).order_by(Grievance.id).limit(_BATCH)
    grievances = (await session.scalars(query.with_for_update(skip_locked=True))).all()
    for grievance in grievances:
        why = "NOT_ACKNOWLEDGED" if grievance.acknowledged_at is None else "NOT_RESOLVED"
        grievance.level += 1
        to = grievance.handlers[grievance.level]
        grievance.escalations = [
            *grievance.escalations,
            {"at": at.isoformat(), "to_organisation": to, "why": why},
        ]
        grievance.acknowledge_by = working_days_after(at, ACKNOWLEDGE_WORKING_DAYS)
        if grievance.resolve_by < at:  # whoever gets it late has the same time, or would be passed over within the hour
            grievance.resolve_by = at + RESOLVE_WITHIN
        grievance.touch()
        await session.flush()
        await session.execute(_SHARE, {"record": grievance.id, "reader": UUID(to), "owner": grievance.organisation_id})
        await _tell(session, grievance)
    return len(grievances) == _BATCH


async def _tell(session: AsyncSession, grievance: Grievance) -> None:
    told = GrievanceChanged(
        grievance_id=grievance.id,
        partnership_id=grievance.partnership_id,
        categories=grievance.categories,
        status=grievance.status,
        retaliation=grievance.retaliation,
        level=grievance.level,
        filed_on=grievance.filed_at.date(),
        days_open=((grievance.closed_at or now()) - grievance.filed_at).days,
    )
    await events.publish(session, (grievance.id, told))
