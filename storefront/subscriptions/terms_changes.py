"""Terms that were changed at Stripe, not here: price, quantity, interval, items, the end of a trial.

Our rows follow Stripe, because that is what is charged. The owner is told: the customer agreed to other terms.
"""

from datetime import timedelta

from storefront import emails
from storefront.models import EmailKind, PlanSwitch, Subscription, SubscriptionStatus, SwitchState, TimelineKind

TRIAL_TOLERANCE = timedelta(minutes=1)


def record_terms_changes(before: Subscription, after: Subscription) -> None:
    """Tell the owner what was changed at Stripe, not here. Call it in the transaction that stored the change."""
    if after.is_ended:
        return
    if _terms(before) != _terms(after) and not _is_announced(before, after):
        _record_terms(before, after)
    if _is_trial_shortened(before, after):
        after.order.note(TimelineKind.TRIAL_SHORTENED, before=before.trial_end.isoformat())
        about = f"trial-{after.id}-{before.trial_end:%Y%m%d%H%M}"
        emails.write(EmailKind.OWNER_TRIAL_SHORTENED, after.order, about, subscription=after, due=before.trial_end)


def _terms(subscription: Subscription) -> tuple[object, ...]:
    return (
        subscription.unit_amount,
        subscription.quantity,
        subscription.items_total,
        subscription.discount,
        subscription.every,
        subscription.interval,
        subscription.unclear_terms,
    )


def _is_announced(before: Subscription, after: Subscription) -> bool:
    """Whether it was decided here: a new price, or a switch to another price option."""
    return _is_announced_price(before, after) or _is_switch(after)


def _is_switch(after: Subscription) -> bool:
    switched = PlanSwitch.select().where(
        PlanSwitch.subscription == after,
        PlanSwitch.state == SwitchState.DONE,
        PlanSwitch.unit_amount == after.unit_amount,
        PlanSwitch.quantity == after.quantity,
        PlanSwitch.every == after.every,
        PlanSwitch.interval == after.interval,
    )
    return after.has_own_terms and bool(switched.exists())


def _is_announced_price(before: Subscription, after: Subscription) -> bool:
    """Whether only the price has changed, to one that the owner has decided on here."""
    if _terms(before)[1:] != _terms(after)[1:]:
        return False
    announced = {
        entry.detail["after"] for entry in after.order.timeline() if entry.kind == TimelineKind.PRICE_ANNOUNCED
    }
    return after.unit_amount in announced


def _is_trial_shortened(before: Subscription, after: Subscription) -> bool:
    if before.status != SubscriptionStatus.TRIALING or before.trial_end is None or after.trial_end is None:
        return False
    return bool(after.trial_end < before.trial_end - TRIAL_TOLERANCE)


def _record_terms(before: Subscription, after: Subscription) -> None:
    entry = after.order.note(
        TimelineKind.TERMS_CHANGED,
        before=before.total.amount,
        after=after.total.amount,
        every=after.every,
        interval=after.interval,
        unclear=after.unclear_terms,
    )
    about = f"terms-{after.id}-{entry.id}"
    if after.unclear_terms:
        emails.write(EmailKind.OWNER_TERMS_UNCLEAR, after.order, about, subscription=after)
        return
    emails.write(
        EmailKind.OWNER_TERMS_CHANGED,
        after.order,
        about,
        subscription=after,
        amount=before.total,
        every={"every": before.every, "interval": before.interval},
        new_amount=after.total,
        new_every={"every": after.every, "interval": after.interval},
    )
