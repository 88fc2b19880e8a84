"""Keeps what a benchmark found: one entry a name in results.json, the latest run replacing the one before, and the same
in the section "All figures" of RESULTS.md."""

import json
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from os import cpu_count
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results.json"
TABLE = Path(__file__).parent / "RESULTS.md"
HEADING = "## All figures"


def record(name: str, value: float, unit: str, against: str, packages: tuple[str, ...] = ()) -> None:
    """`against`: the peer measured in the same run and what it took. `packages`: whose versions matter."""
    entries = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    entry = {
        "name": name,
        "value": round(value, 4),
        "unit": unit,
        "against": against,
        "machine": f"{platform.machine()}, {cpu_count()} cores",
        "versions": {"python": platform.python_version(), **{package: version(package) for package in packages}},
        "date": datetime.now(UTC).date().isoformat(),
    }
    kept = [old for old in entries if old["name"] != name]
    ordered = sorted([*kept, entry], key=lambda each: str(each["name"]))
    RESULTS.write_text(json.dumps(ordered, indent=2, ensure_ascii=False) + "\n")
    _put_section(table(ordered))


def table(entries: list[dict[str, Any]]) -> str:
    """All figures for people to read, under a heading of their own."""
    lines = [
        HEADING,
        "",
        "Written by `make bench`, each figure beside what it was measured against in the same run. Ratios hold, times",
        "are one machine's; a load above 1 means that others were using it.",
        "",
        "| what | value | against | versions | date |",
        "|---|---|---|---|---|",
    ]
    for entry in entries:
        versions = ", ".join(f"{name} {number}" for name, number in entry["versions"].items())
        value = f"{entry['value']:,g} {entry['unit']}"
        cells = (entry["name"], value, entry["against"], f"{entry['machine']}; {versions}", entry["date"])
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _put_section(section: str) -> None:
    """In place of the one before; other sections of RESULTS.md are written by others."""
    text = TABLE.read_text() if TABLE.exists() else "# Results\n"
    before, _, rest = text.partition(f"{HEADING}\n")
    _, heading, after = rest.partition("\n## ")
    TABLE.write_text(f"{before.rstrip()}\n\n{section}" + (f"{heading}{after}" if heading else ""))
