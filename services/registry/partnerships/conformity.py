"""What kind of partnership a record describes, read off the record itself; nothing here is ticked by hand. Pure.

- CGD: the six published features of a Global Skill Partnership; the label needs the tests of both sides' employers,
  of skills made before migration and of home and away bundled (tests 2, 4 and 5).
- IOM: the five components of a skills mobility partnership and its eight prerequisites. Five of these stand in the
  EMN/OECD notice; social considerations, financing and welfare are after IOM's guidance.
- Breadth (S-19), activity (S-60), dependence (S-32) and who pays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from services.contracts.vocabulary import OrganisationSector as Sector
from services.contracts.vocabulary import OrganisationType, PartyRole, Payer, ProgrammeType, RecognitionCoverage
from services.contracts.vocabulary import PartySide as Side
from services.registry.partnerships.facts import Facts

SEMI_SKILLED = frozenset("345678")  # ISCO-08 major groups of skill levels 2 and 3

_EMPLOYERS = {OrganisationType.EMPLOYER, OrganisationType.EMPLOYERS_FEDERATION}
_PUBLIC = {Sector.NATIONAL_PUBLIC, Sector.SUBNATIONAL_PUBLIC, Sector.INTERNATIONAL}
_PUBLIC_PAYERS = {Payer.DEST_GOV, Payer.ORIGIN_GOV, Payer.DONOR}
_PRIVATE_PAYERS = {Payer.EMPLOYER, Payer.PRIVATE_INVESTOR, Payer.ORIGIN_FIRM, Payer.DIASPORA}
_SOCIAL = {ProgrammeType.PRE_DEPARTURE, ProgrammeType.POST_ARRIVAL, ProgrammeType.SOFT_INTERCULTURAL}
_RECOGNISED = {RecognitionCoverage.PARTIAL, RecognitionCoverage.FULL, RecognitionCoverage.NOT_REGULATED}


@dataclass(frozen=True, slots=True)
class Actor:
    """A party that has not left. `signed`: it signed an agreement or a document that binds it to its role; `acted`: it
    changed something of the partnership's of late."""

    organisation_id: UUID
    side: Side
    role: PartyRole
    type: OrganisationType
    sector: Sector
    signed: bool = False
    acted: bool = False

    @property
    def employs(self) -> bool:
        """Whether it speaks for jobs."""
        return self.role == PartyRole.DEMAND_HOLDER or self.type in _EMPLOYERS


@dataclass(frozen=True, slots=True)
class Course:
    """A programme that is offered to the partnership; hours of teaching."""

    type: ProgrammeType
    country: str
    hours: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What is compared with: percent of the places, hours, actor classes of eight."""

    dependent_above_percent: int = 50
    longest_training_hours: int = 4_800  # three years of 1,600 hours: "months to a few years"
    least_actor_classes: int = 3


@dataclass(frozen=True, slots=True)
class Terms:
    """What the record says, besides what guards look at."""

    limits: Limits = Limits()
    actors: tuple[Actor, ...] = ()
    courses: tuple[Course, ...] = ()
    quotas: tuple[int, ...] = ()  # away placements a year, by corridor
    switch_rule: bool = False
    reviews: int = 0  # dates of reviews and evaluations, and 1 for a cadence of meetings
    policy_frames: int = 0
    recognition: RecognitionCoverage | None = None
    recognition_authority: bool = False
    contract_template: bool = False
    places: Mapping[UUID, int] = field(default_factory=dict)  # of open vacancies, by employer


@dataclass(frozen=True, slots=True)
class Test:
    """One question to the record, and what was seen in it."""

    code: str
    passed: bool
    evidence: tuple[str, ...]


def gsp_tests(facts: Facts, terms: Terms) -> list[Test]:
    """The six tests, in the order of CGD's features."""
    origins = sorted({way.origin for way in facts.corridors})
    employers = {
        side: sum(a.employs for a in terms.actors if a.side == side) for side in (Side.ORIGIN, Side.DESTINATION)
    }
    public = sum(actor.sector in _PUBLIC for actor in terms.actors)
    private = sum(actor.sector == Sector.PRIVATE for actor in terms.actors)
    semi_skilled = [target.isco08 for target in facts.targets if target.isco08[:1] in SEMI_SKILLED]
    longest = max((course.hours for course in terms.courses), default=0)
    at_origin = [course for course in terms.courses if course.country in origins]
    regular = sum(bool(way.pathway) and quota > 0 for way, quota in zip(facts.corridors, terms.quotas, strict=True))
    return [
        Test(
            "MANAGES_MIGRATION_PRESSURE",
            0 < regular == len(facts.corridors),
            (f"corridors: {len(facts.corridors)}, with pathway and quota: {regular}",),
        ),
        Test(
            "EMPLOYERS_OF_BOTH_SIDES",
            min(employers.values()) > 0,
            tuple(f"parties that employ, {side}: {number}" for side, number in employers.items()),
        ),
        Test(
            "PUBLIC_PRIVATE_SEMI_SKILLED",
            public > 0 and private > 0 and bool(semi_skilled) and longest <= terms.limits.longest_training_hours,
            (
                f"public parties: {public}, private: {private}",
                f"targets of skill level 2 or 3: {', '.join(semi_skilled) or 'none'}",
                f"longest training: {longest} hours of at most {terms.limits.longest_training_hours}",
            ),
        ),
        Test(
            "SKILLS_BEFORE_MIGRATION",
            bool(at_origin),
            (f"programmes in {', '.join(origins) or 'no origin'}: {len(at_origin)} of {len(terms.courses)}",),
        ),
        Test(
            "HOME_AND_AWAY_BUNDLED",
            facts.home_places > 0 and facts.away_places > 0,
            (f"home_places: {facts.home_places}", f"away_places: {facts.away_places}"),
        ),
        Test(
            "FLEXIBLE",
            bool(facts.targets) and (terms.switch_rule or terms.reviews > 0),
            (
                f"target occupations: {len(facts.targets)}",
                f"track_switch_rule: {'set' if terms.switch_rule else 'absent'}, reviews planned: {terms.reviews}",
            ),
        ),
    ]


def is_gsp(tests: list[Test]) -> bool:
    """Whether tests 2, 4 and 5 hold."""
    return all(tests[number - 1].passed for number in (2, 4, 5))


def smp_components(facts: Facts, terms: Terms) -> list[Test]:
    """The five components of IOM's skills mobility partnership (S-80)."""
    classes = breadth(terms.actors)
    recognised = terms.recognition in _RECOGNISED
    least = terms.limits.least_actor_classes
    pathways = sum(bool(way.pathway) for way in facts.corridors)
    return [
        Test(
            "STATE_COOPERATION",
            bool(facts.agreements),
            (f"agreements that both sides signed: {', '.join(sorted(facts.agreements)) or 'none'}",),
        ),
        Test(
            "MULTI_STAKEHOLDER",
            len(classes) >= least,
            (f"actor classes with a signed role: {', '.join(classes) or 'none'}; {least} are asked for",),
        ),
        Test("TRAINING", bool(terms.courses), (f"programmes offered to it: {len(terms.courses)}",)),
        Test("SKILLS_RECOGNITION", recognised, (f"recognition.status: {terms.recognition or 'absent'}",)),
        Test(
            "MOBILITY",
            facts.away_places > 0 and pathways > 0,
            (f"away_places: {facts.away_places}", f"corridors with a pathway: {pathways}"),
        ),
    ]


def smp_prerequisites(facts: Facts, terms: Terms) -> list[Test]:
    """IOM's eight prerequisites; the number that holds is the readiness, 0 to 8."""
    dated = facts.planned_start is not None and facts.planned_end is not None
    classes = breadth(terms.actors)
    least = terms.limits.least_actor_classes
    decided = {(decision.isco08) for decision in facts.decisions}
    undecided = sorted({target.isco08 for target in facts.targets} - decided)
    social = sum(course.type in _SOCIAL for course in terms.courses)
    budget = sum(bool(payers) for payers in (facts.shares or {}).values())
    return [
        Test(
            "PLANNING",
            dated and terms.reviews > 0,
            (f"planned dates: {'set' if dated else 'absent'}", f"reviews planned: {terms.reviews}"),
        ),
        Test(
            "STAKEHOLDERS_AND_COHERENCE",
            len(classes) >= least and terms.policy_frames > 0,
            (f"actor classes with a signed role: {len(classes)} of {least}", f"policy_frames: {terms.policy_frames}"),
        ),
        Test(
            "EVIDENCE",
            bool(facts.targets) and not undecided,
            (f"target occupations without a joint decision in force: {', '.join(undecided) or 'none'}",),
        ),
        Test("LOCAL_DEVELOPMENT", facts.home_places > 0, (f"home_places: {facts.home_places}",)),
        Test(
            "SKILLS_CLASSIFICATION",
            facts.gap_analysis and terms.recognition_authority and bool(facts.targets),
            (
                f"gap analysis: {'there' if facts.gap_analysis else 'absent'}",
                f"recognition.authority: {'named' if terms.recognition_authority else 'absent'}",
            ),
        ),
        Test("SOCIAL_CONSIDERATIONS", social > 0, (f"programmes before departure, on arrival, between: {social}",)),
        Test("FINANCING", budget > 0, (f"cost groups with payers: {budget}",)),
        Test(
            "WELFARE",
            facts.employer_pays and facts.channels >= 2 and facts.independent_channels >= 1 and terms.contract_template,
            (
                f"employer_pays: {facts.employer_pays}",
                f"grievance channels: {facts.channels}, independent: {facts.independent_channels}",
                f"contract template: {'there' if terms.contract_template else 'absent'}",
            ),
        ),
    ]


def breadth(actors: tuple[Actor, ...]) -> list[Sector]:
    """The actor classes, of eight, that hold a signed role (S-19)."""
    return sorted({actor.sector for actor in actors if actor.signed})


def activity(actors: tuple[Actor, ...]) -> tuple[int, int]:
    """Organisations that acted of late, and all (S-60)."""
    acted = {actor.organisation_id for actor in actors if actor.acted}
    return len(acted), len({actor.organisation_id for actor in actors})


def largest_share(places: Mapping[UUID, int]) -> float | None:
    """The share of the places that the largest employer offers, 0 to 1; None without places (S-32)."""
    total = sum(places.values())
    return max(places.values()) / total if total else None


def dependences(facts: Facts, terms: Terms) -> list[str]:
    """What the partnership could not do without (S-32)."""
    largest = largest_share(terms.places)
    return [
        flag
        for flag, holds in (
            ("ONE_EMPLOYER", largest is not None and largest * 100 > terms.limits.dependent_above_percent),
            ("ONE_CORRIDOR", len(facts.corridors) == 1),
            ("ONE_OCCUPATION", len({target.isco08 for target in facts.targets}) == 1),
        )
        if holds
    ]


def funding(shares: Mapping[str, Mapping[str, float]] | None) -> tuple[float, float, float] | None:
    """Mean percent, over the cost groups, that public, private and trainee payers bear; None without a matrix."""
    groups = [payers for payers in (shares or {}).values() if payers]
    if not groups:
        return None

    def mean(wanted: set[Payer]) -> float:
        return sum(percent for payers in groups for payer, percent in payers.items() if payer in wanted) / len(groups)

    return mean(_PUBLIC_PAYERS), mean(_PRIVATE_PAYERS), mean({Payer.WORKER})
