"""Compare plan switches in the shop with what the simulator has charged; each check yields the differences."""

from collections.abc import Iterator

from storefront import delivery
from storefront.models import Order, PlanSwitch, PriceOption, Subscription, SwitchState
from stripe_simulator import accounts
from stripe_simulator.keys import Realm
from stripe_simulator.store import Store
from tests.money.stripe_objects import StripeObjects


def after_reconcile(store: Store) -> Iterator[str]:
    """Differences that are wrong after a reconciliation, even without any webhook."""
    yield from _charged_as_shown(StripeObjects.of(store))
    yield from _one_open_each()
    yield from _orders_have_what_was_switched_to()


def when_idle(store: Store) -> Iterator[str]:
    """Differences that are wrong when all events are delivered and handled."""
    yield from after_reconcile(store)
    for switch in PlanSwitch.select().where(PlanSwitch.state.in_([SwitchState.ASKED, SwitchState.UNDOING])):
        yield f"switch {switch.id} is still {switch.state}"
    yield from _schedules_belong_to_switches(store)


def _charged_as_shown(stripe: StripeObjects) -> Iterator[str]:
    """Each switch was charged once, with the amount that its page has shown; one that is undone was never charged."""
    for subscription in Subscription.select().where(Subscription.subscription_id.is_null(False)):
        theirs = stripe.subscriptions[subscription.subscription_id]
        updates = [one for one in stripe.invoices_of(theirs) if one["billing_reason"] == "subscription_update"]
        charged = sorted(one["amount_paid"] for one in updates if one["status"] == "paid" and one["amount_paid"])
        switches = PlanSwitch.select().where(PlanSwitch.subscription == subscription)
        shown = sorted(one.due for one in switches if one.state == SwitchState.DONE and one.at_once and one.due)
        if charged != shown:
            yield f"switches of subscription {subscription.id} have shown {shown}, Stripe has charged {charged}"


def _one_open_each() -> Iterator[str]:
    for subscription in Subscription.select():
        switches = list(PlanSwitch.select().where(PlanSwitch.subscription == subscription).order_by(PlanSwitch.id))
        going = [one.id for one in switches if one.is_open]
        if len(going) > 1 or (going and going != [subscription.switch_id]):
            yield f"subscription {subscription.id} names switch {subscription.switch_id}, open are {going}"


def _orders_have_what_was_switched_to() -> Iterator[str]:
    """The order is called by its newest completed switch, and its customer has what belongs to that plan."""
    for order in Order.select():
        subscription = Subscription.current(order)
        if subscription is None:
            continue
        done = PlanSwitch.select().where(PlanSwitch.subscription == subscription, PlanSwitch.state == SwitchState.DONE)
        newest = done.order_by(PlanSwitch.ended_at.desc(), PlanSwitch.id.desc()).first()
        if newest is not None and (order.option_id, order.option_label) != (newest.option_id, newest.label):
            yield f"order {order.id} is {order.option_label} after a switch to {newest.label}"
        option = next(one for one in PriceOption.of_offer(order.offer) if one.id == order.option_id)
        names = {item.deliverable.title for item in delivery.delivered(order).items}
        if names and option.label not in names:
            yield f"order {order.id} of {option.label} shows {names}"


def _schedules_belong_to_switches(store: Store) -> Iterator[str]:
    """A schedule that will change the price belongs to a switch that waits for it, and the other way round."""
    schedules = store.all(Realm(accounts.OLENA, livemode=False), "subscription_schedule")
    active = {one["id"] for one in schedules if one["status"] == "active" and len(one["phases"]) > 1}
    wanted = {one.schedule_id for one in PlanSwitch.select().where(PlanSwitch.state == SwitchState.SCHEDULED)}
    if active != wanted:
        yield f"scheduled at Stripe: {active}, in the shop: {wanted}"
