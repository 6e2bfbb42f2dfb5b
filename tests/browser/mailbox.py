"""A buyer's mailbox: the emails that the SMTP server received."""

import re
from email.message import EmailMessage

from tests.mail_server import MailServer
from tests.processes import until


class Mailbox:
    """Emails to one address. Offer titles differ between tests, so that they identify the test."""

    def __init__(self, server: MailServer, address: str = "marko@example.com") -> None:
        self.server = server
        self.address = address

    def emails(self, subject: str, title: str = "") -> list[str]:
        """Texts of the received emails whose subject starts with this and that name the offer, oldest first."""
        found = [one.get_body(("plain",)) for one in self._messages(subject)]
        return [text for one in found if one is not None and title in (text := str(one.get_content()))]

    def email(self, subject: str, title: str = "") -> str:
        """Wait for an email; the text of the newest one."""
        until(lambda: self.emails(subject, title), f"an email “{subject}” about “{title}”")
        return self.emails(subject, title)[-1]

    def link(self, subject: str, title: str = "") -> str:
        """The link in the email, beside the one for unsubscribing."""
        links = re.findall(r"http://\S+", self.email(subject, title))
        return [link for link in links if "/unsubscribe/" not in link][-1]

    def unsubscribe_link(self, subject: str) -> str:
        """The link for unsubscribing in the newest email with this subject."""
        (link,) = set(re.findall(r"http://\S+/unsubscribe/\S+", self.email(subject)))
        return str(link)

    def headers(self, subject: str) -> EmailMessage:
        """The newest email with this subject, which has arrived."""
        return self._messages(subject)[-1]

    def _messages(self, subject: str) -> list[EmailMessage]:
        mine = [one for one in self.server.received if self.address in str(one["To"])]
        return [one for one in mine if str(one["Subject"]).startswith(subject)]
