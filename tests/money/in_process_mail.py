"""A mail server in the same process: smtplib speaks SMTP with it, without a socket and without threads."""

import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

HOST = "mail.in-process"
_ADDRESS = re.compile(rb"<([^>]*)>")
_MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)", re.IGNORECASE | re.MULTILINE)


class InProcessMailServer:
    """`accepted` counts the accepted messages by Message-ID and recipient.

    While it is `away` no connection can be made. It never accepts a message for the `refused_recipients`.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.away = False
        self.refused_recipients: set[str] = set()
        self.accepted: dict[tuple[str, str], int] = {}

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:25"

    def connect(self) -> "Connection":
        """Raises ConnectionRefusedError while the server is away."""
        if self.away:
            raise ConnectionRefusedError(111, "Connection refused")
        return Connection(self)


class Connection:
    """What smtplib uses of a socket: each command that is sent gets its reply at once."""

    def __init__(self, server: InProcessMailServer) -> None:
        self.server = server
        self.replies = [b"220 mail.in-process\r\n"]
        self.recipients: list[str] = []
        self.receives_message = False

    def makefile(self, _mode: str) -> "Connection":
        return self

    def readline(self, _limit: int = -1) -> bytes:
        return self.replies.pop(0) if self.replies else b""

    def sendall(self, data: bytes) -> None:
        if self.receives_message:
            self.receives_message = False
            self._accept(data)
            return
        verb = data[:4].upper()
        if verb == b"EHLO":
            self.replies += [b"250-mail.in-process\r\n", b"250-8BITMIME\r\n", b"250 SMTPUTF8\r\n"]
        elif verb == b"RCPT":
            self._add_recipient(data)
        elif verb == b"DATA":
            self.receives_message = True
            self.replies.append(b"354 go on\r\n")
        else:
            if verb in (b"MAIL", b"RSET"):
                self.recipients = []
            self.replies.append(b"221 bye\r\n" if verb == b"QUIT" else b"250 OK\r\n")

    def getpeername(self) -> tuple[str, int]:
        """It runs on this machine, so that it needs no encryption."""
        return "127.0.0.1", 25

    def close(self) -> None:
        """Nothing to close."""

    def _add_recipient(self, command: bytes) -> None:
        address = _ADDRESS.search(command)
        recipient = address[1].decode() if address else ""
        if recipient in self.server.refused_recipients:
            self.replies.append(b"550 5.1.1 No such user here\r\n")
        else:
            self.recipients.append(recipient)
            self.replies.append(b"250 OK\r\n")

    def _accept(self, message: bytes) -> None:
        found = _MESSAGE_ID.search(message)
        for recipient in self.recipients:
            key = (found[1].decode() if found else "", recipient)
            self.server.accepted[key] = self.server.accepted.get(key, 0) + 1
        self.replies.append(b"250 OK\r\n")


@contextmanager
def running_in_process_mail_server() -> Iterator[InProcessMailServer]:
    """Within the context smtplib connects to this server instead of using sockets."""
    server = InProcessMailServer()
    real: Any = smtplib.SMTP._get_socket  # type: ignore[attr-defined]  # it has no annotations

    def connect(_client: smtplib.SMTP, host: str, port: int, timeout: float) -> Any:
        return server.connect() if host == HOST else real(_client, host, port, timeout)

    smtplib.SMTP._get_socket = connect  # type: ignore[attr-defined]
    try:
        yield server
    finally:
        smtplib.SMTP._get_socket = real  # type: ignore[attr-defined]
