"""`flask --app wsgi move-database`: the shop in another database, row by row, and what stops the move."""

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from storefront import create_app, db, delivery, offers
from storefront.config import Config
from storefront.delivery import DeliverableFields
from storefront.models import DeliverableKind, Download, Email, Offer, Order, ShopProfile, Subscription
from storefront.operations.database_move.tables import moved_tables
from tests import databases
from tests.cast import LESIA
from tests.compatibility.trading import Shop
from tests.delivered_files import deliver, stored
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web.admin_pages import text_of
from tests.web_client import browser

pytestmark = pytest.mark.postgres


@pytest.fixture
def to_sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/moved.db"


@pytest.fixture
def to_postgresql(empty_postgres: str) -> str:
    # The server asks for no password, and takes any.
    return empty_postgres.replace("shop@", "shop:hunter2@")


@pytest.fixture
def other(to_sqlite: str, to_postgresql: str) -> str:
    """An empty database of the other kind than that of the shop."""
    return to_sqlite if databases.IS_POSTGRESQL else to_postgresql


@pytest.fixture
def same(to_sqlite: str, to_postgresql: str) -> str:
    """An empty database of the same kind as that of the shop."""
    return to_postgresql if databases.IS_POSTGRESQL else to_sqlite


def move(app: Flask, url: str) -> Result:
    return app.test_cli_runner().invoke(args=["move-database", url])


@contextmanager
def shop_on(environment: dict[str, str], url: str) -> Iterator[Flask]:
    """The same shop with this DATABASE_URL."""
    app = create_app(Config.from_environment({**environment, "DATABASE_URL": url}))
    with app.app_context():
        yield app
        db.close_connections()


def execute(url: str, statement: str) -> list[tuple[Any, ...]]:
    """Run a statement as another program does; the rows that it returns."""
    if url.startswith("postgresql://"):
        with psycopg.connect(url) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
        return connection.execute(statement).fetchall()


def counts() -> dict[str, int]:
    return {model.__name__: model.select().count() for model in (Offer, Order, Subscription, Email)}


def test_a_shop_that_has_traded_moves_to_the_other_database_and_back_and_sells_on(
    app: Flask, admin: FlaskClient, simulator: Simulator, environment: dict[str, str], other: str, same: str
) -> None:
    Shop(app, admin, simulator).exchange()
    make_offer(None, title="Чайна церемонія", status="draft")
    logo = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(logo, "PNG")
    profile = offers.save_profile({"name": "Студія «Люмен»", "country": "UA"}, "Europe/Kyiv", logo.getvalue())
    Order.raise_number(Order.last_used_number() + 500)
    before, next_number = counts(), Order.last_used_number() + 1
    dashboard, session = text_of(admin.get("/admin").text), admin.get_cookie("session")
    moved = move(app, other)
    assert moved.exit_code == 0, moved.output
    assert "hunter2" not in moved.output and "all are the same in both databases" in moved.stdout
    assert f"shop_order: {before['Order']} rows" in moved.stdout.splitlines()
    with shop_on(environment, other) as there:
        assert counts() == before and not db.pending_migrations()
        home = browser(there).get("/").text
        assert ShopProfile.load() == profile and f'src="{profile.logo_path}"' in home and profile.name in home
        assert browser(there).get(profile.logo_path).status_code == 200
        owner = browser(there)
        owner.set_cookie("session", session.value if session else "")
        assert text_of(owner.get("/admin").text) == dashboard, "signed in, with the same figures"
        token = Shop(there, admin, simulator).buy("/o/evening", "olha@example.com")
        sold = Order.get(Order.token == token)
        assert (sold.status, sold.number) == ("paid", next_number)
        assert Offer.get(Offer.title == "Чайна церемонія").status == "draft"
        back = move(there, same)
        assert back.exit_code == 0, back.output
    with shop_on(environment, same) as again:
        token = Shop(again, admin, simulator).buy("/o/evening", "taras@example.com")
        assert Order.get(Order.token == token).number == next_number + 1
        assert Order.select().count() == before["Order"] + 2
    with app.app_context():
        assert counts() == before, "the first database stays as it was"


def test_what_was_delivered_moves_too_and_the_files_stay_where_they_are(
    app: Flask, simulator: Simulator, environment: dict[str, str], other: str
) -> None:
    offer = make_offer(connect_merchant(), slug="evening", max_quantity=3)
    file = deliver(offer, stored(b"a book"))
    keys = DeliverableFields("Program", keys="KEY-0001\nKEY-0002")
    delivery.add_deliverable(offer, DeliverableKind.KEYS, keys)
    order = buy(offer, simulator)
    link = f"/orders/{order.token}/files/{file.id}"
    client = browser(app)
    assert client.get(client.get(link).location).data == b"a book"
    assert move(app, other).exit_code == 0
    with shop_on(environment, other) as there:
        page = browser(there).get(f"/orders/{order.token}/thank-you").text
        assert "KEY-0001" in page and "KEY-0002" not in page and link in page
        assert browser(there).get(browser(there).get(link).location).data == b"a book"
        assert Download.select().count() == 2
        # The next order gets the key that is left.
        assert [one.keys for one in delivery.delivered(buy(offer, simulator, LESIA)).key_lists] == [("KEY-0002",)]


def test_no_table_is_forgotten(app: Flask) -> None:
    """Each is moved, or computed again from those. Full-text indexes of SQLite have tables of their own."""
    known = {table.name for table in moved_tables()} | db.derived_tables() | {"schema_migration"}
    unknown = set(db.db.get_tables()) - known
    assert {name for name in unknown if not any(name.startswith(f"{one}_") for one in db.derived_tables())} == set()


def test_a_row_that_arrives_changed_is_named_and_nothing_stays(
    app: Flask, admin: FlaskClient, environment: dict[str, str], other: str
) -> None:
    _tea, coffee = (make_offer(None, title=title, status="draft") for title in ("Tea", "Coffee"))
    with shop_on(environment, other) as there:
        there.test_cli_runner().invoke(args=["migrate"])
    if other.startswith("postgresql://"):
        execute(
            other,
            "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.amount := NEW.amount + 1;"
            " RETURN NEW; END $$;"
            "CREATE TRIGGER spoil BEFORE INSERT ON offer FOR EACH ROW WHEN (NEW.title = 'Coffee')"
            " EXECUTE FUNCTION spoil()",
        )
    else:
        execute(
            other,
            "CREATE TRIGGER spoil AFTER INSERT ON offer WHEN NEW.title = 'Coffee'"
            " BEGIN UPDATE offer SET amount = amount + 1 WHERE id = NEW.id; END",
        )
    moved = move(app, other)
    assert moved.exit_code == 1
    assert moved.stderr.splitlines() == [
        "the shop was not moved: rows that differ after the move: 1",
        f"offer, row {coffee.id}: amount",
    ]
    assert execute(other, "SELECT COUNT(*) FROM offer") == [(0,)]


def test_rows_that_the_other_database_cannot_have_are_all_named(app: Flask, other: str) -> None:
    made = [make_offer(None, title=title, status="draft").id for title in ("Tea", "Coffee", "Cocoa")]
    if databases.IS_POSTGRESQL:
        databases.store("offer", "created_at", databases.UNREADABLE_DATE, made[0])
        assert move(app, other).exit_code == 1
        return
    databases.store("offer", "title", "Tea\0", made[0])
    databases.store("offer", "currency", "E" * 200, made[1])
    databases.store("offer", "created_at", "yesterday", made[2])
    databases.store("offer", "listed", "perhaps", made[1])
    moved = move(app, other)
    assert moved.exit_code == 1
    head, *named = moved.stderr.splitlines()
    assert head == "the shop was not moved: rows that can't be moved: 3"
    assert named == [
        f"offer, row {made[0]}: title has a NUL character, which PostgreSQL can't store",
        f"offer, row {made[1]}: currency has more than 3 characters",
        f"offer, row {made[2]}: created_at is not a date and time",
    ]
    assert execute(other, "SELECT COUNT(*) FROM offer") == [(0,)]


def test_a_move_that_cannot_begin_says_why_in_one_line(
    app: Flask, admin: FlaskClient, environment: dict[str, str], other: str, tmp_path: Path
) -> None:
    def refused(url: str) -> str:
        answer = move(app, url)
        assert answer.exit_code == 2 and answer.stderr.count("\n") == 1, answer.output
        assert "hunter2" not in answer.output
        return answer.stderr

    assert refused("mysql://shop:hunter2@db/shop").startswith("URL: must begin with sqlite:/// or postgresql://")
    assert refused(app.config["SHOP"].database_url).startswith("URL: this is the database that DATABASE_URL names")
    assert refused("postgresql://shop:hunter2@127.0.0.1:9/shop").startswith("URL: the database can't be used: ")
    assert refused(f"sqlite:///{tmp_path}/nowhere/shop.db").startswith("URL: the database can't be used: ")
    make_offer(None, title="Tea", status="draft")
    assert move(app, other).exit_code == 0
    with shop_on(environment, other):
        assert Order.last_used_number() == Order.FIRST_NUMBER, "the first order still gets the first number"
    assert refused(other).startswith("URL: the database is not empty: there are rows in admin")
    execute(other, "INSERT INTO schema_migration (name, applied) VALUES ('9999_from_the_future', '2030-01-01')")
    assert refused(other).startswith("URL: a newer version of the shop has changed this database (9999_")
    execute(other, "DELETE FROM schema_migration WHERE name > '0010'")
    assert refused(other).startswith("URL: the database is of an older version")
