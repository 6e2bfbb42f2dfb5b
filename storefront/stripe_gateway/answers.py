"""Reads ids, metadata and times from Stripe's answers."""

from datetime import UTC, datetime
from typing import Any


def id_of(value: object) -> str:
    """The id of an object that is expanded or given by its id; "" for None."""
    return str(getattr(value, "id", value) or "")


def id_field(answer: object, field: str) -> str:
    """`id_of` a field that an answer may leave out."""
    return id_of(getattr(answer, field, None))


def metadata_of(answer: Any) -> dict[str, Any]:
    """The metadata of an object as a dict, empty if it has none."""
    return dict(answer.metadata.to_dict()) if answer.metadata else {}


def time_of(seconds: int) -> datetime:
    """Convert Stripe's Unix time to an aware datetime in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def optional_time_of(seconds: int | None) -> datetime | None:
    """`time_of`, or None for None."""
    return None if seconds is None else time_of(seconds)


def time_field(answer: object, field: str) -> datetime | None:
    """`optional_time_of` a field that an answer may leave out."""
    return optional_time_of(getattr(answer, field, None))
