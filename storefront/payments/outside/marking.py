"""Marking an unpaid order as paid, because its money has arrived outside of Stripe.

The order is served and documented like any other, but no payment row is written: figures of Stripe's money count
payment rows, and orders without `paid_outside`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from storefront import emails
from storefront.db import db
from storefront.errors import ShopError
from storefront.models import (
    UNPAID_STATUSES,
    EmailKind,
    Order,
    OrderStatus,
    OutsideMethod,
    OutsidePayment,
    Payment,
    TimelineKind,
)
from storefront.payments import documents, intents, paid_orders

# `end_reason` of the card payment that the customer had begun.
MARKED_PAID = "marked_paid"


class MarkingObstacle(StrEnum):
    """Why an order can't be marked as paid."""

    PAID = "paid"  # it is paid already
    RECURS = "recurs"  # Stripe makes its later charges, and needs a card for them
    FREE = "free"
    PROCESSING = "processing"  # a bank is processing a card payment, which may succeed
    BEGUN = "begun"  # the customer has begun to pay by card in this moment
    SOLD_OUT = "sold_out"  # too few units or license keys are left


class MarkingRefused(ShopError):
    """The order was not marked as paid, because of `obstacle`."""

    def __init__(self, obstacle: MarkingObstacle) -> None:
        super().__init__(str(obstacle))
        self.obstacle = obstacle


@dataclass(frozen=True)
class ReceivedPayment:
    """Money that arrived outside of Stripe. `reference` is for the owner; `by` is the address of the admin."""

    method: OutsideMethod
    reference: str
    received_on: date
    by: str


def marking_obstacle(order: Order) -> MarkingObstacle | None:
    """Why the order can't be marked as paid now, as far as its row tells.

    Money can arrive after an order has expired or failed: these can be marked as well.
    """
    if order.is_settled:
        return MarkingObstacle.PAID
    if order.recurs:
        return MarkingObstacle.RECURS
    if not order.amount:
        return MarkingObstacle.FREE
    return MarkingObstacle.PROCESSING if order.status == OrderStatus.PROCESSING else None


def mark_paid(order: Order, received: ReceivedPayment) -> None:
    """Make the order paid. Of concurrent calls, and of a card payment that succeeds meanwhile, the first one decides.

    A card payment that was begun is canceled at Stripe first. One that succeeds later all the same, as at an account
    that was disconnected, is refunded like any second payment.

    Raises MarkingRefused, and StripeError if the payment could not be canceled: nothing has changed then. Don't call it
    in a transaction.
    """
    _refuse(marking_obstacle(order))
    payment = Payment.current(order)
    if payment is not None and not intents.retire_payment(payment, MARKED_PAID):
        raise MarkingRefused(MarkingObstacle.PROCESSING)
    if order.merchant.is_connected:
        intents.retire_unanswered(order)
    with db.atomic():
        order.lock()
        _refuse(marking_obstacle(order))
        if Payment.current(order) is not None:
            raise MarkingRefused(MarkingObstacle.BEGUN)
        _mark(order, received)


def _mark(order: Order, received: ReceivedPayment) -> None:
    detail = {"amount": order.amount, "method": received.method, "by": received.by}
    if not order.transition(OrderStatus.PAID, TimelineKind.MARKED_PAID, after=UNPAID_STATUSES, **detail):
        raise MarkingRefused(MarkingObstacle.PAID)
    Order.update(paid_outside=True).where(Order.id == order.id).execute()
    OutsidePayment.create(
        order=order,
        method=received.method,
        reference=received.reference,
        received_on=received.received_on.isoformat(),
        recorded_by=received.by,
    )
    order.reload()
    emails.drop_unpaid_order_reminder(order)
    emails.write(EmailKind.RECEIPT, order)
    if not paid_orders.serve(order):
        # Nothing is written then: the owner can add units or keys first.
        raise MarkingRefused(MarkingObstacle.SOLD_OUT)
    documents.invoice_order(order, {})


def _refuse(obstacle: MarkingObstacle | None) -> None:
    if obstacle is not None:
        raise MarkingRefused(obstacle)
