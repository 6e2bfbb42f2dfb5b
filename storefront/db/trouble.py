"""Which exceptions mean that the database or its disk can't be used now. Pages, commands and jobs all ask here."""

import errno
import sqlite3
from enum import StrEnum

import peewee
import psycopg

# The classes of all these exceptions. Each has members that mean no trouble.
STORAGE_ERRORS = (peewee.PeeweeException, sqlite3.Error, psycopg.Error, OSError)


class StorageTrouble(StrEnum):
    """Why the database or its disk can't be used. None of it is a fault of the request that met it."""

    FULL = "full"
    READ_ONLY = "read_only"
    AWAY = "away"
    BUSY = "busy"
    BROKEN = "broken"


# By primary result code: https://www.sqlite.org/rescode.html
_SQLITE = {
    sqlite3.SQLITE_FULL: StorageTrouble.FULL,
    sqlite3.SQLITE_READONLY: StorageTrouble.READ_ONLY,
    sqlite3.SQLITE_PERM: StorageTrouble.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: StorageTrouble.AWAY,
    sqlite3.SQLITE_BUSY: StorageTrouble.BUSY,
    sqlite3.SQLITE_LOCKED: StorageTrouble.BUSY,
    sqlite3.SQLITE_PROTOCOL: StorageTrouble.BUSY,
    sqlite3.SQLITE_NOMEM: StorageTrouble.BUSY,
    sqlite3.SQLITE_IOERR: StorageTrouble.BROKEN,
    sqlite3.SQLITE_CORRUPT: StorageTrouble.BROKEN,
    sqlite3.SQLITE_NOTADB: StorageTrouble.BROKEN,
}
# By the beginning of SQLSTATE, the longest first: https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL = {
    "53100": StorageTrouble.FULL,
    "25006": StorageTrouble.READ_ONLY,
    "25P03": StorageTrouble.AWAY,
    "57014": StorageTrouble.BUSY,
    "55P03": StorageTrouble.BUSY,
    "40001": StorageTrouble.BUSY,
    "40P01": StorageTrouble.BUSY,
    "57P0": StorageTrouble.AWAY,
    "XX00": StorageTrouble.BROKEN,
    "08": StorageTrouble.AWAY,
    "53": StorageTrouble.BUSY,
    "58": StorageTrouble.BROKEN,
}
_DISK = {
    errno.ENOSPC: StorageTrouble.FULL,
    errno.EDQUOT: StorageTrouble.FULL,
    errno.EFBIG: StorageTrouble.FULL,
    errno.EROFS: StorageTrouble.READ_ONLY,
    errno.EIO: StorageTrouble.BROKEN,
    errno.EMFILE: StorageTrouble.BUSY,
    errno.ENFILE: StorageTrouble.BUSY,
}
# Sockets report these too. Only those about a file count.
_FILE = {errno.EACCES: StorageTrouble.READ_ONLY, errno.EPERM: StorageTrouble.READ_ONLY}


def storage_trouble(error: BaseException) -> StorageTrouble | None:
    """The trouble that the exception means, or that led to it; None if it is about something else."""
    cause = storage_cause(error)
    return _trouble_of(cause) if cause is not None else None


def storage_cause(error: BaseException) -> BaseException | None:
    """The first of the exceptions that led to this one, itself included, that means trouble.

    SQLite ends the transaction when the disk is full: the rollback that follows fails, and says nothing of the disk.
    """
    found: BaseException | None = None
    cause: BaseException | None = error
    while cause is not None:
        # Peewee's error has the whole trace; the driver's error that it wraps has only the end of it.
        is_wrapped = found is not None and cause is getattr(found, "orig", None)
        if not is_wrapped and _trouble_of(cause) is not None:
            found = cause
        cause = cause.__cause__ or cause.__context__
    return found


def _trouble_of(error: BaseException) -> StorageTrouble | None:
    error = getattr(error, "orig", error)
    if isinstance(error, sqlite3.Error):
        return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if isinstance(error, psycopg.Error):
        return _postgresql_trouble(error)
    if isinstance(error, peewee.OperationalError | peewee.InterfaceError):
        # Raised by the pool: no connection can be had, or the one in use is lost.
        return StorageTrouble.AWAY
    if isinstance(error, OSError):
        return _DISK.get(error.errno or 0) or (_FILE.get(error.errno or 0) if error.filename else None)
    return None


def _postgresql_trouble(error: psycopg.Error) -> StorageTrouble | None:
    if error.sqlstate is None:
        # No answer of the server: it can't be reached, or the connection is lost.
        is_lost = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
        return StorageTrouble.AWAY if is_lost else None
    return next((trouble for code, trouble in _POSTGRESQL.items() if error.sqlstate.startswith(code)), None)
