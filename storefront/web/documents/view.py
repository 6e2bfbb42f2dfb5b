"""What a document says, as texts in the language of its customer.

All of it comes from the document's own row: the shop and the order may have changed since. No request is needed, so
that an archive of many documents can be made in the background of an answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

from storefront import i18n
from storefront.i18n import N_
from storefront.models import Document, DocumentKind
from storefront.money import Money

_TITLES = {
    DocumentKind.INVOICE: N_("Invoice"),
    DocumentKind.CREDIT_NOTE: N_("Credit note"),
    DocumentKind.CORRECTION: N_("Credit note correction"),
}
_ABOUT = {
    DocumentKind.INVOICE: N_("Replaces invoice"),
    DocumentKind.CREDIT_NOTE: N_("For invoice"),
    DocumentKind.CORRECTION: N_("Takes back credit note"),
}
_CREDIT = N_("Refund for invoice {number}")
_CANCELED = N_("Cancellation of invoice {number}")
_TAKEN_BACK = N_("Refund that didn’t go through, credit note {number}")
MINUS = "−"

Text = Callable[[str], str]


@dataclass(frozen=True)
class DocumentLine:
    """A line of the table: texts, "" for what it does not have."""

    title: str
    quantity: str
    unit: str
    amount: str


@dataclass(frozen=True)
class DocumentSum:
    """A row below the table. `is_total`: it is what was paid or refunded."""

    label: str
    amount: str
    is_total: bool = False


@dataclass(frozen=True)
class DocumentView:
    """Texts in `language`. `facts` are labels with values. `seller`, `customer` and `ship_to` are lines, the name
    first; `ship_to` is empty for what is not posted.
    """

    language: str
    title: str
    number: str
    is_test: bool
    labels: Mapping[str, str]
    facts: tuple[tuple[str, str], ...]
    seller: tuple[str, ...]
    customer: tuple[str, ...]
    ship_to: tuple[str, ...]
    lines: tuple[DocumentLine, ...]
    sums: tuple[DocumentSum, ...]
    notes: tuple[str, ...]
    issued_at: datetime

    @property
    def parties(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Labels with the lines below them: seller, customer, and where it was posted to."""
        found = ((self.labels[name], getattr(self, name)) for name in ("seller", "customer", "ship_to"))
        return tuple((label, lines) for label, lines in found if lines)

    @property
    def heading(self) -> str:
        """Title and number."""
        return f"{self.title} {self.number}"

    @property
    def file_name(self) -> str:
        """The name of its PDF."""
        return f"{self.number}.pdf"


_LABELS = {
    "seller": N_("Seller"),
    "customer": N_("Customer"),
    "ship_to": N_("Shipping address"),
    "item": N_("Description"),
    "quantity": N_("Quantity"),
    "unit": N_("Unit price"),
    "amount": N_("Amount"),
    "page": N_("Page {page} of {pages}"),
    "test": N_("Test mode: not a valid document"),
}


def document_view(document: Document, zone: ZoneInfo, about_number: str = "") -> DocumentView:
    """The texts of an issued document. `about_number` is the number of the document that it refers to."""
    text = i18n.catalog_for(document.language).gettext
    kind = DocumentKind(document.kind)
    return DocumentView(
        language=document.language,
        title=text(_TITLES[kind]),
        number=document.number or "",
        is_test=document.mode != "live",
        labels={name: text(words) for name, words in _LABELS.items()},
        facts=tuple(_facts(document, zone, about_number, text)),
        seller=tuple(_seller(document.content["seller"], document.language, text)),
        customer=tuple(_customer(document.buyer, document.language, text)),
        ship_to=tuple(_ship_to(document)),
        lines=tuple(_lines(document, about_number, text)),
        sums=tuple(_sums(document, text)),
        notes=tuple(_notes(document, text)),
        issued_at=document.issued_at or document.created_at,
    )


def _facts(document: Document, zone: ZoneInfo, about_number: str, text: Text) -> list[tuple[str, str]]:
    def day(moment: datetime | str) -> str:
        at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        return format_date(at.astimezone(zone).date(), "long", locale=document.language)

    content = document.content
    facts = [(text(N_("Issued")), day(document.issued_at or document.created_at))]
    if content.get("paid_at"):
        facts.append((text(N_("Paid")), day(content["paid_at"])))
    start, end = content.get("period") or (None, None)
    if start and end:
        facts.append((text(N_("Period")), f"{day(start)} – {day(end)}"))
    facts.append((text(N_("Order")), f"#{content['order']}"))
    if about_number:
        facts.append((text(_ABOUT[DocumentKind(document.kind)]), about_number))
    return facts


def _seller(seller: Mapping[str, str], language: str, text: Text) -> list[str]:
    names = [seller["legal_name"] or seller["name"]]
    if seller["name"] not in names:
        names.append(seller["name"])
    label = text(N_("Tax number"))
    tax_number = f"{label}: {seller['tax_number']}" if seller["tax_number"] else ""
    country = i18n.country_name(seller["country"], language) if seller["country"] else ""
    lines = [*names, *seller["address"].splitlines(), country, tax_number, seller["email"], seller["phone"]]
    return [line for line in lines if line.strip()]


def _customer(buyer: Mapping[str, str], language: str, text: Text) -> list[str]:
    label = text(N_("VAT ID"))
    vat_id = f"{label}: {buyer['vat_id']}" if buyer.get("vat_id") else ""
    country = i18n.country_name(buyer["country"], language) if buyer.get("country") else ""
    lines = [buyer.get("company", ""), buyer.get("name", ""), *buyer.get("address", "").splitlines(), country, vat_id]
    return [line for line in lines if line.strip()]


def _ship_to(document: Document) -> list[str]:
    """Where the goods were posted to. A refund posts nothing."""
    posted = document.buyer.get("ship_to")
    if not posted or document.kind != DocumentKind.INVOICE:
        return []
    country = i18n.country_name(posted["country"], document.language) if posted["country"] else ""
    return [line for line in (posted["name"], *posted["lines"], country) if line.strip()]


def _lines(document: Document, about_number: str, text: Text) -> list[DocumentLine]:
    def money(amount: int) -> str:
        return Money(amount, document.currency).format(document.language)

    if document.kind != DocumentKind.INVOICE and not document.content["lines"]:
        words = _TAKEN_BACK if document.kind == DocumentKind.CORRECTION else _CREDIT
        if document.content.get("cancels"):
            words = _CANCELED
        return [DocumentLine(text(words).format(number=about_number), "", "", money(document.gross))]
    return [
        DocumentLine(line["title"], str(line["quantity"]), money(line["unit"]), money(line["unit"] * line["quantity"]))
        if line["title"]
        else DocumentLine(text(N_("Refunded")), "", "", money(line["amount"]))
        for line in document.content["lines"]
    ]


def _sums(document: Document, text: Text) -> list[DocumentSum]:
    def money(amount: int) -> str:
        return Money(amount, document.currency).format(document.language)

    content, sums = document.content, []
    discount = sum(line["discount"] for line in content["lines"])
    if discount:
        words = text(N_("Promo code {code}")).format(code=content["code"]) if content.get("code") else ""
        sums.append(DocumentSum(words or text(N_("Discount")), MINUS + money(discount)))
    if content["taxes"]:
        sums.append(DocumentSum(text(N_("Net amount")), money(document.net)))
    for tax in content["taxes"]:
        sums.append(DocumentSum(_tax_label(document, tax, money(tax["net"]), text), money(tax["tax"])))
    total = text(N_("Total refunded") if document.is_credit_note else N_("Total"))
    return [*sums, DocumentSum(total, money(document.gross), is_total=True)]


def _tax_label(document: Document, tax: Mapping[str, Any], net: str, text: Text) -> str:
    """`VAT 20% of €10.00`; with reverse charge, no rate."""
    is_reverse = bool(document.content.get("reverse_charge"))
    label = i18n.tax_label(tax["name"], Decimal(tax["rate"]), document.language, reverse=is_reverse)
    # A PDF shows the marks that isolate a name as boxes.
    plain = label.translate(dict.fromkeys(range(0x2066, 0x206A)))
    return text(N_("{tax} of {net}")).format(tax=plain, net=net)


def _notes(document: Document, text: Text) -> list[str]:
    content, outside = document.content, document.content.get("outside", 0)
    card = content.get("card") or {}
    name = i18n.card_label(card["brand"], card["last4"], text(N_("Card"))) if card.get("last4") else ""
    notes = []
    if document.kind == DocumentKind.INVOICE:
        if outside == document.gross:
            notes.append(_paid_directly(document, text))
        elif outside:
            amount = Money(outside, document.currency).format(document.language)
            notes.append(text(N_("Paid by card, and {amount} to the seller directly.")).format(amount=amount))
        else:
            notes.append(text(N_("Paid by card: {card}.")).format(card=name) if name else text(N_("Paid by card.")))
    elif name and document.is_credit_note and not content.get("cancels"):
        notes.append(text(N_("Refunded to {card}.")).format(card=name))
    if content.get("reverse_charge"):
        notes.append(text(N_("Reverse charge: the customer is liable for the tax.")))
    return notes


def _paid_directly(document: Document, text: Text) -> str:
    content = document.content
    if not content.get("outside_method"):
        return text(N_("Paid to the seller directly, not by card."))
    received = date.fromisoformat(content["outside_on"])
    how = i18n.outside_payment_text(content["outside_method"], received, document.language)
    return text(N_("Paid to the seller directly, not by card: {how}.")).format(how=how)
