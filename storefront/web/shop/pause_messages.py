"""Messages for customers whose subscription Stripe has paused: why, and what they can do."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from storefront.models import PauseReason
from storefront.web import support

PAUSED = _l("Paused. You won’t be charged.")
MESSAGES: Mapping[str, LazyString] = {
    PauseReason.FIRST_PAYMENT_FAILURE: _l(
        "The first payment failed. Update your card and tell the seller to continue the subscription."
    ),
    PauseReason.FINAL_PAYMENT_FAILURE: _l(
        "A payment failed and won’t be retried. Update your card and tell the seller to continue the subscription."
    ),
    PauseReason.PAUSE_REQUESTED: _l("Paused by the seller. You won’t be charged until payments resume."),
    PauseReason.SYSTEM: _l("Paused. You won’t be charged. Contact the seller for details."),
    PauseReason.TRIAL_END_WITHOUT_PAYMENT_METHOD: _l(
        "The free trial is over and there’s no card on file. Add a card and tell the seller to continue the "
        "subscription."
    ),
}
CARD_GIVEN = _l("The free trial is over and your card is saved. Tell the seller to continue the subscription.")
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
