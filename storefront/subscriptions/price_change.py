"""Price change: a new price from the next period on, decided by the owner and told to the customer by email.

`announce_price` stores the decision on our row. `apply_price` changes the price at Stripe, right away or in the
next run of the worker. After Stripe has taken the price, it clears the decision and writes the email in one
transaction. An interrupted run is repeated: every new price gets its email, and no email is written without its price.
"""

from collections.abc import Collection
from contextlib import suppress

from peewee import ModelSelect

from storefront import emails, payments, stripe_gateway
from storefront.db import db
from storefront.errors import FieldErrors, StripeError, StripeNotFound, StripeRefused
from storefront.isolation import Run
from storefront.models import EmailKind, Merchant, Order, Subscription, TimelineEntry, TimelineKind
from storefront.money import MAXIMUM_AMOUNT, Money
from storefront.subscriptions import policy, sync
from storefront.subscriptions.policy import Action

MAX_CHANGES_PER_RUN = 200


def announce_price(chosen: Collection[Subscription], unit_amount: int) -> list[Subscription]:
    """Decide that one piece costs `unit_amount` (minor units) from the next period on. Return the changed ones.

    All subscriptions have one currency. Those whose price can't change are left out. The price of a single one is
    applied right away if Stripe answers; the worker applies the others.

    Raises FieldErrors (price: a code of `policy.obstacle` if none can change; price_unchanged; price_too_large with
    details `limit`; and for a single one what `apply_price` raises).
    """
    changeable = [subscription for subscription in chosen if not _obstacle(subscription)]
    if chosen and not changeable:
        raise FieldErrors({"price": [_obstacle(next(iter(chosen)))]})
    for subscription in changeable:
        if unit_amount * subscription.quantity > MAXIMUM_AMOUNT:
            limit = Money(MAXIMUM_AMOUNT // subscription.quantity, subscription.currency)
            raise FieldErrors({"price": ["price_too_large"]}, limit=limit)
    run = Run()
    decided = run.each(
        lambda: changeable,
        lambda subscription: subscription if _decide(subscription, unit_amount) else None,
        name=lambda subscription: f"price of {subscription.subscription_id}",
    )
    changed = [subscription for subscription in decided if subscription is not None]
    if not changed:
        run.raise_first_error()
    if chosen and not changed:
        raise FieldErrors({"price": ["price_unchanged"]})
    if len(changed) == 1:
        with suppress(StripeError):
            apply_price(changed[0])
    return changed


def due_price_changes(merchant: Merchant) -> "ModelSelect[Subscription]":
    """The merchant's subscriptions whose decided price is not at Stripe yet."""
    is_due = (Subscription.merchant == merchant) & Subscription.next_unit_amount.is_null(False)
    return Subscription.select().where(is_due).order_by(Subscription.id).limit(MAX_CHANGES_PER_RUN)


def apply_price(subscription: Subscription) -> None:
    """Change the price at Stripe as decided, and write the email. Repeating it changes nothing more.

    If the price can't change any more, the decision is dropped. Raises FieldErrors (price: price_refused with Stripe's
    message in `words`), which drops the decision too, and StripeError: then the decision stays, and the worker retries.
    """
    subscription.reload()
    amount = subscription.next_unit_amount
    if amount is None:
        return
    if code := _obstacle(subscription):
        _drop_decision(subscription, amount, code)
        return
    try:
        payments.use_renewal_price(
            subscription, amount, lambda price_id: stripe_gateway.change_price(subscription, price_id)
        )
    except (StripeNotFound, StripeRefused) as error:
        # It may have ended at Stripe.
        sync.schedule_refresh(subscription)
        _drop_decision(subscription, amount, error.code or "refused")
        raise FieldErrors({"price": ["price_refused"]}, words=error.message) from error
    sync.refresh(subscription)
    _complete(subscription, amount)


def _obstacle(subscription: Subscription) -> str:
    return policy.obstacle(subscription, Action.CHANGE_PRICE, "owner")


def _decide(subscription: Subscription, unit_amount: int) -> bool:
    """Store the decision under the order's lock. Return False if it changes nothing, or is not allowed any more."""
    with db.atomic():
        subscription.order.lock()
        subscription.reload()
        current, decided = subscription.unit_amount, subscription.next_unit_amount
        if _obstacle(subscription) or unit_amount == (current if decided is None else decided):
            return False
        # A decision for the current price is stored too: another price may be on its way to Stripe.
        _store_decision(subscription, unit_amount)
        subscription.order.note(TimelineKind.PRICE_ANNOUNCED, by="owner", before=current, after=unit_amount)
    return True


def _store_decision(subscription: Subscription, unit_amount: int) -> None:
    Subscription.update(next_unit_amount=unit_amount).where(Subscription.id == subscription.id).execute()


def _clear_decision(subscription: Subscription, amount: int) -> bool:
    """Return False if the decision was another one by now, or cleared already."""
    decided = (Subscription.id == subscription.id) & (Subscription.next_unit_amount == amount)
    return bool(Subscription.update(next_unit_amount=None).where(decided).execute())


def _drop_decision(subscription: Subscription, amount: int, code: str) -> None:
    """Clear the decision without a new price. `code` says why, in the timeline."""
    with db.atomic():
        if _clear_decision(subscription, amount):
            subscription.order.note(TimelineKind.PRICE_DROPPED, after=amount, code=code)
    subscription.reload()


def _complete(subscription: Subscription, amount: int) -> None:
    """Clear the decision and write the email, once. The subscription was refreshed after the change at Stripe."""
    order = subscription.order
    with db.atomic():
        order.lock()
        subscription.reload()
        announced = _last_announcement(order)
        if announced is not None and announced.detail["after"] != amount:
            # Another decision was made in the meantime. Apply it again: Stripe may have got the two in either order.
            _store_decision(subscription, announced.detail["after"])
        elif _clear_decision(subscription, amount) and announced is not None:
            _write_email(subscription, announced)
    subscription.reload()


def _last_announcement(order: Order) -> TimelineEntry | None:
    return next((entry for entry in reversed(order.timeline()) if entry.kind == TimelineKind.PRICE_ANNOUNCED), None)


def _write_email(subscription: Subscription, announced: TimelineEntry) -> None:
    """Write the email and the timeline entry. The email stores both prices and the day: our row changes before it is
    sent. The period that has just been fetched is the last one at the old price.
    """
    before, after = announced.detail["before"], announced.detail["after"]
    if before == after:
        return
    subscription.order.note(TimelineKind.PRICE_CHANGED, before=before, after=after)
    emails.write(
        EmailKind.PRICE_CHANGES,
        subscription.order,
        f"price-{subscription.id}-{announced.id}",
        subscription=subscription,
        amount=_total(subscription, before),
        new_amount=_total(subscription, after),
        due=subscription.period_end,
    )


def _total(subscription: Subscription, unit_amount: int) -> Money:
    return Money(max(unit_amount * subscription.quantity - subscription.discount, 0), subscription.currency)
