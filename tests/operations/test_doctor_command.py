"""`flask --app wsgi doctor`."""

import pytest
from flask import Flask

from storefront.db import db
from storefront.models import Merchant
from storefront.worker import heartbeat
from tests.factories import connect_merchant


@pytest.fixture
def merchant(app: Flask) -> Merchant:
    return connect_merchant(name="Studio")


def test_the_command_reports_problems_and_fails_if_one_is_red(app: Flask, merchant: Merchant) -> None:
    code, output = command(app)
    assert code == 1
    assert "red    The background worker has never run." in output
    assert "green  Studio: The webhook in Stripe has the right address, events and API version" in output
    heartbeat.record_heartbeat()
    code, output = command(app)
    assert code == 0 and "amber  Email isn’t set up" in output and "red    " not in output
    merchant = Merchant.get()
    for secret in (merchant.secret_key, merchant.webhook_secret):
        assert secret and secret not in output


def test_a_database_that_needs_migration_is_reported(app: Flask, merchant: Merchant) -> None:
    db.execute_sql(f"DELETE FROM schema_migration WHERE name LIKE {db.param}", ("0003%",))
    code, output = command(app)
    assert code == 1 and "red    The database schema is out of date. Run: flask --app wsgi migrate" in output


def command(app: Flask) -> tuple[int, str]:
    answer = app.test_cli_runner().invoke(args=["doctor"])
    return answer.exit_code, answer.output
