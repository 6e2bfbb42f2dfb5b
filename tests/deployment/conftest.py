"""Fixtures for a shop that an operator starts: its environment, and its commands."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.processes import ROOT, free_port

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def shop_environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An empty instance folder and a free port; nothing listens at the Stripe address."""
    with databases.new_database(migrated=False) as database:
        yield {
            "INSTANCE_DIR": str(tmp_path / "instance"),
            "PORT": str(free_port()),
            "WEB_CONCURRENCY": "2",
            "STRIPE_API_BASE": "http://127.0.0.1:9",
            **database,
        }


@pytest.fixture
def command(shop_environment: dict[str, str]) -> Command:
    """Run `python -m …` in the shop's environment plus `env`, and wait for its end."""

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
