"""Status changes of a subscription: their timeline entries and emails."""

from datetime import timedelta

from storefront import emails, integrations
from storefront.models import EmailKind, Invoice, Subscription, SubscriptionStatus, TimelineKind, now

# A card can be replaced at Stripe by removing the old one first.
CARD_REPLACED_WITHIN = timedelta(minutes=15)


def record_status_changes(before: Subscription, after: Subscription) -> None:
    """Write timeline entries and emails for what has changed. Call it in the transaction that stored the change."""
    is_first_refresh = before.synced_at is None
    if is_first_refresh or before.status != after.status:
        reason = after.end_reason or after.pause_reason
        after.order.note(TimelineKind.SUBSCRIPTION_STATUS, status=after.status, reason=reason)
    if after.is_running and (is_first_refresh or not before.is_running):
        integrations.announce_start(after)
    if after.status == SubscriptionStatus.TRIALING and before.trial_end != after.trial_end:
        emails.write_trial_ending_notice(after)
    if after.is_ended and not before.is_ended:
        _write_end_emails(after)
        if after.first_payment_succeeded:
            integrations.announce_end(after)
    elif after.is_running and after.ends_with_period and _end_is_new(before, after):
        _write(EmailKind.SUBSCRIPTION_ENDS, after, f"{after.planned_end:%Y%m%d}")
    if before.card_id and not after.card_id:
        _record_removed_card(before, after)
    if after.status == SubscriptionStatus.CANCELED and Invoice.all_installments_paid(after):
        # At the plan's end, or when an installment that was open then has been paid.
        _write(EmailKind.PLAN_FINISHED, after)
    if after.is_running and not is_first_refresh and before.paused != after.paused:
        _write(
            EmailKind.SUBSCRIPTION_PAUSED if after.paused else EmailKind.SUBSCRIPTION_RESUMED,
            after,
            f"{now():%Y%m%d%H%M%S}",
        )


def _record_removed_card(before: Subscription, after: Subscription) -> None:
    """Add the timeline entry. Tell a customer who is charged again, unless another card is given soon."""
    after.order.note(TimelineKind.CARD_REMOVED, brand=before.card_brand, last4=before.card_last4)
    if after.next_charge_at is not None:
        about = f"card-removed-{after.id}-{after.card_removed_at:%Y%m%d%H%M%S}"
        when = now() + CARD_REPLACED_WITHIN
        emails.write(EmailKind.CARD_REMOVED, after.order, about, when, subscription=after)


def _end_is_new(before: Subscription, after: Subscription) -> bool:
    return not before.ends_with_period or before.planned_end != after.planned_end


def _write_end_emails(subscription: Subscription) -> None:
    """Send no "ended" email for a subscription that never started; the order emails cover it.

    Nor after a withdrawal from the contract, whose own emails say that it ends.
    The customer of a plan gets none either if it is paid in full, or while an installment is open: other emails do.
    """
    if subscription.status != SubscriptionStatus.CANCELED or not subscription.first_payment_succeeded:
        return
    if subscription.order.is_withdrawn:
        return
    if Invoice.newest_payable(subscription) is None and not Invoice.all_installments_paid(subscription):
        _write(_end_email_kind(subscription), subscription)
    _write(EmailKind.OWNER_SUBSCRIPTION_ENDED, subscription)


def _end_email_kind(subscription: Subscription) -> EmailKind:
    if subscription.end_reason == "payment_failed":
        return EmailKind.SUBSCRIPTION_LOST
    return EmailKind.PLAN_ENDED if subscription.is_plan else EmailKind.SUBSCRIPTION_ENDED


def _write(kind: EmailKind, subscription: Subscription, suffix: str = "") -> None:
    about = f"subscription-{subscription.id}" + (f"-{suffix}" if suffix else "")
    emails.write(kind, subscription.order, about, subscription=subscription)
