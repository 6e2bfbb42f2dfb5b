"""Receipts: one for each received payment of an order or of a subscription's period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from peewee import fn

from storefront.customers.purchases import is_valid_token, order_of, subscription_of
from storefront.models import Invoice, InvoiceStatus, Order, OutsidePayment, Refund
from storefront.money import Money
from storefront.payments import refunded_amount
from storefront.subscriptions import CustomerSubscription


@dataclass(frozen=True)
class Receipt:
    """One payment that the shop received.

    `key` is its id in URLs: the order's token, or the invoice's public id. `number` is shown to people. `refunded` is
    the sum of succeeded refunds, `returning` of pending ones. `period` is the paid period of a subscription.
    `paid_outside` is the part that was not paid by card but to the seller directly, `outside_payment` says how, if the
    owner has marked the order as paid. `invoice` is that of a period, None
    for the order's own payment.
    """

    key: str
    number: str
    order: Order
    paid_at: datetime
    total: Money
    refunded: Money
    returning: Money
    period: tuple[datetime, datetime] | None = None
    paid_outside: Money | None = None
    outside_payment: OutsidePayment | None = None
    invoice: Invoice | None = None

    @property
    def kept(self) -> Money:
        """The total minus succeeded refunds."""
        return Money(self.total.amount - self.refunded.amount, self.total.currency)


def receipt_of(email: str, key: str) -> Receipt | None:
    """Return the receipt with this key. None if there is none or it belongs to another email address."""
    order = order_of(email, key)
    if order is not None:
        return _of_order(order)
    invoice = Invoice.get_or_none(Invoice.public_id == key) if is_valid_token(key) else None
    owned = subscription_of(email, invoice.subscription.public_id) if invoice is not None else None
    return next((receipt for receipt in receipts_of(owned) if receipt.key == key), None) if owned else None


def receipts_of(owned: CustomerSubscription) -> list[Receipt]:
    """Return a subscription's receipts, newest first. The receipt of its first payment is the order's."""
    order = owned.subscription.order
    paid = [one for one in owned.invoices if one.status == InvoiceStatus.PAID and one.amount > 0 and not one.is_first]
    refunds = _refunds_by_payment([one.payment_id for one in paid if one.payment_id is not None])
    receipts = [_of_invoice(one, order, refunds.get(one.payment_id or 0, {})) for one in paid]
    first = _of_order(order)
    return [*receipts, first] if first else receipts


def _of_order(order: Order) -> Receipt | None:
    """Return the receipt of an order's own payment. None if nothing was paid."""
    if order.paid_at is None or not order.is_settled or order.amount == 0:
        return None
    refunded = refunded_amount(order)
    return Receipt(
        key=order.token,
        number=str(order.number),
        order=order,
        paid_at=order.paid_at,
        total=order.total,
        refunded=Money(refunded, order.currency),
        returning=Money(refunded_amount(order, "succeeded", "pending") - refunded, order.currency),
        paid_outside=order.total if order.paid_outside else None,
        outside_payment=OutsidePayment.of(order),
    )


def _of_invoice(invoice: Invoice, order: Order, refunds: dict[str, int]) -> Receipt:
    start, end = invoice.period_start, invoice.period_end
    return Receipt(
        key=invoice.public_id,
        number=invoice.number or f"{order.number}-{invoice.id}",
        order=order,
        paid_at=invoice.paid_at or invoice.created_at,
        total=invoice.total,
        refunded=Money(refunds.get("succeeded", 0), invoice.currency),
        returning=Money(refunds.get("pending", 0), invoice.currency),
        period=(start, end) if start and end else None,
        paid_outside=invoice.paid_outside if invoice.paid_outside.amount else None,
        invoice=invoice,
    )


def _refunds_by_payment(payments: list[int]) -> dict[int, dict[str, int]]:
    """Return {payment id: {refund status at Stripe: sum in minor units}}."""
    found: dict[int, dict[str, int]] = {}
    rows = (
        Refund.select(Refund.payment, Refund.status, fn.SUM(Refund.amount))
        .where(Refund.payment.in_(payments))
        .group_by(Refund.payment, Refund.status)
    )
    for payment_id, status, total in cast(Iterable[tuple[int, str, int]], rows.tuples()):
        found.setdefault(payment_id, {})[status] = int(total)
    return found
