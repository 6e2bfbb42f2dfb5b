"""A subscription's state as words for its owner: what it is, what it means, and the way back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from storefront.models import Invoice, InvoiceNeed, InvoiceStatus, Subscription, SubscriptionStatus, now
from storefront.models.search import OpenRenewal
from storefront.web import support
from storefront.web.admin.labels import stripe_codes

STATUSES: Mapping[str, Any] = {
    "": _l("Not at Stripe yet"),
    SubscriptionStatus.INCOMPLETE: _l("First payment open"),
    SubscriptionStatus.INCOMPLETE_EXPIRED: _l("Never paid"),
    SubscriptionStatus.TRIALING: _l("Free trial"),
    SubscriptionStatus.ACTIVE: _l("Running"),
    SubscriptionStatus.PAST_DUE: _l("Payment stopped"),
    SubscriptionStatus.UNPAID: _l("Given up, unpaid"),
    SubscriptionStatus.PAUSED: _l("Paused without a card"),
    SubscriptionStatus.CANCELED: _l("Ended"),
}

# With less time than this a letter alone may come too late.
URGENT = timedelta(days=3)

NEEDS: Mapping[str, Any] = {
    InvoiceNeed.AUTHENTICATION: _l("Needs authentication"),
    InvoiceNeed.CARD: _l("Needs a card"),
}

NEEDS_EXPLAINED: Mapping[str, Any] = {
    InvoiceNeed.AUTHENTICATION: _l(
        "The bank wants its customer to confirm the payment (3-D Secure). Stripe does not try such a payment again by "
        "itself: the customer has to open the link, and with the bank’s check passed it is paid."
    ),
    InvoiceNeed.CARD: _l(
        "The saved card was declined. The customer can pay with another one through the link, and it becomes the card "
        "of the subscription. How often Stripe tries the old one again, and what it does then, is decided in Stripe’s "
        "Billing settings."
    ),
}

END_REASONS: Mapping[str, Any] = {
    "cancellation_requested": _l("It was cancelled."),
    "payment_failed": _l("Stripe has ended it because a renewal was not paid."),
    "payment_disputed": _l("Stripe has ended it because the bank disputes a payment."),
}

INVOICE_STATUSES: Mapping[str, Any] = {
    "": _l("Not known yet"),
    InvoiceStatus.DRAFT: _l("Being made"),
    InvoiceStatus.OPEN: _l("Open"),
    InvoiceStatus.PAID: _l("Paid"),
    InvoiceStatus.VOID: _l("Void: nobody owes it"),
    InvoiceStatus.UNCOLLECTIBLE: _l("Given up"),
}


def status(subscription: Subscription) -> str:
    """The status in a word or two."""
    if is_finished_plan(subscription):
        return _("All instalments were due")
    if subscription.status == SubscriptionStatus.TRIALING and not subscription.has_started:
        return _("Waits for a card")
    return str(STATUSES.get(subscription.status, subscription.status))


def is_finished_plan(subscription: Subscription) -> bool:
    """Whether a plan came to its end by itself."""
    ended = subscription.is_plan and subscription.status == SubscriptionStatus.CANCELED
    return bool(ended and subscription.end_reason not in END_REASONS)


def needs(code: str) -> str:
    """What a renewal waits for."""
    return str(NEEDS[code])


def needs_explained(code: str) -> str:
    """The same as sentences."""
    return str(NEEDS_EXPLAINED[code])


def card(subscription: Subscription) -> str:
    """`Visa •••• 4242`, "" where none is known."""
    return support.card_name(subscription.card_brand, subscription.card_last4) if subscription.card_last4 else ""


def card_expiry(subscription: Subscription) -> str:
    """`12/2034`, as it stands on the card."""
    return f"{subscription.card_exp_month:02}/{subscription.card_exp_year}" if subscription.card_exp_year else ""


def invoice_status(invoice: Invoice) -> str:
    """An invoice's status in a word."""
    return str(INVOICE_STATUSES.get(invoice.status, invoice.status))


def failure(invoice: Invoice) -> str:
    """Why an invoice was not paid, at first or at all, within a sentence; "" where nothing went wrong."""
    code = invoice.decline_code or invoice.error_code
    if code:
        return stripe_codes.failure(code)
    # As it stood last while it was open: nothing has failed, so that there is no code.
    asks = invoice.intent_status in ("requires_action", "requires_confirmation")
    return _("the bank asks for 3-D Secure") if asks else ""


def day(at: datetime | None) -> str:
    """A day as sentences name it, on the shop's clock."""
    return support.day(at)


def days_left(waiting: OpenRenewal) -> str:
    """`3 days`: until the unpaid period ends."""
    if waiting.deadline is None:
        return _("it has ended")
    if waiting.deadline <= now():
        return _("none")
    days = (waiting.deadline - now()).days
    return ngettext("%(num)s day", "%(num)s days", days) if days else _("less than a day")


def is_urgent(waiting: OpenRenewal) -> bool:
    """Whether few days are left."""
    return waiting.deadline is None or waiting.deadline - now() < URGENT
