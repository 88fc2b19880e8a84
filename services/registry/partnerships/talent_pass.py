"""The pass of a Talent Partnership: which skills were developed in it, who says so, and until when.

Regulation (EU) 2026/1047 asks that such skills are visible in the EU Talent Pool. The fields are this house's own, not
those of the Regulation; the pass is about the partnership's accredited training and names no person.
"""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import AccreditationBasis, AgreementStatus, AgreementType, PartyRole, PartySide
from services.kit.db import now
from services.kit.errors import Guard
from services.kit.schemas import EscoUri, LocalisedLine, Out
from services.registry.models.agreements import Agreement
from services.registry.models.membership import kept
from services.registry.models.organisations import Organisation
from services.registry.models.partnerships import Partnership
from services.registry.models.programmes import Programme
from services.registry.partnerships.schemas import GuardOut

_BOTH = {PartySide.ORIGIN, PartySide.DESTINATION}
_EXAMPLE: dict[str, Any] = {
    "partnership_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
    "partnership_code": "SOLAR-MA-BE",
    "agreement_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a11",
    "issuer": {
        "organisation_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a12",
        "code": "ATLAS-EMPLOI",
        "name": {"en": "Invented employment agency"},
        "role": "CERTIFIER",
    },
    "issued_on": "2026-11-23",
    "valid_to": "2029-08-31",
    "skills": [
        {
            "uri": "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b",
            "level": 3,
            "programme_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a13",
            "certificate": "Certificate of professional aptitude",
            "eqf": 4,
            "accreditation": "RECORDED",
        }
    ],
    "missing": None,
}


class PassIssuer(Out):
    """Who stands behind the pass: the partnership's certifier, or else the organisation that registered it."""

    organisation_id: UUID
    code: str
    name: LocalisedLine
    role: PartyRole | None = Field(description="Its role in the partnership; null for the owner without this role.")


class PassSkill(Out):
    """A skill that an accredited programme of the partnership teaches."""

    uri: EscoUri
    level: int = Field(description="Level that a graduate reaches, as the programme states it.")
    programme_id: UUID
    certificate: str | None = Field(description="What graduates are given.")
    eqf: int | None = Field(description="EQF level of the programme, 1 to 8.")
    accreditation: AccreditationBasis


class TalentPassOut(Out):
    """What may be shown of a Talent Partnership in the EU Talent Pool; names no person."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    partnership_id: UUID
    partnership_code: str
    agreement_id: UUID | None = Field(description="The Talent Partnership that both sides signed, if in force.")
    issuer: PassIssuer
    issued_on: date | None = Field(description="The day it was computed; null: there is no pass, see `missing`.")
    valid_to: date | None = Field(
        description="First of the end of the agreement and the planned end of the partnership; null without either."
    )
    skills: list[PassSkill]
    missing: GuardOut | None = Field(description="What a pass lacks, and the operation that helps; null with a pass.")


async def talent_pass(session: AsyncSession, partnership: Partnership) -> TalentPassOut:
    """Computed now, from the record; without a Talent Partnership in force it names no skills, and says what to do."""
    today = now().date()
    agreements = list(await session.scalars(_of_type(partnership.id)))
    agreement = next((each for each in agreements if _in_force(each, today)), None)
    return TalentPassOut(
        partnership_id=partnership.id,
        partnership_code=partnership.code,
        agreement_id=agreement.id if agreement else None,
        issuer=await _issuer(session, partnership),
        issued_on=today if agreement else None,
        valid_to=_end(agreement, partnership) if agreement else None,
        skills=await _skills(session, partnership.id) if agreement else [],
        missing=None if agreement else GuardOut.model_validate(_missing(agreements, today)),
    )


def _of_type(partnership_id: UUID) -> Select[Any]:
    """The last one first."""
    query = kept(Agreement, partnership_id).where(Agreement.type == AgreementType.TALENT_PARTNERSHIP)
    return query.order_by(Agreement.id.desc())


def _in_force(agreement: Agreement, today: date) -> bool:
    signed = {signature.side for signature in agreement.signatures} >= _BOTH
    return signed and agreement.status_on(today) == AgreementStatus.IN_FORCE


def _end(agreement: Agreement, partnership: Partnership) -> date | None:
    expires_on = None if agreement.tacit_renewal else agreement.expires_on
    ends = (agreement.terminated_on, expires_on, partnership.planned_end)
    return min((end for end in ends if end), default=None)


def _missing(agreements: list[Agreement], today: date) -> Guard:
    return Guard(
        "TALENT_PARTNERSHIP",
        False,
        f"agreements of this type: {', '.join(agreement.status_on(today) for agreement in agreements) or 'none'}",
        "one that both country sides signed and that is in force",
        "POST /v1/partnerships/{partnership_id}/agreements with type: TALENT_PARTNERSHIP; then a SIGNATORY of each"
        " side: POST /v1/agreements/{agreement_id}/signatures with side, signed_on, office.",
    )


async def _issuer(session: AsyncSession, partnership: Partnership) -> PassIssuer:
    certifiers = [party for party in partnership.parties if party.role == PartyRole.CERTIFIER and party.belongs()]
    issuer_id = certifiers[0].organisation_id if certifiers else partnership.organisation_id
    issuer = await session.get_one(Organisation, issuer_id)
    return PassIssuer(
        organisation_id=issuer.id,
        code=issuer.code,
        name=issuer.name,
        role=PartyRole.CERTIFIER if certifiers else None,
    )


async def _skills(session: AsyncSession, partnership_id: UUID) -> list[PassSkill]:
    offered = select(Programme).where(Programme.partnership_ids.contains([partnership_id])).order_by(Programme.id)
    return [
        PassSkill(
            uri=skill["uri"],
            level=skill["level"],
            programme_id=programme.id,
            certificate=programme.certificate,
            eqf=programme.eqf,
            accreditation=programme.accreditation,
        )
        for programme in await session.scalars(offered)
        if programme.accredited
        for skill in programme.skills
    ]
