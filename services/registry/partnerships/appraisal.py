"""Reads what conformity is computed from, and tells the outcome."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Uuid, column, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import (
    OrganisationSector,
    OrganisationType,
    PartyRole,
    PartySide,
    ProgrammeType,
    RecognitionCoverage,
    VacancyStatus,
)
from services.kit.db import now
from services.kit.history import versions
from services.registry.models.agreements import AgreementSignature
from services.registry.models.organisations import Organisation
from services.registry.models.partnerships import Partnership
from services.registry.models.programmes import Programme
from services.registry.models.rule_parameters import RuleParameters, parameters_of
from services.registry.models.vacancies import Vacancy
from services.registry.partnerships import conformity
from services.registry.partnerships.conformity import Actor, Course, Limits, Terms
from services.registry.partnerships.conformity_schemas import (
    ActivityOut,
    BreadthOut,
    ConformityOut,
    FundingOut,
    GspOut,
    ResilienceOut,
    SmpOut,
    TestOut,
)
from services.registry.partnerships.gathering import facts_of

# With whom a version is shared: the id of the partnership or of the offer.
_SHARE = column("share_id", Uuid)
_EVALUATIONS = ("mid_term", "final")


async def conformity_of(session: AsyncSession, partnership: Partnership) -> ConformityOut:
    """Computed now, from what the caller may read."""
    parameters = await parameters_of(session, partnership.id)
    facts, terms = await facts_of(session, partnership), await terms_of(session, partnership, parameters)
    gsp = conformity.gsp_tests(facts, terms)
    components = conformity.smp_components(facts, terms)
    prerequisites = conformity.smp_prerequisites(facts, terms)
    classes = conformity.breadth(terms.actors)
    acted, parties = conformity.activity(terms.actors)
    funding = conformity.funding(facts.shares)
    return ConformityOut(
        partnership_id=partnership.id,
        version=partnership.version,
        computed_at=now(),
        parameters=parameters.edition,
        gsp=GspOut(score=_passed(gsp), label="GSP" if conformity.is_gsp(gsp) else None, tests=_out(gsp)),
        smp=SmpOut(
            components_met=_passed(components),
            components=_out(components),
            readiness=_passed(prerequisites),
            prerequisites=_out(prerequisites),
        ),
        breadth=BreadthOut(score=len(classes), classes=classes),
        activity=ActivityOut(
            days=parameters.active_days, parties=parties, active=acted, share=acted / parties if parties else None
        ),
        resilience=ResilienceOut(
            corridors=len(facts.corridors),
            occupations=len({target.isco08 for target in facts.targets}),
            largest_employer_share=conformity.largest_share(terms.places),
            flags=conformity.dependences(facts, terms),
        ),
        funding=FundingOut(public=funding[0], private=funding[1], worker=funding[2]) if funding else None,
    )


def _passed(tests: Sequence[conformity.Test]) -> int:
    return sum(test.passed for test in tests)


def _out(tests: Sequence[conformity.Test]) -> list[TestOut]:
    return [
        TestOut(number=number, code=test.code, passed=test.passed, evidence=list(test.evidence))
        for number, test in enumerate(tests, 1)
    ]


async def terms_of(session: AsyncSession, partnership: Partnership, parameters: RuleParameters) -> Terms:
    """What the record says, besides what guards look at."""
    recognition, monitoring = partnership.recognition or {}, partnership.monitoring or {}
    offered = Programme.partnership_ids.contains([partnership.id])
    courses = await session.execute(select(Programme.type, Programme.country, Programme.hours).where(offered))
    places = await session.execute(
        select(Vacancy.organisation_id, func.sum(Vacancy.places))
        .where(Vacancy.partnership_ids.contains([partnership.id]), Vacancy.status == VacancyStatus.OPEN)
        .group_by(Vacancy.organisation_id)
    )
    dates = [*monitoring.get("review_dates", ()), *(monitoring.get(f"{when}_evaluation_on") for when in _EVALUATIONS)]
    coverage = recognition.get("status")
    return Terms(
        limits=Limits(
            parameters.dependent_above_percent, parameters.longest_training_hours, parameters.least_actor_classes
        ),
        actors=await _actors(session, partnership, parameters.active_days),
        courses=tuple(Course(ProgrammeType(type_), country, hours) for type_, country, hours in courses),
        quotas=tuple(corridor["quota_per_year"] for corridor in partnership.corridors),
        switch_rule=bool(partnership.track_switch_rule),
        reviews=sum(bool(each) for each in dates) + bool(monitoring.get("meeting_cadence_months")),
        policy_frames=len(partnership.policy_frames),
        recognition=RecognitionCoverage(coverage) if coverage else None,
        recognition_authority=bool(recognition.get("authority")),
        contract_template=bool((partnership.protection or {}).get("contract_template_uri")),
        places={organisation_id: int(number) for organisation_id, number in places},
    )


async def _actors(session: AsyncSession, partnership: Partnership, days: int) -> tuple[Actor, ...]:
    parties = [party for party in partnership.parties if party.belongs()]
    wanted = {party.organisation_id for party in parties}
    organisations = {
        each.id: each for each in await session.scalars(select(Organisation).where(Organisation.id.in_(wanted)))
    }
    of_agreement = select(AgreementSignature.organisation_id).where(AgreementSignature.partnership_id == partnership.id)
    signed, acted = set(await session.scalars(of_agreement)), await _acted(session, partnership, days)
    return tuple(
        Actor(
            party.organisation_id,
            PartySide(party.side),
            PartyRole(party.role),
            OrganisationType(organisations[party.organisation_id].type),
            OrganisationSector(organisations[party.organisation_id].sector),
            signed=party.organisation_id in signed or party.signed_document_id is not None,
            acted=party.organisation_id in acted,
        )
        for party in parties
    )


async def _acted(session: AsyncSession, partnership: Partnership, days: int) -> set[UUID]:
    """Who changed the partnership, what is kept about it, or what is offered to it, of late."""
    since = now() - timedelta(days=days)
    offers = [select(kind.id).where(kind.partnership_ids.contains([partnership.id])) for kind in (Programme, Vacancy)]
    about = select(versions.c.by_organisation).where(
        versions.c.at >= since,
        versions.c.by_organisation.is_not(None),
        _SHARE.in_([partnership.id]) | _SHARE.in_(offers[0]) | _SHARE.in_(offers[1]),
    )
    return set(await session.scalars(about.distinct()))
