"""Count the SQL queries of a page."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import db
from tests.databases import IS_POSTGRESQL


def queries_of(client: FlaskClient, address: str) -> int:
    """How many SQL queries the page runs."""
    return len(statements_of(lambda: client.get(address)))


def plans_of(request: Callable[[], TestResponse]) -> dict[str, str]:
    """{SQL statement: how the database runs it} of a successful request. PostgreSQL plans as for large tables."""
    explain = "EXPLAIN " if IS_POSTGRESQL else "EXPLAIN QUERY PLAN "
    asked = _asked_by(request)
    with db.db.atomic():
        if IS_POSTGRESQL:
            db.db.execute_sql("SET LOCAL enable_seqscan = off")
        return {
            sql: "\n".join(str(row[-1]) for row in db.db.execute_sql(explain + sql, values).fetchall())
            for sql, values in asked
        }


def statements_of(request: Callable[[], TestResponse]) -> list[str]:
    """The SQL statements that a successful request runs, without their values."""
    return [sql for sql, _values in _asked_by(request)]


def _asked_by(request: Callable[[], TestResponse]) -> list[tuple[str, Sequence[object]]]:
    with recorded_statements() as asked:
        assert request().status_code == 200
    return asked


@contextmanager
def recorded_statements() -> Iterator[list[tuple[str, Sequence[object]]]]:
    """The SQL statements that are run inside the block, with their values."""
    asked: list[tuple[str, Sequence[object]]] = []
    database = db.db.obj
    execute = database.execute_sql

    def recording(sql: str, params: Sequence[object] | None = None, *args: object, **kwargs: object) -> object:
        asked.append((sql, params or ()))
        return execute(sql, params, *args, **kwargs)

    database.execute_sql = recording
    try:
        yield asked
    finally:
        del database.execute_sql
