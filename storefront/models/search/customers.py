"""Search for customers. All orders with the same email address belong to one customer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from peewee import fn

from storefront.models import Merchant, Order, Payment, Refund, Subscription
from storefront.money import Money

PER_PAGE = 50
_of_email = fn.LOWER(Order.email)


@dataclass(frozen=True)
class Paid:
    """What a customer has paid in one mode and one currency, and what was refunded."""

    mode: str
    total: Money
    refunded: Money


@dataclass(frozen=True)
class Customer:
    """`newest` is the latest order, with the name and the spelling of the email address given there."""

    newest: Order
    orders: int
    running: int  # number of running subscriptions
    paid: list[Paid]

    @property
    def last_order_at(self) -> datetime:
        """Time of the latest order."""
        at: datetime = self.newest.created_at
        return at


@dataclass(frozen=True)
class CustomerSearch:
    """`text` is a part of the email address or the name; "" finds all customers."""

    text: str = ""

    def page(self, number: int) -> tuple[list[Customer], bool]:
        """Return (customers, is there a next page), the latest order first. Five queries for any number."""
        query = self._query().order_by(fn.MAX(Order.id).desc()).limit(PER_PAGE + 1).offset((number - 1) * PER_PAGE)
        rows = cast(list[tuple[str, int, int]], list(query.tuples()))
        return _described(rows[:PER_PAGE]), len(rows) > PER_PAGE

    def count(self) -> int:
        """Number of matches."""
        return int(self._query().count())

    def _query(self) -> Any:
        query = Order.select(_of_email, fn.COUNT(Order.id), fn.MAX(Order.id)).group_by(_of_email)
        return query.where(Order.is_found_by(self.text)) if self.text else query


def find_customer(order: Order) -> Customer:
    """The customer who made this order. Raises Order.DoesNotExist if it is gone."""
    query = Order.select(_of_email, fn.COUNT(Order.id), fn.MAX(Order.id)).where(_of_email == order.email.lower())
    rows = cast(list[tuple[str, int, int]], list(query.group_by(_of_email).tuples()))
    if not rows:
        raise Order.DoesNotExist  # type: ignore[attr-defined]  # Peewee adds it to each model
    return _described(rows)[0]


def _described(rows: list[tuple[str, int, int]]) -> list[Customer]:
    emails = [email for email, _count, _newest in rows]
    newest = {order.id: order for order in Order.select().where(Order.id.in_([row[2] for row in rows]))}
    paid, running = _paid(emails), _running(emails)
    return [
        Customer(newest[newest_id], count, running.get(email, 0), paid.get(email, []))
        for email, count, newest_id in rows
    ]


def _running(emails: list[str]) -> dict[str, int]:
    query = Subscription.select(_of_email, fn.COUNT(Subscription.id)).join(Order)
    query = query.where(_of_email.in_(emails), Subscription.running()).group_by(_of_email)
    rows = cast(Iterable[tuple[str, int]], query.tuples())
    return {email: count for email, count in rows}  # noqa: C416


def _paid(emails: list[str]) -> dict[str, list[Paid]]:
    """{email: sums for each mode and currency}."""
    paid_sums = _sums(Payment.select(_of_email, Merchant.mode, Payment.currency, fn.SUM(Payment.amount)), emails)
    query = Refund.select(_of_email, Merchant.mode, Payment.currency, fn.SUM(Refund.amount)).join(Payment)
    refunded_sums = _sums(query.where(Refund.status == "succeeded"), emails)
    paid: dict[str, list[Paid]] = {}
    for (email, mode, currency), total in sorted(paid_sums.items()):
        refunded = Money(refunded_sums.get((email, mode, currency), 0), currency)
        paid.setdefault(email, []).append(Paid(mode, Money(total, currency), refunded))
    return paid


def _sums(query: Any, emails: list[str]) -> dict[tuple[str, str, str], int]:
    """{(email, mode, currency): minor units}. The query must have joined Payment."""
    query = query.switch(Payment).join(Order).switch(Payment).join(Merchant)
    query = query.where(Payment.succeeded(), Payment.amount > 0, _of_email.in_(emails))
    rows = cast(
        Iterable[tuple[str, str, str, int]], query.group_by(_of_email, Merchant.mode, Payment.currency).tuples()
    )
    return {(email, mode, currency): int(total) for email, mode, currency, total in rows}
