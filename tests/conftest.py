"""The shop under test: a real SQLite file, a real simulator process, Flask's own client."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from storefront import create_app, db
from storefront.config import Config
from storefront.models import Admin
from tests.simulator_process import Simulator, running_simulator

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[Simulator]:
    with running_simulator() as simulator:
        yield simulator


@pytest.fixture
def simulator(simulator_process: Simulator) -> Simulator:
    """A simulator that remembers nothing of the tests before."""
    simulator_process.clear_faults()
    simulator_process.reset()
    return simulator_process


@pytest.fixture
def environment(tmp_path: Path, simulator: Simulator) -> dict[str, str]:
    """The environment of the shop under test."""
    return {
        "INSTANCE_DIR": str(tmp_path / "instance"),
        "PUBLIC_URL": "http://shop.example.com",
        "STRIPE_API_BASE": simulator.url,
        "STRIPE_JS_URL": simulator.js_url,
    }


@dataclass(frozen=True)
class Beginning:
    """An instance folder with its keys and an empty database of this version's schema; an admin's row and cookie."""

    folder: Path
    templates: Path
    owner: dict[str, object]
    cookie: str


@pytest.fixture(scope="session")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Beginning:
    """Made once: migrations, compiled templates and a slow password hash would be most of the time of a short test."""
    folder, used = tmp_path_factory.mktemp("beginning"), tmp_path_factory.mktemp("used")
    config = Config.from_environment({"INSTANCE_DIR": str(folder)})
    app = create_app(config)
    db.migrate(config)
    db.db.obj.close_all()
    shutil.copytree(folder, used, dirs_exist_ok=True)
    app = create_app(Config.from_environment({"INSTANCE_DIR": str(used)}))
    client = signed_in(app)
    cookie = client.get_cookie("session")
    assert cookie is not None
    owner = dict(Admin.get().__data__)
    db.db.close()
    db.db.obj.close_all()
    return Beginning(folder, tmp_path_factory.mktemp("templates"), owner, cookie.value)


@pytest.fixture
def app(environment: dict[str, str], beginning: Beginning) -> Iterator[Flask]:
    shutil.copytree(beginning.folder, environment["INSTANCE_DIR"])
    config = Config.from_environment(environment)
    app = create_app(config)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(beginning.templates))
    db.migrate(config)
    yield app
    if not db.db.is_closed():
        db.db.close()
    db.db.obj.close_all()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser, in English, sending what browsers send of themselves."""
    return browser(app)


@pytest.fixture
def admin(app: Flask, beginning: Beginning) -> FlaskClient:
    """The owner's browser, signed in."""
    Admin.insert(beginning.owner).execute()
    client = browser(app)
    client.set_cookie("session", beginning.cookie)
    return client


def signed_in(app: Flask) -> FlaskClient:
    """The browser of an owner who was made and came in by the door."""
    Admin.set_password("olena@example.com", PASSWORD)
    client = browser(app)
    token = csrf_token(client.get("/admin/login").text)
    form = {"email": "olena@example.com", "password": PASSWORD, "csrf_token": token}
    answer = client.post("/admin/login", data=form)
    assert answer.status_code in (302, 303), answer.text
    return client


def browser(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client


def csrf_token(html: str) -> str:
    """The token of a page's form."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found, "the page has no CSRF token"
    return found[1]
