"""What becomes of open requests: reminders, cancellation, expiry."""

from datetime import timedelta

from peewee import JOIN

from storefront import settings
from storefront.db import db
from storefront.models import PAYABLE_STATUSES, EmailKind, Order, PaymentRequest, RequestState, now
from storefront.payments import order_expiry
from storefront.payments.requests.creation import write_email

BATCH = 200


def cancel_request(request: PaymentRequest) -> bool:
    """Cancel an open request: nobody can begin to pay it any more. Return False if it was not open.

    A payment that somebody has begun is canceled at Stripe, unless it has succeeded meanwhile, which makes the request
    paid, or the bank is processing it. Raises StripeError: the worker tries again then.
    """
    with db.atomic():
        request.lock()
        if request.state != RequestState.OPEN:
            return False
        PaymentRequest.update(state=RequestState.CANCELED, next_reminder_at=None).where(
            PaymentRequest.id == request.id
        ).execute()
        # The worker closes the order if Stripe can't be asked now.
        Order.update(expires_at=now()).where(
            Order.id == request.order_id, Order.status.in_(list(PAYABLE_STATUSES))
        ).execute()
    order = request.find_order()
    if order is not None and order.is_payable:
        order_expiry.expire_order(order)
    return True


def expire_requests() -> int:
    """Mark the requests as expired whose time is over and that nobody is paying. Return how many."""
    payable = Order.status.in_(list(PAYABLE_STATUSES))
    over = (
        PaymentRequest.select(PaymentRequest.id)
        .join(Order, JOIN.LEFT_OUTER)
        .where(PaymentRequest.state == RequestState.OPEN, PaymentRequest.expires_at <= now())
        .where(PaymentRequest.order.is_null() | ~payable)
        .limit(BATCH)
    )
    ids = [request.id for request in over]
    if not ids:
        return 0
    return int(
        PaymentRequest.update(state=RequestState.EXPIRED, next_reminder_at=None)
        .where(PaymentRequest.id.in_(ids), PaymentRequest.state == RequestState.OPEN)
        .execute()
    )


def due_reminders() -> list[int]:
    """The ids of requests whose automatic reminder is due, at most `BATCH`."""
    due = PaymentRequest.select(PaymentRequest.id).where(PaymentRequest.next_reminder_at <= now())
    return [request.id for request in due.order_by(PaymentRequest.next_reminder_at).limit(BATCH)]


def remind(request_id: int) -> bool:
    """Send an automatic reminder, if it is still due, and plan the next one. Return whether one was written."""
    with db.atomic():
        request = PaymentRequest.get_by_id(request_id)
        request.lock()
        if request.next_reminder_at is None or request.next_reminder_at > now():
            return False
        return _write_reminder(request)


def send_reminder(request: PaymentRequest) -> bool:
    """Send a reminder now, as the owner asks. Return False if there is no address, the request isn't open, or the last
    reminder is younger than `LEAST_PAUSE`.
    """
    with db.atomic():
        request.lock()
        if not request.email:
            return False
        if request.reminded_at is not None and request.reminded_at > now() - PaymentRequest.LEAST_PAUSE:
            return False
        return _write_reminder(request)


def _write_reminder(request: PaymentRequest) -> bool:
    days, number = settings.current().request_reminder_days, request.reminders + 1
    goes_on = bool(days) and number < PaymentRequest.MOST_REMINDERS
    if not request.is_open:
        PaymentRequest.update(next_reminder_at=None).where(PaymentRequest.id == request.id).execute()
        return False
    write_email(EmailKind.PAYMENT_REQUEST_REMINDER, request, f"request-{request.id}-{number}")
    PaymentRequest.update(
        reminders=number, reminded_at=now(), next_reminder_at=now() + timedelta(days=days) if goes_on else None
    ).where(PaymentRequest.id == request.id).execute()
    return True
