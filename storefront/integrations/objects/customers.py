"""Customers as objects."""

from collections.abc import Sequence
from typing import Any

from peewee import fn

from storefront.integrations.objects.types import ApiCustomer, ApiMode, ApiSum
from storefront.models import Customer, CustomerSums, CustomerTotal, Order


def make_customers(customers: Sequence[Customer]) -> list[ApiCustomer]:
    """Customers with the sums that they have paid, in each mode and currency."""
    newest = {order.id: order for order in _with_first_orders([customer.newest_order_id for customer in customers])}
    ids = [customer.id for customer in customers]
    totals: Any = Customer.select(Customer.id, CustomerTotal.of_customer()).where(Customer.id.in_(ids)).tuples()
    sums = {customer_id: CustomerTotal.sums_in(text) for customer_id, text in totals}
    return [_customer(customer, newest[customer.newest_order_id], sums[customer.id]) for customer in customers]


def _customer(customer: Customer, order: Any, sums: list[CustomerSums]) -> ApiCustomer:
    """`order` is the newest one, with `first_id`."""
    return ApiCustomer(
        id=str(order.first_id + Order.FIRST_NUMBER),
        email=order.email,
        name=order.name,
        language=order.language,
        live_orders=customer.live_orders,
        test_orders=customer.test_orders,
        totals=[ApiSum(ApiMode(one.mode), one.currency, one.paid, one.refunded) for one in sums if one.currency],
        newest_order=str(order.number),
    )


def _with_first_orders(ids: list[int]) -> list[Any]:
    """These orders, each with `first_id`: the id of the first order with its email address."""
    first = Order.alias()
    same = (first.email_folded == Order.email_folded) & (fn.LOWER(first.email) == fn.LOWER(Order.email))
    found = first.select(first.id).where(same).order_by(first.id).limit(1)
    columns = (Order.id, Order.email, Order.name, Order.language, found.alias("first_id"))
    return list(Order.select(*columns).where(Order.id.in_(ids)))
