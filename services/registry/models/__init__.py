"""Tables of the registry, a module a noun."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from services.kit.db import NAMING, TYPES


class Base(DeclarativeBase):
    """The registry's own metadata."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES
