"""Messages for customers whose subscription Stripe has paused: why, and what they can do."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from storefront.models import PauseReason
from storefront.web import support

PAUSED = _l("It is paused for now, and nothing is charged.")
MESSAGES: Mapping[str, LazyString] = {
    PauseReason.FIRST_PAYMENT_FAILURE: _l(
        "It is on hold because its first payment failed. Give another card here and tell the seller, so "
        "that it can continue."
    ),
    PauseReason.FINAL_PAYMENT_FAILURE: _l(
        "It is on hold because a payment failed and won’t be retried automatically. Give another card "
        "here and tell the seller, so that it can continue."
    ),
    PauseReason.PAUSE_REQUESTED: _l("The seller has paused it. Nothing is charged until it is resumed."),
    PauseReason.SYSTEM: _l("It is paused for now, and nothing is charged. The seller can tell you more."),
    PauseReason.TRIAL_END_WITHOUT_PAYMENT_METHOD: _l(
        "The free trial is over, and there is no card to charge. Give a card here and tell the seller: it goes on."
    ),
}
CARD_GIVEN = _l("The free trial is over, and your card is saved. Tell the seller, so that it can continue.")
NEEDS_CARD = frozenset(
    {
        PauseReason.FIRST_PAYMENT_FAILURE,
        PauseReason.FINAL_PAYMENT_FAILURE,
        PauseReason.TRIAL_END_WITHOUT_PAYMENT_METHOD,
    }
)


def needs_card(reason: str, has_card: bool) -> bool:
    """Whether the customer can do something: give a card, or another one."""
    return reason in NEEDS_CARD and not (has_card and reason == PauseReason.TRIAL_END_WITHOUT_PAYMENT_METHOD)


def pause_message(reason: str, has_card: bool) -> str:
    """Why it is paused and what the customer can do. Reasons that Stripe adds get a general message."""
    if has_card and reason == PauseReason.TRIAL_END_WITHOUT_PAYMENT_METHOD:
        return support.with_contact(str(CARD_GIVEN))
    return support.with_contact(str(MESSAGES[reason])) if reason in MESSAGES else str(PAUSED)
