"""Writing agreements down, signing and ending them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from services.contracts.vocabulary import AgreementStatus, AgreementType, PartyRole, PartySide
from services.kit import concurrency, tenancy
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Forbidden, Guard, Unprocessable
from services.kit.records import found, locked, merged
from services.registry.agreements.schemas import AgreementIn, AgreementPatch, AgreementSignatureIn, TerminationIn
from services.registry.models.agreements import Agreement, AgreementSignature, AgreementTermination
from services.registry.models.documents import check_documents
from services.registry.models.membership import Membership, keep, kept, membership, read
from services.registry.models.partnerships import Partnership
from services.registry.models.safeguards import announce_end

# Who may sign a type besides the parties with the role SIGNATORY.
_SIGN_TOO: dict[str, frozenset[PartyRole]] = {
    AgreementType.EMPLOYER_COMMITMENT: frozenset({PartyRole.DEMAND_HOLDER, PartyRole.FUNDER}),
    AgreementType.FUNDING: frozenset({PartyRole.DEMAND_HOLDER, PartyRole.FUNDER}),
    AgreementType.PUBLIC_PRIVATE_COMPACT: frozenset({PartyRole.DEMAND_HOLDER, PartyRole.SOCIAL_PARTNER}),
    AgreementType.DATA_SHARING: frozenset({PartyRole.DATA_STEWARD}),
}
# Between countries (S-22): both sides sign.
_BETWEEN_COUNTRIES = frozenset(AgreementType) - _SIGN_TOO.keys()
_BOTH_COUNTRIES = {PartySide.ORIGIN.value, PartySide.DESTINATION.value}
_CHANGES_AFTER_SIGNATURE = {"text_uri", "supports"}
_PLAIN = set(AgreementIn.model_fields) - {"party_ids", "language_versions", "annexes"}


async def listed(
    session: AsyncSession,
    partnership_id: UUID,
    kind: str | None,
    status: AgreementStatus | None,
    expires_before: date | None,
    expires_after: date | None,
) -> Select[Any]:
    """Agreements of a partnership that match all filters given; both days are out of the range. Raises NotFound."""
    await found(session, Partnership, partnership_id)
    query = kept(Agreement, partnership_id)
    if kind:
        query = query.where(Agreement.type == kind)
    if expires_before:
        query = query.where(Agreement.expires_on < expires_before)
    if expires_after:
        query = query.where(Agreement.expires_on > expires_after)
    if status:  # follows from signatures and dates; a partnership has few enough to look at each
        query = query.where(Agreement.id.in_([a.id for a in await session.scalars(query) if a.status == status]))
    return query


async def get(session: AsyncSession, agreement_id: UUID, as_of: datetime | None = None) -> Agreement:
    """Raises NotFound for missing and foreign ones alike."""
    agreement = await read(session, Agreement, agreement_id, as_of)
    if as_of:
        for name in ("signatures", "terminations"):  # rows that never change: those that there were then
            then = [each for each in getattr(agreement, name) if each.created_at <= as_of]
            set_committed_value(agreement, name, then)
    return agreement


async def register(session: AsyncSession, principal: Principal, partnership_id: UUID, data: AgreementIn) -> Agreement:
    """A new agreement, unsigned; any party writes it down. Raises NotFound, Forbidden, Unprocessable."""
    member = await membership(session, principal, partnership_id)
    columns = await _columns(session, member, principal.acts_for, data)
    return await keep(session, principal, Agreement, partnership_id, columns | {"signatures": [], "terminations": []})


async def change(
    session: AsyncSession, principal: Principal, agreement_id: UUID, version: int, patch: AgreementPatch
) -> Agreement:
    """Merge the patch; only who wrote it down may. Raises Conflict for the text of what was signed."""
    agreement = await locked(session, Agreement, agreement_id)
    concurrency.check(agreement, version)
    # Where no file was signed, the address is the text.
    free = _CHANGES_AFTER_SIGNATURE if agreement.language_versions else {"supports"}
    if agreement.signatures and patch.model_fields_set - free:
        remedy = "Register a successor with POST …/agreements that names this one as `replaces`."
        seen, needed = "a party has signed this text", "a text that nobody has signed"
        raise Conflict.guards([Guard("unsigned", False, seen, needed, remedy)])
    data = merged(AgreementIn, _as_sent(agreement), patch)
    member = await membership(session, principal, agreement.partnership_id)
    columns = await _columns(session, member, principal.acts_for, data)
    if agreement.signatures:
        columns = {name: columns[name] for name in free}
    for name, value in columns.items():
        setattr(agreement, name, value)
    agreement.touch()
    await session.flush()
    return agreement


async def sign(
    session: AsyncSession, principal: Principal, agreement_id: UUID, data: AgreementSignatureIn
) -> AgreementSignature:
    """The caller's own signature, once. Raises NotFound, Forbidden, Conflict, Unprocessable."""
    agreement = await _held(session, principal, agreement_id)
    member = await membership(session, principal, agreement.partnership_id)
    member.require(*_roles_that_sign(agreement.type))
    own = [party for party in agreement.parties if party["organisation_id"] == str(principal.organisation_id)]
    if not own:
        raise Forbidden("Only the parties that the agreement names sign it.", "not_a_signatory")
    if not agreement.language_versions and not agreement.text_uri:
        remedy = "Add the file with POST …/documents and name it in language_versions, or give a text_uri."
        raise Conflict.guards([Guard("text", False, "no text", "a text that can be signed", remedy)])
    errors = _not_in_future("/signed_on", data.signed_on)
    if data.side not in {party["side"] for party in own}:
        errors.append(FieldError("/side", "not_your_side", "The agreement names your organisation for another side."))
    if errors:
        raise Unprocessable.fields(errors)
    await check_documents(session, agreement.partnership_id, {"/document_id": data.document_id})
    values = data.model_dump() | {"agreement_id": agreement.id}
    return await keep(session, principal, AgreementSignature, agreement.partnership_id, values)


async def terminate(
    session: AsyncSession, principal: Principal, agreement_id: UUID, data: TerminationIn
) -> AgreementTermination:
    """The caller's own notice, once. Raises NotFound, Forbidden for others than its parties, Conflict."""
    agreement = await _held(session, principal, agreement_id)
    await membership(session, principal, agreement.partnership_id)
    if str(principal.organisation_id) not in {party["organisation_id"] for party in agreement.parties}:
        raise Forbidden("Only the parties that the agreement names can end it.", "not_a_signatory")
    if principal.organisation_id not in {each.organisation_id for each in agreement.signatures}:
        remedy = "What your organisation has not signed does not bind it: leave it unsigned."
        raise Conflict.guards([Guard("signed", False, "no signature of yours", "a signature of yours", remedy)])
    values = data.model_dump() | {"agreement_id": agreement.id}
    notice = await keep(session, principal, AgreementTermination, agreement.partnership_id, values)
    await tenancy.act_for(session, tenancy.HOUSE)  # safeguards are the origin's, consents the destination's
    await announce_end(session, agreement.id)
    await tenancy.act_for(session, principal.tenant)
    return notice


async def _held(session: AsyncSession, principal: Principal, agreement_id: UUID) -> Agreement:
    """The agreement, whose text cannot change until the transaction ends. A signer does not own it, so the house holds
    it; what the signer may read is asked as the signer."""
    await tenancy.act_for(session, tenancy.HOUSE)
    await session.execute(select(Agreement.id).where(Agreement.id == agreement_id).with_for_update())
    await tenancy.act_for(session, principal.tenant)
    return await read(session, Agreement, agreement_id)


def _roles_that_sign(kind: str) -> frozenset[PartyRole]:
    return _SIGN_TOO.get(kind, frozenset()) | {PartyRole.SIGNATORY}


def _not_in_future(pointer: str, day: Any) -> list[FieldError]:
    return [FieldError(pointer, "in_the_future", "Not after today.")] if day > now().date() else []


def _as_sent(agreement: Agreement) -> dict[str, Any]:
    """The agreement as AgreementIn has it."""
    sent = {name: getattr(agreement, name) for name in _PLAIN}
    sent["party_ids"] = [party["organisation_id"] for party in agreement.parties]
    for name in ("language_versions", "annexes"):
        sent[name] = [{k: v for k, v in each.items() if k != "sha256"} for each in getattr(agreement, name)]
    return sent


async def _columns(session: AsyncSession, member: Membership, caller: UUID, data: AgreementIn) -> dict[str, Any]:
    """What is stored of `data`: parties with their sides, texts with their hashes. Raises Unprocessable."""
    parties, errors = _parties(member, caller, data)
    members = {party.organisation_id for party in member.partnership.parties if party.belongs()}
    errors += [
        FieldError(f"/supports/{place}/organisation_id", "not_a_party", "Name a party of the partnership.")
        for place, support in enumerate(data.supports)
        if support.organisation_id not in members
    ]
    if data.replaces and not await _is_of(session, data.replaces, member.partnership.id):
        errors.append(FieldError("/replaces", "unknown_agreement", "No agreement of this partnership has this id."))
    if errors:
        raise Unprocessable.fields(errors)
    texts: dict[str, Any] = {"language_versions": data.language_versions, "annexes": data.annexes}
    named = {f"/{name}/{place}/document_id": e.document_id for name in texts for place, e in enumerate(texts[name])}
    documents = await check_documents(session, member.partnership.id, named)
    hashed = {
        name: [each.model_dump(mode="json") | {"sha256": documents[each.document_id].sha256} for each in texts[name]]
        for name in texts
    }
    as_json = data.model_dump(mode="json", include={"supports", "social_security"})
    return data.model_dump(include=_PLAIN) | as_json | hashed | {"parties": parties}


async def _is_of(session: AsyncSession, agreement_id: UUID, partnership_id: UUID) -> bool:
    agreement = await session.get(Agreement, agreement_id)
    return agreement is not None and agreement.partnership_id == partnership_id


def _parties(member: Membership, caller: UUID, data: AgreementIn) -> tuple[list[dict[str, str]], list[FieldError]]:
    """Who is to sign, with their sides; and what is wrong with that."""
    may = _roles_that_sign(data.type)
    sides: dict[UUID, str] = {}
    signatories: set[UUID] = set()
    for party in member.partnership.parties:
        if party.belongs() and party.role in may:
            sides.setdefault(party.organisation_id, party.side)
            signatories |= {party.organisation_id} if party.role == PartyRole.SIGNATORY else set()
    wanted: Iterable[UUID] = dict.fromkeys(data.party_ids)
    if not data.party_ids:
        wanted = [each for each in sides if each in signatories or each == caller]
    message = f"Name parties of the partnership with one of these roles: {', '.join(sorted(may))}."
    errors = [
        FieldError(f"/party_ids/{place}", "may_not_sign", message)
        for place, each in enumerate(data.party_ids)
        if each not in sides
    ]
    parties = [{"organisation_id": str(each), "side": sides[each]} for each in wanted if each in sides]
    if not parties and not errors:
        errors.append(FieldError("/party_ids", "missing", message))
    elif data.type in _BETWEEN_COUNTRIES and not errors and not {p["side"] for p in parties} >= _BOTH_COUNTRIES:
        errors.append(FieldError("/party_ids", "one_sided", "Such an agreement is signed by ORIGIN and DESTINATION."))
    return parties, errors
