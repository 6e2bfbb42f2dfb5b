"""Whether the figures of the dashboard are what the rows add up to. The rows are added here in Python, one by one."""

import math
import re
from collections import Counter as Sums
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from storefront import settings
from storefront.models import FIRST_INVOICE, Invoice, InvoiceStatus, Merchant, Order, Payment, Refund, Subscription, now
from tests.money.counter_checks import is_charged_again

# The name of the figure, mode, currency.
Key = tuple[str, str, str]
FIGURE = re.compile(
    r'<data (?:class="figure" )?data-figure="([\w-]+)" data-mode="(\w+)" data-currency="(\w+)" value="(-?\d+)">'
)
DAYS = 30
TIMES_PER_YEAR = {"day": 365, "week": 52, "month": 12, "year": 1}


def figures_of(page: str) -> dict[Key, int]:
    """The figures of the page. Each is there once."""
    found = [((name, mode, currency), int(value)) for name, mode, currency, value in FIGURE.findall(page)]
    assert len(dict(found)) == len(found) == page.count("<data "), found
    return dict(found)


def figure_differences(page: str) -> list[str]:
    """What is wrong, in words; empty if every figure of the page is right to the unit."""
    shown = figures_of(page)
    expected: Sums[Key] = Sums()
    for key, amount in _rows():
        expected[key] += amount
    return [
        f"figure {key}: {shown.get(key, 0)} instead of {expected[key]}"
        for key in sorted(shown.keys() | expected.keys())
        if shown.get(key, 0) != expected[key]
    ]


def _rows() -> Iterator[tuple[Key, int]]:
    for order in Order.select(Order, Merchant).join(Merchant):
        if order.is_settled and not order.paid_outside and _is_recent(order.paid_at):
            yield ("orders", order.merchant.mode, order.currency), 1
            yield ("revenue", order.merchant.mode, order.currency), order.amount
    for refund in Refund.select(Refund, Payment, Merchant).join(Payment).join(Merchant):
        if refund.status not in ("failed", "canceled") and _is_recent(refund.created_at):
            yield ("refunds", refund.payment.merchant.mode, refund.currency), refund.amount
    yield from _subscription_values()
    for subscription in Subscription.select(Subscription, Merchant).join(Merchant):
        for invoice in Invoice.all_of(subscription):
            if invoice.reason != FIRST_INVOICE:
                yield from _renewal(invoice, subscription)


def _subscription_values() -> Iterator[tuple[Key, int]]:
    values: dict[tuple[str, str], Fraction] = {}
    for subscription in Subscription.select(Subscription, Merchant).join(Merchant):
        if is_charged_again(subscription):
            key = subscription.merchant.mode, subscription.currency
            yield ("subscriptions", *key), 1
            monthly = Fraction(subscription.total.amount) * TIMES_PER_YEAR[subscription.interval] / 12
            values[key] = values.get(key, Fraction(0)) + monthly / subscription.every
    for key, value in values.items():
        yield ("monthly-value", *key), math.floor(value + Fraction(1, 2))


def _renewal(invoice: Invoice, subscription: Subscription) -> Iterator[tuple[Key, int]]:
    key = subscription.merchant.mode, invoice.currency
    received = invoice.amount_paid if invoice.amount_received is None else invoice.amount_received
    is_paid = invoice.status == InvoiceStatus.PAID
    if is_paid and _is_recent(invoice.paid_at):
        yield ("revenue", *key), received
    if invoice.failed_at is None:
        return
    is_lost = invoice.status in ("void", "uncollectible") or (subscription.is_ended and not invoice.needs)
    if is_paid:
        yield ("recovered", *key), received
    elif not is_lost:
        yield ("at-risk", *key), invoice.amount


def _is_recent(at: datetime | None) -> bool:
    """Today and the 29 days before, in the shop's time zone."""
    return at is not None and _day(now()) - timedelta(days=DAYS - 1) <= _day(at) <= _day(now())


def _day(at: datetime) -> date:
    return at.astimezone(ZoneInfo(settings.time_zone())).date()
