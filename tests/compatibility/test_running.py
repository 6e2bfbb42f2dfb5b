"""A shop goes on from version 0.1: its queue, its backup, and the names it gave to things at Stripe."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from storefront import create_app, db
from storefront.config import Config
from storefront.operations.backups.encrypted_file import decrypted
from tests.compatibility.conftest import DATA, rows
from tests.compatibility.trading import Shop
from tests.mail_server import MailServer, running_mail_server
from tests.processes import module, start, until
from tests.simulator_process import Simulator
from tests.web_client import browser, signed_in

pytestmark = pytest.mark.sqlite

Recorded = dict[str, Any]


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with running_mail_server() as server:
        yield server


def test_the_worker_does_the_jobs_that_wait_in_the_queue(
    folder: Path, environment: dict[str, str], recorded: Recorded, mail_server: MailServer, tmp_path: Path
) -> None:
    queue = folder / "queue.db"
    waiting = "SELECT COUNT(*) FROM task WHERE queue = 'storefront'"
    assert rows(queue, waiting) == [(len(recorded["jobs"]),)]
    worker = start(
        module("storefront", "worker"), tmp_path / "worker.log", {**environment, "SMTP_URL": mail_server.url}
    )
    until(lambda: rows(queue, waiting) == [(0,)] or worker.popen.poll() is not None, "the queue to be empty")
    assert worker.stop() == 0, worker.output
    # huey reports here a job that it does not know.
    assert " ERROR " not in worker.output and "TaskRegistry" not in worker.output, worker.output
    events = rows(folder / "storefront.db", "SELECT event_id FROM webhook_event WHERE handled_at IS NULL")
    assert ("evt_not_handled_yet",) not in events
    (receipt,) = [one for one in mail_server.received if one["To"] == recorded["receipt_of"]]
    assert receipt["Subject"] == "Own subject of receipt"
    assert receipt["Message-ID"] == recorded["receipt_message_id"], "a mail program recognizes an email sent twice"
    assert "Own subject of owner_sale" in mail_server.subjects()


def test_a_backup_is_restored_with_its_keys(
    environment: dict[str, str], recorded: Recorded, simulator: Simulator
) -> None:
    Path(environment["INSTANCE_DIR"]).mkdir()
    keyless = {name: value for name, value in environment.items() if name not in ("SECRET_KEY", "ENCRYPTION_KEYS")}
    shop = create_app(Config.from_environment(keyless))
    restored = shop.test_cli_runner().invoke(args=["restore", str(DATA / "shop.backup")], env=keyless)
    db.close_connections()
    assert restored.exit_code == 0, restored.output
    config = Config.from_environment(keyless)
    assert config.secret_key == recorded["environment"]["SECRET_KEY"]
    assert ",".join(config.encryption_keys) == recorded["environment"]["ENCRYPTION_KEYS"]
    app = create_app(config)
    assert browser(app).get(recorded["links"]["picture"]).status_code == 200
    # Needs the merchant's secret key, encrypted then.
    order = Shop(app, browser(app), simulator).buy("/o/evening", "new@example.com")
    assert browser(app).get(f"/orders/{order}/thank-you").status_code == 200
    db.close_connections()


def test_a_backup_says_the_same_about_itself(old_app: Flask, recorded: Recorded, tmp_path: Path) -> None:
    made = old_app.test_cli_runner().invoke(args=["backup", str(tmp_path / "new.backup")])
    assert made.exit_code == 0, made.output
    passphrase = recorded["environment"]["BACKUP_PASSPHRASE"]
    with (
        decrypted(tmp_path / "new.backup", passphrase) as source,
        zipfile.ZipFile(source) as archive,
        zipfile.ZipFile(DATA / "shop.backup") as old,
    ):
        assert set(old.namelist()) <= set(archive.namelist())
        manifest = json.loads(archive.read("manifest.json"))
    assert set(recorded["manifest_keys"]) <= set(manifest)
    assert set(recorded["backup_parts"]) <= set(manifest["parts"])


def test_a_merchants_keys_are_read_and_an_offer_is_sold(
    old_app: Flask, environment: dict[str, str], simulator: Simulator
) -> None:
    app = create_app(Config.from_environment(environment))
    order = Shop(app, browser(app), simulator).buy("/o/evening", "new@example.com")
    assert browser(app).get(f"/orders/{order}/thank-you").status_code == 200


def test_stripe_is_told_the_same_names(environment: dict[str, str], recorded: Recorded, simulator: Simulator) -> None:
    """The idempotency keys and the metadata of then; later versions add metadata."""
    app = create_app(Config.from_environment(environment))
    assert app.test_cli_runner().invoke(args=["migrate"]).exit_code == 0
    shop = Shop(app, signed_in(app), simulator)
    shop.exchange()
    names = shop.names_at_stripe()
    assert [name[:2] for name in names] == [name[:2] for name in recorded["stripe_names"]]
    for now, then in zip(names, recorded["stripe_names"], strict=True):
        assert set(then[2].split()) <= set(now[2].split()), now
    db.close_connections()
