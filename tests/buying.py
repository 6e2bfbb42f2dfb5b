"""What a buyer does, without a browser: begins, types a card, comes back."""

from storefront import payments
from storefront.models import Offer, Order
from storefront.payments import CheckoutRequest, StartedCheckout
from tests.simulator_process import Simulator

MARKO = CheckoutRequest("marko@example.com", "Marko", "visit-of-marko-0001", "en", address="192.0.2.7")


def begin(offer: Offer, buyer: CheckoutRequest = MARKO) -> StartedCheckout:
    return payments.start_checkout(Offer.get_by_id(offer.id), buyer)


def pay(simulator: Simulator, started: StartedCheckout, number: str = "4242424242424242") -> None:
    assert started.client_secret
    simulator.confirm(started.order.merchant.publishable_key, started.client_secret, number)


def refreshed(order: Order) -> Order:
    payments.refresh_order(Order.get_by_id(order.id))
    return Order.get_by_id(order.id)


def bought(
    offer: Offer, simulator: Simulator, buyer: CheckoutRequest = MARKO, number: str = "4242424242424242"
) -> Order:
    """A paid order."""
    started = begin(offer, buyer)
    pay(simulator, started, number)
    order = refreshed(started.order)
    assert order.status == "paid"
    return order


def kinds(order: Order) -> list[str]:
    return [entry.kind for entry in order.timeline()]
