"""The taxonomy over HTTP. Labels come in the reader's language, as `Accept-Language` says."""

import asyncio
import gzip
from collections.abc import Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response
from pydantic import StringConstraints

from services.contracts.vocabulary import ConceptKind
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.languages import AcceptLanguage
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import VISIBLE, EscoUri, Isco08, Language
from services.registry.models.mappings import TaxonomyMapping
from services.registry.models.taxonomy import TaxonomyVersion
from services.registry.taxonomy import mappings, resolving, service
from services.registry.taxonomy.resolve_schemas import MappingIn, MappingOut, ResolveIn, ResolveOut
from services.registry.taxonomy.schemas import (
    ConceptOut,
    IscoGroupOut,
    OccupationOut,
    OccupationSkillsOut,
    ReuseLevel,
    SkillOut,
    SnapshotOut,
    TaxonomyOut,
)
from services.registry.taxonomy.service import Wanted

router = api_router("/v1", "taxonomy")

C = TypeVar("C", bound=ConceptOut)
Search = Annotated[
    Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")] | None,
    Query(description="Words of a label, in the reader's language or in English; the most alike come first."),
]
EscoUris = Annotated[list[EscoUri] | None, Query(max_length=50, description="Only these; may be repeated.")]
IscoCode = Annotated[str, StringConstraints(min_length=1, max_length=4, pattern=r"^[0-9]{1,4}$")]
_LANGUAGE_HEADER = {
    "headers": {"Content-Language": {"description": "Languages of the labels.", "schema": {"type": "string"}}}
}
_READS = [requires("taxonomy:read")]


async def _language(
    session: SessionDep,
    response: Response,
    accept_language: AcceptLanguage = "",
) -> str:
    response.headers["Vary"] = "Accept-Language"
    language = await service.chosen_language(session, accept_language)
    response.headers["Content-Language"] = language
    return language


LanguageDep = Annotated[str, Depends(_language)]


def _page(paging: PagingDep, response: Response, found: list[C], key: str, ranked: bool) -> Rows[C]:
    """The page, in which labels that had to be English are said to be so. A ranked list has one page."""
    shown = found[: paging.limit]
    if languages := list(dict.fromkeys(item.language for item in shown)):
        response.headers["Content-Language"] = ", ".join(languages)
    more = len(found) > paging.limit and not ranked
    return paging.page(shown, getattr(shown[-1], key) if shown else None, more)


@router.get(
    "/skills",
    operation_id="list_skills",
    summary="List or search skills",
    response_model=Page[SkillOut],
    responses={200: _LANGUAGE_HEADER},
    dependencies=_READS,
)
async def list_skills(
    session: SessionDep,
    paging: PagingDep,
    response: Response,
    language: LanguageDep,
    search: Search = None,
    uri: EscoUris = None,
    green: Annotated[bool | None, Query(description="Only green skills, or only others.")] = None,
    reuse_level: Annotated[ReuseLevel | None, Query()] = None,
    occupation: Annotated[EscoUri | None, Query(description="Only skills that this occupation asks for.")] = None,
) -> Rows[SkillOut]:
    """Skills of the version in force. A search gives one page of the most alike, without `next`."""
    wanted = Wanted(language, paging.limit + 1, paging.after, search, uri or ())
    found = await service.skills(session, wanted, green, reuse_level, occupation)
    return _page(paging, response, found, "uri", search is not None)


@router.get(
    "/occupations",
    operation_id="list_occupations",
    summary="List or search occupations",
    response_model=Page[OccupationOut],
    responses={200: _LANGUAGE_HEADER},
    dependencies=_READS,
)
async def list_occupations(
    session: SessionDep,
    paging: PagingDep,
    response: Response,
    language: LanguageDep,
    search: Search = None,
    uri: EscoUris = None,
    isco08: Annotated[Isco08 | None, Query()] = None,
) -> Rows[OccupationOut]:
    """Occupations of the version in force. A search gives one page of the most alike, without `next`."""
    wanted = Wanted(language, paging.limit + 1, paging.after, search, uri or ())
    return _page(paging, response, await service.occupations(session, wanted, isco08), "uri", search is not None)


@router.get(
    "/occupations/skills",
    operation_id="get_occupation_skills",
    summary="Get the skills of an occupation",
    response_model=OccupationSkillsOut,
    responses={200: _LANGUAGE_HEADER, 404: {"description": "The version in force lacks this occupation."}},
    dependencies=_READS,
)
async def get_occupation_skills(
    session: SessionDep, language: LanguageDep, uri: Annotated[EscoUri, Query()]
) -> OccupationSkillsOut:
    """Essential and optional skills; 404 for an occupation that the version in force lacks."""
    return await service.occupation_skills(session, uri, language)


@router.get(
    "/isco-groups",
    operation_id="list_isco_groups",
    summary="List ISCO-08 groups",
    response_model=Page[IscoGroupOut],
    responses={200: _LANGUAGE_HEADER},
    dependencies=_READS,
)
async def list_isco_groups(
    session: SessionDep,
    paging: PagingDep,
    response: Response,
    language: LanguageDep,
    code: Annotated[list[IscoCode] | None, Query(max_length=50, description="Only these; may be repeated.")] = None,
    parent: Annotated[IscoCode | None, Query(description="Only groups that lie directly in this one.")] = None,
) -> Rows[IscoGroupOut]:
    """Groups of one to four digits, by code."""
    wanted = Wanted(language, paging.limit + 1, paging.after)
    return _page(paging, response, await service.isco_groups(session, wanted, code or (), parent), "code", False)


@router.get(
    "/taxonomies",
    operation_id="list_taxonomies",
    summary="List the versions of the taxonomy",
    response_model=Page[TaxonomyOut],
    dependencies=_READS,
)
async def list_taxonomies(session: SessionDep, paging: PagingDep) -> Rows[TaxonomyVersion]:
    """Every version that was imported, with what its import found; one is active."""
    found: Sequence[TaxonomyVersion] = await service.versions(session, paging.after, paging.limit + 1)
    shown = found[: paging.limit]
    return paging.page(shown, shown[-1].version if shown else None, len(found) > paging.limit)


@router.get(
    "/taxonomy/snapshot",
    operation_id="get_taxonomy_snapshot",
    summary="Get the active version whole",
    response_class=Response,
    responses={
        200: {"description": "Compact JSON.", "model": SnapshotOut},
        304: {"description": "Known already."},
        404: {"description": "No taxonomy has been imported."},
    },
    dependencies=_READS,
)
async def get_taxonomy_snapshot(
    session: SessionDep,
    accept_encoding: Annotated[str, Header(max_length=200, pattern=VISIBLE)] = "",
    if_none_match: Annotated[
        str, Header(max_length=500, pattern=VISIBLE, description="ETag of the snapshot one has.")
    ] = "",
) -> Response:
    """For those who compute with the taxonomy: fetch it once, keep it, and ask again with its ETag."""
    etag = await service.snapshot_etag(session)
    zipped = any(part.strip().lower() in ("gzip", "*") for part in accept_encoding.split(","))
    headers = {"ETag": f'"{etag}-gzip"' if zipped else f'"{etag}"', "Vary": "Accept-Encoding"}
    if any(part.strip().removeprefix("W/") in (f'"{etag}-gzip"', f'"{etag}"') for part in if_none_match.split(",")):
        return Response(status_code=304, headers=headers)
    body = await service.snapshot_body(session, etag)
    if zipped:
        headers["Content-Encoding"] = "gzip"
    else:
        body = await asyncio.to_thread(gzip.decompress, body)
    return Response(body, media_type="application/json", headers=headers)


@router.post(
    "/taxonomy:resolve",
    operation_id="resolve_texts",
    summary="Link job titles and skill phrases to concepts",
    response_model=ResolveOut,
    responses={
        404: {"description": "No taxonomy has been imported."},
        503: {"description": "Its index is being made."},
    },
    dependencies=_READS,
)
async def resolve_texts(data: ResolveIn, principal: PrincipalDep, request: Request) -> ResolveOut:
    """Ranked candidates for each text, with scores and their reasons; one's own confirmed mappings come first."""
    return await resolving.resolve(request.app.state.linkers, principal, data)


@router.post(
    "/taxonomy/mappings",
    operation_id="confirm_mapping",
    summary="Confirm what a word means",
    status_code=201,
    response_model=MappingOut,
    dependencies=[requires("mappings:write")],
)
async def confirm_mapping(
    data: MappingIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> TaxonomyMapping:
    """From now on the organisation's texts that say the same are linked to this concept."""
    return tagged(response, await mappings.confirm(session, principal, data))


@router.get(
    "/taxonomy/mappings",
    operation_id="list_mappings",
    summary="List confirmed mappings",
    response_model=Page[MappingOut],
    dependencies=_READS,
)
async def list_mappings(
    session: SessionDep,
    paging: PagingDep,
    language: Annotated[Language | None, Query()] = None,
    kind: Annotated[ConceptKind | None, Query()] = None,
    uri: Annotated[EscoUri | None, Query()] = None,
) -> Rows[TaxonomyMapping]:
    """The organisation's own, in the order they were confirmed."""
    return await paging.by_id(session, mappings.listed(language, kind, uri), TaxonomyMapping.id)


@router.get(
    "/taxonomy/mappings/{mapping_id}",
    operation_id="get_mapping",
    summary="Get a confirmed mapping",
    response_model=MappingOut,
    dependencies=_READS,
)
async def get_mapping(mapping_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None) -> TaxonomyMapping:
    """With the version of the taxonomy under which it was confirmed."""
    return tagged(response, await mappings.get(session, mapping_id, as_of))


@router.delete(
    "/taxonomy/mappings/{mapping_id}",
    operation_id="withdraw_mapping",
    summary="Withdraw a confirmed mapping",
    status_code=204,
    dependencies=[requires("mappings:write")],
)
async def withdraw_mapping(
    mapping_id: UUID, session: SessionDep, version: Annotated[int, Depends(required_if_match)]
) -> None:
    """The word is linked by likeness again; its history stays."""
    await mappings.withdraw(session, mapping_id, version)


history_route(router, "/taxonomy/mappings/{mapping_id}", TaxonomyMapping, "mapping", "taxonomy:read")
