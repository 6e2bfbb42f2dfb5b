"""Changes to a subscription by its customer or the owner: cancel, reactivate, pause, resume, extend the trial.

Each function changes the subscription at Stripe, adds a timeline entry and refreshes our rows. The refresh writes the
emails about what has changed.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from storefront import stripe_gateway
from storefront.errors import FieldErrors, StripeError, StripeNotFound, StripeRefused
from storefront.models import Subscription, SubscriptionStatus, TimelineKind, now
from storefront.stripe_gateway import SubscriptionSnapshot
from storefront.subscriptions import invoice_voiding, policy, promised_end, resumption, sync
from storefront.subscriptions.policy import ALREADY, UNPAID, Action, Actor, Cancellation
from storefront.subscriptions.resumption import Resumption

# Source: docs.stripe.com/api/subscriptions/update#update_subscription-trial_end
LONGEST_TRIAL = timedelta(days=730)


def cancel(subscription: Subscription, immediately: bool, by: Actor) -> Cancellation:
    """Cancel now, or at the end of the paid period. Return when it ends; NONE if nothing changed.

    A subscription whose present period is not paid ends immediately, and its open invoices are voided: nobody pays for
    a period that is not delivered. If the offer ends subscriptions immediately, so does a customer's cancellation.

    Raises FieldErrors (when: subscription_not_begun, plan_by_owner_only, plan_at_once_only, period_end_only if the
    customer keeps the paid period), and StripeError.
    """
    subscription.reload()
    if subscription.is_ended:
        return Cancellation.NONE
    immediately = immediately or policy.ends_only_immediately(subscription, by)
    if not _needs_change(subscription, Action.CANCEL_NOW if immediately else Action.CANCEL_AT_PERIOD_END, by, "when"):
        return Cancellation.NONE
    if not immediately:
        change = promised_end.cancel_at_period_end
        snapshot = _change(subscription, "when", change, TimelineKind.SUBSCRIPTION_CANCELED, by=by, at_once=False)
        if by == "buyer":
            promised_end.promise_end(subscription, snapshot)
        if snapshot.status not in UNPAID:
            return Cancellation.AT_PERIOD_END
        # Stripe has an unpaid renewal that our rows did not show yet.
    _cancel_now(subscription, by)
    return Cancellation.IMMEDIATELY


def reactivate(subscription: Subscription, by: Actor) -> None:
    """Take back a cancellation at period end. Raises FieldErrors (subscription: subscription_ended), StripeError."""
    subscription.reload()
    if _needs_change(subscription, Action.REACTIVATE, by, "subscription"):
        promised_end.withdraw_promise(subscription)
        _change(
            subscription, "subscription", stripe_gateway.undo_cancellation, TimelineKind.SUBSCRIPTION_REACTIVATED, by=by
        )


def pause(subscription: Subscription, resumes_at: datetime | None) -> None:
    """Pause collection until `resumes_at`, or until `resume` if that is None. Invoices of that time are void.

    Raises FieldErrors (resumes_at: subscription_ended, subscription_not_begun, plan_never_pauses, trial_cancelled,
    collection_paused, charging_given_up, paused_at_stripe, date_past), and StripeError.
    """
    subscription.reload()
    _needs_change(subscription, Action.PAUSE, "owner", "resumes_at")
    if resumes_at is not None and resumes_at <= now():
        raise FieldErrors({"resumes_at": ["date_past"]})
    until = resumes_at.isoformat() if resumes_at else ""
    _change(
        subscription,
        "resumes_at",
        lambda it: stripe_gateway.pause_collection(it, resumes_at),
        TimelineKind.SUBSCRIPTION_PAUSED,
        by="owner",
        until=until,
    )


def resume(subscription: Subscription) -> Resumption:
    """Collect again from the next period on. If Stripe has paused the subscription, a paid period starts now.

    Raises FieldErrors (subscription: subscription_ended, subscription_not_begun, resumption_unpaid), and StripeError.
    """
    subscription.reload()
    if not _needs_change(subscription, Action.RESUME, "owner", "subscription"):
        return Resumption.COLLECTION
    if subscription.status == SubscriptionStatus.PAUSED:
        return resumption.resume_paused(subscription)
    _change(
        subscription,
        "subscription",
        stripe_gateway.resume_collection,
        TimelineKind.SUBSCRIPTION_RESUMED,
        by="owner",
    )
    return Resumption.COLLECTION


def extend_trial(subscription: Subscription, until: datetime) -> None:
    """Move the end of the free trial to `until`.

    Raises FieldErrors (until: subscription_ended, subscription_not_begun, trial_over, trial_cancelled, trial_not_later,
    trial_too_long), and StripeError.
    """
    subscription.reload()
    _needs_change(subscription, Action.EXTEND_TRIAL, "owner", "until")
    before: datetime = subscription.trial_end
    if until <= before:
        raise FieldErrors({"until": ["trial_not_later"]})
    if until > now() + LONGEST_TRIAL:
        raise FieldErrors({"until": ["trial_too_long"]})
    _change(
        subscription,
        "until",
        lambda it: stripe_gateway.extend_trial(it, until),
        TimelineKind.TRIAL_EXTENDED,
        by="owner",
        before=before.isoformat(),
        until=until.isoformat(),
    )


def _needs_change(subscription: Subscription, action: Action, by: Actor, field: str) -> bool:
    """False if there is nothing to change. Raises FieldErrors at `field` if the policy forbids the action."""
    code = policy.obstacle(subscription, action, by)
    if code in ("", ALREADY):
        return not code
    raise FieldErrors({field: [code]})


def _cancel_now(subscription: Subscription, by: Actor) -> None:
    """Cancel first, then void the invoices: after a crash in between, no further period is charged."""
    try:
        stripe_gateway.cancel_subscription(subscription)
    except StripeNotFound:
        # It has ended already: by another request, in the Dashboard, or by a call whose answer was lost.
        pass
    except StripeError:
        sync.schedule_refresh(subscription)
        raise
    invoice_voiding.record_cancellation(subscription, by)
    # The subscription has ended. If the invoices can't be voided now, the worker does that later.
    with suppress(StripeError):
        invoice_voiding.void_invoices(subscription)
    sync.refresh_or_schedule(subscription)


def _change(
    subscription: Subscription,
    field: str,
    change: Callable[[Subscription], SubscriptionSnapshot],
    timeline_kind: TimelineKind,
    **detail: object,
) -> SubscriptionSnapshot:
    """Change it at Stripe, add the timeline entry with `detail`, and refresh our rows.

    Raises FieldErrors at `field` if it has ended in the meantime, and StripeError.
    """
    try:
        snapshot = change(subscription)
    except (StripeNotFound, StripeRefused) as error:
        # Our rows may be out of date.
        sync.refresh_or_schedule(subscription)
        subscription.reload()
        if subscription.is_ended:
            raise FieldErrors({field: ["subscription_ended"]}) from error
        raise
    except StripeError:
        # The change may have taken effect although no answer came.
        sync.schedule_refresh(subscription)
        raise
    subscription.order.note(timeline_kind, **detail)
    sync.refresh_or_schedule(subscription)
    return snapshot
