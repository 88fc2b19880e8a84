"""The input of a run, written from what the tables had: who may go where and how well it fits, and what limits it.

Everything between two people and between two targets is ordered by a hash that is keyed with the seed of the run, so
that neither ids nor the order of lists decide anything. A training place is worth what the best job is worth that lies
on its track and passes every gate once the person is trained.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.contracts.vocabulary import QuotaKind
from services.matching.allocation_runs import canonical
from services.matching.allocations.material import Material, Person
from services.matching.counterfactuals import after
from services.matching.index import MatchingIndex
from services.matching.profiles import CEFR, Candidate, Opening, Session, language_levels, side_of
from services.matching.safeguards import ruling
from services.matching.scoring import candidate_side, employer_side

_DIGITS = 12  # of a score: what is left out is how machines round


@dataclass
class Written:
    """`shared` for all; `people` in the order of the lottery, as (candidate id, version of the record, input)."""

    shared: str
    people: list[tuple[UUID, int, str]]


@dataclass
class Terms:
    """Quotas and options, each once, numbered as they come."""

    material: Material
    quotas: list[dict[str, Any]] = field(default_factory=list)
    options: dict[tuple[UUID, str, str], dict[str, Any]] = field(default_factory=dict)

    def quota(self, kind: QuotaKind, of: str, left: float) -> int:
        """Its number; the tighter of what is left and what was asked for."""
        for number, each in enumerate(self.quotas):
            if (each["kind"], each["of"]) == (kind.value, of):
                return number
        asked = [
            each["most"] for each in self.material.asked["quotas"] if (each["kind"], each["of"]) == (kind.value, of)
        ]
        self.quotas.append({"kind": kind.value, "of": of, "left": max(0.0, float(min([left, *asked])))})
        return len(self.quotas) - 1

    def asked_for(self, kind: QuotaKind, of: str) -> bool:
        return any((each["kind"], each["of"]) == (kind.value, of) for each in self.material.asked["quotas"])


def write(material: Material) -> Written:
    """Score everybody and write it down. Works for seconds: to be called in a thread."""
    seed = str(material.asked["seed"]).encode()
    people = sorted(material.people, key=lambda each: _drawn(seed, each.external_id))
    terms = terms_of(material)
    edges: dict[UUID, list[list[Any]]] = {each.profile.id: [] for each in people}
    _score_vacancies(terms, people, edges)
    for session in material.sessions:
        _score_session(terms, people, session, edges)
    groups = sorted({each["group"] for each in material.asked["reserves"]})
    shared = {
        "day": material.day.isoformat(),
        "mode": material.asked["mode"],
        "floor": material.asked["floor"],
        "exact": material.asked["exact"],
        "seed": material.asked["seed"],
        "taxonomy": material.taxonomy.version,
        "threshold": material.threshold,
        "quotas": terms.quotas,
        "options": list(terms.options.values()),
        "reserves": _reserves(terms, groups),
    }
    number = {key: n for n, key in enumerate(terms.options)}
    written = [
        (each.profile.id, each.version, _person(each, edges[each.profile.id], number, groups, material))
        for each in people
    ]
    return Written(canonical(shared), written)


def terms_of(material: Material) -> Terms:
    """Quotas with what is left, and options, without anybody's score."""
    seed = str(material.asked["seed"]).encode()
    terms = Terms(material)
    for target in sorted(material.targets, key=lambda each: _drawn(seed, str(each.id))):
        for origin in sorted({each.profile.residence for each in material.people}):
            _add_vacancy(terms, target, origin)
    for session in sorted(material.sessions, key=lambda each: _drawn(seed, str(each.id))):
        for track in ("HOME", "AWAY"):
            _add_session(terms, session, track)
    return terms


def _drawn(seed: bytes, name: str) -> bytes:
    """A place in the lottery; nobody can choose a name for it, since the seed is part of it."""
    return hashlib.blake2b(name.encode(), key=hashlib.sha256(seed).digest(), digest_size=16).digest()


def _person(
    person: Person,
    edges: list[list[Any]],
    number: Mapping[tuple[UUID, str, str], int],
    groups: list[str],
    material: Material,
) -> str:
    best = sorted(edges, key=lambda edge: (-edge[1], number[edge[0]]))[: material.asked["options_per_person"]]
    return canonical(
        {
            "id": str(person.profile.id),
            "edges": [[number[key], *values] for key, *values in best],
            "ranking": [str(each) for each in person.ranking],
            "groups": sum(1 << bit for bit, name in enumerate(groups) if name in person.groups),
            "facts": person.facts,
        }
    )


def _add_vacancy(terms: Terms, opening: Opening, origin: str) -> None:
    away = opening.country != origin
    quotas = [terms.quota(QuotaKind.VACANCY, str(opening.id), opening.places_left)]
    use = [1.0]
    if terms.asked_for(QuotaKind.EMPLOYER, str(opening.organisation_id)):
        quotas.append(terms.quota(QuotaKind.EMPLOYER, str(opening.organisation_id), float("inf")))
        use.append(1.0)
    rule = ruling(opening.access, origin, terms.material.day) if away else None
    if rule is not None:
        limits = list(_away_limits(terms, opening, origin))
        quotas += limits
        use += [1.0] * len(limits)
    ratio = max(terms.material.ratio, rule.ratio if rule else 0.0)
    _add(terms, (opening.id, "AWAY" if away else "HOME", origin), "VACANCY", quotas, use, ratio)


def _away_limits(terms: Terms, opening: Opening, origin: str) -> Iterable[int]:
    """Corridor, partnership, scheme and safeguard of a job abroad."""
    material, counted, agreement = terms.material, terms.material.counted, terms.material.agreement
    corridor = agreement.corridor(origin, opening.country, "AWAY")
    if corridor is not None:
        left = corridor.quota - counted.corridors.get(corridor.name, 0)
        yield terms.quota(QuotaKind.CORRIDOR, corridor.name, left)
    if agreement.away_places is not None:
        left = agreement.away_places - counted.away_of_partnership
        yield terms.quota(QuotaKind.PARTNERSHIP, str(agreement.id), left)
    key = opening.pathway or (corridor.pathway if corridor else None) or ""
    caps = [law.quota for law in material.laws.get((key, opening.country), []) if law.quota is not None]
    if caps:
        yield terms.quota(QuotaKind.SCHEME, key, min(caps) - counted.schemes.get((key, opening.country), 0))
    minor = opening.isco08[:3]
    limit = ruling(opening.access, origin, material.day).limit
    if limit is not None and limit.away_cap is not None:
        came = sum(group == minor and since >= limit.valid_from for group, since in counted.begun)
        yield terms.quota(QuotaKind.SAFEGUARD, f"{origin} {minor}", limit.away_cap - came)
    elif terms.asked_for(QuotaKind.SAFEGUARD, f"{origin} {minor}"):
        yield terms.quota(QuotaKind.SAFEGUARD, f"{origin} {minor}", float("inf"))


def _add_session(terms: Terms, session: Session, track: str) -> None:
    asked = next(each for each in terms.material.asked["sessions"] if each["session_id"] == str(session.id))
    places = asked["home_places" if track == "HOME" else "away_places"]
    quotas = [
        terms.quota(QuotaKind.TRACK, f"{session.id} {track}", places),
        terms.quota(QuotaKind.SESSION, str(session.id), session.seats_left),
    ]
    _add(terms, (session.id, track, ""), "SESSION", quotas, [1.0, 1.0], terms.material.ratio)


def _add(
    terms: Terms, key: tuple[UUID, str, str], kind: str, quotas: list[int], use: list[float], ratio: float
) -> None:
    """An option. Where there is a ratio, home makes room for away; where the record is behind it already, no way leads
    abroad until it has caught up."""
    target, track, origin = key
    behind = terms.material.counted.home - ratio * terms.material.counted.away
    if ratio:
        if track == "AWAY" and behind < 0:
            return
        quotas = [*quotas, terms.quota(QuotaKind.RATIO, str(terms.material.agreement.id), behind)]
        use = [*use, ratio if track == "AWAY" else -1.0]
    chances = {each["target_id"]: each["probability"] for each in terms.material.asked["retention"]}
    terms.options[key] = {
        "target": str(target),
        "kind": kind,
        "track": track,
        "origin": origin,
        "quotas": quotas,
        "use": use,
        "retention": chances.get(str(target)),
    }


def _reserves(terms: Terms, groups: list[str]) -> list[dict[str, Any]]:
    found = []
    for each in terms.material.asked["reserves"]:
        numbers = sorted(
            {
                option["quotas"][0]
                for (target, track, _), option in terms.options.items()
                if str(target) == each["target_id"] and each["track"] in (None, track)
            }
        )
        for number in numbers:
            of = {"group": each["group"], "bit": groups.index(each["group"]), "target": each["target_id"]}
            found.append(of | {"quota": number, "places": each["places"]})
    return found


def _score_vacancies(terms: Terms, people: list[Person], edges: dict[UUID, list[list[Any]]]) -> None:
    targets = {each.id: each for each in terms.material.targets}
    profiles = {each.profile.id: each.profile for each in people}
    best = _ranked(
        terms.material, list(profiles.values()), terms.material.targets, terms.material.asked["options_per_person"]
    )
    for id, found in best.items():
        for opening_id, score in found:
            opening, person = targets[opening_id], profiles[id]
            key = (opening_id, side_of(person, opening), person.residence)
            if key in terms.options:
                edges[id].append([key, *_sides(terms.material, person, opening, score)])


def _score_session(terms: Terms, people: list[Person], session: Session, edges: dict[UUID, list[list[Any]]]) -> None:
    """By residence and track, because what is at home depends on where somebody lives."""
    trained = [after(each.profile, session) for each in people if may_begin(each.profile, session)]
    openings = {each.id: each for each in terms.material.openings}
    for origin in sorted({each.residence for each in trained}):
        group = {each.id: each for each in trained if each.residence == origin}
        for track in ("HOME", "AWAY"):
            key = (session.id, track, "")
            if key not in terms.options:
                continue
            of_track = [each for each in openings.values() if (each.country == origin) == (track == "HOME")]
            for id, found in _ranked(terms.material, list(group.values()), of_track, 1).items():
                for opening_id, score in found:
                    job = openings[opening_id]
                    edges[id].append([key, *_sides(terms.material, group[id], job, score), str(opening_id)])


def may_begin(person: Candidate, session: Session) -> bool:
    """Whether what the course asks of beginners is there."""
    step, spoken = session.language, language_levels(person.languages)
    enough = step is None or step.cefr_from is None or spoken.get(step.code, 0) >= CEFR[step.cefr_from]
    return enough and session.prerequisites <= {skill.uri for skill in person.skills}


def _ranked(
    material: Material, people: list[Candidate], openings: list[Opening], limit: int
) -> dict[UUID, list[tuple[UUID, float]]]:
    """Each person's best openings that pass every gate, with R."""
    if not people or not openings:
        return {}
    index = MatchingIndex(material.taxonomy, rates=material.rates)
    for opening in openings:
        index.put_opening(opening)
    for person in people:
        index.put_candidate(person)
    index.settle()
    index.prepare()
    found: dict[UUID, list[tuple[UUID, float]]] = {}
    for chunk in index.rank_all(material.day, limit):
        for row, id in enumerate(chunk.candidates):
            places = range(chunk.best.found[row])
            found[id] = [(chunk.openings[chunk.best.rows[row, n]], float(chunk.best.scores[row, n])) for n in places]
    return found


def _sides(material: Material, person: Candidate, opening: Opening, score: float) -> list[float | None]:
    """R, A and B."""
    b = candidate_side(person, opening, material.rates)
    a = employer_side(score, b)
    return [round(score, _DIGITS), *(None if each is None else round(each, _DIGITS) for each in (a, b))]
