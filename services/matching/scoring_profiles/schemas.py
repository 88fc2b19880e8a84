"""How the employer's side of a score is weighed, as it is published."""

from typing import Literal

from pydantic import ConfigDict, Field

from services.kit.pagination import Page
from services.kit.schemas import Out
from services.matching.coverage import STAND_INS
from services.matching.weights import EVIDENCE, WeightProfile

OMEGA_RULE = (
    "Inverse document frequency over the occupations of the taxonomy version that a match names: "
    "(1 + ln((n + 1) / (df + 1))) / mean, four decimals; n occupations, df of which name the skill. 1 for a skill "
    "that no occupation names."
)
_FORMULA = (
    "A is the weighted mean of the known terms. E and O share their weight in proportion to E times the weight of the "
    "essential skills asked and O times that of the optional ones. E, O = sum(omega * credit) / sum(omega); "
    "credit = similarity * min(1, level held / level asked) * evidence, of the best skill held. "
    "S = x / (x + half_shared), x = sum(omega * credit) of the skills held under the same URI. "
    "L = mean of 1 + .25 * (CEFR held - asked), at most 1. X = months / months asked, at most 1. "
    "Q = 1 at or above the EQF level asked, .7 one below with experience that counts, else .3. "
    "Match = 2AB / (A + B), B the weighted mean of the candidate's declared wishes."
)


class ScoringProfileOut(Out):
    """Weights in force for a family of occupations. A published profile never changes; another version replaces it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "crafts-2",
                    "version": 2,
                    "status": "IN_FORCE",
                    "isco08": ["6", "7", "8"],
                    "reason": "Growers, craft workers, operators and assemblers: what was done counts more.",
                    "weights": {"E": 0.25, "O": 0.075, "S": 0.325, "L": 0.1, "X": 0.15, "Q": 0.1},
                    "formula": _FORMULA,
                    "omega_rule": OMEGA_RULE,
                    "half_shared": 7.0,
                    "minimum_essential_coverage": 0.5,
                    "covered_from": 0.5,
                    "equivalent_months": 24,
                    "evidence": dict(EVIDENCE),
                    "similarity": dict(STAND_INS),
                }
            ]
        }
    )

    name: str = Field(description="Family and version, as matches name it in `versions.profile`.")
    version: int
    status: Literal["IN_FORCE"]
    isco08: list[str] = Field(
        max_length=50,
        description="Beginnings of ISCO-08 codes it is for; the longest that fits decides. Empty: the rest.",
    )
    reason: str
    weights: dict[str, float] = Field(description="By term: E essential, O optional, S shared, L, X, Q. They sum to 1.")
    formula: str
    omega_rule: str = Field(description="What a skill weighs.")
    half_shared: float = Field(description="Total weight of shared skills at which S is .5; an average skill is 1.")
    minimum_essential_coverage: float = Field(description="Least E that passes gate H08.")
    covered_from: float = Field(description="Least credit of a skill that counts as matched; also for critical ones.")
    equivalent_months: int = Field(description="Months of experience that stand in for one EQF level.")
    evidence: dict[str, float] = Field(description="Factor by class of evidence.")
    similarity: dict[str, float] = Field(description="Credit of a skill that stands in for the one asked.")

    @classmethod
    def of(cls, profile: WeightProfile) -> "ScoringProfileOut":
        """As published."""
        return cls(
            name=profile.name,
            version=int(profile.name.rpartition("-")[2]),
            status="IN_FORCE",
            isco08=list(profile.isco08),
            reason=profile.reason,
            weights=dict(profile.a),
            formula=_FORMULA,
            omega_rule=OMEGA_RULE,
            half_shared=profile.half_shared,
            minimum_essential_coverage=profile.e_min,
            covered_from=profile.covered,
            equivalent_months=profile.equivalent_months,
            evidence=dict(profile.evidence),
            similarity=dict(STAND_INS),
        )


class ScoringProfilesOut(Page[ScoringProfileOut]):
    """All profiles in force, on one page."""
