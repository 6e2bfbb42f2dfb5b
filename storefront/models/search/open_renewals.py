"""The queues of open renewals: subscriptions whose renewal waits for the customer, the most urgent first.

Subscriptions of disconnected merchants are left out: the shop can't take their payments.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from peewee import fn

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
    """The renewals that need `needs`. Four queries for any number."""
    rows = Invoice.select(Invoice, Subscription, Order, Merchant).join(Subscription).join(Order)
    rows = rows.switch(Subscription).join(Merchant)
    found = search.filter_query(rows).where(_is_listed(), Invoice.needs == needs)
    keys = fn.COALESCE(Subscription.period_end, NO_PERIOD), Invoice.created_at, Invoice.id
    page: Page[Invoice] = read_page(source_of(found, *keys, descending=False), rows, *keys, place=place)
    return Page(_described(page.rows), page.total, page.previous, page.next)


def open_renewals_of(subscriptions: list[Subscription]) -> dict[int, OpenRenewal]:
    """{subscription id: open renewal} of those in `subscriptions` that have one. At most three queries."""
    ids = [subscription.id for subscription in subscriptions]
    known = {subscription.id: subscription for subscription in subscriptions}
    found = list(Invoice.select().where(_is_payable_of(ids), _is_newest()))
    for invoice in found:
        invoice.subscription = known[invoice.subscription_id]
    return {renewal.subscription.id: renewal for renewal in _described(found)}


def open_renewal_counts(search: SubscriptionSearch, counted: Counts) -> dict[InvoiceNeed, int]:
    """{need: number of subscriptions}, in one query; none if the search is limited to a mode, or to nothing.

    `counted` are the counts of OPEN_RENEWALS.
    """
    if search == SubscriptionSearch(mode=search.mode):
        return needs_in(counted, search.mode)
    query = Invoice.select(Invoice.needs, fn.COUNT(Invoice.id)).join(Subscription).join(Order)
    query = search.filter_query(query.switch(Subscription).join(Merchant)).where(_is_listed()).group_by(Invoice.needs)
    rows = cast(Iterable[tuple[str, int]], query.tuples())
    return dict.fromkeys(InvoiceNeed, 0) | {InvoiceNeed(needs): count for needs, count in rows}


def count_open_renewals() -> int:
    """Number of subscriptions with an open renewal. One small query: every admin page shows it."""
    return counts(CounterKind.OPEN_RENEWALS).number(CounterKind.OPEN_RENEWALS)


def needs_in(counted: Counts, mode: str = "") -> dict[InvoiceNeed, int]:
    """{need: number of subscriptions with an open renewal}, in one mode or in both."""
    found = [one for one in counted.of(CounterKind.OPEN_RENEWALS) if mode in ("", one.mode)]
    return {need: sum(one.number for one in found if one.status == need) for need in InvoiceNeed}


def _described(invoices: list[Invoice]) -> list[OpenRenewal]:
    ids = [invoice.subscription_id for invoice in invoices]
    sums = Invoice.select(Invoice.subscription, fn.SUM(Invoice.amount), fn.COUNT(Invoice.id)).where(_is_payable_of(ids))
    rows = cast(Iterable[tuple[int, int, int]], sums.group_by(Invoice.subscription).tuples()) if ids else ()
    at_risk = {subscription_id: (int(total), count) for subscription_id, total, count in rows}
    emails = _count_emails_about([invoice.id for invoice in invoices])
    described = []
    for invoice in invoices:
        total, count = at_risk[invoice.subscription_id]
        money = Money(total, invoice.currency)
        sent = emails.get(invoice.id, 0)
        described.append(OpenRenewal(invoice, invoice.subscription, money, count, sent))
    return described


def _count_emails_about(invoice_ids: list[int]) -> dict[int, int]:
    """{invoice id: number of emails sent to the customer}. Emails to the owner have no recipient."""
    if not invoice_ids:
        return {}
    # The state as an expression: SQLite would read all delivered emails through the index of the states.
    sent = Email.select(Email.invoice, fn.COUNT(Email.id)).where(
        Email.invoice.in_(invoice_ids), Email.recipient != "", Email.state.concat("").in_(DELIVERED)
    )
    rows = cast(Iterable[tuple[int, int]], sent.group_by(Email.invoice).tuples())
    return {invoice_id: count for invoice_id, count in rows}  # noqa: C416


def _is_listed() -> Any:
    return Invoice.payable() & _is_newest() & Merchant.disconnected_at.is_null()


def _is_payable_of(subscription_ids: list[int]) -> Any:
    # `payable` with expressions: SQLite would read all payable invoices through the index of the needs.
    is_payable = Invoice.needs.concat("").in_(list(InvoiceNeed)) & (Invoice.status.concat("") == InvoiceStatus.OPEN)
    return Invoice.subscription.in_(subscription_ids) & is_payable


def _is_newest() -> Any:
    """The condition that a payable invoice is the newest one of its subscription, which the pay link opens."""
    newer = Invoice.alias()
    is_later = (newer.created_at > Invoice.created_at) | (
        (newer.created_at == Invoice.created_at) & (newer.id > Invoice.id)
    )
    later = newer.select(newer.id).where(newer.subscription == Invoice.subscription, Invoice.payable(newer), is_later)
    return ~fn.EXISTS(later)
