"""Creates, pays and renews subscriptions as a shop and its buyer do."""

from typing import Any

from tests.simulator.controls import post_control
from tests.simulator.shop import VALID_CARD, Shop

DAY = 24 * 60 * 60
EXPAND = ["latest_invoice.confirmation_secret", "latest_invoice.payments", "pending_setup_intent"]


class BrowserIntent:
    """An intent as a browser knows it: its id and client secret."""

    def __init__(self, client_secret: str) -> None:
        self.client_secret = client_secret
        self.id = client_secret.partition("_secret_")[0]


def monthly_price(shop: Shop, **params: Any) -> Any:
    """Create a price of 19.90 a month, unless `params` say otherwise."""
    product = shop.v1.products.create({"name": "Course"})
    recurring = {"interval": "month", **params.pop("recurring", {})}
    given = {"unit_amount": 1990, "currency": shop.account.currency, "product": product.id, "recurring": recurring}
    return shop.v1.prices.create(given | params)


def subscribe(shop: Shop, price: Any = None, **params: Any) -> Any:
    """Create a subscription; the browser makes its first payment."""
    customer = params.pop("customer", None) or shop.v1.customers.create({"email": "ivan@example.com"}).id
    given = {
        "customer": customer,
        "items": [{"price": (price or monthly_price(shop)).id}],
        "payment_behavior": "default_incomplete",
        "payment_settings": {"save_default_payment_method": "on_subscription"},
        "expand": EXPAND,
    }
    return shop.v1.subscriptions.create(given | params)


def invoice_secret(shop: Shop, invoice: str) -> BrowserIntent:
    found = shop.v1.invoices.retrieve(invoice, {"expand": ["confirmation_secret"]})
    return BrowserIntent(found.confirmation_secret.client_secret)


def active_subscription(shop: Shop, number: str = VALID_CARD, **params: Any) -> Any:
    """Create a subscription and make the first payment with this card, passing a 3-D Secure check if required."""
    subscription = subscribe(shop, **params)
    secret = invoice_secret(shop, subscription.latest_invoice.id)
    if shop.confirm_with_card(secret, number).json().get("status") == "requires_action":
        shop.answer_challenge(secret, "authorize")
    return shop.v1.subscriptions.retrieve(subscription.id)


def renew(shop: Shop, subscription: Any, card: str | None = None) -> tuple[Any, Any]:
    """Renew now; return the subscription and its newest invoice."""
    post_control(shop, f"subscriptions/{subscription.id}/renew", **({"card": card} if card else {}))
    found = shop.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice.payments"]})
    return found, found.latest_invoice


def advance_days(shop: Shop, days: float) -> list[str]:
    """Move the clock by days; return the names of the actions that ran, without those of payouts.

    Payouts are made at midnight: which ones fall into the time depends on the hour at which the test runs.
    """
    happened = post_control(shop, "clock", advance=days * DAY)["happened"]
    return [one["what"] for one in happened if not one["what"].startswith("payout_")]


def period(subscription: Any) -> tuple[int, int]:
    item = subscription["items"].data[0]
    return item.current_period_start, item.current_period_end


def payment_of(shop: Shop, invoice: Any) -> Any:
    """Return the payment intent of an invoice with expanded payments."""
    return shop.v1.payment_intents.retrieve(invoice.payments.data[0].payment.payment_intent)


def status_of(shop: Shop, subscription: Any) -> str:
    return str(shop.v1.subscriptions.retrieve(subscription.id).status)
