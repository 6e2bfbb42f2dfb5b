"""Trouble of an in-process shop's database: nothing can be written, or nothing can be read either."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

from storefront import db
from tests import databases
from tests.money.in_process_shop import InProcessShop

READ_ONLY = "-c default_transaction_read_only=on"
CLOSED_PORT = 9


@contextmanager
def writes_fail(shop: InProcessShop) -> Iterator[None]:
    """The disk is full: the database can be read, and nothing can be written. PostgreSQL is read-only instead."""
    with _in_trouble(shop):
        if databases.IS_POSTGRESQL:
            with _connect_params(options=READ_ONLY):
                yield
            return
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        # Another process has the database open: without the files that it keeps, nothing could be read either.
        with databases.another_connection(shop.config) as other:
            other.execute("SELECT COUNT(*) FROM offer").fetchone()
            # No file can be written, the write-ahead log included.
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
            try:
                yield
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def database_is_away(shop: InProcessShop) -> Iterator[None]:
    """The disk of the SQLite file is not mounted, or PostgreSQL does not run."""
    with _in_trouble(shop):
        if databases.IS_POSTGRESQL:
            with _connect_params(host="127.0.0.1", port=CLOSED_PORT):
                yield
            return
        folder = shop.config.instance_dir
        away = folder.rename(folder.with_name("unmounted"))
        try:
            yield
        finally:
            away.rename(folder)


@contextmanager
def _in_trouble(shop: InProcessShop) -> Iterator[None]:
    shop.restart()
    shop.in_trouble = True
    try:
        yield
    finally:
        shop.in_trouble = False
        shop.restart()


@contextmanager
def _connect_params(**changes: object) -> Iterator[None]:
    """Open new connections with other parameters inside the block."""
    params = db.db.obj.connect_params
    before = dict(params)
    params.update(changes)
    try:
        yield
    finally:
        params.clear()
        params.update(before)
