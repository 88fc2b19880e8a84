"""`passerelle work matching`: computes runs that place a cohort, until it is told to stop."""

import asyncio
import os
import signal
from typing import Literal

from services.kit.db import Database
from services.kit.tenancy import HOUSE
from services.matching.allocations import queue
from services.matching.settings import MatchingSettings

_IDLE_SECONDS = 0.5
_AWAY_SECONDS = 2.0


def work(service: Literal["matching"]) -> None:
    """Take runs that wait, one after the other. Any number of workers may run, on any machine with the settings of the
    service; a run whose worker dies is taken up by another.

    Parameters
    ----------
    service
        Whose work. Settings come from the environment, as those of the service do.
    """
    asyncio.run(_work(MatchingSettings(service_name=f"{service}-worker")))


async def _work(settings: MatchingSettings) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    database = Database(settings.database_url.get_secret_value(), pool_size=3)
    try:
        await _until_one_waits(database, stopping)
        if not stopping.is_set():
            # Only now: what computes takes 200 MB, and most installations place a cohort a few times a year.
            from services.matching.allocations.worker import Worker

            worker = Worker(database, settings.euro_rates, settings.allocation_lease_seconds)
            working = asyncio.create_task(worker.work(stopping))
            await stopping.wait()
            # A thread that computes cannot be interrupted; the lease ends, and another worker takes the run up.
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            os._exit(0)
    finally:
        await database.close()


async def _until_one_waits(database: Database, stopping: asyncio.Event) -> None:
    pause = _IDLE_SECONDS
    while not stopping.is_set():
        try:
            async with database.transaction(HOUSE) as session:
                if await queue.waits(session):
                    return
            pause = _IDLE_SECONDS
        except Exception:
            pause = _AWAY_SECONDS
        try:
            async with asyncio.timeout(pause):
                await stopping.wait()
        except TimeoutError:
            continue
