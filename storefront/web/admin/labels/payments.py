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
    "canceled": _l("it was canceled at Stripe"),
    "expired": _l("the order was not paid in time"),
    "stripe_broken": _l("Stripe answered with an error of its own"),
    "looked_up": _l("Stripe answered with an error of its own"),
    "paid_outside": _l("the invoice was marked as paid outside of Stripe"),
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

DISPUTE_STAGES: Mapping[str, Any] = {
    DisputeStage.INQUIRY: _l("Inquiry"),
    DisputeStage.INQUIRY_CLOSED: _l("Inquiry closed"),
    DisputeStage.CHARGEBACK: _l("Chargeback"),
    DisputeStage.WON: _l("Dispute won"),
    DisputeStage.LOST: _l("Dispute lost"),
    DisputeStage.PREVENTED: _l("Dispute prevented"),
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
        return _("The bank asked for 3-D Secure, and the buyer did not pass.")
    if payment.challenged:
        return (
            _("The bank asked for 3-D Secure, and the buyer passed.")
            if payment.has_succeeded
            else _("The bank asked for 3-D Secure; the buyer has not finished.")
        )
    return _("The bank did not ask for 3-D Secure.")
