"""The outbox: letters that are due are rendered and posted, each once; what the mail server says is kept."""

import hashlib
import logging
import smtplib
import ssl
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import parse_qs, unquote, urlsplit

import idna

from storefront.emails import rendering
from storefront.emails.kinds import KINDS
from storefront.isolation import Run
from storefront.models import Admin, Email, now
from storefront.runtime import current

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 15
# 1, 2, 4 … 64 minutes, then every two hours: with the eighteenth attempt a day is over.
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=2)
MOST_ATTEMPTS = 18


def send_due() -> None:
    """Send the emails that are due. One that can't be sent is tried again later and does not stop the others."""
    Run().each(Email.due, _send, name=lambda letter: f"letter {letter.id} ({letter.kind})", failed=_failed)


def _send(letter: Email) -> None:
    """Send one email; the worker that claims it sends it."""
    if not letter.claim():
        return
    admins = [] if letter.recipient else list(Admin.select().order_by(Admin.id))
    recipients = [letter.recipient] if letter.recipient else [admin.email for admin in admins]
    if not KINDS[letter.kind].still_applies(letter):
        _done(letter, "dropped")
        return
    page = rendering.render(letter, letter.language or (admins[0].language if admins else "en"))
    Email.update(subject=page.subject, text=page.text, html=page.html).where(Email.id == letter.id).execute()
    if not current().config.smtp_url or not recipients:
        _done(letter, "kept")
        return
    message = _message(letter, page, recipients)
    try:
        _post(message)
    except (OSError, smtplib.SMTPException) as error:
        _failed(letter, error)
    else:
        _done(letter, "sent")


def send_again(letter: Email) -> None:
    """Let the worker post a letter once more, whatever became of it."""
    Email.update(state="waiting", due_at=now(), claimed_until=None, attempts=0, problem="", created_at=now()).where(
        Email.id == letter.id
    ).execute()


def is_configured() -> bool:
    """Whether there is a mail server; without one letters are kept."""
    return bool(current().config.smtp_url)


def send_test(recipient: str, subject: str, text: str) -> str:
    """Post a letter of no importance at once; what went wrong in the mail server's words, "" when it was taken."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = current().config.mail_from
    message["To"] = [Address(addr_spec=_ascii(recipient))]
    message["Date"] = format_datetime(now())
    message["Message-ID"] = make_msgid(domain=urlsplit(current().config.public_url).hostname or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    try:
        _post(message)
    except (OSError, smtplib.SMTPException) as error:
        return _in_words(error)
    return ""


def _message(letter: Email, page: rendering.RenderedEmail, recipients: list[str]) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = page.subject
    message["From"] = current().config.mail_from
    message["To"] = [Address(addr_spec=_ascii(recipient)) for recipient in recipients]
    message["Date"] = format_datetime(letter.created_at)
    message["Message-ID"] = message_id(letter)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(page.text)
    message.add_alternative(page.html, subtype="html")
    return message


def _ascii(recipient: str) -> str:
    """The address as every mail server takes it: a domain in other letters has a form in Latin ones (RFC 5891)."""
    local, _at, domain = recipient.rpartition("@")
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return recipient


def message_id(letter: Email) -> str:
    """The same for the same letter always: a mail program that gets it twice shows it once."""
    digest = hashlib.sha256(f"{letter.kind}/{letter.about}/{current().config.secret_key}".encode()).hexdigest()[:32]
    host = urlsplit(current().config.public_url).hostname or "localhost"
    return f"<{digest}@{host}>"


def _post(message: EmailMessage) -> None:
    """Hand the message to the mail server within the time limit. Raises OSError or SMTPException."""
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


def _done(letter: Email, state: str) -> None:
    Email.update(state=state, done_at=now(), problem="", claimed_until=None).where(Email.id == letter.id).execute()


def _failed(letter: Email, error: Exception) -> None:
    """Wait longer each time, for a day; what the server said is shown in the admin."""
    problem = _in_words(error)
    log.warning("letter %s (%s) was not posted: %s", letter.id, letter.kind, problem)
    if letter.attempts + 1 >= MOST_ATTEMPTS:
        _done(letter, "failed")
        Email.update(problem=problem).where(Email.id == letter.id).execute()
        return
    wait = min(FIRST_WAIT * 2**letter.attempts, LONGEST_WAIT)
    Email.update(problem=problem, due_at=now() + wait, claimed_until=None).where(Email.id == letter.id).execute()


def _in_words(error: Exception) -> str:
    """What the mail server said, without our password in it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = "; ".join(f"{code} {text.decode(errors='replace')}" for code, text in error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        said = f"{error.smtp_code} {text}"
    else:
        said = str(error) or type(error).__name__
    return said[:500]
