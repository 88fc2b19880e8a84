"""Scopes and roles: what a client may do. A role is a set of scopes; a token carries both."""

SCOPES: dict[str, str] = {
    "clients:read": "See API clients of one's organisation",
    "clients:write": "Create and revoke API clients",
    "organisations:read": "Read the public entries of organisations",
    "organisations:write": "Register and change organisations",
    "partnerships:read": "Read partnerships one is a party to",
    "partnerships:write": "Register, change and move partnerships",
    "rates:read": "Read exchange rates",
    "rates:write": "Record exchange rates",
    "programmes:read": "Read training programmes and sessions offered to one's partnerships",
    "programmes:write": "Publish training programmes and sessions",
    "vacancies:read": "Read vacancies offered to one's partnerships",
    "vacancies:write": "Publish vacancies",
    "offers:read": "Read hosts, diaspora engagements, the partner finder and the directory of service providers",
    "offers:write": "Publish hosts, diaspora engagements, partner offers and service providers",
    "offers:vet": "Vet, assess, rate, sanction and accredit what others offer",
    "taxonomy:read": "Read skills, occupations and groups",
    "mappings:write": "Confirm what one's own words mean in the taxonomy",
    "candidates:read": "Read the candidates one registered",
    "candidates:write": "Register and change candidates",
    "matches:read": "Ask who fits what, and what is missing",
    "matches:write": "Keep matches, to be computed again",
    "prechecks:read": "Ask what somebody who is not registered could do",
    "plans:read": "Ask for plans, and read those chosen",
    "plans:write": "Choose plans and give them up",
    "fairness:read": "See how groups fare in one's partnerships",
    "proposals:read": "Read proposals one is a side of",
    "proposals:write": "Put a match forward and answer proposals",
    "allocations:read": "Read runs that place a cohort of one's own, and everybody's result",
    "allocations:write": "Start, stop and commit runs that place a cohort",
    "enrolments:read": "Read places in training sessions",
    "enrolments:write": "Enrol candidates and take them from step to step",
    "placements:read": "Read placements one is a side of",
    "placements:write": "Take placements from step to step",
    "mobilities:read": "Read mobilities of entrepreneurs, stays and hours with mentors one is a side of",
    "mobilities:write": "Register firms, move entrepreneurs on, plan their stays and book hours with mentors",
    "mobilities:answer": "Answer for a host or mentor: accept stays, record hours",
    "contestations:read": "Read decisions that are contested",
    "contestations:write": "Contest decisions for one's candidates and answer for one's own",
    "ledgers:read": "Read who paid what in placements one is a side of",
    "ledgers:write": "Record, take back and confirm payments",
    "cases:read": "Read guard-rail cases of placements one is a side of",
    "cases:write": "Open guard-rail cases and take them further",
    "check-ins:read": "Read what workers of one's own said after three, six and twelve months",
    "check-ins:write": "Record what they said",
    "grievances:read": "Read grievances that one handles",
    "grievances:write": "Give tokens to workers, answer and close grievances that one handles",
    "recognitions:read": "Read recognition dossiers one is a side of",
    "recognitions:write": "Put recognition dossiers together and submit them",
    "recognitions:answer": "Answer dossiers for a recognition authority",
    "returns:read": "Read returns and remittances of one's own candidates",
    "returns:write": "Plan returns, record what was gained and sent home",
    "reference-figures:read": "Read exchange rates, price levels, wages and shares by source",
    "reference-figures:write": "Record reference figures",
    "fourfold-parameters:read": "Read what a partnership's fourfold win is computed with",
    "fourfold-parameters:write": "Propose and confirm parameters of the fourfold win for one's side",
    "indicators:read": "Read indicator values of one's partnerships",
    "facts:read": "See the facts behind a figure",
    "events:read": "Follow the event feed (services and operations)",
}

_SHARED = {
    "organisations:read",
    "partnerships:read",
    "taxonomy:read",
    "indicators:read",
    "rates:read",
    "offers:read",
    "reference-figures:read",
    "fourfold-parameters:read",
}
_OFFERS = {"vacancies:read", "programmes:read"}

ROLES: dict[str, frozenset[str]] = {
    "partner-admin": frozenset(
        _SHARED
        | _OFFERS
        | {
            "clients:read",
            "clients:write",
            "organisations:write",
            "partnerships:write",
            "offers:write",
            "offers:vet",
            "rates:write",
            "mappings:write",
            "mobilities:read",
            "mobilities:answer",
            "prechecks:read",
            "grievances:read",
            "grievances:write",
            "recognitions:read",
            "recognitions:answer",
            "fourfold-parameters:write",
        }
    ),
    "counsellor": frozenset(
        _SHARED
        | _OFFERS
        | {
            "mappings:write",
            "candidates:read",
            "candidates:write",
            "matches:read",
            "matches:write",
            "prechecks:read",
            "plans:read",
            "plans:write",
            "proposals:read",
            "proposals:write",
            "allocations:read",
            "allocations:write",
            "enrolments:read",
            "enrolments:write",
            "placements:read",
            "placements:write",
            "mobilities:read",
            "mobilities:write",
            "mobilities:answer",
            "contestations:read",
            "contestations:write",
            "ledgers:read",
            "ledgers:write",
            "cases:read",
            "cases:write",
            "check-ins:read",
            "check-ins:write",
            "grievances:read",
            "grievances:write",
            "recognitions:read",
            "recognitions:write",
            "returns:read",
            "returns:write",
        }
    ),
    "employer": frozenset(
        _SHARED
        | _OFFERS
        | {
            "vacancies:write",
            "offers:write",
            "mappings:write",
            "matches:read",
            "proposals:read",
            "proposals:write",
            "placements:read",
            "placements:write",
            "mobilities:read",
            "mobilities:answer",
            "contestations:read",
            "contestations:write",
            "ledgers:read",
            "ledgers:write",
            "cases:read",
            "cases:write",
        }
    ),
    "training-provider": frozenset(
        _SHARED
        | _OFFERS
        | {
            "programmes:write",
            "offers:write",
            "mappings:write",
            "prechecks:read",
            "enrolments:read",
            "enrolments:write",
            "contestations:read",
            "contestations:write",
        }
    ),
    "analyst": frozenset(_SHARED | {"fairness:read"}),
    "statistics-office": frozenset(
        {"offers:read", "rates:read", "organisations:read", "taxonomy:read", "indicators:read"}
    ),
    "steward": frozenset(_SHARED | {"facts:read", "fairness:read", "reference-figures:write"}),
    "ops": frozenset(
        _SHARED
        | _OFFERS
        | {
            "organisations:write",
            "offers:vet",
            "rates:write",
            "clients:read",
            "clients:write",
            "events:read",
            "facts:read",
            "reference-figures:write",
        }
    ),
    # The services themselves, among each other.
    "service": frozenset({"events:read", "taxonomy:read"}),
}

# These act for the whole house and not for one organisation.
HOUSE_ROLES = frozenset({"ops", "service"})


def scopes_of(roles: list[str]) -> frozenset[str]:
    """All scopes that a set of roles gives."""
    return frozenset().union(*(ROLES[role] for role in roles))
