"""How long the event loop of a service waits for its turn while a batch is ranked in threads.

    python -m benchmarks.matching.loop_lag

20,000 candidates × 10,000 vacancies, over and over for ten seconds, beside the same loop with nothing to do.
"""

import asyncio
from time import perf_counter

import numpy as np

from benchmarks.matching.esco import ESCO, RATES, taxonomy
from benchmarks.matching.rank_batch import filled, report
from services.matching.engine import Engine
from services.matching.index import warm

CANDIDATES, VACANCIES, SECONDS, TICK = 20_000, 10_000, 10.0, 0.002


async def lags(seconds: float) -> list[float]:
    """Milliseconds that each short sleep took too long."""
    late, until = [], perf_counter() + seconds
    while (began := perf_counter()) < until:
        await asyncio.sleep(TICK)
        late.append((perf_counter() - began - TICK) * 1000)
    return late


async def measure(engine: Engine) -> None:
    idle = float(np.percentile(await lags(2.0), 99))
    done = 0

    async def batches() -> None:
        nonlocal done
        while True:
            await engine.rank_all(10)
            done += 1

    work = asyncio.create_task(batches())
    busy = float(np.percentile(await lags(SECONDS), 99))
    work.cancel()
    assert done
    report("loop_lag_p99_ms", busy, "ms", f"goal 50 ms; idle loop {idle:.1f} ms; {done} batches in {SECONDS:.0f} s")


def main() -> None:
    if not (ESCO / "relations.zip").exists():
        print(f"skipped: no ESCO export in {ESCO} (PASSERELLE_DATA names the folder above)")
        return
    warm()
    engine = Engine(RATES)
    engine.index = filled(taxonomy(), CANDIDATES, VACANCIES)
    asyncio.run(measure(engine))


if __name__ == "__main__":
    main()
