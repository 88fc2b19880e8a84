"""Composition root of reporting."""

import httpx
from fastapi import FastAPI

from services.kit.app import create_service
from services.kit.db import Database
from services.kit.feed import Follower
from services.kit.http import Peer
from services.reporting import feeds
from services.reporting.indicators import api as indicators
from services.reporting.settings import ReportingSettings

TAGS = {
    "indicators": "Figures with their definitions, claim class and quality.",
    "facts": "The rows behind the figures.",
}


def create_app(
    settings: ReportingSettings | None = None,
    database: Database | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """Reporting as an ASGI application; settings come from the environment unless given."""
    settings = settings or ReportingSettings()
    database = database or Database(settings.database_url.get_secret_value(), settings.database_pool_size)
    secret = settings.client_secret.get_secret_value() if settings.client_secret else None
    registry, matching = (
        Peer(url, settings.auth_issuer, settings.client_id, secret, transport)
        for url in (settings.registry_url, settings.matching_url)
    )
    return create_service(
        settings,
        title="Passerelle reporting",
        summary="SDG-aligned figures that can be traced to what happened",
        description="Facts from both feeds, folded into indicators that say what they claim and withhold small cells.",
        tags=TAGS,
        routers=[indicators.router, indicators.report_router, indicators.facts_router],
        followers=[
            Follower(feeds.REGISTRY, database, registry, feeds.on_registry, feeds.forget_registry),
            Follower(feeds.MATCHING, database, matching, feeds.on_matching, feeds.forget_matching),
        ],
        database=database,
        transport=transport,
        on_stop=[registry.close, matching.close],
    )
