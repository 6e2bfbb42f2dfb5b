"""Count the SQL queries of a page."""

from collections.abc import Callable

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import db


def queries_of(client: FlaskClient, address: str) -> int:
    """How many SQL queries the page runs."""
    return len(statements_of(lambda: client.get(address)))


def statements_of(request: Callable[[], TestResponse]) -> list[str]:
    """The SQL statements that a successful request runs, without their values."""
    asked: list[str] = []
    database = db.db.obj
    execute = database.execute_sql

    def recording(sql: str, *args: object, **kwargs: object) -> object:
        asked.append(sql)
        return execute(sql, *args, **kwargs)

    database.execute_sql = recording
    try:
        assert request().status_code == 200
    finally:
        del database.execute_sql
    return asked
