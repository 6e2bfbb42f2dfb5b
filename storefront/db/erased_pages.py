"""What is left in SQLite's files of rows that were erased."""

from peewee import SqliteDatabase

from storefront.db.database import db


def overwrite_erased() -> None:
    """Write the log of SQLite's changes into the database and empty it: it still has the rows as they were before.

    The database itself overwrites what is deleted (`secure_delete`). Where others read for long, the log is emptied by
    a later call, or overwritten by later changes. PostgreSQL's own vacuum does this. Not in a transaction.
    """
    if isinstance(db.obj, SqliteDatabase):
        db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
