"""Distributes tests to the processes of pytest-xdist: those that share something costly go to one process.

xdist’s own `loadgroup` needs node IDs that pytest 9 does not let it change, and gives every test to any process: each
of them would fill the same shop.
"""

import re
from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parent.parent
# Fixtures that all tests of a file share, and the mark of files whose tests would disturb each other.
SHARED = re.compile(r'scope="module"|\bshared_shop\b|\bxdist_group\(')
# The fuzzed shop is a fixture of tests/fuzz/conftest.py.
FUZZED = re.compile(r"tests/fuzz/.*\[(sqlite|postgresql)\b")


class SharingScheduling(LoadScopeScheduling):
    """Units of many tests are given out first, then single tests in their order, so that all processes end together."""

    def _split_scope(self, nodeid: str) -> str:
        """The unit of a test: the file whose fixtures it shares, or only itself."""
        if fuzzed := FUZZED.match(nodeid):
            return f"fuzzed shop on {fuzzed[1]}"
        file = nodeid.partition("::")[0]
        return file if _is_shared(file) else nodeid


@cache
def _is_shared(file: str) -> bool:
    return SHARED.search((ROOT / file).read_text()) is not None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> SharingScheduling | None:
    """Replace `--dist loadgroup`."""
    return SharingScheduling(config, log) if config.getvalue("dist") == "loadgroup" else None
