"""`flask --app wsgi backup` and `restore`."""

import fcntl
import hashlib
import io
import json
import os
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from PIL import Image
from playhouse.migrations import Runner

from storefront import create_app, db, integrations, offers, runtime
from storefront.config import Config
from storefront.db.migration import MIGRATIONS
from storefront.models import EventType, Merchant, Order, Payment, ShopProfile, ShopSetting, TelegramChannel
from storefront.offers import images
from storefront.operations import clean_up_restores
from storefront.operations.backups.encrypted_file import CHUNK, MAGIC, TAG, decrypted
from storefront.operations.backups.key_encryption import SALT_BYTES
from tests import databases
from tests.cast import MARKO
from tests.deployment.conftest import Command
from tests.factories import connect_merchant, make_offer
from tests.processes import until
from tests.purchase_steps import buy, confirm, start_checkout
from tests.simulator_process import Simulator
from tests.stripe_dashboard import forget_metadata
from tests.telegram import CHAT, TOKEN
from tests.web_client import browser

SEALED = {"BACKUP_PASSPHRASE": "seven green bicycles"}
FLASK = ("flask", "--app", "wsgi")


@pytest.fixture
def other(environment: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a second shop that does not exist yet."""
    with databases.new_database(migrated=False) as database:
        yield {**environment, "INSTANCE_DIR": str(tmp_path / "other"), **database}


@pytest.fixture
def backed_up(app: Flask, environment: dict[str, str], tmp_path: Path) -> Path:
    """An encrypted backup of a shop with a merchant and an offer."""
    make_offer(connect_merchant(), slug="evening")
    file = tmp_path / "shop.backup"
    answer = typed({**environment, **SEALED}, "backup", str(file))
    assert answer.exit_code == 0, answer.output
    return file


def typed(environment: dict[str, str], *command: str) -> Result:
    """Run `flask --app wsgi …` inside the test process; the result."""
    return shop_of(environment).test_cli_runner().invoke(args=command)


def shop_of(environment: dict[str, str]) -> Flask:
    db.close_connections()
    return create_app(Config.from_environment(environment))


def fingerprint(folder: str) -> dict[str, bytes]:
    """The content of the shop's folder, without empty lock files and SQLite's shared memory."""
    files = [
        path for path in Path(folder).rglob("*") if path.is_file() and not path.name.endswith(("-shm", "queue.db"))
    ]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files if path.stat().st_size}


def parts_of(backup: Path) -> dict[str, bytes]:
    """The files in a backup, by name."""
    with decrypted(backup, SEALED["BACKUP_PASSPHRASE"]) as source, zipfile.ZipFile(source) as file:
        return {name: file.read(name) for name in file.namelist()}


def rewritten(source: Path, target: Path, change: Callable[[dict[str, bytes]], object] = lambda _parts: None) -> Path:
    """A copy in the form of version 0.1, which encrypted the keys alone; `change` edits its files."""
    parts = parts_of(source)
    change(parts)
    with zipfile.ZipFile(target, "w") as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return target


def with_manifest(**changes: object) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        parts["manifest.json"] = json.dumps({**json.loads(parts["manifest.json"]), **changes}).encode()

    return change


def test_a_restored_shop_has_its_keys_pictures_and_orders(
    app: Flask,
    environment: dict[str, str],
    other: dict[str, str],
    command: Command,
    tmp_path: Path,
    simulator: Simulator,
) -> None:
    sent = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(sent, "PNG")
    picture = images.store_image(sent.getvalue())
    offers.save_profile({"name": "Atelier Lumen"}, "Europe/Berlin", sent.getvalue())
    logo = ShopProfile.load().logo_path
    offer = make_offer(connect_merchant(), slug="evening")
    order = buy(offer, simulator)
    secret = Config.from_environment(environment).secret_key

    made = command(*FLASK, "backup", str(tmp_path / "shop.backup"), env={**environment, **SEALED})
    assert made.returncode == 0, made.stderr
    assert "encrypted with BACKUP_PASSPHRASE" in made.stdout
    assert order.email.encode() not in (tmp_path / "shop.backup").read_bytes()
    assert stat.S_IMODE((tmp_path / "shop.backup").stat().st_mode) == 0o600
    assert not list(tmp_path.glob(".*")), "no temporary file is left"
    restored = command(*FLASK, "restore", str(tmp_path / "shop.backup"), env={**other, **SEALED})
    assert restored.returncode == 0, restored.stderr
    assert "pasted again" not in restored.stdout
    said = made.stdout + made.stderr + restored.stdout + restored.stderr
    assert secret not in said and SEALED["BACKUP_PASSPHRASE"] not in said

    shop = shop_of(other)
    assert Config.from_environment(other).secret_key == secret
    assert "€19.99" in browser(shop).get("/o/evening").text
    assert "Thank you" in browser(shop).get(f"/orders/{order.token}/thank-you").text
    assert offers.upload_store().exists(f"{picture.name}-480.webp")
    assert f'src="{logo}"' in browser(shop).get("/").text and browser(shop).get(logo).mimetype == "image/png"
    form = {"email": "taras@example.com", "name": "Taras", "quantity": "1", "visit": "w" * 32}
    answer = browser(shop).post("/o/evening/checkout", data=form)
    assert answer.status_code == 200 and answer.json and answer.json["client_secret"], answer.text


def test_without_a_passphrase_the_backup_omits_the_keys_and_says_so(
    app: Flask, environment: dict[str, str], other: dict[str, str], command: Command, tmp_path: Path
) -> None:
    connect_merchant(name="Olena's evenings")
    integrations.add_endpoint("https://hooks.example.com/shop", [EventType.ORDER_PAID])
    channel = TelegramChannel(chat_id=CHAT)
    channel.token = TOKEN
    channel.save()
    config = Config.from_environment(environment)
    made = command(*FLASK, "backup", str(tmp_path / "shop.backup"), env=environment)
    assert made.returncode == 0, made.stderr
    assert "keys are left out" in made.stdout
    with zipfile.ZipFile(tmp_path / "shop.backup") as file:
        everything = b"".join(file.read(name) for name in file.namelist())
    assert config.secret_key.encode() not in everything
    assert config.encryption_keys[0].encode() not in everything

    restored = command(*FLASK, "restore", str(tmp_path / "shop.backup"), env=other)
    assert restored.returncode == 0, restored.stderr
    assert "have to be pasted again: Olena's evenings" in restored.stdout
    assert "Settings → Webhooks: https://hooks.example.com/shop" in restored.stdout
    assert "The token of the Telegram bot can't be decrypted." in restored.stdout
    at_home = command(*FLASK, "restore", str(tmp_path / "shop.backup"), env=environment)
    assert at_home.returncode == 0, at_home.stderr
    assert "pasted again" not in at_home.stdout, "the backup still contains the keys"


def test_a_backup_with_keys_can_be_restored_without_them(
    backed_up: Path, other: dict[str, str], command: Command, tmp_path: Path
) -> None:
    """That version 0.1 made: with a passphrase, it encrypted the keys alone."""
    old = rewritten(backed_up, tmp_path / "old.backup")
    restored = command(*FLASK, "restore", str(old), env=other)
    assert restored.returncode == 0, restored.stderr
    assert "BACKUP_PASSPHRASE is not set" in restored.stdout and "pasted again" in restored.stdout


def test_restoring_keeps_the_previous_data_beside_the_new(
    backed_up: Path, environment: dict[str, str], command: Command
) -> None:
    offer = make_offer(Merchant.get(), slug="morning")
    start_checkout(offer)
    assert Order.select().count() == 1
    restored = command(*FLASK, "restore", str(backed_up), env={**environment, **SEALED})
    assert restored.returncode == 0, restored.stderr
    # A connection that was open during the restore sees the new data, too.
    assert Order.select().count() == 0
    (kept,) = Path(environment["INSTANCE_DIR"]).glob("*.before-*")
    assert str(kept) in restored.stdout
    assert databases.orders_in_copy(kept) == 1
    assert not list(Path(environment["INSTANCE_DIR"]).glob(".restore-*"))


@pytest.mark.sqlite
def test_a_corrupt_database_is_replaced(backed_up: Path, environment: dict[str, str], command: Command) -> None:
    db.close_connections()
    database = Path(environment["INSTANCE_DIR"]) / "storefront.db"
    database.write_bytes(b"not a database at all" * 500)
    restored = command(*FLASK, "restore", str(backed_up), env={**environment, **SEALED})
    assert restored.returncode == 0, restored.stderr
    assert "Watercolour" in browser(shop_of(environment)).get("/o/evening").text


def test_a_backup_made_during_writes_is_consistent(
    app: Flask, environment: dict[str, str], other: dict[str, str], command: Command, tmp_path: Path
) -> None:
    written, done = [0], threading.Event()

    def write() -> None:
        with db.connection():
            while not done.is_set():
                with db.db.atomic():
                    for name in ("left", "right"):
                        ShopSetting.insert(name=name, value=written[0]).on_conflict(
                            conflict_target=[ShopSetting.name], update={ShopSetting.value: written[0]}
                        ).execute()
                written[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        until(lambda: written[0] > 0, "the first writes")
        for number in range(3):
            before = written[0]
            made = command(*FLASK, "backup", str(tmp_path / f"{number}.backup"), env=environment)
            assert made.returncode == 0, made.stderr
            assert written[0] > before, "no writer had to wait for the backup"
    finally:
        done.set()
        writer.join()
    for number in range(3):
        restored = command(*FLASK, "restore", str(tmp_path / f"{number}.backup"), env=other)
        assert restored.returncode == 0, restored.stderr
        query = "SELECT value FROM shop_setting WHERE name IN ('left', 'right')"
        with databases.another_connection(Config.from_environment(other)) as database:
            values = [value for (value,) in database.execute(query)]
        assert len(values) == 2 and len(set(values)) == 1


def test_a_running_shop_can_be_restored_during_writes(
    backed_up: Path, environment: dict[str, str], command: Command
) -> None:
    done, count, problems = threading.Event(), [0], []

    def write() -> None:
        with db.connection():
            while not done.is_set():
                try:
                    ShopSetting.insert(name=f"setting {count[0]}", value=1).execute()
                    count[0] += 1
                except Exception as error:
                    problems.append(error)
                    return

    writer = threading.Thread(target=write)
    writer.start()
    try:
        until(lambda: count[0] > 10, "the first writes")
        restored = command(*FLASK, "restore", str(backed_up), env={**environment, **SEALED})
        assert restored.returncode == 0, restored.stderr
        before = count[0]
        until(lambda: count[0] > before or problems, "the writer to continue")
    finally:
        done.set()
        writer.join()
    assert not problems
    assert ShopSetting.get_or_none(name="setting 0") is None
    if not databases.IS_POSTGRESQL:
        assert db.db.execute_sql("PRAGMA integrity_check").fetchone() == ("ok",)


def add(name: str, data: bytes = b"x") -> Callable[[dict[str, bytes]], None]:
    return lambda parts: parts.update({name: data})


def other_database(parts: dict[str, bytes]) -> None:
    parts["database"] = parts["database"][:-1] + b"x"


def shorter_database(parts: dict[str, bytes]) -> None:
    parts["database"] = parts["database"][:-4096]


def listed(name: str) -> Callable[[dict[str, bytes]], None]:
    """Add a file that the manifest lists: only its name is invalid."""

    def change(parts: dict[str, bytes]) -> None:
        manifest = json.loads(parts["manifest.json"])
        manifest["parts"][name] = manifest["parts"]["database"]
        parts["manifest.json"], parts[name] = json.dumps(manifest).encode(), parts["database"]

    return change


def without_keys(parts: dict[str, bytes]) -> None:
    """Another database without a seal, listed in a manifest of its own."""
    del parts["keys.sealed"]
    parts["database"] += b"x"
    manifest = json.loads(parts["manifest.json"])
    manifest["has_keys"] = False
    manifest["parts"]["database"] = {
        "size": len(parts["database"]),
        "sha256": hashlib.sha256(parts["database"]).hexdigest(),
    }
    parts["manifest.json"] = json.dumps(manifest).encode()


TAMPERED = {
    "no seal": (without_keys, "not sealed"),
    "another byte": (other_database, "checksum"),
    "a shorter database": (shorter_database, "sizes"),
    "no database": (lambda parts: parts.pop("database"), "does not contain what"),
    "no keys": (lambda parts: parts.pop("keys.sealed"), "no keys.sealed"),
    "no manifest": (lambda parts: parts.pop("manifest.json"), "no manifest.json"),
    "one more file": (add("uploads/a.webp"), "does not contain what"),
    "a name that climbs": (listed("../evil"), "unexpected entry"),
    "a name that climbs from uploads": (listed("uploads/../../evil"), "unexpected entry"),
    "an absolute name": (listed("/tmp/evil"), "unexpected entry"),
    "a hidden name": (listed("uploads/.evil"), "unexpected entry"),
    "a manifest that is none": (add("manifest.json", b"[1, 2]"), "manifest can't be read"),
    "another format": (with_manifest(storefront_backup=2), "format"),
    "another kind of database": (
        with_manifest(engine="sqlite" if databases.IS_POSTGRESQL else "postgresql"),
        "does not fit",
    ),
    "another schema": (with_manifest(migrations=["0001_first_tables"]), "does not fit"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_changed_backup_is_refused_in_one_line_and_changes_nothing(
    what: str, backed_up: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    change, words = TAMPERED[what]
    changed = rewritten(backed_up, tmp_path / "changed.backup", change)
    is_refused(changed, words, {**environment, **SEALED})


def test_a_link_in_a_backup_is_refused(backed_up: Path, environment: dict[str, str], tmp_path: Path) -> None:
    linked = rewritten(backed_up, tmp_path / "linked.backup")
    with zipfile.ZipFile(linked, "a") as file:
        link = zipfile.ZipInfo("uploads/a.webp")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
    is_refused(linked, "unexpected entry", environment)


def test_a_backup_of_a_newer_version_is_refused(backed_up: Path, environment: dict[str, str], tmp_path: Path) -> None:
    config = Config.from_environment(environment)
    with databases.another_connection(config) as newer:
        newer.execute("INSERT INTO schema_migration (name, applied) VALUES ('9999_from_later', '2030-01-01')")
    made = typed(environment, "backup", str(tmp_path / "newer.backup"))
    assert made.exit_code == 0, made.output
    with databases.another_connection(config) as newer:
        newer.execute("DELETE FROM schema_migration WHERE name = '9999_from_later'")
    is_refused(tmp_path / "newer.backup", "newer version", environment)


def test_a_wrong_passphrase_changes_nothing(backed_up: Path, environment: dict[str, str]) -> None:
    wrong = {**environment, "BACKUP_PASSPHRASE": "eight red tandems"}
    is_refused(backed_up, "does not fit", wrong)
    is_refused(backed_up, "is encrypted: set BACKUP_PASSPHRASE", environment)


def test_an_encrypted_backup_that_was_changed_anywhere_is_refused(
    app: Flask, environment: dict[str, str], tmp_path: Path
) -> None:
    """A byte in the middle; two chunks exchanged; cut off after a chunk, or within the last one."""
    offers.upload_store().write("noise.webp", [os.urandom(3 * CHUNK)])
    file = tmp_path / "shop.backup"
    assert typed({**environment, **SEALED}, "backup", str(file)).exit_code == 0
    whole, header, chunk = file.read_bytes(), len(MAGIC) + SALT_BYTES, CHUNK + TAG
    first, second = whole[header : header + chunk], whole[header + chunk : header + 2 * chunk]

    def flipped(at: int) -> bytes:
        return whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]

    changed = tmp_path / "changed.backup"
    for content in (
        flipped(header + chunk + 7),
        whole[:header] + second + first + whole[header + 2 * chunk :],
        whole[: header + chunk],
        whole[:-1],
    ):
        changed.write_bytes(content)
        is_refused(changed, "does not fit", {**environment, **SEALED})


@pytest.mark.parametrize("share", [0, 0.3, 0.99])
def test_a_truncated_file_changes_nothing(
    share: float, backed_up: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    whole = rewritten(backed_up, tmp_path / "old.backup").read_bytes()
    (tmp_path / "part.backup").write_bytes(whole[: int(len(whole) * share)])
    is_refused(tmp_path / "part.backup", "damaged, or not a backup", environment)


def test_a_missing_file_is_reported_in_one_line(
    app: Flask, environment: dict[str, str], other: dict[str, str], tmp_path: Path
) -> None:
    is_refused(tmp_path / "nowhere.backup", "No such file", environment)
    for file, env, words in (
        (tmp_path / "no" / "folder" / "shop.backup", environment, "No such file"),
        (tmp_path, environment, "is a folder"),
        (tmp_path / "shop.backup", other, "no tables of a shop yet" if databases.IS_POSTGRESQL else "no database yet"),
    ):
        answer = typed(env, "backup", str(file))
        assert (answer.exit_code, len(answer.stderr.splitlines())) == (1, 1), answer.output
        assert words in answer.stderr
    assert not (tmp_path / "shop.backup").exists() and not list(tmp_path.glob(".*"))


def test_an_older_backup_is_migrated_to_the_current_schema(
    environment: dict[str, str], other: dict[str, str], command: Command, tmp_path: Path
) -> None:
    config = Config.from_environment(environment)
    runtime.start(config)
    with db.connection():
        Runner(db.db.obj, str(MIGRATIONS)).up("0002_pictures_addresses_descriptors")
    made = typed(environment, "backup", str(tmp_path / "old.backup"))
    assert made.exit_code == 0, made.output
    restored = command(*FLASK, "restore", str(tmp_path / "old.backup"), env=other)
    assert restored.returncode == 0, restored.stderr
    assert "nothing to migrate" in command(*FLASK, "migrate", env=other).stdout
    db.close_connections()


def test_a_configuration_shows_no_secret(environment: dict[str, str]) -> None:
    secrets = {
        "SECRET_KEY": "secret-1" * 4,
        "METRICS_TOKEN": "secret-2",
        "BACKUP_PASSPHRASE": "secret-3 of the backup",
        "SMTP_URL": "smtp://olena:secret-4@mail.example.com",
        "MAIL_FROM": "olena@example.com",
        "REDIS_URL": "redis://:secret-5@redis.example.com",
        "DATABASE_URL": "postgresql://shop:secret-6@db.example.com/shop",
    }
    config = Config.from_environment({**environment, **secrets})
    assert "secret-" not in repr(config) and config.encryption_keys[0] not in repr(config)


def is_refused(file: Path, words: str, environment: dict[str, str]) -> None:
    """Check that restoring fails with exit code 1 and one line, and changes nothing in the shop's folder."""
    db.close_connections()
    before = fingerprint(environment["INSTANCE_DIR"])
    answer = typed(environment, "restore", str(file))
    assert (answer.exit_code, len(answer.stderr.splitlines())) == (1, 1), answer.output
    assert words in answer.stderr
    db.close_connections()
    assert fingerprint(environment["INSTANCE_DIR"]) == before
    assert not list(Path(environment["INSTANCE_DIR"]).glob(".restore-*"))


def test_reconcile_finds_what_was_paid_after_the_backup(
    app: Flask, environment: dict[str, str], command: Command, tmp_path: Path, simulator: Simulator
) -> None:
    offer = make_offer(connect_merchant(), title="Evening")
    started = start_checkout(offer)
    assert typed(environment, "backup", str(tmp_path / "shop.backup")).exit_code == 0
    confirm(simulator, started)
    lost = buy(offer, simulator, replace(MARKO, visit="visit-of-marko-0002"))
    older = buy(offer, simulator, replace(MARKO, visit="visit-of-marko-0003"))
    forget_metadata(Payment.get(Payment.order == older))
    restored = command(*FLASK, "restore", str(tmp_path / "shop.backup"), env=environment)
    assert restored.returncode == 0, restored.stderr
    done = typed(environment, "reconcile")
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert f"order {started.order.number}: pending → paid" in lines
    assert any(
        line.startswith(f"order {lost.number}, marko@example.com, 19.99 EUR, test mode, pi_")
        and line.endswith("its order was made again")
        for line in lines
    )
    assert any(
        line.startswith(f"order {older.number}, no email, 19.99 EUR") and "has no order" in line for line in lines
    )
    assert "sum in test mode: 19.99 EUR: its order was made again" in lines
    assert [(order.number, order.status) for order in Order.select().order_by(Order.id)] == [
        (1001, "paid"),
        (1002, "paid"),
    ]
    assert start_checkout(offer, replace(MARKO, visit="visit-of-marko-0004")).order.number == 1004
    assert "made again" not in typed(environment, "reconcile").output


def test_a_backup_without_a_seal_is_restored_only_without_a_passphrase(
    app: Flask, environment: dict[str, str], other: dict[str, str], command: Command, tmp_path: Path
) -> None:
    make_offer(connect_merchant(), slug="evening")
    assert typed(environment, "backup", str(tmp_path / "shop.backup")).exit_code == 0
    is_refused(tmp_path / "shop.backup", "unset BACKUP_PASSPHRASE", {**environment, **SEALED})
    assert command(*FLASK, "restore", str(tmp_path / "shop.backup"), env=other).returncode == 0


def test_copies_of_the_database_that_a_killed_restore_has_left_are_removed(
    backed_up: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    folder = Path(environment["INSTANCE_DIR"])
    running = folder / ".restore-running"
    running.mkdir()
    lock = os.open(running, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)

    def leave() -> list[Path]:
        left = [folder / ".restore-abandoned", tmp_path / ".backup-abandoned"]
        for one in left:
            one.mkdir()
            (one / "database").write_bytes(b"SQLite format 3")
        return left

    restoring, backing_up = leave()
    clean_up_restores(Config.from_environment(environment))
    assert not restoring.exists() and running.exists(), "a restore that runs is left alone"
    os.close(lock)
    assert typed(environment, "backup", str(tmp_path / "again.backup")).exit_code == 0
    assert not backing_up.exists()
    (folder / ".storefront.db.restoring").write_bytes(b"SQLite format 3")
    clean_up_restores(Config.from_environment(environment))
    assert not running.exists() and not (folder / ".storefront.db.restoring").exists()
