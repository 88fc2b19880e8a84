"""Invented training programmes over ESCO skills, and people who lack some of what a job of their occupation asks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from benchmarks.matching.esco import AGENCY, TODAY, Profile, candidate, opening
from services.contracts.envelope import Event
from services.contracts.registry import ProgrammeChanged, SessionChanged
from services.matching.profiles import Candidate, HeldSkill, Language, Opening, RequiredSkill
from services.matching.similarity import Taxonomy

PROVIDER = UUID(int=9)
PARTNERSHIP = UUID(int=77)
_STEPS = [(None, "A1"), ("A1", "A2"), ("A2", "B1"), ("B1", "B2")]
_LANGUAGE_SHARE = 0.05
_ASKING_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Target:
    """A person and the job to prepare for."""

    candidate: Candidate
    opening: Opening


def programmes(r: Random, number: int, profiles: Sequence[Profile]) -> list[Event]:
    """Each teaches one to four skills of one occupation, every twentieth a language instead; each begins once to three
    times within a year, for one to twelve weeks. Every twentieth asks another skill of the occupation first: were it
    every fifth, courses for courses for courses would soon be the whole catalogue."""
    made: list[Event] = []
    for n in range(number):
        made += _programme(r, n, profiles)
    return made


def _programme(r: Random, n: int, profiles: Sequence[Profile]) -> list[Event]:
    names = [uri for uri, _ in r.choice(profiles)[1]]
    taught = r.sample(names, r.choice([1, 2, 2, 3, 3, 4]))
    before, after = r.choice(_STEPS)
    language = {"code": r.choice(["fr", "de", "nl", "en"]), "from_cefr": before, "to_cefr": after}
    speaks = r.random() < _LANGUAGE_SHARE
    weeks = r.choice([1, 2, 3, 4, 4, 6, 8, 12])
    course = ProgrammeChanged(
        id=UUID(int=10**6 + n),
        organisation_id=PROVIDER,
        external_id=f"P-{n}",
        title={"en": f"Programme {n} (invented)"},
        programme_type="LANGUAGE" if speaks else "VOCATIONAL",
        country="MAR" if r.random() < 0.8 else "BEL",
        hours=30 * weeks,
        skills=[] if speaks else [{"uri": uri, "level": r.randint(2, 5)} for uri in taught],  # type: ignore[misc]
        prerequisites=[r.choice(names)] if not speaks and r.random() < _ASKING_SHARE else [],
        language=language if speaks else None,  # type: ignore[arg-type]
        cost_per_trainee={"amount": Decimal(weeks * r.randint(60, 400)), "currency": "EUR"},  # type: ignore[arg-type]
        trainee_pays={"amount": Decimal(50), "currency": "EUR"} if r.random() < 0.1 else None,  # type: ignore[arg-type]
        accredited=True,
        partnership_ids=[PARTNERSHIP],
    )
    runs: list[Event] = [course]
    for turn in range(r.choice([1, 1, 2, 3])):
        first = TODAY + timedelta(days=r.randint(7, 360))
        runs.append(
            SessionChanged(
                id=UUID(int=10**8 + 10 * n + turn),
                programme_id=course.id,
                organisation_id=PROVIDER,
                external_id=f"S-{n}-{turn}",
                starts_on=first,
                ends_on=first + timedelta(days=7 * weeks - 3),
                seats=r.choice([0, 5, 12, 20]),
            )
        )
    return runs


def target(r: Random, number: int, profiles: Sequence[Profile], uris: list[str], taxonomy: Taxonomy) -> Target:
    """A job that asks eight to fifteen skills of an occupation, at home or away, nine months to fifteen from now; a
    person who is tested in all but three to ten of them and speaks less than is asked."""
    while True:
        isco, known = r.choice(profiles)
        if len(known) >= 15:
            break
    asked = r.sample([uri for uri, _ in known], r.randint(8, 15))
    lacking = r.sample(asked, r.randint(3, min(10, len(asked) - 1)))
    job = opening(r, number, [(isco, list(known))], uris)
    job = replace(
        job,
        isco08=isco,
        country=r.choice(["MAR", "BEL", "FRA"]),
        skills=tuple(RequiredSkill(uri, r.randint(2, 4)) for uri in asked),
        start_to=TODAY + timedelta(days=r.randint(270, 450)),
        languages=(Language("fr", r.choice(["A2", "B1"])),),
        regulated=r.random() < 0.2,
    )
    person = replace(
        candidate(r, 10**6 + number, [(isco, list(known))], uris),
        organisation_id=AGENCY,
        skills=tuple(HeldSkill(uri, 5, "TESTED") for uri in sorted(set(asked) - set(lacking))),
        languages=(Language("ar", "C2"), Language("fr", r.choice(["A1", "A2", "B1"]))),
    )
    return Target(person, job)
