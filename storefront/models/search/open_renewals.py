"""The queues of open renewals: subscriptions whose renewal waits for the customer, the most urgent first.

Subscriptions of disconnected merchants are left out: the shop can't take their payments.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN, Value, fn

from storefront.models import (
    CounterKind,
    Counts,
    Email,
    EmailState,
    Invoice,
    InvoiceNeed,
    InvoiceStatus,
    Merchant,
    Order,
    Subscription,
    counts,
)
from storefront.models.search.pages import FIRST_PAGE, Page, Place, read_page, source_of
from storefront.models.search.subscriptions import SubscriptionSearch
from storefront.money import Money

DELIVERED = (EmailState.SENT, EmailState.KEPT)
# Renewals of subscriptions without a period stand last.
NO_PERIOD = datetime(9999, 12, 31)  # as the table stores it


# The kind of the counts of those that match a search: no counter has it.
_MATCHING = "matching"


@dataclass(frozen=True)
class OpenRenewal:
    """A subscription (with order and merchant) and its newest payable invoice.

    `at_risk` is the sum of all its payable invoices and `invoices` their number. `emails_sent` is the number of emails
    that the customer got about the newest one.
    """

    invoice: Invoice
    subscription: Subscription
    at_risk: Money
    invoices: int
    emails_sent: int

    @property
    def deadline(self) -> datetime | None:
        """End of the unpaid period, when the next charge is due. None if the subscription has ended."""
        if self.subscription.is_ended:
            return None
        ends = [at for at in (self.invoice.period_end, self.subscription.cancel_at) if at is not None]
        return min(ends, default=None)


def open_renewal_page(needs: InvoiceNeed, search: SubscriptionSearch, place: Place = FIRST_PAGE) -> Page[OpenRenewal]:
    """The renewals that need `needs`. Two queries for any number."""
    rows = Invoice.select(Invoice, Subscription, Order, Merchant).join(Subscription).join(Order)
    rows = rows.switch(Subscription).join(Merchant)
    found = search.filter_query(rows).where(_is_listed(), Invoice.needs == needs)
    keys = fn.COALESCE(Subscription.period_end, NO_PERIOD), Invoice.created_at, Invoice.id
    page: Page[Invoice] = read_page(source_of(found, *keys, descending=False), _with_amounts(rows), *keys, place=place)
    return Page(_described(page.rows), page.total, page.previous, page.next)


def subscription_page(search: SubscriptionSearch, place: Place) -> tuple[Page[Subscription], dict[int, OpenRenewal]]:
    """The page of the list of subscriptions, and {subscription id: open renewal} of those on it that have one."""
    payable = Invoice.alias()
    newest = payable.select(payable.id).where(payable.subscription == Subscription.id, _is_payable(payable))
    newest = newest.order_by(payable.created_at.desc(), payable.id.desc()).limit(1)
    rows = Subscription.with_relations().select_extend(Invoice)
    rows = rows.join_from(Subscription, Invoice, JOIN.LEFT_OUTER, on=(Invoice.id == newest), attr="open_invoice")
    page = search.page(place, _with_amounts(rows))
    return page, {
        subscription.id: _open_renewal(invoice, subscription, subscription)
        for subscription in page.rows
        if (invoice := getattr(subscription, "open_invoice", None)) is not None
    }


def open_renewals_of(subscriptions: list[Subscription]) -> dict[int, OpenRenewal]:
    """{subscription id: open renewal} of those in `subscriptions` that have one. One query."""
    ids = [subscription.id for subscription in subscriptions]
    known = {subscription.id: subscription for subscription in subscriptions}
    found = list(_with_amounts(Invoice.select()).where(Invoice.subscription.in_(ids), _is_payable(), _is_newest()))
    for invoice in found:
        invoice.subscription = known[invoice.subscription_id]
    return {renewal.subscription.id: renewal for renewal in _described(found)}


def open_renewal_counts(search: SubscriptionSearch, *kinds: CounterKind) -> tuple[dict[InvoiceNeed, int], Counts]:
    """{need: number of subscriptions} that match the search, and the counts of OPEN_RENEWALS and `kinds`. One query."""
    kinds = (CounterKind.OPEN_RENEWALS, *kinds)
    if search == SubscriptionSearch(mode=search.mode):
        counted = counts(*kinds)
        return needs_in(counted, search.mode), counted
    columns = (Value(_MATCHING), Value(""), Value(""), Invoice.needs, fn.COUNT(Invoice.id), Value(0))
    query = search.filter_query(
        Invoice.select(*columns).join(Subscription).join(Order).switch(Subscription).join(Merchant)
    )
    counted = counts(*kinds, also=query.where(_is_listed()).group_by(Invoice.needs))
    matching = {InvoiceNeed(one.status): one.number for one in counted if one.kind == _MATCHING}
    return dict.fromkeys(InvoiceNeed, 0) | matching, counted


def count_open_renewals() -> int:
    """Number of subscriptions with an open renewal. One small query: every admin page shows it."""
    return counts(CounterKind.OPEN_RENEWALS).number(CounterKind.OPEN_RENEWALS)


def needs_in(counted: Counts, mode: str = "") -> dict[InvoiceNeed, int]:
    """{need: number of subscriptions with an open renewal}, in one mode or in both."""
    found = [one for one in counted.of(CounterKind.OPEN_RENEWALS) if mode in ("", one.mode)]
    return {need: sum(one.number for one in found if one.status == need) for need in InvoiceNeed}


def _with_amounts(query: Any) -> Any:
    """The query with the values that an open renewal needs of other rows: for each invoice `amount_at_risk`, `invoices`
    and `emails_sent`.
    """
    other = Invoice.alias()
    payable = other.select().where(other.subscription == Invoice.subscription, _is_payable(other))
    # The state as an expression: SQLite would read all delivered emails through the index of the states.
    # Emails to the owner have no recipient.
    sent = Email.select(fn.COUNT(Email.id)).where(
        Email.invoice == Invoice.id, Email.recipient != "", Email.state.concat("").in_(DELIVERED)
    )
    return query.select_extend(
        payable.columns(fn.SUM(other.amount)).alias("amount_at_risk"),
        payable.columns(fn.COUNT(other.id)).alias("invoices"),
        sent.alias("emails_sent"),
    )


def _described(invoices: Iterable[Any]) -> list[OpenRenewal]:
    """The open renewals of invoices that were read by `_with_amounts`."""
    return [_open_renewal(invoice, invoice.subscription, invoice) for invoice in invoices]


def _open_renewal(invoice: Invoice, subscription: Subscription, amounts: Any) -> OpenRenewal:
    """`amounts` is the record that has the values of `_with_amounts`."""
    at_risk = Money(int(amounts.amount_at_risk), invoice.currency)
    return OpenRenewal(invoice, subscription, at_risk, amounts.invoices, amounts.emails_sent)


def _is_listed() -> Any:
    return Invoice.payable() & _is_newest() & Merchant.disconnected_at.is_null()


def _is_payable(source: Any = Invoice) -> Any:
    # `payable` with expressions: SQLite would read all payable invoices through the index of the needs.
    return source.needs.concat("").in_(list(InvoiceNeed)) & (source.status.concat("") == InvoiceStatus.OPEN)


def _is_newest() -> Any:
    """The condition that a payable invoice is the newest one of its subscription, which the pay link opens."""
    newer = Invoice.alias()
    is_later = (newer.created_at > Invoice.created_at) | (
        (newer.created_at == Invoice.created_at) & (newer.id > Invoice.id)
    )
    later = newer.select(newer.id).where(newer.subscription == Invoice.subscription, Invoice.payable(newer), is_later)
    return ~fn.EXISTS(later)
