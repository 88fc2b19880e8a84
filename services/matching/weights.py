"""Published weight profiles: how much each term of the employer side counts, by family of occupations.

A profile is named by family and version and never changes once published: what replaces it gets the next version,
and the old one stays here, so that a stored match can be computed again. The weights of skills (ω) belong to the
version of the taxonomy (`similarity.weights_of`).

Skills have .65 of the weight in every family, as in the guidance: half of it for coverage (E and O), half for what is
shared outright (S). With coverage alone vacancies that ask little came first (benchmarks/quality). Families differ only
in how the other .35 is divided between language, experience and qualification. That is a judgement, not a
measurement, and is published so that it can be disputed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

EVIDENCE: Mapping[str, float] = {"SELF": 0.6, "CV": 0.7, "REFERENCE": 0.8, "TESTED": 0.95, "CERTIFIED": 1.0}
A_TERMS = ("E", "O", "S", "L", "X", "Q")


def _weights(language: float, experience: float, qualification: float) -> dict[str, float]:
    return {"E": 0.25, "O": 0.075, "S": 0.325, "L": language, "X": experience, "Q": qualification}


@dataclass(frozen=True, slots=True)
class WeightProfile:
    """`a`: weight by term. E to O is what an essential skill counts to an optional one: the two share their weight in
    proportion to what a vacancy asks. `evidence`: factor by class. `half_shared`: S is one half when skills of this
    total weight are shared (an average skill weighs 1). `e_min`, `covered`: thresholds of E and one critical skill in
    gate H08. `equivalent_months`: experience that stands in for one EQF level. `isco08`: beginnings of the codes of its
    occupations; empty for all that no other profile names."""

    name: str = "default-2"
    isco08: tuple[str, ...] = ()
    reason: str = "What the guidance on matching proposes for all occupations."
    a: Mapping[str, float] = field(default_factory=lambda: _weights(0.15, 0.10, 0.10))
    evidence: Mapping[str, float] = field(default_factory=lambda: EVIDENCE)
    half_shared: float = 7.0
    e_min: float = 0.5
    covered: float = 0.5
    equivalent_months: int = 24

    def coverage_weights(self, essential: float, optional: float) -> tuple[float, float]:
        """Weights of E and O for a vacancy whose essential and optional skills have these total weights."""
        e, o = self.a["E"] * essential, self.a["O"] * optional
        both = self.a["E"] + self.a["O"]
        return (both * e / (e + o), both * o / (e + o)) if e + o > 0 else (0.0, 0.0)


DEFAULT_PROFILE = WeightProfile()
PUBLISHED: tuple[WeightProfile, ...] = (
    DEFAULT_PROFILE,
    WeightProfile(
        "professionals-2",
        ("1", "2"),
        "Managers and professionals: what was studied counts more, language is asked by the vacancy itself.",
        _weights(0.10, 0.10, 0.15),
    ),
    WeightProfile(
        "care-2",
        ("22", "32", "53"),
        "Health professionals and carers: to be understood is part of the care.",
        _weights(0.20, 0.05, 0.10),
    ),
    WeightProfile(
        "service-2",
        ("4", "51", "52", "54"),
        "Clerks, service and sales workers: most of the work is done by speaking.",
        _weights(0.20, 0.10, 0.05),
    ),
    WeightProfile(
        "crafts-2",
        ("6", "7", "8"),
        "Growers, craft workers, operators and assemblers: what was done counts more than what was said.",
        _weights(0.10, 0.15, 0.10),
    ),
    WeightProfile(
        "elementary-2",
        ("9",),
        "Elementary occupations: no qualification is needed for most.",
        _weights(0.15, 0.15, 0.05),
    ),
)
"""In force. Of two whose codes fit an occupation the more specific holds."""

_BY_START = {start: profile for profile in PUBLISHED for start in profile.isco08}


def profile_for(isco08: str) -> WeightProfile:
    """The profile in force for an occupation."""
    starts = (isco08[:length] for length in (4, 3, 2, 1))
    return next((_BY_START[start] for start in starts if start in _BY_START), DEFAULT_PROFILE)
