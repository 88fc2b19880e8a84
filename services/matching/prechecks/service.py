"""The traffic light before registration: the same gates and index as for everybody, over a profile that is kept
nowhere. The transaction is read-only, so that nothing can be stored by mistake."""

import asyncio
from datetime import date
from itertools import islice
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.db import now
from services.matching.engine import Engine
from services.matching.obstacles import obstacles
from services.matching.prechecks.schemas import Light, ObstacleOut, PrecheckIn, PrecheckOut, SideOut
from services.matching.profiles import (
    OPEN,
    Candidate,
    Consent,
    HeldSkill,
    Language,
    Occupation,
    Opening,
    Preferences,
    Recognition,
    Side,
    side_of,
)
from services.matching.scoring import ENGINE, explain
from services.matching.wording import of_gate, of_light

_NOBODY = UUID(int=0)
_LOOKED_AT = 60  # vacancies a side whose gates are read for reasons
_READ_ONLY = text("SET TRANSACTION READ ONLY")
_LIGHTS: tuple[Light, ...] = ("GREEN", "YELLOW", "RED")


async def check(
    session: AsyncSession, engine: Engine, organisation_id: UUID, data: PrecheckIn, language: str
) -> PrecheckOut:
    """Look for a person who is not registered at what is offered to the caller's organisation."""
    await session.execute(_READ_ONLY)
    await engine.refresh(session)
    today = now().date()
    person = _person(data, organisation_id, today)
    sides: tuple[Side, Side] = ("HOME", "AWAY")
    wanted = [side for side in sides if data.track in ("EITHER", side)]
    # In a thread: dozens of explanations take longer than other requests should wait.
    seen = await asyncio.to_thread(lambda: {side: _side(engine, person, side, today, language) for side in wanted})
    light = min((each.light for each in seen.values()), key=_LIGHTS.index)
    return PrecheckOut(
        light=light,
        text=of_light(light, language),
        home=seen.get("HOME"),
        away=seen.get("AWAY"),
        unknown_skills=[
            skill.uri for skill in data.skills if engine.taxonomy.skills and skill.uri not in engine.taxonomy.skills
        ],
        versions={"taxonomy": engine.taxonomy.version, "engine": ENGINE},
    )


def _person(data: PrecheckIn, organisation_id: UUID, today: date) -> Candidate:
    """Somebody of that age on the day; asking is taken for agreeing to be looked at for both sides, this once."""
    return Candidate(
        id=_NOBODY,
        organisation_id=organisation_id,
        birth_date=date(today.year - data.age, today.month, min(today.day, 28)),
        nationality="",
        residence=data.residence,
        consent=Consent(frozenset({"MATCHING_HOME", "MATCHING_AWAY"}), today),
        available_from=data.available_from or today,
        occupations=tuple(
            Occupation(job.isco08, job.months, None, None if job.current else date.min) for job in data.occupations
        ),
        skills=tuple(HeldSkill(skill.uri, skill.level, "SELF") for skill in data.skills),
        eqf=data.eqf,
        languages=tuple(Language(each.code, each.cefr) for each in data.languages),
        preferences=Preferences(track=data.track.value),
        recognition=tuple(Recognition(r.isco08, r.status, None, r.country) for r in data.recognitions),
        trained_by_partnership=data.trained_by_partnership,
        origin_employment=data.origin_employment,
    )


def _side(engine: Engine, person: Candidate, side: Side, today: date, language: str) -> SideOut:
    found = engine.index.list_openings(person, today, side)()
    near = int(found.near.sum())
    light: Light = "GREEN" if len(found) > near else "YELLOW" if near else "RED"
    offered = (
        opening
        for opening in engine.offered_to(person.organisation_id)
        if opening.status == OPEN and side_of(person, opening) == side
    )
    # Where something is near, it says best what is missing.
    best = found.first(_LOOKED_AT).ranked()
    nearest = [opening for each in best if (opening := engine.opening(each.id))]
    looked_at = nearest or list(islice(offered, _LOOKED_AT))
    return SideOut(
        light=light,
        text=of_light(light, language),
        fits=len(found) - near,
        near_misses=near,
        looked_at=len(looked_at),
        reasons=_reasons(engine, person, looked_at, today, language),
    )


def _reasons(
    engine: Engine, person: Candidate, openings: list[Opening], today: date, language: str
) -> list[ObstacleOut]:
    if not openings:
        meaning, advice = of_gate("NO_OPENING_OFFERED", language) or ("", "")
        code = "NO_OPENING_OFFERED"
        return [ObstacleOut(code=code, meaning=meaning, advice=advice, remediable=False, refused=0, remedy=None)]
    judged = [explain(person, opening, engine.taxonomy, engine.rates, today) for opening in openings]
    reasons = []
    for each in obstacles(judged, hard_only=False):
        meaning, advice = of_gate(each.gate.code, language) or (each.gate.name, each.gate.remedy or "")
        reasons.append(
            ObstacleOut(
                code=each.gate.code,
                meaning=meaning,
                advice=advice,
                remediable=each.gate.remediable,
                refused=each.refused,
                remedy=each.gate.remedy,
            )
        )
    return reasons
