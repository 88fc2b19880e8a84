"""Reads the taxonomy snapshot of the registry (`GET /v1/taxonomy/snapshot`; its shape is described there). Pure."""

import gzip
from collections.abc import Sequence
from typing import Any

import orjson

from services.matching.similarity import Skill, Taxonomy, weights_of

NONE = Taxonomy("none", ())


def pack(body: bytes) -> bytes:
    """How a snapshot is kept: always the same bytes for the same content."""
    return gzip.compress(body, 6, mtime=0)


def read(packed: bytes) -> Taxonomy:
    """The taxonomy of a packed snapshot. Raises KeyError or ValueError when it is not one."""
    data = orjson.loads(gzip.decompress(packed))
    rows: list[Sequence[Any]] = data["skills"]
    known = {row[0] for row in rows}
    broader: dict[str, list[str]] = {}
    groups: dict[str, list[str]] = {}
    for uri, parent in data["broader"]:
        if uri in known:
            (broader if parent in known else groups).setdefault(uri, []).append(parent)
    translated = {language: lists["skills"] for language, lists in data.get("labels", {}).items()}
    skills = []
    for number, (uri, green, reuse_level, label) in enumerate(rows):
        labels = {"en": label} | {code: texts[number] for code, texts in translated.items() if texts[number]}
        skills.append(
            Skill(uri, labels, reuse_level, bool(green), tuple(broader.get(uri, ())), tuple(groups.get(uri, ())))
        )
    asked = zip(data.get("essential", ()), data.get("optional", ()), strict=True)
    weights = weights_of([rows[number][0] for number in (*essential, *optional)] for essential, optional in asked)
    return Taxonomy(data["version"], skills, data.get("isco08", ()), weights)
