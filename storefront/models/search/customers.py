"""The list of customers, and one customer. All orders with the same email address belong to one customer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storefront.i18n import fold
from storefront.models import Customer, CustomerTotal, Order
from storefront.money import Money

PER_PAGE = 50


@dataclass(frozen=True)
class Paid:
    """What a customer has paid in one mode and one currency, and what was refunded."""

    mode: str
    total: Money
    refunded: Money


@dataclass(frozen=True)
class CustomerSummary:
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
    """`text` is a part of the email address or of a name that the customer has used; "" finds all customers."""

    text: str = ""

    def page(self, number: int) -> tuple[list[CustomerSummary], bool]:
        """Return (customers, is there a next page), the latest order first. Two queries for any number."""
        query = self._query().order_by(Customer.newest_order_id.desc())
        found = list(query.limit(PER_PAGE + 1).offset((number - 1) * PER_PAGE))
        return _described(found[:PER_PAGE]), len(found) > PER_PAGE

    def count(self) -> int:
        """Number of matches."""
        return int(self._query().count())

    def _query(self) -> Any:
        query = Customer.select(Customer, Order).join(Order, on=(Order.id == Customer.newest_order_id), attr="newest")
        return query.where(Customer.search_text.contains(fold(self.text))) if self.text else query


def find_customer(order: Order) -> CustomerSummary:
    """The customer who made this order. Raises Order.DoesNotExist if it is gone."""
    query = CustomerSearch()._query().where(Customer.email == order.email.lower())
    found = list(query)
    if not found:
        raise Order.DoesNotExist  # type: ignore[attr-defined]  # Peewee adds it to each model
    return _described(found)[0]


def _described(customers: Iterable[Any]) -> list[CustomerSummary]:
    """The customers, each with its `newest` order, with what they have paid. One query."""
    running: dict[str, int] = {}
    paid: dict[str, list[Paid]] = {}
    rows = CustomerTotal.sums_of([customer.email for customer in customers])
    for email, mode, currency, total, refunded, subscriptions in rows:
        if not mode:
            running[email] = subscriptions
        elif total:
            paid.setdefault(email, []).append(Paid(mode, Money(total, currency), Money(refunded, currency)))
    return [
        CustomerSummary(customer.newest, customer.orders, running.get(customer.email, 0), paid.get(customer.email, []))
        for customer in customers
    ]
