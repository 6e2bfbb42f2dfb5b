"""The message of an email: its headers, with the shop as sender."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from storefront.emails import addresses, mail_server
from storefront.models import ShopProfile
from storefront.runtime import current
from storefront.web_addresses import ascii_domain


def new_message(
    recipient: str, subject: str, *, date: datetime, message_id: str, for_owner: bool = False
) -> EmailMessage:
    """A message without a body. Customers see the shop's name as its sender, and their answers reach the shop.

    Raises MailServerAway if MAIL_FROM is not valid, ValueError if the recipient is not.
    """
    shop, sender = ShopProfile.load(), mail_server.sender()
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = Address(
        shop.name or sender.display_name or shop.legal_name, username=sender.username, domain=sender.domain
    )
    message["To"] = addresses.postable_address(recipient)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    reply_to = shop.reply_to or shop.contact_email
    if reply_to and not for_owner:
        message["Reply-To"] = addresses.postable_address(reply_to)
    return message


def public_host() -> str:
    """The shop's host name without a port, in ASCII."""
    host = urlsplit(current().config.public_url).hostname or "localhost"
    return host if ":" in host else ascii_domain(host)
