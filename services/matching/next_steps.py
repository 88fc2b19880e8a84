"""What whoever stops is told, and how the steps of mobilities, stays and hours with a mentor are written down."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import MobilityNextStep
from services.kit.auth import Principal
from services.kit.errors import Guard
from services.kit.schemas import In, Out, Paragraph
from services.matching.models.cases import CaseStep
from services.matching.models.entrepreneurs import Mentoring, Mobility, Stay
from services.matching.moves import DecidedBy as DecidedBy


class FirmNextStep(In):
    """Something an entrepreneur can do next."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={"examples": [{"kind": "FORMALISE", "text": "Make an appointment with the chamber."}]},
    )

    kind: MobilityNextStep
    text: Paragraph = Field(description="For the person, in a language that they read.")


FirmNextSteps = Annotated[
    list[FirmNextStep], Field(max_length=10, description="At least one for whoever stops; nobody is left without.")
]


class FirmStepOut(Out):
    """A move that was made, never changed afterwards."""

    id: UUID
    from_status: str | None = Field(description="Absent for the first state.")
    to_status: str
    took_place_on: date
    recorded_at: datetime
    by_organisation: UUID
    by_client: str
    decided_by: str | None = Field(description="The person who decided, as their organisation calls them.")
    reason: str | None
    override_reason: str | None = Field(description="Why they decided otherwise than the ranking suggested.")
    next_steps: list[FirmNextStep]


def decided(decided_by: str | None) -> Guard:
    """That a person decided: nobody is turned down or chosen by a machine (GDPR article 22)."""
    seen = "a person" if decided_by else "absent"
    return Guard("DECIDED_BY_GIVEN", decided_by is not None, seen, "the person who decided in decided_by", "say it")


def told_why(reason: str | None, steps: list[FirmNextStep], decided_by: str | None) -> list[Guard]:
    """Whoever stops is told why and what comes next, and a person has decided it."""
    return [
        decided(decided_by),
        Guard("REASON_GIVEN", reason is not None, str(reason), "a reason", "name a reason"),
        Guard("NEXT_STEP_GIVEN", bool(steps), str(len(steps)), "1", "name at least one next step"),
    ]


async def write_step(
    session: AsyncSession,
    principal: Principal,
    case: Mobility | Stay | Mentoring,
    before: str | None,
    on: date,
    decided_by: str | None = None,
    override_reason: str | None = None,
) -> None:
    """Keep who brought the case into its present state, when and why, and which person decided it."""
    session.add(
        CaseStep(
            organisation_id=case.organisation_id,
            kind=type(case).__name__.upper(),
            case_id=case.id,
            shared_case_id=None if isinstance(case, Mobility) else case.id,
            candidate_id=case.candidate_id,
            from_status=before,
            to_status=case.status,
            took_place_on=on,
            by_organisation=principal.acts_for,
            by_client=principal.client_id,
            decided_by=decided_by,
            reason=case.reason,
            override_reason=override_reason,
            next_steps=case.next_steps,
        )
    )
    await session.flush()
