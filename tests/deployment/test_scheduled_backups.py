"""Scheduled backups: one a day to a folder or an object store, the older ones thinned out, failures told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from storefront import create_app, db, operations, settings
from storefront.config import Config, ConfigError
from storefront.models import Email, EmailKind
from storefront.operations.backups.schedule import NAME_FORMAT, kept_names
from tests.delivered_files import stored
from tests.deployment.test_backup import SEALED, typed
from tests.factories import OWNER_EMAIL, PASSWORD, make_owner
from tests.object_store import Bucket, running_object_store
from tests.shop_clock import time_moved
from tests.web_client import browser, sign_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups" / "shop"


def start(environment: dict[str, str], **more: str) -> Flask:
    """The shop of `app`, started with BACKUP_URL."""
    db.close_connections()
    return create_app(Config.from_environment({**environment, **SEALED, **more}))


def backups_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.backup"))


def test_one_backup_a_day_is_made_and_can_be_restored(app: Flask, environment: dict[str, str], folder: Path) -> None:
    file = stored(b"a book")
    start(environment, BACKUP_URL=str(folder))
    operations.make_due_backup()
    (first,) = backups_in(folder)
    assert (folder / "delivered-files" / file.hash).read_bytes() == b"a book"
    operations.make_due_backup()
    assert backups_in(folder) == [first], "once a day"
    with time_moved(days=1):
        operations.make_due_backup()
    assert len(backups_in(folder)) == 2
    verified = typed({**environment, **SEALED}, "verify-backup", str(folder / first))
    assert verified.exit_code == 0 and "This backup can be restored." in verified.output, verified.output


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with running_object_store() as server:
        yield server.new_bucket()


def test_an_object_store_gets_the_backup_and_the_files_that_it_does_not_have(
    app: Flask, environment: dict[str, str], bucket: Bucket
) -> None:
    book = stored(b"a book")
    store = {**bucket.environment, "BACKUP_URL": f"s3://{bucket.name}/copies"}
    del store["UPLOADS_URL"]
    start(environment, **store)
    operations.make_due_backup()
    film = stored(b"a film", "Film.mkv")
    with time_moved(days=1):
        operations.make_due_backup()
    keys = bucket.keys()
    assert sum(key.startswith("copies/shop-") for key in keys) == 2
    assert {f"copies/delivered-files/{file.hash}" for file in (book, film)} <= set(keys)
    assert not list(Path(environment["INSTANCE_DIR"]).glob(".backup-*")), "nothing is left on this host"


def test_a_failure_is_told_once_and_tried_again(app: Flask, environment: dict[str, str], folder: Path) -> None:
    make_owner()
    folder.parent.mkdir()
    folder.touch()
    started = start(environment, BACKUP_URL=str(folder.parent))
    folder.parent.joinpath("shop").unlink()
    folder.parent.rmdir()
    folder.parent.touch()
    for _ in range(2):
        operations.make_due_backup()
    letters = Email.select().where(Email.kind == EmailKind.OWNER_BACKUP_FAILED)
    assert letters.count() == 1
    client = browser(started)
    sign_in(client, OWNER_EMAIL, PASSWORD)
    for page in ("/admin", "/admin/doctor"):
        assert "The daily backup to" in client.get(page).text, page
    folder.parent.unlink()
    operations.make_due_backup()
    for page in ("/admin", "/admin/doctor"):
        text = client.get(page).text
        assert "Last backup:" in text and "The daily backup to" not in text, page
    with time_moved(days=2.1):
        assert any(finding.code == "backup_late" for finding in operations.backup_findings(started.config["SHOP"]))


def test_only_scheduled_backups_are_deleted(app: Flask, environment: dict[str, str], folder: Path) -> None:
    start(environment, BACKUP_URL=str(folder))
    settings.save({"backups_kept_days": 2, "backups_kept_weeks": 0, "backups_kept_months": 0})
    folder.mkdir(parents=True)
    by_hand = folder / "before-the-move.backup"
    by_hand.touch()
    for day in range(4):
        with time_moved(days=day):
            operations.make_due_backup()
    assert by_hand.exists() and len(backups_in(folder)) == 3


def test_days_weeks_and_months_are_kept() -> None:
    start = datetime(2026, 1, 1, 3, 0, tzinfo=UTC)
    names = [(start + timedelta(days=day)).strftime(NAME_FORMAT) for day in range(120)]
    kept = sorted(kept_names(names, days=3, weeks=3, months=4))
    dates = [datetime.strptime(name, NAME_FORMAT).strftime("%m-%d") for name in kept]
    assert dates == ["01-31", "02-28", "03-31", "04-19", "04-26", "04-28", "04-29", "04-30"]
    assert kept_names(names, 0, 0, 0) == {names[-1]}, "the newest one always stays"
    assert kept_names([], 7, 4, 12) == set()


@pytest.mark.parametrize("wrong", ["{instance}", "{instance}/backups", "ftp://example.com/x", "s3://"])
def test_a_wrong_place_is_refused_at_the_start(environment: dict[str, str], wrong: str) -> None:
    address = wrong.format(instance=environment["INSTANCE_DIR"])
    with pytest.raises(ConfigError, match=r"(?m)^BACKUP_URL: "):
        Config.from_environment({**environment, "BACKUP_URL": address})
