"""`passerelle reference import`: reference figures of official sources, and tables of them, into matching."""

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from cyclopts import App
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy.exc import SQLAlchemyError

from services.cli.addresses import database_of
from services.cli.migrate import with_asyncpg
from services.kit import bulk, tables
from services.kit.db import Database
from services.kit.errors import Problem
from services.kit.tenancy import HOUSE
from services.matching.reference_figures import ilostat, service
from services.matching.reference_figures.schemas import FigureIn

app = App(name="reference", help="Reference figures that the fourfold win is computed with.")
imports = App(name="import", help="Record figures from files; a repeat changes nothing.")
app.command(imports)

_AT_ONCE = 200  # rows between two looks at the progress
_MEDIA_TYPES = {".csv": tables.CSV, ".xlsx": tables.XLSX, ".ndjson": bulk.MEDIA_TYPE}


@imports.command(name="ilostat-wages")
def ilostat_wages(
    file: Path,
    /,
    *,
    released_on: str | None = None,
    database_url: str | None = None,
    data: Path = Path(".passerelle/data"),
) -> None:
    """Import average monthly earnings of employees (EAR_4MTH_SEX_…) as ILOSTAT exports them with labels.

    Both sexes together, whole countries or ISCO-08 groups; with source, licence (CC BY 4.0) and day of release.

    Parameters
    ----------
    file
        The CSV file.
    released_on
        Day of the export, YYYY-MM-DD, where the name of the file does not end with it.
    database_url
        Matching's database; DATABASE_URL_MATCHING when left out, else that of a running `passerelle up`.
    data
        The folder of that `passerelle up`.
    """
    try:
        released = date.fromisoformat(released_on) if released_on else ilostat.released_on(file.name)
        if released is None:
            raise ilostat.NotTheSeriesError("The name of the file does not say of which day it is: give --released-on.")
        wages = ilostat.wages(file.read_bytes(), released)
    except (ValueError, OSError) as problem:
        sys.exit(f"passerelle: {problem}\nNothing was changed.")
    for reason, count in wages.left_out.most_common():
        print(f"{count} of {wages.lines} lines left out: {reason}")
    _import(list(bulk.checked(enumerate(wages.figures, 1), FigureIn)), database_url, data)


@imports.command(name="table")
def table(file: Path, /, *, database_url: str | None = None, data: Path = Path(".passerelle/data")) -> None:
    """Import a table of figures: CSV, XLSX or NDJSON with the fields of `record_reference_figures`, one figure a row.

    Parameters
    ----------
    file
        The table; the headers of its columns are the names of the fields.
    database_url
        Matching's database; DATABASE_URL_MATCHING when left out, else that of a running `passerelle up`.
    data
        The folder of that `passerelle up`.
    """
    if file.suffix.lower() not in _MEDIA_TYPES:
        sys.exit(f"passerelle: {file.name} is no {', '.join(_MEDIA_TYPES)} file.\nNothing was changed.")
    try:
        rows = list(tables.batch(_MEDIA_TYPES[file.suffix.lower()], file.read_bytes(), FigureIn, service.fields))
    except Problem as problem:
        errors: Sequence[dict[str, Any]] = problem.more.get("errors", ())
        said = "; ".join(error["message"] for error in errors) or problem.detail
        sys.exit(f"passerelle: {said}\nNothing was changed.")
    except OSError as problem:
        sys.exit(f"passerelle: {problem}\nNothing was changed.")
    _import(rows, database_url, data)


def _import(rows: list[bulk.Row[FigureIn]], database_url: str | None, data: Path) -> None:
    """Record the rows and say what became of them; exit 1 where one was refused."""
    try:
        results = asyncio.run(_record(database_url or database_of("matching", data), rows))
    except (LookupError, OSError, SQLAlchemyError) as problem:
        sys.exit(f"passerelle: {str(problem).splitlines()[0]}\nNothing was changed.")
    for status, count in sorted(Counter(result.status for result in results).items()):
        print(f"{count} {status.value}")
    failed = [result for result in results if result.errors]
    for result in failed[:10]:
        errors = "; ".join(f"{error.pointer} {error.message}" for error in result.errors)
        print(f"row {result.row}: {errors}", file=sys.stderr)
    if failed:
        sys.exit(1)


async def _record(url: str, rows: Sequence[bulk.Row[FigureIn]]) -> list[bulk.RowResult]:
    database = Database(with_asyncpg(url), pool_size=1)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    results: list[bulk.RowResult] = []
    try:
        with Progress(*columns, console=Console(stderr=True)) as progress:
            bar = progress.add_task("figures", total=len(rows))
            async with database.transaction(HOUSE) as session:
                for first in range(0, len(rows), _AT_ONCE):
                    results += await service.record_rows(session, None, rows[first : first + _AT_ONCE])
                    progress.update(bar, completed=len(results))
    finally:
        await database.close()
    return results
