"""The disk of a SQLite shop is read-only: nothing starts, commands say why in one line, and a backup can be made."""

import hashlib
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import pytest

from storefront import delivery, offers
from storefront.models import StoredFile
from tests.processes import ROOT, module
from tests.simulator_process import Simulator
from tests.trouble.small_disk import SmallDisk
from tests.trouble.troubled_shop import TroubledShop, check_doctor, check_one_line

pytestmark = pytest.mark.sqlite
PASSWORD = "seven green bicycles"


@pytest.fixture
def shop(disk: SmallDisk, simulator: Simulator, tmp_path: Path) -> Iterator[TroubledShop]:
    shop = TroubledShop(simulator, tmp_path / "shop", INSTANCE_DIR=str(disk.folder / "instance"))
    yield shop
    shop.kill()


@pytest.mark.parametrize("was_killed", [False, True])
def test_a_read_only_disk_is_told_in_one_line_and_can_be_backed_up(
    was_killed: bool, shop: TroubledShop, disk: SmallDisk, tmp_path: Path
) -> None:
    instance = disk.folder / "instance"
    if was_killed:
        # What was sold last is only in the write-ahead log.
        shop.start_missing()
        shop.pay("marko-comes-first")
        shop.kill()
        assert (instance / "storefront.db-wal").stat().st_size > 0
    with shop.inside():
        # The disk is too small for an upload.
        book = hashlib.sha256(b"a book").hexdigest()
        offers.upload_store().write(delivery.file_key(book), [b"a book"])
        StoredFile.create(hash=book, size=6, name="Book.pdf", content_type="application/pdf")
    with disk.read_only():
        started = subprocess.run(
            module("storefront"),
            cwd=ROOT,
            env={**os.environ, **shop.environment},
            capture_output=True,
            text=True,
            timeout=60,
            preexec_fn=disk.limit_child,
        )
        assert started.returncode == 2 and started.stdout == "", started
        assert started.stderr.startswith("INSTANCE_DIR: ") and started.stderr.count("\n") == 1, started.stderr
        copy = tmp_path / "shop.backup"
        made = shop.command("backup", str(copy), before=disk.limit_child)
        assert made.returncode == 0, made.stderr
        assert (tmp_path / "delivered-files" / book).read_bytes() == b"a book"
        if was_killed:
            check_doctor(shop.command("doctor", before=disk.limit_child))
            check_one_line(shop.command("reconcile", before=disk.limit_child), "DATABASE_URL: ")
            admin = ("create-admin", "--email", "olena@example.com", "--password", PASSWORD)
            check_one_line(shop.command(*admin, before=disk.limit_child))
            check_one_line(shop.command("backup", str(instance / "copy"), before=disk.limit_child), str(instance))
            check_one_line(shop.command("migrate", before=disk.limit_child))
    with ZipFile(copy) as archive, closing(sqlite3.connect(archive.extract("database", tmp_path))) as database:
        sold = database.execute("SELECT COUNT(*) FROM shop_order").fetchone()
        assert sold == (1 if was_killed else 0,)
        assert database.execute("SELECT COUNT(*) FROM offer").fetchone() == (1,)
