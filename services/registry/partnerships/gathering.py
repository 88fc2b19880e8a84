"""Reads what guards look at from the tables, as the caller sees them: all parties see the same."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import (
    AgreementStatus,
    AgreementType,
    EvidenceStrength,
    FourfoldParty,
    JointDecisionStatus,
    NeedKind,
    ObligationKind,
    PartnershipModel,
    PartyRole,
    PartySide,
    Persona,
    PlannedTrack,
    TrackChoicePoint,
    VacancyStatus,
)
from services.kit.db import now
from services.registry.models import checklist_items
from services.registry.models.agreements import Agreement
from services.registry.models.checklists import ChecklistEntry, ChecklistWaiver
from services.registry.models.committees import Committee
from services.registry.models.costs import CostLine
from services.registry.models.evidence import EvidenceItem, Lesson
from services.registry.models.hosts import Host
from services.registry.models.legal_pathways import LegalPathway
from services.registry.models.membership import kept
from services.registry.models.mobility_schemes import MobilityScheme
from services.registry.models.needs import Need
from services.registry.models.obligations import Obligation
from services.registry.models.organisations import Organisation
from services.registry.models.partnerships import SPEAKERS, Partnership
from services.registry.models.programmes import Programme, TrainingSession
from services.registry.models.results import ResultTarget
from services.registry.models.rule_parameters import parameters_of
from services.registry.models.safeguards import Safeguard
from services.registry.models.shortages import JointDecision
from services.registry.models.taxonomy import green_uris, skills_of_occupations
from services.registry.models.vacancies import Vacancy
from services.registry.partnerships.facts import Closing, Decision, Facts, Target, Training, Way
from services.registry.partnerships.recruiters import recruiters_of

_BOTH = {PartySide.ORIGIN, PartySide.DESTINATION}
_VALID = (AgreementStatus.SIGNED, AgreementStatus.IN_FORCE)
_EVALUATED = (EvidenceStrength.EVALUATION, EvidenceStrength.RCT)


async def facts_of(session: AsyncSession, partnership: Partnership) -> Facts:
    """Everything that any guard looks at, as of now; unsaved changes of the partnership count and stay unsaved."""
    with session.no_autoflush:
        today = now().date()
        return Facts(
            today=today,
            **_of_record(partnership),
            speakers=await _speakers(session, partnership),
            recruiters=tuple((each.name, each.licensed) for each in await recruiters_of(session, partnership)),
            targets=await _targets(session, partnership),
            **await _agreed(session, partnership, today),
            **await _kept(session, partnership),
            **await _offered(session, partnership, today),
        )


def _of_record(partnership: Partnership) -> dict[str, Any]:
    parties = [party for party in partnership.parties if party.belongs()]
    channels = (partnership.protection or {}).get("grievance_channels") or []
    closing = partnership.closing or {}
    finished = closing.get("follow_up_finished_on")
    return {
        "model": PartnershipModel(partnership.model),
        "languages": frozenset(partnership.title) & frozenset(partnership.summary or {}),
        "themes": frozenset(partnership.themes),
        "parties": frozenset((PartySide(party.side), PartyRole(party.role)) for party in parties),
        "to_ask": partnership.sides_to_ask(),
        "trainers": frozenset(party.organisation_id for party in parties if party.role == PartyRole.TRAINER),
        "corridors": tuple(Way(c["origin"], c["destination"], c["pathway"]) for c in partnership.corridors),
        "home_places": partnership.home_places,
        "away_places": partnership.away_places,
        "ratio_target": partnership.ratio_target,
        "track_choice_point": TrackChoicePoint(partnership.track_choice_point)
        if partnership.track_choice_point
        else None,
        "planned_start": partnership.planned_start,
        "planned_end": partnership.planned_end,
        "actual_end": partnership.actual_end,
        "gap_analysis": bool((partnership.recognition or {}).get("gap_analysis_uri")),
        "employer_pays": bool((partnership.recruitment_policy or {}).get("employer_pays")),
        "channels": len(channels),
        "independent_channels": sum(channel["independent"] for channel in channels),
        "dpia": bool((partnership.data_protection or {}).get("dpia_reference")),
        "return_scheme": bool((partnership.return_reintegration or {}).get("scheme")),
        "evaluation_uri": bool((partnership.monitoring or {}).get("evaluation_uri")),
        "closing": Closing(
            open_placements=closing.get("open_placements"),
            handed_over=bool(closing.get("handed_over_to")),
            ledger=bool(closing.get("final_ledger_uri")),
            data_plan=bool(closing.get("beneficiaries_data_plan")),
            follow_up_finished_on=date.fromisoformat(finished) if finished else None,
        ),
    }


async def _speakers(session: AsyncSession, partnership: Partnership) -> frozenset[tuple[PartySide, PartyRole, str]]:
    speaking = [party for party in partnership.parties if party.role in SPEAKERS and party.belongs()]
    wanted = {party.organisation_id for party in speaking}
    named = select(Organisation.id, Organisation.country).where(Organisation.id.in_(wanted))
    countries = {row.id: row.country for row in await session.execute(named)}
    return frozenset(
        (PartySide(party.side), PartyRole(party.role), countries[party.organisation_id]) for party in speaking
    )


async def _targets(session: AsyncSession, partnership: Partnership) -> tuple[Target, ...]:
    """A green share that nobody stated is what ESCO says of the occupation."""
    bare = {t["esco_uri"] for t in partnership.targets if t.get("esco_uri") and t.get("green_share") is None}
    computed = {uri: found.green_share for uri, found in (await skills_of_occupations(session, bare)).items()}
    return tuple(
        Target(
            t["isco08"],
            computed.get(t.get("esco_uri") or "", 0) if t.get("green_share") is None else t["green_share"],
            PlannedTrack(t["track"]) if t.get("track") else None,
        )
        for t in partnership.targets
    )


async def _agreed(session: AsyncSession, partnership: Partnership, today: date) -> dict[str, Any]:
    """What both sides have signed or settled."""
    valid = kept(Safeguard, partnership.id).where(Safeguard.valid_from <= today, Safeguard.expires_on >= today)
    promised = kept(Obligation, partnership.id).where(Obligation.kind == ObligationKind.EMPLOYER_COMMITMENT)
    keys = [corridor["pathway"] for corridor in partnership.corridors if corridor["pathway"]]
    pathways = await session.scalars(select(LegalPathway).where(LegalPathway.key.in_(keys)))
    agreements = [
        agreement
        for agreement in await session.scalars(kept(Agreement, partnership.id))
        if agreement.status_on(today) in _VALID and {signature.side for signature in agreement.signatures} >= _BOTH
    ]
    committees = await session.scalars(kept(Committee, partnership.id))
    return {
        "decisions": await _decisions(session, partnership.id, today),
        "agreements": frozenset(AgreementType(agreement.type) for agreement in agreements),
        "safeguards": frozenset((each.origin, each.isco08_minor) for each in await session.scalars(valid)),
        "pathways": frozenset((each.key, each.destination) for each in pathways if each.valid_on(today)),
        "commitments": sum(not obligation.closures for obligation in await session.scalars(promised)),
        "committees": sum({member["side"] for member in each.members} >= _BOTH for each in committees),
    }


async def _decisions(session: AsyncSession, partnership_id: UUID, today: date) -> tuple[Decision, ...]:
    """Of several decisions on one occupation and corridor the last one holds, even when it has closed it since."""
    signed = kept(JointDecision, partnership_id).where(JointDecision.in_force_on.is_not(None))
    ordered = await session.scalars(signed.order_by(JointDecision.in_force_on, JointDecision.id))
    last = {(each.origin, each.destination, each.isco08): each for each in ordered}
    return tuple(
        Decision(*way, each.ratio, each.away_open)
        for way, each in last.items()
        if each.status == JointDecisionStatus.IN_FORCE and each.expires_on >= today
    )


async def _kept(session: AsyncSession, partnership: Partnership) -> dict[str, Any]:
    """What single parties wrote down."""
    needs = await session.scalars(kept(Need, partnership.id))
    answers = {e.item: e.answer for e in await session.scalars(kept(ChecklistEntry, partnership.id))}
    waivers = [
        (w.item, w.side, w.organisation_id) for w in await session.scalars(kept(ChecklistWaiver, partnership.id))
    ]
    further = (await parameters_of(session, partnership.id)).further_critical_items
    results = await session.scalars(kept(ResultTarget, partnership.id))
    evaluations = kept(EvidenceItem, partnership.id).where(EvidenceItem.strength.in_(_EVALUATED))
    schemes = await session.scalars(kept(MobilityScheme, partnership.id))
    return {
        "needs": frozenset((FourfoldParty(n.party), NeedKind(n.kind), PartySide(n.side)) for n in needs),
        "blocking_items": tuple(checklist_items.blocking(answers, waivers, further)),
        "shares": await _shares(session, partnership.id),
        "results": tuple((FourfoldParty(each.party), each.due_on) for each in results),
        "lessons": await _count(session, kept(Lesson, partnership.id)),
        "evaluations": await _count(session, evaluations),
        "schemes": tuple(
            (Persona(s.persona), s.circular, bool(s.re_entry_right or s.multi_entry)) for s in schemes if s.approved
        ),
    }


async def _shares(session: AsyncSession, partnership_id: UUID) -> dict[str, dict[str, float]]:
    shares: dict[str, dict[str, float]] = {}
    for line in await session.scalars(select(CostLine).where(CostLine.partnership_id == partnership_id)):
        shares.setdefault(line.group, {})[line.payer] = float(line.share_percent)
    return shares


async def _offered(session: AsyncSession, partnership: Partnership, today: date) -> dict[str, Any]:
    """What is published and offered to the partnership."""
    has_session = select(TrainingSession.id).where(TrainingSession.programme_id == Programme.id).exists()
    offered = select(Programme, has_session).where(Programme.partnership_ids.contains([partnership.id]))
    programmes = (await session.execute(offered)).all()
    taught = {skill["uri"] for programme, _ in programmes for skill in programme.skills}
    green = await green_uris(session, taught)
    vacancies = select(Vacancy.country).where(
        Vacancy.partnership_ids.contains([partnership.id]), Vacancy.status == VacancyStatus.OPEN
    )
    hosts = select(Host).where(Host.partnership_ids.contains([partnership.id]), Host.open)
    return {
        "trainings": tuple(
            Training(
                programme.organisation_id,
                programme.country,
                ready=programme.accredited and scheduled,
                green=any(skill["uri"] in green for skill in programme.skills),
            )
            for programme, scheduled in programmes
        ),
        "open_in": frozenset(await session.scalars(vacancies.distinct())),
        "hosts": await _count(session, hosts),
    }


async def _count(session: AsyncSession, rows: Select[Any]) -> int:
    return await session.scalar(select(func.count()).select_from(rows.subquery())) or 0
