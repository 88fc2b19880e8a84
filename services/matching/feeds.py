"""What matching does with each event of the registry: a dict from event type to use case."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.envelope import CloudEvent, Event
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
    TaxonomyActivated,
    VacancyChanged,
)
from services.kit.feed import Handler
from services.matching.openings import service as openings
from services.matching.taxonomies import Taxonomies

UseCase = Callable[[AsyncSession, Any], Awaitable[None]]


def handlers(taxonomies: Taxonomies) -> dict[type[Event], UseCase]:
    """Use case by event."""

    async def taxonomy_activated(_: AsyncSession, __: TaxonomyActivated) -> None:
        taxonomies.mark_stale()  # fetched later: no session is held across a call to another service

    return {
        OrganisationChanged: openings.record_organisation,
        PartnershipChanged: openings.record_partnership,
        PartnershipCostsChanged: openings.record_costs,
        VacancyChanged: openings.record_vacancy,
        ProgrammeChanged: openings.record_programme,
        SessionChanged: openings.record_session,
        SafeguardChanged: openings.record_safeguard,
        JointDecisionChanged: openings.record_decision,
        LegalPathwayChanged: openings.record_pathway,
        ServiceProviderChanged: openings.record_provider,
        HostChanged: openings.record_host,
        MobilitySchemeChanged: openings.record_scheme,
        DiasporaEngagementChanged: openings.record_engagement,
        TaxonomyActivated: taxonomy_activated,
    }


def handler(taxonomies: Taxonomies) -> Handler:
    """Applies one event; types that nobody here asks for are passed over."""
    by_type = {event.type: (event, use_case) for event, use_case in handlers(taxonomies).items()}

    async def handle(session: AsyncSession, envelope: CloudEvent) -> None:
        if found := by_type.get(envelope.type):
            event, use_case = found
            await use_case(session, event.model_validate(envelope.data))

    return handle


reset = openings.forget_copies
