"""Emails to customers about an order: receipt, reminder, expiry, refunds."""

from storefront.emails.kinds.kind import Kind
from storefront.i18n import N_
from storefront.models import UNSUCCESSFUL_REFUND_STATUSES, Email, EmailKind, EmailTopic, OrderStatus, Refund


def _is_unpaid(email: Email) -> bool:
    """Only while the order is pending. For a "processing" order the bank may already have charged the card."""
    return email.order is not None and email.order.status == OrderStatus.PENDING


def _has_expired(email: Email) -> bool:
    """A payment that came late has made the order paid."""
    return email.order is not None and email.order.status == OrderStatus.EXPIRED


def _is_sent(email: Email) -> bool:
    """The owner may have taken it back."""
    return email.order is not None and email.order.sent_at is not None


def _refund_has_not_failed(email: Email) -> bool:
    """A bank can refuse a refund that Stripe has called successful. `about` is "refund-<id of our row>"."""
    key = email.about.removeprefix("refund-")
    refund = Refund.get_or_none(Refund.id == int(key)) if key.isdecimal() else None
    return refund is None or refund.status not in UNSUCCESSFUL_REFUND_STATUSES


KINDS: dict[str, Kind] = {
    EmailKind.RECEIPT: Kind(
        subject=N_("Receipt from {shop} · {amount}"),
        heading=N_("Thank you for your order"),
        body=N_("Hi {name},\n\nWe’ve received your payment of **{amount}** for **{title}**."),
        free_text=(
            N_("Your order from {shop}"),
            N_("Hi {name},\n\nYour order of **{title}** is complete. There was nothing to pay today."),
        ),
        facts=(
            *("order", "date", "item", "shipping", "code", "company", "vat_id", "ship_to"),
            *("card", "statement", "paid_by", "invoice", "tax", "total", "after_trial"),
        ),
        button=N_("View order"),
        link="account",
        delivers=True,
    ),
    EmailKind.PAYMENT_REMINDER: Kind(
        subject=N_("Complete your order: {title}"),
        body=N_(
            "Hi {name},\n\nYour payment of **{amount}** didn’t go through and you haven’t been charged.\n\n"
            "Your order #{number} is saved. You can pay with the same card or a different one."
        ),
        facts=("order", "item", "tax", "total"),
        button=N_("Pay {amount}"),
        link="pay",
        about_unpaid_order=True,
        topic=EmailTopic.REMINDERS,
        still_applies=_is_unpaid,
    ),
    EmailKind.ORDER_EXPIRED: Kind(
        subject=N_("Your order has expired: {title}"),
        body=N_(
            "Hi {name},\n\nYour order #{number} wasn’t paid in time and has expired. You haven’t been charged.\n\n"
            "Still interested? You can order again."
        ),
        facts=("order", "item"),
        button=N_("Order again"),
        link="offer",
        about_unpaid_order=True,
        still_applies=_has_expired,
    ),
    EmailKind.ORDER_SENT: Kind(
        subject=N_("Your order is on its way: {title}"),
        heading=N_("Your order is on its way"),
        body=N_("Hi {name},\n\nWe’ve sent your order #{number}."),
        facts=("order", "item", "ship_to", "tracking"),
        button=N_("Track order"),
        link="tracking",
        still_applies=_is_sent,
    ),
    EmailKind.REFUND_MADE: Kind(
        subject=N_("Refund from {shop} · {refund_amount}"),
        heading=N_("Your refund"),
        body=N_(
            "Hi {name},\n\n"
            "We’ve refunded **{refund_amount}** of your order #{number}. It can take 5–10 days to appear on your "
            "statement."
        ),
        facts=("order", "date", "item", "refund_card", "credit_note", "refund"),
        button=N_("View order"),
        still_applies=_refund_has_not_failed,
    ),
    EmailKind.REFUND_FAILED: Kind(
        subject=N_("Your refund of {refund_amount} didn’t go through"),
        body=N_(
            "Hi {name},\n\n"
            "Your bank rejected the refund of **{refund_amount}** for order #{number}. We know about it and will "
            "contact you."
        ),
        facts=("order", "item", "failed_refund"),
        button=N_("View order"),
    ),
}
