"""Accepts connections, and leaves some of them to other processes."""

import errno
import time
from typing import Any

from storefront.operations.web_server.process_balance import ProcessBalance

# How long a process leaves a new connection to one that has fewer, before it takes it itself.
YIELD_SECONDS = 0.01
# How long it accepts nothing when the system has no room for another open file. Connections end meanwhile.
NO_ROOM_SECONDS = 1.0


class Acceptor:
    """All processes share the listening socket and see each new connection.

    Before `accepts_from` (monotonic clock) this process doesn't listen.
    """

    def __init__(self, balance: ProcessBalance) -> None:
        self._balance = balance
        self._has_yielded = False
        self.accepts_from = 0.0

    def accept(self, listener: Any) -> tuple[Any, Any] | None:
        """Return an accepted socket and its client's address; None if it is left to another process or gone."""
        if self._balance.another_has_fewer() and not self._has_yielded:
            self._has_yielded = True
            self.accepts_from = time.monotonic() + YIELD_SECONDS
            return None
        try:
            accepted: tuple[Any, Any] = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED):
                self.accepts_from = time.monotonic() + NO_ROOM_SECONDS
            return None
        return accepted

    def end_of_turn(self, listened: bool) -> None:
        """The event loop has handled all events; `listened`: those of the listening socket too.

        A connection that was left to another process has been accepted by one of them.
        """
        if listened and time.monotonic() >= self.accepts_from:
            self._has_yielded = False
