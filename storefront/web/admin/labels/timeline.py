"""Timeline entries of orders and their payments, refunds and disputes, as sentences."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.i18n import isolate, outside_method
from storefront.models import Order, TimelineEntry, TimelineKind
from storefront.money import Money
from storefront.web.admin.labels.failure_codes import failure_reason, mismatched_fields
from storefront.web.admin.labels.payments import REFUND_FAILURES, dispute_status, payment_reason
from storefront.web.admin.labels.subscription_timeline import subscription_entry
from storefront.web.support import current_language, money

SENTENCES: Mapping[str, Any] = {
    TimelineKind.CREATED: _l("Checkout started."),
    TimelineKind.FOUND_AT_STRIPE: _l(
        "Restored from the payment in Stripe after a database restore. The customer knows it as order %(number)s."
    ),
    TimelineKind.IMPORTED: _l("Subscription imported from Stripe. Earlier payments aren’t part of this shop."),
    TimelineKind.WAITING: _l("Waiting for the customer."),
    TimelineKind.PROCESSING: _l("The bank is processing the payment."),
    TimelineKind.PAID: _l("Paid: %(amount)s."),
    TimelineKind.PAID_LATE: _l("Paid late: %(amount)s arrived after the order had closed. The order counts as paid."),
    TimelineKind.PAID_OUTSIDE: _l("Invoice marked as paid outside of Stripe: %(amount)s. No card was charged."),
    TimelineKind.MARKED_PAID: _l("Marked as paid by %(by)s: %(amount)s, %(method)s. No card was charged."),
    TimelineKind.MARKED_REFUNDED: _l("Marked as refunded by %(by)s: %(amount)s. Nothing was refunded in Stripe."),
    TimelineKind.PAID_RESTORED: _l("The money is back. The order counts as paid."),
    TimelineKind.SOLD_OUT: _l("%(amount)s arrived after the offer sold out. It is refunded automatically."),
    TimelineKind.PAID_AGAIN: _l("Paid twice: %(amount)s arrived for a paid order. It is refunded automatically."),
    TimelineKind.ATTEMPT_FAILED: _l("Payment failed: %(why)s."),
    TimelineKind.PAYMENT_ENDED: _l("Payment closed: %(why)s."),
    TimelineKind.MOVED: _l("Moved from %(merchant)s to %(target)s, because %(merchant)s couldn’t take payments."),
    TimelineKind.MISMATCH: _l(
        "Stripe reported a payment that doesn’t match this order (%(fields)s). It was not accepted; check it in Stripe."
    ),
    TimelineKind.PAYMENT_LINK_SENT: _l("Payment link sent."),
    TimelineKind.EXPIRED: _l("Order expired: not paid in time."),
    TimelineKind.TOO_MANY_DECLINES: _l("Too many declined cards. The order can no longer be paid."),
    TimelineKind.REFUND_REQUESTED: _l("Refund requested: %(amount)s (%(why)s)."),
    TimelineKind.REFUND_PENDING: _l("Refund processing: %(amount)s."),
    TimelineKind.REFUND_REQUIRES_ACTION: _l("The refund of %(amount)s needs action in Stripe."),
    TimelineKind.REFUND_SUCCEEDED: _l("Refunded: %(amount)s."),
    TimelineKind.REFUND_FAILED: _l("Refund failed. %(amount)s was returned to your Stripe balance."),
    TimelineKind.REFUND_CANCELED: _l("Refund canceled: %(amount)s."),
    TimelineKind.REFUND_REFUSED: _l("Stripe rejected the refund of %(amount)s: %(words)s"),
    TimelineKind.PARTIALLY_REFUNDED: _l("Partially refunded."),
    TimelineKind.REFUNDED: _l("Fully refunded."),
    TimelineKind.DISPUTED: _l("The customer’s bank disputes the payment."),
    TimelineKind.FRAUD_WARNING: _l(
        "The card network warns that this payment of %(amount)s may be fraud. A refund now avoids a dispute."
    ),
    TimelineKind.REVIEW_OPENED: _l(
        "Stripe marked the payment of %(amount)s for review: see Payments → Reviews in the Stripe Dashboard."
    ),
    TimelineKind.INVOICE_STUCK: _l("Stripe couldn’t finalize an invoice. Nothing is charged until this is fixed."),
    TimelineKind.NOTE: _l("Note: %(words)s"),
    TimelineKind.SENT: _l("Marked as sent."),
    TimelineKind.TRACKING_CHANGED: _l("Tracking number changed."),
    TimelineKind.NOT_SENT: _l("Marked as not sent."),
    TimelineKind.SEND_AGAIN: _l("A renewal was paid, so the next parcel is to be sent."),
    TimelineKind.WITHDRAWN: _l("The customer has withdrawn from the contract. Nothing is refunded automatically."),
    TimelineKind.WITHDRAWAL_HANDLED: _l("You marked the withdrawal as done."),
    TimelineKind.CANCELLATION_STATED: _l("The customer canceled on the page “Cancel contracts here”."),
    TimelineKind.DISPUTE: _l("Dispute over %(amount)s: %(status)s (%(why)s)."),
}

_NOTHING_LEFT = _l("Nothing was left when the order completed: the customer got nothing.")
_NOTHING_CHARGED = _l("Nothing was charged.")
_SUBSCRIPTION_CANCELED = _l("Nothing was charged, and the subscription is canceled.")
_PAID_ELSEWHERE = _l(
    "%(amount)s was paid outside of Stripe: refund it the way it was paid, or add what is missing and press "
    "“Deliver now”."
)


def timeline_entry(entry: TimelineEntry, order: Order) -> str:
    """What happened, as a sentence; the stored kind if it has no text."""
    detail = entry.detail or {}
    if text := subscription_entry(entry.kind, detail, order):
        return text
    if entry.kind not in SENTENCES:
        return entry.kind
    amount = detail.get("amount")
    values = {
        "amount": money(Money(amount, detail.get("currency") or order.currency) if amount is not None else order.total),
        "why": payment_reason(detail.get("reason") or "")
        or failure_reason(detail.get("decline_code") or detail.get("code") or ""),
        "fields": mismatched_fields(detail.get("fields") or ()),
        "number": f"#{detail.get('number') or order.number}",
        "by": isolate(str(detail.get("by") or "")),
        "method": outside_method(str(detail.get("method") or ""), current_language()),
        "merchant": isolate(str(detail.get("merchant") or "")),
        "target": isolate(str(detail.get("target") or "")),
        "words": detail.get("words") or _("no reason given"),
        "status": dispute_status(detail.get("status") or ""),
    }
    template = str(SENTENCES[entry.kind])
    if entry.kind == TimelineKind.SOLD_OUT and not (detail.get("intent") and amount):
        template = _sold_out(bool(amount), bool(detail.get("intent")))
    sentence = template % values
    failure = str(REFUND_FAILURES.get(detail.get("failure") or "", ""))
    return f"{sentence} {failure}".rstrip()


def _sold_out(has_amount: bool, has_intent: bool) -> str:
    """What is said where there is no payment in Stripe that could be refunded."""
    without_amount = _SUBSCRIPTION_CANCELED if has_intent else _NOTHING_CHARGED
    return f"{_NOTHING_LEFT} {_PAID_ELSEWHERE if has_amount else without_amount}"
