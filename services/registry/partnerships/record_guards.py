"""Guards on what the partnership record says itself. Pure: each looks at facts and answers with what is missing.

Every remedy names the operation that helps, so that whoever reads a refusal knows the next call, and says it alike:
`METHOD /path with field, field: value`. A field without value, and `…` within one, is taken from the operation's
documented example; `each of [A, B]` is a call for each; `those it has` are the entries of a list that stay.
"""

from collections.abc import Callable
from datetime import date
from math import ceil

from services.contracts.vocabulary import PartnershipModel, PartyRole, PartySide
from services.kit.errors import Guard
from services.registry.partnerships.facts import Facts

Check = Callable[[Facts], Guard]

PATCH = "PATCH /v1/partnerships/{partnership_id}"
READABLE = frozenset({"en", "fr"})
FIXED_TERM = frozenset(
    {
        PartnershipModel.FIXED_TERM_MIGRATION,
        PartnershipModel.SEASONAL_CIRCULAR,
        PartnershipModel.CIRCULAR_ENTREPRENEUR,
    }
)


def is_dual(facts: Facts) -> bool:
    """Whether it is a Global Skill Partnership, of which S-23 and S-36 ask more."""
    return facts.model == PartnershipModel.GSP_DUAL_TRACK


def is_entrepreneurial(facts: Facts) -> bool:
    """Whether it is a pilot for entrepreneurial mobility, which no shortage opens or closes."""
    return facts.model == PartnershipModel.CIRCULAR_ENTREPRENEUR


def listed(values: object) -> str:
    """Values in words; "none" for no value."""
    return ", ".join(sorted(map(str, values))) or "none"  # type: ignore[call-overload]


def one_of(code: str, side: PartySide | None, *roles: PartyRole, when: Callable[[Facts], bool] | None = None) -> Check:
    """A guard that asks for a party with one of `roles`, on `side` if given, for partnerships of which `when` holds."""
    wanted = " or ".join(roles)
    where = f" on the {side} side" if side else ""

    def check(facts: Facts) -> Guard:
        there = sorted({role for s, role in facts.parties if role in roles and side in (None, s)})
        return Guard(
            code,
            bool(there) or (when is not None and not when(facts)),
            f"{' and '.join(there) or 'no ' + wanted}{where}",
            f"a {wanted}{where}",
            f"{seating(facts, side or PartySide.THIRD, roles[0])}.",
        )

    return check


def seating(facts: Facts, side: PartySide, role: PartyRole) -> str:
    """The calls by which somebody takes a role: whom the owner may not name is asked, and answers itself."""
    if side not in facts.to_ask:
        return f"{PATCH} with parties: [those it has, {{organisation_id, side: {side}, role: {role}}}]"
    return (
        f"POST /v1/partnerships/{{partnership_id}}/invitations with organisation_id, side: {side}, roles: [{role}];"
        " then the organisation that is invited: POST /v1/invitations/{invitation_id}/answers with decision: ACCEPTED"
    )


def speakers(facts: Facts) -> Guard:
    """Who leads a side or signs for it is of its country: nobody speaks for another's (02 §1, S-22)."""
    ends = {
        PartySide.ORIGIN: {way.origin for way in facts.corridors},
        PartySide.DESTINATION: {way.destination for way in facts.corridors},
    }
    wrong = {
        f"{role} of {side} from {country}"
        for side, role, country in facts.speakers
        if facts.corridors and country not in ends.get(side, {country})
    }
    return Guard(
        "SPEAKERS_OF_THEIR_COUNTRY",
        not wrong,
        f"leads and signatories from elsewhere: {listed(wrong)}",
        f"those of ORIGIN from: {listed(ends[PartySide.ORIGIN])}; of DESTINATION from:"
        f" {listed(ends[PartySide.DESTINATION])}",
        f"{PATCH} with parties: [those it has] (without these; in another role, such as FUNDER or IMPLEMENTER, they may"
        " be from anywhere); or with corridors that lead there.",
    )


def languages(facts: Facts) -> Guard:
    """Title and summary can be read by partners of any country (02 §1)."""
    return Guard(
        "TITLE_AND_SUMMARY",
        bool(facts.languages & READABLE),
        f"title and summary both in: {listed(facts.languages)}",
        "both in en or both in fr, at least",
        f"{PATCH} with title: {{en: …}}, summary: {{en: …}}.",
    )


def themes(facts: Facts) -> Guard:
    """A partnership says what it is about (02 §1)."""
    remedy = f"{PATCH} with themes: [GREEN_JUST_TRANSITION] (or others)."
    return Guard("THEME", bool(facts.themes), f"themes: {listed(facts.themes)}", "at least 1 theme", remedy)


def corridors(facts: Facts) -> Guard:
    """A partnership leads from somewhere to somewhere (02 §1)."""
    remedy = (
        f"{PATCH} with corridors: [{{origin, destination, quota_per_year, pathway, origin_currency,"
        " destination_currency}]."
    )
    seen = len(facts.corridors)
    return Guard("CORRIDOR", seen > 0, f"{seen} corridors", "at least 1 corridor", remedy)


def dates(facts: Facts) -> Guard:
    """A partnership has a beginning and an end (02 §1)."""
    start, end = facts.planned_start, facts.planned_end
    return Guard(
        "PLANNED_DATES",
        start is not None and end is not None and start < end,
        f"planned_start {start or 'absent'}, planned_end {end or 'absent'}",
        "both, and the start before the end",
        f"{PATCH} with planned_start, planned_end.",
    )


def targets(facts: Facts) -> Guard:
    """Occupations are named before they are decided on (02 §1)."""
    seen = f"{len(facts.targets)} target occupations"
    return Guard(
        "TARGET", bool(facts.targets), seen, "at least 1 target occupation", f"{PATCH} with targets: [{{isco08}}]."
    )


def home_places(facts: Facts) -> Guard:
    """S-36: a GSP has places for those who stay."""
    return Guard(
        "HOME_PLACES",
        facts.home_places > 0 or not is_dual(facts),
        f"{facts.home_places} home places, model {facts.model}",
        "home places above 0 in a GSP_DUAL_TRACK partnership",
        f"{PATCH} with home_places: 1 (or more).",
    )


def ratio(facts: Facts) -> Guard:
    """The ratio of places keeps to what was agreed in the record and decided jointly (02 §7, 04 §4)."""
    codes = {target.isco08 for target in facts.targets}
    decided = max((each.ratio or 0 for each in facts.decisions if each.isco08 in codes), default=0)
    needed = max(facts.ratio_target or 0, decided)
    return Guard(
        "HOME_AWAY_RATIO",
        facts.home_places >= needed * facts.away_places,
        f"{facts.home_places} home to {facts.away_places} away",
        f"at least {needed:g} home places per away place (ratio_target {facts.ratio_target or 0:g},"
        f" joint decisions {decided:g})",
        f"{PATCH} with home_places: {ceil(needed * facts.away_places)} (or more, or with fewer away_places; a"
        " ratio_target below the joint decision does not help).",
    )


def track_choice(facts: Facts) -> Guard:
    """Trainees of two tracks know when they choose (02 §1)."""
    return Guard(
        "TRACK_CHOICE_POINT",
        not is_dual(facts) or facts.track_choice_point is not None,
        f"track_choice_point {facts.track_choice_point or 'absent'}, model {facts.model}",
        "a track_choice_point in a GSP_DUAL_TRACK partnership",
        f"{PATCH} with track_choice_point: AT_GRADUATION (or AT_SELECTION, DURING_TRAINING).",
    )


def gap_analysis(facts: Facts) -> Guard:
    """What training is worth at the destination is known before signing (02 §1)."""
    return Guard(
        "RECOGNITION_GAP_ANALYSIS",
        facts.gap_analysis,
        f"recognition.gap_analysis_uri {'given' if facts.gap_analysis else 'absent'}",
        "an analysis of the gap between what is taught and what is recognised",
        f"{PATCH} with recognition: {{gap_analysis_uri: https://…}}.",
    )


def employer_pays(facts: Facts) -> Guard:
    """Workers pay nothing for being recruited (02 §1, §6)."""
    return Guard(
        "EMPLOYER_PAYS",
        facts.employer_pays,
        f"recruitment_policy.employer_pays {'true' if facts.employer_pays else 'absent or false'}",
        "true",
        f"{PATCH} with recruitment_policy: {{employer_pays: true}}.",
    )


def green(facts: Facts) -> Guard:
    """S-01: who calls itself green trains for a green occupation or teaches a green skill."""
    claimed = "GREEN_JUST_TRANSITION" in facts.themes
    shares = [target.green_share for target in facts.targets if target.green_share > 0]
    taught = sum(training.green for training in facts.trainings)
    return Guard(
        "GREEN_THEME",
        not claimed or bool(shares) or taught > 0,
        f"themes: {listed(facts.themes)}; {len(shares)} green targets, {taught} programmes with a green skill",
        "with the theme GREEN_JUST_TRANSITION: a target with green_share above 0, or a green skill that is taught",
        f"{PATCH} with targets: [each it has with {{green_share: 0.4}}] (the share that is true of it); or POST"
        " /v1/programmes with a green ESCO skill, partnership_ids: [partnership_id].",
    )


def impact_assessment(facts: Facts) -> Guard:
    """Nobody's data is shared before the risk to them was assessed (02 §1)."""
    return Guard(
        "DPIA",
        facts.dpia,
        f"data_protection.dpia_reference {'given' if facts.dpia else 'absent'}",
        "where the data-protection impact assessment is filed",
        f"{PATCH} with data_protection: {{dpia_reference: …}}.",
    )


def _channel(kind: str, independent: str) -> str:
    return f"{{name, kind: {kind}, independent: {independent}, contact_url, languages}}"


def grievance_channels(facts: Facts) -> Guard:
    """Whoever moves can complain, and not only to the employer (02 §1)."""
    return Guard(
        "GRIEVANCE_CHANNELS",
        facts.away_places == 0 or (facts.channels >= 2 and facts.independent_channels >= 1),
        f"{facts.away_places} away places, {facts.channels} channels, {facts.independent_channels} independent",
        "at least 2 channels, 1 of them independent, when there are away places",
        f"{PATCH} with protection: {{grievance_channels: [{_channel('EMPLOYER', 'false')},"
        f" {_channel('HOTLINE', 'true')}]}}.",
    )


def return_scheme(facts: Facts) -> Guard:
    """Who comes back is expected (02 §1)."""
    circular = facts.model in FIXED_TERM or any(scheme[1] for scheme in facts.schemes)
    return Guard(
        "RETURN_SCHEME",
        not circular or facts.return_scheme,
        f"{'circular or fixed-term' if circular else 'neither circular nor fixed-term'},"
        f" return_reintegration.scheme {'given' if facts.return_scheme else 'absent'}",
        "a scheme for return and reintegration when mobility is circular or for a fixed term",
        f"{PATCH} with return_reintegration: {{scheme, services, re_entry_right}}.",
    )


def handed_over(facts: Facts) -> Guard:
    """Nobody who is still placed is left alone (02 §3)."""
    closing = facts.closing
    stated = "not stated" if closing.open_placements is None else str(closing.open_placements)
    return Guard(
        "PLACEMENTS_HANDED_OVER",
        closing.open_placements == 0 or (closing.open_placements is not None and closing.handed_over),
        f"open placements: {stated}; handed over to {'an organisation' if closing.handed_over else 'nobody'}",
        "no open placement, or an organisation that follows them up",
        f"{PATCH} with closing: {{open_placements: 0}} or {{open_placements, handed_over_to}}.",
    )


def final_ledger(facts: Facts) -> Guard:
    """What was spent is accounted for (02 §3)."""
    return Guard(
        "FINAL_LEDGER",
        facts.closing.ledger,
        f"closing.final_ledger_uri {'given' if facts.closing.ledger else 'absent'}",
        "the final ledger",
        f"{PATCH} with closing: {{final_ledger_uri: https://…}}.",
    )


def data_plan(facts: Facts) -> Guard:
    """The data of people do not outlive their purpose (02 §3)."""
    return Guard(
        "DATA_PLAN",
        facts.closing.data_plan,
        f"closing.beneficiaries_data_plan {'given' if facts.closing.data_plan else 'absent'}",
        "what becomes of the data of those who took part",
        f"{PATCH} with closing: {{beneficiaries_data_plan: …}}.",
    )


def _a_year_after(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + 1, 3, 1) if leap_day else day.replace(year=day.year + 1)


def follow_up(facts: Facts) -> Guard:
    """People are followed for a year after the end, and only then judged by (02 §3)."""
    end, finished = facts.actual_end, facts.closing.follow_up_finished_on
    due = _a_year_after(end) if end else None
    return Guard(
        "FOLLOW_UP_12_MONTHS",
        due is not None and finished is not None and due <= finished <= facts.today,
        f"ended {end or 'not yet'}, follow-up finished {finished or 'not yet'}",
        f"a follow-up that was finished between {due or '12 months after the end'} and today",
        f"When it is finished: {PATCH} with closing: {{follow_up_finished_on: {facts.today}}}.",
    )
