"""Count the SQL queries of a page."""

from flask.testing import FlaskClient

from storefront import db


def queries_of(client: FlaskClient, address: str) -> int:
    """How many SQL queries the page runs."""
    asked: list[str] = []
    database = db.db.obj
    execute = database.execute_sql

    def counting(sql: str, *args: object, **kwargs: object) -> object:
        asked.append(sql)
        return execute(sql, *args, **kwargs)

    database.execute_sql = counting
    try:
        assert client.get(address).status_code == 200
    finally:
        del database.execute_sql
    return len(asked)
