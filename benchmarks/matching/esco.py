"""The official ESCO export as a matching taxonomy, and noisy candidates and vacancies drawn from its occupations."""

import csv
import io
import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from uuid import UUID
from zipfile import ZipFile

from services.matching.profiles import (
    Candidate,
    Consent,
    HeldSkill,
    Language,
    Money,
    Occupation,
    Opening,
    Preferences,
    RequiredSkill,
)
from services.matching.safeguards import Access, Limit, Pathway
from services.matching.similarity import Skill, Taxonomy, weights_of

ESCO = Path(os.environ.get("PASSERELLE_DATA", "../shared/data")) / "esco-1.1.1"
TODAY = date(2026, 11, 23)
AGENCY = UUID(int=1)
RATES = {"EUR": 1, "MAD": Decimal("10.7"), "AUD": Decimal("1.65")}
COUNTRIES = ["BEL", "DEU", "FRA", "NLD", "AUS", "MAR"]
CEFR_CODES = ["A1", "A2", "B1", "B2", "C1"]
LANGUAGE = {"BEL": "fr", "DEU": "de", "FRA": "fr", "NLD": "nl", "AUS": "en", "MAR": "ar"}
Profile = tuple[str, list[tuple[str, bool]]]


def rows(archive: str, name: str) -> Iterator[dict[str, str]]:
    with ZipFile(ESCO / archive) as files, files.open(name) as raw:
        yield from csv.DictReader(io.TextIOWrapper(raw, "utf-8"))


def taxonomy() -> Taxonomy:
    broader: dict[str, list[str]] = defaultdict(list)
    groups: dict[str, list[str]] = defaultdict(list)
    for row in rows("relations.zip", "broaderRelationsSkillPillar.csv"):
        (groups if row["broaderType"] == "SkillGroup" else broader)[row["conceptUri"]].append(row["broaderUri"])
    return Taxonomy(
        "esco-1.1.1",
        [
            Skill(
                row["conceptUri"],
                {"en": row["preferredLabel"]},
                row["reuseLevel"] or None,
                False,
                tuple(broader[row["conceptUri"]]),
                tuple(groups[row["conceptUri"]]),
            )
            for row in rows("en.zip", "skills_en.csv")
        ],
        weights=weights_of([uri for uri, _ in asked] for _, asked in occupations()),
    )


def occupations() -> list[Profile]:
    """ISCO-08 code and (skill, essential) of every occupation with at least ten skills."""
    skills: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for row in rows("relations.zip", "occupationSkillRelations.csv"):
        skills[row["occupationUri"]].append((row["skillUri"], row["relationType"] == "essential"))
    isco = {row["conceptUri"]: row["iscoGroup"] for row in rows("en.zip", "occupations_en.csv")}
    return [(isco[uri], asked) for uri, asked in sorted(skills.items()) if len(asked) >= 10 and uri in isco]


def opening(r: Random, number: int, profiles: list[Profile], uris: list[str]) -> Opening:
    """10-45 skills: an occupation's own, a few left out, up to three from elsewhere."""
    isco, asked = r.choice(profiles)
    kept = dict(r.sample(asked, max(10, min(45, int(len(asked) * r.uniform(0.6, 0.95))))))
    kept |= dict.fromkeys(r.sample(uris, r.randint(0, 3)), False)
    country, wage = r.choice(COUNTRIES), r.randint(1500, 4500)
    return Opening(
        id=UUID(int=number),
        organisation_id=UUID(int=3),
        parties=frozenset({AGENCY, UUID(int=r.randint(10, 15))}) if r.random() < 0.5 else frozenset({UUID(int=9)}),
        country=country,
        title="Benchmark opening",
        isco08=isco,
        gross_monthly_wage=Decimal(wage),
        currency="EUR",
        contract_type=r.choice(["PERMANENT", "FIXED_TERM"]),
        start_from=TODAY + timedelta(days=r.randint(0, 300)),
        start_to=TODAY + timedelta(days=r.randint(300, 500)),
        places=2,
        places_left=2,
        sector=r.choice(["F43", "E38", "D35"]),
        skills=tuple(
            RequiredSkill(uri, r.randint(2, 4), must, must and r.random() < 0.03) for uri, must in kept.items()
        ),
        eqf_min=r.choice([None, 3, 4, 5]),
        equivalent_experience=True,
        min_experience_months=r.choice([None, 12, 24]),
        languages=(Language(LANGUAGE[country], r.choice(CEFR_CODES[:4])),),
        net_monthly_wage_estimate=Decimal(int(wage * 0.75)),
        wage_floor=Decimal(1400),
        access=(access(isco),),
    )


@cache
def access(isco: str) -> Access:
    """Safeguards of three origins and a pathway, as a partnership would have for each ISCO-08 minor group."""
    r = Random(int(isco[:3]))
    ends = TODAY + timedelta(days=300)
    limits = tuple(
        Limit(origin, r.choice(["OPEN", "OPEN", "TRAIN_FIRST", "PROTECTED"]), TODAY, ends, 0.0, None)
        for origin in ("MAR", "SEN", "TUN")
    )
    return Access("", limits, (), (Pathway("", "PERMIT", TODAY, TODAY + timedelta(days=900)),))


def candidate(r: Random, number: int, profiles: list[Profile], uris: list[str]) -> Candidate:
    """15-40 skills where the occupation has them: most of one occupation's and some from elsewhere. Two countries are
    wished for, the others abroad excluded."""
    isco, known = r.choice(profiles)
    names = [uri for uri, _ in known]
    wished = r.sample(COUNTRIES[:5], 2)
    held = {*r.sample(names, min(len(names), r.randint(12, 34))), *r.sample(uris, r.randint(3, 6))}
    return Candidate(
        id=UUID(int=number),
        organisation_id=AGENCY,
        birth_date=date(r.randint(1980, 2004), 5, 5),
        nationality="MAR",
        residence="MAR",
        consent=Consent(frozenset({"MATCHING_HOME", "MATCHING_AWAY"}), date(2026, 1, 1)),
        available_from=TODAY,
        occupations=(Occupation(isco, r.randint(0, 80)),),
        skills=tuple(
            HeldSkill(uri, r.randint(2, 5), r.choice(["SELF", "CV", "REFERENCE", "TESTED", "CERTIFIED"]))
            for uri in sorted(held)
        ),
        eqf=r.choice([3, 4, 5]),
        languages=(Language("ar", "C2"), Language("fr", r.choice(CEFR_CODES)), Language("en", r.choice(CEFR_CODES))),
        preferences=Preferences(
            destinations=tuple(wished),
            excluded_countries=frozenset(COUNTRIES[:5]) - frozenset(wished),
            min_net_monthly_wage=Money(Decimal(r.randint(900, 2000)), "EUR"),
        ),
    )
