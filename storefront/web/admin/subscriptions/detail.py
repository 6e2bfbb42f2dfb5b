"""What the page of one subscription shows, whole or as the piece that htmx swaps."""

from dataclasses import dataclass
from typing import Any

from peewee import ModelSelect, fn

from storefront import subscriptions
from storefront.models import (
    Email,
    Invoice,
    InvoiceStatus,
    Offer,
    Payment,
    Refund,
    Subscription,
    search,
)
from storefront.money import Money
from storefront.web.admin.labels import billing_terms as rhythm_words
from storefront.web.admin.labels import emails as letter_words
from storefront.web.admin.labels import orders as order_words
from storefront.web.admin.labels import subscription_help as subscription_ways
from storefront.web.admin.labels import subscriptions as subscription_words
from storefront.web.admin.shared import offer_url, order_url, stripe_invoice_url, stripe_subscription_url


@dataclass(frozen=True)
class InvoiceLine:
    """`instalment` counts from 1 in a plan, else it is 0. `back` has gone back or is on its way, `left` can still."""

    invoice: Invoice
    instalment: int
    back: Money
    left: Money


def all_about(subscription: Subscription) -> dict[str, Any]:
    """What the page shows; a fixed number of queries however many invoices there are."""
    order = subscription.order
    lines = _lines(subscription)
    return {
        "subscription": subscription,
        "order": order,
        "merchant": subscription.merchant,
        "offer": Offer.get_by_id(order.offer_id),
        "unit_price": Money(subscription.unit_amount, subscription.currency),
        "next_price": _next_price(subscription),
        "waiting": search.open_renewals_of([subscription]).get(subscription.id),
        "lines": lines,
        "paid_instalments": sum(1 for line in lines if line.instalment and line.invoice.status == InvoiceStatus.PAID),
        "open_instalments": sum(1 for line in lines if line.instalment and line.invoice.status == InvoiceStatus.OPEN),
        "siblings": list(_siblings(subscription)),
        "timeline": order.timeline(),
        "letters": list(Email.select().where(Email.order == order).order_by(Email.id)),
        "actions": subscriptions.allowed_actions(subscription, "owner"),
        "letter_words": letter_words,
        "order_words": order_words,
        "rhythm_words": rhythm_words,
        "subscription_ways": subscription_ways,
        "subscription_words": subscription_words,
        "offer_address": offer_url,
        "order_address": order_url,
        "stripe_invoice_address": stripe_invoice_url,
        "stripe_subscription_address": stripe_subscription_url,
    }


def _siblings(subscription: Subscription) -> "ModelSelect[Subscription]":
    """Other attempts to begin the same order's subscription."""
    same = (Subscription.order == subscription.order) & (Subscription.id != subscription.id)
    return Subscription.select().where(same).order_by(Subscription.id)


def _next_price(subscription: Subscription) -> Money | None:
    """What the owner has decided it shall cost each time, where that isn't so yet."""
    amount = subscription.next_unit_amount
    return None if amount is None else Money(amount * subscription.quantity, subscription.currency)


def _lines(subscription: Subscription) -> list[InvoiceLine]:
    """Newest first. An instalment is what asks for money and was not made void."""
    invoices = Invoice.select(Invoice, Payment).left_outer_join(Payment).where(Invoice.subscription == subscription)
    oldest_first = list(invoices.order_by(Invoice.created_at, Invoice.id))
    back = _gone_back(subscription)
    lines, instalment = [], 0
    for invoice in oldest_first:
        counts = subscription.is_plan and invoice.amount > 0 and invoice.status != InvoiceStatus.VOID
        instalment += counts
        paid = invoice.payment.amount if invoice.payment and invoice.payment.has_succeeded else 0
        gone = back.get(invoice.payment_id or 0, 0)
        currency = invoice.currency
        lines.append(
            InvoiceLine(
                invoice, instalment if counts else 0, Money(gone, currency), Money(max(0, paid - gone), currency)
            )
        )
    return lines[::-1]


def _gone_back(subscription: Subscription) -> dict[int, int]:
    """{payment id: minor units that have gone back or are on their way}."""
    kept = (Refund.order == subscription.order_id) & Refund.not_failed()
    rows = Refund.select(Refund.payment, fn.SUM(Refund.amount)).where(kept).group_by(Refund.payment).tuples()
    return {payment_id: int(total) for payment_id, total in rows.iterator()}
