"""An installation for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.installation import Installation, free_port


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path, free_port())
    yield installation
    for process in installation.processes():
        process.kill()
