"""Collects a request as it arrives, without waiting. gunicorn parses it when it is complete."""

import re
import time
from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from typing import Any

from gunicorn.http.body import Body, ChunkedReader, LengthReader
from gunicorn.http.errors import LimitRequestHeaders
from gunicorn.http.message import Request
from gunicorn.http.parser import RequestParser

from storefront.operations.web_server.limits import Limits, StorageBudget
from storefront.operations.web_server.received_bytes import ReceivedBytes

_BARE_LF = re.compile(rb"(?<!\r)\n")
_CHUNK_SIZE = re.compile(rb"[0-9a-fA-F]+")
_MAX_LINE = 8_190
_BLOCK = 65_536


class BodyTooLarge(Exception):
    """A body without a declared length has become longer than `body_bytes`."""


class ChunkedEnd:
    """Finds where a chunked body ends (RFC 9112 section 7.1), for a body that arrives in pieces.

    It doesn't check the body. One that is not valid is complete at once: gunicorn's reader refuses it.
    """

    def __init__(self) -> None:
        self._skip = 0
        self._line = b""
        self._in_trailers = False

    def is_in(self, data: bytes) -> bool:
        """Take the next piece. Whether the body ends in it."""
        at = 0
        while at < len(data):
            if self._skip:
                step = min(self._skip, len(data) - at)
                self._skip -= step
                at += step
                continue
            end = data.find(b"\n", at)
            self._line += data[at:] if end < 0 else data[at:end]
            if len(self._line) > _MAX_LINE:
                return True
            if end < 0:
                return False
            line, self._line, at = self._line.strip(), b"", end + 1
            if self._in_trailers:
                if not line:
                    return True
                continue
            digits = line.partition(b";")[0].strip()
            if not _CHUNK_SIZE.fullmatch(digits):
                return True
            size = int(digits, 16)
            self._in_trailers = size == 0
            self._skip = size + 2 if size else 0
        return False


class RequestReader:
    """The requests of one connection, one after another. `request` is the present one when its head is complete.

    `deadline` is when it must be complete, by the monotonic clock. `large_body` says of an address with its query how
    large a body it takes; 0 for the limit of all addresses.
    """

    def __init__(
        self, cfg: Any, client: Any, limits: Limits, budget: StorageBudget, large_body: Callable[[str], int]
    ) -> None:
        self._limits = limits
        self._large_body = large_body
        self._received = ReceivedBytes(limits.body_bytes_in_memory, budget)
        self._parser = RequestParser(cfg, (), client)
        self._parser.unreader = self._received
        self._head = bytearray()
        self._body_length = 0
        self._chunked_end: ChunkedEnd | None = None
        self._arrived = 0
        self.deadline = time.monotonic() + limits.head_seconds
        self.request: Request | None = None
        self.must_continue = False

    @property
    def has_started(self) -> bool:
        """Whether a part of a request has arrived."""
        return bool(self._head) or self.request is not None

    def feed(self, data: bytes) -> bool:
        """Take what has arrived. Whether the request is complete. `must_continue`: the client waits for status 100.

        Raises gunicorn's ParseException for a head that isn't valid, BodyTooLarge, and OSError when the body can't be
        stored.
        """
        if not self.has_started:
            self.deadline = time.monotonic() + self._limits.head_seconds
        if self.request is not None:
            self._received.append(data)
            self.deadline = self._limits.transfer_ends(self.deadline, len(data), self._limits.body_pause_seconds)
            return self._has_body(data)
        self._head += data
        if not self._has_head(len(data)):
            return False
        self._received.unread(bytes(self._head))
        self._head.clear()
        self._arrived = 0
        self.request = next(self._parser)
        return self._start_body(self.request)

    def _has_head(self, new: int) -> bool:
        unseen = max(0, len(self._head) - new - 3)
        if self._head.find(b"\r\n\r\n", unseen) >= 0 or _BARE_LF.search(self._head, unseen):
            return True
        if len(self._head) > self._limits.head_bytes:
            raise LimitRequestHeaders("the head is too long")
        return False

    def _start_body(self, request: Request) -> bool:
        reader = request.body.reader
        self._chunked_end = ChunkedEnd() if isinstance(reader, ChunkedReader) else None
        self._body_length = reader.length if isinstance(reader, LengthReader) else 0
        if self._body_length > self._limits.body_bytes:
            self._received.is_large = self._body_length <= self._large_body(request.uri)
        if self._body_length > self._limits.body_bytes and not self._received.is_large:
            # The application refuses it by its length, and nobody reads it.
            request.body = Body(LengthReader(self._received, 0))
            request.force_close()
            request._expected_100_continue = False
            return True
        rest = self._received.take_buffered()
        self._received.unread(rest)
        complete = self._has_body(rest)
        self.must_continue = request._expected_100_continue and not complete
        request._expected_100_continue = False
        self.deadline = time.monotonic() + self._limits.transfer_seconds + len(rest) / self._limits.bytes_per_second
        return complete

    def _has_body(self, data: bytes) -> bool:
        self._arrived += len(data)
        if self._chunked_end is None:
            return self._arrived >= self._body_length
        if self._arrived > self._limits.body_bytes:
            raise BodyTooLarge
        return self._chunked_end.is_in(data)

    def complete_request(self) -> Any:
        """Return the request with a body that can be read without waiting. Raises ParseException for invalid chunks."""
        request: Any = self.request
        self._received.rewind()
        if self._chunked_end is not None:
            # Otherwise the application would meet the error, and answer 500.
            decoded = SpooledTemporaryFile(max_size=self._limits.body_bytes_in_memory)  # noqa: SIM115
            while block := request.body.read(_BLOCK):
                decoded.write(block)
            decoded.seek(0)
            request.body = Body(decoded)
        return request

    def finish(self) -> bool:
        """End the present request. Whether another one may follow on the connection."""
        return bool(self._parser.finish_body())

    def start_next(self) -> bytes:
        """Begin the next request; return what has already arrived of it."""
        self.request, self.must_continue = None, False
        return self._received.take_rest()

    def close(self) -> None:
        """Delete what was stored."""
        self._received.close()
