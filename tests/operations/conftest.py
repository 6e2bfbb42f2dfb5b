"""A storefront as an operator starts it, in a folder of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.operations import postgres, redis_server
from tests.processes import ROOT, free_port

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def shop_environment(tmp_path: Path) -> dict[str, str]:
    """An empty instance and a free port; nothing is at Stripe's address."""
    return {
        "INSTANCE_DIR": str(tmp_path / "instance"),
        "PORT": str(free_port()),
        "WEB_CONCURRENCY": "2",
        "STRIPE_API_BASE": "http://127.0.0.1:9",
    }


@pytest.fixture
def command(shop_environment: dict[str, str]) -> Command:
    """Runs `python -m …` to its end in the shop's environment, changed by `env`."""

    def run(*arguments: str, env: dict[str, str] | None = None, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env={**os.environ, **shop_environment, **(env or {})},
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave tests out whose server isn't installed: `make test` says so, and `.ci/run` installs both."""
    here = {
        "postgres": bool(os.environ.get("TEST_POSTGRES_URL") or postgres.programs()),
        "redis": redis_server.is_installed(),
    }
    missing = [name for name, is_here in here.items() if not is_here]
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in missing)]
    items[:] = [item for item in items if item not in left_out]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
