"""Makes values in a second process while this one uses the first ones."""

import marshal
import multiprocessing
from collections.abc import Generator, Iterable
from multiprocessing.connection import Connection
from typing import Any


def in_another_process(values: Iterable[Any]) -> Generator[Any, None, None]:
    """The same values, made in a copy of this process. They consist of plain tuples, lists, dicts, texts and numbers.

    The copy must not use the database: it shares the connection. Raises RuntimeError if it fails.
    """
    forked = multiprocessing.get_context("fork")
    receiver, sender = forked.Pipe(duplex=False)
    process = forked.Process(target=_send, args=(values, sender), daemon=True)
    process.start()
    # The end is noticed when nobody can send any more.
    sender.close()
    try:
        while True:
            yield marshal.loads(receiver.recv_bytes())  # noqa: S302 - our own process
    except EOFError:
        process.join()
        if process.exitcode:
            raise RuntimeError(f"the process that makes the rows ended with {process.exitcode}") from None
    finally:
        # Whoever uses the values may have failed: then the process would wait for ever.
        process.kill()
        process.join()
        receiver.close()


def _send(values: Iterable[Any], sender: Connection) -> None:
    with sender:
        for value in values:
            # Version 2 doesn't look for values that occur again, which takes longer than to send them.
            sender.send_bytes(marshal.dumps(value, 2))
