"""The explanation of a score as it is sent. Pure, apart from pydantic."""

from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from services.kit.schemas import Out
from services.matching.gates import Gate
from services.matching.scoring import B_TERMS, Explanation, SkillCredit, Term
from services.matching.wording import of_gate

# Not the employer's to read: age, wishes and limits of the person. Of H11 an authority tells the employer itself.
_PRIVATE_GATES = frozenset({"H01", "H03", "H11", "H13", "H14"})


class TermOut(Out):
    """One term of the score. `weight` × `value` = `contribution`; all contributions add up to the score, and the
    `side_contribution` of one side's terms to the value of that side."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "E",
                    "side": "EMPLOYER",
                    "weight": 0.3,
                    "value": 0.8,
                    "contribution": 0.24,
                    "side_contribution": 0.48,
                    "evidence": "4 of 5 essential skills",
                    "source_date": "2026-06-01",
                }
            ]
        }
    )

    name: str = Field(examples=["E"])
    side: Literal["EMPLOYER", "CANDIDATE"]
    weight: float
    value: float
    contribution: float
    side_contribution: float
    evidence: str
    source_date: date | None


class DroppedOut(Out):
    """A term that does not apply or is not known; its weight was shared out among the others."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "X", "weight": 0.1, "reason": "unknown", "detail": "no experience is recorded"}]
        }
    )

    name: str
    weight: float
    reason: Literal["unknown", "not_applicable"]
    detail: str


class SkillOut(Out):
    """A required skill and the held skill that stands in for it best."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uri": "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b",
                    "label": "install photovoltaic systems",
                    "essential": True,
                    "critical": False,
                    "required_level": 3,
                    "by_uri": "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b",
                    "by_label": "install photovoltaic systems",
                    "similarity": 1.0,
                    "level_factor": 1.0,
                    "evidence": "TESTED",
                    "credit": 0.95,
                    "outright": 0.95,
                    "omega": 1.0,
                }
            ]
        }
    )

    uri: str
    label: str
    essential: bool
    critical: bool
    required_level: int
    by_uri: str | None
    by_label: str | None
    similarity: float
    level_factor: float
    evidence: str | None = Field(description="SELF and CV are claims; REFERENCE, TESTED and CERTIFIED are evidence.")
    credit: float = Field(description="Similarity, level and evidence multiplied, 0 to 1.")
    outright: float = Field(description="What the very same skill earns, 0 to 1.")
    omega: float = Field(description="Weight of the skill; 1 on average, more for a rare one.")


class GateStepOut(Out):
    """One change that would help to open a gate, and who can make it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"who": "CANDIDATE", "field": "languages", "to": "fr B2"}]}
    )

    who: Literal["CANDIDATE", "EMPLOYER", "PARTNERSHIP", "AUTHORITY"]
    field: str = Field(description="Of the candidate's profile, or of the vacancy and what bears on it.")
    to: str = Field(description="What is to be new; dates are ISO 8601, money an amount a month and its currency.")


class GateOut(Out):
    """A condition that must hold, what was seen, what is needed and what helps."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "H07",
                    "name": "language",
                    "passed": False,
                    "value": "fr B1",
                    "threshold": "fr B2",
                    "remedy": "Reach French B2 before the start.",
                    "remediable": True,
                    "meaning": "The language level asked is not reached.",
                    "advice": "Take a language course.",
                    "steps": [{"who": "CANDIDATE", "field": "languages", "to": "fr B2"}],
                }
            ]
        }
    )

    code: str = Field(examples=["H07"])
    name: str
    passed: bool
    value: str | int | float | None
    threshold: str | int | float | None
    remedy: str | None
    remediable: bool
    meaning: str | None = Field(None, description="What is not met, in the reader's language; null when it is.")
    advice: str | None = Field(None, description="What helps, in the reader's language; null when it is met.")
    steps: list[GateStepOut] = Field(
        default_factory=list, max_length=5, description="All of them together open the gate; empty when it is passed."
    )


class MatchVersionsOut(Out):
    """Same input and same versions give the same output."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"profile": "3", "taxonomy": "1.2.0", "engine": "1.0"}]})

    profile: str
    taxonomy: str
    engine: str


class ExplanationOut(Out):
    """Why this score: additive terms, skills by URI and label, gates, what is unknown, and versions."""

    employer_side: float | None
    candidate_side: float | None
    terms: list[TermOut] = Field(max_length=20)
    dropped: list[DroppedOut] = Field(max_length=20)
    confidence: float = Field(description="Share of the weight that is backed by known data.")
    matched_skills: list[SkillOut] = Field(max_length=500)
    missing_skills: list[SkillOut] = Field(max_length=500)
    claimed: int = Field(description="Matched skills that are only claimed.")
    evidenced: int = Field(description="Matched skills that are evidenced.")
    gates: list[GateOut] = Field(max_length=20)
    versions: MatchVersionsOut


def for_candidate(explanation: Explanation, language: str = "en") -> ExplanationOut:
    """All of it: for the organisation that registered the person. Gates are put into words of `language`."""
    return _out(explanation, list(explanation.gates), explanation.b_terms, language)


def for_employer(explanation: Explanation, language: str = "en") -> ExplanationOut:
    """Without the person's wishes one by one and without what private gates saw. The candidate's side is then one
    term, so that contributions still add up to the score."""
    gates = [
        Gate(g.code, g.name, g.passed, None, None, None, g.remediable) if g.code in _PRIVATE_GATES else g
        for g in explanation.gates
    ]
    b = explanation.b
    wishes = () if b is None else (Term("wishes", 1.0, b, b, "the candidate's own preferences", None),)
    shown = _out(explanation, gates, wishes, language)
    shown.dropped = [each for each in shown.dropped if each.name not in B_TERMS]
    return shown


def gate(of: Gate, language: str) -> GateOut:
    """A gate with what it means and what helps."""
    shown = GateOut.model_validate(of)
    if not of.passed and (words := of_gate(of.code, language)):
        shown.meaning, shown.advice = words
    return shown


def _out(explanation: Explanation, gates: list[Gate], wishes: tuple[Term, ...], language: str) -> ExplanationOut:
    a_part, b_part = _shares(explanation.a, explanation.b)
    return ExplanationOut(
        employer_side=explanation.a,
        candidate_side=explanation.b,
        terms=[_term(t, "EMPLOYER", a_part) for t in explanation.a_terms]
        + [_term(t, "CANDIDATE", b_part) for t in wishes],
        dropped=[DroppedOut.model_validate(each) for each in explanation.dropped],
        confidence=explanation.confidence,
        matched_skills=[_skill(credit) for credit in explanation.matched_skills],
        missing_skills=[_skill(credit) for credit in explanation.missing_skills],
        claimed=explanation.claimed,
        evidenced=explanation.evidenced,
        gates=[gate(each, language) for each in gates],
        versions=MatchVersionsOut(**explanation.versions),
    )


def _shares(a: float | None, b: float | None) -> tuple[float, float]:
    """How much of each side's value goes into the score: R = 2AB/(A+B) = A·B/(A+B) + B·A/(A+B)."""
    if a is None or b is None:
        return 1.0, 1.0
    return (b / (a + b), a / (a + b)) if a + b else (0.0, 0.0)


def _term(term: Term, side: Literal["EMPLOYER", "CANDIDATE"], part: float) -> TermOut:
    return TermOut(
        name=term.name,
        side=side,
        weight=term.weight * part,
        value=term.value,
        contribution=term.contribution * part,
        side_contribution=term.contribution,
        evidence=term.evidence,
        source_date=term.source_date,
    )


def _skill(credit: SkillCredit) -> SkillOut:
    return SkillOut.model_validate(credit)
