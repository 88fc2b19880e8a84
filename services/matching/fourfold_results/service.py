"""The fourfold win as each reader may see it: of a proposal, a placement and a partnership."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import (
    AccessPurpose,
    DataSeen,
    FourfoldMoment,
    FourfoldParty,
    FourfoldSubject,
    FourfoldVerdict,
)
from services.contracts.vocabulary import FourfoldStatementName as Name
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Forbidden, Guard, NotFound, Unprocessable
from services.kit.records import found
from services.matching import access_log, assessing, benefits
from services.matching.benefit_records import Life
from services.matching.benefits import Sheet
from services.matching.erasure import held_placement
from services.matching.fourfold import METHOD_VERSION, Component, Fourfold, PartyScore
from services.matching.fourfold_results.schemas import (
    AssessmentOut,
    ComponentOut,
    FourfoldOut,
    InputOut,
    MissingOut,
    PartyOut,
    ReplayedOut,
    StatementIn,
)
from services.matching.house import acting_for_the_house
from services.matching.models.benefits import FourfoldAssessment, FourfoldStatement
from services.matching.models.care import GuardCase
from services.matching.models.proposals import Placement, Proposal

_UNITS = {
    Name.REMITTED_SHARE: ("share of net pay", 1),
    Name.OWN_SKILL_LEVEL: ("ISCO skill level", 4),
    Name.BENEFITS_DRAWN: ("EUR", 10**9),
    Name.BROWN_SHARE: ("share of the job", 1),
}
_EVERYTHING = frozenset(FourfoldParty)


async def of_proposal(session: AsyncSession, principal: Principal, proposal_id: UUID) -> FourfoldOut:
    """What is to be expected. Raises NotFound, also where the person was erased."""
    proposal = await found(session, Proposal, proposal_id)
    return await _of_life(session, principal, proposal, FourfoldMoment.EX_ANTE, [proposal.id])


async def of_placement(session: AsyncSession, principal: Principal, placement_id: UUID) -> FourfoldOut:
    """What is known today, and what was kept before. Raises NotFound, also where the person was erased."""
    placement = await found(session, Placement, placement_id)
    moment = FourfoldMoment.TODAY if placement.started_on else FourfoldMoment.EX_ANTE
    return await _of_life(session, principal, placement, moment, [placement.proposal_id, placement.id])


async def _of_life(
    session: AsyncSession, principal: Principal, life: Life, moment: FourfoldMoment, subjects: list[UUID]
) -> FourfoldOut:
    sheet = await assessing.sheet_of(session, life, moment)
    if sheet is None:
        raise NotFound
    table = FourfoldAssessment
    async with acting_for_the_house(session):
        query = select(table).where(table.subject_id.in_(subjects)).order_by(table.id)
        kept = (await session.scalars(query)).all()
    mine, inputs_hash = _seen_by(principal, life), benefits.digest(sheet.write())
    await access_log.note(session, DataSeen.PLACEMENT, AccessPurpose.EMPLOYMENT, [life.candidate_id])
    cases = await _readable_cases(session, life)
    sheet = _read_by(sheet, cases)
    judged = sheet.judge()
    return FourfoldOut(
        subject=assessing.subject_of(life),
        subject_id=life.id,
        partnership_id=life.partnership_id,
        moment=moment,
        **together(judged),
        parties=parties(sheet, judged, mine),
        missing=missing(sheet, mine),
        method_version=sheet.method,
        parameters_version=sheet.parameters_version,
        inputs_hash=inputs_hash,
        computed_at=now(),
        kept=[_assessment(each, cases) for each in kept],
    )


async def _readable_cases(session: AsyncSession, life: Life) -> frozenset[str]:
    """Codes of the guard-rail cases that the caller may read: one that is kept from the employer shows in nothing that
    the employer is shown."""
    return frozenset(await session.scalars(select(GuardCase.code).where(GuardCase.placement_id == life.id)))


def _read_by(sheet: Sheet, cases: frozenset[str]) -> Sheet:
    return replace(sheet, guards=tuple(code for code in sheet.guards if code in cases))


def _assessment(kept: FourfoldAssessment, cases: frozenset[str]) -> AssessmentOut:
    shown = AssessmentOut.model_validate(kept)
    if kept.inputs is None:
        return shown
    verdict = _read_by(benefits.read(kept.inputs), cases).judge().verdict
    return shown.model_copy(update={"verdict": FourfoldVerdict(verdict)})


def _seen_by(principal: Principal, life: Life) -> frozenset[FourfoldParty]:
    """Whose inputs a reader sees: an employer its own; the candidate's organisation all, since it reads the records
    that they come from."""
    if principal.acts_for == life.organisation_id:
        return _EVERYTHING
    return frozenset({FourfoldParty.EMPLOYER})


def together(judged: Fourfold) -> dict[str, Any]:
    """What the four scores say together."""
    names = ("verdict", "losers", "guards", "nash", "worst", "balance")
    return {name: getattr(judged, name) for name in names}


def parties(sheet: Sheet, judged: Fourfold, mine: frozenset[FourfoldParty]) -> list[PartyOut]:
    """The four parties, with the components of those whose inputs the reader may see."""
    return [_party(sheet, each, FourfoldParty(each.party) in mine) for each in judged.parties]


def _party(sheet: Sheet, score: PartyScore, whole: bool) -> PartyOut:
    weights = sheet.parameters.weights[score.party]
    known = {component.code: component for component in score.components}
    return PartyOut(
        party=FourfoldParty(score.party),
        score=score.score,
        low=score.low,
        high=score.high,
        coverage=score.coverage,
        components=[_component(sheet, code, weights[code], known.get(code)) for code in weights] if whole else [],
    )


def _component(sheet: Sheet, code: str, weight: float, component: Component | None) -> ComponentOut:
    entry = sheet.entries.get(code)
    named = dict(entry.inputs) if entry else {}
    if entry and entry.reference:
        named[benefits.REFERENCE] = entry.reference
    return ComponentOut(
        code=code,
        weight=weight,
        score=component and component.score,
        gain=component and component.gain,
        reference=component and component.reference,
        inputs=[
            InputOut(
                name=name,
                value=each.value,
                unit=each.unit,
                source=each.source,
                on=each.on,
                evidence=each.evidence,
                counts=each.counted is not None,
                ask="" if each.counted is not None else each.ask,
            )
            for name, each in named.items()
        ],
    )


def missing(sheet: Sheet, mine: frozenset[FourfoldParty]) -> list[MissingOut]:
    """What would make more known, of the parties whose inputs the reader may see."""
    readable = {code for party in mine for code in sheet.parameters.weights[party.value]}
    return [MissingOut.model_validate(each) for each in benefits.missing(sheet) if each.component in readable]


async def replay(session: AsyncSession, principal: Principal, assessment_id: UUID) -> ReplayedOut:
    """Compute a kept assessment again from its inputs. Raises NotFound for who is no side of it."""
    kept, life = await _kept(session, principal, assessment_id)
    about = {
        "assessment_id": kept.id,
        "method_then": kept.method_version,
        "method_now": METHOD_VERSION,
        "inputs_hash": kept.inputs_hash,
    }
    if kept.inputs is None:
        return ReplayedOut(**about, status="ERASED", inputs_intact=None, verdict=None, parties=[])
    sheet = benefits.read(kept.inputs)
    equal = benefits.result_of(sheet) == kept.result and sheet.judge().verdict == kept.verdict
    await access_log.note(session, DataSeen.PLACEMENT, AccessPurpose.EMPLOYMENT, [life.candidate_id])
    intact = benefits.digest(sheet.write()) == benefits.digest(kept.inputs) == kept.inputs_hash
    sheet = _read_by(sheet, await _readable_cases(session, life))
    judged = sheet.judge()
    return ReplayedOut(
        **about,
        status="EQUAL" if equal else "DIFFERENT",
        inputs_intact=intact,
        verdict=judged.verdict,
        parties=parties(sheet, judged, _seen_by(principal, life)),
    )


async def _kept(session: AsyncSession, principal: Principal, assessment_id: UUID) -> tuple[FourfoldAssessment, Life]:
    async with acting_for_the_house(session):
        kept = await session.get(FourfoldAssessment, assessment_id)
    if kept is None:
        raise NotFound
    # As the caller may read it.
    life: Life | None = await session.get(Proposal, kept.subject_id, populate_existing=True)
    if kept.subject == FourfoldSubject.PLACEMENT:
        life = await session.get(Placement, kept.subject_id, populate_existing=True)
    if life is None:
        raise NotFound
    return kept, life


async def state(
    session: AsyncSession, principal: Principal, placement_id: UUID, data: StatementIn
) -> FourfoldStatement:
    """Say what no other record has. Raises NotFound, Unprocessable."""
    placement = await held_placement(session, placement_id)
    own = principal.acts_for == placement.organisation_id
    unit, most = _UNITS[data.name]
    wrong = []
    if data.value > most:
        wrong.append(FieldError("/value", "too_large", f"At most {most}, in {unit}."))
    if data.kept_from_employer and not own:
        wrong.append(FieldError("/kept_from_employer", "not_allowed", "Only the candidate's organisation may."))
    if wrong:
        raise Unprocessable.fields(wrong)
    statement = FourfoldStatement(
        organisation_id=placement.organisation_id,
        placement_id=placement.id,
        shared_placement_id=None if data.kept_from_employer else placement.id,
        candidate_id=placement.candidate_id,
        partnership_id=placement.partnership_id,
        name=data.name.value,
        value=data.value,
        unit=unit,
        source=data.source,
        stated_by=principal.acts_for,
        stated_by_client=principal.client_id,
    )
    async with acting_for_the_house(session):  # either side states in what one side owns
        session.add(statement)
        await session.flush()
    return statement


async def statements(session: AsyncSession, placement_id: UUID) -> Select[Any]:
    """Statements of a placement that the caller may read. Raises NotFound."""
    placement = await found(session, Placement, placement_id)
    await access_log.note(session, DataSeen.PLACEMENT, AccessPurpose.EMPLOYMENT, [placement.candidate_id])
    return select(FourfoldStatement).where(FourfoldStatement.placement_id == placement_id)


async def confirm(session: AsyncSession, principal: Principal, statement_id: UUID) -> FourfoldStatement:
    """Agree with what the other side stated. Raises NotFound, Forbidden for one's own, Conflict when done."""
    await found(session, FourfoldStatement, statement_id)
    async with acting_for_the_house(session):
        query = select(FourfoldStatement).where(FourfoldStatement.id == statement_id).with_for_update()
        statement = (await session.scalars(query.execution_options(populate_existing=True))).one()
        placement = await session.get_one(Placement, statement.placement_id)
        if principal.acts_for not in (placement.organisation_id, placement.employer_id):
            raise NotFound
        if principal.acts_for == statement.stated_by:
            raise Forbidden("The other side confirms a statement.", "own_statement")
        if statement.confirmed_by:
            raise Conflict.guards([Guard("CONFIRMED", False, "confirmed", "not confirmed yet", "none")])
        statement.confirmed_by, statement.confirmed_at = principal.acts_for, now()
        await session.flush()
    return statement
