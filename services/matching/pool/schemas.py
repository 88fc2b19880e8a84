"""How fresh the pool is, and who may be in it twice."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.kit.schemas import Out


class FreshnessOut(Out):
    """When a person last said that they still look, and what follows."""

    candidate_id: UUID
    external_id: str
    reconfirmed_at: datetime
    due_on: date = Field(description="When the person is to be asked again: 90 days later.")
    misses: int = Field(description="How often the person was due since and did not answer; dormant after two.")
    dormant_since: date | None = Field(description="Not matched since then, until the person reconfirms.")


class PoolOut(Out):
    """The pool of one's organisation in numbers."""

    candidates: int
    due: int = Field(description="To be asked now whether they still look, the dormant included.")
    dormant: int = Field(description="Not matched until they reconfirm.")
    reconfirmed: int = Field(description="Said within the last 90 days that they still look.")
    without_consent: int = Field(description="Whose consent to be matched was withdrawn, has ended or names no track.")
    possible_duplicates: int = Field(description="Like another candidate of yours in name, and born on the same day.")
    oldest_reconfirmation: datetime | None = Field(description="Of those who are not dormant.")


class DuplicatesOut(Out):
    """Who may be the same person. To be looked at by people: alike is not the same, and nothing is merged."""

    candidate_id: UUID
    alike: list[UUID] = Field(description="Other candidates of yours with a like name and the same date of birth.")
    ask_partner: bool = Field(
        description="Whether a party to an active partnership of yours may have registered this person, who agrees to"
        " be matched there: ask the person where."
    )
    partners: list[UUID] = Field(
        description="Organisations to ask: named only while consent to be matched is in force on both sides."
    )
