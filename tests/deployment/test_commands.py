"""The `flask --app wsgi …` commands `create-admin` and `migrate`."""

import json
from pathlib import Path

from storefront.config import Config
from tests import databases
from tests.deployment.conftest import Command
from tests.processes import module, start


def admins(environment: dict[str, str]) -> dict[str, int]:
    """{email: session version} of all admins."""
    with databases.another_connection(Config.from_environment(environment)) as database:
        return dict(database.execute("SELECT email, session_version FROM admin").fetchall())


def test_the_first_admin_can_be_created_before_the_first_start(
    command: Command, shop_environment: dict[str, str]
) -> None:
    answer = command(
        "flask", "--app", "wsgi", "create-admin", "--email", "Olena@Example.com", "--password", "long one!"
    )
    assert answer.returncode == 0, answer.stderr
    assert "olena@example.com can sign in" in answer.stdout
    assert admins(shop_environment) == {"olena@example.com": 1}


def test_an_existing_admin_gets_the_new_password_and_its_sessions_end(
    command: Command, shop_environment: dict[str, str]
) -> None:
    for password in ("long one!", "longer one!"):
        create = ("flask", "--app", "wsgi", "create-admin", "--email", "olena@example.com", "--password", password)
        assert command(*create).returncode == 0
    assert admins(shop_environment) == {"olena@example.com": 2}
    with databases.another_connection(Config.from_environment(shop_environment)) as database:
        (stored,) = database.execute("SELECT password_hash FROM admin").fetchone() or ("",)
    # More than OWASP asks for. In the tests' own process a hash costs less.
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_missing_password_is_prompted_for_without_echo(command: Command, shop_environment: dict[str, str]) -> None:
    typed = "typed password\n" * 2
    answer = command("flask", "--app", "wsgi", "create-admin", "--email", "olena@example.com", typed=typed)
    assert answer.returncode == 0, answer.stderr
    assert "typed password" not in answer.stdout + answer.stderr
    assert admins(shop_environment) == {"olena@example.com": 1}


def test_a_password_from_standard_input_is_neither_an_argument_nor_printed(
    command: Command, shop_environment: dict[str, str]
) -> None:
    create = ("flask", "--app", "wsgi", "create-admin", "--email", "olena@example.com", "--password-stdin")
    answer = command(*create, typed="typed password\nand more\n")
    assert answer.returncode == 0, answer.stderr
    assert admins(shop_environment) == {"olena@example.com": 1}
    assert "typed password" not in answer.stdout + answer.stderr
    line = json.loads(answer.stderr)
    assert (line["log"], line["what"], line["from"]) == ("security", "admin_create", "console")
    assert line["admin"] == "olena@example.com"
    weak = command(*create, typed="password\n")
    assert weak.returncode == 2 and "is easy to guess" in weak.stderr and "Traceback" not in weak.stderr


def test_a_short_password_and_an_invalid_email_are_refused(command: Command) -> None:
    create = ("flask", "--app", "wsgi", "create-admin")
    short = command(*create, "--email", "olena@example.com", "--password", "short")
    assert short.returncode != 0 and "at least 8 characters" in short.stderr
    wrong = command(*create, "--email", "olena", "--password", "long enough")
    assert wrong.returncode != 0 and "email address" in wrong.stderr


def test_two_concurrent_migrate_commands_apply_each_migration_once(
    tmp_path: Path, shop_environment: dict[str, str], command: Command
) -> None:
    both = [
        start(module("flask", "--app", "wsgi", "migrate"), tmp_path / f"{number}.log", shop_environment)
        for number in (1, 2)
    ]
    assert [process.wait() for process in both] == [0, 0], [process.output for process in both]
    said = [line for process in both for line in process.output.splitlines() if line.startswith("applied ")]
    assert said and len(said) == len(set(said))
    assert "nothing to migrate" in command("flask", "--app", "wsgi", "migrate").stdout
