"""Another price for subscriptions that run: decided by the owner, charged from their next period on, told by letter.

First our row says what was decided (`announce`); then it is done at Stripe and the buyer is told (`apply`), by whoever
comes first: the owner's press or the worker within a minute. The letter is written only when Stripe has taken the new
price, in the transaction that takes the decision off the row: a run that is interrupted is repeated by the next one,
and neither a price without its letter nor a letter without its price stays longer than Stripe can't be asked.
"""

from collections.abc import Collection
from contextlib import suppress

from storefront import emails, payments, stripe_gateway
from storefront.db import db
from storefront.errors import FieldErrors, StripeError, StripeNotFound, StripeRefused
from storefront.models import Merchant, Order, Subscription, TimelineEntry, now
from storefront.money import MAXIMUM_AMOUNT, Money, PriceError, parse_price
from storefront.subscriptions import policy, sync
from storefront.subscriptions.policy import Action

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


def announce_price(chosen: Collection[Subscription], unit_amount: int) -> list[Subscription]:
    """Decide that one piece shall cost `unit_amount` (minor units) from the next period on; those it changes.

    All are of one currency. Those whose price can't change are left out. A single one is brought to Stripe at once, if
    it answers; the worker brings the others.

    Raises FieldErrors (price: a code of `subscription_policy.obstacle` if none can change; price_unchanged;
    price_too_large with details `limit`; and what `apply` says of a single one).
    """
    able = [one for one in chosen if not _obstacle(one)]
    if chosen and not able:
        raise FieldErrors({"price": [_obstacle(next(iter(chosen)))]})
    for one in able:
        if unit_amount * one.quantity > MAXIMUM_AMOUNT:
            raise FieldErrors({"price": ["price_too_large"]}, limit=Money(MAXIMUM_AMOUNT // one.quantity, one.currency))
    changed = [one for one in able if _decided(one, unit_amount)]
    if chosen and not changed:
        raise FieldErrors({"price": ["price_unchanged"]})
    if len(changed) == 1:
        with suppress(StripeError):
            apply_price(changed[0])
    return changed


def due_price_changes() -> list[Subscription]:
    """Those whose decided price is not at Stripe yet, of merchants that can be asked."""
    own = Subscription.select(Subscription, Order, Merchant).join(Order).switch(Subscription).join(Merchant)
    waiting = own.where(Subscription.next_unit_amount.is_null(False), Merchant.disconnected_at.is_null())
    return list(waiting.order_by(Subscription.id).limit(200))


def apply_price(subscription: Subscription) -> None:
    """Bring the decided price to Stripe and tell the buyer; repeating it changes nothing more.

    One that can't have another price any more keeps the one it has. Raises FieldErrors (price: price_refused with
    Stripe's `words`), which ends the decision, and StripeError: the row stands, and the worker goes on with it.
    """
    subscription.reload()
    amount = subscription.next_unit_amount
    if amount is None:
        return
    if code := _obstacle(subscription):
        _dropped(subscription, amount, code)
        return
    try:
        price = payments.renewal_price(subscription, amount)
        stripe_gateway.change_price(subscription, price.price_id)
    except (StripeNotFound, StripeRefused) as error:
        _refused(subscription, amount, error.code or "refused")
        raise FieldErrors({"price": ["price_refused"]}, words=error.message) from error
    sync.refresh(subscription)
    _told(subscription, amount)


def _obstacle(subscription: Subscription) -> str:
    return policy.obstacle(subscription, Action.CHANGE_PRICE, "owner")


def _decided(subscription: Subscription, unit_amount: int) -> bool:
    """Whether it was decided otherwise before. Under the lock: what is charged now may have changed since."""
    with db.atomic():
        subscription.order.lock()
        subscription.reload()
        before, decided = subscription.unit_amount, subscription.next_unit_amount
        if _obstacle(subscription) or unit_amount == (before if decided is None else decided):
            return False
        # Deciding for the present price again goes the same way: the other one may be on its way to Stripe.
        _decide(subscription, unit_amount)
        subscription.order.note(ANNOUNCED, by="owner", before=before, after=unit_amount)
    return True


def _decide(subscription: Subscription, unit_amount: int) -> None:
    Subscription.update(next_unit_amount=unit_amount).where(Subscription.id == subscription.id).execute()


def _told(subscription: Subscription, amount: int) -> None:
    """The first to come here writes the letter; the period that Stripe has just told is the last at the old price."""
    order = subscription.order
    with db.atomic():
        order.lock()
        subscription.reload()
        announced = _last_announcement(order)
        if announced is not None and announced.detail["after"] != amount:
            # Decided otherwise meanwhile: which of the two has come to Stripe last is not known.
            _decide(subscription, announced.detail["after"])
        elif _taken_off(subscription, amount) and announced is not None:
            _write(subscription, announced)
    subscription.reload()


def _last_announcement(order: Order) -> TimelineEntry | None:
    return next((entry for entry in reversed(order.timeline()) if entry.kind == ANNOUNCED), None)


def _write(subscription: Subscription, announced: TimelineEntry) -> None:
    """Our row has the new price already, and might have the next period when the letter is sent: it says both."""
    before, after = announced.detail["before"], announced.detail["after"]
    if before == after:
        return
    subscription.order.note("subscription_price_changed", before=before, after=after)
    emails.write(
        "price_changes",
        subscription.order,
        f"price-{subscription.id}-{announced.id}",
        subscription=subscription,
        amount=_each_time(subscription, before),
        new_amount=_each_time(subscription, after),
        due=subscription.period_end,
    )


def _each_time(subscription: Subscription, unit_amount: int) -> Money:
    return Money(unit_amount, subscription.currency).times(subscription.quantity)


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
