"""What all records share: the database they live in, moments in UTC, small JSON values."""

import json
import secrets
from datetime import UTC, datetime
from typing import Any

from peewee import AutoField, DateTimeField, Model, TextField

from storefront.db import db
from storefront.runtime import current


def now() -> datetime:
    """The current time by the shop's clock, in UTC and timezone-aware."""
    return current().clock()


def public_id(bits: int = 160) -> str:
    """A random name for an address; unguessable from 128 bits on."""
    return secrets.token_urlsafe(bits // 8)


class UtcDateTimeField(DateTimeField):
    """An aware datetime in Python; naive UTC in the table, the same on SQLite and PostgreSQL."""

    def db_value(self, value: datetime | None) -> datetime | None:
        """The moment as the table keeps it."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def python_value(self, value: Any) -> datetime | None:
        """The moment as the product uses it."""
        parsed = super().python_value(value)  # type: ignore[no-untyped-call]  # Peewee's own method has no annotations
        return None if parsed is None else parsed.replace(tzinfo=UTC)


class JsonField(TextField):
    """A small JSON value kept as text: read and written whole, never queried."""

    def db_value(self, value: Any) -> str | None:
        """The value as text."""
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)

    def python_value(self, value: str | None) -> Any:
        """The text as value."""
        return None if value is None else json.loads(value)


class Record(Model):
    """Base of every model."""

    id = AutoField()

    class Meta:
        database = db
        legacy_table_names = False
