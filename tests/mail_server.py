"""An SMTP server for tests that can also refuse, delay and drop deliveries."""

import asyncio
import email
import email.policy
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.simulator_process import free_port


class MailServer:
    """`received` are the accepted messages; `behave` decides about the next ones: take, refuse, drop or hold.

    A held message is received completely and answered when `let_go` is called. `refused_recipients` are addresses that
    it does not accept. `stop` and `start` take it away and bring it back at the same port. `sessions` are those that
    a message or a sign-in came in. With `tls` it offers STARTTLS. With `login` every password
    signs in.
    """

    def __init__(self, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None, login: bool = False) -> None:
        self.host, self._tls, self._login = host, tls, login
        self.sessions: list[Session] = []
        self.signed_in: list[bytes] = []
        self.received: list[EmailMessage] = []
        self.behave = "take"
        self.refused_recipients: set[str] = set()
        self.attempts = 0
        self._lock = threading.Lock()
        self._let_go = threading.Event()
        self.port = free_port()
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"

    def start(self) -> None:
        """Accept connections."""
        self._controller = Controller(
            self,
            hostname=self.host,
            port=self.port,
            tls_context=self._tls,
            authenticator=self._sign_in if self._login else None,
            auth_require_tls=False,
        )
        self._controller.start()

    def stop(self) -> None:
        """Refuse connections, as a server that is away. Does nothing if it is stopped already."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused_recipients:
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        with self._lock:
            self.attempts += 1
            self.sessions.append(session)
        if self.behave == "hold":
            await asyncio.get_running_loop().run_in_executor(None, self._let_go.wait)
            if server.transport is None or server.transport.is_closing():
                return "421 gone"
        with self._lock:
            if self.behave == "refuse":
                return "554 5.7.1 Not today"
            if self.behave == "drop":
                server.transport.abort()
                return "421 gone"
            message = email.message_from_bytes(envelope.original_content or b"", policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.received.append(message)
            return "250 OK"

    def _sign_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.sessions.append(session)
        self.signed_in.append(data.password)
        return AuthResult(success=True)

    def hold(self) -> None:
        """Delay the response to the next messages until `let_go`."""
        self._let_go.clear()
        self.behave = "hold"

    def let_go(self) -> None:
        """Answer the held messages if their connection is still open; accept the next ones."""
        self.behave = "take"
        self._let_go.set()

    def subjects(self) -> list[str]:
        return [str(message["Subject"]) for message in self.received]


@contextmanager
def running_mail_server(
    host: str = "127.0.0.1", tls: ssl.SSLContext | None = None, login: bool = False
) -> Iterator[MailServer]:
    server = MailServer(host, tls, login)
    server.start()
    try:
        yield server
    finally:
        server.let_go()
        server.stop()
