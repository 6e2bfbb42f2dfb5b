"""Large files that are sent while they are made."""

import logging
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from tempfile import SpooledTemporaryFile
from typing import IO, TypeVar

from storefront import db
from storefront.runtime import Runtime, activate, current

log = logging.getLogger(__name__)

# Bytes that are kept in memory where the whole file is written first.
MAX_IN_MEMORY = 100_000

Part = TypeVar("Part")


class FileBrokenOff(OSError):
    """The rest of a file can't be made.

    As an OSError, like a lost connection: the server ends it before the last chunk, so no client takes the file for
    whole, and logs nothing more.
    """


def streamed_file(parts: Iterator[bytes], has_chunks: bool) -> Iterable[bytes] | IO[bytes]:
    """The body of an answer. `has_chunks`: the protocol shows where a body ends; else the whole file is written first.

    The first part is made before the answer begins, so that most errors are an error page. A later one breaks the
    answer off before its last chunk. A browser that reads the file slowly holds no connection to the database.
    """
    file = read_apart(parts)
    return file if has_chunks else _written(file)


def read_apart(parts: Iterator[Part]) -> Iterator[Part]:
    """The same parts. The first one is made at once, the others as they are asked for, after the request as well.

    No connection to the database is held between two parts.
    """
    first = list(islice(parts, 1))
    return chain(first, _until_broken_off(parts, current()))


def _until_broken_off(parts: Iterator[Part], shop: Runtime) -> Iterator[Part]:
    """The parts, each made with a connection that is returned before the part is sent.

    The server asks for them after the request has ended.
    """
    while True:
        try:
            with activate(shop), db.connection():
                part = next(parts, None)
        except Exception as error:
            # Without the error's own text, which may have values of a row.
            log.error("a file broke off: %s", type(error).__name__)
            raise FileBrokenOff from None
        if part is None:
            return
        yield part


def _written(parts: Iterable[bytes]) -> IO[bytes]:
    file = SpooledTemporaryFile(MAX_IN_MEMORY)  # noqa: SIM115  # the response closes it
    file.writelines(parts)
    file.seek(0)
    return file
