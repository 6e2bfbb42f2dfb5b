"""The end of a payment plan. Only a schedule at Stripe keeps it, so every refresh checks that it is still there.

In Stripe's Dashboard a schedule can be released or changed. Then it is set again for the installments that are left; or
the subscription is canceled, if nothing more may be charged.
"""

from calendar import monthrange
from contextlib import suppress
from datetime import datetime, timedelta

from storefront import emails, stripe_gateway
from storefront.db import db
from storefront.errors import StripeNotFound, StripeRefused
from storefront.isolation import Run
from storefront.models import EmailKind, Invoice, InvoiceStatus, Subscription, SubscriptionStatus, TimelineKind
from storefront.stripe_gateway import SubscriptionSnapshot

# Stripe refuses a schedule for a subscription in another status.
SCHEDULABLE_STATUSES = frozenset({SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE})
TOLERANCE = timedelta(minutes=5)
MONTHS = {"month": 1, "year": 12}
DAYS = {"day": 1, "week": 7}


def keep_plan_end(subscription: Subscription, snapshot: SubscriptionSnapshot) -> bool:
    """Make sure that Stripe charges no more installments than agreed. Return True if the subscription changed there.

    Call it for a running subscription that was just fetched. An earlier end than agreed is the owner's decision and
    stays. Raises StripeError.
    """
    if not subscription.is_plan:
        return False
    if _has_exceeded(subscription):
        return _complete(subscription)
    if subscription.status not in SCHEDULABLE_STATUSES:
        return False
    if _ends_in_time(subscription, snapshot):
        _store_schedule(subscription, snapshot.schedule_id)
        return False
    if not subscription.schedule_id:
        _store_schedule(subscription, stripe_gateway.create_plan_schedule(subscription, snapshot.schedule_id))
        return True
    # Another refresh may have set the schedule since this snapshot was fetched.
    snapshot = stripe_gateway.retrieve_subscription(subscription.merchant, snapshot.id)
    if snapshot.status not in SCHEDULABLE_STATUSES or _ends_in_time(subscription, snapshot):
        return True
    if Invoice.all_installments_paid(subscription):
        return _complete(subscription)
    _replace_schedule(subscription, snapshot)
    return True


def void_invoices_beyond_plan(subscription: Subscription) -> bool:
    """Void open invoices of periods after the last installment. Return True if there were any.

    Raises StripeError, after each has been tried.
    """
    exceeding = Invoice.periods_of(subscription)[subscription.instalments :] if subscription.is_plan else []
    still_open = [invoice for invoice in exceeding if invoice.status == InvoiceStatus.OPEN]

    def void(invoice: Invoice) -> None:
        # Refused: it was paid or voided meanwhile.
        with suppress(StripeRefused):
            stripe_gateway.void_invoice(subscription.merchant, invoice.invoice_id)

    run = Run()
    run.each(lambda: still_open, void, name=lambda invoice: f"invoice {invoice.invoice_id}")
    run.raise_first_error()
    return bool(still_open)


def _has_exceeded(subscription: Subscription) -> bool:
    return len(Invoice.periods_of(subscription)) > subscription.instalments


def _ends_in_time(subscription: Subscription, snapshot: SubscriptionSnapshot) -> bool:
    """Whether Stripe ends it before a period after the agreed ones begins."""
    start, end = snapshot.period_start, snapshot.period_end
    if snapshot.ends_at is None or start is None or end is None:
        return False
    last_end = _last_end(subscription, snapshot, start, end)
    # Months differ in length, so the end of a later period can be some days off. That of the present one is exact.
    period = _add_intervals(end, snapshot.interval, snapshot.every) - end
    return snapshot.ends_at <= last_end + (period / 2 if last_end > end else TOLERANCE)


def _last_end(subscription: Subscription, snapshot: SubscriptionSnapshot, start: datetime, end: datetime) -> datetime:
    """The end of the last installment's period. `start` and `end` are those of the present period."""
    # One invoice of a renewal for each earlier period: the last one began the present period.
    renewals = (one for one in Invoice.periods_of(subscription) if not one.is_first)
    earlier = sum(1 for one in renewals if one.period_start is not None and one.period_start <= start)
    later = max(subscription.instalments - earlier - 1, 0)
    return _add_intervals(end, snapshot.interval, snapshot.every * later)


def _add_intervals(start: datetime, interval: str, count: int) -> datetime:
    """The date after `count` intervals, on the last day of a month that is too short."""
    if interval in DAYS:
        return start + timedelta(days=DAYS[interval] * count)
    months = start.month - 1 + MONTHS[interval] * count
    year, month = start.year + months // 12, months % 12 + 1
    return start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))


def _store_schedule(subscription: Subscription, schedule_id: str) -> None:
    """Store a schedule that ends the plan; also one whose id was lost in a crash or that the owner has made."""
    if schedule_id and schedule_id != subscription.schedule_id:
        Subscription.update(schedule_id=schedule_id).where(Subscription.id == subscription.id).execute()


def _replace_schedule(subscription: Subscription, snapshot: SubscriptionSnapshot) -> None:
    """Set the end with a new schedule, which starts with the present period and terms, and tell the owner.

    A schedule that the subscription has does not end in time: it is released first.
    """
    if snapshot.period_start is None or snapshot.period_end is None:
        return
    if snapshot.schedule_id:
        stripe_gateway.release_schedule(subscription.merchant, snapshot.schedule_id)
    ends_at = _last_end(subscription, snapshot, snapshot.period_start, snapshot.period_end)
    schedule_id = stripe_gateway.replace_plan_schedule(
        subscription, snapshot.schedule_id or subscription.schedule_id, ends_at
    )
    with db.atomic():
        _store_schedule(subscription, schedule_id)
        entry = subscription.order.note(TimelineKind.PLAN_END_RESTORED)
        about = f"plan-{subscription.id}-{entry.id}"
        emails.write(EmailKind.OWNER_PLAN_RESTORED, subscription.order, about, subscription=subscription)


def _complete(subscription: Subscription) -> bool:
    """Cancel the plan: nothing more may be charged. The decision is stored first, for the emails about its end."""
    with db.atomic():
        decided = (
            Subscription.update(plan_completed=True)
            .where(Subscription.id == subscription.id, Subscription.plan_completed == False)  # noqa: E712
            .execute()
        )
        if decided:
            subscription.order.note(TimelineKind.PLAN_COMPLETED)
    # Not found: it has ended already.
    with suppress(StripeNotFound):
        stripe_gateway.cancel_subscription(subscription)
    void_invoices_beyond_plan(subscription)
    return True
