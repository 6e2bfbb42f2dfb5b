"""Keeps the tables of counters and of customers' sums small on PostgreSQL, where each change adds a row."""

from storefront import db, models

# More batches than the changes of a minute can fill.
BATCHES = 100


def compact_counters() -> None:
    """Merge what changes have added since the last run; nothing on SQLite."""
    with db.connection():
        for merge in (models.compact_counters, models.CustomerTotal.merge):
            for _ in range(BATCHES):
                if not merge():
                    break
