"""What the smallest change would make of a match: one course, one language step, one recognition at a time.

A counterfactual is computed, not estimated: the candidate as they would be afterwards goes through the same scoring as
the candidate of today (Wachter, Mittelstadt and Russell 2018). A course is taken to be passed: its skills are held as
CERTIFIED at the level taught, its language at the level reached, and nobody can start a job before it ends. Nearest is
what takes the fewest weeks, then what costs least; what makes the pair feasible comes before what only scores better.
Pure.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from services.matching.gates import recognised_on
from services.matching.profiles import (
    CEFR,
    CEFR_CODE,
    Candidate,
    HeldSkill,
    Language,
    Opening,
    Rates,
    Recognition,
    Session,
    in_euro,
    language_levels,
    required_skills,
)
from services.matching.scoring import Explanation, explain
from services.matching.similarity import Taxonomy

LIMIT = 3
LOOKED_AT = 12  # courses, and other changes, that are scored: each some 2 ms with real profiles
SESSIONS_SHOWN = 5
_EVIDENCE = ("SELF", "CV", "REFERENCE", "TESTED", "CERTIFIED")
_NEVER = 9999  # weeks of what no session on offer brings about


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that could be different. `sessions` are those that bring it about, nearest first, each with a seat
    left; none where it is not taught but granted, agreed or not on offer."""

    kind: str
    languages: tuple[tuple[str, str | None, str], ...]  # code, CEFR held (None: nothing), CEFR then
    skills: tuple[tuple[str, int], ...]  # URI, level
    detail: str
    sessions: tuple[Session, ...]
    candidate: Candidate

    @property
    def weeks(self) -> int:
        return self.sessions[0].weeks if self.sessions else _NEVER


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """A change and what it makes of the pair. `opens` counts vacancies that are feasible after it and were not."""

    change: Change
    before: Explanation
    after: Explanation
    opens: int

    @property
    def opened(self) -> tuple[str, ...]:
        """Gates that it opens."""
        held = {gate.code for gate in self.after.gates if gate.passed}
        return tuple(gate.code for gate in self.before.gates if not gate.passed and gate.code in held)


@dataclass(frozen=True, slots=True)
class Terms:
    """What pairs are scored with."""

    taxonomy: Taxonomy
    rates: Rates
    today: date
    language: str = "en"

    def explain(self, candidate: Candidate, opening: Opening) -> Explanation:
        return explain(candidate, opening, self.taxonomy, self.rates, self.today, language=self.language)


def wanted(candidate: Candidate, opening: Opening) -> set[str]:
    """What a course may teach to matter for the pair: skill URIs, and languages as "language:code"."""
    have = language_levels(candidate.languages)
    short = {code for code, level in language_levels(opening.languages).items() if have.get(code, 0) < level}
    return {skill.uri for skill in opening.skills} | {f"language:{code}" for code in short}


def nearest(
    candidate: Candidate,
    opening: Opening,
    sessions: Iterable[Session],
    terms: Terms,
    feasible: Callable[[Candidate], frozenset[UUID]],
) -> list[Counterfactual]:
    """The three nearest changes that open a gate or raise the score. `feasible` gives the vacancies that pass all
    gates for a candidate; it is asked once for today and once for each change returned."""
    before = terms.explain(candidate, opening)
    lacking = _lacking(candidate, opening, before)
    better = _better(before, opening, _courses(candidate, opening, sessions, terms, lacking), terms)
    if len(better) < LIMIT:
        taught = {item for each in better for item in _effects(each.change)}
        others = [each for each in _others(candidate, opening, before) if not _effects(each) <= taught]
        better += _better(before, opening, others, terms)
    # What no session brings about comes last; the sort is stable, so that of the same length the cheaper comes first.
    better.sort(key=lambda each: (not each.change.sessions, not each.after.passed, each.change.weeks))
    now = feasible(candidate) if better else frozenset()
    return [replace(each, opens=len(feasible(each.change.candidate) - now)) for each in better[:LIMIT]]


def _better(before: Explanation, opening: Opening, changes: list[Change], terms: Terms) -> list[Counterfactual]:
    """Those that open a gate or raise the score."""
    found = [Counterfactual(each, before, terms.explain(each.candidate, opening), 0) for each in changes[:LOOKED_AT]]
    return [each for each in found if each.opened or each.after.score > before.score]


def _lacking(candidate: Candidate, opening: Opening, before: Explanation) -> set[str]:
    """Skills that are not covered and languages below the level asked."""
    have, asked = language_levels(candidate.languages), language_levels(opening.languages)
    short = {code for code, level in asked.items() if have.get(code, 0) < level}
    return short | {credit.uri for credit in before.missing_skills}


def after(candidate: Candidate, session: Session) -> Candidate:
    """The candidate once the session is passed; of two mentions of a skill the stronger evidence counts, then the
    higher level, as in their record."""
    held = {skill.uri: skill for skill in candidate.skills}
    for uri, level in session.teaches:
        learnt = HeldSkill(uri, level, "CERTIFIED", session.end)
        if uri not in held or _strength(learnt) > _strength(held[uri]):
            held[uri] = learnt
    languages = candidate.languages
    if session.language:
        languages = _spoken(candidate, session.language.code, session.language.cefr_to)
    return replace(
        candidate,
        skills=tuple(held.values()),
        languages=languages,
        trained_by_partnership=True,
        available_from=max(candidate.available_from, session.end + timedelta(days=1)),
    )


def _strength(skill: HeldSkill) -> tuple[int, int]:
    return _EVIDENCE.index(skill.evidence), skill.level


def _spoken(candidate: Candidate, code: str, cefr: str) -> tuple[Language, ...]:
    levels = language_levels(candidate.languages)
    levels[code] = max(levels.get(code, 0), CEFR[cefr])
    return tuple(Language(each, CEFR_CODE[level]) for each, level in levels.items())


def _within_reach(session: Session, candidate: Candidate, opening: Opening, terms: Terms) -> bool:
    """Whether a seat can be booked, it ends before the job must begin, and what it asks of beginners is there."""
    held = {skill.uri for skill in candidate.skills}
    step = session.language
    spoken = language_levels(candidate.languages)
    enough = step is None or step.cefr_from is None or spoken.get(step.code, 0) >= CEFR[step.cefr_from]
    in_time = terms.today <= session.start and session.end < opening.start_to
    return in_time and session.seats_left > 0 and enough and session.prerequisites <= held


def _courses(
    candidate: Candidate, opening: Opening, sessions: Iterable[Session], terms: Terms, lacking: set[str]
) -> list[Change]:
    """One change for all sessions that teach the same: those that teach something lacking first, then by weeks and
    cost of the nearest run."""

    def cost(session: Session) -> tuple[int, float, date, UUID]:
        euro = in_euro(session.cost, session.currency, terms.rates)
        return session.weeks, float("inf") if euro is None else euro, session.start, session.id

    alike: dict[tuple[object, object], list[Session]] = {}
    for session in sorted(sessions, key=cost):
        if _within_reach(session, candidate, opening, terms):
            alike.setdefault((session.teaches, session.language), []).append(session)
    asked, levels = {skill.uri for skill in required_skills(opening)}, language_levels(candidate.languages)

    def helps(runs: list[Session]) -> bool:
        step = runs[0].language
        return (step is not None and step.code in lacking) or any(uri in lacking for uri, _ in runs[0].teaches)

    changes = []
    for runs in sorted(alike.values(), key=lambda each: not helps(each))[:LOOKED_AT]:
        first, step = runs[0], runs[0].language
        languages: tuple[tuple[str, str | None, str], ...] = ()
        if step and levels.get(step.code, 0) < CEFR[step.cefr_to]:
            languages = ((step.code, CEFR_CODE.get(levels.get(step.code, 0)), step.cefr_to),)
        skills = tuple(sorted((uri, level) for uri, level in first.teaches if uri in asked))
        kind = "COURSE" if skills or not languages else "LANGUAGE"
        shown = tuple(runs[:SESSIONS_SHOWN])
        changes.append(Change(kind, languages, skills, first.title, shown, after(candidate, first)))
    return changes


def _others(candidate: Candidate, opening: Opening, before: Explanation) -> list[Change]:
    """What no course brings about, or none on offer: recognition, dates, a language at the level asked, one skill that
    is missing."""
    failed = {gate.code for gate in before.gates if not gate.passed}
    changes = []
    if "H02" in failed and candidate.available_from > opening.start_to:
        changed = replace(candidate, available_from=opening.start_to)
        changes.append(Change("DATES", (), (), f"available from {opening.start_to}", (), changed))
    if "H06" in failed and recognised_on(candidate, opening.isco08, opening.country) is None:
        entry = Recognition(opening.isco08, "FULL", None, opening.country)
        changed = replace(candidate, recognition=(*candidate.recognition, entry))
        changes.append(Change("RECOGNITION", (), (), f"{opening.isco08} in {opening.country}", (), changed))
    have = language_levels(candidate.languages)
    for code, level in language_levels(opening.languages).items():
        if have.get(code, 0) < level:
            step = (code, CEFR_CODE.get(have.get(code, 0)), CEFR_CODE[level])
            changed = replace(candidate, languages=_spoken(candidate, code, CEFR_CODE[level]))
            changes.append(Change("LANGUAGE", (step,), (), "no session on offer", (), changed))
    for credit in before.missing_skills:
        if credit.essential:
            kept = tuple(skill for skill in candidate.skills if skill.uri != credit.uri)
            changed = replace(candidate, skills=(*kept, HeldSkill(credit.uri, credit.required_level, "CERTIFIED")))
            skill = (credit.uri, credit.required_level)
            changes.append(Change("SKILL", (), (skill,), "no session on offer", (), changed))
    return changes


def _effects(change: Change) -> set[str]:
    """What is different after it, without levels."""
    taught = {uri for uri, _ in change.skills} | {code for code, *_ in change.languages}
    return taught or {change.kind}
