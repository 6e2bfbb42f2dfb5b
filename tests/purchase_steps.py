"""Steps of a purchase without a browser: start the checkout, confirm the card at Stripe, come back."""

from storefront import payments
from storefront.models import Offer, Order
from storefront.payments import CheckoutRequest, StartedCheckout
from tests.cards import GOOD
from tests.cast import MARKO
from tests.simulator_process import Simulator


def start_checkout(offer: Offer, buyer: CheckoutRequest = MARKO) -> StartedCheckout:
    """Press Pay on the offer's page: an order and its payment intent."""
    return payments.start_checkout(Offer.get_by_id(offer.id), buyer)


def confirm(simulator: Simulator, started: StartedCheckout, number: str = GOOD) -> None:
    """Confirm the intent with a card, as Stripe.js does; the shop does not know of it yet."""
    assert started.client_secret
    simulator.confirm(started.order.merchant.publishable_key, started.client_secret, number)


def refresh(order: Order) -> Order:
    """Fetch the order's payments from Stripe, as its page does; return the row read again."""
    payments.refresh_order(Order.get_by_id(order.id))
    return Order.get_by_id(order.id)


def buy(offer: Offer, simulator: Simulator, buyer: CheckoutRequest = MARKO, number: str = GOOD) -> Order:
    """All steps up to a paid order."""
    started = start_checkout(offer, buyer)
    confirm(simulator, started, number)
    order = refresh(started.order)
    assert order.status == "paid"
    return order


def timeline_kinds(order: Order) -> list[str]:
    """The kinds of the order's timeline entries, oldest first."""
    return [entry.kind for entry in order.timeline()]
