"""Invented candidates, openings and a small taxonomy for the tests of the pure matching modules."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from services.matching.profiles import (
    UNLIMITED,
    Candidate,
    Consent,
    HeldSkill,
    Language,
    Limits,
    Money,
    Occupation,
    Opening,
    Preferences,
    Recognition,
    RequiredSkill,
)
from services.matching.recruitment import DIRECT, GOOD_STANDING, Recruitment, Standing
from services.matching.safeguards import Access, Decision, Limit, Pathway
from services.matching.similarity import Skill, Taxonomy

TODAY = date(2026, 11, 23)
AGENCY, STRANGER, EMPLOYER = UUID(int=1), UUID(int=2), UUID(int=3)
RATES = {"EUR": 1, "MAD": Decimal("10.7"), "XOF": None}
URIS = [f"urn:example:skill:{number:02d}" for number in range(24)]
BOTH = frozenset({"MATCHING_HOME", "MATCHING_AWAY"})


def taxonomy(weights: Mapping[str, float] | None = None) -> Taxonomy:
    """24 skills: every fourth is the broader skill of the next one; groups of six, every fifth in two groups."""
    skills = []
    for i, uri in enumerate(URIS):
        groups = [f"urn:example:group:{i // 6}"] + ([f"urn:example:group:{(i // 6 + 1) % 4}"] if i % 5 == 0 else [])
        broader = (URIS[i - 1],) if i % 4 == 1 else ()
        skills.append(
            Skill(uri, {"en": f"skill {i}", "fr": f"compétence {i}"}, None, i % 3 == 0, broader, tuple(groups))
        )
    return Taxonomy("test-1", skills, (), weights)


def candidate(**changes: Any) -> Candidate:
    """Adult, consents to both tracks, one tested skill; passes every gate of `opening()`."""
    base = Candidate(
        id=UUID(int=100),
        organisation_id=AGENCY,
        birth_date=date(1998, 5, 2),
        nationality="MAR",
        residence="MAR",
        consent=Consent(BOTH, date(2026, 1, 1)),
        available_from=date(2026, 6, 1),
        skills=(HeldSkill(URIS[0], 4, "TESTED", date(2026, 3, 1)),),
        eqf=4,
        languages=(Language("fr", "B2"),),
        occupations=(Occupation("7411", 30, None, date(2026, 9, 30)),),
    )
    return replace(base, **changes)


def opening(**changes: Any) -> Opening:
    base = Opening(
        id=UUID(int=200),
        organisation_id=EMPLOYER,
        parties=frozenset({AGENCY, EMPLOYER}),
        country="BEL",
        title="Electrician (invented)",
        isco08="7412",
        gross_monthly_wage=Decimal(3000),
        currency="EUR",
        contract_type="PERMANENT",
        start_from=date(2027, 3, 1),
        start_to=date(2027, 9, 1),
        places=2,
        places_left=2,
        sector="F43",
        skills=(RequiredSkill(URIS[0], 3),),
        eqf_min=4,
        min_experience_months=24,
        languages=(Language("fr", "B1"),),
        net_monthly_wage_estimate=Decimal(2200),
        wage_floor=Decimal(2400),
        access=(OPEN_ACCESS,),
    )
    return replace(base, **changes)


def limit(mode: str, origin: str = "MAR", **changes: Any) -> Limit:
    """A safeguard that holds this year."""
    base = Limit(origin, mode, date(2026, 1, 1), date(2026, 12, 31), 0.0, None)
    return base._replace(**changes)


def pathway(origin: str = "", **changes: Any) -> Pathway:
    """Open to everybody, for ten years."""
    return Pathway(origin, "PERMIT", date(2020, 1, 1), date(2030, 12, 31))._replace(**changes)


OPEN_ACCESS = Access("", (limit("OPEN"), limit("OPEN", "SEN")), (), (pathway(),))


def random_access(r: Random) -> Access:
    """Mostly open; else any mode, a decision in force or expired, a pathway that begins or ends within the year."""
    if r.random() < 0.6:
        return OPEN_ACCESS
    modes = ("OPEN", "OPEN", "TRAIN_FIRST", "PROTECTED", "BLOCKED")
    limits = tuple(limit(r.choice(modes), origin) for origin in r.sample(["MAR", "SEN"], r.randint(0, 2)))
    expires = TODAY + timedelta(days=r.choice([-1, 0, 100]))
    decision = Decision(r.choice(["MAR", "SEN"]), r.choice(modes), date(2026, 1, 1), expires, 1.0)
    opens, closes = TODAY + timedelta(days=r.randint(-100, 200)), TODAY + timedelta(days=r.randint(50, 500))
    asks = r.choice(
        [
            {},
            {"nationality": "MAR"},
            {"personas": ("APPRENTICE", "WORKER")},
            {"min_age": 25, "max_age": 40},
            {"min_wage": Decimal(9000)},
            {"max_months": 3},
            {"occupations": ("2", "7412")},
            {"contracts": ("SEASONAL",)},
        ]
    )
    ways = (pathway(r.choice(["", "MAR", "SEN"]), valid_from=opens, valid_to=closes, **asks),)
    return Access(r.choice(["", "222"]), limits, r.choice([(), (decision,)]), r.choice([(), ways, (pathway(),)]))


def random_candidate(seed: int) -> Candidate:
    r = Random(seed)
    day = TODAY + timedelta(days=r.randint(-400, 300))
    person = Candidate(
        id=UUID(int=r.getrandbits(128)),
        organisation_id=r.choice([AGENCY, AGENCY, AGENCY, STRANGER]),
        birth_date=date(r.randint(1970, 2009), r.randint(1, 12), r.randint(1, 28)),
        nationality=r.choice(["MAR", "SEN"]),
        residence=r.choice(["MAR", "SEN"]),
        consent=Consent(
            frozenset(r.sample(sorted(BOTH), r.choice([1, 2, 2, 2, 2, 2]))),
            TODAY - timedelta(days=r.randint(0, 300)),
            r.choice([None, None, TODAY + timedelta(days=r.randint(-5, 300))]),
            r.choice([None] * 8 + [TODAY + timedelta(days=r.randint(-1, 1))]),
        ),
        available_from=day,
        available_to=r.choice([None, None, None, day + timedelta(days=r.randint(0, 400))]),
        occupations=tuple(
            Occupation(r.choice(["7411", "7412", "7212", "0310"]), r.randint(0, 60)) for _ in range(r.randint(0, 3))
        ),
        skills=tuple(held_skill(r) for _ in range(r.randint(0, 24))),
        eqf=r.choice([None, 2, 3, 4, 5]),
        languages=tuple(
            Language(r.choice(["fr", "nl", "en"]), r.choice(["A1", "A2", "B1", "B2", "C1"]))
            for _ in range(r.randint(0, 3))
        ),
        preferences=_preferences(r),
        recognition=tuple(
            Recognition(
                r.choice(["7", "74", "7411", "7412"]),
                r.choice(["NOT_STARTED", "PARTIAL", "FULL"]),
                r.choice([None, TODAY + timedelta(days=r.randint(50, 500))]),
                r.choice([None, "BEL", "MAR"]),
            )
            for _ in range(r.randint(0, 2))
        ),
        track_chosen=r.choice([None, None, None, None, "HOME", "AWAY"]),
        trained_by_partnership=r.random() < 0.3,
        persona=r.choice(["WORKER", "WORKER", "INTERN"]),
        origin_employment=r.choice([None, "PUBLIC_SERVICE", "PUBLIC_SERVICE", "PRIVATE_SECTOR"]),
    )
    return replace(person, consent=replace(person.consent, limits=random_limits(r)))


def random_limits(r: Random) -> Limits:
    """Mostly none; else some destinations, an employer or a sector left out."""
    if r.random() < 0.7:
        return UNLIMITED
    return Limits(
        r.choice([None, frozenset({"BEL"}), frozenset({"BEL", "DEU"}), frozenset()]),
        r.choice([frozenset(), frozenset({EMPLOYER})]) if r.random() < 0.3 else frozenset(),
        r.choice([frozenset(), frozenset({"F"}), frozenset({"E38"})]),
    )


def held_skill(r: Random) -> HeldSkill:
    return HeldSkill(
        r.choice([*URIS, "urn:example:unknown:1"]),
        r.randint(1, 5),
        r.choice(["SELF", "CV", "REFERENCE", "TESTED", "CERTIFIED"]),
        r.choice([None, date(2026, r.randint(1, 12), 1)]),
    )


def _preferences(r: Random) -> Preferences:
    weights = {name: r.choice([0.0, 0.3, 1.0]) for name in ("wage", "destination", "sector", "duration")}
    return Preferences(
        track=r.choice(["HOME", "AWAY", "EITHER", "EITHER", "EITHER"]),
        destinations=tuple(r.sample(["BEL", "AUS", "DEU", "MAR"], r.randint(0, 3))),
        excluded_countries=frozenset(r.sample(["DEU", "AUS"], r.choice([0, 0, 1]))),
        min_net_monthly_wage=r.choice(
            [None, Money(Decimal(r.randint(600, 2000)), "EUR"), Money(Decimal(15000), "MAD"), Money(Decimal(0), "EUR")]
        ),
        sectors=frozenset(r.sample(["F", "E38", "D35"], r.randint(0, 2))),
        contract_types=frozenset(r.sample(["PERMANENT", "FIXED_TERM"], r.randint(0, 1))),
        max_months_away=r.choice([None, None, 12, 36]),
        weights=r.choice([{}, weights, {**weights, "green": 0.7}]),
    )


def random_opening(seed: int) -> Opening:
    r = Random(seed)
    day = TODAY + timedelta(days=r.randint(-60, 400))
    low = r.choice([None, 20, 30])
    return Opening(
        id=UUID(int=r.getrandbits(128)),
        organisation_id=EMPLOYER,
        parties=frozenset(r.sample([AGENCY, AGENCY, STRANGER], 2)),
        country=r.choice(["BEL", "BEL", "MAR", "SEN", "DEU", "AUS"]),
        title="Invented",
        isco08=r.choice(["7411", "7412", "7212", "0310", "2221"]),
        gross_monthly_wage=Decimal(r.randint(1500, 4000)),
        currency=r.choice(["EUR", "EUR", "MAD", "XOF", "AUD"]),
        contract_type=r.choice(["PERMANENT", "FIXED_TERM", "SEASONAL"]),
        start_from=day,
        start_to=day + timedelta(days=r.randint(0, 200)),
        places=3,
        places_left=r.choice([0, 1, 3, 3, 3, 3]),
        sector=r.choice([None, "F43", "E38", "D35", "A01"]),
        skills=tuple(required_skill(r) for _ in range(r.randint(0, 9))),
        eqf_min=r.choice([None, 3, 4, 5]),
        equivalent_experience=r.random() < 0.5,
        min_experience_months=r.choice([None, 0, 12, 36]),
        languages=tuple(
            Language(code, r.choice(["A1", "A2", "B1", "B2"]))
            for code in r.sample(["fr", "nl", "en", "ar"], r.choice([0, 0, 1, 1, 2]))
        ),
        regulated=r.random() < 0.2,
        net_monthly_wage_estimate=r.choice([None, Decimal(r.randint(900, 3000))]),
        wage_floor=r.choice([None, Decimal(1500), Decimal(1500), Decimal(2500)]),
        contract_months=r.choice([None, 6, 12, 24, 48]),
        quotas=r.choice([{}, {}, {"MAR": 0, "SEN": 5}, {"SEN": 0}]),
        green_share=r.choice([None, 0.0, 0.4, 1.0]),
        min_age=low,
        max_age=r.choice([None, 35, 60]),
        status=r.choice(["OPEN"] * 7 + ["PAUSED"]),
        employer=r.choice([GOOD_STANDING] * 9 + [Standing(measure="SUSPENSION"), Standing(verified=False)]),
        recruitment=r.choice([DIRECT] * 9 + [Recruitment(True, 1, 0)]),
        access=tuple(random_access(r) for _ in range(r.choice([1, 1, 1, 2]))),
    )


def required_skill(r: Random) -> RequiredSkill:
    uri = r.choice([*URIS, "urn:example:unknown:1"])
    return RequiredSkill(uri, r.randint(1, 5), r.random() < 0.6, r.random() < 0.05)


def shuffled(values: Sequence[Any], seed: int) -> tuple[Any, ...]:
    return tuple(Random(seed).sample(values, len(values)))
