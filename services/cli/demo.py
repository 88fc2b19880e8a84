"""`passerelle demo`: a partnership from the first signature to the report, on running services."""

import asyncio
import json as jsonlib
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
from cyclopts import Parameter

from services.cli.keys import write_private
from services.cli.postgres import PostgresError
from services.cli.processes import FolderInUseError
from services.cli.sample import ESCO, ESCO_VERSION
from services.cli.sample.loader import load
from services.cli.sample.official import on_official_esco
from services.cli.sample.partner import Json, RefusedError
from services.cli.sample.rows import Row, read
from services.cli.screen import Screen
from services.cli.stack import Stack, StartError
from services.cli.story import Story
from services.cli.up import stop_event
from services.kit.db import Database
from services.registry.taxonomy.csvfile import TaxonomyError
from services.registry.taxonomy.importing import ImportReport, import_taxonomy
from services.registry.taxonomy.reading import read as read_taxonomy

_PARTNERSHIP = "MA-BE-GREEN"


def demo(
    *,
    esco: Annotated[list[Path] | None, Parameter(negative="")] = None,
    data: Path | None = None,
    port: int = 8100,
    exit: bool = False,
    json: Path | None = None,
) -> None:
    """Tell the story of a skills partnership, as a client of services that it starts.

    Parameters
    ----------
    esco
        Official ESCO CSV export (folders or zips); jobs and people are then built on it. The bundled sample otherwise.
    data
        Folder to keep; a temporary one otherwise.
    port
        The services take the three ports after it.
    exit
        Stop at the end instead of leaving the services up.
    json
        Write what happened to this file.
    """
    stopping = stop_event()
    screen = Screen()
    with _folder(data) as folder:
        stack = Stack(folder, port)
        try:
            told = _tell(stack, stopping, esco, screen)
            if json is not None and told:
                json.write_text(jsonlib.dumps(told, indent=2, ensure_ascii=False) + "\n")
            if not exit and not stopping.is_set():
                screen.links(stack.urls, stack.addresses()["credentials"])
                stopping.wait()
        except (FolderInUseError, PostgresError, StartError, TaxonomyError, RefusedError, TimeoutError) as problem:
            print(f"passerelle: {problem}", file=sys.stderr)
            raise SystemExit(1) from None
        finally:
            stopping.set()
            stack.stop()


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    if data is not None:
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="passerelle-", ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "data"


def _tell(stack: Stack, stopping: threading.Event, esco: list[Path] | None, screen: Screen) -> Json:
    began = time.perf_counter()
    screen.chapter("Three services and their databases start")
    stack.claim()
    stack.start(stopping)
    if stopping.is_set():
        return {}
    threading.Thread(target=stack.watch, args=(stopping,), daemon=True).start()
    ready = time.perf_counter() - began
    screen.say(f"Ready after {ready:.1f} s.")
    told = asyncio.run(_story(stack, esco, screen))
    told["seconds"] = {"ready": round(ready, 1), "story": round(time.perf_counter() - began - ready, 1)}
    screen.say(f"\nThe story took {told['seconds']['story']} s.")
    return told


async def _story(stack: Stack, esco: list[Path] | None, screen: Screen) -> Json:
    screen.chapter("Skills and occupations")
    with screen:
        imported = await _import(stack, esco, screen)
    screen.taxonomy(imported)
    file = stack.folder / "credentials.json"
    credentials = jsonlib.loads(file.read_text())
    urls = stack.addresses()
    vacancies, candidates = await asyncio.to_thread(_rows, esco)
    today = datetime.now(UTC).date()
    async with httpx.AsyncClient(timeout=30) as http:
        screen.chapter("Partners push what they have, each with its own client")
        with screen:
            loaded = await load(
                urls,
                credentials,
                screen.advance,
                today,
                vacancies,
                candidates,
                save=lambda held: write_private(file, held),
            )
        story = Story(http, urls, credentials, loaded, today, screen.advance)
        report = await _corridor(story, screen)
    return _summary(imported, loaded, story, report)


async def _corridor(story: Story, screen: Screen) -> Json:
    """From matches to the report; returns the report."""
    screen.chapter("Every candidate, at home and away")
    with screen:
        await story.settle()
        await story.match_everybody()
    screen.people(story.people)
    if someone := next((p for p in story.people if p.fits), None):
        screen.explanation(someone)
    screen.chapter("Training for those who nearly fit")
    with screen:
        await story.train()
    if learner := next((p for p in story.people if p.plan), None):
        screen.plan(learner)
    screen.say(f"{story.certified} certificates were given; their skills count from now on.")
    screen.chapter("Proposals, answered by both sides")
    with screen:
        await story.propose()
    screen.counts("proposals", story.proposals)
    screen.counts("placements started", story.placements)
    screen.chapter("The report followed by itself")
    with screen:
        report = await story.report(_PARTNERSHIP)
    screen.report(report)
    return report


async def _import(stack: Stack, esco: list[Path] | None, screen: Screen) -> ImportReport:
    registry = Database(stack.database_urls["DATABASE_URL_REGISTRY"], pool_size=1)
    try:
        paths, version = (esco, None) if esco else ([ESCO], ESCO_VERSION)
        return await import_taxonomy(registry, paths, version, _one_bar(screen))
    finally:
        await registry.close()


def _one_bar(screen: Screen) -> Callable[[str, int, int], None]:
    """Two dozen files and tables as one bar that grows with each."""
    rows: dict[str, tuple[int, int]] = {}

    def advance(stage: str, done: int, total: int) -> None:
        rows[stage] = done, total
        screen.advance("reading and loading", sum(d for d, _ in rows.values()), sum(t for _, t in rows.values()))

    return advance


def _rows(esco: list[Path] | None) -> tuple[list[Row], list[Row]]:
    if not esco:
        return read("vacancies"), read("candidates")
    return on_official_esco(read_taxonomy(esco), read("vacancies"), read("candidates"))


def _summary(imported: ImportReport, loaded: Json, story: Story, report: Json) -> Json:
    counted: dict[str, Any] = asdict(imported)
    counted.pop("rejected")
    return {
        "taxonomy": counted,
        "partnerships": len(loaded["partnerships"]),
        "vacancies": loaded["statuses"]["vacancies"],
        "candidates": {
            **loaded["statuses"]["candidates"],
            "total": len(story.people),
            "with_result": sum(1 for p in story.people if p.matches),
            "with_reason_only": sum(1 for p in story.people if not p.matches and p.reason),
            "without_either": sum(1 for p in story.people if not p.matches and not p.reason),
        },
        "plans": sum(1 for p in story.people if p.plan),
        "certificates": story.certified,
        "proposals": dict(story.proposals),
        "placements_started": dict(story.placements),
        "failed_rows": loaded["failed"],
        "report": report,
    }
