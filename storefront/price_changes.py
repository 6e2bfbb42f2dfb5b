"""Another price for subscriptions that run: decided by the owner, charged from their next period on, told by letter.

First our row says what was decided (`announce`); then it is done at Stripe and the buyer is told (`apply`), by whoever
comes first: the owner's press or the worker within a minute. The letter is written only when Stripe has taken the new
price, in the transaction that takes the decision off the row: a run that is interrupted is repeated by the next one,
and neither a price without its letter nor a letter without its price stays longer than Stripe can't be asked.
"""

from collections.abc import Collection
from contextlib import suppress

from peewee import ModelSelect

from storefront import letters, offer_prices, stripe_gateway, subscriptions
from storefront.db import db
from storefront.errors import FieldErrors, StripeError, StripeNotFound, StripeRefused
from storefront.models import Merchant, Offer, Order, Subscription, TimelineEntry
from storefront.models.base import now
from storefront.models.subscription import RUNNING
from storefront.money import MAXIMUM, Money, PriceError, parse_price

ANNOUNCED = "subscription_price_announced"


def read(text: str, currency: str) -> int:
    """A typed price of one piece in major units, as minor units.

    Raises FieldErrors (price: price_format, price_decimals, price_too_small, price_too_large with details `limit`,
    `decimals`, `currency`).
    """
    try:
        return parse_price(text, currency).amount
    except PriceError as error:
        details = {"limit": error.limit, "decimals": error.decimals, "currency": currency}
        raise FieldErrors({"price": [error.code]}, **details) from error


def of_offer(offer: Offer) -> list[Subscription]:
    """Those of an offer that could be charged its present price and are charged another."""
    found = _with_their_own().where(
        Order.offer == offer, Subscription.status.in_(list(RUNNING)), Subscription.currency == offer.currency
    )
    return [one for one in found if not obstacle(one) and offer.amount not in (one.unit_amount, one.next_unit_amount)]


def obstacle(subscription: Subscription) -> str:
    """Why its price can't be changed: subscription_ended, subscription_not_begun, plan_price_fixed,
    subscription_ends; "" when it can."""
    if not subscription.is_running:
        return "subscription_ended" if subscription.is_ended else "subscription_not_begun"
    if subscription.is_plan:
        return "plan_price_fixed"
    return "subscription_ends" if subscription.cancels_at_period_end else ""


def announce(chosen: Collection[Subscription], unit_amount: int) -> list[Subscription]:
    """Decide that one piece shall cost `unit_amount` (minor units) from the next period on; those it holds for.

    All are of one currency. Those whose price can't change are left out, and what costs that already needs no change.
    A single one is brought to Stripe at once, if it answers; the worker brings the others.

    Raises FieldErrors (price: a code of `obstacle` where it holds for none; price_too_large with details `limit`; and
    what `apply` says of a single one).
    """
    obstacles = {one.id: obstacle(one) for one in chosen}
    able = [one for one in chosen if not obstacles[one.id]]
    if chosen and not able:
        raise FieldErrors({"price": [next(iter(obstacles.values()))]})
    for one in able:
        if unit_amount * one.quantity > MAXIMUM:
            limit = Money(MAXIMUM // one.quantity, one.currency)
            raise FieldErrors({"price": ["price_too_large"]}, limit=limit, currency=one.currency)
    announced = [one for one in able if _announced(one, unit_amount)]
    if len(announced) == 1:
        with suppress(StripeError):
            apply(announced[0])
    return announced


def due() -> list[Subscription]:
    """Those whose decided price is not at Stripe yet, of merchants that can be asked."""
    waiting = _with_their_own().where(Subscription.next_unit_amount.is_null(False), Merchant.disconnected_at.is_null())
    return list(waiting.order_by(Subscription.id).limit(200))


def apply(subscription: Subscription) -> None:
    """Bring the decided price to Stripe and tell the buyer; repeating it changes nothing more.

    One that can't have another price any more keeps the one it has. Raises FieldErrors (price: price_refused with
    Stripe's `words`), which ends the decision, and StripeError: the row stands, and the worker goes on with it.
    """
    subscription.reload()
    amount = subscription.next_unit_amount
    if amount is None:
        return
    if obstacle(subscription):
        _dropped(subscription, amount, obstacle(subscription))
        return
    try:
        price = offer_prices.price_of(subscription, amount)
        stripe_gateway.change_price(subscription, price.price_id)
    except (StripeNotFound, StripeRefused) as error:
        _refused(subscription, amount, error.code or "refused")
        raise FieldErrors({"price": ["price_refused"]}, words=error.message) from error
    subscriptions.refresh(subscription)
    _told(subscription, amount)


def _with_their_own() -> "ModelSelect[Subscription]":
    return Subscription.select(Subscription, Order, Merchant).join(Order).switch(Subscription).join(Merchant)


def _announced(subscription: Subscription, unit_amount: int) -> bool:
    with db.atomic():
        subscription.order.lock()
        subscription.reload()
        before, decided = subscription.unit_amount, subscription.next_unit_amount
        wanted = None if unit_amount == before else unit_amount
        if obstacle(subscription) or wanted == decided:
            return False
        Subscription.update(next_unit_amount=wanted).where(Subscription.id == subscription.id).execute()
        subscription.order.note(ANNOUNCED, by="owner", before=before, after=unit_amount)
    subscription.reload()
    return wanted is not None


def _told(subscription: Subscription, amount: int) -> None:
    """The first to come here writes the letter; the period that Stripe has just told is the last at the old price."""
    order = subscription.order
    with db.atomic():
        order.lock()
        if not _taken_off(subscription, amount):
            return
        announced = _announcement(order, amount)
        before = announced.detail["before"] if announced else order.unit_amount
        about = f"price-{subscription.id}-{announced.id if announced else amount}"
        order.note("subscription_price_changed", before=before, after=amount)
        letters.write(
            "price_changes",
            order,
            about,
            subscription=subscription,
            # Our row has the new price already, and might have the next period when the letter is sent.
            amount=_each_time(subscription, before),
            new_amount=_each_time(subscription, amount),
            due=subscription.period_end,
        )
    subscription.reload()


def _each_time(subscription: Subscription, unit_amount: int) -> Money:
    return Money(unit_amount, subscription.currency).times(subscription.quantity)


def _announcement(order: Order, amount: int) -> TimelineEntry | None:
    entries = (entry for entry in reversed(order.timeline()) if entry.kind == ANNOUNCED)
    return next((entry for entry in entries if entry.detail["after"] == amount), None)


def _taken_off(subscription: Subscription, amount: int) -> bool:
    """Whether the decision still stood; another one may have been made meanwhile."""
    decided = (Subscription.id == subscription.id) & (Subscription.next_unit_amount == amount)
    return bool(Subscription.update(next_unit_amount=None).where(decided).execute())


def _dropped(subscription: Subscription, amount: int, code: str) -> None:
    with db.atomic():
        if _taken_off(subscription, amount):
            subscription.order.note("subscription_price_dropped", after=amount, code=code)
    subscription.reload()


def _refused(subscription: Subscription, amount: int, code: str) -> None:
    """Stripe won't charge it so. It may have ended there: that is worth knowing soon."""
    Subscription.update(next_check_at=now()).where(Subscription.id == subscription.id).execute()
    _dropped(subscription, amount, code)
