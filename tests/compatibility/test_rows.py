"""A database of version 0.1 opens, and what its rows call things is still understood."""

import re
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from storefront import create_app, db
from storefront.config import Config
from storefront.i18n import fold
from storefront.models import Customer, Offer, PriceOption
from storefront.operations.backups.archive import read_manifest
from storefront.operations.backups.encrypted_file import decrypted
from tests.compatibility.conftest import rows
from tests.money.customer_checks import customer_differences
from tests.shop_clock import time_set
from tests.web.admin_pages import text_of
from tests.web_client import browser

pytestmark = pytest.mark.sqlite

Recorded = dict[str, Any]
SCHEMA = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"


def test_applied_migrations_are_not_applied_again(
    folder: Path, environment: dict[str, str], recorded: Recorded
) -> None:
    app = create_app(Config.from_environment(environment))
    said = app.test_cli_runner().invoke(args=["migrate"])
    assert said.exit_code == 0, said.output
    again = [name for name in recorded["migrations"] if f"applied {name}" in said.output]
    assert again == []
    applied = {name for (name,) in rows(folder / "storefront.db", "SELECT name FROM schema_migration")}
    assert set(recorded["migrations"]) <= applied
    assert "nothing to migrate" in app.test_cli_runner().invoke(args=["migrate"]).output
    db.close_connections()


def test_the_database_is_backed_up_before_it_is_migrated(
    folder: Path, environment: dict[str, str], recorded: Recorded
) -> None:
    before = rows(folder / "storefront.db", "SELECT token, status, amount FROM shop_order ORDER BY id")
    app = create_app(Config.from_environment(environment))
    said = app.test_cli_runner().invoke(args=["migrate"]).output
    (file,) = (folder / "before-upgrade").iterdir()
    assert f"the database was backed up to {file}" in said and file.stat().st_mode & 0o777 == 0o600
    passphrase = recorded["environment"]["BACKUP_PASSPHRASE"]
    assert set(read_manifest(file, passphrase).migrations) == set(recorded["migrations"])
    with decrypted(file, passphrase) as source, zipfile.ZipFile(source) as archive:
        archive.extract("database", folder / "unpacked")
    assert rows(folder / "unpacked" / "database", "SELECT token, status, amount FROM shop_order ORDER BY id") == before
    assert app.test_cli_runner().invoke(args=["migrate"]).exit_code == 0
    assert list((folder / "before-upgrade").iterdir()) == [file], "nothing was pending"
    db.close_connections()


def test_it_has_the_schema_of_a_new_database(
    old_app: Flask, folder: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    migrated = rows(folder / "storefront.db", SCHEMA)
    db.close_connections()
    app = create_app(Config.from_environment({**environment, "INSTANCE_DIR": str(tmp_path / "new")}))
    assert app.test_cli_runner().invoke(args=["migrate"]).exit_code == 0
    assert rows(tmp_path / "new" / "storefront.db", SCHEMA) == migrated


def test_tables_and_columns_keep_their_names_and_rows(old_app: Flask, folder: Path, recorded: Recorded) -> None:
    for table, columns in recorded["columns"].items():
        present = {name for (name,) in rows(folder / "storefront.db", f"SELECT name FROM pragma_table_info('{table}')")}
        assert set(columns.split()) <= present, table
        (count,) = rows(folder / "storefront.db", f"SELECT COUNT(*) FROM {table}")
        # A migration gives the shop an id.
        added = 1 if table == "shop_setting" else 0
        assert count == (recorded["rows"][table] + added,), table


def test_each_offer_has_one_price_option_and_looks_as_before(old_app: Flask) -> None:
    """Its address and its labels are those of then: no choice is shown."""
    with db.connection():
        found = list(Offer.select())
        for offer in found:
            (option,) = PriceOption.of_offer(offer)
            assert (option.kind, option.amount) == (offer.kind, offer.amount)
    sold = [offer for offer in found if offer.status == "published"]
    assert sold
    for offer in sold:
        page = browser(old_app).get(f"/o/{offer.slug}")
        assert page.status_code == 200 and 'name="option"' not in page.text


def test_its_customers_are_computed_from_its_orders(old_app: Flask) -> None:
    with db.connection():
        assert Customer.select().exists() and customer_differences() == []


def test_custom_texts_appear_in_the_admin(old_admin: FlaskClient, recorded: Recorded) -> None:
    for kind in recorded["email_kinds"]:
        page = old_admin.get(f"/admin/emails/words/{kind}/en")
        assert page.status_code == 200, f"{kind} is unknown"
        assert f"Own subject of {kind}" in page.text, kind


def test_emails_that_wait_are_written_with_their_custom_texts(
    old_admin: FlaskClient, folder: Path, recorded: Recorded
) -> None:
    waiting = rows(folder / "storefront.db", "SELECT id, kind FROM letter WHERE state = 'waiting'")
    assert {kind for _id, kind in waiting} == set(recorded["email_kinds"])
    for number, kind in waiting:
        text = text_of(old_admin.get(f"/admin/emails/{number}/html").text)
        assert f"Own text of {kind}, from shop.example.com: http://shop.example.com/" in text


def test_emails_are_found_by_their_state_and_kind(old_admin: FlaskClient, folder: Path, recorded: Recorded) -> None:
    for column, values in (("state", recorded["email_states"]), ("kind", recorded["email_kinds"])):
        for value in values:
            query = f"SELECT id FROM letter WHERE {column} = '{value}' ORDER BY id DESC"
            page = old_admin.get(f"/admin/emails?{column}={value}").text
            listed = dict.fromkeys(int(number) for number in re.findall(r"/admin/emails/(\d+)", page))
            assert list(listed) == [number for (number,) in rows(folder / "storefront.db", query)][: len(listed)]
            assert listed, value


def test_settings_keep_their_values(old_admin: FlaskClient, recorded: Recorded) -> None:
    page = old_admin.get("/admin/settings/limits").text
    values = re.findall(r'<input[^>]* type="text" value="(\d+)"', page)
    assert set(map(str, recorded["settings"].values())) <= set(values)
    assert f'<option value="{recorded["time_zone"]}" selected>' in old_admin.get("/admin/settings/shop").text


def test_every_kind_of_timeline_entry_has_its_sentence(
    old_admin: FlaskClient, folder: Path, recorded: Recorded
) -> None:
    kept = {kind for (kind,) in rows(folder / "storefront.db", "SELECT DISTINCT kind FROM timeline_entry")}
    assert kept == set(recorded["timeline_kinds"])
    page = old_admin.get(recorded["timeline_order"])
    assert page.status_code == 200
    # Without a sentence of its own an entry shows the name of its kind.
    found = [kind for kind in kept if re.search(rf">\s*{kind}\s*<", page.text)]
    assert found == []


def test_every_page_of_the_admin_opens(old_admin: FlaskClient, folder: Path) -> None:
    database = folder / "storefront.db"
    pages = ["/admin", *(f"/admin/{name}" for name in "orders subscriptions offers customers emails doctor".split())]
    pages += [f"/admin/orders/{token}" for (token,) in rows(database, "SELECT token FROM shop_order")]
    pages += [f"/admin/subscriptions/{name}" for (name,) in rows(database, "SELECT public_id FROM subscription")]
    pages += [f"/admin/emails/{number}" for (number,) in rows(database, "SELECT id FROM letter")]
    pages += [f"/admin/offers/{number}" for (number,) in rows(database, "SELECT id FROM offer")]
    for page in pages:
        assert old_admin.get(page, follow_redirects=True).status_code == 200, page


def test_metrics_keep_their_names(old_app: Flask, recorded: Recorded, made_at: datetime) -> None:
    with time_set(made_at + timedelta(minutes=1)):
        answer = old_app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"})
    samples = [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]
    named = {" ".join([sample.name, *sorted(sample.labels)]) for sample in samples}
    assert set(recorded["metrics"]) <= named
    (age,) = [one.value for one in samples if one.name == "storefront_worker_heartbeat_age_seconds"]
    assert age < 600, "the worker's last sign of life is read"


def test_defect_44_old_rows_are_found_by_the_folded_search(old_app: Flask, folder: Path) -> None:
    for table, column in (
        ("shop_order", "email"),
        ("shop_order", "name"),
        ("letter", "recipient"),
        ("letter", "subject"),
    ):
        texts = rows(folder / "storefront.db", f"SELECT {column}, {column}_folded FROM {table}")
        assert texts and all(folded == fold(text) for text, folded in texts), (table, column)
