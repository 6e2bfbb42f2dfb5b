"""A small HTTP/1.1 client over kept connections: it costs little beside the servers that it measures."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

_BLOCK = 262_144
_SECONDS = 120


@dataclass(frozen=True)
class Request:
    """A request: `path` with its query, headers beside Host, and a form or a body that is posted."""

    path: str
    headers: tuple[tuple[str, str], ...] = ()
    form: Mapping[str, str] | None = None
    body: bytes | None = None

    def encoded(self, host: str) -> bytes:
        """The bytes of the request."""
        body = self.body if self.form is None else urlencode(self.form).encode()
        lines = [f"{'GET' if body is None else 'POST'} {self.path} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if body is not None:
            kind = "application/json" if self.form is None else "application/x-www-form-urlencoded"
            lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


@dataclass(frozen=True)
class Response:
    """`headers` have names in lower case. `received` is the number of bytes of the body, also if it was not kept."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    received: int

    @property
    def text(self) -> str:
        """The body, which is UTF-8."""
        return self.body.decode()


class Connection:
    """A kept connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        """Connects at the first request."""
        self._port, self._buffer = port, b""
        self._socket: socket.socket | None = None

    def send(self, request: Request, most: int | None = None, is_kept: bool = True) -> Response:
        """Send a request and read its answer. Raises OSError, also for an answer that is cut off.

        After about `most` bytes of a body in chunks the connection is closed. `is_kept`: the response has its body.
        """
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), _SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request.encoded(f"127.0.0.1:{self._port}"))
        status, headers = self._head()
        if headers.get("transfer-encoding") == "chunked":
            body, received = self._chunks(most, is_kept)
        else:
            body = self._take(int(headers.get("content-length", 0)))
            received = len(body)
        if headers.get("connection") == "close":
            self.close()
        return Response(status, headers, body, received)

    def close(self) -> None:
        """Close the connection. The next request opens another one."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._buffer = None, b""

    def _head(self) -> tuple[int, dict[str, str]]:
        first, *lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        return int(first.split(" ", 2)[1]), {name.lower(): value.strip() for name, _, value in pairs}

    def _chunks(self, most: int | None, is_kept: bool) -> tuple[bytes, int]:
        parts, received = [], 0
        while size := int(self._until(b"\r\n"), 16):
            part = self._take(size)
            if is_kept:
                parts.append(part)
            self._until(b"\r\n")
            received += size
            if most is not None and received >= most:
                self.close()
                return b"".join(parts), received
        self._until(b"\r\n")
        return b"".join(parts), received

    def _until(self, end: bytes) -> bytes:
        while end not in self._buffer:
            self._receive()
        found, _, self._buffer = self._buffer.partition(end)
        return found

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._receive()
        found, self._buffer = self._buffer[:size], self._buffer[size:]
        return found

    def _receive(self) -> None:
        received = self._socket.recv(_BLOCK) if self._socket is not None else b""
        if not received:
            self.close()
            raise ConnectionError("the server closed the connection")
        self._buffer += received
