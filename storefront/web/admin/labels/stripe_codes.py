"""Stripe's codes of a failed attempt, and what a payment can differ in, as words of a timeline's sentence.

The owner may read them all; English keeps Stripe's own words, so that they can be looked up
(docs.stripe.com/declines/codes, docs.stripe.com/error-codes).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

FAILURES: Mapping[str, Any] = {
    "authentication_required": _l("authentication required"),
    "call_issuer": _l("call issuer"),
    "card_declined": _l("card declined"),
    "card_not_supported": _l("card not supported"),
    "card_velocity_exceeded": _l("card velocity exceeded"),
    "currency_not_supported": _l("currency not supported"),
    "do_not_honor": _l("do not honor"),
    "do_not_try_again": _l("do not try again"),
    "duplicate_transaction": _l("duplicate transaction"),
    "expired_card": _l("expired card"),
    "fraudulent": _l("fraudulent"),
    "generic_decline": _l("generic decline"),
    "incorrect_cvc": _l("incorrect cvc"),
    "incorrect_number": _l("incorrect number"),
    "insufficient_funds": _l("insufficient funds"),
    "invalid_account": _l("invalid account"),
    "issuer_not_available": _l("issuer not available"),
    "live_mode_test_card": _l("live mode test card"),
    "lost_card": _l("lost card"),
    "payment_intent_authentication_failure": _l("3-D Secure not passed"),
    "pickup_card": _l("pickup card"),
    "processing_error": _l("processing error"),
    "restricted_card": _l("restricted card"),
    "setup_intent_authentication_failure": _l("3-D Secure not passed"),
    "stolen_card": _l("stolen card"),
    "transaction_not_allowed": _l("transaction not allowed"),
    "try_again_later": _l("try again later"),
    "withdrawal_count_limit_exceeded": _l("withdrawal count limit exceeded"),
}

# The names are those of `payments.settle`.
DIFFERENCES: Mapping[str, Any] = {
    "merchant": _l("Stripe account"),
    "id": _l("id"),
    "payment": _l("payment"),
    "mode": _l("mode"),
    "amount": _l("amount"),
    "currency": _l("currency"),
}


def failure(code: str) -> str:
    """A decline code or error code; one that isn't known here reads as Stripe wrote it."""
    return str(FAILURES.get(code) or code.replace("_", " "))


def differences(names: Iterable[str]) -> str:
    """In what Stripe's payment differs from ours."""
    return ", ".join(str(DIFFERENCES.get(name, name)) for name in names)
