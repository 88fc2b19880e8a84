"""`passerelle taxonomy import`: official ESCO exports and label files into the registry."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from services.cli.addresses import database_of
from services.cli.migrate import with_asyncpg
from services.kit.db import Database
from services.registry.taxonomy.csvfile import TaxonomyError
from services.registry.taxonomy.importing import ImportReport, import_taxonomy

app = App(name="taxonomy", help="The skill taxonomy.")


@app.command(name="import")
def import_(
    paths: Annotated[list[Path], Parameter(negative="")],
    /,
    *,
    version: str | None = None,
    database_url: str | None = None,
    data: Path = Path(".passerelle/data"),
) -> None:
    """Import an official ESCO export, all or nothing, and put it in force.

    What is there already stays as it is. Label files in other languages may come with the export or later.

    Parameters
    ----------
    paths
        Folders, zips and CSV files as ESCO publishes them.
    version
        The version of ESCO, when the files do not tell; for label files alone, the version they belong to.
    database_url
        The registry's database; DATABASE_URL_REGISTRY when left out, else that of a running `passerelle up`.
    data
        The folder of that `passerelle up`.
    """
    console = Console(stderr=True)
    try:
        report = asyncio.run(_import(database_url or database_of("registry", data), paths, version, console))
    except LookupError as problem:
        sys.exit(f"passerelle: {problem}")
    except TaxonomyError as problem:
        console.print(f"passerelle: {problem}\nNothing was changed.", style="red", markup=False)
        sys.exit(1)
    _show(report)


async def _import(url: str, paths: list[Path], version: str | None, console: Console) -> ImportReport:
    database = Database(with_asyncpg(url), pool_size=1)
    columns = (TextColumn("{task.description:32}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=console) as progress:
            bars: dict[str, TaskID] = {}

            def advance(what: str, done: int, total: int) -> None:
                if what not in bars:
                    bars[what] = progress.add_task(what, total=total)
                progress.update(bars[what], completed=done, total=total)

            return await import_taxonomy(database, paths, version, advance)
    finally:
        await database.close()


def _show(report: ImportReport) -> None:
    table = Table("", "", title=f"ESCO {report.version}" + ("" if report.changed else ": was there, nothing changed"))
    table.columns[1].justify = "right"
    for name in ("skills", "green_skills", "occupations", "isco_groups", "skill_groups"):
        table.add_row(name.replace("_", " "), f"{getattr(report, name):,}")
    for name in ("relations_read", "relations_loaded", "relations_rejected"):
        table.add_row(name.replace("_", " "), f"{getattr(report, name):,}")
    for language, counts in report.labels.items():
        gaps = f"{counts['missing']:,} concepts without, {counts['unmatched']:,} of no concept"
        table.add_row(f"labels {language}", f"{counts['matched']:,} ({gaps})")
    Console().print(table)
    reasons: dict[str, int] = {}
    for row in report.rejected:
        reasons[f"{row['file']}: {row['reason']}"] = reasons.get(f"{row['file']}: {row['reason']}", 0) + 1
    for reason, count in list(reasons.items())[:10]:
        print(f"{count} left out of {reason}")
