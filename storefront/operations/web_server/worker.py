"""A gunicorn worker whose event loop reads requests and sends responses; its threads only answer complete requests.

gunicorn's own `gthread` reads and writes in its threads: as many slow clients as it has threads stop the shop.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

from gunicorn import util
from gunicorn.http.errors import NoMoreData
from gunicorn.workers.gthread import ThreadWorker

from storefront.operations.web_server.acceptor import Acceptor
from storefront.operations.web_server.connection import Connection
from storefront.operations.web_server.connection_table import ConnectionTable
from storefront.operations.web_server.limits import Limits, allow_open_files
from storefront.operations.web_server.process_balance import NOBODY, ProcessBalance
from storefront.operations.web_server.request_reader import BodyTooLarge
from storefront.operations.web_server.request_thread import answer

# How often the event loop looks for clients that take too long.
CHECK_SECONDS = 1.0
# How long a stopping process waits for a request that a client may already be sending on an idle connection.
STOP_IDLE_SECONDS = 2.0
_BLOCK = 65_536
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """The gunicorn application has `limits`, `subscribers`, the `balance` of the web processes, and for large bodies
    `large_body` and `body_folder` (see `ConnectionTable`)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limits: Limits = self.app.limits
        self.balance: ProcessBalance = self.app.balance
        self.connections = ConnectionTable(
            self.cfg, self.limits, self.app.subscribers, self.app.large_body, self.app.body_folder
        )
        self.acceptor = Acceptor(self.balance)
        self.next_check = 0.0

    def init_process(self) -> None:
        """Prepare the process. gunicorn calls this after the fork."""
        # Each connection may need a temporary file, and requests open the database.
        allow_open_files(4 * self.limits.connections)
        super().init_process()

    def run(self) -> None:
        """Serve until a stop signal, then finish what has begun. gunicorn calls this in the web process."""
        self.poller.register(self.method_queue.fileno(), EVENT_READ, self.method_queue.run_callbacks)
        self.balance.report(0)
        while self.alive:
            self.notify()
            pause = self.acceptor.accepts_from - time.monotonic()
            self.set_accept_enabled(self.connections.has_room() and pause <= 0)
            self.turn(pause if pause > 0 else CHECK_SECONDS)
            self.acceptor.end_of_turn(self._accepting)
            if not self.is_parent_alive():
                break
        self.set_accept_enabled(False)
        self.balance.report(NOBODY)
        self.finish_running()
        for connection in self.connections.all():
            self.drop(connection)
        self.tpool.shutdown(wait=False)
        self.poller.close()
        self.method_queue.close()
        for listener in self.sockets:
            listener.close()

    def finish_running(self) -> None:
        """Answer the requests that have begun, for at most `graceful_timeout` seconds."""
        now = time.monotonic()
        for connection in self.connections.all():
            if connection.watched == EVENT_READ and connection.reader.request is None:
                connection.deadline = min(connection.deadline, now + STOP_IDLE_SECONDS)
        while len(self.connections) and time.monotonic() < now + self.cfg.graceful_timeout:
            self.notify()
            self.turn(CHECK_SECONDS / 10)

    def turn(self, seconds: float) -> None:
        """Wait at most so long for events, and handle them."""
        self.wait_for_and_dispatch_events(seconds)
        now = time.monotonic()
        if now >= self.next_check:
            self.next_check = now + CHECK_SECONDS / (1 if self.alive else 10)
            for connection in self.connections.all():
                if connection.watched and connection.deadline <= now:
                    self.expire(connection)

    def accept(self, listener: Any) -> None:
        """Accept a connection, or leave it to a process that has fewer."""
        accepted = self.acceptor.accept(listener)
        if accepted is None:
            return
        connection = self.connections.add(*accepted, listener.getsockname())
        replaced = self.connections.replaceable(connection)
        if replaced:
            self.drop(replaced)
        self.balance.report(len(self.connections))
        if self.connections.is_over_limit(connection):
            connection.refuse()
            self.drop(connection)
        else:
            self.guard(self.read, connection)

    def watch(self, connection: Connection, event: int, deadline: float) -> None:
        """Call `read` or `send` when the socket is ready, or `expire` after the deadline."""
        connection.deadline = deadline
        self.connections.idle.pop(connection, None)
        if connection.watched == event:
            return
        self.unwatch(connection)
        action = self.read if event == EVENT_READ else self.send
        self.poller.register(connection.raw, event, partial(self.ready, action, connection))
        connection.watched = event

    def unwatch(self, connection: Connection) -> None:
        """Wait for nothing on this connection."""
        self.connections.idle.pop(connection, None)
        if connection.watched:
            self.poller.unregister(connection.raw)
            connection.watched = 0

    def ready(self, action: Callable[[Connection], None], connection: Connection, _fd: object) -> None:
        """Handle an event, unless an event before it has closed the connection."""
        if connection in self.connections:
            self.guard(action, connection)

    def guard(self, action: Callable[[Connection], None], connection: Connection) -> None:
        """Call `action`. An error in it ends this connection, not the process."""
        try:
            action(connection)
        except Exception:
            self.log.exception("A connection failed")
            self.drop(connection)

    def drop(self, connection: Connection) -> None:
        """Close a connection at once."""
        self.unwatch(connection)
        self.connections.remove(connection)
        if self.alive:
            self.balance.report(len(self.connections))

    def expire(self, connection: Connection) -> None:
        """End a connection whose client takes too long."""
        if connection.watched == EVENT_READ and connection.reader.has_started and not connection.is_ending:
            self.answer_error(connection, 408, "Request Timeout")
        else:
            self.drop(connection)

    def read(self, connection: Connection) -> None:
        """Take what has arrived; give a complete request to a thread."""
        try:
            data = connection.raw.recv(_BLOCK)
        except BlockingIOError:
            self.watch(connection, EVENT_READ, connection.deadline)
            return
        except OSError:
            data = b""
        if not data:
            self.drop(connection)
        elif not connection.is_ending:
            self.take(connection, data)

    def take(self, connection: Connection, data: bytes) -> None:
        """Add `data` to the connection's request."""
        reader = connection.reader
        try:
            complete = reader.feed(data)
            if reader.must_continue:
                reader.must_continue = False
                connection.raw.send(_CONTINUE)
        except (NoMoreData, StopIteration):
            self.drop(connection)
        except BodyTooLarge:
            self.answer_error(connection, 413, "Content Too Large")
        except OSError as error:
            self.log.warning("Requests can't be stored: %s", error)
            self.answer_error(connection, 503, "Service Unavailable")
        except Exception as error:
            self.unwatch(connection)
            self.handle_error(None, connection.sock, connection.client, error)
            self.send(connection)
        else:
            if complete:
                self.unwatch(connection)
                self.enqueue_req(connection)
            else:
                self.watch(connection, EVENT_READ, reader.deadline)

    def handle(self, conn: Connection) -> bool:
        """Answer a complete request. gunicorn calls this in a thread."""
        return answer(self, conn)

    def finish_request(self, conn: Connection, fs: "Future[bool]") -> None:
        """Send the rest of a response. gunicorn calls this in the event loop when `handle` has returned."""
        conn.keep = fs.exception() is None and fs.result() and not conn.sock.aborted
        self.guard(self.send, conn)

    def send(self, connection: Connection) -> None:
        """Send what the client takes; then wait for its next request, or end the connection."""
        try:
            complete = connection.sock.flush()
        except OSError:
            self.drop(connection)
            return
        if not complete:
            self.watch(connection, EVENT_WRITE, connection.sock.deadline)
        elif connection.keep:
            connection.keep = False
            self.await_next_request(connection)
        else:
            self.end(connection)

    def await_next_request(self, connection: Connection) -> None:
        """Keep the connection, or go on with the request that has already arrived."""
        arrived = connection.reader.start_next()
        if arrived:
            self.take(connection, arrived)
            return
        seconds = self.limits.idle_seconds if self.alive else STOP_IDLE_SECONDS
        self.watch(connection, EVENT_READ, time.monotonic() + seconds)
        self.connections.idle[connection] = None

    def answer_error(self, connection: Connection, status: int, reason: str) -> None:
        """Answer without asking the application, and end the connection."""
        self.unwatch(connection)
        connection.sock.start()
        util.write_error(connection.sock, status, reason, "")
        self.send(connection)

    def end(self, connection: Connection) -> None:
        """Close when the client has read everything: closing earlier would cut the response (RFC 9112 section 9.6)."""
        try:
            connection.half_close()
        except OSError:
            self.drop(connection)
            return
        self.watch(connection, EVENT_READ, time.monotonic() + self.limits.closing_seconds)
