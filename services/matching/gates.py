"""Hard gates: what must hold before a score means anything. Each says what it saw, what it needs, what helps.

Remediable are the gates that the candidate can pass by preparing (training, language, recognition) or by
agreeing on dates: H02, H06, H07, H08, and H10 where only people trained by the partnership may move. A pair that
fails only such gates is a near miss, listed after the passing ones. Not remediable here: consent (H01: nobody is
listed without it), legal age (H03), no legal pathway (H04), a wage below its floor (H05: the vacancy must change
first), no place left (H09), an occupation the origin has closed (H10), and the candidate's own limits (H13, H14),
which are theirs to change and not ours to argue with.
"""

from dataclasses import dataclass
from datetime import date

from services.matching.profiles import (
    CEFR_CODE,
    OPEN,
    Candidate,
    Opening,
    Rates,
    Recognition,
    in_euro,
    language_levels,
    side_of,
)
from services.matching.safeguards import BLOCKED, PROTECTED, Incumbency, incumbency, ruling
from services.matching.safeguards import OPEN as OPEN_TO_ALL

LEGAL_AGE = 18
REMEDIABLE = frozenset({"H02", "H06", "H07", "H08"})
Seen = str | int | float | None


@dataclass(frozen=True, slots=True)
class Gate:
    """`remedy` is None when the gate is passed. Dates are ISO text, money is "amount currency"."""

    code: str
    name: str
    passed: bool
    value: Seen
    threshold: Seen
    remedy: str | None
    remediable: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """Essential coverage E (None: no essential skill asked) and the critical skills below their threshold."""

    essential: float | None
    critical_missing: tuple[str, ...]
    e_min: float
    critical_min: float


def evaluate(candidate: Candidate, opening: Opening, coverage: Coverage, rates: Rates, today: date) -> tuple[Gate, ...]:
    """All gates of this pair, in order of code."""
    start = earliest_start(candidate, opening, today)
    return (
        _consent(candidate, opening, today),
        _availability(candidate, opening, start, today),
        _age(candidate, opening, start),
        pathway_gate(candidate, opening, start, today),
        _wage_floor(opening),
        _regulated(candidate, opening),
        _language(candidate, opening),
        _essential(coverage),
        _quota(candidate, opening),
        safeguard_gate(candidate, opening, today),
        _veto(candidate, opening, rates),
        _track(candidate, opening),
    )


def away_gates(candidate: Candidate, opening: Opening, today: date, start: date | None = None) -> tuple[Gate, ...]:
    """The gates that can close behind a proposal: pathway and safeguard. `start` is when the job begins, if known."""
    begins = start or earliest_start(candidate, opening, today)
    return pathway_gate(candidate, opening, begins, today), safeguard_gate(candidate, opening, today)


def near_miss(gates: tuple[Gate, ...]) -> bool:
    failed = [gate for gate in gates if not gate.passed]
    return bool(failed) and all(gate.remediable for gate in failed)


def earliest_start(candidate: Candidate, opening: Opening, today: date) -> date:
    return max(opening.start_from, candidate.available_from, today)


def age_on(day: date, birth: date) -> int:
    """Completed years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


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
    return frozenset({"HOME", "AWAY"}) if track == "EITHER" else frozenset({track})


def _gate(code: str, name: str, passed: bool, value: Seen, threshold: Seen, remedy: str) -> Gate:
    return Gate(code, name, passed, value, threshold, None if passed else remedy, code in REMEDIABLE)


def _consent(candidate: Candidate, opening: Opening, today: date) -> Gate:
    consent, needed = candidate.consent, f"MATCHING_{side_of(candidate, opening)}"
    seen = f"{consent.state(today)}: {', '.join(sorted(consent.scopes)) or 'no scope'}"
    seen += f"; withdrawn: {', '.join(sorted(consent.lost))}" if consent.lost else ""
    remedy = "reconfirm that the person still looks" if consent.dormant else f"give or renew consent to {needed}"
    return _gate("H01", "CONSENT", consent.covers(needed, today), seen, needed, remedy)


def _availability(candidate: Candidate, opening: Opening, start: date, today: date) -> Gate:
    last = min(opening.start_to, candidate.available_to or date.max)
    seen = f"{candidate.available_from}/{candidate.available_to or '..'}"
    needed = f"{opening.start_from}/{opening.start_to}"
    gate = _gate("H02", "AVAILABILITY", start <= last, seen, needed, "agree on other dates")
    if opening.start_to >= today:
        return gate
    # Nobody can move a date that has passed.
    return Gate("H02", "AVAILABILITY", False, seen, needed, "wait for a new start date", False)


def _age(candidate: Candidate, opening: Opening, start: date) -> Gate:
    low = max(LEGAL_AGE, opening.min_age or 0)
    age = age_on(start, candidate.birth_date)
    passed = low <= age and (opening.max_age is None or age <= opening.max_age)
    needed = f"{low}-{opening.max_age}" if opening.max_age is not None else f"{low}+"
    return _gate("H03", "AGE_LEGAL", passed, age, needed, "none: another pathway may have another range")


def pathway_gate(candidate: Candidate, opening: Opening, start: date, today: date) -> Gate:
    """H04: abroad, a legal pathway must be open on the day the person can start."""
    if side_of(candidate, opening) == "HOME":
        return _gate("H04", "PATHWAY_VALID", True, "at home", None, "")
    pathway = ruling(opening.access, candidate.residence, today).pathway
    passed = pathway is not None and pathway.valid_from <= start <= pathway.valid_to
    seen = f"{pathway.key} {pathway.valid_from}/{pathway.valid_to}" if pathway else "none"
    needed = f"a pathway from {candidate.residence} to {opening.country} on {start}"
    return _gate("H04", "PATHWAY_VALID", passed, seen, needed, "another pathway or corridor, or a job at home")


def safeguard_gate(candidate: Candidate, opening: Opening, today: date) -> Gate:
    """H10: abroad, the safeguard of the origin must admit the person. It limits what the partnership recruits: people
    keep the right to leave and to apply on their own."""
    if side_of(candidate, opening) == "HOME":
        return _gate("H10", "SAFEGUARD", True, "at home", None, "")
    rule = ruling(opening.access, candidate.residence, today)
    seen = f"{rule.mode} ({rule.why})"
    if rule.strictness == BLOCKED:
        instead = "a job at home or another occupation; you may always apply on your own"
        return Gate("H10", "SAFEGUARD", False, seen, "recruitment by the partnership open", instead, False)
    if rule.strictness == PROTECTED and (kept := _kept_at_origin(candidate, opening, seen)):
        return kept
    passed = rule.strictness == OPEN_TO_ALL or candidate.trained_by_partnership
    needed = "nothing" if rule.strictness == OPEN_TO_ALL else "trained and certified by the partnership"
    remedy = None if passed else "complete a course of the partnership; you may always apply on your own"
    return Gate("H10", "SAFEGUARD", passed, seen, needed, remedy, True)


def _kept_at_origin(candidate: Candidate, opening: Opening, mode: str) -> Gate | None:
    """PROTECTED: nobody is recruited away from the public service of an occupation that the origin lacks."""
    minor = opening.isco08[:3]
    found = incumbency(candidate.post, minor)
    if found is Incumbency.NO:
        return None
    needed = f"not in the public service of ISCO-08 group {minor} at origin"
    if found is Incumbency.UNKNOWN:
        remedy = "state origin_employment and occupations; you may always apply on your own"
        return Gate("H10", "SAFEGUARD", False, f"{mode}, employment at origin unknown", needed, remedy, True)
    remedy = "a job at home or another occupation; you may always apply on your own"
    return Gate("H10", "SAFEGUARD", False, f"{mode}, in the public service", needed, remedy, False)


def _wage_floor(opening: Opening) -> Gate:
    floor = opening.wage_floor
    passed = floor is None or opening.gross_monthly_wage >= floor
    seen = f"{opening.gross_monthly_wage} {opening.currency}"
    needed = f"{floor} {opening.currency}" if floor is not None else None
    return _gate("H05", "WAGE_FLOOR", passed, seen, needed, f"raise the gross wage to {needed}")


def _regulated(candidate: Candidate, opening: Opening) -> Gate:
    if not opening.regulated:
        return _gate("H06", "REGULATED", True, "not regulated", None, "")
    ready = recognised_on(candidate, opening.isco08, opening.country)
    passed = ready is not None and ready <= opening.start_to
    seen = "none" if ready is None else "FULL" if ready == date.min else f"PARTIAL until {ready}"
    needed = f"recognised for {opening.isco08} in {opening.country} by {opening.start_to}"
    return _gate("H06", "REGULATED", passed, seen, needed, "recognition plan ending before the start")


def _language(candidate: Candidate, opening: Opening) -> Gate:
    have, asked = language_levels(candidate.languages), language_levels(opening.languages)
    short = [code for code, level in asked.items() if have.get(code, 0) < level]
    seen = ", ".join(f"{code} {CEFR_CODE.get(have.get(code, 0), 'none')}" for code in asked) or None
    needed = ", ".join(f"{code} {CEFR_CODE[level]}" for code, level in asked.items()) or None
    courses = ", ".join(f"{code} to {CEFR_CODE[asked[code]]}" for code in short)
    return _gate("H07", "LANGUAGE_MIN", not short, seen, needed, f"language course: {courses}")


def _essential(coverage: Coverage) -> Gate:
    e, missing = coverage.essential, coverage.critical_missing
    passed = (e is None or e >= coverage.e_min) and not missing
    needed = f"E >= {coverage.e_min}, critical skills >= {coverage.critical_min}"
    remedy = "skill plan" + (f" for {', '.join(missing)}" if missing else "")
    return _gate("H08", "ESSENTIAL_MIN", passed, e, needed, remedy)


def _quota(candidate: Candidate, opening: Opening) -> Gate:
    quota = opening.places_left
    if side_of(candidate, opening) == "AWAY":
        quota = min(quota, opening.quotas.get(candidate.residence, quota))
    passed = quota > 0 and opening.status == OPEN
    seen = quota if opening.status == OPEN else opening.status
    return _gate("H09", "QUOTA", passed, seen, 1, "join the waiting list")


def _veto(candidate: Candidate, opening: Opening, rates: Rates) -> Gate:
    wishes, reasons, unknown = candidate.preferences, [], ""
    if opening.country in wishes.excluded_countries:
        reasons.append(f"country {opening.country} is excluded")
    least = wishes.min_net_monthly_wage
    if least is not None:
        net = in_euro(opening.net_monthly_wage_estimate, opening.currency, rates)
        asked = in_euro(least.amount, least.currency, rates)
        if net is None or asked is None:
            unknown = "net wage unknown"
        elif net < asked:
            reasons.append(f"net wage is below {least.amount} {least.currency}")
    if wishes.max_months_away is not None and side_of(candidate, opening) == "AWAY":
        months = opening.contract_months
        if months is None or months > wishes.max_months_away:
            reasons.append(f"longer than {wishes.max_months_away} months away")
    seen = "; ".join(reasons) or unknown or "within limits"
    return _gate("H13", "PREFERENCE_VETO", not reasons, seen, "own limits", "only the candidate may change them")


def _track(candidate: Candidate, opening: Opening) -> Gate:
    allowed, side = tracks(candidate), side_of(candidate, opening)
    return _gate("H14", "CHOICE_OF_TRACK", side in allowed, side, "/".join(sorted(allowed)), "choose the other track")
