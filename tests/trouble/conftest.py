"""Fixtures for a shop whose database or disk gets into trouble."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trouble.small_disk import SmallDisk, small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk") as disk:
        yield disk
