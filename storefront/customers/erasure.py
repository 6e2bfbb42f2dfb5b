"""Erases a customer's personal data: names, addresses and answers go, figures stay.

Nothing is erased while something still runs: a subscription needs a mailbox for its renewals, a dispute its evidence.
Unpaid orders are closed first. Stripe's customers are deleted afterwards, by the worker.
"""

from contextlib import suppress
from enum import StrEnum
from typing import Any

from peewee import SQL, fn

from storefront import payments, stripe_gateway, team
from storefront.customers.erased_rows import Person, erase_account, erase_orders
from storefront.db import db, overwrite_erased
from storefront.errors import ShopError, StripeNotFound
from storefront.models import (
    ENDED_STATUSES,
    TO_SEND,
    UNFINISHED_REFUND_STATUSES,
    AuditAction,
    AuditKind,
    Dispute,
    Email,
    EmailState,
    Merchant,
    Order,
    OrderStatus,
    Payment,
    PaymentRequest,
    Refund,
    RequestState,
    StripeCustomerDeletion,
    Subscription,
    SubscriptionStatus,
    TimelineKind,
    erased_address,
    is_erased,
    lock_orders,
    ordered_by,
    sent_to,
)

# A statement has so many parameters at most.
_BATCH = 500


class ErasureObstacle(StrEnum):
    """Why a customer can't be erased now."""

    SUBSCRIPTION = "subscription"
    PAYMENT = "payment"  # a bank is processing it
    REFUND = "refund"
    DISPUTE = "dispute"
    WITHDRAWAL = "withdrawal"
    SHIPMENT = "shipment"  # an order is still to be posted
    EMAIL = "email"  # one is being sent right now


class ErasureRefused(ShopError):
    """The customer can't be erased now, because of `obstacles`."""

    def __init__(self, obstacles: list[ErasureObstacle]) -> None:
        super().__init__(", ".join(obstacles))
        self.obstacles = obstacles


def erasure_obstacles(email: str) -> list[ErasureObstacle]:
    """What has to end before this customer can be erased. Unpaid orders are no obstacle: they are closed."""
    of_customer = Order.select(Order.id).where(ordered_by(email))
    found: dict[ErasureObstacle, Any] = {
        # One that was never begun ends with its unpaid order.
        ErasureObstacle.SUBSCRIPTION: Subscription.select(Subscription.id).where(
            Subscription.order.in_(of_customer.where(Order.status != OrderStatus.PENDING)),
            Subscription.status.not_in([*ENDED_STATUSES, SubscriptionStatus.INCOMPLETE, ""]),
        ),
        ErasureObstacle.PAYMENT: of_customer.where(Order.status == OrderStatus.PROCESSING),
        ErasureObstacle.REFUND: Refund.select(Refund.id).where(
            Refund.order.in_(of_customer), Refund.status.in_([*UNFINISHED_REFUND_STATUSES, ""])
        ),
        ErasureObstacle.DISPUTE: Dispute.select(Dispute.id).where(Dispute.order.in_(of_customer), Dispute.unfinished()),
        ErasureObstacle.WITHDRAWAL: of_customer.where(
            Order.withdrawn_at.is_null(False), Order.withdrawal_handled_at.is_null()
        ),
        ErasureObstacle.SHIPMENT: of_customer.where(SQL(TO_SEND)),
        # The worker would write the email's text again.
        ErasureObstacle.EMAIL: Email.select(Email.id).where(
            Email.state == EmailState.WAITING,
            Email.claimed_until.is_null(False),
            Email.order.in_(of_customer) | sent_to(email),
        ),
    }
    return [obstacle for obstacle, query in found.items() if query.exists()]


def erase_customer(email: str, name: str) -> int:
    """Erase everything that says who the customer with this address is; `name` stands in its place.

    Return how many orders the customer had. Erasing twice changes nothing more.

    Raises ErasureRefused while something runs, and StripeError if an unpaid order could not be closed: nothing is
    erased then.
    """
    if is_erased(email):
        return 0
    _refuse(erasure_obstacles(email))
    for order in Order.select().where(ordered_by(email), Order.status == OrderStatus.PENDING):
        payments.expire_order(order)
    for request in PaymentRequest.select().where(_asked_of(email), PaymentRequest.state == RequestState.OPEN):
        payments.cancel_request(request)
    with db.atomic():
        orders = list(Order.select().where(ordered_by(email)).order_by(Order.id))
        lock_orders([order.id for order in orders])
        _refuse(erasure_obstacles(email) or ([ErasureObstacle.PAYMENT] if _may_still_pay(email) else []))
        # Nothing of it is recorded: the audit log would keep what is erased.
        with team.unaudited():
            _erase(Person.of(email, orders), orders, erased_address(), name)
        team.record_as_current(AuditAction.ERASED, AuditKind.CUSTOMER, name)
    overwrite_erased()
    return len(orders)


def _refuse(obstacles: list[ErasureObstacle]) -> None:
    if obstacles:
        raise ErasureRefused(obstacles)


def _asked_of(email: str) -> Any:
    return fn.LOWER(PaymentRequest.email) == email.lower()


def _may_still_pay(email: str) -> bool:
    query = Payment.select(Payment.id).join(Merchant).switch(Payment).join(Order).where(ordered_by(email))
    is_open = Payment.may_be_completed() & Payment.intent_id.is_null(False) & Merchant.disconnected_at.is_null()
    return bool(query.where(is_open).exists())


def _erase(person: Person, orders: list[Order], address: str, name: str) -> None:
    for first in range(0, len(orders), _BATCH):
        some = orders[first : first + _BATCH]
        _plan_deletions([order.id for order in some])
        erase_orders(person, some, address, name)
        for order in some:
            order.note(TimelineKind.ERASED)
    erase_account(person, address)


def _plan_deletions(orders: list[int]) -> None:
    """All of their subscriptions have ended, and each has a customer of its own at Stripe."""
    theirs = Subscription.order.in_(orders) & (Subscription.customer_id != "")
    for subscription in Subscription.select().where(theirs):
        StripeCustomerDeletion.insert_unless_exists(
            merchant=subscription.merchant_id, customer_id=subscription.customer_id
        )


def delete_stripe_customer(deletion: StripeCustomerDeletion) -> None:
    """Delete a customer at Stripe. Raises StripeError: it is tried again later."""
    deletion.begin_attempt()
    with suppress(StripeNotFound):  # somebody has deleted it already
        stripe_gateway.delete_customer(deletion.merchant, deletion.customer_id)
    StripeCustomerDeletion.delete().where(StripeCustomerDeletion.id == deletion.id).execute()
