"""Emails to customers about an order: receipt, reminder, expiry, refunds."""

from storefront.emails.kinds.kind import Kind
from storefront.i18n import N_
from storefront.models import UNSUCCESSFUL_REFUND_STATUSES, Email, EmailKind, OrderStatus, Refund


def _is_unpaid(email: Email) -> bool:
    """Only while the order is pending. For a "processing" order the bank may already have charged the card."""
    return email.order is not None and email.order.status == OrderStatus.PENDING


def _has_expired(email: Email) -> bool:
    """A payment that came late has made the order paid."""
    return email.order is not None and email.order.status == OrderStatus.EXPIRED


def _refund_has_not_failed(email: Email) -> bool:
    """A bank can refuse a refund that Stripe has called successful. `about` is "refund-<id of our row>"."""
    key = email.about.removeprefix("refund-")
    refund = Refund.get_or_none(Refund.id == int(key)) if key.isdecimal() else None
    return refund is None or refund.status not in UNSUCCESSFUL_REFUND_STATUSES


KINDS: dict[str, Kind] = {
    EmailKind.RECEIPT: Kind(
        subject=N_("Your receipt: {title}"),
        body=N_("Hello {name},\n\nthank you: **{amount}** for *{title}* has been paid. Your order is no. {number}."),
        button=N_("Your orders and receipts"),
        link="account",
    ),
    EmailKind.PAYMENT_REMINDER: Kind(
        subject=N_("Your payment for {title} is not made yet"),
        body=N_(
            "Hello {name},\n\nyour payment of **{amount}** for *{title}* was not completed, and nothing was charged. "
            "Your order no. {number} is waiting: you can pay it with the same card or another one."
        ),
        button=N_("Pay now"),
        link="pay",
        about_unpaid_order=True,
        still_applies=_is_unpaid,
    ),
    EmailKind.ORDER_EXPIRED: Kind(
        subject=N_("Your order of {title} has expired"),
        body=N_(
            "Hello {name},\n\nyour order no. {number} was not paid and has expired. Nothing was charged. "
            "If you still want it, you can order again."
        ),
        button=N_("Order again"),
        link="offer",
        about_unpaid_order=True,
        still_applies=_has_expired,
    ),
    EmailKind.REFUND_MADE: Kind(
        subject=N_("Your refund for {title}"),
        body=N_(
            "Hello {name},\n\n**{refund_amount}** of your order no. {number} goes back to your card. "
            "Banks usually take 5 to 10 days to show it."
        ),
        button=N_("Your order"),
        still_applies=_refund_has_not_failed,
    ),
    EmailKind.REFUND_FAILED: Kind(
        subject=N_("Your refund for {title} did not arrive"),
        body=N_(
            "Hello {name},\n\nyour bank did not take the refund of **{refund_amount}** for order no. {number}. "
            "We know about it and will get in touch with you."
        ),
        button=N_("Your order"),
    ),
}
