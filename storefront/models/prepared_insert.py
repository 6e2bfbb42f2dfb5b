"""Inserts rows with SQL that is built once for each set of columns. Peewee builds it again for each row."""

from functools import cache
from typing import Any

from peewee import Field, Model

from storefront.db import db


def insert_row(model: type[Model], values: dict[Field, Any]) -> int:
    """Insert a row, and return its id. `values` are Python values, as the fields of a record have them."""
    returns_id = bool(db.obj.returning_clause)
    statement = _statement(model, tuple(values), db.obj.param, returns_id)
    converted = [field.db_value(value) for field, value in values.items()]  # type: ignore[no-untyped-call]
    cursor = db.execute_sql(statement, converted)
    return int(cursor.fetchone()[0] if returns_id else cursor.lastrowid)


def insert_unless_exists(model: type[Model], values: dict[Field, Any]) -> None:
    """Insert a row unless a unique index has one like it already."""
    converted = [field.db_value(value) for field, value in values.items()]  # type: ignore[no-untyped-call]
    db.execute_sql(_statement(model, tuple(values), db.obj.param, False) + " ON CONFLICT DO NOTHING", converted)


@cache
def _statement(model: type[Model], fields: tuple[Field, ...], mark: str, returns_id: bool) -> str:
    columns = ", ".join(f'"{field.column_name}"' for field in fields)
    marks = ", ".join([mark] * len(fields))
    returning = ' RETURNING "id"' if returns_id else ""
    return f'INSERT INTO "{model._meta.table_name}" ({columns}) VALUES ({marks}){returning}'  # noqa: S608 - our own names
