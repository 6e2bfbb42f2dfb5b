"""Words for the figures of the dashboard."""

from flask_babel import format_percent


def percent_change(now: int, before: int) -> str:
    """By how much a figure differs from the one before, which is not 0: `+12%`, `−5%`, `0%`."""
    change = round((now - before) / before, 2 if abs(now - before) < 10 * before else 0)
    sign = "+" if change > 0 else "−" if change < 0 else ""
    return f"{sign}{format_percent(abs(change))}"
