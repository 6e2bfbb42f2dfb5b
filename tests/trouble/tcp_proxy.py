"""A TCP proxy before PostgreSQL, Redis or another server that can cut, delay, refuse and swallow its connections."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CHUNK = 65536
# SO_LINGER with a time of zero: closing sends a reset, as the system of a killed program does.
RESET = struct.pack("ii", 1, 0)


class _Pair:
    """A connection of a client and the connection to the server that was opened for it."""

    def __init__(self, client: socket.socket, server: socket.socket | None) -> None:
        self.sockets = [one for one in (client, server) if one is not None]
        self.is_silent = server is None

    def close(self, reset: bool = False) -> None:
        for one in self.sockets:
            with suppress(OSError):
                if reset and one.family == socket.AF_INET:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                # Wakes the thread that reads from it; closing alone does not. SHUT_RDWR would send an orderly end.
                one.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)
            one.close()


class TcpProxy:
    """Listens at `port` of 127.0.0.1 and forwards to `target`: (host, port), or the path of a Unix socket.

    Use it as a context manager. At its end all connections are closed.
    """

    def __init__(self, target: tuple[str, int] | Path) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._pairs: list[_Pair] = []
        self._delay = 0.0
        self._is_silent = False
        self.port = 0
        self._listen()

    def __enter__(self) -> "TcpProxy":
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop_listening()
        self.cut()

    @property
    def open_connections(self) -> int:
        """How many clients are connected, silent connections included."""
        with self._lock:
            return len(self._pairs)

    def cut(self) -> None:
        """End the open connections with a reset. New ones work."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            pair.close(reset=True)

    def swallow(self) -> None:
        """Make the open connections silent for good: what is sent is received, and nothing answers. New ones work."""
        with self._lock:
            for pair in self._pairs:
                pair.is_silent = True

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Cut the open connections, and refuse new ones inside the block."""
        self._stop_listening()
        self.cut()
        try:
            yield
        finally:
            self._listen()

    @contextmanager
    def swallowing(self) -> Iterator[None]:
        """Make the open connections silent for good, and those that are opened inside the block as well."""
        self._is_silent = True
        self.swallow()
        try:
            yield
        finally:
            self._is_silent = False

    @contextmanager
    def delaying(self, seconds: float) -> Iterator[None]:
        """Forward each piece of data that much later, in both directions, inside the block."""
        self._delay = seconds
        try:
            yield
        finally:
            self._delay = 0.0

    def _listen(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=128)
        self.port = self._listener.getsockname()[1]
        self._acceptor = _start(self._accept, self._listener)

    def _stop_listening(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _address = listener.accept()
            except OSError:
                return
            try:
                server = None if self._is_silent else self._connect()
            except OSError:
                client.close()
                continue
            pair = _Pair(client, server)
            with self._lock:
                self._pairs.append(pair)
            _start(self._forward, pair, client, server)
            if server is not None:
                _start(self._forward, pair, server, client)

    def _connect(self) -> socket.socket:
        if isinstance(self._target, Path):
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self._target))
            return server
        return socket.create_connection(self._target)

    def _forward(self, pair: _Pair, source: socket.socket, destination: socket.socket | None) -> None:
        """Forward until one side closes. A silent connection stays open on the other side."""
        with suppress(OSError):
            while data := source.recv(CHUNK):
                if self._delay:
                    threading.Event().wait(self._delay)
                if not pair.is_silent and destination is not None:
                    destination.sendall(data)
        if pair.is_silent and source is not pair.sockets[0]:
            return
        with self._lock:
            if pair not in self._pairs:
                # `cut` closes it: an orderly end must not overtake the reset.
                return
            self._pairs.remove(pair)
        pair.close()


def _start(target: Callable[..., None], *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=target, args=arguments, daemon=True)
    thread.start()
    return thread
