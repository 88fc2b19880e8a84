"""Files of a partnership, kept once by their content."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.models import Base
from services.registry.models.membership import PartyRecord


class Document(PartyRecord, Base):
    """A file that a party gave to a partnership. It never changes; its bytes stand in the chunks of its SHA-256."""

    __tablename__ = "documents"

    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]


class DocumentChunk(Base):
    """A piece of a file's bytes, counted from 0; whoever reads a document of this SHA-256 reads it.

    In the database and not in a folder, so that a file and its record appear together, and backups and replicas
    hold both.
    """

    __tablename__ = "document_chunks"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    bytes: Mapped[bytes] = mapped_column(LargeBinary)
