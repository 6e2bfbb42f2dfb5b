"""The mail server: its settings, and connections to it. They are encrypted, except to a server on this machine."""

import ipaddress
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from urllib.parse import parse_qs, quote, unquote, urlsplit

from storefront.emails import addresses
from storefront.errors import ShopError
from storefront.runtime import current

# The time limit of each network step.
TIMEOUT_SECONDS = 15
MAX_PROBLEM_LENGTH = 500


class MailServerAway(ShopError):
    """The mail server can't be reached or does not let the shop sign in. No email can be sent, whatever its content.

    The text is the server's answer, the system's error, a code of `settings_problem`, or "smtp_not_encrypted": the
    server is not on this machine and does not offer STARTTLS. It never holds our password.
    """


@dataclass(frozen=True)
class MailServer:
    """What `SMTP_URL` says.

    `encrypted`: TLS from the first byte. `starttls`: TLS is required, and the certificate checked, on this machine too.
    """

    host: str
    port: int
    encrypted: bool
    starttls: bool
    user: str
    password: str = field(repr=False)


def is_configured() -> bool:
    """Whether a mail server is configured. Without one, emails are kept and shown in the admin."""
    return bool(current().config.smtp_url)


def server_in_force() -> MailServer | None:
    """What `SMTP_URL` says; None without one. Pages must not show its password, and its user only in part."""
    return configured_server() if is_configured() else None


def settings_problem() -> str:
    """Return why the settings can never work, as a code. Return "" if they can, or there is no mail server.

    mail_from_invalid, or smtp_login_not_ascii: smtplib sends ASCII only (github.com/python/cpython/issues/73936).
    """
    if not is_configured():
        return ""
    try:
        sender()
    except MailServerAway as error:
        return str(error)
    server = configured_server()
    return "" if (server.user + server.password).isascii() else "smtp_login_not_ascii"


def sender() -> Address:
    """Return the sender of emails, its domain in ASCII. Raises MailServerAway with a code of `settings_problem`."""
    try:
        return addresses.sender_address(current().config.mail_from)
    except ValueError:
        raise MailServerAway("mail_from_invalid") from None


@contextmanager
def connection(timeout: float = TIMEOUT_SECONDS) -> Iterator[smtplib.SMTP]:
    """A connection to the mail server on which emails can be sent. Raises MailServerAway.

    `timeout` is the time limit of each network step in seconds.
    """
    server = _connect(timeout)
    try:
        yield server
    finally:
        # The emails are accepted already, whatever the server answers to QUIT.
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def describe(error: Exception) -> str:
    """Return the mail server's answer, or else the error's text, at most 500 characters. Never holds our password."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        text = "; ".join(f"{code} {_decoded(answer)}" for code, answer in error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        text = f"{error.smtp_code} {_decoded(error.smtp_error)}"
    elif isinstance(error, OSError | ShopError):
        text = str(error) or type(error).__name__
    else:
        text = f"{type(error).__name__}: {error}".removesuffix(": ")
    # A database refuses NUL, and a text with surrogates can't be encoded.
    text = "".join(character if character.isprintable() else " " for character in _without_password(text))
    return text[:MAX_PROBLEM_LENGTH]


def configured_server() -> MailServer:
    """Parse `SMTP_URL`, which was checked at the start."""
    parts = urlsplit(current().config.smtp_url or "")
    encrypted = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname or "localhost",
        port=parts.port or (465 if encrypted else 25),
        encrypted=encrypted,
        starttls=parse_qs(parts.query).get("starttls") == ["1"],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _connect(timeout: float) -> smtplib.SMTP:
    problem = settings_problem()
    if problem:
        raise MailServerAway(problem)
    settings = configured_server()
    server: smtplib.SMTP | None = None
    try:
        if settings.encrypted:
            context = ssl.create_default_context()
            server = smtplib.SMTP_SSL(settings.host, settings.port, timeout=timeout, context=context)
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=timeout)
            _start_tls(server, settings)
        server.ehlo_or_helo_if_needed()
        if settings.user:
            server.login(settings.user, settings.password)
    except Exception as error:
        # Whatever raises here would raise for every email.
        if server is not None:
            server.close()
        raise MailServerAway(describe(error)) from error
    return server


def _start_tls(server: smtplib.SMTP, settings: MailServer) -> None:
    """Encrypt the connection before anything is sent on it. Raises MailServerAway if that is needed and not offered.

    A server that no longer offers STARTTLS may be somebody between us and it. On this machine nobody is in between:
    TLS is used where it is offered, with the certificate that mail servers make for themselves.
    """
    server.ehlo_or_helo_if_needed()
    required = settings.starttls or not _is_on_this_machine(server)
    if server.has_extn("starttls"):
        context = ssl.create_default_context() if required else _unverified()
        server.starttls(context=context)
    elif required:
        raise MailServerAway("smtp_not_encrypted")


def _is_on_this_machine(server: smtplib.SMTP) -> bool:
    """Whether the connection is to a loopback address, whatever name led there."""
    peer = server.sock.getpeername()[0] if server.sock else ""
    return ipaddress.ip_address(peer.partition("%")[0]).is_loopback


def _unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _decoded(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer


def _without_password(text: str) -> str:
    password = configured_server().password
    for form in {password, quote(password), quote(password, safe="")} - {""}:
        text = text.replace(form, "•••")
    return text
