"""Sends one email at once, beside the outbox: a test of the mail server, or a text that is being written."""

from email.message import EmailMessage
from email.utils import make_msgid

from storefront.emails import mail_server
from storefront.emails.layout import RenderedEmail
from storefront.emails.messages import new_message, public_host
from storefront.models import MailOutage, now

# An admin waits for the answer.
TIMEOUT_SECONDS = 6


def send_test(recipient: str, subject: str, text: str) -> str:
    """Send a plain text now. Return what went wrong, or "" if the mail server accepted it."""
    return _send(recipient, RenderedEmail(subject, text, ""))


def send_preview(recipient: str, rendered: RenderedEmail) -> str:
    """Send a rendered preview now. Return what went wrong, or "" if the mail server accepted it.

    Without a mail server that is "smtp_missing".
    """
    return _send(recipient, rendered) if mail_server.is_configured() else "smtp_missing"


def _send(recipient: str, rendered: RenderedEmail) -> str:
    try:
        message: EmailMessage = new_message(
            recipient, rendered.subject, date=now(), message_id=make_msgid(domain=public_host())
        )
        message.set_content(rendered.text)
        if rendered.html:
            message.add_alternative(rendered.html, subtype="html")
        with mail_server.connection(TIMEOUT_SECONDS) as server:
            server.send_message(message)
    except Exception as error:
        return mail_server.describe(error)
    MailOutage.end()
    return ""
