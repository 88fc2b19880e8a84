"""Composition root of the registry."""

import httpx
from fastapi import FastAPI

from services.kit import history
from services.kit.app import create_service
from services.kit.auth import OwnKeys
from services.kit.db import Database
from services.registry.access import api as access
from services.registry.access.service import Issuer
from services.registry.agreements import api as agreements
from services.registry.checklists import api as checklists
from services.registry.committees import api as committees
from services.registry.cooperation import api as cooperation
from services.registry.costs import api as costs
from services.registry.demand import api as demand
from services.registry.diaspora import api as diaspora
from services.registry.documents import api as documents
from services.registry.evidence import api as evidence
from services.registry.hosts import api as hosts
from services.registry.incidents import api as incidents
from services.registry.invitations import api as invitations
from services.registry.legal_pathways import api as legal_pathways
from services.registry.mandates import api as mandates
from services.registry.mobility_schemes import api as mobility_schemes
from services.registry.needs import api as needs
from services.registry.obligations import api as obligations
from services.registry.organisations import api as organisations
from services.registry.partner_offers import api as partner_offers
from services.registry.partnerships import api as partnerships
from services.registry.partnerships.service import release_those_who_left
from services.registry.programmes import api as programmes
from services.registry.programmes import api_accreditations as accreditations
from services.registry.providers import api as providers
from services.registry.providers import api_licences as licences
from services.registry.providers import api_orders as service_orders
from services.registry.results import api as results
from services.registry.rule_parameters import api as rule_parameters
from services.registry.safeguards import api as safeguards
from services.registry.settings import RegistrySettings
from services.registry.shortages import api as shortages
from services.registry.shortages.decisions import expire
from services.registry.support_structures import api as support_structures
from services.registry.taxonomy import api as taxonomy
from services.registry.taxonomy.resolving import Linkers
from services.registry.vacancies import api as vacancies
from services.registry.vacancies import exchange_api as vacancy_exchange
from services.registry.vacancies.service import pause_stale

TAGS = {
    "access": "API clients and their tokens.",
    "organisations": "Who the partners are.",
    "mandates": "What members let their federation do in their name.",
    "cooperation": "Programmes and components that partnerships are part of.",
    "partnerships": "What partners agreed, and how far they are with it.",
    "invitations": "Who is asked to take part in a partnership, and who left it.",
    "demand": "Which workers and what training employers will need, and how that is to be met.",
    "needs": "What each of the four parties needs of a partnership.",
    "checklists": "The 28 items an agreement is checked by, and the waivers of both sides.",
    "incidents": "Hard guards that tripped, indicators of forced labour, and when suspension is proposed.",
    "rule-parameters": "What the rules of a partnership compare with, frozen when it is signed.",
    "documents": "Files of partnerships, kept by their content and read by their parties alone.",
    "agreements": "What parties agreed: texts with their hashes, signatures, dates.",
    "costs": "Who bears which costs, what was spent, and exchange rates.",
    "results": "What is to be achieved, what was achieved, and payments that follow results.",
    "evidence": "Evidence for and against, lessons, the practice library, risks.",
    "legal-pathways": "Permits and visas by which people regularly move and work, of any destination.",
    "obligations": "What parties promised, the evidence that they kept it, and who confirmed that.",
    "committees": "Joint committees of both sides: meetings, decisions, action items.",
    "support-structures": "Chambers, incubators, training centres and the like around the four parties.",
    "programmes": "Training that is offered to partnerships, with its sessions and seats.",
    "vacancies": "Jobs that are offered to partnerships, at destination and at home.",
    "hosts": "Organisations that take people in for a stay, with their days, places and mentors.",
    "mobility-schemes": "Who may go, for how long and how often, and by what right they come back.",
    "diaspora": "What diaspora organisations offer, who vetted it, and what they gave.",
    "partner-offers": "Who offers or looks for which role, who complements whom and why, and what came of it.",
    "service-providers": "Who recruits, teaches, assesses or lends, with licences, IRIS status, prices and measures.",
    "service-orders": "What was ordered from service providers, for how many, and who pays.",
    "shortages": "Joint shortage rounds: signals of both sides, indices, comments, and decisions with two signatures.",
    "safeguards": "How far a partnership recruits in an occupation of the origin, and the two keys that loosen it.",
    "taxonomy": "Skills and occupations of ESCO and groups of ISCO-08, in several languages.",
}

ROUTERS = (
    access.router,
    organisations.router,
    mandates.router,
    cooperation.router,
    partnerships.router,
    invitations.router,
    demand.router,
    needs.router,
    checklists.router,
    incidents.router,
    rule_parameters.router,
    documents.router,
    agreements.router,
    costs.router,
    results.router,
    evidence.router,
    legal_pathways.router,
    obligations.router,
    committees.router,
    support_structures.router,
    programmes.router,
    accreditations.router,
    vacancies.router,
    vacancy_exchange.router,
    hosts.router,
    mobility_schemes.router,
    diaspora.router,
    partner_offers.router,
    providers.router,
    licences.router,
    service_orders.router,
    shortages.router,
    safeguards.router,
    taxonomy.router,
)


def create_app(
    settings: RegistrySettings | None = None,
    database: Database | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """The registry as an ASGI application; settings come from the environment unless given."""
    settings = settings or RegistrySettings()
    issuer = None
    # With an outside issuer, tokens of our own would carry its name and be the only ones we accept.
    if settings.signing_key and settings.auth_issuer.rstrip("/") == settings.registry_url.rstrip("/"):
        issuer = Issuer.from_jwk(settings.auth_issuer, settings.auth_audience, settings.signing_key.get_secret_value())
    routers = [*ROUTERS]
    if issuer:
        routers.insert(0, access.tokens)
    app = create_service(
        settings,
        title="Passerelle registry",
        summary="Partners, partnerships and what was agreed in them",
        description="Who the partners are, what they agreed, what they teach and which jobs they offer.",
        tags=TAGS,
        routers=routers,
        keys=OwnKeys(issuer.public_keys) if issuer else None,
        database=database,
        transport=transport,
        chores=[release_those_who_left, pause_stale, expire, history.seal],
    )
    app.state.issuer = issuer
    app.state.linkers = Linkers(app.state.database)
    return app
