"""Fixtures for a shop that an operator starts: its environment, and its commands."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.fork_server import ForkedProgram
from tests.processes import PATIENCE, free_port

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
def command(shop_environment: dict[str, str], tmp_path: Path) -> Command:
    """Run `python -m …` in the shop's environment plus `env`, and wait for its end."""
    folder = tmp_path / "of-commands"

    def run(*arguments: str, env: dict[str, str] | None = None, typed: str = "") -> subprocess.CompletedProcess[str]:
        folder.mkdir(exist_ok=True)
        stdin, stdout, stderr = (folder / name for name in ("stdin", "stdout", "stderr"))
        stdin.write_text(typed)
        environment = {**os.environ, **shop_environment, **(env or {})}
        code = ForkedProgram(arguments, environment, stdin, stdout, stderr).wait(PATIENCE)
        return subprocess.CompletedProcess(arguments, code, stdout.read_text(), stderr.read_text())

    return run
