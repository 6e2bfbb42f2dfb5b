"""What a shop does to sell a subscription, and what its buyer's browser does."""

from typing import Any

from tests.simulator.shop import GOOD_CARD, Shop
from tests.simulator.steering import steer

DAY = 24 * 60 * 60
EXPAND = ["latest_invoice.confirmation_secret", "latest_invoice.payments", "pending_setup_intent"]


class Secret:
    """An intent as a browser knows it: by its id and client secret."""

    def __init__(self, client_secret: str) -> None:
        self.client_secret = client_secret
        self.id = client_secret.partition("_secret_")[0]


def monthly(shop: Shop, **params: Any) -> Any:
    """A price of 19.90 a month, unless told otherwise."""
    product = shop.v1.products.create({"name": "Course"})
    recurring = {"interval": "month", **params.pop("recurring", {})}
    given = {"unit_amount": 1990, "currency": shop.account.currency, "product": product.id, "recurring": recurring}
    return shop.v1.prices.create(given | params)


def subscribe(shop: Shop, price: Any = None, **params: Any) -> Any:
    """A subscription whose first payment is left to the browser."""
    customer = params.pop("customer", None) or shop.v1.customers.create({"email": "ivan@example.com"}).id
    given = {
        "customer": customer,
        "items": [{"price": (price or monthly(shop)).id}],
        "payment_behavior": "default_incomplete",
        "payment_settings": {"save_default_payment_method": "on_subscription"},
        "expand": EXPAND,
    }
    return shop.v1.subscriptions.create(given | params)


def secret_of(shop: Shop, invoice: str) -> Secret:
    found = shop.v1.invoices.retrieve(invoice, {"expand": ["confirmation_secret"]})
    return Secret(found.confirmation_secret.client_secret)


def active(shop: Shop, number: str = GOOD_CARD, **params: Any) -> Any:
    """A subscription whose first payment was made with this card, the bank's check passed."""
    subscription = subscribe(shop, **params)
    secret = secret_of(shop, subscription.latest_invoice.id)
    if shop.type_card(secret, number).json().get("status") == "requires_action":
        shop.answer_bank(secret, "authorize")
    return shop.v1.subscriptions.retrieve(subscription.id)


def renewed(shop: Shop, subscription: Any, card: str | None = None) -> tuple[Any, Any]:
    """Plays a renewal now; the subscription and its newest invoice."""
    steer(shop, f"subscriptions/{subscription.id}/renew", **({"card": card} if card else {}))
    found = shop.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice.payments"]})
    return found, found.latest_invoice


def wait(shop: Shop, days: float) -> list[str]:
    """Time goes by; what happened."""
    return [one["what"] for one in steer(shop, "clock", advance=days * DAY)["happened"]]


def period(subscription: Any) -> tuple[int, int]:
    item = subscription["items"].data[0]
    return item.current_period_start, item.current_period_end
