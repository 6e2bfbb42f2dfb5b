"""The database: connections, transactions, migrations. It is SQLite or PostgreSQL."""

from storefront.db.database import (
    allowed_connections,
    close_after_requests,
    close_connections,
    connection,
    db,
    is_reachable,
    make_database,
    needed_connections,
    release_connection,
)
from storefront.db.derived import (
    Derived,
    derived_suspended,
    derived_tables,
    rebuild_derived,
    register_derived,
    registered_derived,
)
from storefront.db.erased_pages import overwrite_erased
from storefront.db.migration import (
    applied_migrations,
    known_migrations,
    migrate,
    pending_migrations,
    refuse_newer_database,
)
from storefront.db.triggers import Trigger, dialect_of, execute, lock_tables
from storefront.db.trouble import STORAGE_ERRORS, StorageTrouble, storage_cause, storage_trouble
from storefront.db.vanished_rows import VANISHED_ROW_ERRORS, is_row_gone
from storefront.db.write_lock import hold_write_lock

__all__ = [
    "STORAGE_ERRORS",
    "VANISHED_ROW_ERRORS",
    "Derived",
    "StorageTrouble",
    "Trigger",
    "allowed_connections",
    "applied_migrations",
    "close_after_requests",
    "close_connections",
    "connection",
    "db",
    "derived_suspended",
    "derived_tables",
    "dialect_of",
    "execute",
    "hold_write_lock",
    "is_reachable",
    "is_row_gone",
    "known_migrations",
    "lock_tables",
    "make_database",
    "migrate",
    "needed_connections",
    "overwrite_erased",
    "pending_migrations",
    "rebuild_derived",
    "refuse_newer_database",
    "register_derived",
    "registered_derived",
    "release_connection",
    "storage_cause",
    "storage_trouble",
]
