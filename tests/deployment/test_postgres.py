"""The shop on a real PostgreSQL: nothing may work on SQLite only."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playhouse.migrations import Runner
from playhouse.schema_diff import diff_models

from benchmarks.grow import grow
from storefront import create_app, db, emails, payments, runtime, subscriptions, webhooks
from storefront.config import Config
from storefront.db.migration import MIGRATIONS
from storefront.models import (
    ALL,
    INDEXES_OF_EXPRESSIONS,
    CounterKind,
    Email,
    Merchant,
    Order,
    Subscription,
    WebhookEvent,
    counts,
    search,
)
from tests.cards import GOOD
from tests.cast import MARKO
from tests.deployment.conftest import Command
from tests.factories import connect_merchant, make_offer
from tests.money.counter_checks import counter_differences
from tests.processes import module, start
from tests.purchase_steps import start_checkout
from tests.simulator_process import Simulator
from tests.stripe_dashboard import mark_as_paid_outside
from tests.subscription_steps import newest_invoice, renew, subscribe
from tests.web_client import browser, signed_in

pytestmark = pytest.mark.postgres


@pytest.fixture
def postgres_environment(environment: dict[str, str], empty_postgres: str) -> Iterator[dict[str, str]]:
    """The shop's environment with an empty database on the server."""
    environment = {**environment, "DATABASE_URL": empty_postgres}
    runtime.start(Config.from_environment(environment))
    yield environment
    db.close_connections()


@pytest.fixture
def postgres_shop(postgres_environment: dict[str, str]) -> Flask:
    config = Config.from_environment(postgres_environment)
    app = create_app(config)
    db.migrate(config)
    return app


def test_the_migrated_schema_matches_the_models(postgres_shop: Flask) -> None:
    with db.connection():
        difference = diff_models(db.db.obj, ALL)
    dropped = [index for index in difference.drop_indexes if index.name not in INDEXES_OF_EXPRESSIONS]
    difference = difference._replace(drop_indexes=dropped)
    assert not difference, str(difference)


def test_the_server_compiles_no_statement_of_the_shop(postgres_shop: Flask) -> None:
    with db.connection():
        assert db.db.execute_sql("SHOW jit").fetchone() == ("off",)


def test_an_offer_can_be_bought(postgres_shop: Flask, simulator: Simulator) -> None:
    merchant = connect_merchant()
    offer = make_offer(merchant, thank_you="See you on **Friday**!")
    db.db.close()

    buyer = browser(postgres_shop)
    assert "€19.99" in buyer.get(f"/o/{offer.slug}").text
    form = {"email": "marko@example.com", "name": "Marko", "quantity": "1", "visit": "v" * 32}
    answer = buyer.post(f"/o/{offer.slug}/checkout", data=form)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    again = buyer.post(f"/o/{offer.slug}/checkout", data=form).json
    assert again == answer.json

    paid = simulator.confirm(merchant.publishable_key, answer.json["client_secret"], GOOD)
    assert paid.json()["status"] == "succeeded"
    thanks = buyer.get(f"/orders/{answer.json['order']}/thank-you")
    assert "Thank you" in thanks.text and "See you on <strong>Friday</strong>!" in thanks.text
    with db.connection():
        assert [order.status for order in Order.select()] == ["paid"]


def test_payments_outside_of_stripe_are_left_out_of_all_sums(postgres_shop: Flask, simulator: Simulator) -> None:
    with db.connection():
        merchant = connect_merchant()
        paid, marked = (subscribe(make_offer(merchant, kind="recurring", title=name), simulator) for name in "ab")
        payments.request_refund(paid.order, 500, "duplicate", "refund-of-a-payment-0001")
        renew(marked, simulator, "declines")
        mark_as_paid_outside(newest_invoice(marked))
        subscriptions.refresh(marked)
        assert newest_invoice(marked).paid_outside.amount == 1999
        assert [(one.total.amount, one.renewals) for one in payments.recent_takings()] == [(3998, 0)]
        assert subscriptions.recovery_outcomes("recovered") == []
        assert payments.refunded_by_order([paid.order_id]) == {paid.order_id: 500}


def test_an_event_is_stored_and_handled(postgres_shop: Flask, simulator: Simulator) -> None:
    offer = make_offer(connect_merchant())
    form = {"email": "marko@example.com", "name": "Marko", "quantity": "1", "visit": "v" * 32}
    started = browser(postgres_shop).post(f"/o/{offer.slug}/checkout", data=form).json
    assert started is not None
    simulator.confirm(Merchant.get().publishable_key, started["client_secret"], GOOD)
    with db.connection():
        order = Order.get()
        event = {"merchant": order.merchant, "event_id": "evt_1", "type": "payment_intent.succeeded"}
        event = WebhookEvent.create(**event, object_id=order.payments.get().intent_id)
        assert WebhookEvent.get_by_id(event.id).handled_at is None
        webhooks.handle(event)
        assert Order.get().status == "paid"
        assert WebhookEvent.get_by_id(event.id).handled_at is not None


def test_one_email_is_sent_about_an_expiring_card(postgres_shop: Flask, simulator: Simulator) -> None:
    subscription = subscribe(make_offer(connect_merchant(), kind="recurring"), simulator)
    Subscription.update(card_exp_month=1, card_exp_year=2020).where(Subscription.id == subscription.id).execute()
    assert [subscriptions.warn_expiring_cards(), subscriptions.warn_expiring_cards()] == [1, 0]
    renew(subscription, simulator, "asks")
    emails.send_due()
    sent = Email.get(Email.invoice == newest_invoice(subscription), Email.kind == "renewal_authentication")
    assert sent.state in ("sent", "kept") and sent.done_at.tzinfo
    db.db.close()


def test_two_concurrent_migrate_commands_apply_each_migration_once(
    postgres_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    logs = tmp_path_factory.mktemp("migrate")
    migrate = module("flask", "--app", "wsgi", "migrate")
    both = [start(migrate, logs / f"{number}.log", postgres_environment) for number in (1, 2)]
    assert [process.wait() for process in both] == [0, 0], [process.output for process in both]
    said = [line for process in both for line in process.output.splitlines() if line.startswith("applied ")]
    assert said and len(said) == len(set(said))
    assert not any("backed up" in process.output for process in both), "one of them saw the other's unfinished upgrade"


def test_a_backup_can_be_restored_into_a_newer_schema_and_another_folder(
    postgres_shop: Flask, postgres_environment: dict[str, str], command: Command, tmp_path: Path, simulator: Simulator
) -> None:
    sealed = {**postgres_environment, "BACKUP_PASSPHRASE": "seven green bicycles"}
    offer = make_offer(connect_merchant(), slug="evening")
    db.db.close()
    made = command("flask", "--app", "wsgi", "backup", str(tmp_path / "shop.backup"), env=sealed)
    assert made.returncode == 0, made.stderr

    with db.connection():
        offer.delete_instance()
        db.db.execute_sql("CREATE TABLE letter_wording_of_later (wording INTEGER REFERENCES letter_wording(id))")
    db.close_connections()
    elsewhere = {**sealed, "INSTANCE_DIR": str(tmp_path / "other")}
    restored = command("flask", "--app", "wsgi", "restore", str(tmp_path / "shop.backup"), env=elsewhere)
    assert restored.returncode == 0, restored.stderr
    assert "pasted again" not in restored.stdout
    (kept,) = (tmp_path / "other").glob("postgresql.before-*")
    assert str(kept) in restored.stdout and kept.stat().st_mode & 0o077 == 0

    buyer = browser(create_app(Config.from_environment(elsewhere)))
    form = {"email": "marko@example.com", "name": "Marko", "quantity": "1", "visit": "v" * 32}
    answer = buyer.post("/o/evening/checkout", data=form)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("made_by", ["this version", "an older version"])
def test_counters_are_right_after_a_restore(
    made_by: str, postgres_environment: dict[str, str], command: Command, tmp_path: Path
) -> None:
    """Backups of this version are restored into an empty database, those of an older one over a newer schema."""
    config = Config.from_environment(postgres_environment)
    app, is_older = create_app(config), made_by == "an older version"
    if is_older:
        with db.connection():
            Runner(db.db.obj, str(MIGRATIONS)).up("0002_pictures_addresses_descriptors")
    else:
        db.migrate(config)
        grow(30)
    backup = str(tmp_path / "shop.backup")
    made = app.test_cli_runner().invoke(args=["backup", backup])
    assert made.exit_code == 0, made.output
    with db.connection():
        if is_older:
            db.migrate(config)
            grow(30)
        else:
            db.db.execute_sql("DROP SCHEMA public CASCADE")
            db.db.execute_sql("CREATE SCHEMA public")
    db.close_connections()
    restored = command("flask", "--app", "wsgi", "restore", backup, env=postgres_environment)
    assert restored.returncode == 0, restored.stderr
    with db.connection():
        assert Order.select().count() == (0 if is_older else 30)
        assert counter_differences() == []
        if is_older:
            grow(30)
        Order.update(status="refunded").execute()
        assert counter_differences() == []
        assert counts(CounterKind.ORDERS).number(CounterKind.ORDERS, "refunded") == 30


@pytest.mark.parametrize(("program", "version"), [("psql", "15.13"), ("pg_restore", "12.99")])
def test_programs_that_would_run_commands_from_a_backup_are_refused(
    program: str,
    version: str,
    postgres_shop: Flask,
    postgres_environment: dict[str, str],
    command: Command,
    tmp_path: Path,
) -> None:
    backup = str(tmp_path / "shop.backup")
    assert command("flask", "--app", "wsgi", "backup", backup, env=postgres_environment).returncode == 0
    old = tmp_path / "bin" / program
    old.parent.mkdir()
    old.write_text(f"#!/bin/sh\necho '{program} (PostgreSQL) {version}'\n")
    old.chmod(0o700)
    path = f"{old.parent}{os.pathsep}{os.environ['PATH']}"
    refused = command("flask", "--app", "wsgi", "restore", backup, env={**postgres_environment, "PATH": path})
    assert refused.returncode == 1
    said = refused.stderr.splitlines()[-1]
    assert said.startswith(f"Error: {program} {version} does not stop commands") and "15.14" in said


def test_an_admin_can_be_created(postgres_environment: dict[str, str], command: Command) -> None:
    create = ("flask", "--app", "wsgi", "create-admin", "--email", "olena@example.com", "--password", "long one!")
    for _ in range(2):
        answer = command(*create, env=postgres_environment)
        assert answer.returncode == 0, answer.stderr


def test_defect_44_searches_fold_text_on_postgresql(postgres_shop: Flask) -> None:
    with db.connection():
        offer = make_offer(connect_merchant(), title="Evening")
        typed_name = {"email": "Solomiia@example.com", "name": "Соломія Дем’янчук-Королёва"}
        order = start_checkout(offer, replace(MARKO, **typed_name)).order
        for typed in ("Дем'янчук", "ДЕМʼЯНЧУК-КОРОЛЕВА", "solomiia@EXAMPLE"):
            assert [found.id for found in search.OrderSearch(text=typed).page().rows] == [order.id], typed
            assert len(search.CustomerSearch(text=typed).page().rows) == 1, typed
        assert search.OrderSearch(text="Демянчук").page().total.number == 0


def test_control_characters_and_long_texts_in_a_query_are_no_errors(postgres_shop: Flask) -> None:
    """PostgreSQL refuses a NUL in any text, and texts that are longer than their column."""
    with db.connection():
        offer = make_offer(connect_merchant(), title="Evening")
        owner = signed_in(postgres_shop)
    names = (
        "after before done key kept kind lang merchant mode next offer page q sent setup_intent state status upload v"
    )
    pages = ("offers", "offers/new", f"offers/{offer.id}", "orders", "subscriptions", "customers", "emails", "login")
    for page in ("/", f"/o/{offer.slug}", *(f"/admin/{name}" for name in pages)):
        for value in ("\0", "a\0b", "\x1f", "й" * 3000):
            answer = owner.get(page, query_string=dict.fromkeys(names.split(), value))
            assert answer.status_code < 500, (page, value[:3])


def test_order_numbers_are_raised_above_those_that_customers_know(postgres_shop: Flask, simulator: Simulator) -> None:
    with db.connection():
        offer = make_offer(connect_merchant())
        assert start_checkout(offer).order.number == 1001
        Order.raise_number(1500)
        Order.raise_number(1200)
        assert start_checkout(offer, replace(MARKO, visit="visit-of-marko-0002")).order.number == 1501
        Order.raise_number(1501)
        assert start_checkout(offer, replace(MARKO, visit="visit-of-marko-0003")).order.number == 1502


def test_the_doctor_says_that_searches_lack_their_extension(postgres_shop: Flask) -> None:
    with db.connection():
        owner = signed_in(postgres_shop)
    assert "pg_trgm" not in owner.get("/admin/doctor").text
    db.db.execute_sql("DROP EXTENSION pg_trgm CASCADE")
    assert "lacks the extension pg_trgm" in owner.get("/admin/doctor").text
    answer = postgres_shop.test_cli_runner().invoke(args=["doctor"])
    assert "CREATE EXTENSION pg_trgm" in answer.output
    assert postgres_shop.test_cli_runner().invoke(args=["rebuild-counters"]).exit_code == 0
    assert "pg_trgm" not in owner.get("/admin/doctor").text
