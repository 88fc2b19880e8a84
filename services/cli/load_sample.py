"""Load the bundled sample into running services: `python -m services.cli.load_sample FOLDER URLS`."""

import json
import sys
from pathlib import Path

from services.cli import sample

if __name__ == "__main__":
    # Adds a client for each sample organisation to credentials.json.
    sample.load(json.loads(sys.argv[2]), Path(sys.argv[1]) / "credentials.json")
