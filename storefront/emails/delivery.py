"""Sends due emails over SMTP and retries those that fail. Without a mail server, emails are only kept for the admin."""

import hashlib
import logging
import smtplib
import time
from datetime import timedelta

from storefront import settings
from storefront.emails import mail_server, rendering
from storefront.emails.kinds import KINDS
from storefront.emails.layout import RenderedEmail
from storefront.emails.mail_server import MailServerAway
from storefront.emails.messages import new_message, public_host
from storefront.emails.unsubscribing import list_headers, unsubscribe_url
from storefront.errors import ShopError
from storefront.isolation import Run
from storefront.models import Admin, Email, EmailOptOut, EmailState, MailOutage, Role, UnpaidOrderEmail, is_erased, now
from storefront.runtime import current

log = logging.getLogger(__name__)

# Retries follow after 1, 2, 4 … 64 minutes, then every two hours.
FIRST_RETRY_DELAY, MAX_RETRY_DELAY = timedelta(minutes=1), timedelta(hours=2)
MAX_DOUBLINGS = 7
# An email that can't be built, or whose recipient is refused: the last attempt is 22 hours after the first one.
MAX_ATTEMPTS = 18
# An email that the mail server refuses for another reason, such as a full disk or a suspended account: a week.
MAX_ATTEMPTS_AFTER_REFUSAL = 90
# A mail server that refuses connections is tried in each run. If it does not answer for SLOW_SECONDS or more, the next
# attempt waits WAIT_PER_SECOND times as long: attempts take at most a fifth of the worker's time.
SLOW_SECONDS, WAIT_PER_SECOND = 5, 4


class EmailNotSent(ShopError):
    """An email was not accepted for some of its recipients."""

    def __init__(self, failures: dict[str, Exception]) -> None:
        """`failures` is {recipient: error}."""
        describe = mail_server.describe
        texts = [
            f"{recipient}: {describe(error)}" if len(failures) > 1 else describe(error)
            for recipient, error in failures.items()
        ]
        super().__init__("; ".join(texts)[: mail_server.MAX_PROBLEM_LENGTH])
        self.is_transient = any(_may_pass(error) for error in failures.values())


def send_due() -> int:
    """Send the emails that are due, at most 100. One that can't be sent is retried later and does not stop the others.

    Return how many are done with. While the mail server is away, emails wait however long that takes.
    """
    if not _is_reachable():
        return 0
    Email.free_abandoned()
    delivery = _Delivery()
    return sum(Run().each(Email.due, delivery.send, name=lambda email_id: f"email {email_id}", failed=_record_failure))


def current_outage() -> MailOutage | None:
    """Since when the mail server is away, and why. None if it is not, or none is configured."""
    return MailOutage.current() if mail_server.is_configured() else None


def _is_reachable() -> bool:
    """Whether emails can be sent. If the mail server was away, it is tried again, unless it was tried just now."""
    outage = current_outage()
    if outage is None:
        return True
    if not outage.begin_attempt():
        return False
    started = time.monotonic()
    try:
        with mail_server.connection():
            pass
    except MailServerAway as error:
        _record_outage(error, started)
        return False
    MailOutage.end()
    log.info("the mail server is back")
    return True


def send_again(email: Email) -> None:
    """Queue an email for immediate sending, whatever its state is; not one to a customer whose data was erased."""
    if is_erased(email.recipient):
        return
    Email.update(
        state=EmailState.WAITING,
        due_at=now(),
        claimed_until=None,
        attempts=0,
        problem="",
        delivered_to=[],
        created_at=now(),
    ).where(Email.id == email.id).execute()


def retry_failed() -> None:
    """Queue the emails that could not be sent again, for immediate sending. Those that no longer apply are dropped."""
    Email.update(state=EmailState.WAITING, due_at=now(), claimed_until=None, attempts=0, done_at=None).where(
        Email.could_not_be_sent()
    ).execute()


class _Delivery:
    """One pass over the due emails. It ends when the mail server is away: that would stop every other email too."""

    def __init__(self) -> None:
        self.is_over = False

    def send(self, email_id: int) -> bool:
        """Send one email, unless another worker has claimed it. Return whether it is done with."""
        if self.is_over:
            return False
        Email.hold(email_id)  # `_record_failure` lets go of it after an exception
        is_ours, started = Email.claim(email_id), time.monotonic()
        try:
            if is_ours:
                _send(Email.get_by_id(email_id))
        except MailServerAway as error:
            self.is_over = True
            Email.return_claim(email_id)
            _record_outage(error, started)
        Email.let_go(email_id)
        return is_ours and not self.is_over


def _send(email: Email) -> None:
    """Send a claimed email to those recipients who have not got it. Raises whatever goes wrong."""
    if email.attempts > MAX_ATTEMPTS_AFTER_REFUSAL:
        # The attempts before have stored no failure: the process was killed each time.
        return _finish(email.id, EmailState.FAILED, email.problem or "every attempt was interrupted")
    admins = [] if email.recipient else _admins_for(email)
    recipients = [email.recipient] if email.recipient else [admin.email for admin in admins]
    topic = KINDS[email.kind].topic
    if topic and EmailOptOut.has(email.recipient, topic):
        return _finish(email.id, EmailState.DROPPED)
    if not KINDS[email.kind].still_applies(email) or not _is_within_limits(email):
        return _finish(email.id, EmailState.DROPPED)
    rendered = rendering.render(email, email.language or (admins[0].language if admins else "en"))
    if not mail_server.is_configured() or not recipients:
        return _finish(email.id, EmailState.KEPT, **rendering.kept_parts(email, rendered))
    Email.update(**rendering.kept_parts(email, rendered)).where(Email.id == email.id).execute()
    _submit(email, rendered, [recipient for recipient in recipients if recipient not in email.delivered_to])
    return _finish(email.id, EmailState.SENT)


def _admins_for(email: Email) -> list[Admin]:
    """Owners and managers, and the person whom an email about an account names."""
    told = Admin.role.in_((Role.OWNER, Role.MANAGER)) | (Admin.email == email.detail.get("email", ""))
    return list(Admin.select().where(told).order_by(Admin.id))


def _is_within_limits(email: Email) -> bool:
    """An address gets one email a day about unpaid orders, and all addresses together as many as the settings allow."""
    if not KINDS[email.kind].about_unpaid_order:
        return True
    return UnpaidOrderEmail.allow(email, settings.current().unpaid_emails_per_day)


def _submit(email: Email, rendered: RenderedEmail, recipients: list[str]) -> None:
    """Hand one message for each recipient to the mail server, and remember who has got it.

    Raises MailServerAway, or EmailNotSent after every recipient was tried.
    """
    failures: dict[str, Exception] = {}
    delivered = list(email.delivered_to)
    for recipient in recipients:
        try:
            message = new_message(
                recipient,
                rendered.subject,
                date=email.created_at,
                message_id=_message_id(email),
                for_owner=KINDS[email.kind].for_owner,
            )
            if topic := KINDS[email.kind].topic:
                for name, value in list_headers(unsubscribe_url(recipient, topic, email.language)).items():
                    message[name] = value
            message.set_content(rendered.text)
            message.add_alternative(rendered.html, subtype="html")
        except MailServerAway:
            raise
        except Exception as error:
            failures[recipient] = error
            continue
        with mail_server.connection() as server:
            try:
                server.send_message(message)
            except Exception as error:
                failures[recipient] = error
            else:
                # Before the connection is closed: after a kill between the two statements it is sent again.
                delivered.append(recipient)
                Email.update(delivered_to=delivered).where(Email.id == email.id).execute()
    if failures:
        raise EmailNotSent(failures)


def _message_id(email: Email) -> str:
    """The same for each attempt to send this email: a mail program that gets it twice shows it once."""
    digest = hashlib.sha256(f"{email.kind}/{email.about}/{current().config.secret_key}".encode()).hexdigest()[:32]
    return f"<{digest}@{public_host()}>"


def _may_pass(error: Exception) -> bool:
    """Whether the mail server may accept the same message later. It never does for a recipient that it refuses."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code < 500 for code, _answer in error.recipients.values())
    return isinstance(error, OSError | smtplib.SMTPException) and not isinstance(error, smtplib.SMTPNotSupportedError)


def _finish(email_id: int, state: EmailState, problem: str = "", **rendered: str) -> None:
    values = {"state": state, "done_at": now(), "problem": problem, "claimed_until": None, **rendered}
    Email.update(values).where(Email.id == email_id).execute()


def _record_failure(email_id: int, error: Exception) -> None:
    """Schedule the next attempt, or give up after the last one. The admin shows the error."""
    try:
        _plan_next_attempt(email_id, error)
    finally:
        Email.let_go(email_id)


def _plan_next_attempt(email_id: int, error: Exception) -> None:
    problem = mail_server.describe(error)
    log.warning("email %s was not sent: %s", email_id, problem)
    attempts = Email.select(Email.attempts).where(Email.id == email_id).get().attempts
    is_transient = isinstance(error, EmailNotSent) and error.is_transient
    if attempts >= (MAX_ATTEMPTS_AFTER_REFUSAL if is_transient else MAX_ATTEMPTS):
        _finish(email_id, EmailState.FAILED, problem)
        return
    delay = min(FIRST_RETRY_DELAY * 2 ** min(attempts - 1, MAX_DOUBLINGS), MAX_RETRY_DELAY)
    Email.update(problem=problem, due_at=now() + delay, claimed_until=None).where(Email.id == email_id).execute()


def _record_outage(error: MailServerAway, started: float) -> None:
    """Store why the mail server can't be used, once for the shop and on each email that waits for it."""
    seconds = time.monotonic() - started
    log.warning("the mail server is away: %s", error)
    wait = timedelta(seconds=seconds * WAIT_PER_SECOND if seconds >= SLOW_SECONDS else 0)
    MailOutage.record(str(error), wait)
    Email.update(problem=str(error)).where(Email.state == EmailState.WAITING, Email.due_at <= now()).execute()
