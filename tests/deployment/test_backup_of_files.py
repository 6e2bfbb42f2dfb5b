"""Delivered files in backups: copied once, checked, brought back, and named where they are missing."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from storefront import db, delivery, offers
from storefront.models import StoredFile, now
from storefront.operations import files_missing_beside
from tests import databases
from tests.delivered_files import stored
from tests.deployment.conftest import Command
from tests.deployment.test_backup import FLASK, SEALED, parts_of, shop_of, typed
from tests.object_store import running_object_store


@pytest.fixture
def other(environment: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a second shop that does not exist yet."""
    with databases.new_database(migrated=False) as database:
        yield {**environment, "INSTANCE_DIR": str(tmp_path / "other"), **database}


def manifest_of(file: Path) -> dict[str, object]:
    parts = parts_of(file)
    assert not [name for name in parts if "file-" in name]
    return dict(json.loads(parts["manifest.json"]))


def content(file: StoredFile) -> bytes:
    return b"".join(offers.upload_store().read(delivery.file_key(file.hash)))


def test_files_are_copied_once_and_brought_back(
    app: Flask, environment: dict[str, str], other: dict[str, str], command: Command, tmp_path: Path
) -> None:
    book, film = stored(b"a book"), stored(b"a film", "Film.mkv")
    folder = tmp_path / "backups"
    folder.mkdir()
    first, second, copies = folder / "1.backup", folder / "2.backup", folder / "delivered-files"
    made = typed({**environment, **SEALED}, "backup", str(first))
    assert made.exit_code == 0 and "2 delivered files are copied once" in made.output, made.output
    assert manifest_of(first)["files"] == {book.hash: 6, film.hash: 6}
    inodes = {path.name: path.stat().st_ino for path in copies.iterdir()}
    assert set(inodes) == {book.hash, film.hash}
    new = stored(b"a newer book")
    assert typed({**environment, **SEALED}, "backup", str(second)).exit_code == 0
    after = {path.name: path.stat().st_ino for path in copies.iterdir()}
    assert after.pop(new.hash) and after == inodes

    restored = command(*FLASK, "restore", str(second), env={**other, **SEALED})
    assert restored.returncode == 0 and "missing" not in restored.stdout, restored.stdout
    shop_of(other)
    assert [content(one) for one in StoredFile.select().order_by(StoredFile.id)] == [
        b"a book",
        b"a film",
        b"a newer book",
    ]


def test_a_restore_names_what_is_missing_and_the_shop_sells_on(
    app: Flask, environment: dict[str, str], other: dict[str, str], command: Command, tmp_path: Path
) -> None:
    book, film = stored(b"a book"), stored(b"a film", "Фільм.mkv")
    file = tmp_path / "shop.backup"
    assert typed({**environment, **SEALED}, "backup", str(file)).exit_code == 0
    copies, listed = tmp_path / "delivered-files", {book.hash: 6, film.hash: 6}
    assert files_missing_beside(file, listed) == []
    (copies / film.hash).write_bytes(b"A film")
    assert files_missing_beside(file, listed) == [film.hash]
    verified = typed({**environment, **SEALED}, "verify-backup", str(file))
    assert verified.exit_code == 0, verified.output
    assert "1 of 2 delivered files are beside the backup" in verified.output
    assert f"missing or damaged: Фільм.mkv ({film.hash})" in verified.output and book.hash not in verified.output
    restored = command(*FLASK, "restore", str(file), env={**other, **SEALED})
    assert restored.returncode == 0 and f"Фільм.mkv ({film.hash})" in restored.stdout, restored.stdout
    assert book.hash not in restored.stdout
    shop_of(other)
    assert content(book) == b"a book"


def test_at_home_the_files_stay_without_a_copy(
    app: Flask, environment: dict[str, str], command: Command, tmp_path: Path
) -> None:
    book = stored(b"a book")
    file = tmp_path / "shop.backup"
    assert typed({**environment, **SEALED}, "backup", str(file)).exit_code == 0
    (tmp_path / "delivered-files" / book.hash).unlink()
    restored = command(*FLASK, "restore", str(file), env={**environment, **SEALED})
    assert restored.returncode == 0 and "missing" not in restored.stdout, restored.stdout
    shop_of(environment)
    assert content(book) == b"a book"


def test_a_backup_says_which_bytes_are_lost(app: Flask, environment: dict[str, str], tmp_path: Path) -> None:
    book = stored(b"a book")
    (Path(app.config["SHOP"].uploads_url) / delivery.file_key(book.hash)).unlink()
    made = typed({**environment, **SEALED}, "backup", str(tmp_path / "shop.backup"))
    assert made.exit_code == 0 and f"lost: Book.pdf ({book.hash})" in made.output, made.output
    assert not (tmp_path / "delivered-files" / book.hash).exists()


def test_copies_that_no_backup_lists_are_deleted_after_a_month(
    app: Flask, environment: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    book, film = stored(b"a book"), stored(b"a film", "Film.mkv")
    old, new, copies = folder / "old.backup", folder / "new.backup", folder / "delivered-files"
    assert typed(environment, "backup", str(old)).exit_code == 0
    StoredFile.update(deleted_at=now()).where(StoredFile.id == film.id).execute()

    def back_up_after_a_month() -> str:
        for path in copies.iterdir():
            os.utime(path, (time.time() - 31 * 86400,) * 2)
        made = typed(environment, "backup", str(new))
        assert made.exit_code == 0, made.output
        return made.output

    def names() -> set[str]:
        return {path.name for path in copies.iterdir()}

    draft = copies / f".{film.hash}.0123abcd"
    draft.write_bytes(b"half")
    assert "deleted" not in back_up_after_a_month()
    assert names() == {book.hash, film.hash}, "the older backup lists the film, and what was killed left half a copy"
    foreign = old.rename(folder / "old.backup.gpg")
    foreign.write_bytes(b"encrypted by the owner")
    back_up_after_a_month()
    assert film.hash in names(), "what the owner has encrypted may list it"
    foreign.unlink()
    (copies / "notes.txt").write_text("the owner's")
    assert "1 copies of delivered files that no backup" in back_up_after_a_month()
    assert names() == {book.hash, "notes.txt"}
    assert "deleted" not in typed(environment, "backup", str(new)).output


def test_files_come_from_and_go_to_an_object_store(
    app: Flask, environment: dict[str, str], other: dict[str, str], command: Command, tmp_path: Path
) -> None:
    with running_object_store() as server:
        in_store = {**environment, **server.new_bucket().environment}
        elsewhere = {**other, **server.new_bucket().environment}
        shop_of(in_store)
        with db.connection():
            book = stored(b"a book")
        file = tmp_path / "shop.backup"
        assert typed({**in_store, **SEALED}, "backup", str(file)).exit_code == 0
        restored = command(*FLASK, "restore", str(file), env={**elsewhere, **SEALED})
        assert restored.returncode == 0 and "missing" not in restored.stdout, restored.stdout
        shop_of(elsewhere)
        assert content(book) == b"a book"
