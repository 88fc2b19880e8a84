"""Sample data that comes with Passerelle: an extract of ESCO and invented partners, jobs, courses and people."""

from pathlib import Path

ESCO = Path(__file__).parent / "esco"
ESCO_VERSION = "1.2.0-sample"
