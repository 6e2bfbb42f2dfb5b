"""A subscription is changed by its buyer or by the shop's owner: ended, kept after all, paused, its trial extended.

Each asks Stripe, writes the timeline and brings our rows up to date; the letters come from what the rows then say.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal

from storefront import open_ends, stripe_gateway, subscriptions
from storefront.errors import FieldErrors, StripeError, StripeNotFound, StripeRefused
from storefront.models import Subscription
from storefront.models.base import now
from storefront.stripe_gateway import SubscriptionSnapshot

By = Literal["buyer", "owner"]
# A period has begun that isn't paid (`paused`: a trial that ended without a card).
OWING = frozenset({"past_due", "unpaid", "paused"})
# Source: docs.stripe.com/api/subscriptions/update#update_subscription-trial_end
LONGEST_TRIAL = timedelta(days=730)


def cancel(subscription: Subscription, at_once: bool, by: By) -> None:
    """End it now, or with the period that is paid. One that has ended, or is to end so already, is left as it is.

    One that owes money ends at once, and its open invoices are void: nobody pays for what isn't delivered. A plan is
    run by a schedule, so that it can only end at once.

    Raises FieldErrors (when: subscription_not_begun, plan_by_owner_only, plan_at_once_only, and period_end_only where
    the offer leaves a buyer what is paid), and StripeError.
    """
    subscription.reload()
    if subscription.is_ended:
        return
    at_once = at_once or subscription.status in OWING
    _require_cancellable(subscription, at_once, by)
    if at_once:
        _end(subscription, by)
    elif not subscription.cancels_at_period_end:
        ask = stripe_gateway.plan_cancellation
        changed = _change(subscription, "when", ask, open_ends.CANCELLED, by=by, at_once=False)
        if changed.status in OWING:
            # Stripe knew of a renewal that our row didn't.
            _end(subscription, by)


def keep(subscription: Subscription, by: By) -> None:
    """Let it go on although its end was planned. Raises FieldErrors (subscription: subscription_ended), StripeError."""
    _require_running(subscription, "subscription")
    if subscription.cancels_at_period_end:
        _change(subscription, "subscription", stripe_gateway.drop_cancellation, "subscription_kept", by=by)


def pause(subscription: Subscription, resumes_at: datetime | None) -> None:
    """Charge nothing until then, or until it is resumed: what falls due meanwhile is void.

    Raises FieldErrors (resumes_at: subscription_ended, subscription_not_begun, plan_never_pauses, date_past), and
    StripeError.
    """
    _require_running(subscription, "resumes_at")
    if subscription.is_plan:
        # A void instalment would never be asked for again.
        raise FieldErrors({"resumes_at": ["plan_never_pauses"]})
    if resumes_at is not None and resumes_at <= now():
        raise FieldErrors({"resumes_at": ["date_past"]})
    until = resumes_at.isoformat() if resumes_at else ""
    _change(
        subscription,
        "resumes_at",
        lambda it: stripe_gateway.pause_collection(it, resumes_at),
        "subscription_paused",
        by="owner",
        until=until,
    )


def resume(subscription: Subscription) -> None:
    """Charge again from the next period on; one whose trial ended without a card begins its first period now.

    Raises FieldErrors (subscription: subscription_ended, subscription_not_begun), and StripeError.
    """
    _require_running(subscription, "subscription")
    if subscription.status == "paused":
        _change(subscription, "subscription", stripe_gateway.resume_subscription, "subscription_resumed", by="owner")
    elif subscription.paused:
        _change(subscription, "subscription", stripe_gateway.resume_collection, "subscription_resumed", by="owner")


def extend_trial(subscription: Subscription, until: datetime) -> None:
    """Let the free trial end later.

    Raises FieldErrors (until: subscription_ended, subscription_not_begun, trial_over, trial_cancelled, trial_not_later,
    trial_too_long), and StripeError.
    """
    _require_running(subscription, "until")
    before: datetime | None = subscription.trial_end
    if subscription.status != "trialing" or before is None:
        raise FieldErrors({"until": ["trial_over"]})
    if subscription.cancels_at_period_end:
        raise FieldErrors({"until": ["trial_cancelled"]})
    if until <= before:
        raise FieldErrors({"until": ["trial_not_later"]})
    if until > now() + LONGEST_TRIAL:
        raise FieldErrors({"until": ["trial_too_long"]})
    _change(
        subscription,
        "until",
        lambda it: stripe_gateway.extend_trial(it, until),
        "subscription_trial_extended",
        by="owner",
        before=before.isoformat(),
        until=until.isoformat(),
    )


def follow(subscription: Subscription) -> None:
    """Take over what has just been changed at Stripe; if it can't be asked now, the worker does it within a minute."""
    try:
        subscriptions.refresh(subscription)
    except StripeError:
        _ask_soon(subscription)


def _require_running(subscription: Subscription, field: str) -> None:
    subscription.reload()
    if not subscription.is_running:
        code = "subscription_ended" if subscription.is_ended else "subscription_not_begun"
        raise FieldErrors({field: [code]})


def _require_cancellable(subscription: Subscription, at_once: bool, by: By) -> None:
    _require_running(subscription, "when")
    if subscription.is_plan and by == "buyer":
        raise FieldErrors({"when": ["plan_by_owner_only"]})
    if subscription.is_plan and not at_once:
        raise FieldErrors({"when": ["plan_at_once_only"]})
    owing = subscription.status in OWING
    if by == "buyer" and at_once and not owing and subscription.order.cancellation != "now":
        raise FieldErrors({"when": ["period_end_only"]})


def _end(subscription: Subscription, by: By) -> None:
    """First the end, then the invoices: whoever is interrupted between is not charged again at least."""
    try:
        stripe_gateway.cancel_subscription(subscription)
    except StripeNotFound:
        # It has ended already: by another press, at Stripe, or by a call whose answer was lost.
        pass
    except StripeError:
        _ask_soon(subscription)
        raise
    open_ends.note(subscription, by)
    # What can't be asked for now is finished by the worker: it has ended, whatever comes of its invoices.
    with suppress(StripeError):
        open_ends.void_invoices(subscription)
    follow(subscription)


def _change(
    subscription: Subscription,
    field: str,
    ask: Callable[[Subscription], SubscriptionSnapshot],
    entry: str,
    **detail: object,
) -> SubscriptionSnapshot:
    """Ask Stripe for a change, write it down and take it over.

    Raises FieldErrors at `field` when it has ended meanwhile, and StripeError.
    """
    try:
        changed = ask(subscription)
    except (StripeNotFound, StripeRefused) as error:
        # What was known here may be out of date.
        follow(subscription)
        subscription.reload()
        if subscription.is_ended:
            raise FieldErrors({field: ["subscription_ended"]}) from error
        raise
    except StripeError:
        _ask_soon(subscription)
        raise
    subscription.order.note(entry, **detail)
    follow(subscription)
    return changed


def _ask_soon(subscription: Subscription) -> None:
    """Whether it took effect is not known, or not stored yet."""
    Subscription.update(next_check_at=now()).where(Subscription.id == subscription.id).execute()
