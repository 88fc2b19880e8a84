"""Hard gates: what must hold before a score means anything. Each says what it saw, what it needs, what helps, and as
`steps` what exactly would have to be different and who can make it so.

Remediable are the gates that the candidate can pass by preparing (training, language, recognition) or by
agreeing on dates: H02, H06, H07, H08, and H10 where only people trained by the partnership may move. A pair that
fails only such gates is a near miss, listed after the passing ones. Not remediable here: consent (H01: nobody is
listed without it), legal age (H03), no legal pathway (H04), a wage below its floor (H05: the vacancy must change
first), no place left (H09), an occupation the origin has closed (H10), an employer that may not be matched (H11),
recruitment that workers may have to pay for (H12), and the candidate's own limits (H13, H14), which are theirs to
change and not ours to argue with.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from services.matching.profiles import (
    CEFR_CODE,
    OPEN,
    Candidate,
    Consent,
    HeldSkill,
    Language,
    Money,
    Opening,
    Rates,
    Recognition,
    RequiredSkill,
    in_euro,
    language_levels,
    side_of,
    within_limits,
)
from services.matching.recruitment import Recruitment, Standing
from services.matching.remedies import Gate as Gate
from services.matching.remedies import Step, verdict
from services.matching.safeguards import (
    ANYWHERE,
    BLOCKED,
    PROTECTED,
    Access,
    Incumbency,
    Pathway,
    Ruling,
    incumbency,
    ruling,
)
from services.matching.safeguards import OPEN as OPEN_TO_ALL

LEGAL_AGE = 18
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Coverage:
    """Essential coverage E (None: no essential skill asked), the critical skills below their threshold, and the skills
    to learn, most needed first, to pass."""

    essential: float | None
    critical_missing: tuple[str, ...]
    e_min: float
    critical_min: float
    to_learn: tuple[RequiredSkill, ...] = ()


def evaluate(candidate: Candidate, opening: Opening, coverage: Coverage, rates: Rates, today: date) -> tuple[Gate, ...]:
    """All gates of this pair, in order of code."""
    start = earliest_start(candidate, opening, today)
    rule = _ruling(candidate, opening, today)
    return (
        _consent(candidate, opening, today),
        _availability(candidate, opening, start, today),
        _age(candidate, opening, start, rule),
        _pathway(candidate, opening, start, rule),
        _wage_floor(opening, rule),
        _regulated(candidate, opening),
        _language(candidate, opening),
        _essential(candidate, coverage),
        _quota(candidate, opening),
        safeguard_gate(candidate, opening, today),
        employer_gate(opening),
        fee_gate(opening),
        _veto(candidate, opening, rates),
        _track(candidate, opening),
    )


def away_gates(candidate: Candidate, opening: Opening, today: date, start: date | None = None) -> tuple[Gate, ...]:
    """The gates that can close behind a proposal. `start` is when the job begins, if known."""
    begins = start or earliest_start(candidate, opening, today)
    return (
        pathway_gate(candidate, opening, begins, today),
        safeguard_gate(candidate, opening, today),
        employer_gate(opening),
        fee_gate(opening),
    )


def near_miss(gates: tuple[Gate, ...]) -> bool:
    return {gate.remediable for gate in gates if not gate.passed} == {True}


def offer_stands(opening: Opening) -> bool:
    """The part of H05, H11 and H12 that is the same for everybody."""
    paid = opening.wage_floor is None or opening.gross_monthly_wage >= opening.wage_floor
    return paid and opening.employer.good and opening.recruitment.fee_free


def earliest_start(candidate: Candidate, opening: Opening, today: date) -> date:
    return max(opening.start_from, candidate.available_from, today)


def age_on(day: date, birth: date) -> int:
    """Completed years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def reaches(age: int, birth: date) -> date:
    """The day on which somebody has completed so many years."""
    leap_day = (birth.month, birth.day) == (2, 29)
    return date(birth.year + age, 3, 1) if leap_day else birth.replace(year=birth.year + age)


def recognised_on(candidate: Candidate, isco08: str, country: str) -> date | None:
    """From when qualifications count for the occupation there: `date.min` when they do already, None if never."""
    days = [
        counts_from(entry)
        for entry in candidate.recognition
        if isco08.startswith(entry.isco08) and entry.country in (None, country)
    ]
    return min((day for day in days if day is not None), default=None)


def counts_from(entry: Recognition) -> date | None:
    if entry.status in ("FULL", "NOT_REQUIRED"):
        return date.min
    return entry.path_ends_on if entry.status == "PARTIAL" else None


def tracks(candidate: Candidate) -> frozenset[str]:
    """The sides the candidate may be matched on; a choice once made stands before the preference."""
    track = candidate.track_chosen or candidate.preferences.track
    return frozenset({"HOME", "AWAY"} if track == "EITHER" else {track})


def _listed(*entries: Entry) -> tuple[Entry, ...]:
    """In one order, whatever order they were stated in."""
    return tuple(sorted(entries, key=repr))


def _ruling(candidate: Candidate, opening: Opening, today: date) -> Ruling | None:
    """What the law and the safeguards say; None for a job at home."""
    return None if side_of(candidate, opening) == "HOME" else ruling(opening.access, candidate.mover, today)


def _through(opening: Opening, pathway: Pathway) -> Step:
    """Another pathway in place of those there are."""
    access = tuple(replace(each, pathways=(pathway,)) for each in opening.access or (Access(),))
    to = f"{pathway.key}: {pathway.valid_from}/{pathway.valid_to}, age {pathway.min_age}-{pathway.max_age}"
    return Step("AUTHORITY", "access", to, access)


def _consent(candidate: Candidate, opening: Opening, today: date) -> Gate:
    consent, needed = candidate.consent, f"MATCHING_{side_of(candidate, opening)}"
    seen = f"{consent.state(today)}: {', '.join(sorted(consent.scopes)) or 'no scope'}"
    seen += f"; withdrawn: {', '.join(sorted(consent.lost))}" if consent.lost else ""
    seen += "" if (extends := within_limits(candidate, opening)) else "; not for this country, employer or sector"
    given = [Step("CANDIDATE", "consent", needed, Consent(consent.scopes | {needed}, today))]
    remedy = "reconfirm that the person still looks" if consent.dormant else f"give or renew consent to {needed}"
    return verdict("H01", "CONSENT", consent.covers(needed, today) and extends, seen, needed, remedy, given)


def _availability(candidate: Candidate, opening: Opening, start: date, today: date) -> Gate:
    steps = []
    if opening.start_to < start:
        steps.append(Step("EMPLOYER", "start_to", str(start), start))
    if candidate.available_to is not None and candidate.available_to < start:
        steps.append(Step("CANDIDATE", "available_to", str(start), start))
    seen = f"{candidate.available_from}/{candidate.available_to or '..'}"
    needed = f"{opening.start_from}/{opening.start_to}"
    gate = verdict("H02", "AVAILABILITY", not steps, seen, needed, "agree on other dates", steps)
    if opening.start_to >= today:
        return gate
    # Nobody can move a date that has passed.
    return replace(gate, remedy="wait for a new start date", remediable=False)


def _age(candidate: Candidate, opening: Opening, start: date, rule: Ruling | None) -> Gate:
    """The strictest of the law on work, the vacancy and, abroad, the pathway."""
    way = rule.pathway if rule else None
    low = max(LEGAL_AGE, opening.min_age or 0, way.min_age if way else 0)
    limits = [limit for limit in (opening.max_age, way.max_age if way else None) if limit is not None and limit < 999]
    high, age = min(limits, default=None), age_on(start, candidate.birth_date)
    needed = f"{low}-{high}" if high is not None else f"{low}+"
    steps: list[Step] = []
    remedy = "another vacancy or pathway may have another range"
    if age < low:
        day = reaches(low, candidate.birth_date)
        remedy = f"a start from {day} on"
        steps.append(Step("EMPLOYER", "start_from", str(day), day))
    if high is not None and age > high:
        if opening.max_age is not None and opening.max_age < age:
            steps.append(Step("EMPLOYER", "max_age", str(age), age))
        if way is not None and way.max_age < age:
            steps.append(_through(opening, way._replace(max_age=age)))
    return verdict("H03", "AGE_LEGAL", not steps, age, needed, remedy, steps)


def pathway_gate(candidate: Candidate, opening: Opening, start: date, today: date) -> Gate:
    """H04: abroad, a legal pathway must be open on the day the person can start."""
    return _pathway(candidate, opening, start, _ruling(candidate, opening, today))


def _pathway(candidate: Candidate, opening: Opening, start: date, rule: Ruling | None) -> Gate:
    if rule is None:
        return verdict("H04", "PATHWAY_VALID", True, "at home", None)
    way, who = rule.pathway, candidate.mover
    passed = way is not None and way.valid_from <= start <= way.valid_to and way.fits
    seen = f"{way.key} {way.valid_from}/{way.valid_to}" if way else "none"
    if way and way.max_months is not None:
        seen += f", contracts of at most {way.max_months} months"
    remedy = "another pathway or corridor, or a job at home"
    if way and way.contracts:
        seen += f", contracts {'/'.join(way.contracts)}"
        remedy = f"a contract that is {' or '.join(way.contracts)}; {remedy}"
    if way and way.occupations:
        seen += f", occupations {'/'.join(way.occupations)} of ISCO-08"
        remedy = f"an occupation of ISCO-08 {', '.join(way.occupations)}; {remedy}"
    needed = f"a pathway from {who.residence} to {opening.country} on {start}"
    # A residence is named to anybody, what else the law asks only where a pathway asks for it.
    laws = [each for access in opening.access for each in access.pathways]
    if way is None and any(each.personas for each in laws):
        needed += f" for {who.persona}"
    if way is None and any(each.nationality for each in laws):
        needed += f", national of {who.nationality}"
    new = Pathway(ANYWHERE, "another", start, start)
    if way:
        last = max(start, way.valid_to)
        new = way._replace(valid_from=start, valid_to=last, max_months=None, occupations=(), contracts=())
    steps = [_through(opening, new)]
    return verdict("H04", "PATHWAY_VALID", passed, seen, needed, remedy, steps)


def safeguard_gate(candidate: Candidate, opening: Opening, today: date) -> Gate:
    """H10: abroad, the safeguard of the origin must admit the person. It limits what the partnership recruits: people
    keep the right to leave and to apply on their own."""
    rule = _ruling(candidate, opening, today)
    if rule is None:
        return verdict("H10", "SAFEGUARD", True, "at home", None)
    seen = f"{rule.mode} ({rule.why})"
    if rule.strictness == BLOCKED:
        needed = "recruitment by the partnership open"
        return Gate("H10", "SAFEGUARD", False, seen, needed, _INSTEAD, False, (_at_home(candidate),))
    if rule.strictness == PROTECTED and (kept := _kept_at_origin(candidate, opening, seen)):
        return kept
    passed = rule.strictness == OPEN_TO_ALL or candidate.trained_by_partnership
    needed = "nothing" if rule.strictness == OPEN_TO_ALL else "trained and certified by the partnership"
    remedy = None if passed else "complete a course of the partnership; you may always apply on your own"
    return Gate("H10", "SAFEGUARD", passed, seen, needed, remedy, True, () if passed else (_TRAINED,))


_INSTEAD = "a job at home or another occupation; you may always apply on your own"
_TRAINED = Step("CANDIDATE", "trained_by_partnership", "true", True)


def _at_home(candidate: Candidate) -> Step:
    return Step("EMPLOYER", "country", candidate.residence, candidate.residence)


def _kept_at_origin(candidate: Candidate, opening: Opening, mode: str) -> Gate | None:
    """PROTECTED: nobody is recruited away from the public service of an occupation that the origin lacks."""
    minor = opening.isco08[:3]
    found = incumbency(candidate.post, minor)
    if found is Incumbency.NO:
        return None
    needed = f"not in the public service of ISCO-08 group {minor} at origin"
    if found is Incumbency.UNKNOWN:
        remedy = "state origin_employment and occupations; you may always apply on your own"
        stated = Step("CANDIDATE", "origin_employment", "other than PUBLIC_SERVICE", "PRIVATE_SECTOR")
        seen = f"{mode}, employment at origin unknown"
        return Gate("H10", "SAFEGUARD", False, seen, needed, remedy, True, (stated, _TRAINED))
    seen = f"{mode}, in the public service"
    return Gate("H10", "SAFEGUARD", False, seen, needed, _INSTEAD, False, (_at_home(candidate),))


def _wage_floor(opening: Opening, rule: Ruling | None) -> Gate:
    """The highest of statutory, collective and partnership floors and, abroad, the pathway's threshold."""
    way = rule.pathway if rule else None
    floors = [each for each in (opening.wage_floor, way.min_wage if way else None) if each is not None]
    floor = max(floors, default=None)
    passed = floor is None or opening.gross_monthly_wage >= floor
    seen = f"{opening.gross_monthly_wage} {opening.currency}"
    needed = f"{floor} {opening.currency}" if floor is not None else None
    steps = [Step("EMPLOYER", "gross_monthly_wage", str(needed), floor)]
    return verdict("H05", "WAGE_FLOOR", passed, seen, needed, f"raise the gross wage to {needed}", steps)


def _regulated(candidate: Candidate, opening: Opening) -> Gate:
    if not opening.regulated:
        return verdict("H06", "REGULATED", True, "not regulated", None)
    ready = recognised_on(candidate, opening.isco08, opening.country)
    passed = ready is not None and ready <= opening.start_to
    seen = "none" if ready is None else "FULL" if ready == date.min else f"PARTIAL until {ready}"
    needed = f"recognised for {opening.isco08} in {opening.country} by {opening.start_to}"
    full = Recognition(opening.isco08, "FULL", None, opening.country)
    step = Step("CANDIDATE", "recognition", needed, _listed(*candidate.recognition, full))
    return verdict("H06", "REGULATED", passed, seen, needed, "recognition plan ending before the start", [step])


def _language(candidate: Candidate, opening: Opening) -> Gate:
    have, asked = language_levels(candidate.languages), language_levels(opening.languages)
    short = [code for code, level in asked.items() if have.get(code, 0) < level]
    seen = ", ".join(f"{code} {CEFR_CODE.get(have.get(code, 0), 'none')}" for code in asked) or None
    needed = ", ".join(f"{code} {CEFR_CODE[level]}" for code, level in asked.items()) or None
    courses = ", ".join(f"{code} to {CEFR_CODE[asked[code]]}" for code in short)
    learned = tuple(Language(code, CEFR_CODE[asked[code]]) for code in short)
    to = ", ".join(f"{each.code} {each.cefr}" for each in learned)
    step = Step("CANDIDATE", "languages", to, _listed(*candidate.languages, *learned))
    return verdict("H07", "LANGUAGE_MIN", not short, seen, needed, f"language course: {courses}", [step])


def _essential(candidate: Candidate, coverage: Coverage) -> Gate:
    e, missing = coverage.essential, coverage.critical_missing
    passed = (e is None or e >= coverage.e_min) and not missing
    needed = f"E >= {coverage.e_min}, critical skills >= {coverage.critical_min}"
    remedy = "skill plan" + (f" for {', '.join(missing)}" if missing else "")
    learned = tuple(HeldSkill(each.uri, each.level, "CERTIFIED") for each in coverage.to_learn)
    to = ", ".join(f"{each.uri} at level {each.level}" for each in coverage.to_learn)
    step = Step("CANDIDATE", "skills", to, _listed(*candidate.skills, *learned))
    return verdict("H08", "ESSENTIAL_MIN", passed, e, needed, remedy, [step])


def _quota(candidate: Candidate, opening: Opening) -> Gate:
    """The smallest of what the vacancy, and abroad the corridor, the partnership and the scheme have left."""
    left, of, origin = opening.places_left, "vacancy", candidate.residence
    steps: list[Step] = []
    if left < 1:
        steps.append(Step("EMPLOYER", "places_left", "1", 1))
    quota = opening.quotas.get(origin) if side_of(candidate, opening) == "AWAY" else None
    if quota is not None and quota < max(left, 1):
        left, of = min(left, quota), opening.quota_of.get(origin, f"corridor {origin}-{opening.country}")
        if quota < 1:
            steps.append(Step("PARTNERSHIP", "quotas", f"{of}: 1", {**opening.quotas, origin: 1}))
    if opening.status != OPEN:
        steps.append(Step("EMPLOYER", "status", OPEN, OPEN))
    seen = left if opening.status == OPEN else opening.status
    return verdict("H09", "QUOTA", not steps, seen, 1, f"join the waiting list ({of})", steps)


def employer_gate(opening: Opening) -> Gate:
    """H11: nobody is sent to an employer that left the partnership, that nobody has looked up in a register, or that an
    authority has acted against."""
    standing = opening.employer
    needed = "party, looked up in a register, no measure in force"
    steps = [Step("EMPLOYER", "employer", needed, Standing())]
    return verdict("H11", "EMPLOYER_STATUS", standing.good, standing.told, needed, standing.remedy, steps)


def fee_gate(opening: Opening) -> Gate:
    """H12: workers pay nothing (IRIS principle 1; employer pays)."""
    how = opening.recruitment
    needed = "employer pays signed; a licensed, fee-free recruiter where one is used"
    remedy = "another recruiter" if how.employer_pays is not False else "sign that employers pay"
    steps = [Step("PARTNERSHIP", "recruitment", needed, Recruitment(True))]
    return verdict("H12", "FEE_FREE", how.fee_free, how.told, needed, remedy, steps)


def _veto(candidate: Candidate, opening: Opening, rates: Rates) -> Gate:
    wishes, reasons, unknown = candidate.preferences, [], ""
    new = wishes
    if opening.country in wishes.excluded_countries:
        reasons.append(f"country {opening.country} is excluded")
        new = replace(new, excluded_countries=wishes.excluded_countries - {opening.country})
    least = wishes.min_net_monthly_wage
    if least is not None:
        net = in_euro(opening.net_monthly_wage_estimate, opening.currency, rates)
        asked = in_euro(least.amount, least.currency, rates)
        if net is None or asked is None:
            unknown = "net wage unknown"
        elif net < asked:
            reasons.append(f"net wage is below {least.amount} {least.currency}")
            offered = opening.net_monthly_wage_estimate or Decimal(0)
            new = replace(new, min_net_monthly_wage=Money(offered, opening.currency))
    if wishes.max_months_away is not None and side_of(candidate, opening) == "AWAY":
        months = opening.contract_months
        if months is None or months > wishes.max_months_away:
            reasons.append(f"longer than {wishes.max_months_away} months away")
            new = replace(new, max_months_away=months)
    seen = "; ".join(reasons) or unknown or "within limits"
    steps = [Step("CANDIDATE", "preferences", "without: " + "; ".join(reasons), new)]
    remedy = "only the candidate may change them"
    return verdict("H13", "PREFERENCE_VETO", not reasons, seen, "own limits", remedy, steps)


def _track(candidate: Candidate, opening: Opening) -> Gate:
    allowed, side = tracks(candidate), side_of(candidate, opening)
    step = Step("CANDIDATE", "track_chosen", side, side)
    seen = "/".join(sorted(allowed))
    return verdict("H14", "CHOICE_OF_TRACK", side in allowed, side, seen, "choose the other track", [step])
