"""Guards on how people come to move: by a track that both sides opened, through those who may recruit. Pure."""

from services.contracts.vocabulary import PlannedTrack
from services.kit.errors import Guard
from services.registry.partnerships.companion_guards import ways_to_decide
from services.registry.partnerships.facts import Facts
from services.registry.partnerships.record_guards import PATCH, is_entrepreneurial, listed

_STAYING = (PlannedTrack.HOME, PlannedTrack.RETURN)


def away_track(facts: Facts) -> Guard:
    """02 §1, 04 §4: nobody is trained for places away in an occupation that both sides have kept at home."""
    ways = {(way.origin, way.destination) for way in facts.corridors}
    decided = {each.isco08: False for each in facts.decisions if (each.origin, each.destination) in ways}
    decided |= {each.isco08: True for each in facts.decisions if each.away and (each.origin, each.destination) in ways}
    closed = {
        each.isco08 for each in facts.targets if each.track not in _STAYING and not decided.get(each.isco08, True)
    }
    return Guard(
        "AWAY_TRACK",
        is_entrepreneurial(facts) or facts.away_places == 0 or not closed,
        f"{facts.away_places} away places, targets decided for HOME only, or BLOCKED: {listed(closed)}",
        "with away places: a joint decision that opens the away track, for each target that is not for HOME alone",
        f"{PATCH} with targets: [each it has {{isco08: {min(closed, default='7411')}}} with {{track: HOME}}] (where"
        f" it is so); or {ways_to_decide(facts, sorted(closed))}",
    )


def recruiters(facts: Facts) -> Guard:
    """S-35: nobody recruits without a licence that holds."""
    without = {name for name, licensed in facts.recruiters if not licensed}
    return Guard(
        "RECRUITER_LICENCES",
        not without,
        f"{len(facts.recruiters)} recruiters named, without a licence that holds today: {listed(without)}",
        "a licence for an origin or destination for each recruiter that is named",
        "The recruiter itself: POST /v1/service-providers/{provider_id}/licences with authority, number, country,"
        f" valid_from, valid_to; or {PATCH} with recruitment_policy: {{recruiters}} (those that are licensed, by"
        " provider_id).",
    )
