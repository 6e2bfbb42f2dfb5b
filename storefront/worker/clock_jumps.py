"""Repairs times that were stored while the clock was ahead, and that are in the future since it was set back.

Retries and checks become due now, which is always safe. Times that were counted from the creation of their row are
counted from now. Times that come from Stripe are right and stay.
"""

import logging
from datetime import datetime

from peewee import Field

from storefront.isolation import Run
from storefront.models import (
    CLOCK_TOLERANCE,
    Email,
    EmailKind,
    EmailState,
    EventClaim,
    JobRun,
    MailOutage,
    Order,
    OrderStatus,
    Payment,
    StripeRefusal,
    Subscription,
    WebhookEvent,
    now,
)

log = logging.getLogger(__name__)

# Columns with the time of the next attempt.
NEXT_ATTEMPTS: tuple[Field, ...] = (
    WebhookEvent.next_attempt_at,
    Payment.next_check_at,
    Payment.refunds_check_at,
    Subscription.next_check_at,
    StripeRefusal.retry_at,
    MailOutage.next_attempt_at,
    Email.claimed_until,
    EventClaim.claimed_until,
    JobRun.running_until,
)


def repair_if_set_back(last_seen: datetime | None) -> bool:
    """Repair the times in the future if the last heartbeat is one of them: the clock was ahead then."""
    if last_seen is None or last_seen <= now() + CLOCK_TOLERANCE:
        return False
    log.warning("the clock was set back by about %s: due times are repaired", last_seen - now())
    for column in NEXT_ATTEMPTS:
        column.model.update({column: now()}).where(column > now()).execute()
    run = Run()
    _move_order_expiry(run)
    _move_due_emails(run)
    run.log_failures()
    return True


def _move_order_expiry(run: Run) -> None:
    """Unpaid orders from the future hold stock for too long."""
    future = Order.select(Order.id, Order.created_at, Order.expires_at).where(
        Order.status == OrderStatus.PENDING, Order.created_at > now() + CLOCK_TOLERANCE
    )
    run.each(lambda: future, _move_expiry, name=lambda order: f"order {order.number}")


def _move_expiry(order: Order) -> None:
    if order.expires_at is not None:
        expires_at = now() + (order.expires_at - order.created_at)
        Order.update(expires_at=expires_at, created_at=now()).where(Order.id == order.id).execute()


def _move_due_emails(run: Run) -> None:
    """Emails from the future, such as reminders, would be sent too late. The end of a trial is Stripe's time."""
    waiting = Email.state == EmailState.WAITING
    Email.update(due_at=now()).where(waiting, Email.attempts > 0, Email.due_at > now()).execute()
    future = Email.select(Email.id, Email.created_at, Email.due_at).where(
        waiting, Email.created_at > now() + CLOCK_TOLERANCE, Email.kind != EmailKind.TRIAL_ENDS
    )
    run.each(lambda: future, _move_due_time, name=lambda email: f"email {email.id}")


def _move_due_time(email: Email) -> None:
    due_at = now() + (email.due_at - email.created_at)
    Email.update(due_at=due_at, created_at=now()).where(Email.id == email.id).execute()
