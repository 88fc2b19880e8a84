"""Giving, renewing and withdrawing consent; the texts it is given to."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import AccessPurpose, ConsentAction, DataSeen
from services.kit import concurrency
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, NotFound, Unprocessable
from services.kit.records import found, locked
from services.kit.tenancy import CALLER
from services.matching import access_log, receipts
from services.matching.consents.schemas import ConsentIn, ConsentTextIn, ConsentTextPatch
from services.matching.models.candidates import Candidate
from services.matching.models.privacy import ConsentChange, ConsentText
from services.matching.models.proposals import Proposal, ProposalAnswer
from services.matching.pseudonyms import registered
from services.matching.receipts import Change


async def history(session: AsyncSession, candidate_id: UUID) -> Select[Any]:
    """All that the person agreed to and withdrew, in order. Raises NotFound for somebody else's candidate."""
    await found(session, Candidate, candidate_id)
    await access_log.note(session, DataSeen.CONSENTS, AccessPurpose.COUNSELLING, [candidate_id])
    return select(ConsentChange).where(ConsentChange.candidate_id == candidate_id)


async def record(session: AsyncSession, candidate_id: UUID, data: ConsentIn) -> ConsentChange:
    """Put into force what the person did. Raises NotFound, and Unprocessable for what cannot have been done."""
    candidate = await locked(session, Candidate, candidate_id)
    today = now().date()
    if data.on and data.on > today:
        raise _wrong("on", "in_the_future", "A consent is written down once it was given or withdrawn.")
    if data.proposal_id:
        return await _about_identity(session, candidate, data.proposal_id, data)
    before, told = candidate.consent, registered(candidate, today)
    if data.action is ConsentAction.WITHDRAW:
        candidate.consent = _without(before, [scope.value for scope in data.scopes], today)
    else:
        candidate.consent = await _agreed_to(session, candidate, data)
        candidate.reconfirmed_at, candidate.dormant_since = now(), None  # who agrees still looks
    candidate.touch()
    await session.flush()
    await receipts.note(session, _done(candidate_id, before, candidate.consent, data))
    await receipts.tell(session, {candidate_id: told}, {candidate_id: registered(candidate, today)})
    query = select(ConsentChange).where(ConsentChange.candidate_id == candidate_id).order_by(ConsentChange.id.desc())
    return (await session.scalars(query.limit(1))).one()


def _done(candidate_id: UUID, before: receipts.Receipt, after: receipts.Receipt, data: ConsentIn) -> list[Change]:
    """What the person did, and what they withdrew by leaving it out; what was said stands last."""
    said = Change(candidate_id, data.action, tuple(scope.value for scope in data.scopes), data.on or now().date())
    if data.action is ConsentAction.WITHDRAW:
        return [said]
    return [each for each in receipts.changes(candidate_id, before, after) if each.action is data.action.WITHDRAW] + [
        said
    ]


def _without(receipt: receipts.Receipt, scopes: list[str], today: date) -> receipts.Receipt:
    # Not before the day of the receipt: the partner's next import repeats it, and must not undo the withdrawal.
    day = max(today.isoformat(), receipt["granted_on"])
    return receipt | {"withdrawn": receipt.get("withdrawn", {}) | dict.fromkeys(scopes, day)}


async def _agreed_to(session: AsyncSession, candidate: Candidate, data: ConsentIn) -> receipts.Receipt:
    given_on = data.on or now().date()
    if given_on.isoformat() < candidate.consent["granted_on"]:
        raise _wrong("on", "older_than_receipt", "There is a newer consent; it stays in force.")
    if data.expires_on and data.expires_on < given_on:
        raise _wrong("expires_on", "before_given", "It would have ended before it was given.")
    await _check_text(session, candidate.organisation_id, given_on, data)
    receipt = data.model_dump(mode="json", include={"expires_on", "text_version", "text_language", "text_sha256"})
    receipt |= {
        "scopes": sorted(scope.value for scope in data.scopes),
        "granted_on": given_on.isoformat(),
        "withdrawn_on": None,
        "text_uri": data.text_uri,
        "limits": data.limits.model_dump(mode="json") if data.limits else None,
    }
    return receipts.kept(None, receipt, await receipts.ends_of_texts(session, candidate.organisation_id))


async def _check_text(session: AsyncSession, organisation_id: UUID, given_on: date, data: ConsentIn) -> None:
    """Where the organisation has registered its text, the consent must be to that text, and to one that counts."""
    query = select(ConsentText).where(
        ConsentText.organisation_id == organisation_id, ConsentText.text_version == data.text_version
    )
    text = (await session.scalars(query)).one_or_none()
    if text is None:
        return
    if text.counts_until and text.counts_until < given_on:
        raise _wrong("text_version", "text_replaced", "Consents to this version of the text count no more.")
    if data.text_language and data.text_language not in text.hashes:
        raise _wrong("text_language", "no_such_translation", "The text was not registered in this language.")
    known = {text.hashes[data.text_language]} if data.text_language else set(text.hashes.values())
    if data.text_sha256 and data.text_sha256 not in known:
        raise _wrong("text_sha256", "another_text", "This is not the text that was registered under this version.")


async def _about_identity(
    session: AsyncSession, candidate: Candidate, proposal_id: UUID, data: ConsentIn
) -> ConsentChange:
    proposal = await locked(session, Proposal, proposal_id)
    if proposal.candidate_id != candidate.id:
        raise NotFound
    query = select(ProposalAnswer).where(ProposalAnswer.proposal_id == proposal_id, ProposalAnswer.side == "CANDIDATE")
    answer = (await session.scalars(query.with_for_update())).one_or_none()
    if answer is None or answer.decision != "ACCEPT":
        raise Conflict("The candidate has not accepted this proposal.", "not_accepted")
    answer.share_identity = data.action is ConsentAction.GIVE
    proposal.touch()
    done = ConsentChange(
        organisation_id=candidate.organisation_id,
        candidate_id=candidate.id,
        action=data.action.value,
        scopes=[],
        given_on=data.on or now().date(),
        text_version=data.text_version,
        text_language=data.text_language,
        text_sha256=data.text_sha256,
        proposal_id=proposal_id,
        recorded_by=session.info[CALLER].client_id,
    )
    session.add(done)
    await session.flush()
    return done


async def register_text(session: AsyncSession, organisation_id: UUID, data: ConsentTextIn) -> ConsentText:
    """A version that is taken gives 409."""
    text = ConsentText(organisation_id=organisation_id, **data.model_dump())
    session.add(text)
    await session.flush()
    await receipts.stamp(session)
    return text


async def end_text(session: AsyncSession, text_id: UUID, version: int, data: ConsentTextPatch) -> ConsentText:
    """Say until when consents to this version count. Raises Unprocessable for a day that has passed."""
    text = await locked(session, ConsentText, text_id)
    concurrency.check(text, version)
    if data.counts_until and data.counts_until < now().date():
        raise _wrong("counts_until", "in_the_past", "People must have time to be asked: give today or a later day.")
    text.counts_until = data.counts_until
    text.touch()
    await session.flush()
    await receipts.stamp(session)
    return text


def _wrong(field: str, code: str, message: str) -> Unprocessable:
    return Unprocessable.fields([FieldError(f"/{field}", code, message)])
