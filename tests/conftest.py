"""Fixtures for all tests: the shop with a real SQLite file, the Stripe simulator as a process, and common rows.

A module that needs other values overrides a fixture under the same name, or calls `tests.factories`.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import create_app, db
from storefront.config import Config
from storefront.models import Admin, AdminSession, Merchant, Offer, Subscription, now
from tests import databases
from tests.deployment import postgres, redis_server
from tests.factories import connect_merchant, make_offer
from tests.kept_connection import Connection
from tests.mail_server import MailServer, running_mail_server
from tests.quick_apps import TemplateCode, make_apps_quick
from tests.scheduling import pytest_xdist_make_scheduler  # noqa: F401
from tests.simulator_process import Simulator, running_simulator
from tests.subscription_steps import subscribe
from tests.web_client import browser, signed_in

make_apps_quick()

# The servers that some tests need


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server: TEST_POSTGRES_URL if set (its tables are dropped!), otherwise a temporary one."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given
    else:
        with postgres.running_server() as server:
            yield server.url


@pytest.fixture
def empty_postgres(postgres_server: str) -> str:
    """The URL of an empty PostgreSQL database."""
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return postgres_server


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests whose server is not installed, and those about SQLite when the tests run on PostgreSQL.

    `make test` says which servers are missing; `.ci/run` installs both.
    """
    here = {
        "postgres": bool(os.environ.get("TEST_POSTGRES_URL") or postgres.programs()),
        "redis": redis_server.is_installed(),
        "sqlite": not databases.IS_POSTGRESQL,
    }
    missing = [name for name, is_here in here.items() if not is_here]
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in missing)]
    items[:] = [item for item in items if item not in left_out]
    if left_out:
        config.hook.pytest_deselected(items=left_out)


# The simulator, and the shop that talks to it


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[Simulator]:
    with running_simulator() as simulator:
        yield simulator


@pytest.fixture
def simulator(simulator_process: Simulator) -> Simulator:
    """The simulator, reset: no data and no faults left from the tests before."""
    simulator_process.reset()
    return simulator_process


@pytest.fixture
def environment(tmp_path: Path, simulator: Simulator) -> Iterator[dict[str, str]]:
    """The environment variables of the shop under test."""
    with databases.new_database() as database:
        yield {
            "INSTANCE_DIR": str(tmp_path / "instance"),
            "PUBLIC_URL": "http://shop.example.com",
            "STRIPE_API_BASE": simulator.url,
            "STRIPE_JS_URL": simulator.js_url,
            **database,
        }


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A running SMTP server. The shop uses it only where `SMTP_URL` is in its environment."""
    with running_mail_server() as server:
        yield server


@dataclass(frozen=True)
class ShopTemplate:
    """What each test copies: an instance folder with keys and an empty, migrated database; an admin who is signed in.

    `owner` and `session` are rows, `cookie` is the session's.

    `templates` are the compiled templates that all tests share.
    """

    folder: Path
    templates: TemplateCode
    owner: dict[str, object]
    session: dict[str, object]
    cookie: str
    connection: Connection

    def insert_owner(self) -> None:
        """Store the admin and a session that has just begun."""
        owner_id = Admin.insert(self.owner).execute()
        times = dict.fromkeys(("started_at", "last_seen_at", "proved_at"), now())
        AdminSession.insert({**self.session, **times, "admin": owner_id}).execute()


@pytest.fixture(scope="session")
def shop_template(tmp_path_factory: pytest.TempPathFactory, simulator_process: Simulator) -> ShopTemplate:
    """Made once: migrations, template compilation, password hashing and the connection of a Stripe account would take
    most of a short test's time.
    """
    folder, used = tmp_path_factory.mktemp("template"), tmp_path_factory.mktemp("used")
    config = Config.from_environment({"INSTANCE_DIR": str(folder)})
    app = create_app(config)
    db.migrate(config)
    db.db.obj.close_all()
    shutil.copytree(folder, used, dirs_exist_ok=True)
    app = create_app(Config.from_environment({"INSTANCE_DIR": str(used), "STRIPE_API_BASE": simulator_process.url}))
    connection = Connection.make(simulator_process)
    client = signed_in(app)
    cookie = client.get_cookie("session")
    assert cookie is not None
    owner, session = dict(Admin.get().__data__), dict(AdminSession.get().__data__)
    # A given id would not advance the sequence that numbers further rows.
    del owner["id"], session["id"]
    db.db.close()
    db.db.obj.close_all()
    return ShopTemplate(folder, TemplateCode(), owner, session, cookie.value, connection)


@pytest.fixture
def app(environment: dict[str, str], shop_template: ShopTemplate) -> Iterator[Flask]:
    """The shop with an empty database."""
    shutil.copytree(shop_template.folder, environment["INSTANCE_DIR"])
    config = Config.from_environment(environment)
    app = create_app(config)
    app.jinja_env.bytecode_cache = shop_template.templates
    yield app
    if not db.db.is_closed():
        db.db.close()
    db.db.obj.close_all()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser."""
    return browser(app)


@pytest.fixture
def admin(app: Flask, shop_template: ShopTemplate) -> FlaskClient:
    """The owner's browser, signed in."""
    shop_template.insert_owner()
    client = browser(app)
    client.set_cookie("session", shop_template.cookie)
    return client


# What the shop sells


@pytest.fixture
def merchant(app: Flask, environment: dict[str, str], simulator: Simulator, shop_template: ShopTemplate) -> Merchant:
    """Olena's Stripe account in test mode, connected."""
    return shop_template.connection.repeat(simulator, environment) or connect_merchant()


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    """A one-time purchase of €19.99."""
    return make_offer(merchant, title="Watercolour evening")


@pytest.fixture
def monthly_offer(merchant: Merchant) -> Offer:
    """A subscription of €19.99 per month."""
    return make_offer(merchant, kind="recurring", title="Weekly letters")


@pytest.fixture
def subscription(monthly_offer: Offer, simulator: Simulator) -> Subscription:
    """Marko's subscription to `monthly_offer`, its first payment made."""
    return subscribe(monthly_offer, simulator)


@pytest.fixture
def trial(merchant: Merchant, simulator: Simulator) -> Subscription:
    """Marko's monthly subscription in a trial of 14 days, its card saved."""
    return subscribe(make_offer(merchant, kind="recurring", trial_days=14, title="Weekly letters"), simulator)


@pytest.fixture
def plan(merchant: Merchant, simulator: Simulator) -> Subscription:
    """Marko's payment plan of three installments, the first one paid."""
    return subscribe(make_offer(merchant, kind="plan", instalments=3, title="An easel"), simulator)
