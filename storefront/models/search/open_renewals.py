"""The queues of open renewals: subscriptions whose renewal waits for the customer, the most urgent first.

Subscriptions of disconnected merchants are left out: the shop can't take their payments.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from peewee import JOIN, fn

from storefront.models import (
    CounterKind,
    Counts,
    Email,
    EmailState,
    Invoice,
    InvoiceNeed,
    Merchant,
    OpenRenewalRow,
    Order,
    Subscription,
    counts,
)
from storefront.models.search.bounded_counts import count_of, count_of_text, total_of
from storefront.models.search.full_text import TextSearch
from storefront.models.search.orders import order_text
from storefront.models.search.pages import FIRST_PAGE, Page, Place, Total, read_page, source_of
from storefront.models.search.subscriptions import SubscriptionSearch
from storefront.money import Money

DELIVERED = (EmailState.SENT, EmailState.KEPT)
# A queue is read in the order of these.
_KEYS = (OpenRenewalRow.due_at, OpenRenewalRow.invoice_id)


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
    """The renewals that need `needs`. Two queries for any number, and one more for a text on SQLite."""
    found = _listed(search, needs)
    source = source_of(found, *_KEYS, descending=False)
    if search.text:
        looked_up = _with_orders(_listed(search, needs, is_looked_up=True))
        source = _text_of(search).source(_with_orders(found), *_KEYS, listed=source, looked_up=looked_up)
    rows = OpenRenewalRow.select(OpenRenewalRow, Invoice, Subscription, Order, Merchant, _emails_sent())
    rows = rows.join(Invoice, on=(Invoice.id == OpenRenewalRow.invoice_id), attr="invoice").join(Subscription)
    rows = rows.join(Order).switch(Subscription).join(Merchant)
    page = read_page(source, rows, *_KEYS, place=place)
    return Page([_open_renewal(row) for row in page.rows], page.total, page.previous, page.next)


def subscription_page(search: SubscriptionSearch, place: Place) -> tuple[Page[Subscription], dict[int, OpenRenewal]]:
    """The page of the list of subscriptions, and {subscription id: open renewal} of those on it that have one."""
    rows = Subscription.with_relations().select_extend(OpenRenewalRow, Invoice, _emails_sent())
    of_subscription = OpenRenewalRow.subscription_id == Subscription.id
    rows = rows.join_from(Subscription, OpenRenewalRow, JOIN.LEFT_OUTER, on=of_subscription, attr="open_renewal")
    newest = Invoice.id == OpenRenewalRow.invoice_id
    rows = rows.join_from(OpenRenewalRow, Invoice, JOIN.LEFT_OUTER, on=newest, attr="invoice")
    page = search.page(place, rows)
    return page, {
        subscription.id: _open_renewal(row, subscription)
        for subscription in page.rows
        if (row := getattr(subscription, "open_renewal", None)) is not None
    }


def open_renewals_of(subscriptions: list[Subscription]) -> dict[int, OpenRenewal]:
    """{subscription id: open renewal} of those in `subscriptions` that have one. One query."""
    known = {subscription.id: subscription for subscription in subscriptions}
    rows = OpenRenewalRow.select(OpenRenewalRow, Invoice, _emails_sent())
    rows = rows.join(Invoice, on=(Invoice.id == OpenRenewalRow.invoice_id), attr="invoice")
    found = list(rows.where(OpenRenewalRow.subscription_id.in_(list(known))))
    return {row.subscription_id: _open_renewal(row, known[row.subscription_id]) for row in found}


def open_renewal_counts(search: SubscriptionSearch, *kinds: CounterKind) -> tuple[dict[InvoiceNeed, Total], Counts]:
    """{need: number of subscriptions} that match the search, and the counts of OPEN_RENEWALS and `kinds`. One query.

    Of those that match a text or several filters, at most MOST_COUNTED are counted.
    """
    kinds = (CounterKind.OPEN_RENEWALS, *kinds)
    if replace(search, sort="") == SubscriptionSearch(mode=search.mode):
        counted = counts(*kinds)
        return {need: Total(number) for need, number in needs_in(counted, search.mode).items()}, counted
    also = [query for need in InvoiceNeed for query in _queries(search, need)]
    counted = counts(*kinds, also=also)
    return {need: total_of(need, counted) for need in InvoiceNeed}, counted


def count_open_renewals() -> int:
    """Number of subscriptions with an open renewal. One small query: every admin page shows it."""
    return counts(CounterKind.OPEN_RENEWALS).number(CounterKind.OPEN_RENEWALS)


def needs_in(counted: Counts, mode: str = "") -> dict[InvoiceNeed, int]:
    """{need: number of subscriptions with an open renewal}, in one mode or in both."""
    found = [one for one in counted.of(CounterKind.OPEN_RENEWALS) if mode in ("", one.mode)]
    return {need: sum(one.number for one in found if one.status == need) for need in InvoiceNeed}


def _queries(search: SubscriptionSearch, needs: InvoiceNeed) -> list[Any]:
    """The queries that count those that match the search and need `needs`."""
    found = _listed(search, needs)
    if not search.text:
        return count_of(needs, found)
    text, looked_up = _text_of(search), _listed(search, needs, is_looked_up=True)
    return count_of_text(needs, text, _with_orders(found), _with_orders(looked_up), *_KEYS)


def _listed(search: SubscriptionSearch, needs: InvoiceNeed, is_looked_up: bool = False) -> Any:
    """A query for the rows of a queue that match the filters of the search, not its text.

    `is_looked_up`: the rows of some orders are read. As an expression, because SQLite would prefer the queue's index.
    """
    row = OpenRenewalRow
    is_connected = row.is_connected + 0 if is_looked_up else row.is_connected
    query = row.select().where(is_connected == 1, row.needs == needs)
    if search.status:
        query = query.where(row.status == search.status)
    if search.mode:
        query = query.where(row.mode == search.mode)
    return query.where(row.offer_id == search.offer_id) if search.offer_id else query


def _with_orders(query: Any) -> Any:
    return query.join(Order, on=(Order.id == OpenRenewalRow.order_id))


def _text_of(search: SubscriptionSearch) -> TextSearch:
    return order_text(search.text, OpenRenewalRow.order_id)


def _emails_sent() -> Any:
    """The number of emails that the customer got about the invoice of a row. Emails to the owner have no recipient."""
    # The state as an expression: SQLite would read all delivered emails through the index of the states.
    sent = Email.select(fn.COUNT(Email.id)).where(
        Email.invoice == OpenRenewalRow.invoice_id, Email.recipient != "", Email.state.concat("").in_(DELIVERED)
    )
    return sent.alias("emails_sent")


def _open_renewal(row: Any, subscription: Any = None) -> OpenRenewal:
    """`row` has its `invoice`. The number of emails was read with the row, or with the subscription."""
    invoice, read_with = row.invoice, row if hasattr(row, "emails_sent") else subscription
    if subscription is not None:
        invoice.subscription = subscription
    at_risk = Money(row.amount, invoice.currency)
    return OpenRenewal(invoice, invoice.subscription, at_risk, row.invoices, read_with.emails_sent)
