"""What a document says: seller, customer, lines, how it was paid."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from storefront.models import Invoice, LineKind, Order, Payment, ShopProfile
from storefront.pricing import Quote, QuoteLine, quote_of

Content = dict[str, Any]


def of_order(order: Order, card: Mapping[str, str]) -> Content:
    """What the invoice of the order's own payment says. `card` are the columns of the card that has paid."""
    quote = quote_of(order)
    lines = [_line(order, line, line.discount) for line in quote.lines if not (line.recurs and quote.option.has_trial)]
    return {
        **_of_both(order, lines, order.amount, card),
        "paid_at": _moment(order.paid_at),
        "outside": order.amount if order.paid_outside else 0,
    }


def of_renewal(order: Order, invoice: Invoice, payments: Sequence[Payment]) -> Content:
    """What the invoice of a renewal says. `payments` are those of Stripe that have paid it, the largest last."""
    card = {"card_brand": payments[-1].card_brand, "card_last4": payments[-1].card_last4} if payments else {}
    quote: Quote = quote_of(order)
    lines = [_line(order, line, line.later_discount) for line in quote.lines if line.recurs]
    return {
        **_of_both(order, lines, invoice.amount_paid, card),
        "paid_at": _moment(invoice.paid_at or invoice.created_at),
        "period": [_moment(invoice.period_start), _moment(invoice.period_end)],
        "outside": invoice.paid_outside.amount,
        "payments": [payment.id for payment in payments],
    }


def seller(profile: ShopProfile) -> dict[str, str]:
    """The shop as its owner describes it now."""
    return {
        "name": profile.display_name,
        "legal_name": profile.legal_name,
        "address": profile.business_address,
        "country": profile.country,
        "tax_number": profile.tax_number,
        "email": profile.contact_email,
        "phone": profile.contact_phone,
    }


def buyer(order: Order) -> dict[str, str]:
    """The customer as the order names them. No email address: a document is valid without."""
    return {"name": order.name, "company": order.company, "vat_id": order.vat_id, "country": order.country}


def single_line(title: str, amount: int) -> dict[str, Any]:
    """A line that names an amount as a whole."""
    return {"title": title, "quantity": 1, "unit": amount, "discount": 0, "amount": amount}


def _of_both(order: Order, lines: list[dict[str, Any]], amount: int, card: Mapping[str, str]) -> Content:
    if sum(line["amount"] for line in lines) != amount:
        # The price has changed since, or Stripe has charged something beside the period.
        lines = [single_line(order.title, amount)]
    return {
        "order": order.number,
        "lines": lines,
        "taxes": [],
        "code": order.code if any(line["discount"] for line in lines) else "",
        "card": {"brand": card.get("card_brand", ""), "last4": card.get("card_last4", "")},
    }


def _line(order: Order, line: QuoteLine, discount: int) -> dict[str, Any]:
    # The order's title has the price option's label.
    title = order.title if line.kind == LineKind.ITEM else line.title
    return {
        "title": title,
        "quantity": line.quantity,
        "unit": line.unit_amount,
        "discount": discount,
        "amount": line.amount - discount,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at is not None else None


def total_tax(taxes: Iterable[dict[str, Any]]) -> int:
    """Minor units of all taxes."""
    return sum(tax["tax"] for tax in taxes)
