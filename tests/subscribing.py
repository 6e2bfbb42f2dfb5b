"""What a subscriber does, without a browser: subscribes, and meets the renewals that a test plays."""

from storefront import payments, subscriptions
from storefront.models import Email, Invoice, Offer, Order, Subscription
from tests.buying import MARKO, begin, pay
from tests.simulator_process import Simulator

GOOD, ASKS_EACH_TIME = "4242424242424242", "4000002760003184"
DAY = 24 * 60 * 60


def subscribed(
    offer: Offer, simulator: Simulator, number: str = GOOD, buyer: payments.CheckoutRequest = MARKO
) -> Subscription:
    """A subscription whose first payment was made, or whose trial has begun; the bank's check passed."""
    started = begin(offer, buyer)
    pay(simulator, started, number)
    if number != GOOD:
        simulator.answer_challenge(started.client_secret or "", "authorize")
    return looked_at(started.order)


def looked_at(order: Order) -> Subscription:
    """The order's subscription after its buyer came back to its page."""
    payments.refresh_order(Order.get_by_id(order.id))
    found = Subscription.current(order)
    assert found is not None
    subscriptions.refresh(found)
    return fresh(found)


def renewed(subscription: Subscription, simulator: Simulator, card: str = "") -> Invoice:
    """The next period begins now; its invoice, as our rows say."""
    simulator.renew(subscription.subscription_id, card)
    subscriptions.refresh(subscription)
    return newest(subscription)


def newest(subscription: Subscription) -> Invoice:
    return Invoice.of(subscription)[0]


def fresh(subscription: Subscription) -> Subscription:
    return Subscription.get_by_id(subscription.id)


def letters_of(subscription: Subscription, *states: str) -> list[str]:
    """Kinds of the letters to its customer, in these states (by default all), in the order they were written."""
    found = Email.select().where(Email.order == subscription.order, Email.recipient != "")
    return [letter.kind for letter in found.order_by(Email.id) if not states or letter.state in states]
