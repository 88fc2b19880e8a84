"""The sample's jobs and people on the official ESCO: what a job asks for is what ESCO says of its occupation."""

import hashlib
from collections.abc import Sequence

from services.cli.sample.rows import Row
from services.registry.taxonomy.records import Taxonomy

_MOST_SKILLS = 60
_USUAL_LEVEL = 3


def on_official_esco(
    taxonomy: Taxonomy, vacancies: Sequence[Row], candidates: Sequence[Row]
) -> tuple[list[Row], list[Row]]:
    """Vacancies with ESCO's essential and optional skills; candidates with a share of those of their occupations.

    Skills and occupations that this version of ESCO does not hold are left out. Which skills a person has is drawn
    from a hash of their key, so that every run tells the same story.
    """
    asked: dict[str, list[tuple[str, bool]]] = {}
    for relation in taxonomy.relations:
        asked.setdefault(relation.occupation, []).append((relation.skill, relation.essential))
    known = {skill.uri for skill in taxonomy.skills}
    return [_job(row, asked, known) for row in vacancies], [_person(row, asked, known) for row in candidates]


def _job(row: Row, asked: dict[str, list[tuple[str, bool]]], known: set[str]) -> Row:
    own = {skill["uri"]: skill for skill in row["body"]["skills"]}
    official = sorted(asked.get(row["body"]["esco_uri"], []), key=lambda pair: (not pair[1], pair[0]))
    skills = [
        {
            "uri": uri,
            "essential": essential,
            "critical": essential and own.get(uri, {}).get("critical", False),
            "level": own.get(uri, {}).get("level", _USUAL_LEVEL),
        }
        for uri, essential in official[:_MOST_SKILLS]
    ]
    return row | {"body": row["body"] | {"skills": skills or [s for s in row["body"]["skills"] if s["uri"] in known]}}


def _person(row: Row, asked: dict[str, list[tuple[str, bool]]], known: set[str]) -> Row:
    body = row["body"]
    skills = {skill["uri"]: skill for skill in body["skills"] if skill["uri"] in known}
    thoroughness = 0.3 + 0.7 * _draw(body["external_id"])
    for occupation in body["occupations"]:
        for uri, essential in asked.get(occupation.get("esco_uri") or "", []):
            if _draw(body["external_id"] + uri) < (thoroughness if essential else thoroughness / 3):
                skills.setdefault(uri, {"uri": uri, "level": _USUAL_LEVEL, "evidence": "CV"})
    return row | {"body": body | {"skills": list(skills.values())[:200]}}


def _draw(key: str) -> float:
    """From 0 to 1, the same for the same key."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest()) / 2**32
