"""Sends a customer the link to their account page."""

from storefront import emails
from storefront.customers.purchases import newest_order_of
from storefront.db import db
from storefront.models import EmailKind, EmailRequest, public_id, subscriber_network


def send_login_link(email: str, address: str, page: str = "") -> None:
    """Email the link if `email` has ever ordered here and the hourly limit of requests allows it.

    `address` is the IP address of the request. `page` is where the link leads: a path below the account page, without a
    slash before it, or "#data" for a place on that page itself.

    Nothing is returned: the page must not reveal who is a customer.
    """
    allowed = EmailRequest.record(email.lower(), subscriber_network(address))
    order = newest_order_of(email)
    if order is not None and allowed:
        with db.atomic():
            emails.write(EmailKind.ACCOUNT_LINK, order, f"link-{public_id(128)}", page=page)
