"""Payments, refunds and disputes: statuses, reasons and the result of 3-D Secure."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.models import Dispute, DisputeStage, Payment, Refund
from storefront.payments import AUTHENTICATION_FAILURE_CODES
from storefront.web.admin.labels.failure_codes import failure_reason

REASONS: Mapping[str, Any] = {
    # why a payment was closed
    "canceled": _l("canceled in Stripe"),
    "expired": _l("the order wasn’t paid in time"),
    "stripe_broken": _l("Stripe error"),
    "looked_up": _l("Stripe error"),
    "paid_outside": _l("the invoice was marked as paid outside of Stripe"),
    "marked_paid": _l("the order was marked as paid"),
    "terms_changed": _l("quantity or price had changed"),
    "refused": _l("refused by Stripe"),
    # why money goes back
    "requested_by_customer": _l("requested by the customer"),
    "duplicate": _l("paid twice"),
    "fraudulent": _l("fraudulent"),
    "sold_out": _l("sold out"),
    "expired_uncaptured_charge": _l("the payment was never completed"),
    # why a bank disputes (docs.stripe.com/disputes/categories)
    "bank_cannot_process": _l("the bank can’t process the payment"),
    "check_returned": _l("a check was returned"),
    "credit_not_processed": _l("a promised refund wasn’t made"),
    "customer_initiated": _l("requested by the customer"),
    "debit_not_authorized": _l("unauthorized debit"),
    "general": _l("no category"),
    "incorrect_account_details": _l("wrong account details"),
    "insufficient_funds": _l("insufficient funds"),
    "noncompliant": _l("breaks the card network’s rules"),
    "product_not_received": _l("the customer received nothing"),
    "product_unacceptable": _l("the customer says it isn’t as described"),
    "subscription_canceled": _l("the customer says they had canceled"),
    "unrecognized": _l("the customer doesn’t recognize the payment"),
}

REFUND_STATUSES: Mapping[str, Any] = {
    "": _l("Requested"),
    "pending": _l("Processing"),
    "requires_action": _l("Action needed in Stripe"),
    "succeeded": _l("Refunded"),
    "failed": _l("Refund failed"),
    "canceled": _l("Refund canceled"),
}

# Stripe's failure_reason of a refund (docs.stripe.com/refunds, failed refunds).
REFUND_FAILURES: Mapping[str, Any] = {
    "lost_or_stolen_card": _l("The card was reported lost or stolen. Return the money another way."),
    "expired_or_canceled_card": _l("The card has expired or was canceled. Return the money another way."),
    "charge_for_pending_refund_disputed": _l("The customer’s bank has disputed the payment."),
    "insufficient_funds": _l("Your Stripe balance was too low."),
    "declined": _l("The customer’s bank rejected it. Return the money another way."),
    "merchant_request": _l("Stopped in Stripe."),
    "unknown": _l("Stripe gives no reason. Return the money another way."),
}

DISPUTE_STAGES: Mapping[str, Any] = {
    DisputeStage.INQUIRY: _l("Inquiry"),
    DisputeStage.INQUIRY_CLOSED: _l("Inquiry closed"),
    DisputeStage.CHARGEBACK: _l("Chargeback"),
    DisputeStage.WON: _l("Dispute won"),
    DisputeStage.LOST: _l("Dispute lost"),
    DisputeStage.PREVENTED: _l("Dispute prevented"),
}

DISPUTE_STATUSES: Mapping[str, Any] = {
    "warning_needs_response": _l("inquiry, no money taken"),
    "warning_under_review": _l("the bank is reviewing your answer, no money taken"),
    "warning_closed": _l("inquiry closed, you keep the money"),
    "needs_response": _l("evidence needed"),
    "under_review": _l("the bank is reviewing your evidence"),
    "won": _l("won"),
    "lost": _l("lost"),
    "prevented": _l("prevented, you keep the money"),
}


def payment_reason(code: str) -> str:
    """Why a payment was closed or refunded, or why a bank disputes it, as part of a sentence.

    Codes without a text keep Stripe's name, with spaces.
    """
    return str(REASONS.get(code) or failure_reason(code))


def refund_status(status: str) -> str:
    """Name of a refund's status at Stripe; "" is a refund that Stripe has not answered yet."""
    return str(REFUND_STATUSES.get(status, status))


def refund_failure(refund: Refund) -> str:
    """Why a refund failed; Stripe's code if it has no text."""
    return str(REFUND_FAILURES.get(refund.failure, refund.failure))


def dispute_stage(dispute: Dispute) -> str:
    """Name of a dispute's stage; Stripe's status if it belongs to no stage."""
    return str(DISPUTE_STAGES[dispute.stage]) if dispute.stage else str(dispute.status)


def dispute_status(status: str) -> str:
    """Status of a dispute, as part of a sentence."""
    return str(DISPUTE_STATUSES.get(status, status))


def three_d_secure(payment: Payment) -> str:
    """Whether the bank asked for 3-D Secure and whether the customer passed, as far as our rows know."""
    if payment.error_code in AUTHENTICATION_FAILURE_CODES and not payment.has_succeeded:
        return _("3D Secure required: failed")
    if payment.challenged:
        return _("3D Secure required: passed") if payment.has_succeeded else _("3D Secure required: not completed")
    return _("3D Secure not required")
