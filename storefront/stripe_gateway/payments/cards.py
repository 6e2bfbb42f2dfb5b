"""A saved card, as far as a shop may know it."""

from dataclasses import dataclass

import stripe


@dataclass(frozen=True)
class Card:
    """`id` is the payment method's; `brand` is Stripe's word (visa, …), of another kind of method its type."""

    id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


def card_of(method: "str | stripe.PaymentMethod | None") -> Card | None:
    """The card of an expanded payment method; None where there is none, or only its id is known."""
    if method is None or isinstance(method, str):
        return None
    card = method.card if hasattr(method, "card") else None
    if card is None:
        return Card(method.id, str(method.type), "", 0, 0)
    return Card(method.id, card.brand, card.last4 or "", card.exp_month, card.exp_year)


def id_of(named: object) -> str:
    """The id of something that Stripe names, or has expanded; "" for none."""
    return str(getattr(named, "id", named) or "")


def id_in(answer: object, field: str) -> str:
    """The same of a field that an answer may leave out."""
    return id_of(getattr(answer, field, None))
