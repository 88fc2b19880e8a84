"""Composition root of matching."""

import asyncio

import httpx
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.app import Chore, create_service
from services.kit.db import Database
from services.kit.feed import Follower
from services.kit.http import Peer
from services.matching import access_log, duplicates, feeds, guard_rails, index, receipts, remaining
from services.matching.allocations import api as allocations
from services.matching.candidates import api as candidates
from services.matching.cases import api as cases
from services.matching.check_ins import api as check_ins
from services.matching.closings import api as closings
from services.matching.consents import api as consents
from services.matching.contestations import api as contestations
from services.matching.engine import Engine
from services.matching.enrolments import api as enrolments
from services.matching.fairness_reports import api as fairness
from services.matching.fairness_reports.releases import close_next_month
from services.matching.firms import api as firms
from services.matching.fourfold_parameters import api as fourfold_parameters
from services.matching.fourfold_results import api as fourfold_results
from services.matching.grievances import api as grievances
from services.matching.grievances.service import escalate_overdue
from services.matching.hosts import api as hosts
from services.matching.ledgers import api as ledgers
from services.matching.likeness import key_of
from services.matching.matches import api as matches
from services.matching.mentorings import api as mentorings
from services.matching.mobilities import api as mobilities
from services.matching.placements import api as placements
from services.matching.plans import api as plans
from services.matching.pool import api as pool
from services.matching.pool.service import lay_down
from services.matching.prechecks import api as prechecks
from services.matching.proposals import api as proposals
from services.matching.recognitions import api as recognitions
from services.matching.recognitions.service import expire
from services.matching.reference_figures import api as reference_figures
from services.matching.returns import api as returns
from services.matching.scoring_profiles import api as scoring_profiles
from services.matching.settings import MatchingSettings
from services.matching.stays import api as stays
from services.matching.subject_rights import api as subject_rights
from services.matching.taxonomies import Taxonomies

TAGS = {
    "candidates": "People who look for work or training, as their organisation registered them.",
    "consents": "What people agreed to, to which text, and what they withdrew.",
    "subject rights": "Who saw a person, and all that is held about them.",
    "pool": "Who still looks, who is to be asked again, and who may be registered twice.",
    "fairness": "How groups fare among those who are eligible.",
    "matches": "Who fits what, at home and away, and what is missing.",
    "prechecks": "Whether there is a chance, before anybody registers; nothing is stored.",
    "plans": "Training that closes a gap before the job begins.",
    "proposals": "One candidate, one vacancy, two answers.",
    "allocations": "A whole cohort placed at once under every quota: as a dry run, then by a person's decision.",
    "enrolments": "Places in training sessions and their results.",
    "placements": "Jobs from the offer to the return.",
    "ledgers": "Who paid what, with receipts, and what a worker's job cost the worker.",
    "cases": "Guard rails that tripped, and how they were put right.",
    "check-ins": "What workers say after three, six and twelve months; never shown to the employer.",
    "grievances": "What workers complain of with a token and no name; never shown to the employer.",
    "recognitions": "Qualifications before recognition authorities.",
    "returns": "The way back, what was learned, and money sent home.",
    "closings": "Why cases closed, and what the person can do next.",
    "contestations": "Decisions that a candidate asks somebody else to look at again.",
    "firms": "Firms of entrepreneurs, and small firms that send their employees.",
    "hosts": "Hosts for entrepreneurs, and firms for hosts.",
    "mobilities": "The way of an entrepreneur: from interest to stays, agreements and follow-ups.",
    "stays": "Stays with hosts: room, visas, and days of 90 in 180.",
    "mentorings": "Mentors of the diaspora, and their hours.",
    "reference figures": "Exchange rates, price levels, wages and shares, by source and release.",
    "fourfold win": "Whether all four parties gain, with every input and its source.",
    "fourfold parameters": "Weights, reference gains and horizon that both sides of a partnership agreed on.",
}
# In the order in which the document shows them.
SLICES = (
    candidates,
    consents,
    subject_rights,
    pool,
    fairness,
    matches,
    scoring_profiles,
    prechecks,
    plans,
    proposals,
    allocations,
    enrolments,
    placements,
    ledgers,
    cases,
    check_ins,
    grievances,
    recognitions,
    returns,
    closings,
    contestations,
    firms,
    hosts,
    mobilities,
    stays,
    mentorings,
    reference_figures,
    fourfold_parameters,
    fourfold_results,
)


def create_app(
    settings: MatchingSettings | None = None,
    database: Database | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """Matching as an ASGI application; settings come from the environment unless given."""
    settings = settings or MatchingSettings()
    database = database or Database(settings.database_url.get_secret_value(), settings.database_pool_size)
    secret = settings.client_secret.get_secret_value() if settings.client_secret else None
    registry = Peer(settings.registry_url, settings.auth_issuer, settings.client_id, secret, transport)
    engine = Engine(settings.euro_rates)
    taxonomies = Taxonomies(database, registry, engine)
    likeness_key = key_of(settings.likeness_secret.get_secret_value().encode())
    follower = Follower("registry", database, registry, feeds.handler(taxonomies), feeds.reset)
    background: list[asyncio.Task[None]] = []

    async def start() -> None:
        for loops in (index, remaining):
            await asyncio.to_thread(loops.warm)  # before readiness: no request pays for the compiler
        background.append(asyncio.create_task(taxonomies.keep()))

    async def stop() -> None:
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await registry.close()

    app = create_service(
        settings,
        title="Passerelle matching",
        summary="Candidates, matches and what comes of them",
        description="Who fits which job at home or away, why, what is missing and how to learn it; proposals,"
        " enrolments and placements. The only service with personal data.",
        tags=TAGS,
        routers=[each.router for each in SLICES],
        followers=[follower],
        database=database,
        transport=transport,
        on_start=[start],
        on_stop=[stop],
        chores=_chores(settings, engine, likeness_key),
    )
    app.state.engine, app.state.taxonomies = engine, taxonomies
    app.state.likeness_key = likeness_key
    app.state.forget_on_reset = [engine.forget, taxonomies.forget]
    return app


def _chores(settings: MatchingSettings, engine: Engine, likeness_key: bytes) -> list[Chore]:
    async def close_month(session: AsyncSession) -> bool:
        return await close_next_month(session, engine)

    async def hash_anew(session: AsyncSession) -> bool:
        return await duplicates.hash_anew(session, likeness_key)

    async def forget_accesses(session: AsyncSession) -> bool:
        return await access_log.forget_old(session, settings.access_log_days)

    return [
        access_log.CHAIN.seal,
        receipts.stamp,
        lay_down,
        guard_rails.trip_overdue,
        escalate_overdue,
        expire,
        close_month,
        hash_anew,
        forget_accesses,
    ]
