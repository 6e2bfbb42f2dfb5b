"""Rows that vanish while they are used: an older backup was restored over the running shop."""

import sqlite3

import psycopg
from peewee import DoesNotExist, IntegrityError

# The classes of the exceptions that may mean it.
VANISHED_ROW_ERRORS = (DoesNotExist, IntegrityError)


def is_row_gone(error: Exception) -> bool:
    """Whether the exception means that a row which was read before is not there any more.

    The shop itself deletes no row to which others refer.
    """
    if isinstance(error, DoesNotExist):
        return True
    # Peewee keeps the driver's error that it wraps.
    cause = getattr(error, "orig", error)
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
    return isinstance(cause, psycopg.errors.ForeignKeyViolation)
