"""A real SMTP server that can also refuse, stall and drop the line."""

import email
import email.policy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.simulator_process import free_port


class MailServer:
    """`received` are the messages taken; `behave` is what the next ones meet: take, refuse, or drop."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.behave = "take"
        self.attempts = 0
        self._lock = threading.Lock()
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        with self._lock:
            self.attempts += 1
            if self.behave == "refuse":
                return "554 5.7.1 Not today"
            if self.behave == "drop":
                server.transport.abort()
                return "421 gone"
            message = email.message_from_bytes(envelope.original_content or b"", policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.received.append(message)
            return "250 OK"

    def subjects(self) -> list[str]:
        return [str(message["Subject"]) for message in self.received]


@contextmanager
def running_mail_server() -> Iterator[MailServer]:
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
