"""The database and operations of a shop whose processes may run meanwhile, in the process of a test or measurement."""

from collections.abc import Iterator
from contextlib import contextmanager

from storefront import db, runtime
from storefront.config import Config


@contextmanager
def inside_shop(config: Config) -> Iterator[None]:
    """Make this shop the current one, with an open connection that is closed at the end."""
    runtime.start(config)
    try:
        with db.connection():
            yield
    finally:
        db.close_connections()
