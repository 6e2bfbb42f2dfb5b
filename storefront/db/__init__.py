"""The database: connections, transactions, migrations. It is SQLite or PostgreSQL."""

from storefront.db.database import close_after_requests, close_connections, connection, db, is_reachable, make_database
from storefront.db.migration import applied_migrations, known_migrations, migrate, pending_migrations
from storefront.db.write_lock import hold_write_lock

__all__ = [
    "applied_migrations",
    "close_after_requests",
    "close_connections",
    "connection",
    "db",
    "hold_write_lock",
    "is_reachable",
    "known_migrations",
    "make_database",
    "migrate",
    "pending_migrations",
]
