"""One connection of a client, and the requests that come over it."""

import socket
import time
from collections.abc import Callable
from typing import Any

from storefront.operations.web_server.limits import Limits, StorageBudget
from storefront.operations.web_server.request_reader import RequestReader
from storefront.operations.web_server.response_socket import ResponseSocket

_TOO_MANY = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 10\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Connection:
    """Belongs either to the event loop or to the thread that answers its request, never to both.

    `sock`, `client` and `server` are what gunicorn's `handle_request` uses. `deadline` (monotonic clock) is when the
    event loop stops waiting for what it waits for; `watched` is what that is: EVENT_READ, EVENT_WRITE, or 0.
    """

    def __init__(
        self,
        cfg: Any,
        sock: socket.socket,
        client: Any,
        server: Any,
        limits: Limits,
        budget: StorageBudget,
        large_body: Callable[[str], int],
    ) -> None:
        sock.setblocking(False)
        self.raw, self.client, self.server = sock, client, server
        self.sock = ResponseSocket(sock, limits)
        self.reader = RequestReader(cfg, client, limits, budget, large_body)
        self.subscriber: str | None = None
        self.deadline = time.monotonic() + limits.head_seconds
        self.watched = 0
        self.keep = False
        self.is_ending = False

    def refuse(self) -> None:
        """Answer that the subscriber has too many connections."""
        try:
            self.raw.send(_TOO_MANY)
            self.raw.shutdown(socket.SHUT_WR)
            # TCP drops the answer when the socket is closed with unread data.
            self.raw.recv(65_536)
        except OSError:
            return

    def half_close(self) -> None:
        """Tell the client that nothing follows. Raises OSError when it has gone."""
        self.is_ending = True
        self.reader.close()
        self.raw.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Close the socket and delete what was kept for it."""
        self.sock.close()
        self.reader.close()
        self.raw.close()
