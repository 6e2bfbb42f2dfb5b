"""What gunicorn writes a response to. A client that reads slowly holds no thread."""

import os
import select
import socket
import time
from collections import deque
from dataclasses import dataclass
from typing import BinaryIO

from storefront.operations.web_server.limits import Limits

_BLOCK = 65_536
_MAX_SENDFILE = 1_048_576
# A client that reads as fast as the disk leaves the event loop to others after so many bytes.
_TURN_BYTES = 4 * _MAX_SENDFILE


@dataclass
class FilePart:
    """A part of an open file that is still to be sent."""

    descriptor: int
    offset: int
    count: int


class ResponseSocket:
    """Sends what the client takes at once, and keeps the rest: call `flush` when the socket is writable again.

    At most `response_bytes_in_memory` are kept of a response that is made piece by piece; then the thread waits.
    """

    def __init__(self, sock: socket.socket, limits: Limits) -> None:
        self._sock = sock
        self._limits = limits
        self._parts: deque[bytearray | FilePart] = deque()
        self._in_memory = 0
        self.deadline = 0.0
        self.start()
        self.aborted = False

    def start(self) -> None:
        """Begin a response: its time counts from here. `deadline` is when the client must have read it."""
        self.deadline = time.monotonic() + self._limits.transfer_seconds

    def sendall(self, data: bytes) -> None:
        """Send or keep `data`. Raises OSError when the connection is lost or the client reads too slowly."""
        if self.aborted:
            raise BrokenPipeError
        last = self._parts[-1] if self._parts else None
        if isinstance(last, bytearray):
            last += data
        else:
            self._parts.append(bytearray(data))
        self._in_memory += len(data)
        # One call sends the head together with a small body.
        if self._in_memory >= _BLOCK:
            self.flush()
        while self._in_memory > self._limits.response_bytes_in_memory:
            self._wait_for_client()

    def send(self, data: bytes) -> int:
        """Like `sendall`, which takes everything."""
        self.sendall(data)
        return len(data)

    def sendfile(self, file: BinaryIO, offset: int = 0, count: int = 0) -> None:
        """Send or keep `count` bytes of a file. The file may be closed afterwards."""
        self._parts.append(FilePart(os.dup(file.fileno()), offset, count))

    def flush(self) -> bool:
        """Send what the client takes without waiting, and no more than its turn. Whether everything is sent.

        Raises OSError.
        """
        left = _TURN_BYTES
        try:
            while self._parts and left > 0:
                part = self._parts[0]
                sent = self._send_file(part) if isinstance(part, FilePart) else self._send_bytes(part)
                self.deadline = self._limits.transfer_ends(self.deadline, sent, self._limits.response_pause_seconds)
                left -= sent
        except BlockingIOError:
            return False
        return not self._parts

    def _send_bytes(self, part: bytearray) -> int:
        sent = self._sock.send(part)
        del part[:sent]
        self._in_memory -= sent
        if not part:
            self._parts.popleft()
        return sent

    def _send_file(self, part: FilePart) -> int:
        sent = os.sendfile(self._sock.fileno(), part.descriptor, part.offset, min(part.count, _MAX_SENDFILE))
        if not sent and part.count:
            raise BrokenPipeError("the file is shorter than it was")
        part.offset += sent
        part.count -= sent
        if not part.count:
            os.close(part.descriptor)
            self._parts.popleft()
        else:
            # The disk reads ahead while other clients have their turn: the event loop doesn't wait for it.
            os.posix_fadvise(part.descriptor, part.offset, _TURN_BYTES, os.POSIX_FADV_WILLNEED)
        return sent

    def _wait_for_client(self) -> None:
        patience = self.deadline - time.monotonic()
        writable = select.poll()
        writable.register(self._sock, select.POLLOUT)
        if patience <= 0 or not writable.poll(patience * 1000):
            self.close()
            raise BrokenPipeError("the client reads too slowly")
        self.flush()

    def gettimeout(self) -> float:
        """Nothing waits for this socket; gunicorn asks."""
        return 0.0

    def shutdown(self, _how: int) -> None:
        """gunicorn calls this where a response breaks off in the middle. The event loop closes the connection."""
        self.close()
        raise BrokenPipeError

    def close(self) -> None:
        """Send no more. The socket itself stays open until the event loop closes it."""
        self.aborted = True
        for part in self._parts:
            if isinstance(part, FilePart):
                os.close(part.descriptor)
        self._parts.clear()
        self._in_memory = 0
