"""An invalid environment variable is reported in one line with its name, by every command."""

import socket
from pathlib import Path

import pytest

from tests.deployment.conftest import Command
from tests.processes import running_quickly

CREATE = "create-admin --email olena@example.com --password long-enough"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEB_CONCURRENCY", "many"),
        ("WEB_CONCURRENCY", "-2"),
        ("WORKER_THREADS", "0"),
        ("HOST", "999.1.1.1"),
        ("HOST", "192.0.2.1"),
        ("HOST", ".a"),
    ],
)
def test_the_start_names_the_invalid_variable(name: str, value: str, command: Command) -> None:
    answer = command("storefront", env={name: value})
    assert answer.returncode == 2
    assert answer.stderr.startswith(f"{name}: ")
    assert answer.stderr.count("\n") == 1


def test_the_start_names_a_taken_port_and_a_damaged_database_at_once(command: Command, tmp_path: Path) -> None:
    words = tmp_path / "words.db"
    words.write_text("This is no database, although it is long enough to have the header of one. " * 2)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        answer = command("storefront", env={"PORT": port, "DATABASE_URL": f"sqlite:///{words}"})
    assert answer.returncode == 2
    assert [line.partition(": ")[0] for line in answer.stderr.splitlines()] == ["PORT", "DATABASE_URL"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "eighty"), ("DATABASE_URL", "mysql://localhost/shop"), ("ENCRYPTION_KEYS", "not-a-key")],
)
def test_commands_name_the_invalid_variable(name: str, value: str, command: Command) -> None:
    answer = command("flask", "--app", "wsgi", "migrate", env={name: value})
    assert answer.returncode == 2
    assert answer.stderr.startswith(f"{name}: ")
    assert answer.stderr.count("\n") == 1
    assert "not-a-key" not in answer.stderr


def test_an_empty_variable_means_its_default(shop_environment: dict[str, str], tmp_path: Path) -> None:
    environment = {**shop_environment, "WEB_CONCURRENCY": "", "PUBLIC_URL": "", "TRUSTED_PROXIES": ""}
    with running_quickly(
        ["storefront"], f"http://127.0.0.1:{environment['PORT']}/readyz", tmp_path / "shop.log", environment
    ) as shop:
        assert shop.stop() == 0, shop.output


@pytest.mark.parametrize("typed", ["migrate", CREATE, "reconcile", "doctor"])
@pytest.mark.parametrize("address", ["postgresql://shop:hunter2@127.0.0.1:9/shop", "sqlite:////proc/nowhere/shop.db"])
def test_a_command_that_cannot_reach_its_database_says_so_in_one_line(
    typed: str, address: str, command: Command
) -> None:
    answer = command("flask", "--app", "wsgi", *typed.split(), env={"DATABASE_URL": address})
    assert answer.returncode == 1
    assert "DATABASE_URL: " in answer.stderr
    assert answer.stderr.count("\n") == 1
    assert "hunter2" not in answer.stderr
