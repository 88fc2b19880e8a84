"""Assessing the fourfold win of a proposal or placement from the records, and keeping what was found.

What is kept is appended and never changed: before the job with the proposal, then with each follow-up.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.contracts.matching import FourfoldAssessed
from services.contracts.vocabulary import FourfoldMoment, FourfoldSubject
from services.kit import events
from services.kit.db import now
from services.matching import guard_rails, known_figures, pay_guards
from services.matching.agreed_parameters import AgreedParameters, parameters_of
from services.matching.benefit_facts import Asked
from services.matching.benefit_pool import pool_of
from services.matching.benefit_records import Life, case_of
from services.matching.benefits import Sheet, as_kept, digest, result_of
from services.matching.benefits_of_countries import destination_entries, origin_entries
from services.matching.benefits_of_people import candidate_entries, employer_entries
from services.matching.guard_rails import Actor
from services.matching.house import acting_for_the_house
from services.matching.models.benefits import FourfoldAssessment
from services.matching.models.candidates import Candidate
from services.matching.models.care import GuardCase
from services.matching.models.copies import Opening
from services.matching.models.proposals import Placement
from services.matching.pseudonyms import statistical
from services.matching.reference import Figures

RULE = "rule"
_FIGURES = "figures of the fourfold win"


def version_of(agreed: AgreedParameters) -> str:
    """The edition of the parameters, with the first digits of its hash."""
    return f"{agreed.version}:{agreed.hash[:12]}"


def subject_of(life: Life) -> FourfoldSubject:
    return FourfoldSubject.PLACEMENT if isinstance(life, Placement) else FourfoldSubject.PROPOSAL


async def sheet_of(session: AsyncSession, life: Life, moment: FourfoldMoment) -> Sheet | None:
    """All that the win of this proposal or placement depends on today; None for a person who was erased or a vacancy
    that is no longer known."""
    on = now().date()
    async with acting_for_the_house(session):
        agreed = await parameters_of(session, life.partnership_id)
        figures = await figures_of(session, life, agreed)
        case = None if figures is None else await case_of(session, life, figures, on)
        if case is None or figures is None:
            return None
        pool = await pool_of(session, life.partnership_id, case.isco08, figures, on)
        guards = await _tripped(session, life)
    asked = Asked(case, pool, figures, agreed.parameters)
    entries = {
        **candidate_entries(asked),
        **employer_entries(asked),
        **destination_entries(asked),
        **origin_entries(asked),
    }
    version = version_of(agreed)
    return as_kept(Sheet(subject_of(life).value, moment.value, on, agreed.parameters, version, guards, entries))


async def figures_of(session: AsyncSession, life: Life, agreed: AgreedParameters) -> Figures | None:
    """Reference figures of the countries of the person and the job, as the parameters have frozen them."""
    opening = await session.get(Opening, life.vacancy_id)
    candidate = await session.get(Candidate, life.candidate_id)
    if opening is None or candidate is None:
        return None
    countries = frozenset({opening.data["country"], candidate.residence})
    # Read once a request: an allocation puts hundreds of people forward in one.
    read: dict[Any, Figures] = session.info.setdefault(_FIGURES, {})
    asked = countries, agreed.figures_known_at, tuple(sorted(agreed.max_age_days.items()))
    if asked not in read:
        read[asked] = await known_figures.figures_for(
            session, countries, known_at=agreed.figures_known_at, max_age_days=agreed.max_age_days
        )
    return read[asked]


async def _tripped(session: AsyncSession, life: Life) -> tuple[str, ...]:
    if not isinstance(life, Placement):
        return ()
    query = select(GuardCase.code).where(GuardCase.placement_id == life.id, GuardCase.status.in_(guard_rails.TRIPPED))
    return tuple(sorted(set(await session.scalars(query))))


async def keep(
    session: AsyncSession, life: Life, moment: FourfoldMoment, by: Actor | None = None
) -> FourfoldAssessment | None:
    """Assess and append; None where nothing can be assessed any more. What a rule sees of pay opens its case first."""
    if isinstance(life, Placement):
        async with acting_for_the_house(session):
            await pay_guards.look(session, life)
    sheet = await sheet_of(session, life, moment)
    if sheet is None:
        return None
    written, result, judged = sheet.write(), result_of(sheet), sheet.judge()
    kept = FourfoldAssessment(
        id=uuid7(),
        organisation_id=life.organisation_id,
        subject=sheet.subject,
        subject_id=life.id,
        candidate_id=life.candidate_id,
        partnership_id=life.partnership_id,
        moment=moment.value,
        assessed_at=now(),
        assessed_by=by.organisation_id if by else None,
        assessed_by_client=by.client_id if by else RULE,
        method_version=sheet.method,
        parameters_version=sheet.parameters_version,
        verdict=judged.verdict,
        **{party.party.lower(): party.score for party in judged.parties},
        inputs=written,
        inputs_hash=digest(written),
        result=result,
        result_hash=digest(result),
    )
    async with acting_for_the_house(session):
        session.add(kept)
        await session.flush()
        candidate = await session.get(Candidate, life.candidate_id)
        coverage = {f"{party.party.lower()}_coverage": party.coverage for party in judged.parties}
        told = FourfoldAssessed(
            assessment_id=kept.id,
            subject=kept.subject,
            subject_id=life.id,
            candidate_id=life.candidate_id,
            partnership_id=life.partnership_id,
            corridor=life.corridor,
            track=life.track,
            moment=kept.moment,
            on=sheet.on,
            verdict=kept.verdict,
            losers=list(judged.losers),
            guards=list(sheet.guards),
            **{party.party.lower(): party.score for party in judged.parties},
            **coverage,
            parameters_version=kept.parameters_version,
            **statistical(candidate, sheet.on),
        )
        await events.publish(session, (kept.id, told))
    return kept


async def newest(session: AsyncSession, subjects: Sequence[UUID]) -> dict[UUID, FourfoldAssessment]:
    """The last assessment of each proposal or placement; to be called acting for the house."""
    found = await session.scalars(last_of_each().where(FourfoldAssessment.subject_id.in_(subjects)))
    return {row.subject_id: row for row in found}


def last_of_each() -> Select[Any]:
    """The last assessment of each subject, which the caller narrows down."""
    table = FourfoldAssessment
    return select(table).ext(distinct_on(table.subject_id)).order_by(table.subject_id, table.id.desc())


def moment_of(month: int) -> FourfoldMoment:
    """The moment of a check-in after that many months."""
    return FourfoldMoment(f"MONTH_{month}")
