"""Saved cards: the details that Stripe shows."""

from dataclasses import dataclass

import stripe


@dataclass(frozen=True)
class Card:
    """`id` is the payment method's. `brand` is Stripe's value (visa, …); for other payment methods it is their type."""

    id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


def card_of(method: "str | stripe.PaymentMethod | None") -> Card | None:
    """The card of an expanded payment method.

    None if there is none, if only its id is given, or if it was detached from its customer: it can't be charged then.
    """
    if method is None or isinstance(method, str) or getattr(method, "customer", None) is None:
        return None
    card = method.card if hasattr(method, "card") else None
    if card is None:
        return Card(method.id, str(method.type), "", 0, 0)
    return Card(method.id, card.brand, card.last4 or "", card.exp_month, card.exp_year)
