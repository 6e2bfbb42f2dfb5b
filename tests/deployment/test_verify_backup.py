"""`flask --app wsgi verify-backup`: whether a backup would restore, without touching the shop."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from storefront import db
from storefront.models import Payment
from tests.cast import MARKO
from tests.deployment.test_backup import SEALED, TAMPERED, fingerprint, rewritten, typed, with_manifest
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import buy
from tests.simulator_process import Simulator


@pytest.fixture
def backed_up(app: Flask, environment: dict[str, str], simulator: Simulator, tmp_path: Path) -> Path:
    """A sealed backup of a shop that has sold twice."""
    offer = make_offer(connect_merchant(), slug="evening")
    for number in range(2):
        buy(offer, simulator, replace(MARKO, visit=f"visit-{number}"))
    file = tmp_path / "shop.backup"
    assert typed({**environment, **SEALED}, "backup", str(file)).exit_code == 0
    return file


def test_it_says_what_the_backup_holds_and_changes_nothing(backed_up: Path, environment: dict[str, str]) -> None:
    Payment.update(amount=1).execute()
    # Otherwise the command closes the last connection, and SQLite moves its write-ahead log into the file.
    db.close_connections()
    folder, before = environment["INSTANCE_DIR"], fingerprint(environment["INSTANCE_DIR"])
    verified = typed({**environment, **SEALED}, "verify-backup", str(backed_up))
    assert verified.exit_code == 0, verified.output
    for words in (
        "orders in test mode: 2, sum 39.98 EUR",
        "payments in test mode: 2, sum 39.98 EUR",
        "decrypts them",
        "This backup can be restored.",
    ):
        assert words in verified.output, verified.output
    assert fingerprint(folder) == before and not list(Path(folder).glob(".restore-*"))


def test_a_backup_whose_keys_alone_are_encrypted_is_verified_and_said_to_be_readable(
    backed_up: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    old = rewritten(backed_up, tmp_path / "old.backup")
    verified = typed(environment, "verify-backup", str(old))
    assert verified.exit_code == 0 and "not checked: BACKUP_PASSPHRASE is not set" in verified.output
    assert "Anyone can read its other data" in verified.output


def with_another(name: str, value: Callable[[Any], object]) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        with_manifest(**{name: value(json.loads(parts["manifest.json"])[name])})(parts)

    return change


def test_what_would_not_come_back_is_named(backed_up: Path, environment: dict[str, str], tmp_path: Path) -> None:
    def words_about(change: Callable[[dict[str, bytes]], None], **more: str) -> str:
        changed = rewritten(backed_up, tmp_path / "changed.backup", change)
        answer = typed({**environment, **more}, "verify-backup", str(changed))
        assert answer.exit_code == 1 and "can be restored" not in answer.output, answer.output
        return answer.stderr

    for change, words in TAMPERED.values():
        said = words_about(change, **SEALED)
        assert words in said and said.count("\n") == 1, said
    three = with_another("rows", lambda rows: {**rows, "payment": 3})
    assert "payment: 2 rows instead of 3" in words_about(three)
    more = with_another("sums", lambda sums: {**sums, "orders test EUR": [2, 4000]})
    assert "orders test EUR: 2 with a sum of 3998 instead of 2 with a sum of 4000" in words_about(more)
    assert "delivered files: 0 instead of 1" in words_about(with_another("files", lambda _files: {"0" * 64: 5}))


@pytest.mark.sqlite
def test_a_backup_of_an_older_version_is_verified_too(environment: dict[str, str], app: Flask) -> None:
    """It has no counts to compare with; its database is migrated in the temporary folder."""
    file = Path(__file__).parent.parent / "compatibility" / "data" / "shop.backup"
    verified = typed(environment, "verify-backup", str(file))
    assert verified.exit_code == 0 and "no counts to compare with" in verified.output, verified.output
