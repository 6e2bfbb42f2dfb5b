"""The variables of one subscription's templates."""

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
    PlanSwitch,
    Refund,
    Subscription,
    paid_installments,
    search,
)
from storefront.money import Money
from storefront.web.forms import NoteForm


@dataclass(frozen=True)
class InvoiceLine:
    """An invoice with its money.

    `instalment` counts the periods of a payment plan from 1, and may exceed the agreed number; it is 0 for other
    subscriptions and void invoices.
    `refunded` includes pending refunds. `refundable` is the rest of what was paid.
    """

    invoice: Invoice
    instalment: int
    refunded: Money
    refundable: Money


def subscription_context(subscription: Subscription) -> dict[str, Any]:
    """The variables of the subscription's templates, in a fixed number of queries."""
    order = subscription.order
    lines = _invoice_lines(subscription)
    return {
        "subscription": subscription,
        "order": order,
        "merchant": subscription.merchant,
        "offer": Offer.get_by_id(order.offer_id),
        "unit_price": Money(subscription.unit_amount, subscription.currency),
        "next_price": _next_price(subscription),
        "switch": _open_switch(subscription),
        "open_renewal": search.open_renewals_of([subscription]).get(subscription.id),
        "invoice_lines": lines,
        "paid_instalments": paid_installments(subscription, [line.invoice for line in lines]),
        "open_instalments": _count_instalments(lines, InvoiceStatus.OPEN),
        "other_attempts": list(_other_attempts(subscription)),
        "note_form": NoteForm(formdata=None),
        "timeline": order.timeline(),
        "emails": list(Email.select().where(Email.order == order).order_by(Email.id)),
        "actions": subscriptions.allowed_actions(subscription, "owner"),
    }


def _count_instalments(lines: list[InvoiceLine], status: InvoiceStatus) -> int:
    """Without those that exceed the plan: nobody has to pay them."""
    agreed = (line for line in lines if 0 < line.instalment <= line.invoice.subscription.instalments)
    return sum(1 for line in agreed if line.invoice.status == status)


def _other_attempts(subscription: Subscription) -> "ModelSelect[Subscription]":
    """Other subscriptions that were started for the same order."""
    others = (Subscription.order == subscription.order) & (Subscription.id != subscription.id)
    return Subscription.select().where(others).order_by(Subscription.id)


def _next_price(subscription: Subscription) -> Money | None:
    """The new price of each charge, if the owner has decided on one that is not in effect yet."""
    amount = subscription.next_unit_amount
    return None if amount is None else Money(amount * subscription.quantity, subscription.currency)


def _open_switch(subscription: Subscription) -> PlanSwitch | None:
    found = PlanSwitch.current(subscription)
    return found if found is not None and found.is_open else None


def _invoice_lines(subscription: Subscription) -> list[InvoiceLine]:
    """Newest first."""
    invoices = Invoice.select(Invoice, Payment).left_outer_join(Payment).where(Invoice.subscription == subscription)
    refunded_amounts = _refunded_by_payment(subscription)
    lines, instalments = [], 0
    for invoice in list(invoices.order_by(Invoice.created_at, Invoice.id)):
        invoice.subscription = subscription
        instalments += invoice.is_period
        is_instalment = subscription.is_plan and invoice.is_period and invoice.status != InvoiceStatus.VOID
        paid = invoice.payment.amount if invoice.payment and invoice.payment.has_succeeded else 0
        refunded = refunded_amounts.get(invoice.payment_id or 0, 0)
        line = InvoiceLine(
            invoice,
            instalment=instalments if is_instalment else 0,
            refunded=Money(refunded, invoice.currency),
            refundable=Money(max(0, paid - refunded), invoice.currency),
        )
        lines.append(line)
    return lines[::-1]


def _refunded_by_payment(subscription: Subscription) -> dict[int, int]:
    """{payment id: minor units in succeeded and pending refunds}."""
    counted = (Refund.order == subscription.order_id) & Refund.not_failed()
    rows = Refund.select(Refund.payment, fn.SUM(Refund.amount)).where(counted).group_by(Refund.payment).tuples()
    return {payment_id: int(total) for payment_id, total in rows.iterator()}
