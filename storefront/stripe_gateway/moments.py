"""Stripe's seconds as moments."""

from datetime import UTC, datetime


def moment(seconds: int | None) -> datetime | None:
    """An aware moment in UTC; None for none."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def known_moment(seconds: int) -> datetime:
    """One that Stripe always tells."""
    return datetime.fromtimestamp(seconds, UTC)
