"""Steps of a subscription without a browser: subscribe, and meet renewals that the test triggers at Stripe."""

from storefront import payments, subscriptions
from storefront.models import Email, Invoice, Offer, Order, Subscription
from tests.cards import GOOD
from tests.cast import MARKO
from tests.purchase_steps import confirm, start_checkout
from tests.simulator_process import Simulator

DAY = 24 * 60 * 60  # seconds


def subscribe(
    offer: Offer, simulator: Simulator, number: str = GOOD, buyer: payments.CheckoutRequest = MARKO
) -> Subscription:
    """A subscription whose first payment is made, or whose trial has begun; 3-D Secure is passed where asked for."""
    started = start_checkout(offer, buyer)
    confirm(simulator, started, number)
    if number != GOOD:
        simulator.answer_challenge(started.client_secret or "", "authorize")
    return subscription_after_refresh(started.order)


def subscription_after_refresh(order: Order) -> Subscription:
    """Refresh the order, as its page does, and then its current subscription; return the row."""
    payments.refresh_order(Order.get_by_id(order.id))
    found = Subscription.current(order)
    assert found is not None
    subscriptions.refresh(found)
    return reload(found)


def renew(subscription: Subscription, simulator: Simulator, card: str = "") -> Invoice:
    """Begin the next period at Stripe and refresh the subscription; return the new invoice.

    `card` is what the card does from now on: "succeeds", "declines" or "asks" (3-D Secure); "" leaves it unchanged.
    """
    simulator.renew(subscription.subscription_id, card)
    subscriptions.refresh(subscription)
    return newest_invoice(subscription)


def newest_invoice(subscription: Subscription) -> Invoice:
    return Invoice.all_of(subscription)[0]


def reload(subscription: Subscription) -> Subscription:
    """The row read again from the database."""
    return Subscription.get_by_id(subscription.id)


def email_kinds(subscription: Subscription, *states: str) -> list[str]:
    """Kinds of the emails to the customer, oldest first; only those in `states` if any are given."""
    found = Email.select().where(Email.order == subscription.order, Email.recipient != "")
    return [letter.kind for letter in found.order_by(Email.id) if not states or letter.state in states]
