"""Withdrawal from a contract: the right of customers in the EU and the EEA, as a function of the shop.

A withdrawal is a statement that counts as soon as it is made: it is recorded and confirmed by email in one transaction.
Renewals end after that, by the worker if Stripe does not answer now. Nothing is refunded by itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from peewee import JOIN, fn

from storefront import emails, integrations, settings, subscriptions
from storefront.db import db
from storefront.models import (
    BillingKind,
    Dispute,
    EmailKind,
    EmailRequest,
    EventType,
    Invoice,
    Merchant,
    Order,
    OrderStatus,
    Payment,
    Refund,
    TimelineKind,
    now,
    subscriber_network,
)
from storefront.money import Money

MAX_REASON = 1000
# Within which time the seller has to give the money back: directive 2011/83/EU, article 13.
REFUND_PERIOD = timedelta(days=14)
SATURDAY = 5


class WithdrawalObstacle(StrEnum):
    """Why a customer can't withdraw from the contract of an order."""

    WITHDRAWN = "withdrawn"  # they have done so already
    UNPAID = "unpaid"  # there is no contract yet, or not any more
    REFUNDED = "refunded"  # all money has gone back
    NO_RIGHT = "no_right"
    OVER = "over"  # the period has ended


class WithdrawalRefused(Exception):
    """The contract can't be withdrawn from; `obstacle` says why."""

    def __init__(self, obstacle: WithdrawalObstacle) -> None:
        """`obstacle` is the reason."""
        super().__init__(obstacle)
        self.obstacle = obstacle


def withdrawal_ends_at(order: Order, zone: str) -> datetime | None:
    """The midnight with which the period ends, in the shop's time zone; None without a period.

    The day of the payment does not count. A period whose last day is a Saturday or a Sunday ends with the Monday.
    """
    if order.paid_at is None or not order.withdrawal_days:
        return None
    local = order.paid_at.astimezone(ZoneInfo(zone))
    last = local.date() + timedelta(days=order.withdrawal_days)
    if last.weekday() >= SATURDAY:
        last += timedelta(days=7 - last.weekday())
    after = last + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(zone))


def withdrawal_obstacle(order: Order, zone: str | None = None) -> WithdrawalObstacle | None:
    """Why the customer can't withdraw now, or None. `zone` is the shop's time zone; it is read if it is needed."""
    if order.is_withdrawn:
        return WithdrawalObstacle.WITHDRAWN
    if not order.is_settled or order.paid_at is None:
        return WithdrawalObstacle.UNPAID
    if order.status == OrderStatus.REFUNDED:
        return WithdrawalObstacle.REFUNDED
    if not order.withdrawal_days:
        return WithdrawalObstacle.NO_RIGHT
    # No zone makes it longer than this.
    if now() - order.paid_at > timedelta(days=order.withdrawal_days + 5):
        return WithdrawalObstacle.OVER
    ends_at = withdrawal_ends_at(order, zone or settings.time_zone())
    return WithdrawalObstacle.OVER if ends_at is None or now() >= ends_at else None


def withdraw(order: Order, reason: str = "") -> bool:
    """Record the withdrawal, confirm it by email to customer and owner, and end the order's subscription.

    Return False, and do nothing, if the customer has withdrawn before. Raises WithdrawalRefused. Never fails because of
    Stripe: the worker ends the subscription then.
    """
    zone = settings.time_zone()
    with db.atomic():
        order.lock()
        obstacle = withdrawal_obstacle(order, zone)
        if obstacle is WithdrawalObstacle.WITHDRAWN:
            return False
        if obstacle is not None:
            raise WithdrawalRefused(obstacle)
        received = now()
        Order.update(withdrawn_at=received, withdrawal_reason=reason[:MAX_REASON]).where(Order.id == order.id).execute()
        order.note(TimelineKind.WITHDRAWN)
        order.reload()
        details: dict[str, Any] = {"received": emails.moment(received), "words": order.withdrawal_reason}
        emails.write(EmailKind.WITHDRAWN, order, **details)
        # Both sides get the same statement, in the customer's language.
        emails.write(EmailKind.OWNER_WITHDRAWN, order, language=order.language, due=received + REFUND_PERIOD, **details)
        integrations.announce(EventType.ORDER_WITHDRAWN, order, f"order-{order.id}")
        subscriptions.mark_unwanted(order)
    subscriptions.end_unwanted(order)
    return True


def mark_withdrawal_handled(order: Order) -> None:
    """The owner has dealt with the withdrawal. Does nothing if it was marked before, or there is none."""
    with db.atomic():
        marked = (
            Order.update(withdrawal_handled_at=now())
            .where(Order.id == order.id, Order.withdrawn_at.is_null(False), Order.withdrawal_handled_at.is_null())
            .execute()
        )
        if marked:
            order.note(TimelineKind.WITHDRAWAL_HANDLED)


@dataclass(frozen=True)
class RefundLeft:
    """What can still be refunded of one payment. `invoice` is that of a renewal; None: the order's own payment."""

    left: Money
    paid_at: datetime
    invoice: Invoice | None


@dataclass(frozen=True)
class OpenWithdrawal:
    """A withdrawn order that the owner has not dealt with, and what is left to refund, the first payment first.

    The rows of an order that was paid outside of Stripe or is disputed are left out: the shop can't refund them.
    """

    order: Order
    refunds: list[RefundLeft]


def open_withdrawals(limit: int) -> list[OpenWithdrawal]:
    """The withdrawals that the owner has not dealt with, the oldest first. Two queries."""
    waiting = Order.withdrawn_at.is_null(False) & Order.withdrawal_handled_at.is_null()
    # One that was paid once has nothing left to refund then. The status of others tells of their first payment only.
    is_refunded = (Order.status == OrderStatus.REFUNDED) & (Order.kind == BillingKind.ONE_OFF)
    found = Order.select(Order, Merchant).join(Merchant).where(waiting, ~is_refunded)
    orders = list(found.order_by(Order.withdrawn_at, Order.id).limit(limit))
    left = _refunds_left(orders)
    return [OpenWithdrawal(order, left.get(order.id, [])) for order in orders]


def _refunds_left(orders: list[Order]) -> dict[int, list[RefundLeft]]:
    if not orders:
        return {}
    refunded = Refund.select(fn.SUM(Refund.amount)).where(Refund.payment == Payment.id, Refund.not_failed())
    rows: Any = Payment.select(Payment, Invoice, fn.COALESCE(refunded, 0).alias("refunded"))
    rows = rows.join(Invoice, JOIN.LEFT_OUTER, on=(Invoice.payment == Payment.id), attr="invoice_row")
    rows = rows.where(
        Payment.order.in_(orders), Payment.succeeded(), Payment.amount > 0, ~Dispute.takes_money_of_payment()
    )
    found: dict[int, list[RefundLeft]] = {}
    for payment in rows.order_by(Payment.id):
        left = Money(payment.amount - int(payment.refunded), payment.currency)
        invoice = payment.invoice_row if payment.is_renewal else None
        if left.amount > 0 and (invoice is not None or not payment.is_renewal):
            paid_at = (invoice and invoice.paid_at) or payment.created_at
            found.setdefault(payment.order_id, []).append(RefundLeft(left, paid_at, invoice))
    return found


def request_withdrawal_link(number: int, email: str, address: str) -> None:
    """Store the request for the link to an order's withdrawal page, if the limits allow it.

    The worker looks later whether order and email address belong together, so that neither the answer nor its time
    tells. `address` is the IP address of the request.
    """
    EmailRequest.record(email.lower(), subscriber_network(address), wants_link=True, order_number=number)


def send_withdrawal_link(request: EmailRequest) -> None:
    """Email the link, if the order is a paid one of this address. Call it in the transaction that took the request."""
    order = order_of_number(request.order_number or 0, request.email)
    if order is not None:
        emails.write(EmailKind.WITHDRAWAL_LINK, order, f"link-{request.id}")


def order_of_number(number: int, email: str) -> Order | None:
    """The paid order with this number, if it has this email address."""
    order: Order | None = Order.get_or_none(Order.id == number - Order.FIRST_NUMBER)
    return order if order is not None and order.is_settled and order.email.lower() == email.lower() else None
