"""Tables of matching, a module a noun.

`changed_xid` of openings, candidates, partnerships and capacity uses is set by a trigger to the transaction that
wrote the row; it is read by the engine alone and therefore not mapped here.
"""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from services.kit.db import NAMING, TYPES


class Base(DeclarativeBase):
    """Matching's own metadata."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES
