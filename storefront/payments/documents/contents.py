"""What a document says: seller, customer, lines, how it was paid."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from storefront.models import Invoice, Order, OutsidePayment, Payment, ShopProfile
from storefront.money import Money
from storefront.pricing import TaxedLine, TaxStatement, tax_statement

Content = dict[str, Any]
Buyer = dict[str, Any]
# The key of the address that the goods were posted to, in a buyer.
SHIP_TO = "ship_to"


def of_order(order: Order, card: Mapping[str, str]) -> Content:
    """What the invoice of the order's own payment says. `card` are the columns of the card that has paid."""
    return {
        **_of_both(order, tax_statement(order, charged=order.total), card),
        "paid_at": _moment(order.paid_at),
        "outside": order.amount if order.paid_outside else 0,
        **_outside(order),
    }


def of_renewal(order: Order, invoice: Invoice, payments: Sequence[Payment]) -> Content:
    """What the invoice of a renewal says. `payments` are those of Stripe that have paid it, the largest last."""
    card = {"card_brand": payments[-1].card_brand, "card_last4": payments[-1].card_last4} if payments else {}
    charged = Money(invoice.amount_paid, invoice.currency)
    return {
        **_of_both(order, tax_statement(order, later=True, charged=charged), card),
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


def buyer(order: Order) -> Buyer:
    """The customer as the order names them. No email address: a document is valid without."""
    named = {"name": order.name, "company": order.company, "vat_id": order.vat_id, "country": order.country}
    posted = {"name": order.name, "lines": order.address_lines, "country": order.country}
    return {**named, **({SHIP_TO: posted} if order.is_posted else {})}


def single_line(title: str, amount: int) -> dict[str, Any]:
    """A line that names an amount as a whole."""
    return {"title": title, "quantity": 1, "unit": amount, "discount": 0, "amount": amount}


def _outside(order: Order) -> Content:
    """How it was paid, if the owner has marked it as paid."""
    found = OutsidePayment.of(order)
    return {"outside_method": found.method, "outside_on": found.received_on} if found is not None else {}


def _of_both(order: Order, statement: TaxStatement, card: Mapping[str, str]) -> Content:
    taxes = [
        {"name": statement.name, "rate": str(total.rate), "net": total.net, "tax": total.tax, "gross": total.gross}
        for total in statement.totals
    ]
    lines = [_line(line, statement.is_added) for line in statement.lines]
    return {
        "order": order.number,
        "lines": lines,
        "taxes": taxes if statement.has_tax else [],
        "reverse_charge": statement.is_reverse_charge,
        "code": order.code if any(line["discount"] for line in lines) else "",
        "card": {"brand": card.get("card_brand", ""), "last4": card.get("card_last4", "")},
    }


def _line(line: TaxedLine, is_added: bool) -> dict[str, Any]:
    """A line as it was charged. At another price than the order's it names the charge only."""
    priced = line.unit_amount * line.quantity - line.discount
    if priced != (line.net if is_added else line.gross):
        return single_line(line.title, line.gross)
    return {
        "title": line.title,
        "quantity": line.quantity,
        "unit": line.unit_amount,
        "discount": line.discount,
        "amount": line.gross,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at is not None else None


def total_tax(taxes: Iterable[dict[str, Any]]) -> int:
    """Minor units of all taxes."""
    return sum(tax["tax"] for tax in taxes)
