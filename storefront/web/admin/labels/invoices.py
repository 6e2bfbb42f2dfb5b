"""Invoices of subscriptions: their status, what an open renewal needs, and the days left to pay it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from storefront.models import Invoice, InvoiceNeed, InvoiceStatus, now
from storefront.models.search import OpenRenewal
from storefront.web.admin.labels.failure_codes import failure_reason

# With less time left than this, another email alone may come too late.
URGENT = timedelta(days=3)

INVOICE_STATUSES: Mapping[str, Any] = {
    "": _l("Not known yet"),
    InvoiceStatus.DRAFT: _l("Being made"),
    InvoiceStatus.OPEN: _l("Open"),
    InvoiceStatus.PAID: _l("Paid"),
    InvoiceStatus.VOID: _l("Void: nobody owes it"),
    InvoiceStatus.UNCOLLECTIBLE: _l("Given up"),
}

NEEDS: Mapping[str, Any] = {
    InvoiceNeed.AUTHENTICATION: _l("Needs authentication"),
    InvoiceNeed.CARD: _l("Needs a card"),
}

NEEDS_HELP: Mapping[str, Any] = {
    InvoiceNeed.AUTHENTICATION: _l(
        "The bank wants its customer to confirm the payment (3-D Secure). Stripe does not try such a payment again by "
        "itself: the customer has to open the link, and with the bank’s check passed it is paid."
    ),
    InvoiceNeed.CARD: _l(
        "The saved card was declined, or there is none on file. The customer can pay with another card "
        "through the link, and that card is then used for the subscription. How often Stripe retries "
        "the old card, and what happens after that, is set in Stripe’s Billing settings."
    ),
}


def invoice_state(invoice: Invoice) -> str:
    """Name of an invoice's status, and whether it was paid outside of Stripe."""
    if invoice.paid_outside.amount and invoice.paid_outside == invoice.total:
        return _("Paid outside of Stripe")
    return str(INVOICE_STATUSES.get(invoice.status, invoice.status))


def invoice_need(need: str) -> str:
    """What an open renewal needs from its customer, in a few words."""
    return str(NEEDS[need])


def invoice_need_help(need: str) -> str:
    """What open renewals with this need need, and how their customers can pay them, as sentences."""
    return str(NEEDS_HELP[need])


def invoice_help(invoice: Invoice) -> str:
    """What this open renewal needs and how the customer can pay it, as sentences."""
    if invoice.lacks_card:
        return _(
            "There is no card at Stripe to charge. The customer can pay with a card through the link, and "
            "that card is then used for the subscription."
        )
    if invoice.needs == InvoiceNeed.CARD:
        return _(
            "The saved card was declined. The customer can pay with another one through the link, and it becomes the "
            "card of the subscription. How often Stripe tries the old one again, and what it does then, is decided in "
            "Stripe’s Billing settings."
        )
    return invoice_need_help(invoice.needs)


def invoice_failure(invoice: Invoice) -> str:
    """Why the invoice's payment failed, as part of a sentence; "" if it did not."""
    code = "no_card" if invoice.lacks_card else invoice.decline_code or invoice.error_code
    if code:
        return failure_reason(code)
    # A payment that waits for 3-D Secure has not failed, so it has no code.
    waits = invoice.intent_status in ("requires_action", "requires_confirmation")
    return _("the bank asks for 3-D Secure") if waits else ""


def days_left(renewal: OpenRenewal) -> str:
    """How long until the unpaid period ends: `3 days`."""
    if renewal.deadline is None:
        return _("it has ended")
    if renewal.deadline <= now():
        return _("none")
    days = (renewal.deadline - now()).days
    return ngettext("%(num)s day", "%(num)s days", days) if days else _("less than a day")


def is_urgent(renewal: OpenRenewal) -> bool:
    """Whether less time than URGENT is left to pay it."""
    return renewal.deadline is None or renewal.deadline - now() < URGENT
