"""What happened to an order, and what became of its money, as sentences for the owner."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.models import Dispute, Order, Payment, Refund, TimelineEntry, TimelineKind
from storefront.money import Money
from storefront.payments import AUTHENTICATION_FAILURE_CODES
from storefront.web.admin.labels import stripe_codes, subscription_timeline
from storefront.web.support import money

TIMELINE: Mapping[str, Any] = {
    TimelineKind.CREATED: _l("The buyer began to pay."),
    TimelineKind.WAITING: _l("Stripe waits for the buyer."),
    TimelineKind.PROCESSING: _l("The bank is working on the payment."),
    TimelineKind.PAID: _l("Paid: %(amount)s."),
    TimelineKind.PAID_LATE: _l(
        "Paid late: %(amount)s came when the order could not be paid any more. It counts as paid."
    ),
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
    TimelineKind.DISPUTE: _l("Dispute over %(amount)s: %(status)s (%(why)s)."),
}

REASONS: Mapping[str, Any] = {
    # why a payment was closed
    "canceled": _l("it was canceled at Stripe"),
    "expired": _l("the order was not paid in time"),
    "stripe_broken": _l("Stripe answered with an error of its own"),
    "looked_up": _l("Stripe answered with an error of its own"),
    "terms_changed": _l("quantity or price had changed"),
    "refused": _l("Stripe refused it"),
    # why money goes back
    "requested_by_customer": _l("requested by the buyer"),
    "duplicate": _l("paid twice"),
    "fraudulent": _l("fraudulent"),
    "sold_out": _l("all were sold"),
    "expired_uncaptured_charge": _l("the payment was never completed"),
    # why a bank disputes (docs.stripe.com/disputes/categories)
    "bank_cannot_process": _l("the bank can’t process it"),
    "check_returned": _l("a check was returned"),
    "credit_not_processed": _l("a promised refund has not come"),
    "customer_initiated": _l("asked for by the buyer"),
    "debit_not_authorized": _l("the debit was not authorized"),
    "general": _l("no category"),
    "incorrect_account_details": _l("account details are wrong"),
    "insufficient_funds": _l("insufficient funds"),
    "noncompliant": _l("against the card network’s rules"),
    "product_not_received": _l("the buyer says they received nothing"),
    "product_unacceptable": _l("the buyer says it is not what was promised"),
    "subscription_canceled": _l("the buyer says they had canceled"),
    "unrecognized": _l("the buyer does not recognize the payment"),
}

REFUND_STATUSES: Mapping[str, Any] = {
    "": _l("Asked for"),
    "pending": _l("On its way"),
    "requires_action": _l("Waits for something at Stripe"),
    "succeeded": _l("Refunded"),
    "failed": _l("Refund failed"),
    "canceled": _l("Refund canceled"),
}

# Stripe's failure_reason of a refund (docs.stripe.com/refunds, failed refunds).
REFUND_FAILURES: Mapping[str, Any] = {
    "lost_or_stolen_card": _l("The card was reported lost or stolen. Find another way to return the money."),
    "expired_or_canceled_card": _l("The card has expired or was canceled. Find another way to return the money."),
    "charge_for_pending_refund_disputed": _l("The buyer’s bank has disputed the payment meanwhile."),
    "insufficient_funds": _l("Your Stripe balance was too low."),
    "declined": _l("The buyer’s bank did not take it. Find another way to return the money."),
    "merchant_request": _l("It was stopped at Stripe."),
    "unknown": _l("Stripe does not say why. Find another way to return the money."),
}

DISPUTE_STATUSES: Mapping[str, Any] = {
    "warning_needs_response": _l("the bank asks about the payment; nothing is taken yet"),
    "warning_under_review": _l("the bank reads your answer; nothing is taken yet"),
    "warning_closed": _l("the bank’s question is closed, the money stays yours"),
    "needs_response": _l("waits for your evidence"),
    "under_review": _l("the bank reads your evidence"),
    "won": _l("won, the money is yours"),
    "lost": _l("lost, the money is the buyer’s"),
    "prevented": _l("prevented, the money stays yours"),
}


def timeline(entry: TimelineEntry, order: Order) -> str:
    """What happened, as a sentence."""
    detail = entry.detail or {}
    about_subscription = subscription_timeline.sentence(entry.kind, detail, order)
    if about_subscription:
        return about_subscription
    code = detail.get("decline_code") or detail.get("code") or ""
    amount = detail.get("amount")
    particulars = {
        "amount": money(Money(amount, order.currency) if amount is not None else order.total),
        "why": reason(detail.get("reason") or "") or stripe_codes.failure(code),
        "fields": stripe_codes.differences(detail.get("fields") or ()),
        "words": detail.get("words") or _("it gave no reason"),
        "status": dispute_status(detail.get("status") or ""),
    }
    sentence = str(TIMELINE[entry.kind]) % particulars if entry.kind in TIMELINE else entry.kind
    failure = str(REFUND_FAILURES.get(detail.get("failure") or "", ""))
    return f"{sentence} {failure}".rstrip()


def reason(code: str) -> str:
    """A code of REASONS as words within a sentence; others as Stripe wrote them."""
    return str(REASONS.get(code) or stripe_codes.failure(code))


def refund_status(refund: Refund) -> str:
    """What Stripe says of a refund, in words."""
    return str(REFUND_STATUSES.get(refund.status, refund.status))


def refund_reason(code: str) -> str:
    """Why money goes back."""
    return reason(code)


def refund_failure(refund: Refund) -> str:
    """Why a refund failed; Stripe's own code where it isn't known here."""
    return str(REFUND_FAILURES.get(refund.failure, refund.failure))


def dispute_status(status: str) -> str:
    """How a dispute stands, as words within a sentence."""
    return str(DISPUTE_STATUSES.get(status, status))


def dispute_is_open(dispute: Dispute) -> bool:
    """Whether the owner can still answer the bank."""
    return dispute.status in ("needs_response", "warning_needs_response")


def three_d_secure(payment: Payment) -> str:
    """What the bank's check came to, as far as our rows know."""
    if payment.error_code in AUTHENTICATION_FAILURE_CODES and not payment.has_succeeded:
        return _("The bank asked for 3-D Secure, and the buyer did not pass.")
    if payment.challenged:
        return (
            _("The bank asked for 3-D Secure, and the buyer passed.")
            if payment.has_succeeded
            else _("The bank asked for 3-D Secure; the buyer has not finished.")
        )
    return _("The bank did not ask for 3-D Secure.")
