"""Overrides the behavior of a saved card, as set through the control endpoints."""

from dataclasses import replace

from stripe_simulator.cards import test_cards
from stripe_simulator.cards.test_cards import TestCard
from stripe_simulator.store import Json

OVERRIDE_FIELD = "_behaves"
NO_OVERRIDE = "as its number"
ASKS_BY_DECLINE = "declines to ask"
BEHAVIORS = (NO_OVERRIDE, "succeeds", "declines", "asks", ASKS_BY_DECLINE)


def apply_override(card: TestCard, method: Json) -> TestCard:
    """Return the card with the behavior that is set for this payment method. The override stays until it is changed."""
    behavior = method.get(OVERRIDE_FIELD)
    if behavior in (None, NO_OVERRIDE):
        return card
    three_d_secure = test_cards.ALWAYS if behavior in ("asks", ASKS_BY_DECLINE) else test_cards.NEVER
    decline = "generic_decline" if behavior == "declines" else None
    return replace(
        card,
        three_d_secure=three_d_secure,
        decline=decline,
        can_be_saved=True,
        asks_by_decline=behavior == ASKS_BY_DECLINE,
    )
