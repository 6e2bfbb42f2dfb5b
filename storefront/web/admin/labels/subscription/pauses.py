"""Subscriptions that Stripe has paused: why, what the owner can do, and what resuming them has done."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from storefront.models import PauseReason
from storefront.subscriptions import Resumption

PAUSED = _l("Paused in Stripe. Nothing is charged.")
REASONS: Mapping[str, Any] = {
    PauseReason.FIRST_PAYMENT_FAILURE: _l("Paused by Stripe because the first payment failed."),
    PauseReason.FINAL_PAYMENT_FAILURE: _l("Paused by Stripe because a payment failed and won’t be retried."),
    PauseReason.PAUSE_REQUESTED: _l("Paused in the Stripe Dashboard. Nothing is charged."),
    PauseReason.SYSTEM: _l("Paused by Stripe automatically. Nothing is charged."),
    PauseReason.TRIAL_END_WITHOUT_PAYMENT_METHOD: _l("The free trial is over and there is no card to charge."),
}

SEE_STRIPE = _l(
    "The Stripe Dashboard shows why. When this is resolved, resume the subscription here; a new period "
    "is charged immediately."
)
OTHER_CARD = _l(
    "Send the customer their account link to add another card. Then resume the subscription here; a new "
    "period is charged to that card immediately."
)
ADVICE: Mapping[str, Any] = {
    PauseReason.FIRST_PAYMENT_FAILURE: OTHER_CARD,
    PauseReason.FINAL_PAYMENT_FAILURE: OTHER_CARD,
    PauseReason.PAUSE_REQUESTED: _l("To continue, resume the subscription here. A new period is charged immediately."),
    PauseReason.SYSTEM: SEE_STRIPE,
    PauseReason.TRIAL_END_WITHOUT_PAYMENT_METHOD: _l(
        "Send the customer their account link to add a card, then resume the subscription here. A new period "
        "is charged immediately."
    ),
}

RESUMPTIONS: Mapping[str, Any] = {
    Resumption.COLLECTION: _l("Payments resumed. The next charge is made as planned."),
    Resumption.CHARGED: _l("Subscription resumed. A new period has started and is paid."),
    Resumption.UNPAID: _l(
        "The subscription stays paused: the payment failed and nothing was charged. The customer gets an "
        "email; the subscription continues once they have paid."
    ),
}


def pause_reason(reason: str) -> str:
    """Why a subscription is paused, as a sentence. Reasons that Stripe adds get a general one."""
    return str(REASONS.get(reason, PAUSED))


def pause_advice(reason: str) -> str:
    """What the owner can do about a paused subscription, as sentences."""
    return str(ADVICE.get(reason, SEE_STRIPE))


def resumption_notice(result: Resumption) -> str:
    """What resuming a subscription has done."""
    return str(RESUMPTIONS[result])
