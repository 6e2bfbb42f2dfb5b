"""Rows of another table that a query has in one of its columns, as JSON: one query instead of two."""

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from peewee import PostgresqlDatabase, fn

from storefront.db import db
from storefront.models.base import Record

_R = TypeVar("_R", bound=Record)


def json_rows(model: type[Record], columns: Sequence[str]) -> Any:
    """A subquery of one value: these columns of the rows that its `where` names; numbers, booleans and texts only."""
    fields = [getattr(model, name) for name in columns]
    if isinstance(db.obj, PostgresqlDatabase):
        return model.select(fn.json_agg(fn.json_build_array(*fields)).cast("text"))
    return model.select(fn.json_group_array(fn.json_array(*fields)))


def records_of(model: type[_R], columns: Sequence[str], rows: str | None) -> list[_R]:
    """Records with these columns, sorted by the first one, of the value of such a subquery."""
    return [model(**dict(zip(columns, row, strict=True))) for row in sorted(json.loads(rows or "[]"))]
