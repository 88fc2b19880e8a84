"""What a candidate's skills are worth for those that a vacancy asks: credit a skill, and the terms E, O and S. Pure."""

from dataclasses import dataclass

from services.matching.profiles import HeldSkill, RequiredSkill
from services.matching.similarity import GROUP, NARROWER, SAME, Taxonomy
from services.matching.weights import DEFAULT_PROFILE, WeightProfile

STAND_INS = {"SAME": SAME, "BROADER_OR_NARROWER": NARROWER, "SAME_GROUP": GROUP}


@dataclass(frozen=True, slots=True)
class SkillCredit:
    """One required skill of weight ω and the held skill that earns most for it (None when nothing does). `outright` is
    what the very same skill earns."""

    uri: str
    label: str
    essential: bool
    critical: bool
    required_level: int
    by_uri: str | None
    by_label: str | None
    similarity: float
    level_factor: float
    evidence: str | None
    credit: float
    outright: float
    omega: float


class Holdings:
    """A candidate's skills arranged so that the best stand-in for a required skill is found by look-up."""

    def __init__(
        self, skills: tuple[HeldSkill, ...], taxonomy: Taxonomy, profile: WeightProfile = DEFAULT_PROFILE
    ) -> None:
        self.taxonomy, self.profile = taxonomy, profile
        self.by_uri: dict[str, list[HeldSkill]] = {}
        self.by_group: dict[str, list[HeldSkill]] = {}
        for skill in sorted(skills, key=lambda held: (held.uri, held.evidence, held.level, str(held.dated))):
            self.by_uri.setdefault(skill.uri, []).append(skill)
            for group in taxonomy.groups(skill.uri):
                self.by_group.setdefault(group, []).append(skill)

    def best(self, required: RequiredSkill, language: str = "en") -> SkillCredit:
        """Credit = similarity · min(1, level / required) · evidence, the best one; ties go to the first URI."""
        near = [(SAME, held) for held in self.by_uri.get(required.uri, ())]
        for uri in self.taxonomy.related.get(required.uri, ()):
            near += [(NARROWER, held) for held in self.by_uri.get(uri, ())]
        for group in self.taxonomy.groups(required.uri):
            near += [(GROUP, held) for held in self.by_group.get(group, ())]
        chosen: tuple[float, float, float, HeldSkill] | None = None
        outright = 0.0
        # A skill may come twice, also by a weaker tie; the stronger one then earns more.
        for alike, held in near:
            level = min(1.0, held.level / required.level)
            credit = alike * (level * self.profile.evidence[held.evidence])
            if alike == SAME:
                outright = max(outright, credit)
            if chosen is None or (-credit, -alike, held.uri) < (-chosen[0], -chosen[1], chosen[3].uri):
                chosen = (credit, alike, level, held)
        label, omega = self.taxonomy.label(required.uri, language), self.taxonomy.weight(required.uri)
        asked = (required.uri, label, required.essential, required.critical, required.level)
        if chosen is None:
            return SkillCredit(*asked, None, None, 0.0, 0.0, None, 0.0, 0.0, omega)
        credit, alike, level, held = chosen
        by = self.taxonomy.label(held.uri, language)
        return SkillCredit(*asked, held.uri, by, alike, level, held.evidence, credit, outright, omega)


def mean_credit(credits: list[SkillCredit]) -> float | None:
    """Σ ω·credit / Σ ω; None when no skill is asked."""
    total = 0.0
    for skill in credits:
        total += skill.omega * skill.credit
    weights = asked_weight(credits)
    return total / weights if weights else None


def asked_weight(credits: list[SkillCredit]) -> float:
    """Σ ω."""
    weights = 0.0
    for skill in credits:
        weights += skill.omega
    return weights


def shared(credits: list[SkillCredit], profile: WeightProfile) -> float | None:
    """S = x / (x + h) with x = Σ ω·outright, over essential, then optional skills; None when none is asked."""
    totals = {True: 0.0, False: 0.0}
    for skill in credits:
        totals[skill.essential] += skill.omega * skill.outright
    total = totals[True] + totals[False]
    return total / (total + profile.half_shared) if credits else None


def skill_terms(
    credits: list[SkillCredit], profile: WeightProfile
) -> list[tuple[str, float, float | None, list[SkillCredit]]]:
    """E, O and S: name, weight, value (None where no such skill is asked) and the skills it is made of."""
    essential = [credit for credit in credits if credit.essential]
    optional = [credit for credit in credits if not credit.essential]
    e_weight, o_weight = profile.coverage_weights(asked_weight(essential), asked_weight(optional))
    return [
        ("E", e_weight, mean_credit(essential), essential),
        ("O", o_weight, mean_credit(optional), optional),
        ("S", profile.a["S"], shared(credits, profile), [credit for credit in credits if credit.outright > 0]),
    ]


def to_learn(credits: list[SkillCredit], profile: WeightProfile) -> tuple[RequiredSkill, ...]:
    """The critical skills below their threshold, then the essential ones that add most, until E is enough."""
    essential = [credit for credit in credits if credit.essential]
    weak = [credit for credit in essential if credit.critical and credit.credit < profile.covered]
    others = sorted(essential, key=lambda each: (-each.omega * (1.0 - each.credit), each.uri))
    reached, whole, chosen = 0.0, asked_weight(essential), list(weak)
    for credit in essential:
        reached += credit.omega * (1.0 if credit in weak else credit.credit)
    for credit in others:
        if whole and reached / whole < profile.e_min and credit not in chosen:
            chosen.append(credit)
            reached += credit.omega * (1.0 - credit.credit)
    return tuple(RequiredSkill(c.uri, c.required_level, True, c.critical) for c in chosen)
