"""Whether the ESCO concepts and ISCO-08 groups that a record names are known."""

from collections.abc import Collection, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.errors import FieldError
from services.registry.models import taxonomy

Named = Mapping[str, str]
"""JSON pointer → the ESCO URI or ISCO-08 code that stands there."""


async def unknown_among(session: AsyncSession, values: Collection[str]) -> dict[str, list[str]]:
    """Unknown value → nearest known ones; nothing is unknown while no taxonomy is loaded."""
    uris = {value for value in values if value.startswith("http")}
    return await taxonomy.unknown_concepts(session, uris, set(values) - uris)


def concept_errors(named: Named, unknown: Mapping[str, list[str]]) -> list[FieldError]:
    """An error for each pointer at an unknown value, naming the nearest known ones, or at one of the wrong kind."""
    errors: list[FieldError] = []
    for pointer, value in named.items():
        wanted = "occupation" if pointer.endswith("/esco_uri") else "skill"
        if value.startswith("http") and f"/esco/{wanted}/" not in value:
            errors.append(FieldError(pointer, "wrong_kind_of_concept", f"Name an ESCO {wanted} here."))
        elif value in unknown:
            near = ", ".join(unknown[value]) or "none"
            errors.append(FieldError(pointer, "unknown_concept", f"Not in the taxonomy; nearest: {near}."))
    return errors


async def check_concepts(session: AsyncSession, named: Named) -> list[FieldError]:
    """Errors of one record."""
    return concept_errors(named, await unknown_among(session, set(named.values())))
