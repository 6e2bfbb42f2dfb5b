"""A shop in whose folder lies what version 0.1 left: database, queue and pictures."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import create_app, db
from storefront.config import Config
from tests.web_client import browser, sign_in

DATA = Path(__file__).parent / "data"
LEFT_OUT = shutil.ignore_patterns("*.json", "*.backup")
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="session")
def recorded() -> dict[str, Any]:
    """What version 0.1 named, and the links it signed."""
    found: dict[str, Any] = json.loads((DATA / "expected.json").read_text())
    return found


@pytest.fixture
def made_at(recorded: dict[str, Any]) -> datetime:
    """When the data was made. Links that expire are opened a little later, by the shop's clock."""
    return datetime.fromisoformat(recorded["made_at"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "instance", ignore=LEFT_OUT))


@pytest.fixture
def environment(environment: dict[str, str], recorded: dict[str, Any]) -> dict[str, str]:
    """The environment of today's shop with the keys of then. Version 0.1 left a SQLite database and queue."""
    return {**environment, "DATABASE_URL": "", "REDIS_URL": "", **recorded["environment"]}


@pytest.fixture(scope="session")
def upgraded(tmp_path_factory: pytest.TempPathFactory, recorded: dict[str, Any]) -> Path:
    """The folder after the upgrade, which takes most of a short test's time: made once, and copied."""
    folder = tmp_path_factory.mktemp("upgraded") / "instance"
    shutil.copytree(DATA, folder, ignore=LEFT_OUT)
    environment = {"INSTANCE_DIR": str(folder), "STRIPE_API_BASE": NOWHERE, **recorded["environment"]}
    migrated = create_app(Config.from_environment(environment)).test_cli_runner().invoke(args=["migrate"])
    assert migrated.exit_code == 0, migrated.output
    db.close_connections()
    return folder


@pytest.fixture
def old_app(upgraded: Path, folder: Path, environment: dict[str, str]) -> Iterator[Flask]:
    """Today's shop on the data of then. Stripe does not answer, so no row changes because its objects are gone."""
    shutil.rmtree(folder)
    shutil.copytree(upgraded, folder)
    app = create_app(Config.from_environment({**environment, "STRIPE_API_BASE": NOWHERE}))
    yield app
    db.close_connections()


@pytest.fixture
def old_admin(old_app: Flask, recorded: dict[str, Any]) -> FlaskClient:
    """A browser where the admin of then has signed in."""
    client = browser(old_app)
    sign_in(client, **recorded["admin"])
    return client


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    """What a query finds in a SQLite file."""
    with sqlite3.connect(database) as connection:
        found = connection.execute(query).fetchall()
    connection.close()
    return found
