"""Keeps what a benchmark found: one entry a name in results.json, the latest run replacing the one before."""

import json
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from os import cpu_count
from pathlib import Path

RESULTS = Path(__file__).parent / "results.json"


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
