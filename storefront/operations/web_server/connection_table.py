"""The open connections of one web process, and how many each subscriber may have."""

from collections.abc import Callable
from typing import Any

from storefront.operations.web_server.connection import Connection
from storefront.operations.web_server.limits import Limits, StorageBudget, Subscribers


class ConnectionTable:
    """All open connections; `idle` are those between two requests, the longest idle first.

    `large_body` is that of `RequestReader`; `folder` takes such bodies.
    """

    def __init__(
        self, cfg: Any, limits: Limits, subscribers: Subscribers, large_body: Callable[[str], int], folder: str
    ) -> None:
        self._cfg, self._limits, self._subscribers = cfg, limits, subscribers
        self._large_body = large_body
        self._budget = StorageBudget(limits.stored_bytes, limits.free_bytes, folder)
        self._open: set[Connection] = set()
        self.idle: dict[Connection, None] = {}

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, connection: Connection) -> bool:
        return connection in self._open

    def all(self) -> tuple[Connection, ...]:
        """Every open connection; the table may change meanwhile."""
        return tuple(self._open)

    def has_room(self) -> bool:
        """Whether another connection may be accepted, if need be in place of an idle one."""
        return len(self._open) < self._limits.connections or bool(self.idle)

    def add(self, sock: Any, client: Any, server: Any) -> Connection:
        """Add an accepted connection."""
        connection = Connection(self._cfg, sock, client, server, self._limits, self._budget, self._large_body)
        connection.subscriber = self._subscribers.name(client[0])
        self._subscribers.add(connection.subscriber)
        self._open.add(connection)
        return connection

    def remove(self, connection: Connection) -> None:
        """Close a connection."""
        self._open.discard(connection)
        self.idle.pop(connection, None)
        self._subscribers.remove(connection.subscriber)
        connection.close()

    def is_over_limit(self, connection: Connection) -> bool:
        """Whether the connection is one too many for its subscriber."""
        return self._subscribers.open_connections(connection.subscriber) > self._limits.connections_per_subscriber

    def replaceable(self, connection: Connection) -> Connection | None:
        """Return the idle connection that must go for this new one, if there is one."""
        if self.is_over_limit(connection):
            return next((one for one in self.idle if one.subscriber == connection.subscriber), None)
        if len(self._open) > self._limits.connections:
            return next(iter(self.idle), None)
        return None
