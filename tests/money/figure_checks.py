"""Whether the figures of the dashboard are what the rows add up to. The rows are added here in Python, one by one."""

import math
import re
from bisect import bisect_right
from collections import Counter as Sums
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from storefront import settings
from storefront.models import (
    DECLINE_WINDOW,
    FIRST_INVOICE,
    REQUESTS_SLUG,
    Decline,
    Invoice,
    InvoiceStatus,
    Merchant,
    Offer,
    Order,
    Payment,
    Refund,
    Subscription,
    now,
)
from tests.money.counter_checks import is_charged_again, waiting_numbers

# The name of the figure, mode, currency. A count of both modes and all currencies has neither.
Key = tuple[str, str, str]
# The same, and which period or offer it is of: `data-period="2027-01-31"`, `data-offer="7" data-month="2027-01"`.
DetailKey = tuple[str, str, str, str]
FIGURE = re.compile(
    r'<data (?:class="\w+" )?data-figure="([\w-]+)"(?: data-mode="(\w+)")?(?: data-currency="(\w+)")?'
    r'(.*?) value="(-?\d+)">'
)
# What waits for the owner: {name of the figure: (kind, status) of what `waiting_numbers` counts}
COUNTS = {
    "open-withdrawals": [("open_withdrawals", "")],
    "open-disputes": [("open_disputes", "")],
    "undecided-documents": [("undecided_documents", "")],
    "found-payments": [("found_payments", "")],
    "failing-emails": [("failing_emails", ""), ("given_up_emails", "")],
    "low-key-lists": [("low_key_lists", "")],
    "open-renewals-authentication": [("open_renewals", "authentication")],
    "open-renewals-card": [("open_renewals", "card")],
    "open-requests": [("open_requests", "")],
}
DAYS = 30
MOST_OFFERS = 5
TIMES_PER_YEAR = {"day": 365, "week": 52, "month": 12, "year": 1}


@dataclass(frozen=True)
class Taking:
    """One paid order, paid renewal or refund. `kind` is `orders`, `renewals` or `refunds`."""

    kind: str
    mode: str
    currency: str
    day: date
    amount: int
    offer_id: int

    def figures(self) -> Iterator[tuple[str, int]]:
        """The names of the figures that it is in, and what it adds to them."""
        if self.kind == "refunds":
            yield "refunds", self.amount
        else:
            yield self.kind, 1
            yield "revenue", self.amount


def figures_of(page: str) -> dict[Key, int]:
    """The figures of a mode and currency that are there once, as every script may rely on."""
    return {key[:3]: value for key, value in _all_figures(page).items() if key[2] and not key[3]}


def counts_of(page: str) -> dict[tuple[str, str], int]:
    """What waits for the owner: {(name, mode): number}. The mode is "" where no mode was chosen."""
    return {key[:2]: value for key, value in _all_figures(page).items() if key[0] in COUNTS}


def figure_differences(page: str) -> list[str]:
    """What is wrong, in words; empty if every figure of the page is right to the unit."""
    shown, takings = _all_figures(page), list(_takings())
    expected: Sums[DetailKey] = Sums()
    for key, amount in (*_tiles(takings), *_subscription_values(), *_recovery()):
        expected[(*key, "")] += amount
    expected.update(_chart(shown, takings))
    expected.update(_best_offers(shown, takings))
    expected.update(dict(_waiting(page)))
    expected.update(dict(_declines(shown)))
    return [
        f"figure {key}: {shown.get(key, 0)} instead of {expected[key]}"
        for key in sorted(shown.keys() | expected.keys())
        if shown.get(key, 0) != expected[key]
    ]


def _all_figures(page: str) -> dict[DetailKey, int]:
    found = [((name, mode, currency, of), int(value)) for name, mode, currency, of, value in FIGURE.findall(page)]
    assert len(dict(found)) == len(found) == page.count("<data "), found
    return dict(found)


def _takings() -> Iterator[Taking]:
    for order in Order.select(Order, Merchant).join(Merchant):
        if order.is_settled and order.paid_at and not order.paid_outside:
            group = order.merchant.mode, order.currency
            yield Taking("orders", *group, _day(order.paid_at), order.amount, order.offer_id)
    for subscription, invoice in _renewals():
        received = _received(invoice)
        if invoice.status == InvoiceStatus.PAID and invoice.paid_at and received > 0:
            group = subscription.merchant.mode, invoice.currency
            yield Taking("renewals", *group, _day(invoice.paid_at), received, subscription.offer_id)
    for refund in Refund.select(Refund, Payment, Merchant).join(Payment).join(Merchant):
        if refund.status not in ("failed", "canceled"):
            group = refund.payment.merchant.mode, refund.currency
            yield Taking("refunds", *group, _day(refund.created_at), refund.amount, 0)


def _waiting(page: str) -> Iterator[tuple[DetailKey, int]]:
    numbers = waiting_numbers()
    for name, counted in COUNTS.items():
        # While the mail server is away, the page says only that.
        if name != "failing-emails" or "mail-outage" not in page:
            yield (name, "", "", ""), sum(numbers[one] for one in counted)


def _declines(shown: dict[DetailKey, int]) -> Iterator[tuple[DetailKey, int]]:
    """The declines of the last hour of each address and offer that the page names. Limits decide which these are."""
    recent = list(Decline.select().where(Decline.at >= now() - DECLINE_WINDOW))
    for key in shown:
        if key[0] == "declines":
            named = [(f' data-address="{one.address}"', f' data-offer="{one.offer_id}"') for one in recent]
            yield key, sum(key[3] in names for names in named)


def _tiles(takings: list[Taking]) -> Iterator[tuple[Key, int]]:
    """Today and the 29 days before, in the shop's time zone, and the 30 days before these."""
    today = _day(now())
    for one in takings:
        days_ago = (today - one.day).days
        if 0 <= days_ago < 2 * DAYS:
            before = "-before" if days_ago >= DAYS else ""
            for name, amount in one.figures():
                # Renewals are compared with nothing.
                if (name, before) != ("renewals", "-before"):
                    yield (name + before, one.mode, one.currency), amount


def _chart(shown: dict[DetailKey, int], takings: list[Taking]) -> dict[DetailKey, int]:
    """The sums of every period of the chart, for the one mode and currency that it shows."""
    groups = {(mode, currency) for name, mode, currency, _of in shown if name.startswith("period-")}
    periods = sorted({of for name, _mode, _currency, of in shown if name.startswith("period-")})
    begins = [date.fromisoformat(of.split('"')[1]) for of in periods]
    assert len(groups) == bool(periods), groups
    sums: Sums[DetailKey] = Sums()
    for one in takings:
        place = bisect_right(begins, one.day)
        if place and (one.mode, one.currency) in groups and one.day <= _day(now()):
            for name, amount in one.figures():
                sums[f"period-{name}", one.mode, one.currency, periods[place - 1]] += amount
    return sums


def _best_offers(shown: dict[DetailKey, int], takings: list[Taking]) -> dict[DetailKey, int]:
    """The best offers of the month that the page shows, by default the current one."""
    months = {re.sub(r'.* data-month="|"$', "", of) for name, _mode, _currency, of in shown if name == "offer-revenue"}
    month = months.pop() if months else f"{_day(now()):%Y-%m}"
    groups = {(mode, currency) for _name, mode, currency, of in shown if currency and not of}
    requests = Offer.by_slug(REQUESTS_SLUG)
    sums: dict[tuple[str, str], dict[int, list[int]]] = {group: {} for group in groups}
    for one in takings:
        sold = one.kind != "refunds" and one.offer_id != (requests and requests.id) and f"{one.day:%Y-%m}" == month
        if sold and (one.mode, one.currency) in sums:
            sums[one.mode, one.currency].setdefault(one.offer_id, []).append(one.amount)
    assert not months, months
    expected = {}
    for group, offers in sums.items():
        for offer_id, amounts in sorted(offers.items(), key=lambda item: (-sum(item[1]), item[0]))[:MOST_OFFERS]:
            of = f' data-offer="{offer_id}" data-month="{month}"'
            expected["offer-revenue", *group, of] = sum(amounts)
            expected["offer-payments", *group, of] = len(amounts)
    return expected


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


def _recovery() -> Iterator[tuple[Key, int]]:
    for subscription, invoice in _renewals():
        if invoice.failed_at is None:
            continue
        is_paid, key = invoice.status == InvoiceStatus.PAID, (subscription.merchant.mode, invoice.currency)
        is_lost = invoice.status in ("void", "uncollectible") or (subscription.is_ended and not invoice.needs)
        amount = _received(invoice) if is_paid else invoice.amount
        if amount > 0 and (is_paid or not is_lost):
            name = "recovered" if is_paid else "at-risk"
            yield (name, *key), amount
            yield (f"{name}-renewals", *key), 1


def _renewals() -> Iterator[tuple[Subscription, Invoice]]:
    for subscription in Subscription.select(Subscription, Merchant).join(Merchant):
        for invoice in Invoice.all_of(subscription):
            if invoice.reason != FIRST_INVOICE:
                yield subscription, invoice


def _received(invoice: Invoice) -> int:
    return invoice.amount_paid if invoice.amount_received is None else invoice.amount_received


def _day(at: datetime) -> date:
    return at.astimezone(ZoneInfo(settings.time_zone())).date()
