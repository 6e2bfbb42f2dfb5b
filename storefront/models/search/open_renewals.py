"""The queues: subscriptions whose renewal waits for their customer, the most urgent first.

Not those of a disconnected account: what is open there can't be paid here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from peewee import fn

from storefront.models import Email, EmailState, Invoice, InvoiceNeed, Merchant, Order, Subscription
from storefront.models.search.subscriptions import PER_PAGE, SubscriptionSearch
from storefront.money import Money

DELIVERED = (EmailState.SENT, EmailState.KEPT)


@dataclass(frozen=True)
class OpenRenewal:
    """A subscription (with order and merchant) and the newest invoice that its customer can pay.

    `at_risk` is the money of all its waiting invoices, `invoices` how many they are; `letters` how many were sent
    to the customer about the newest.
    """

    invoice: Invoice
    subscription: Subscription
    at_risk: Money
    invoices: int
    letters: int

    @property
    def until(self) -> datetime | None:
        """When the period that isn't paid ends: the next charge is due then. None of a subscription that has ended."""
        if self.subscription.is_ended:
            return None
        ends = [at for at in (self.invoice.period_end, self.subscription.cancel_at) if at is not None]
        return min(ends, default=None)


def open_renewal_page(needs: InvoiceNeed, search: SubscriptionSearch, number: int) -> tuple[list[OpenRenewal], bool]:
    """A page of the queue of those that need `needs`; whether there is a next one. Three queries, however many."""
    query = Invoice.select(Invoice, Subscription, Order, Merchant).join(Subscription).join(Order)
    query = search.narrow(query.switch(Subscription).join(Merchant)).where(_can_be_paid(), Invoice.needs == needs)
    query = query.order_by(Subscription.period_end, Invoice.created_at, Invoice.id)
    found = list(query.limit(PER_PAGE + 1).offset((number - 1) * PER_PAGE))
    return _described(found[:PER_PAGE]), len(found) > PER_PAGE


def open_renewals_of(subscriptions: list[Subscription]) -> dict[int, OpenRenewal]:
    """{subscription id: what it waits for} of those among `subscriptions` that wait; two queries, or one if none."""
    ids = [subscription.id for subscription in subscriptions]
    known = {subscription.id: subscription for subscription in subscriptions}
    found = list(Invoice.select().where(_is_newest(), Invoice.subscription.in_(ids)))
    for invoice in found:
        invoice.subscription = known[invoice.subscription_id]
    return {waiting.subscription.id: waiting for waiting in _described(found)}


def open_renewal_counts(search: SubscriptionSearch = SubscriptionSearch()) -> dict[InvoiceNeed, int]:  # noqa: B008 - it can't be changed
    """{needs: how many subscriptions wait for it}, in one query."""
    query = Invoice.select(Invoice.needs, fn.COUNT(Invoice.id)).join(Subscription).join(Order)
    query = search.narrow(query.switch(Subscription).join(Merchant)).where(_can_be_paid()).group_by(Invoice.needs)
    rows = cast(Iterable[tuple[str, int]], query.tuples())
    return dict.fromkeys(InvoiceNeed, 0) | {InvoiceNeed(needs): count for needs, count in rows}


def count_open_renewals() -> int:
    """How many subscriptions wait for their customers; one small query, since every page of the owner asks."""
    query = Invoice.select(fn.COUNT(fn.DISTINCT(Invoice.subscription))).join(Subscription).join(Merchant)
    return int(query.where(Invoice.payable(), Merchant.disconnected_at.is_null()).scalar())


def _described(invoices: list[Invoice]) -> list[OpenRenewal]:
    ids = [invoice.subscription_id for invoice in invoices]
    sums = Invoice.select(Invoice.subscription, fn.SUM(Invoice.amount), fn.COUNT(Invoice.id)).where(
        Invoice.payable(), Invoice.subscription.in_(ids)
    )
    rows = cast(Iterable[tuple[int, int, int]], sums.group_by(Invoice.subscription).tuples()) if ids else ()
    at_risk = {subscription_id: (int(total), count) for subscription_id, total, count in rows}
    letters = _letters_about([invoice.id for invoice in invoices])
    described = []
    for invoice in invoices:
        total, count = at_risk[invoice.subscription_id]
        money = Money(total, invoice.currency)
        sent = letters.get(invoice.id, 0)
        described.append(OpenRenewal(invoice, invoice.subscription, money, count, sent))
    return described


def _letters_about(invoice_ids: list[int]) -> dict[int, int]:
    """{invoice id: letters to its customer that went out}; those to the owner have no recipient of their own."""
    if not invoice_ids:
        return {}
    gone = Email.select(Email.invoice, fn.COUNT(Email.id)).where(
        Email.invoice.in_(invoice_ids), Email.recipient != "", Email.state.in_(DELIVERED)
    )
    rows = cast(Iterable[tuple[int, int]], gone.group_by(Email.invoice).tuples())
    return {invoice_id: count for invoice_id, count in rows}  # noqa: C416


def _can_be_paid() -> Any:
    return _is_newest() & Merchant.disconnected_at.is_null()


def _is_newest() -> Any:
    """The newest waiting one of its subscription: what the pay link opens."""
    newer = Invoice.alias()
    is_later = (newer.created_at > Invoice.created_at) | (
        (newer.created_at == Invoice.created_at) & (newer.id > Invoice.id)
    )
    later = newer.select(newer.id).where(newer.subscription == Invoice.subscription, Invoice.payable(newer), is_later)
    return Invoice.payable() & ~fn.EXISTS(later)
