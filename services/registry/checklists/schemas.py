"""What is said and heard about the checklist of a partnership."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import ChecklistAnswer, PartySide
from services.kit.schemas import In, LocalisedLine, Out, Paragraph, Resource, Share
from services.registry.models.checklist_items import ITEMS

ItemNumber = Annotated[int, Field(strict=True, ge=1, le=len(ITEMS), description="Number of the item, 1 to 28.")]
_EVIDENCE = "Where it is written: article of the agreement, annex, law."


class ChecklistEntryIn(In):
    """The answer to one item."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"item": 8, "answer": "YES", "side": "DESTINATION", "evidence": "Article 9."}]}
    )

    item: ItemNumber
    answer: ChecklistAnswer
    side: PartySide | None = Field(None, description="The side that is responsible for the item.")
    evidence: Paragraph | None = Field(None, description=_EVIDENCE, examples=["Article 9."])


class ChecklistEntryPatch(In):
    """Fields to change (JSON merge-patch)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"answer": "PARTIAL"}]})

    answer: ChecklistAnswer | None = None
    side: PartySide | None = None
    evidence: Paragraph | None = Field(None, description=_EVIDENCE)


class ChecklistEntryOut(Resource):
    """An answer as the parties see it."""

    partnership_id: UUID
    organisation_id: UUID = Field(description="The party that gave this answer.")
    item: int
    answer: ChecklistAnswer
    side: PartySide | None
    evidence: str | None


class ChecklistWaiverIn(In):
    """One side lets a critical item pass."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"item": 27, "side": "ORIGIN", "reason": "Published after ratification."}]}
    )

    item: ItemNumber
    side: PartySide = Field(description="The side you speak for, as its lead or signatory.")
    reason: Paragraph


class ChecklistWaiverOut(Resource):
    """A waiver as the parties see it; it counts when the other side waives too."""

    partnership_id: UUID
    organisation_id: UUID = Field(description="Who waived for its side.")
    item: int
    side: PartySide
    reason: str


class ChecklistLine(Out):
    """An item with its answer and waivers."""

    item: int
    title: LocalisedLine
    critical: bool
    entry: ChecklistEntryOut | None = Field(description="Absent until somebody answers.")
    waivers: list[ChecklistWaiverOut]
    waived: bool = Field(description="Whether both sides waived it.")


class ChecklistOut(Out):
    """All 28 items, how far the agreement conforms, and what still stands in the way of signing."""

    items: list[ChecklistLine]
    conformity: Share | None = Field(
        description="Sum of (YES = 1, PARTIAL = 0.5) over the items that apply; unanswered counts as NO. 0 to 1."
    )
    blocking: list[int] = Field(description="Critical items that are neither YES nor waived by both sides.")
