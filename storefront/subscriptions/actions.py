"""A subscription is changed by its buyer or by the shop's owner: ended, kept after all, paused, its trial extended.

Each asks Stripe, writes the timeline and brings our rows up to date; the letters come from what the rows then say.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from storefront import stripe_gateway
from storefront.errors import FieldErrors, StripeError, StripeNotFound, StripeRefused
from storefront.models import Subscription, now
from storefront.stripe_gateway import SubscriptionSnapshot
from storefront.subscriptions import invoice_voiding, policy, sync
from storefront.subscriptions.policy import ALREADY, UNPAID, Action, By, Cancellation

# Source: docs.stripe.com/api/subscriptions/update#update_subscription-trial_end
LONGEST_TRIAL = timedelta(days=730)


def cancel(subscription: Subscription, at_once: bool, by: By) -> Cancellation:
    """End it now, or with the period that is paid; what has been done. One that will end so anyway stays as it is.

    One whose period is not paid ends immediately, and its open invoices become void: nobody pays for what is not
    delivered. When the offer ends subscriptions immediately, so does its buyer's cancellation.

    Raises FieldErrors (when: subscription_not_begun, plan_by_owner_only, plan_at_once_only, and period_end_only where
    the offer leaves a buyer what is paid), and StripeError.
    """
    subscription.reload()
    if subscription.is_ended:
        return Cancellation.NONE
    at_once = at_once or policy.ends_only_now(subscription, by)
    if not _allowed(subscription, Action.CANCEL_NOW if at_once else Action.CANCEL_AT_PERIOD_END, by, "when"):
        return Cancellation.NONE
    if not at_once:
        ask = stripe_gateway.plan_cancellation
        changed = _change(subscription, "when", ask, invoice_voiding.CANCELLED, by=by, at_once=False)
        if changed.status not in UNPAID:
            return Cancellation.AT_PERIOD_END
        # Stripe knew of a renewal that our row didn't.
    _end(subscription, by)
    return Cancellation.IMMEDIATELY


def reactivate(subscription: Subscription, by: By) -> None:
    """Let it go on although its end was planned. Raises FieldErrors (subscription: subscription_ended), StripeError."""
    subscription.reload()
    if _allowed(subscription, Action.KEEP, by, "subscription"):
        _change(subscription, "subscription", stripe_gateway.drop_cancellation, "subscription_kept", by=by)


def pause(subscription: Subscription, resumes_at: datetime | None) -> None:
    """Charge nothing until then, or until it is resumed: what falls due meanwhile is void.

    Raises FieldErrors (resumes_at: subscription_ended, subscription_not_begun, plan_never_pauses, trial_cancelled,
    collection_paused, charging_given_up, trial_without_card, date_past), and StripeError.
    """
    subscription.reload()
    _allowed(subscription, Action.PAUSE, "owner", "resumes_at")
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
    subscription.reload()
    if not _allowed(subscription, Action.RESUME, "owner", "subscription"):
        return
    if subscription.status == "paused":
        _change(subscription, "subscription", stripe_gateway.resume_subscription, "subscription_resumed", by="owner")
    else:
        _change(subscription, "subscription", stripe_gateway.resume_collection, "subscription_resumed", by="owner")


def extend_trial(subscription: Subscription, until: datetime) -> None:
    """Let the free trial end later.

    Raises FieldErrors (until: subscription_ended, subscription_not_begun, trial_over, trial_cancelled, trial_not_later,
    trial_too_long), and StripeError.
    """
    subscription.reload()
    _allowed(subscription, Action.EXTEND_TRIAL, "owner", "until")
    before: datetime = subscription.trial_end
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


def refresh_or_schedule(subscription: Subscription) -> None:
    """Take over what has just been changed at Stripe; if it can't be asked now, the worker does it within a minute."""
    try:
        sync.refresh(subscription)
    except StripeError:
        _ask_soon(subscription)


def _allowed(subscription: Subscription, action: Action, by: By, field: str) -> bool:
    """False if there is nothing to change. Raises FieldErrors at `field` if the policy forbids the action."""
    code = policy.obstacle(subscription, action, by)
    if code in ("", ALREADY):
        return not code
    raise FieldErrors({field: [code]})


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
    invoice_voiding.record_cancellation(subscription, by)
    # What can't be asked for now is finished by the worker: it has ended, whatever comes of its invoices.
    with suppress(StripeError):
        invoice_voiding.void_invoices(subscription)
    refresh_or_schedule(subscription)


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
        refresh_or_schedule(subscription)
        subscription.reload()
        if subscription.is_ended:
            raise FieldErrors({field: ["subscription_ended"]}) from error
        raise
    except StripeError:
        _ask_soon(subscription)
        raise
    subscription.order.note(entry, **detail)
    refresh_or_schedule(subscription)
    return changed


def _ask_soon(subscription: Subscription) -> None:
    """Whether it took effect is not known, or not stored yet."""
    Subscription.update(next_check_at=now()).where(Subscription.id == subscription.id).execute()
