"""Events of an invented registry, handed to matching's feed handler as its follower would do."""

from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from services.contracts.envelope import CloudEvent, Event
from services.contracts.registry import (
    JointDecisionChanged,
    LegalPathwayChanged,
    OrganisationChanged,
    PartnershipChanged,
    ProgrammeChanged,
    SafeguardChanged,
    SessionChanged,
    VacancyChanged,
)
from services.kit import tenancy
from services.kit.db import now
from services.matching import feeds
from tests.conftest import House

SKILL = "http://data.europa.eu/esco/skill/00000000-0000-4000-8000-{:012d}"
PANELS, WIRING, SAFETY = (SKILL.format(n) for n in (1, 2, 3))


async def publish(house: House, *published: Event, guarded: bool = False) -> None:
    """Apply events in one transaction of the house, in the order given. Unless `guarded`, a partnership brings its
    pathways along, and safeguards that leave electricians and installers of its origins open."""
    if not guarded:
        published = (*published, *(each for event in published for each in companions(event)))
    handle = feeds.handler(house.apps["matching"].state.taxonomies)
    async with house.databases["matching"].transaction(tenancy.HOUSE) as session:
        for event in published:
            envelope = CloudEvent(
                id=uuid4(),
                source="registry",
                type=event.type,
                subject="",
                time=now(),
                position=1,
                data=event.model_dump(mode="json"),
            )
            await handle(session, envelope)


def companions(event: Event) -> list[Event]:
    """What a partnership needs for people to move under it."""
    if not isinstance(event, PartnershipChanged):
        return []
    safeguards = [
        safeguard(event, corridor.origin, minor, "OPEN") for corridor in event.corridors for minor in ("741", "712")
    ]
    return [*(pathway(corridor.destination) for corridor in event.corridors), *safeguards]


def safeguard(of: PartnershipChanged, origin: str, minor: str, mode: str, **changes: Any) -> SafeguardChanged:
    """In force from last month on, for a year; the same record whenever the same group is named."""
    data: dict[str, Any] = {
        "id": uuid5(of.id, f"{origin} {minor}"),
        "partnership_id": of.id,
        "origin": origin,
        "isco08_minor": minor,
        "mode": mode,
        "valid_from": days(-30),
        "expires_on": days(335),
    }
    return SafeguardChanged(**data | changes)


def pathway(destination: str, **changes: Any) -> LegalPathwayChanged:
    """Open to all origins since last year, without an end."""
    key = f"{destination}-PERMIT"
    data: dict[str, Any] = {
        "id": uuid5(NAMESPACE_URL, key),
        "organisation_id": uuid5(NAMESPACE_URL, "law"),
        "key": key,
        "title": {"en": "Invented permit"},
        "origins": [],
        "destination": destination,
        "personas": ["WORKER"],
        "multi_entry": True,
        "valid_from": days(-400),
    }
    return LegalPathwayChanged(**data | changes)


def decision(of: PartnershipChanged, isco08: str, mode: str, **changes: Any) -> JointDecisionChanged:
    """Morocco and Belgium, signed by both last month."""
    data: dict[str, Any] = {
        "id": uuid5(of.id, isco08),
        "partnership_id": of.id,
        "origin": "MAR",
        "destination": "BEL",
        "isco08": isco08,
        "corridor_class": "DUAL_TRACK",
        "track": "DUAL",
        "mode": mode,
        "away_open": mode != "BLOCKED",
        "status": "IN_FORCE",
        "in_force_on": days(-30),
        "expires_on": days(335),
    }
    return JointDecisionChanged(**data | changes)


def days(number: int) -> date:
    """A day counted from today."""
    return now().date() + timedelta(days=number)


def organisation(id: str, code: str, country: str = "BEL", kind: str = "EMPLOYER") -> OrganisationChanged:
    return OrganisationChanged(
        id=UUID(id), code=code, name={"en": code}, organisation_type=kind, sector="PRIVATE", country=country
    )


def partnership(parties: list[str], **changes: Any) -> PartnershipChanged:
    """Active, Morocco to Belgium, ten persons a year; the first party owns it."""
    data: dict[str, Any] = {
        "id": uuid4(),
        "organisation_id": parties[0],
        "code": "MA-BE",
        "title": {"en": "Invented partnership"},
        "model": "GSP_DUAL_TRACK",
        "status": "ACTIVE",
        "corridors": [{"origin": "MAR", "destination": "BEL", "quota_per_year": 10, "pathway": "BEL-PERMIT"}],
        "parties": [{"organisation_id": party, "side": "ORIGIN", "role": "IMPLEMENTER"} for party in parties],
        "home_places": 10,
        "away_places": 10,
    }
    return PartnershipChanged(**data | changes)


def vacancy(employer: str, partnerships: list[UUID], **changes: Any) -> VacancyChanged:
    """Belgium, two essential skills, French B1; two places."""
    data: dict[str, Any] = {
        "id": uuid4(),
        "organisation_id": employer,
        "external_id": "V-1",
        "title": {"en": "Solar installer", "fr": "Installateur solaire"},
        "country": "BEL",
        "isco08": "7411",
        "skills": [
            {"uri": PANELS, "essential": True, "critical": True, "level": 3},
            {"uri": WIRING, "essential": True, "critical": False, "level": 3},
        ],
        "languages": [{"code": "fr", "cefr": "B1"}],
        "equivalent_experience": True,
        "regulated": False,
        "gross_monthly_wage": {"amount": "2800.00", "currency": "EUR"},
        "net_monthly_wage_estimate": {"amount": "2100.00", "currency": "EUR"},
        "weekly_hours": 38,
        "contract_type": "PERMANENT",
        "places": 2,
        "start_from": days(100),
        "start_to": days(200),
        "partnership_ids": partnerships,
        "status": "OPEN",
    }
    return VacancyChanged(**data | changes)


def programme(provider: str, partnerships: list[UUID], **changes: Any) -> ProgrammeChanged:
    """Teaches wiring at level 4 and safety at level 3."""
    data: dict[str, Any] = {
        "id": uuid4(),
        "organisation_id": provider,
        "external_id": "P-1",
        "title": {"en": "Wiring", "fr": "Câblage"},
        "programme_type": "VOCATIONAL",
        "country": "MAR",
        "hours": 120,
        "skills": [{"uri": WIRING, "level": 4}, {"uri": SAFETY, "level": 3}],
        "prerequisites": [],
        "cost_per_trainee": {"amount": "5350.00", "currency": "MAD"},
        "accredited": True,
        "partnership_ids": partnerships,
    }
    return ProgrammeChanged(**data | changes)


def session_of(course: ProgrammeChanged, **changes: Any) -> SessionChanged:
    """Four weeks, beginning in ten days, two seats."""
    data: dict[str, Any] = {
        "id": uuid4(),
        "programme_id": course.id,
        "organisation_id": course.organisation_id,
        "external_id": "S-1",
        "starts_on": days(10),
        "ends_on": days(37),
        "seats": 2,
    }
    return SessionChanged(**data | changes)


def person(**changes: Any) -> dict[str, Any]:
    """An invented candidate who passes every gate of `vacancy()`."""
    data: dict[str, Any] = {
        "external_id": "C-1",
        "given_name": "Inventée",
        "family_name": "Personne",
        "birth_date": "1999-04-12",
        "sex": "F",
        "nationality": "TUN",
        "residence": "MAR",
        "occupations": [{"isco08": "7411", "months": 30}],
        "skills": [
            {"uri": PANELS, "level": 4, "evidence": "TESTED"},
            {"uri": WIRING, "level": 3, "evidence": "CV"},
        ],
        "eqf": 4,
        "languages": [{"code": "fr", "cefr": "B2"}],
        "available_from": days(30).isoformat(),
        "preferences": {"track": "EITHER", "destinations": ["BEL"]},
        "consent": {
            "scopes": ["MATCHING_HOME", "MATCHING_AWAY", "STATISTICS"],
            "granted_on": days(-10).isoformat(),
            "text_version": "1",
        },
    }
    return data | changes
