"""Sends customers the link to their account page, or to withdraw from the contract of an order.

A request is only stored. The worker looks later whether the address is a customer's, so that neither the answer nor its
time tells.
"""

from storefront import emails
from storefront.customers.purchases import newest_confirmed_order_of
from storefront.customers.withdrawals import send_withdrawal_link
from storefront.db import db
from storefront.isolation import Run
from storefront.models import EmailKind, EmailRequest, public_id, subscriber_network


def request_login_link(email: str, address: str, page: str = "") -> None:
    """Store the request, if the limits allow it. `address` is the IP address of the request.

    `page` is where the link leads: a path below the account page, without a slash before it, or "#data" for a place on
    that page itself.
    """
    EmailRequest.record(email.lower(), subscriber_network(address), wants_link=True, page=page)


def send_login_links() -> Run:
    """Email the requested links to addresses that have bought something, tried it or got it for free here."""
    run = Run()
    run.each(EmailRequest.waiting, _send_login_link, name=lambda request: f"login link {request.id}")
    return run


def _send_login_link(request: EmailRequest) -> None:
    with db.atomic():
        if request.order_number is not None:
            if request.take():
                send_withdrawal_link(request)
            return
        order = newest_confirmed_order_of(request.email)
        if request.take() and order is not None:
            emails.write(EmailKind.ACCOUNT_LINK, order, f"link-{public_id(128)}", page=request.page)
