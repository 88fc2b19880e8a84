"""Keeping local copies of what the registry publishes, and who may read them.

Events come in any order: a vacancy may name a partnership that is not here yet. So who a copy is shared with is
worked out again whenever either side changes. Called by the follower, which acts for the house.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.registry import (
    DiasporaEngagementChanged,
    HostChanged,
    JointDecisionChanged,
    LegalPathwayChanged,
    MobilitySchemeChanged,
    OrganisationChanged,
    PartnershipChanged,
    PartnershipCostsChanged,
    ProgrammeChanged,
    SafeguardChanged,
    ServiceProviderChanged,
    SessionChanged,
    VacancyChanged,
)
from services.matching.models import Base
from services.matching.models.copies import (
    DiasporaEngagement,
    Host,
    MobilityRule,
    MobilityScheme,
    Opening,
    Organisation,
    Partnership,
    PartnershipCosts,
    Programme,
    TrainingSession,
)
from services.matching.recruitment import EMPLOYER, RECRUITER
from services.matching.safeguards import DECISION, PATHWAY, SAFEGUARD

# What is offered to which partnership; the partnership itself is offered to its own parties.
_OFFERED = {
    "partnerships": "SELECT id, organisation_id, ARRAY[id] AS partnership_ids FROM partnerships",
    "openings": "SELECT id, organisation_id, partnership_ids FROM openings",
    "programmes": "SELECT id, organisation_id, partnership_ids FROM programmes",
    "training_sessions": "SELECT s.id, s.organisation_id, p.partnership_ids"
    " FROM training_sessions AS s JOIN programmes AS p ON p.id = s.programme_id",
    "hosts": "SELECT id, organisation_id, partnership_ids FROM hosts",
    "mobility_schemes": "SELECT id, organisation_id, partnership_ids FROM mobility_schemes",
    "diaspora_engagements": "SELECT id, organisation_id, partnership_ids FROM diaspora_engagements",
}
_NAMING = {
    table: text(f"SELECT id FROM ({offered}) AS offered WHERE partnership_ids @> ARRAY[CAST(:partnership AS uuid)]")  # noqa: S608
    for table, offered in _OFFERED.items()
}
_SESSIONS = text("SELECT id FROM training_sessions WHERE programme_id = :programme")
_UNSHARE = text("DELETE FROM shares WHERE record_id = ANY(:ids)")
_SHARE = {
    table: text(
        f"""
        INSERT INTO shares (record_id, reader_id, owner_id)
        SELECT DISTINCT offered.id, (party ->> 'organisation_id')::uuid, offered.organisation_id
        FROM ({offered}) AS offered
        JOIN partnerships ON partnerships.id = ANY(offered.partnership_ids)
        CROSS JOIN LATERAL jsonb_array_elements(partnerships.data -> 'parties') AS party
        WHERE offered.id = ANY(:ids)
        """  # noqa: S608
    )
    for table, offered in _OFFERED.items()
}
_COPIES = (
    "training_sessions",
    "programmes",
    "openings",
    "hosts",
    "mobility_schemes",
    "diaspora_engagements",
    "partnerships",
    "organisations",
    "mobility_rules",
    "partnership_costs",
)
_UNSHARED = frozenset({"organisations", "mobility_rules", "partnership_costs"})  # costs are read with the partnership


async def record_organisation(session: AsyncSession, event: OrganisationChanged) -> None:
    """Keep the names of an organisation, what kind it is, and whether it was looked up in a register."""
    known = {"code": event.code, "name": event.name, "country": event.country, "type": event.organisation_type}
    await _put(session, Organisation, id=event.id, **known)
    if event.verified is not None:
        said = event.model_dump(mode="json", include={"verified", "verified_to"})
        await _put(session, MobilityRule, id=event.id, kind=EMPLOYER, data=said)


async def record_partnership(session: AsyncSession, event: PartnershipChanged) -> None:
    """Keep a partnership, and share all that is offered to it with its parties of now."""
    await _put(
        session,
        Partnership,
        id=event.id,
        organisation_id=event.organisation_id,
        status=event.status,
        data=event.model_dump(mode="json"),
    )
    for table, naming in _NAMING.items():
        await _share(session, table, list(await session.scalars(naming, {"partnership": event.id})))


async def record_vacancy(session: AsyncSession, event: VacancyChanged) -> None:
    """Keep an opening; the engine finds it at its next look."""
    await _put(
        session,
        Opening,
        id=event.id,
        organisation_id=event.organisation_id,
        status=event.status,
        partnership_ids=event.partnership_ids,
        data=event.model_dump(mode="json"),
    )
    await _share(session, "openings", [event.id])


async def record_safeguard(session: AsyncSession, event: SafeguardChanged) -> None:
    """Keep how far a partnership may recruit in an occupation of an origin."""
    await _put(session, MobilityRule, id=event.id, kind=SAFEGUARD, data=event.model_dump(mode="json"))


async def record_decision(session: AsyncSession, event: JointDecisionChanged) -> None:
    """Keep what two authorities make of an occupation in a corridor."""
    await _put(session, MobilityRule, id=event.id, kind=DECISION, data=event.model_dump(mode="json"))


async def record_pathway(session: AsyncSession, event: LegalPathwayChanged) -> None:
    """Keep a legal pathway."""
    await _put(session, MobilityRule, id=event.id, kind=PATHWAY, data=event.model_dump(mode="json"))


async def record_costs(session: AsyncSession, event: PartnershipCostsChanged) -> None:
    """Keep what a partnership planned and spent; its parties read it."""
    owner = {"organisation_id": event.organisation_id}
    await _put(session, PartnershipCosts, id=event.id, data=event.model_dump(mode="json"), **owner)


async def record_host(session: AsyncSession, event: HostChanged) -> None:
    """Keep a host that takes people in for a stay."""
    await _offer(session, Host, event, event.partnership_ids)


async def record_scheme(session: AsyncSession, event: MobilitySchemeChanged) -> None:
    """Keep who may go within a partnership, for how long and how often."""
    await _offer(session, MobilityScheme, event, [event.partnership_id])


async def record_engagement(session: AsyncSession, event: DiasporaEngagementChanged) -> None:
    """Keep what a diaspora organisation offers."""
    await _offer(session, DiasporaEngagement, event, event.partnership_ids)


async def record_provider(session: AsyncSession, event: ServiceProviderChanged) -> None:
    """Keep who may recruit, and what authorities did against whom."""
    await _put(session, MobilityRule, id=event.id, kind=RECRUITER, data=event.model_dump(mode="json"))


async def record_programme(session: AsyncSession, event: ProgrammeChanged) -> None:
    """Keep a training programme, and share its sessions as it is shared itself."""
    await _put(
        session,
        Programme,
        id=event.id,
        organisation_id=event.organisation_id,
        partnership_ids=event.partnership_ids,
        data=event.model_dump(mode="json"),
    )
    await _share(session, "programmes", [event.id])
    runs = await session.scalars(_SESSIONS, {"programme": event.id})
    await _share(session, "training_sessions", list(runs))


async def record_session(session: AsyncSession, event: SessionChanged) -> None:
    """Keep a session of a programme, which may still be on its way."""
    await _put(
        session,
        TrainingSession,
        id=event.id,
        organisation_id=event.organisation_id,
        programme_id=event.programme_id,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        seats=event.seats,
    )
    await _share(session, "training_sessions", [event.id])


async def forget_copies(session: AsyncSession) -> None:
    """Drop what came from the registry's feed, before it is read again from the beginning. What happened here
    (candidates, proposals, placements, enrolments) stays."""
    for table in ("openings", "partnerships", "mobility_rules"):
        await session.execute(text(f"INSERT INTO forgotten (id) SELECT id FROM {table} {_SEEN_AGAIN}"))  # noqa: S608
    for table in _COPIES:
        if table not in _UNSHARED:
            await session.execute(text(f"DELETE FROM shares WHERE record_id IN (SELECT id FROM {table})"))  # noqa: S608
        await session.execute(text(f"DELETE FROM {table}"))  # noqa: S608


_SEEN_AGAIN = "ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id"  # an update, so that the trigger marks it as new


async def _offer(
    session: AsyncSession,
    model: type[Host] | type[MobilityScheme] | type[DiasporaEngagement],
    event: HostChanged | MobilitySchemeChanged | DiasporaEngagementChanged,
    partnership_ids: list[UUID],
) -> None:
    values = {"organisation_id": event.organisation_id, "partnership_ids": partnership_ids}
    await _put(session, model, id=event.id, data=event.model_dump(mode="json"), **values)
    await _share(session, model.__tablename__, [event.id])


async def _put(session: AsyncSession, model: type[Base], **values: Any) -> None:
    statement = insert(model).values(**values)
    kept = {name: statement.excluded[name] for name in values if name != "id"}
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=kept))


async def _share(session: AsyncSession, table: str, ids: list[UUID]) -> None:
    if ids:
        await session.execute(_UNSHARE, {"ids": ids})
        await session.execute(_SHARE[table], {"ids": ids})
