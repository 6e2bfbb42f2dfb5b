"""The base class of all records, times in UTC, and small JSON values."""

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
    """A random name for a URL. It can't be guessed if it has at least 128 bits."""
    return secrets.token_urlsafe(bits // 8)


class UtcDateTimeField(DateTimeField):
    """An aware datetime in Python. The table stores naive UTC, the same on SQLite and PostgreSQL."""

    def db_value(self, value: datetime | None) -> datetime | None:
        """Convert to naive UTC for the table."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def python_value(self, value: Any) -> datetime | None:
        """Convert to an aware datetime in UTC."""
        parsed = super().python_value(value)  # type: ignore[no-untyped-call]  # Peewee's own method has no annotations
        return None if parsed is None else parsed.replace(tzinfo=UTC)


class JsonField(TextField):
    """A small JSON value stored as text. Queries do not look inside."""

    def db_value(self, value: Any) -> str | None:
        """Convert the value to JSON."""
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)

    def python_value(self, value: str | None) -> Any:
        """Parse the JSON."""
        return None if value is None else json.loads(value)


class Record(Model):
    """Base class of every model."""

    id = AutoField()

    class Meta:
        database = db
        legacy_table_names = False
