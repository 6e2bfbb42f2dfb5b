"""Invoices of subscriptions: their status, what an open renewal needs, and the days left to pay it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from storefront.models import Invoice, InvoiceNeed, InvoiceStatus, SwitchNeed, now
from storefront.models.search import OpenRenewal
from storefront.web.admin.labels.failure_codes import failure_reason

# With less time left than this, another email alone may come too late.
URGENT = timedelta(days=3)

INVOICE_STATUSES: Mapping[str, Any] = {
    "": _l("Unknown yet"),
    InvoiceStatus.DRAFT: _l("Being prepared"),
    InvoiceStatus.OPEN: _l("Open"),
    InvoiceStatus.PAID: _l("Paid"),
    InvoiceStatus.VOID: _l("Voided"),
    InvoiceStatus.UNCOLLECTIBLE: _l("Uncollectible"),
}

NEEDS: Mapping[str, Any] = {
    InvoiceNeed.AUTHENTICATION: _l("Needs confirmation (3D Secure)"),
    InvoiceNeed.CARD: _l("Needs a new card"),
}

# The invoice of a switch of plans needs the same.
OF_SWITCHES: Mapping[str, InvoiceNeed] = {
    SwitchNeed.AUTHENTICATION: InvoiceNeed.AUTHENTICATION,
    SwitchNeed.CARD: InvoiceNeed.CARD,
}

NEEDS_HELP: Mapping[str, Any] = {
    InvoiceNeed.AUTHENTICATION: _l(
        "The bank requires the customer to confirm this payment (3D Secure). Stripe won’t retry it; send the "
        "customer their payment link."
    ),
    InvoiceNeed.CARD: _l(
        "The saved card was declined, or there is none on file. The customer can pay with another card "
        "through the link; that card is then used for the subscription. Stripe’s Billing settings define how "
        "often the old card is retried."
    ),
}


def invoice_state(invoice: Invoice) -> str:
    """Name of an invoice's status, and whether it was paid outside of Stripe."""
    if invoice.paid_outside.amount and invoice.paid_outside == invoice.total:
        return _("Paid outside of Stripe")
    return str(INVOICE_STATUSES.get(invoice.status, invoice.status))


def invoice_need(need: str) -> str:
    """What an open renewal needs from its customer, in a few words."""
    return str(NEEDS.get(need) or NEEDS[OF_SWITCHES[need]])


def invoice_need_help(need: str) -> str:
    """What open renewals with this need need, and how their customers can pay them, as sentences."""
    return str(NEEDS_HELP[need])


def invoice_help(invoice: Invoice) -> str:
    """What this open renewal needs and how the customer can pay it, as sentences."""
    if invoice.lacks_card:
        return _(
            "There is no card on file. The customer can pay with a card through the link; it is then used for "
            "the subscription."
        )
    if invoice.needs == InvoiceNeed.CARD:
        return _(
            "The saved card was declined. The customer can pay with another card through the link; it is then "
            "used for the subscription. Stripe’s Billing settings define how often the old card is retried."
        )
    return invoice_need_help(invoice.needs)


def invoice_failure(invoice: Invoice) -> str:
    """Why the invoice's payment failed, as part of a sentence; "" if it did not."""
    code = "no_card" if invoice.lacks_card else invoice.decline_code or invoice.error_code
    if code:
        return failure_reason(code)
    # A payment that waits for 3-D Secure has not failed, so it has no code.
    waits = invoice.intent_status in ("requires_action", "requires_confirmation")
    return _("the bank requires 3D Secure") if waits else ""


def days_left(renewal: OpenRenewal) -> str:
    """How long until the unpaid period ends: `3 days`."""
    if renewal.deadline is None:
        return _("ended")
    if renewal.deadline <= now():
        return _("none")
    days = (renewal.deadline - now()).days
    return ngettext("%(num)s day", "%(num)s days", days) if days else _("less than a day")


def is_urgent(renewal: OpenRenewal) -> bool:
    """Whether less time than URGENT is left to pay it."""
    return renewal.deadline is None or renewal.deadline - now() < URGENT
