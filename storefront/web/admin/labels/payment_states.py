"""What an order's page says of its payments: the state in words, the text on the card statement, codes for Stripe."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from storefront.models import Payment, TimelineEntry
from storefront.offers import statement_text
from storefront.payments import AUTHENTICATION_FAILURE_CODES

STATES: Mapping[str, Any] = {
    "": _l("Not created in Stripe yet"),
    "requires_payment_method": _l("Not paid yet"),
    "requires_confirmation": _l("Not paid yet"),
    "requires_action": _l("Waiting for 3D Secure"),
    "processing": _l("Processing"),
    "succeeded": _l("Succeeded"),
    "canceled": _l("Canceled"),
}
CLASSES = {"succeeded": "paid", "canceled": "", "": ""}
# Of the details of timeline entries: what can be searched for in Stripe's Dashboard and documentation.
CODES = ("intent", "refund", "dispute", "invoice", "code", "decline_code", "failure", "status")


def payment_state(payment: Payment) -> str:
    """The payment's state; Stripe's own word if it has no text."""
    if payment.status == "requires_payment_method" and payment.attempt:
        failed_check = payment.error_code in AUTHENTICATION_FAILURE_CODES
        return str(_l("3D Secure failed") if failed_check else _l("Declined"))
    return str(STATES.get(payment.status or "", payment.status))


def payment_state_class(payment: Payment) -> str:
    """The class of its badge."""
    if payment.status == "requires_payment_method" and payment.attempt:
        return "failed"
    return CLASSES.get(payment.status or "", "pending")


def descriptor(payment: Payment) -> str:
    """What the customer reads on the card statement; "" if it is not known."""
    return statement_text(payment.merchant, payment.statement_descriptor_suffix)


def timeline_codes(timeline: Sequence[TimelineEntry]) -> list[tuple[datetime, list[tuple[str, str]]]]:
    """Times of the entries that have codes, each with the codes by name."""
    found = []
    for entry in timeline:
        detail = entry.detail or {}
        if codes := [(name, str(detail[name])) for name in CODES if detail.get(name)]:
            found.append((entry.at, codes))
    return found
