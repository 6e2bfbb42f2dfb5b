"""A shop with data in every state, on the database that the tests use, that each test can put back as it was."""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import create_app, customers, db, emails, team
from storefront.config import Config
from storefront.emails.team_links import password_token_of
from storefront.models import ALL, Admin, AdminSession, Email, EmailKind, Merchant, Order, Role, now
from tests import databases
from tests.browser.every_page import admin_addresses, fill_shop, public_addresses
from tests.conftest import ShopTemplate
from tests.deployment import postgres
from tests.factories import OWNER_EMAIL, SHOP_URL, connect_merchant, make_admin
from tests.fuzz.crawler import Site, crawl, links_in, path_of
from tests.simulator_process import Simulator, running_simulator
from tests.web.admin_pages import STRIPE
from tests.web_client import browser

# Random requests to each route, on SQLite. PostgreSQL gets a quarter.
ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "8"))
# Pages that no other page links to.
UNLINKED = (
    *("/admin/patterns", "/healthz", "/readyz", "/metrics"),
    *("/robots.txt", "/sitemap.xml", "/sitemap-0.xml"),
    *("/admin/login", "/admin/login/code", "/admin/new-password"),
    *("/api/v1/openapi.json", "/api/v1/orders", "/api/v1/orders/1", "/api/v1/anything-else"),
    # They are opened by a page's script, or only when the owner has a second factor.
    *("/admin/account/passkeys/new", "/admin/account/two-step/removal", "/admin/offers/payment-systems"),
    *(f"{STRIPE}/new/closed", f"{STRIPE}/disconnecting"),
)
TABLES = sorted(model._meta.table_name for model in ALL)


@dataclass(repr=False)
class FuzzedShop:
    """`stranger` and `owner` are what each can reach; `cookies` are their sessions.

    `rounds` is the number of random requests to each route.
    """

    app: Flask
    cookies: dict[bool, str]
    rounds: int
    merchant: Merchant
    secrets: tuple[bytes, ...]
    stranger: Site = field(default_factory=Site)
    owner: Site = field(default_factory=Site)
    peers: int = 0
    saved_rows: dict[str, str] = field(default_factory=dict)

    def client(self, is_signed_in: bool) -> FlaskClient:
        """A new browser."""
        client = browser(self.app)
        client.set_cookie("session", self.cookies[is_signed_in])
        return client

    def rows(self) -> dict[str, str]:
        """A hash of the rows of each table."""
        with db.connection():
            return {table: self._hash(table) for table in TABLES}

    def _hash(self, table: str) -> str:
        found = db.db.execute_sql(f'SELECT * FROM "{table}"').fetchall()
        # Whoever asks /readyz has the shop write this row.
        rows = sorted(repr(row) for row in found if "write_check" not in row)
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()

    def save(self) -> None:
        """Remember the database as it is."""
        raise NotImplementedError

    def restore(self) -> None:
        """Put the database back as it was saved."""
        raise NotImplementedError


class SqliteShop(FuzzedShop):
    def save(self) -> None:
        self._copy(self._file(), self._saved())

    def restore(self) -> None:
        self._copy(self._saved(), self._file())

    def _file(self) -> Path:
        return Path(self.app.config["SHOP"].database_url.removeprefix("sqlite:///"))

    def _saved(self) -> Path:
        return self._file().with_suffix(".saved")

    def _copy(self, source: Path, target: Path) -> None:
        with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
            read.backup(written)


class PostgresqlShop(FuzzedShop):
    """Keeps the rows of each table in a table of another schema. Hundreds of statements would take most of the time."""

    def rows(self) -> dict[str, str]:
        hashes = (
            f"""SELECT '{table}', md5(string_agg(t::text, '' ORDER BY t::text))
            FROM "{table}" AS t WHERE t::text NOT LIKE '%write_check%'"""
            for table in TABLES
        )
        with db.connection():
            return dict(db.db.execute_sql(" UNION ALL ".join(hashes).replace("%", "%%"), ()).fetchall())

    def save(self) -> None:
        with db.connection(), db.db.atomic():
            db.db.execute_sql("CREATE SCHEMA saved")
            for table in TABLES:
                db.db.execute_sql(f'CREATE TABLE saved."{table}" AS SELECT * FROM "{table}"')

    def restore(self) -> None:
        rows = self.rows()
        with db.connection(), db.db.atomic():
            db.db.execute_sql("SET LOCAL session_replication_role = replica")
            for table in (table for table in TABLES if rows[table] != self.saved_rows[table]):
                db.db.execute_sql(f'DELETE FROM "{table}"')
                db.db.execute_sql(f'INSERT INTO "{table}" SELECT * FROM saved."{table}"')


# These tests run in one process, which fills the shop once: see tests/scheduling.py.
@pytest.fixture(scope="module", params=[databases.NAME])
def shop(tmp_path_factory: pytest.TempPathFactory, shop_template: ShopTemplate) -> Iterator[FuzzedShop]:
    """A shop with data in every state. Its simulator runs as long, with everything that the data needs."""
    folder = tmp_path_factory.mktemp("fuzz") / "instance"
    shutil.copytree(shop_template.folder, folder)
    with running_simulator() as simulator:
        environment = {
            "INSTANCE_DIR": str(folder),
            "PUBLIC_URL": SHOP_URL,
            "STRIPE_API_BASE": simulator.url,
            "STRIPE_JS_URL": simulator.js_url,
            "METRICS_TOKEN": "a-token-for-metrics",
        }
        if not databases.IS_POSTGRESQL:
            yield from filled(SqliteShop, environment, shop_template, simulator, ROUNDS)
        else:
            with postgres.running_server() as server:
                environment["DATABASE_URL"] = server.url
                yield from filled(PostgresqlShop, environment, shop_template, simulator, ROUNDS // 4)


def filled(
    kind: type[FuzzedShop], environment: dict[str, str], template: ShopTemplate, simulator: Simulator, rounds: int
) -> Iterator[FuzzedShop]:
    config = Config.from_environment(environment)
    app = create_app(config)
    db.migrate(config)
    with db.connection():
        template.insert_owner()
        merchant = connect_merchant()
        rows = fill_shop(merchant, simulator)
        emailed = build_team(rows.orders["paid"])
        merchant = Merchant.get_by_id(merchant.id)
        merchant.keep_keys(until=now() + timedelta(hours=1))
        merchant.save()
        emails.send_due()
        public, admins = public_addresses(rows), [*admin_addresses(rows), *emailed]
        texts = " ".join(f"{email.text} {email.html}" for email in Email.select())
        secrets = (merchant.secret_key.encode(), merchant.webhook_secret.encode(), Admin.get().password_hash.encode())
    shop = kind(app, {True: template.cookie, False: visitor_cookie(app)}, rounds, merchant, secrets)
    shop.stranger = crawl(app, shop.client(is_signed_in=False), [*public, *links_in(texts)])
    shop.owner = crawl(app, shop.client(is_signed_in=True), [*admins, *public, *UNLINKED])
    shop.save()
    shop.saved_rows = shop.rows()
    yield shop
    db.close_connections()


def build_team(order: Order) -> list[str]:
    """Add a manager who writes a note and forgets the password, and an invitation; the owner has another session,
    and has begun to set up two-step verification.

    Return the addresses of the two links. Only emails have them, whose text isn't kept.
    """
    manager = make_admin("maria@example.com", Role.MANAGER)
    customers.add_order_note(order, "Asked for a window seat", manager.email)
    with db.db.atomic():
        owner = Admin.get(Admin.email == OWNER_EMAIL)
        invitation = team.invite("vira@example.com", Role.VIEWER, owner)
        emails.write_password_link(manager)
    AdminSession.begin(owner)
    team.begin_setup(owner)
    letter = Email.get(Email.kind == EmailKind.PASSWORD_LINK)
    return [path_of(emails.invitation_url(invitation, "en")), f"/admin/new-password/{password_token_of(letter)}"]


def visitor_cookie(app: Flask) -> str:
    """The session of a browser that has opened the sign-in page, whose form has the session's token."""
    client = browser(app)
    client.get("/admin/login")
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value
