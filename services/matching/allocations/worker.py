"""The process that computes runs: `passerelle work matching`.

It computes in a thread and says on its event loop that it is alive, so that a run is taken from a worker only when the
worker is gone. Any number of workers may run; each takes what waits longest.
"""

import asyncio
import os
import socket
import time
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import DBAPIError

from services.contracts.vocabulary import AllocationStage, AllocationStatus
from services.kit import tenancy
from services.kit.db import Database
from services.matching import allocation_runs
from services.matching.allocation import Cancelled
from services.matching.allocations import material, queue, writing
from services.matching.allocations.queue import LostError, Taken
from services.matching.engine import Engine
from services.matching.models.allocations import AllocationRun
from services.matching.profiles import Rates

log = structlog.get_logger()

_IDLE_SECONDS = 0.5
_AFTER_AN_ERROR_SECONDS = 2.0
MOST_ATTEMPTS = 5  # a run that kills its workers is given up
# At which percent each stage begins; about how long the stages take.
_BEGINS = {
    AllocationStage.READING: 0,
    AllocationStage.SCORING: 20,
    AllocationStage.ALLOCATING: 60,
    AllocationStage.EXPLAINING: 90,
    AllocationStage.DONE: 100,
}


@dataclass
class Progress:
    """Written by the thread that computes, read by the loop that tells."""

    stage: AllocationStage = AllocationStage.READING
    share: float = 0.0
    begun: float = field(default_factory=time.monotonic)
    stop: bool = False

    def enter(self, stage: AllocationStage, share: float = 0.0) -> None:
        self.stage, self.share = stage, share

    def told(self) -> tuple[str, int, int | None]:
        """Stage, percent and an estimate of seconds left, none before a tenth is done."""
        begins = _BEGINS[self.stage]
        following = min(each for each in _BEGINS.values() if each > begins)
        done = begins + min(1.0, max(0.0, self.share)) * (following - begins)
        passed = time.monotonic() - self.begun
        return self.stage.value, int(done), round(passed * (100 - done) / done) if done >= 10 else None


class Worker:
    """Takes runs until it is told to stop."""

    def __init__(self, database: Database, rates: Rates, lease: float, name: str | None = None) -> None:
        self._database, self._lease = database, lease
        self._engine = Engine(rates)
        self.name = name or f"{socket.gethostname()}-{os.getpid()}"

    async def work(self, stopping: asyncio.Event) -> None:
        """Run after run; a database that is away is waited for."""
        while not stopping.is_set():
            try:
                pause = 0.0 if await self.step() else _IDLE_SECONDS
            except (DBAPIError, OSError, TimeoutError) as error:
                log.warning("worker_waits", error=type(error).__name__)
                pause = _AFTER_AN_ERROR_SECONDS
            if pause:
                await _until(stopping, pause)

    async def step(self) -> bool:
        """Compute one run, if one waits."""
        async with self._database.transaction(tenancy.HOUSE) as session:
            run = await queue.take(session, self.name, self._lease)
        if run is None:
            return False
        log.info("allocation_taken", allocation=str(run.id), attempt=run.attempts)
        progress = Progress()
        beating = asyncio.create_task(self._beat(run, progress))
        try:
            await self._compute(run, progress)
        except LostError:
            log.warning("allocation_lost", allocation=str(run.id))
        except Cancelled:
            await self._let_go(run, AllocationStatus.CANCELLED, None)
        except material.MissingError as missing:
            await self._let_go(run, AllocationStatus.FAILED, str(missing))
        except (DBAPIError, OSError):
            raise  # the lease ends, and whoever can takes it up
        except Exception as error:
            log.error("allocation_failed", allocation=str(run.id), exc_info=True)
            await self._let_go(run, AllocationStatus.FAILED, f"It could not be computed ({type(error).__name__}).")
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
        return True

    async def _compute(self, run: Taken, progress: Progress) -> None:
        if run.attempts > MOST_ATTEMPTS:
            await self._let_go(run, AllocationStatus.FAILED, f"{MOST_ATTEMPTS} workers were lost with it.")
            return
        async with self._database.transaction(tenancy.HOUSE) as session:
            shared, people = await queue.input_of(session, run.id)
        if shared is None:
            await self._write_input(run, progress)
            async with self._database.transaction(tenancy.HOUSE) as session:
                shared, people = await queue.input_of(session, run.id)
        assert shared is not None  # written just before, by whoever holds the lease
        texts, input_of_all = [text for _, text in people], shared
        progress.enter(AllocationStage.ALLOCATING)
        computed = await asyncio.to_thread(
            allocation_runs.compute, input_of_all, texts, progress.enter, lambda: progress.stop
        )
        hashes = allocation_runs.digest(input_of_all, texts), computed.sha256
        async with self._database.transaction(tenancy.HOUSE) as session:
            await queue.hold(session, run.id, self.name)
            await queue.finish(session, run.id, [id for id, _ in people], computed.results, computed.summary, hashes)
        log.info("allocation_computed", allocation=str(run.id))

    async def _write_input(self, run: Taken, progress: Progress) -> None:
        async with self._database.transaction(tenancy.HOUSE) as session:
            await self._engine.refresh(session)
        async with self._database.transaction(tenancy.HOUSE) as session:
            record = await session.get_one(AllocationRun, run.id)
            read = await material.read(session, self._engine, record)
        progress.enter(AllocationStage.SCORING)
        written = await asyncio.to_thread(writing.write, read)
        if progress.stop:
            raise Cancelled
        async with self._database.transaction(tenancy.HOUSE) as session:
            await queue.hold(session, run.id, self.name)
            await queue.keep_input(session, run.id, written.shared, written.people)

    async def _beat(self, run: Taken, progress: Progress) -> None:
        while True:
            try:
                async with self._database.transaction(tenancy.HOUSE) as session:
                    progress.stop |= await queue.beat(session, run.id, self.name, self._lease, progress.told())
            except LostError:
                progress.stop = True
                return
            except (DBAPIError, OSError, TimeoutError) as error:
                log.warning("worker_silent", error=type(error).__name__)
            await asyncio.sleep(self._lease / 5)

    async def _let_go(self, run: Taken, status: AllocationStatus, failure: str | None) -> None:
        async with self._database.transaction(tenancy.HOUSE) as session:
            await queue.let_go(session, run.id, self.name, status.value, failure)


async def _until(stopping: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return
