"""Timeline entries of orders and their payments, refunds and disputes, as sentences."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.models import Order, TimelineEntry, TimelineKind
from storefront.money import Money
from storefront.web.admin.labels.failure_codes import failure_reason, mismatched_fields
from storefront.web.admin.labels.payments import REFUND_FAILURES, dispute_status, payment_reason
from storefront.web.admin.labels.subscription_timeline import subscription_entry
from storefront.web.support import money

SENTENCES: Mapping[str, Any] = {
    TimelineKind.CREATED: _l("The buyer began to pay."),
    TimelineKind.FOUND_AT_STRIPE: _l(
        "Made again from the payment at Stripe, because the database was restored from a backup. "
        "The customer knows it as order %(number)s."
    ),
    TimelineKind.WAITING: _l("Stripe waits for the buyer."),
    TimelineKind.PROCESSING: _l("The bank is working on the payment."),
    TimelineKind.PAID: _l("Paid: %(amount)s."),
    TimelineKind.PAID_LATE: _l(
        "Paid late: %(amount)s came when the order could not be paid any more. It counts as paid."
    ),
    TimelineKind.PAID_OUTSIDE: _l("The invoice was marked as paid outside of Stripe: %(amount)s. No card was charged."),
    TimelineKind.PAID_RESTORED: _l("The money is yours again: the order counts as paid."),
    TimelineKind.SOLD_OUT: _l("%(amount)s came when all were sold. It goes back by itself."),
    TimelineKind.PAID_AGAIN: _l(
        "Paid once more: %(amount)s came for an order that was paid already. It goes back by itself."
    ),
    TimelineKind.ATTEMPT_FAILED: _l("An attempt to pay failed: %(why)s."),
    TimelineKind.PAYMENT_ENDED: _l("A payment was closed: %(why)s."),
    TimelineKind.MISMATCH: _l(
        "Stripe showed a payment that does not fit this order (%(fields)s). It was not accepted; look at it at Stripe."
    ),
    TimelineKind.EXPIRED: _l("Not paid in time: the order has expired."),
    TimelineKind.TOO_MANY_DECLINES: _l("Too many cards were declined: the order can’t be paid any more."),
    TimelineKind.REFUND_REQUESTED: _l("Refund asked for: %(amount)s (%(why)s)."),
    TimelineKind.REFUND_PENDING: _l("The refund of %(amount)s is on its way."),
    TimelineKind.REFUND_REQUIRES_ACTION: _l("The refund of %(amount)s waits for something at Stripe."),
    TimelineKind.REFUND_SUCCEEDED: _l("Refunded: %(amount)s."),
    TimelineKind.REFUND_FAILED: _l(
        "Refund failed: %(amount)s did not reach the buyer and is back in your Stripe balance."
    ),
    TimelineKind.REFUND_CANCELED: _l("The refund of %(amount)s was canceled."),
    TimelineKind.REFUND_REFUSED: _l("Stripe refused the refund of %(amount)s: %(words)s"),
    TimelineKind.PARTIALLY_REFUNDED: _l("A part of the money has gone back."),
    TimelineKind.REFUNDED: _l("All of the money has gone back."),
    TimelineKind.DISPUTED: _l("The buyer’s bank disputes the payment."),
    TimelineKind.FRAUD_WARNING: _l(
        "The card’s network warns that this payment of %(amount)s may be fraud. A refund now avoids a dispute."
    ),
    TimelineKind.REVIEW_OPENED: _l(
        "Stripe asks you to review the payment of %(amount)s: see Payments → Reviews in the Stripe Dashboard."
    ),
    TimelineKind.INVOICE_STUCK: _l("Stripe could not finalize an invoice: nothing is charged until this is fixed."),
    TimelineKind.WITHDRAWN: _l("The customer has withdrawn from the contract. Nothing is refunded automatically."),
    TimelineKind.WITHDRAWAL_HANDLED: _l("You marked the withdrawal as done."),
    TimelineKind.CANCELLATION_STATED: _l("The customer canceled on the page “Cancel contracts here”."),
    TimelineKind.DISPUTE: _l("Dispute over %(amount)s: %(status)s (%(why)s)."),
}


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
        "words": detail.get("words") or _("it gave no reason"),
        "status": dispute_status(detail.get("status") or ""),
    }
    sentence = str(SENTENCES[entry.kind]) % values
    failure = str(REFUND_FAILURES.get(detail.get("failure") or "", ""))
    return f"{sentence} {failure}".rstrip()
