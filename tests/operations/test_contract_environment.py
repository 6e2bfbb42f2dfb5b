"""What is wrong in the environment is said in one line with its name, whichever command meets it."""

from pathlib import Path

import pytest

from tests.operations.conftest import Command
from tests.processes import module, running


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEB_CONCURRENCY", "many"),
        ("WEB_CONCURRENCY", "-2"),
        ("HOST", "999.1.1.1"),
        ("HOST", "192.0.2.1"),
        ("HOST", ".a"),
    ],
)
def test_the_start_names_what_is_wrong(name: str, value: str, command: Command) -> None:
    answer = command("storefront", env={name: value})
    assert answer.returncode == 2
    assert answer.stderr.startswith(f"{name}: ")
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "eighty"), ("DATABASE_URL", "mysql://localhost/shop"), ("ENCRYPTION_KEYS", "not-a-key")],
)
def test_commands_name_it_too(name: str, value: str, command: Command) -> None:
    answer = command("flask", "--app", "wsgi", "migrate", env={name: value})
    assert answer.returncode != 0
    assert answer.stderr.startswith(f"{name}: ")
    assert answer.stderr.count("\n") == 1
    assert "not-a-key" not in answer.stderr


def test_a_variable_left_empty_means_its_default(shop_environment: dict[str, str], tmp_path: Path) -> None:
    environment = {**shop_environment, "WEB_CONCURRENCY": "", "PUBLIC_URL": "", "TRUSTED_PROXIES": ""}
    with running(
        module("storefront"), f"http://127.0.0.1:{environment['PORT']}/readyz", tmp_path / "shop.log", environment
    ) as shop:
        assert shop.stop() == 0, shop.output
