"""Letters: their kinds, states and what is wrong with them, as words for the owner."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from storefront.models import Letter

KINDS: Mapping[str, Any] = {
    "receipt": _l("Receipt"),
    "payment_waits": _l("Payment waits"),
    "order_expired": _l("Order expired"),
    "refund_made": _l("Refund made"),
    "refund_failed": _l("Refund failed"),
    "owner_sale": _l("To you: sale"),
    "owner_refund_failed": _l("To you: refund failed"),
    "owner_dispute": _l("To you: dispute"),
    "owner_mismatch": _l("To you: payment does not fit"),
    "owner_connection": _l("To you: connection broken"),
}

WHEN: Mapping[str, Any] = {
    "receipt": _l("Once for each paid order."),
    "payment_waits": _l(
        "Once, some minutes after the last attempt (a bank’s check that was left counts as one), "
        "if the order is still unpaid."
    ),
    "order_expired": _l("When an unpaid order expires."),
    "refund_made": _l("When money goes back."),
    "refund_failed": _l("When the bank did not take a refund."),
    "owner_sale": _l("To every admin, for each paid order."),
    "owner_refund_failed": _l("To every admin, when the bank did not take a refund."),
    "owner_dispute": _l("To every admin, when a bank disputes a payment."),
    "owner_mismatch": _l("To every admin, when Stripe tells of a payment that differs from its order."),
    "owner_connection": _l("To every admin, when Stripe no longer accepts a secret key."),
}

STATES: Mapping[str, Any] = {
    "waiting": _l("Waiting"),
    "sent": _l("Sent"),
    "kept": _l("Kept here"),
    "dropped": _l("Not needed"),
    "failed": _l("Not sent"),
}

STATE_EXPLAINED: Mapping[str, Any] = {
    "waiting": _l("It goes out when it is due; after a failure it is tried again for a day."),
    "sent": _l("The mail server has taken it."),
    "kept": _l("No mail server is set up (or there was nobody to write to): it was kept to be read here."),
    "dropped": _l("When it fell due, it was no longer true."),
    "failed": _l("The mail server did not take it for a whole day. Send it again when the cause is gone."),
}


def kind(letter_kind: str) -> str:
    """A kind of letter by its name."""
    return str(KINDS.get(letter_kind, letter_kind))


def when(letter_kind: str) -> str:
    """When such a letter is written."""
    return str(WHEN.get(letter_kind, ""))


def state(letter: Letter) -> str:
    """How a letter stands."""
    return str(STATES.get(letter.state, letter.state))


def state_explained(letter: Letter) -> str:
    """The same as a sentence."""
    return str(STATE_EXPLAINED.get(letter.state, ""))
