"""Stripe's error and decline codes as text, and the fields in which a payment differs from its order.

English keeps Stripe's own names, so that the owner can look them up (docs.stripe.com/declines/codes,
docs.stripe.com/error-codes).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

FAILURES: Mapping[str, Any] = {
    "account_invalid": _l("account can’t take payments"),
    "authentication_required": _l("3D Secure required"),
    "call_issuer": _l("contact the bank"),
    "card_declined": _l("card declined"),
    "card_not_supported": _l("card not supported"),
    "card_velocity_exceeded": _l("card limit exceeded"),
    "currency_not_supported": _l("currency not supported"),
    "do_not_honor": _l("refused by the bank"),
    "do_not_try_again": _l("do not retry"),
    "duplicate_transaction": _l("duplicate transaction"),
    "expired_card": _l("expired card"),
    "fraudulent": _l("fraudulent"),
    "generic_decline": _l("refused by the bank without a reason"),
    "incorrect_cvc": _l("incorrect CVC"),
    "incorrect_number": _l("incorrect number"),
    "insufficient_funds": _l("insufficient funds"),
    "invalid_account": _l("invalid account"),
    "issuer_not_available": _l("issuer not available"),
    "live_mode_test_card": _l("test card in live mode"),
    "lost_card": _l("card reported lost"),
    "no_card": _l("no card on file"),
    "payment_intent_authentication_failure": _l("3D Secure authentication not completed"),
    "pickup_card": _l("card must be returned to the bank"),
    "processing_error": _l("processing error"),
    "restricted_card": _l("restricted card"),
    "setup_intent_authentication_failure": _l("3D Secure authentication not completed"),
    "stolen_card": _l("card reported stolen"),
    "transaction_not_allowed": _l("transaction not allowed"),
    "try_again_later": _l("temporary problem at the bank"),
    "withdrawal_count_limit_exceeded": _l("too many transactions"),
}

# Field names as in the detail of a `mismatch` timeline entry (payments.settle).
DIFFERENCES: Mapping[str, Any] = {
    "merchant": _l("Stripe account"),
    "id": _l("id"),
    "payment": _l("payment"),
    "mode": _l("mode"),
    "amount": _l("amount"),
    "currency": _l("currency"),
}


def failure_reason(code: str) -> str:
    """A decline code or error code as part of a sentence. Unknown codes keep Stripe's name, with spaces."""
    return str(FAILURES.get(code) or code.replace("_", " "))


def mismatched_fields(names: Iterable[str]) -> str:
    """The fields in which Stripe's payment differs from ours, as a list in a sentence."""
    return ", ".join(str(DIFFERENCES.get(name, name)) for name in names)
