"""Receipts: one for each payment that has come, of an order or of a subscription's period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from peewee import fn

from storefront.customers.purchases import is_valid_token, order_of, subscription_of
from storefront.models import Invoice, Order, Refund
from storefront.money import Money
from storefront.payments import refunded_amount
from storefront.subscriptions import CustomerSubscription


@dataclass(frozen=True)
class Receipt:
    """`key` names it in its address: the order's token, or the invoice's public id.

    `number` is what people read to each other. `period` is what the money was for, where it was for a time.
    `refunded` has gone back, `returning` is on its way.
    """

    key: str
    number: str
    order: Order
    paid_at: datetime
    total: Money
    refunded: Money
    returning: Money
    period: tuple[datetime, datetime] | None = None

    @property
    def kept(self) -> Money:
        """What the seller has in the end."""
        return Money(self.total.amount - self.refunded.amount, self.total.currency)


def receipt_of(email: str, key: str) -> Receipt | None:
    """This address's receipt with this key."""
    order = order_of(email, key)
    if order is not None:
        return of_order(order)
    invoice = Invoice.get_or_none(Invoice.public_id == key) if is_valid_token(key) else None
    held = subscription_of(email, invoice.subscription.public_id) if invoice is not None else None
    return next((one for one in subscription_receipts(held) if one.key == key), None) if held else None


def of_order(order: Order) -> Receipt | None:
    """For what was paid at the start; None where nothing was."""
    if order.paid_at is None or not order.is_settled or order.amount == 0:
        return None
    gone = refunded_amount(order)
    return Receipt(
        key=order.token,
        number=str(order.number),
        order=order,
        paid_at=order.paid_at,
        total=order.total,
        refunded=Money(gone, order.currency),
        returning=Money(refunded_amount(order, "succeeded", "pending") - gone, order.currency),
    )


def subscription_receipts(held: CustomerSubscription) -> list[Receipt]:
    """All of a subscription, newest first; that of its first payment is its order's."""
    order = held.subscription.order
    paid = [one for one in held.invoices if one.status == "paid" and one.amount > 0 and not one.is_first]
    refunds = _refunds_by_payment([one.payment_id for one in paid if one.payment_id is not None])
    found = [_of_invoice(one, order, refunds.get(one.payment_id or 0, {})) for one in paid]
    first = of_order(order)
    return [*found, first] if first else found


def _of_invoice(invoice: Invoice, order: Order, refunds: dict[str, int]) -> Receipt:
    period = (invoice.period_start, invoice.period_end)
    return Receipt(
        key=invoice.public_id,
        number=invoice.number or f"{order.number}-{invoice.id}",
        order=order,
        paid_at=invoice.paid_at or invoice.created_at,
        total=invoice.total,
        refunded=Money(refunds.get("succeeded", 0), invoice.currency),
        returning=Money(refunds.get("pending", 0), invoice.currency),
        period=(period[0], period[1]) if period[0] and period[1] else None,
    )


def _refunds_by_payment(payments: list[int]) -> dict[int, dict[str, int]]:
    """{payment id: {Stripe's status of refunds: minor units}}."""
    found: dict[int, dict[str, int]] = {}
    rows = (
        Refund.select(Refund.payment, Refund.status, fn.SUM(Refund.amount))
        .where(Refund.payment.in_(payments))
        .group_by(Refund.payment, Refund.status)
    )
    for payment_id, status, total in cast(Iterable[tuple[int, str, int]], rows.tuples()):
        found.setdefault(payment_id, {})[status] = int(total)
    return found
