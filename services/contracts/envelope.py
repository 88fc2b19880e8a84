"""The envelope of every event: CloudEvents 1.0, JSON batch format."""

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """What happened. Additive only; never personal data. `subject` names the record concerned."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]


class CloudEvent(BaseModel):
    """An event as it travels. `position` is its place in the feed of `source`: dense and never reused."""

    model_config = ConfigDict(extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    position: int
    data: dict[str, Any]
