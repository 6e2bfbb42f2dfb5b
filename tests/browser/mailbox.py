"""A buyer's mailbox: what the shop's worker has handed to a real SMTP server."""

import re

from tests.mail_server import MailServer
from tests.processes import until


class Mailbox:
    """Letters to one address. Titles of offers differ from story to story, so that subjects tell them apart."""

    def __init__(self, server: MailServer, address: str = "marko@example.com") -> None:
        self.server = server
        self.address = address

    def letters(self, subject: str) -> list[str]:
        """Texts of those whose subject begins so that have come, oldest first."""
        mine = [one for one in self.server.received if self.address in str(one["To"])]
        found = [one.get_body(("plain",)) for one in mine if str(one["Subject"]).startswith(subject)]
        return [str(one.get_content()) for one in found if one is not None]

    def letter(self, subject: str) -> str:
        """The newest one's text, once there is one."""
        until(lambda: self.letters(subject), f"a letter “{subject}”")
        return self.letters(subject)[-1]

    def link(self, subject: str) -> str:
        """Where its button leads."""
        return re.findall(r"http://\S+", self.letter(subject))[-1]
