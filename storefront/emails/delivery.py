"""Sends due emails over SMTP and retries those that fail. Without a mail server, emails are only kept for the admin."""

import hashlib
import logging
import smtplib
import ssl
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import parse_qs, unquote, urlsplit

import idna

from storefront.emails import rendering
from storefront.emails.kinds import KINDS
from storefront.isolation import Run
from storefront.models import Admin, Email, EmailState, now
from storefront.runtime import current

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 15
# Retries follow after 1, 2, 4 … 64 minutes, then every two hours. The last one is 22 hours after the first attempt.
FIRST_RETRY_DELAY, MAX_RETRY_DELAY = timedelta(minutes=1), timedelta(hours=2)
MAX_ATTEMPTS = 18


def send_due() -> None:
    """Send the emails that are due. One that can't be sent is retried later and does not stop the others."""
    Run().each(Email.due, _send, name=lambda email: f"email {email.id} ({email.kind})", failed=_record_failure)


def send_again(email: Email) -> None:
    """Queue an email for immediate sending, whatever its state is."""
    Email.update(
        state=EmailState.WAITING, due_at=now(), claimed_until=None, attempts=0, problem="", created_at=now()
    ).where(Email.id == email.id).execute()


def is_configured() -> bool:
    """Whether a mail server is configured. Without one, emails are kept and shown in the admin."""
    return bool(current().config.smtp_url)


def send_test(recipient: str, subject: str, text: str) -> str:
    """Send a test email now, without the outbox. Return the mail server's error, or "" if it accepted the email."""
    message_id = make_msgid(domain=_public_host())
    message = _new_message([recipient], subject, date=now(), message_id=message_id)
    message.set_content(text)
    try:
        _submit(message)
    except (OSError, smtplib.SMTPException) as error:
        return _describe(error)
    return ""


def _send(email: Email) -> None:
    """Send one email, unless another worker has claimed it."""
    if not email.claim():
        return
    admins = [] if email.recipient else list(Admin.select().order_by(Admin.id))
    recipients = [email.recipient] if email.recipient else [admin.email for admin in admins]
    if not KINDS[email.kind].still_applies(email):
        _finish(email, EmailState.DROPPED)
        return
    rendered = rendering.render(email, email.language or (admins[0].language if admins else "en"))
    Email.update(subject=rendered.subject, text=rendered.text, html=rendered.html).where(Email.id == email.id).execute()
    if not is_configured() or not recipients:
        _finish(email, EmailState.KEPT)
        return
    message = _new_message(recipients, rendered.subject, date=email.created_at, message_id=_message_id(email))
    message.set_content(rendered.text)
    message.add_alternative(rendered.html, subtype="html")
    try:
        _submit(message)
    except (OSError, smtplib.SMTPException) as error:
        _record_failure(email, error)
    else:
        _finish(email, EmailState.SENT)


def _new_message(recipients: list[str], subject: str, *, date: datetime, message_id: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = current().config.mail_from
    message["To"] = [Address(addr_spec=_with_ascii_domain(recipient)) for recipient in recipients]
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    return message


def _with_ascii_domain(address: str) -> str:
    """Encode an internationalized domain in ASCII (RFC 5891), which every mail server accepts."""
    local, _at, domain = address.rpartition("@")
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return address


def _message_id(email: Email) -> str:
    """The same for each attempt to send this email: a mail program that gets it twice shows it once."""
    digest = hashlib.sha256(f"{email.kind}/{email.about}/{current().config.secret_key}".encode()).hexdigest()[:32]
    return f"<{digest}@{_public_host()}>"


def _public_host() -> str:
    """The shop's host name without a port."""
    return urlsplit(current().config.public_url).hostname or "localhost"


def _submit(message: EmailMessage) -> None:
    """Hand the message to the mail server. Each network step has a time limit. Raises OSError or SMTPException."""
    parts = urlsplit(current().config.smtp_url or "")
    host, encrypted = parts.hostname or "localhost", parts.scheme == "smtps"
    context = ssl.create_default_context()
    if encrypted:
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
    with server:
        if parse_qs(parts.query).get("starttls") == ["1"]:
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _finish(email: Email, state: EmailState, problem: str = "") -> None:
    Email.update(state=state, done_at=now(), problem=problem, claimed_until=None).where(Email.id == email.id).execute()


def _record_failure(email: Email, error: Exception) -> None:
    """Schedule the next attempt, or give up after the last one. The admin shows the error."""
    problem = _describe(error)
    log.warning("email %s (%s) was not sent: %s", email.id, email.kind, problem)
    # `attempts` was read before this attempt was counted.
    if email.attempts + 1 >= MAX_ATTEMPTS:
        _finish(email, EmailState.FAILED, problem)
        return
    delay = min(FIRST_RETRY_DELAY * 2**email.attempts, MAX_RETRY_DELAY)
    Email.update(problem=problem, due_at=now() + delay, claimed_until=None).where(Email.id == email.id).execute()


def _describe(error: Exception) -> str:
    """Return the mail server's answer, or else the error's text, at most 500 characters. Never holds our password."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        text = "; ".join(f"{code} {answer.decode(errors='replace')}" for code, answer in error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        text = f"{error.smtp_code} {answer}"
    else:
        text = str(error) or type(error).__name__
    return text[:500]
