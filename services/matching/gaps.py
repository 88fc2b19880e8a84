"""What one candidate lacks for one opening, as bits, and the steps that give them.

The gap is every essential skill whose credit is below `covered` and every language below the level asked. There is a
bit for each such skill, for each language and CEFR level on the way, and for each prerequisite of a session. A course
is credited as CERTIFIED at the level taught: a plan assumes that the candidate passes it, and says how likely that is.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from math import log
from operator import attrgetter
from uuid import UUID

from services.matching.coverage import mean_credit
from services.matching.gates import recognised_on
from services.matching.label_setting import Offer
from services.matching.profiles import (
    CEFR,
    CEFR_CODE,
    Candidate,
    HeldSkill,
    Language,
    Opening,
    Recognition,
    RequiredSkill,
    Session,
    in_euro,
    language_levels,
    required_skills,
    side_of,
)
from services.matching.safeguards import Rates
from services.matching.scoring import Holdings
from services.matching.similarity import Taxonomy
from services.matching.standards import STANDARDS, Standards
from services.matching.weights import WeightProfile, profile_for

CRITERIA = ("total", "worker", "risk")
"""Costs of an offer: cents, cents that the worker pays, and -100 ln of the chance to succeed."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a plan is computed with besides the pair. `permit_days` is what the legal pathway states, `first` are skills
    to be learnt before others where that costs nothing."""

    taxonomy: Taxonomy
    rates: Rates
    today: date
    profile: WeightProfile | None = None
    standards: Standards = STANDARDS
    permit_days: int | None = None
    worker_may_pay_eur: float = 0.0
    first: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing: skills by URI, languages as "code level". Empty when nothing is."""

    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.skills) + len(self.languages)


NO_GAP = Gap()


@dataclass(frozen=True, slots=True)
class Choice:
    """A session, or a language step that has still to be arranged; euro, and what the worker pays of it."""

    session: Session | None
    language: Language | None
    euro: float
    worker_euro: float
    success: float
    offer: Offer

    @property
    def full(self) -> bool:
        return self.session is not None and self.session.seats_left < 1

    def learned(self) -> tuple[tuple[HeldSkill, ...], tuple[Language, ...]]:
        """Skills and languages that it certifies."""
        spoken = (self.language,) if self.language else ()
        return certified(self.session) if self.session else (), spoken


@dataclass(frozen=True, slots=True)
class Procedure:
    """Recognition or a permit: needs no seat. Days are ordinals; recognition begins at once beside the training, a
    permit is applied for when all else is done. `days` is how long it takes."""

    kind: str
    days: int
    euro: float
    payer: str
    success: float


@dataclass(slots=True)
class Task:
    """The gap of one pair, the choices that help, the procedures that are needed."""

    candidate: Candidate
    opening: Opening
    terms: Terms
    profile: WeightProfile = field(init=False)
    essential: list[RequiredSkill] = field(init=False)
    spoken: Mapping[str, int] = field(init=False)
    gap: Gap = field(init=False)
    goal: int = field(init=False)
    near: list[Session] = field(init=False, default_factory=list)
    choices: list[Choice] = field(init=False, default_factory=list)
    unpriced: tuple[UUID, ...] = ()
    recognition: Procedure | None = field(init=False)
    permit: Procedure | None = field(init=False)
    _credit: dict[str, float] = field(init=False)
    _lacking: list[RequiredSkill] = field(init=False)
    _asked: dict[str, int] = field(init=False)
    _near: dict[str, list[tuple[RequiredSkill, float]]] = field(init=False, default_factory=dict)
    _bits: dict[tuple[str, str, int], int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        terms = self.terms
        self.profile = terms.profile or profile_for(self.opening.isco08)
        held = Holdings(self.candidate.skills, terms.taxonomy, self.profile)
        self.essential = [skill for skill in required_skills(self.opening) if skill.essential]
        self._credit = {skill.uri: held.best(skill).credit for skill in self.essential}
        self._lacking = [skill for skill in self.essential if self._credit[skill.uri] < self.profile.covered]
        for skill in self._lacking:
            for uri in stand_ins([skill.uri], terms.taxonomy):
                self._near.setdefault(uri, []).append((skill, terms.taxonomy.similarity(skill.uri, uri)))
        self.spoken = language_levels(self.candidate.languages)
        asked = language_levels(self.opening.languages)
        self._asked = {code: rank for code, rank in asked.items() if self.spoken.get(code, 0) < rank}
        self.goal = 0
        for skill in self._lacking:
            self.goal |= self._bit("skill", skill.uri)
        for code, rank in self._asked.items():
            for step in range(self.spoken.get(code, 0) + 1, rank + 1):
                self.goal |= self._bit("language", code, step)
        self.gap = self.open_after(0)
        self.recognition = _recognition(self.candidate, self.opening, terms)
        self.permit = _permit(self.candidate, self.opening, terms)

    def offer(self, sessions: Iterable[Session]) -> None:
        """Take in what can be chosen: sessions within reach, in order of start, and standard language steps."""
        self.near = [each for each in sessions if _within_reach(each, self.candidate, self.terms.today)]
        self.near.sort(key=attrgetter("start", "end", "id"))
        prerequisites = {uri for session in self.near for uri in session.prerequisites}
        unpriced = []
        for session in self.near:
            euro = in_euro(session.cost, session.currency, self.terms.rates)
            worker = in_euro(session.worker_cost, session.worker_currency or session.currency, self.terms.rates)
            if euro is None or worker is None:
                unpriced.append(session.id)
            elif gives := self._given(session, prerequisites):
                self.choices.append(self._of_session(session, gives, euro, worker))
        self.unpriced = tuple(sorted(unpriced))
        if self.terms.standards.guided_hours_per_cefr_step:
            self.choices += [
                self._of_standard(code, rank)
                for code, asked in self._asked.items()
                for rank in range(self.spoken.get(code, 0) + 1, asked + 1)
            ]

    def open_after(self, bits: int) -> Gap:
        """What of the gap `bits` leave open."""
        skills = tuple(skill.uri for skill in self._lacking if not bits & self._bit("skill", skill.uri))
        languages = tuple(
            f"{code} {CEFR_CODE[rank]}"
            for code, rank in self._asked.items()
            if not bits & self._bit("language", code, rank)
        )
        return Gap(skills, languages)

    def requirements(self, free: int) -> list[tuple[int, int]]:
        """Of each requirement of the gap the bit that meets it, and one of its own from `free` up."""
        met = [self._bit("skill", skill.uri) for skill in self._lacking]
        met += [self._bit("language", code, rank) for code, rank in self._asked.items()]
        return [(bit, free << place) for place, bit in enumerate(met)]

    def without(self, gap: Gap) -> int:
        """The goal when these requirements are dropped."""
        goal = self.goal
        for uri in gap.skills:
            goal &= ~self._bit("skill", uri)
        for name in gap.languages:
            code = name.split()[0]
            for rank in range(1, len(CEFR) + 1):
                goal &= ~self._bit("language", code, rank)
        return goal

    def prepared(self, chosen: Iterable[Choice]) -> Candidate:
        """The candidate after these steps and the procedures."""
        skills, languages, trained = self.candidate.skills, self.candidate.languages, False
        for choice in chosen:
            more_skills, more_languages = choice.learned()
            skills, languages = skills + more_skills, languages + more_languages
            trained = trained or choice.session is not None
        recognitions = self.candidate.recognition
        if self.recognition:
            recognitions += (Recognition(self.opening.isco08, "FULL", None, self.opening.country),)
        return replace(
            self.candidate,
            skills=skills,
            languages=languages,
            recognition=recognitions,
            trained_by_partnership=self.candidate.trained_by_partnership or trained,
        )

    def reaches_gates(self, person: Candidate) -> bool:
        """Whether H07 and H08 hold for the candidate as prepared."""
        spoken = language_levels(person.languages)
        if any(spoken.get(code, 0) < rank for code, rank in self._asked.items()):
            return False
        held = Holdings(person.skills, self.terms.taxonomy, self.profile)
        credits = [held.best(skill) for skill in self.essential]
        if any(credit.critical and credit.credit < self.profile.covered for credit in credits):
            return False
        covered = mean_credit(credits)
        return covered is None or covered >= self.profile.e_min

    def _bit(self, kind: str, name: str, rank: int = 0) -> int:
        return 1 << self._bits.setdefault((kind, name, rank), len(self._bits))

    def _given(self, session: Session, prerequisites: set[str]) -> int:
        bits, evidence = 0, self.profile.evidence["CERTIFIED"]
        for uri, level in session.teaches:
            for skill, alike in self._near.get(uri, ()):
                if alike * (min(1.0, level / skill.level) * evidence) >= self.profile.covered:
                    bits |= self._bit("skill", skill.uri)
        for uri, _ in session.teaches:
            bits |= self._bit("has", uri) if uri in prerequisites else 0
        if step := session.language:
            for rank in range(self.spoken.get(step.code, 0) + 1, CEFR[step.cefr_to] + 1):
                bits |= self._bit("language", step.code, rank)
        return bits

    def _needed(self, session: Session) -> int:
        bits = 0
        if session.prerequisites:
            for uri in sorted(session.prerequisites - {skill.uri for skill in self.candidate.skills}):
                bits |= self._bit("has", uri)
        step = session.language
        if step is not None and step.cefr_from and self.spoken.get(step.code, 0) < CEFR[step.cefr_from]:
            bits |= self._bit("language", step.code, CEFR[step.cefr_from])
        return bits

    def _of_session(self, session: Session, gives: int, euro: float, worker: float) -> Choice:
        success = self.terms.standards.training_success if session.success is None else session.success
        offer = Offer(
            gives=gives,
            needs=self._needed(session),
            start=session.start.toordinal(),
            days=(session.end - session.start).days + 1,
            costs=costs(euro, worker, success),
            first=any(uri in self.terms.first for uri, _ in session.teaches),
        )
        spoken = Language(session.language.code, session.language.cefr_to) if session.language else None
        return Choice(session, spoken, euro, worker, success, offer)

    def _of_standard(self, code: str, rank: int) -> Choice:
        standards = self.terms.standards
        euro = standards.guided_hours_per_cefr_step * standards.language_eur_per_hour
        worker = euro if standards.language_payer == "WORKER" else 0.0
        needs = self._bit("language", code, rank - 1) if rank - 1 > self.spoken.get(code, 0) else 0
        priced = costs(euro, worker, standards.language_success)
        offer = Offer(self._bit("language", code, rank), needs, None, standards.language_days, priced)
        return Choice(None, Language(code, CEFR_CODE[rank]), euro, worker, standards.language_success, offer)


def stand_ins(uris: Collection[str], taxonomy: Taxonomy) -> set[str]:
    """The skills, and all that may earn credit for them."""
    names, found = list(taxonomy.skills), set(uris)
    for uri in uris:
        found.update(taxonomy.related.get(uri, ()))
        for group in taxonomy.groups(uri):
            found.update(names[number] for number in taxonomy.members[group].tolist())
    return found


def costs(euro: float, worker: float, success: float) -> tuple[int, int, int]:
    """Whole numbers in the order of CRITERIA: sums of them depend on no order."""
    return round(100 * euro), round(100 * worker), risk_of(success)


def risk_of(success: float) -> int:
    return round(-100 * log(max(success, 0.01)))


def certified(session: Session) -> tuple[HeldSkill, ...]:
    """What passing a session adds to a person's skills."""
    return tuple(HeldSkill(uri, level, "CERTIFIED", session.end) for uri, level in session.teaches)


def _within_reach(session: Session, candidate: Candidate, today: date) -> bool:
    """Offered to the candidate's organisation, not begun, and where they live or online: a plan that needs a visa
    for a course would be no plan."""
    offered = candidate.organisation_id in session.parties
    return offered and session.start >= today and (session.online or session.country == candidate.residence)


def _recognition(candidate: Candidate, opening: Opening, terms: Terms) -> Procedure | None:
    """Where the occupation is regulated and qualifications do not count in time: the compensation path that is under
    way, else a procedure from the beginning."""
    ready = recognised_on(candidate, opening.isco08, opening.country)
    if not opening.regulated or (ready is not None and ready <= opening.start_to):
        return None
    standards = terms.standards
    if ready is not None:
        return Procedure("RECOGNITION", (ready - terms.today).days, 0.0, standards.recognition_payer, 1.0)
    return Procedure(
        "RECOGNITION",
        standards.recognition_days,
        standards.recognition_eur,
        standards.recognition_payer,
        standards.recognition_success,
    )


def _permit(candidate: Candidate, opening: Opening, terms: Terms) -> Procedure | None:
    if side_of(candidate, opening) == "HOME":
        return None
    standards = terms.standards
    days = standards.permit_days if terms.permit_days is None else terms.permit_days
    if not days:
        return None
    return Procedure("PERMIT", days, standards.permit_eur, standards.permit_payer, standards.permit_success)
