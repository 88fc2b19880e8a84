"""`passerelle bench`: run the benchmarks, each in a process of its own beside its named alternative."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from services.cli.postgres import Postgres

_ROOT = Path(__file__).parents[2]


def bench(*only: str) -> None:
    """Run all benchmarks, or those whose name contains one of the words given; results go to benchmarks/results.json.

    Parameters
    ----------
    only
        Words such as `rank_one` or `house`.
    """
    modules = [name for name in found() if not only or any(word in name for word in only)]
    if not modules:
        raise SystemExit(f"No benchmark matches; there are {', '.join(found())}.")
    with tempfile.TemporaryDirectory() as folder:
        server = Postgres(Path(folder) / "postgres")
        server.start()
        environment = os.environ | {"BENCH_DATABASE_URL": server.url(driver="postgresql")}
        environment.setdefault("PASSERELLE_DATA", str(_ROOT.parent / "shared" / "data"))
        try:
            for module in modules:
                print(f"\n{module}", flush=True)
                command = [sys.executable, "-m", module]
                if subprocess.run(command, cwd=_ROOT, env=environment, check=False).returncode:  # noqa: S603
                    raise SystemExit(f"{module} failed")
        finally:
            server.stop()


def found() -> list[str]:
    """Modules under benchmarks/ that measure something when run."""
    files = sorted((_ROOT / "benchmarks").rglob("*.py"))
    return [
        ".".join(file.relative_to(_ROOT).with_suffix("").parts)
        for file in files
        if '__name__ == "__main__"' in file.read_text()
    ]
