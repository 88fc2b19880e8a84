"""Who recruits for a partnership: what the directory of service providers says of it, before what the record states."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import IrisStatus
from services.kit.db import now
from services.kit.schemas import Out
from services.registry.models.partnerships import Partnership
from services.registry.models.providers import ServiceProvider
from services.registry.partnerships.protection import Recruiter, RecruitmentPolicy


class RecruiterOut(Out):
    """A recruiter of the recruitment policy, as it stands today."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Invented recruitment agency",
                    "provider_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "from_directory": True,
                    "licensed": False,
                    "iris_status": "COMPLIANT",
                    "fee_free": True,
                    "usable": False,
                    "missing": ["LICENSED: one that holds on 2026-11-23 in MAR"],
                }
            ]
        }
    )

    name: str
    provider_id: UUID | None = Field(description="Its entry in the directory.")
    from_directory: bool = Field(description="False: only the record's own word, which proves nothing.")
    licensed: bool = Field(description="Whether a licence for an origin or destination holds today.")
    iris_status: IrisStatus
    fee_free: bool | None = Field(description="Whether workers pay nothing; null without an entry in the directory.")
    usable: bool = Field(description="In the directory, licensed, not sanctioned and fee-free today.")
    missing: list[str] = Field(description="What it lacks to be usable.")


async def recruiters_of(session: AsyncSession, partnership: Partnership) -> list[RecruiterOut]:
    """In the order of the recruitment policy (S-35, 02 §1)."""
    policy = RecruitmentPolicy.model_validate(partnership.recruitment_policy or {})
    wanted = [each.provider_id for each in policy.recruiters if each.provider_id]
    entries = await session.scalars(select(ServiceProvider).where(ServiceProvider.id.in_(wanted)))
    known = {entry.id: entry for entry in entries}
    countries = sorted({corridor[end] for corridor in partnership.corridors for end in ("origin", "destination")})
    today = now().date()
    return [
        _told(each, known.get(each.provider_id) if each.provider_id else None, today, countries)
        for each in policy.recruiters
    ]


def _told(recruiter: Recruiter, entry: ServiceProvider | None, today: date, countries: list[str]) -> RecruiterOut:
    if entry is None:
        held = bool(recruiter.licence and recruiter.valid_to and recruiter.valid_to >= today)
        told: dict[str, Any] = {
            "licensed": held,
            "iris_status": recruiter.iris_status,
            "fee_free": None,
            "usable": False,
            "missing": ["IN_DIRECTORY: an entry among the service providers, named by provider_id"],
        }
    else:
        checks = entry.checks_on(today, *countries)
        told = {
            "licensed": entry.licensed_on(today, *countries),
            "iris_status": entry.iris_on(today),
            "fee_free": entry.fee_free_on(today),
            "usable": all(check.passed for check in checks),
            "missing": [f"{check.code}: {check.needed}" for check in checks if not check.passed],
        }
    return RecruiterOut(
        name=recruiter.name, provider_id=recruiter.provider_id, from_directory=entry is not None, **told
    )
