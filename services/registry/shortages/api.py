"""Joint shortage rounds and joint decisions over HTTP."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from services.contracts.vocabulary import JointDecisionStatus
from services.kit.auth import PrincipalDep, requires
from services.kit.bulk import MEDIA_TYPE, BatchOut
from services.kit.concurrency import tagged
from services.kit.history import AsOf, history_route
from services.kit.limits import BULK_BODY_BYTES
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.records import found
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Date, Isco08
from services.kit.tables import CSV, XLSX
from services.registry.models.partnerships import Partnership
from services.registry.models.shortages import (
    JointDecision,
    JointDecisionSignature,
    ShortageComment,
    ShortageIndex,
    ShortageObservation,
    ShortageRound,
    ShortageSignal,
)
from services.registry.shortages import computation, decisions, service, tables
from services.registry.shortages.schemas import (
    SIGNALS_EXAMPLE,
    CommentIn,
    CommentOut,
    DecisionSignatureIn,
    DecisionSignatureOut,
    IndexOut,
    JointDecisionOut,
    ObservationIn,
    ObservationOut,
    Period,
    RoundIn,
    RoundOut,
    SignalIn,
    SignalOut,
)

router = api_router("/v1", "shortages")
_READS = [requires("partnerships:read")]
_WRITES = [requires("partnerships:write")]

_TEXT = {"type": "string", "maxLength": BULK_BODY_BYTES}
_SIGNAL_FILES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A signal a line or row, as in `send_shortage_signal`; at most 10,000 rows and 1 MB.",
        "content": {
            MEDIA_TYPE: {"schema": _TEXT, "example": "".join(json.dumps(row) + "\n" for row in SIGNALS_EXAMPLE)},
            CSV: {
                "schema": _TEXT,
                "example": "".join(
                    f"{','.join(map(str, row))}\n"
                    for row in [list(SIGNALS_EXAMPLE[0]), *(list(each.values()) for each in SIGNALS_EXAMPLE)]
                ),
            },
            XLSX: {"schema": dict(_TEXT), "example": "the bytes of a workbook"},
        },
    }
}


@router.post(
    "/partnerships/{partnership_id}/shortage-rounds",
    operation_id="open_shortage_round",
    summary="Open a joint shortage round",
    status_code=201,
    response_model=RoundOut,
    dependencies=_WRITES,
)
async def open_shortage_round(
    partnership_id: UUID, data: RoundIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> ShortageRound:
    """Origin and destination look at the same occupations together. Parameters are frozen now."""
    return tagged(response, await service.open_round(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/shortage-rounds",
    operation_id="list_shortage_rounds",
    summary="List the shortage rounds of a partnership",
    response_model=Page[RoundOut],
    dependencies=_READS,
)
async def list_shortage_rounds(partnership_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[ShortageRound]:
    """In the order in which they were opened."""
    await found(session, Partnership, partnership_id)
    return await paging.by_id(session, service.rounds_of(partnership_id), ShortageRound.id)


@router.get(
    "/shortage-rounds/{round_id}",
    operation_id="get_shortage_round",
    summary="Get a shortage round",
    response_model=RoundOut,
    dependencies=_READS,
)
async def get_shortage_round(
    round_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> ShortageRound:
    """Its scope, parameters and how far it is."""
    return tagged(response, await found(session, ShortageRound, round_id, as_of=as_of))


@router.post(
    "/shortage-rounds/{round_id}/signals",
    operation_id="send_shortage_signal",
    summary="Send one signal",
    status_code=201,
    response_model=SignalOut,
    dependencies=_WRITES,
)
async def send_shortage_signal(
    round_id: UUID, data: SignalIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> ShortageSignal:
    """A figure of one's own side; one about the same occupation, source and period is replaced. Only who sent it reads
    it: the other side sees the computed index."""
    return tagged(response, await service.send_signal(session, principal, round_id, data))


@router.post(
    "/shortage-rounds/{round_id}/signals:batch",
    operation_id="send_shortage_signals",
    summary="Send many signals",
    response_model=BatchOut,
    dependencies=_WRITES,
    openapi_extra=_SIGNAL_FILES,
)
async def send_shortage_signals(
    round_id: UUID,
    request: Request,
    session: SessionDep,
    principal: PrincipalDep,
    layout: Annotated[tables.SignalLayout, Query(description="How the rows are meant.")] = tables.SignalLayout.SIGNALS,
    period: Annotated[
        Period | None, Query(description="Period of a EURES list; absent: that of the round.", examples=["2022"])
    ] = None,
) -> BatchOut:
    """One result a row in order; a bad row never blocks a good one, a repeat changes nothing."""
    the_round = await found(session, ShortageRound, round_id)
    media_type, body = request.headers.get("content-type", ""), await request.body()
    rows = tables.read(media_type, body, layout, the_round.destination, period or the_round.period)
    return await service.send_signals(session, principal, round_id, rows)


@router.get(
    "/shortage-rounds/{round_id}/signals",
    operation_id="list_shortage_signals",
    summary="List one's own signals",
    response_model=Page[SignalOut],
    dependencies=_READS,
)
async def list_shortage_signals(round_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[ShortageSignal]:
    """What one's own organisation sent; nobody else's."""
    await found(session, ShortageRound, round_id)
    return await paging.by_id(session, service.signals_of(round_id), ShortageSignal.id)


@router.post(
    "/shortage-rounds/{round_id}/computation",
    operation_id="compute_shortage_indices",
    summary="Compute both sides' indices",
    response_model=RoundOut,
    dependencies=_WRITES,
)
async def compute_shortage_indices(
    round_id: UUID, session: SessionDep, principal: PrincipalDep, response: Response
) -> ShortageRound:
    """From all signals sent so far. The same signals give the same indices and the same `inputs_hash`; it may be
    repeated until decisions are proposed."""
    return tagged(response, await computation.compute(session, principal, round_id))


@router.get(
    "/shortage-rounds/{round_id}/indices",
    operation_id="list_shortage_indices",
    summary="List the computed indices",
    response_model=Page[IndexOut],
    dependencies=_READS,
)
async def list_shortage_indices(
    round_id: UUID, session: SessionDep, paging: PagingDep, isco08: Annotated[Isco08 | None, Query()] = None
) -> Rows[ShortageIndex]:
    """Both sides', with confidence, fall-back level and where a third party's list says otherwise."""
    await found(session, ShortageRound, round_id)
    return await paging.by_id(session, service.indices_of(round_id, isco08), ShortageIndex.id)


@router.post(
    "/shortage-rounds/{round_id}/comments",
    operation_id="comment_shortage_round",
    summary="Comment on the indices",
    status_code=201,
    response_model=CommentOut,
    dependencies=_WRITES,
)
async def comment_shortage_round(
    round_id: UUID, data: CommentIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> ShortageComment:
    """Employers, unions and the training side say what they see, within the days for comments."""
    return tagged(response, await service.comment(session, principal, round_id, data))


@router.get(
    "/shortage-rounds/{round_id}/comments",
    operation_id="list_shortage_comments",
    summary="List the comments on a round",
    response_model=Page[CommentOut],
    dependencies=_READS,
)
async def list_shortage_comments(round_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[ShortageComment]:
    """In the order in which they were made."""
    await found(session, ShortageRound, round_id)
    return await paging.by_id(session, service.comments_of(round_id), ShortageComment.id)


@router.post(
    "/shortage-rounds/{round_id}/decisions",
    operation_id="propose_joint_decisions",
    summary="Propose a class for each occupation",
    response_model=RoundOut,
    dependencies=_WRITES,
)
async def propose_joint_decisions(
    round_id: UUID, session: SessionDep, principal: PrincipalDep, response: Response
) -> ShortageRound:
    """After the days for comments: the matrix of both classes with its modifiers, to be signed by both sides."""
    return tagged(response, await decisions.propose(session, principal, round_id))


@router.get(
    "/shortage-rounds/{round_id}/decisions",
    operation_id="list_round_decisions",
    summary="List the decisions of a round",
    response_model=Page[JointDecisionOut],
    dependencies=_READS,
)
async def list_round_decisions(round_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[JointDecision]:
    """One for each occupation of its scope."""
    await found(session, ShortageRound, round_id)
    return await paging.by_id(session, decisions.of_round(round_id), JointDecision.id)


@router.get(
    "/partnerships/{partnership_id}/joint-decisions",
    operation_id="list_joint_decisions",
    summary="List the joint decisions of a partnership",
    response_model=Page[JointDecisionOut],
    dependencies=_READS,
)
async def list_joint_decisions(
    partnership_id: UUID,
    session: SessionDep,
    paging: PagingDep,
    isco08: Annotated[Isco08 | None, Query()] = None,
    status: Annotated[JointDecisionStatus | None, Query()] = None,
    expires_before: Annotated[Date | None, Query(description="Its last day is before this one.")] = None,
    expires_after: Annotated[Date | None, Query(description="Its last day is after this one.")] = None,
) -> Rows[JointDecision]:
    """Of all rounds, the oldest first."""
    await found(session, Partnership, partnership_id)
    query = decisions.decisions_of(partnership_id, isco08, status, expires_before, expires_after)
    return await paging.by_id(session, query, JointDecision.id)


@router.get(
    "/joint-decisions/{decision_id}",
    operation_id="get_joint_decision",
    summary="Get a joint decision",
    response_model=JointDecisionOut,
    dependencies=_READS,
)
async def get_joint_decision(
    decision_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> JointDecision:
    """Class, track, ratio, quota hint, safeguards and expiry."""
    return tagged(response, await found(session, JointDecision, decision_id, as_of=as_of))


@router.post(
    "/joint-decisions/{decision_id}/signatures",
    operation_id="sign_joint_decision",
    summary="Sign a joint decision",
    status_code=201,
    response_model=DecisionSignatureOut,
    dependencies=_WRITES,
)
async def sign_joint_decision(
    decision_id: UUID, data: DecisionSignatureIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> JointDecisionSignature:
    """Each side once. When both have, it is in force; after a dissent in the more protective of the two classes."""
    return tagged(response, await decisions.sign(session, principal, decision_id, data))


@router.get(
    "/joint-decisions/{decision_id}/signatures",
    operation_id="list_joint_decision_signatures",
    summary="List the signatures of a joint decision",
    response_model=Page[DecisionSignatureOut],
    dependencies=_READS,
)
async def list_joint_decision_signatures(
    decision_id: UUID, session: SessionDep, paging: PagingDep
) -> Rows[JointDecisionSignature]:
    """Dissents with their reasons are kept."""
    await found(session, JointDecision, decision_id)
    return await paging.by_id(
        session, decisions.of_decision(JointDecisionSignature, decision_id), JointDecisionSignature.id
    )


@router.post(
    "/joint-decisions/{decision_id}/observations",
    operation_id="observe_origin",
    summary="Report what the origin sees",
    status_code=201,
    response_model=ObservationOut,
    dependencies=_WRITES,
)
async def observe_origin(
    decision_id: UUID, data: ObservationIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> ShortageObservation:
    """Vacancy rate and departures of incumbents; the answer names the warnings. Beyond the stop threshold of the round
    the away track closes at once."""
    return tagged(response, await decisions.observe(session, principal, decision_id, data))


@router.get(
    "/joint-decisions/{decision_id}/observations",
    operation_id="list_observations",
    summary="List what the origin saw",
    response_model=Page[ObservationOut],
    dependencies=_READS,
)
async def list_observations(decision_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[ShortageObservation]:
    """With brain-drain pressure and warnings, the oldest first."""
    await found(session, JointDecision, decision_id)
    return await paging.by_id(session, decisions.of_decision(ShortageObservation, decision_id), ShortageObservation.id)


history_route(router, "/shortage-rounds/{round_id}", ShortageRound, "shortage_round", "partnerships:read")
history_route(router, "/joint-decisions/{decision_id}", JointDecision, "joint_decision", "partnerships:read")
