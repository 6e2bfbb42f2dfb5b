"""The price options that a subscription can switch to."""

from dataclasses import dataclass

from storefront import pricing
from storefront.errors import FieldErrors
from storefront.models import Deliverable, DeliverableKind, PriceOption, Subscription, SubscriptionStatus
from storefront.money import MAXIMUM_AMOUNT, Money, minimum_charge


@dataclass(frozen=True)
class SwitchTarget:
    """A price option with what it charges this subscription.

    `charge` is each later charge, after the discount that the subscription has. `unit_amount` (minor units) times
    `quantity` is that before the discount, as Stripe is told it. `title` is what the order is called then. `at_once`:
    it begins today; else with the next period.
    """

    option: PriceOption
    title: str
    charge: Money
    unit_amount: int
    quantity: int
    at_once: bool


def switch_targets(subscription: Subscription) -> list[SwitchTarget]:
    """The options to switch to, in the offer's order; empty if there is no other.

    Left out are options that don't renew, those whose price the customer chooses, and those that are limited: by a
    stock or by license keys of their own.
    """
    limited = _options_with_keys(subscription)
    targets = (
        _target(subscription, option)
        for option in PriceOption.of_offer(subscription.order.offer)
        if option.id not in limited and _is_offered(option)
    )
    return [target for target in targets if target is not None]


def find_target(subscription: Subscription, option_id: int) -> SwitchTarget:
    """The option with this id. Raises FieldErrors (plan: option_gone)."""
    for target in switch_targets(subscription):
        if target.option.id == option_id:
            return target
    raise FieldErrors({"plan": ["option_gone"]})


def _is_offered(option: PriceOption) -> bool:
    return option.id is not None and option.recurs and not option.is_plan and _is_fixed(option)


def _is_fixed(option: PriceOption) -> bool:
    return not option.is_chosen_price and option.stock is None


def _options_with_keys(subscription: Subscription) -> set[int | None]:
    """Those whose license keys would have to be handed out, and the one that the subscription has."""
    offer = subscription.order.offer
    found: set[int | None] = {subscription.order.option_id}
    if offer.key_lists:
        found |= {one.option_id for one in Deliverable.of_offer(offer) if one.kind == DeliverableKind.KEYS} - {None}
    return found


def _target(subscription: Subscription, option: PriceOption) -> SwitchTarget | None:
    """None if it can't be charged, or is what the subscription has."""
    # At Stripe a price that is no multiple of the units is one piece.
    quantity = subscription.quantity if subscription.quantity > 1 else subscription.order.quantity
    try:
        quote = pricing.quote_with_option(subscription.order, option, quantity, is_discounted=subscription.discount > 0)
    except FieldErrors:
        return None
    charge = quote.per_charge
    # The coupon of the subscription stays as it is: Stripe changes none together with a price that waits for a payment.
    total = charge.amount + subscription.discount
    if charge.amount < minimum_charge(charge.currency).amount or total > MAXIMUM_AMOUNT:
        return None
    terms = charge, option.every, option.interval
    if terms == (subscription.total, subscription.every, subscription.interval):
        return None
    unit, pieces = (total, 1) if total % quantity else (total // quantity, quantity)
    at_once = subscription.status == SubscriptionStatus.TRIALING or charge.amount > subscription.total.amount
    return SwitchTarget(option, quote.title, charge, unit, pieces, at_once)
