"""Redirect after payment: from the thank-you page on to the owner's own page, once for each order."""

import logging
from urllib.parse import urlsplit

from flask import request
from flask_login import current_user

from storefront import offers
from storefront.db import STORAGE_ERRORS, storage_trouble
from storefront.models import Order

log = logging.getLogger(__name__)


def next_address(order: Order) -> str:
    """Where to send the customer of this paid order now; "" to show them the shop's own page.

    Once: the page stays open to a customer who comes back to it. A HEAD request is the script's question whether the
    shop answers, so it leads nowhere. Neither does the visit of an admin, who is not the customer.
    """
    if request.method == "HEAD" or not order.redirects or current_user.is_authenticated:
        return ""
    address = offers.redirect_address(order)
    try:
        return address if address and order.claim_redirect() else ""
    except STORAGE_ERRORS as error:
        if storage_trouble(error) is None:
            raise
        # The customer has paid: the page with a link is better than an error.
        log.warning("order %s could not be marked as redirected", order.number)
        return ""


def onward_link(order: Order) -> dict[str, str] | None:
    """{address, host} of a link to the owner's page, newly signed; None where the offer has none."""
    address = offers.redirect_address(order)
    return {"address": address, "host": urlsplit(address).hostname or ""} if address else None
