"""A saved card that behaves otherwise than its number says, because somebody who rehearses wants it."""

from dataclasses import replace

from stripe_simulator import cards
from stripe_simulator.cards import TestCard
from stripe_simulator.store import Json

BEHAVES = "_behaves"
AS_ITS_NUMBER = "as its number"
WAYS = (AS_ITS_NUMBER, "succeeds", "declines", "asks")


def changed(card: TestCard, method: Json) -> TestCard:
    """What the card does, with what was ordered for this payment method. It stays so until something else is."""
    way = method.get(BEHAVES)
    if way in (None, AS_ITS_NUMBER):
        return card
    asks = cards.ALWAYS if way == "asks" else cards.NEVER
    decline = "generic_decline" if way == "declines" else None
    return replace(card, asks=asks, decline=decline, saves=True)
