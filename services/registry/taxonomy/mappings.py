"""What partners have confirmed their own words to mean: kept by organisation and by version of the taxonomy."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import concurrency
from services.kit.auth import Principal
from services.kit.errors import FieldError, NotFound, Unprocessable
from services.kit.records import found, locked
from services.registry.models.mappings import TaxonomyMapping
from services.registry.models.taxonomy import TaxonomyVersion, unknown_concepts
from services.registry.taxonomy.linking.normalising import words
from services.registry.taxonomy.resolve_schemas import MappingIn


def key_of(text: str) -> str:
    """As texts are compared: words alone, without case and accents."""
    return " ".join(words(text))


async def confirm(session: AsyncSession, principal: Principal, data: MappingIn) -> TaxonomyMapping:
    """Raises NotFound without a taxonomy, Unprocessable for a URI it lacks or a text without words; a word that is
    confirmed already under this version gives 409."""
    version = await session.scalar(select(TaxonomyVersion.version).where(TaxonomyVersion.active))
    if version is None:
        raise NotFound("No taxonomy has been imported.", "no_taxonomy")
    unknown = await unknown_concepts(session, [data.uri], [])
    errors = [
        FieldError("/uri", "unknown_concept", f"ESCO {version} lacks it. Near: {', '.join(near) or 'none'}.")
        for near in unknown.values()
    ]
    if not (folded := key_of(data.text)):
        errors.append(FieldError("/text", "no_words", "It has neither letters nor digits."))
    if errors:
        raise Unprocessable.fields(errors)
    mapping = TaxonomyMapping(
        **data.model_dump(), folded=folded, organisation_id=principal.acts_for, taxonomy_version=version
    )
    session.add(mapping)
    await session.flush()
    return mapping


def listed(language: str | None, kind: str | None, uri: str | None) -> Select[Any]:
    """The caller's mappings that match all filters given."""
    query = select(TaxonomyMapping)
    if language:
        query = query.where(TaxonomyMapping.language == language)
    if kind:
        query = query.where(TaxonomyMapping.kind == kind)
    if uri:
        query = query.where(TaxonomyMapping.uri == uri)
    return query


async def get(session: AsyncSession, mapping_id: UUID, as_of: datetime | None = None) -> TaxonomyMapping:
    """Raises NotFound."""
    return await found(session, TaxonomyMapping, mapping_id, as_of=as_of)


async def withdraw(session: AsyncSession, mapping_id: UUID, version: int) -> None:
    """The word is linked like any other again; the history keeps what was confirmed. Raises NotFound."""
    mapping = await locked(session, TaxonomyMapping, mapping_id)
    concurrency.check(mapping, version)
    await session.delete(mapping)
    await session.flush()


async def confirmed(
    session: AsyncSession, organisation_id: UUID | None, keys: Collection[str]
) -> list[TaxonomyMapping]:
    """An organisation's mappings of these texts (see `key_of`), the latest first; none for the house."""
    if organisation_id is None or not keys:
        return []
    query = select(TaxonomyMapping).where(
        TaxonomyMapping.organisation_id == organisation_id, TaxonomyMapping.folded.in_(keys)
    )
    mappings = list(await session.scalars(query.order_by(TaxonomyMapping.id.desc())))
    gone = await unknown_concepts(session, {mapping.uri for mapping in mappings}, [])
    return [mapping for mapping in mappings if mapping.uri not in gone]
