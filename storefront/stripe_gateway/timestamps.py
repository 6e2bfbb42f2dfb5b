"""Stripe's seconds as moments."""

from datetime import UTC, datetime


def moment(seconds: int | None) -> datetime | None:
    """An aware moment in UTC; None for none."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def moment_in(answer: object, field: str) -> datetime | None:
    """The same of a field that an answer may leave out."""
    return moment(getattr(answer, field, None))


def known_moment(seconds: int) -> datetime:
    """One that Stripe always tells."""
    return datetime.fromtimestamp(seconds, UTC)
