"""The facts of an email as rows: order, date, item, card, total. Each kind names which rows it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from gettext import NullTranslations
from string import Formatter
from typing import Any

from babel.dates import format_interval

from storefront import i18n, settings
from storefront.emails import urls
from storefront.emails.kinds.order_facts import NUMBER, order_values, tax_row
from storefront.emails.kinds.order_facts import day as day_of
from storefront.i18n import N_
from storefront.models import (
    Document,
    DocumentKind,
    Email,
    Invoice,
    Order,
    Payment,
    Refund,
    Subscription,
)
from storefront.money import Money
from storefront.offers import statement_text

# Row → its label, and its text with variables of `variables.values` and those that this module adds. A row whose text
# has an empty variable is left out.
_ROWS: dict[str, tuple[str, str]] = {
    "order": (N_("Order"), "{order}"),
    "date": (N_("Date"), "{date}"),
    "item": (N_("Item"), "{item}"),
    "request_title": (N_("Item"), "{title}"),
    "pay_until": (N_("Pay until"), "{due}"),
    "subscription": (N_("Subscription"), "{item}"),
    "plan": (N_("Payment plan"), "{item}"),
    "period": (N_("Period"), "{period}"),
    "customer": (N_("Customer"), "{name}"),
    "customer_email": (N_("Email"), "{customer_email}"),
    "company": (N_("Company"), "{company}"),
    "vat_id": (N_("VAT ID"), "{vat_id}"),
    "card": (N_("Card"), "{paid_card}"),
    "paid_by": (N_("Paid"), "{paid_by}"),
    "statement": (N_("On your statement"), "{statement}"),
    "saved_card": (N_("Card"), "{saved_card}"),
    "refund_card": (N_("Refunded to"), "{paid_card}"),
    "expires": (N_("Valid until"), "{expires}"),
    "today": (N_("Charged today"), "{nothing}"),
    "price": (N_("Price"), "{amount} {every}"),
    "new_price": (N_("New price"), "{new_amount} {new_every}"),
    "new_plan": (N_("New plan"), "{plan}"),
    "first_payment": (N_("First payment"), "{due}"),
    "first_amount": (N_("First payment amount"), "{first_amount}"),
    "after_trial": (N_("After the free trial"), "{after_trial}"),
    "next_payment": (N_("Next payment"), "{due}"),
    "access_until": (N_("Access until"), "{due}"),
    "changes_on": (N_("Starting"), "{due}"),
    "trial_end": (N_("Trial ends"), "{due}"),
    "answer_by": (N_("Respond by"), "{due}"),
    "received": (N_("Received"), "{received}"),
    "signed_in": (N_("Signed in"), "{received}"),
    "browser": (N_("Browser"), "{browser}"),
    "ip_address": (N_("IP address"), "{ip_address}"),
    "refund_by": (N_("Refund by"), "{due}"),
    "account": (N_("Stripe account"), "{title}"),
    "paid_to": (N_("Stripe account"), "{paid_to}"),
    "amount": (N_("Amount"), "{amount}"),
    "refund": (N_("Refunded"), "{refund_amount}"),
    "failed_refund": (N_("Refund amount"), "{refund_amount}"),
    "overcharge": (N_("Amount"), "{refund_amount}"),
    "code": (N_("Promo code"), "{code}"),
    "tax": (N_("Tax"), "{tax}"),
    "invoice": (N_("Invoice"), "{invoice}"),
    "credit_note": (N_("Credit note"), "{credit_note}"),
    "shipping": (N_("Shipping"), "{shipping}"),
    "ship_to": (N_("Ship to"), "{ship_to}"),
    "tracking": (N_("Tracking number"), "{tracking}"),
    "total": (N_("Total"), "{amount}"),
}
# Sums stand out.
STRONG = frozenset({"amount", "refund", "failed_refund", "overcharge", "total"})


@dataclass(frozen=True)
class Fact:
    """One row. `strong`: it is the sum that the email is about. `link`: where the value leads, "" for nowhere."""

    label: str
    value: str
    strong: bool
    link: str = ""


def rows(names: tuple[str, ...], values: Mapping[str, str], catalog: NullTranslations) -> list[Fact]:
    """The rows with these names, without those for which there is no value."""
    found = []
    for name in names:
        label, text = _ROWS[name]
        filled = text.format_map(_Missing(values))
        if _MISSING not in filled:
            found.append(Fact(catalog.gettext(label), filled, name in STRONG, values.get(f"{name}_link", "")))
    return found


def names_in_rows(names: tuple[str, ...]) -> set[str]:
    """The variables in these rows."""
    text = "".join(_ROWS[name][1] for name in names)
    return {variable for _text, variable, _spec, _conversion in Formatter().parse(text) if variable}


def values_for_rows(email: Email, language: str) -> dict[str, str]:
    """The variables of rows that texts don't have."""
    order, invoice, subscription = email.order, email.invoice, email.subscription
    catalog = i18n.catalog_for(language)
    found: dict[str, str] = {}
    if order is not None:
        found |= order_values(order, language, catalog)
    refund = _refund_of(email)
    if invoice is not None:
        payment, at = invoice.payment, invoice.paid_at
        found["period"] = _period(invoice.period_start, invoice.period_end, language)
        if order is not None:
            found["tax"] = tax_row(order, invoice.total, language)
    elif refund is not None:
        payment, at = refund.payment, refund.created_at
    else:
        payment = _payment_of(order) if order is not None else None
        at = order.paid_at if order is not None else None
    found["date"] = day_of(at or email.created_at, language)
    if order is not None:
        found |= _document_values(order, invoice, refund, language)
    if subscription is not None and subscription.next_discount:
        found["first_amount"] = subscription.next_charge.format(language)
    if payment is not None and payment.amount:
        found["statement"] = _statement(payment)
    if payment is not None and payment.card_brand:
        found["paid_card"] = _card(payment, catalog)
    if subscription is not None and subscription.card_brand:
        found["saved_card"] = _card(subscription, catalog)
        found.setdefault("paid_card", "" if payment is not None else found["saved_card"])
    return found


def sample_values_for_rows(sample: Mapping[str, str], language: str, day: datetime) -> dict[str, str]:
    """Example values for previews, beside those of the variables."""
    catalog = i18n.catalog_for(language)
    return {
        "order": catalog.gettext(NUMBER).format(number=sample["number"]),
        "item": f"{sample['title']} × 2",
        "customer_email": "marko@example.com",
        "shipping": Money(500, "EUR").format(language),
        "ship_to": "Marko, Khreshchatyk 1, Kyiv, 01001",
        "tracking": "Nova Poshta 20450000000000",
        "date": day_of(day, language),
        "period": _period(day.replace(day=1), day.replace(day=28), language),
        "paid_card": "Visa •••• 4242",
        "paid_by": "",
        "statement": "OLENA* WATERCOLOR",
        "saved_card": "Visa •••• 4242",
        "nothing": Money(0, "EUR").format(language),
        "invoice": "2026-00017",
        "invoice_link": urls.sample_link_url("document", language),
        "credit_note": "CN-2026-00003",
        "credit_note_link": urls.sample_link_url("document", language),
    }


def _document_values(order: Order, invoice: Invoice | None, refund: Refund | None, language: str) -> dict[str, str]:
    """The invoice of the payment, or the credit note of the refund, once it has a number."""
    documents = Document.issued_for(order, invoice)
    if refund is not None:
        of_refund = Document.select().where(Document.refund == refund, Document.kind == DocumentKind.CREDIT_NOTE)
        documents = [one for one in of_refund if one.is_issued]
    if not documents:
        return {}
    name, first = "credit_note" if refund is not None else "invoice", documents[0]
    return {name: first.number or "", f"{name}_link": urls.document_url(order, first.number or "", language)}


def _payment_of(order: Order) -> Payment | None:
    """The payment that has paid the order."""
    paid = Payment.select().where(Payment.order == order, Payment.succeeded(), Payment.of_checkout())
    found: Payment | None = paid.order_by(Payment.id).first()
    return found


def _statement(payment: Payment) -> str:
    """What the customer reads on the card statement, by which they recognize the account; "" if it is not known.

    Without a suffix Stripe shows the account's own descriptor, of which only the beginning is known.
    """
    suffix = payment.statement_descriptor_suffix
    text = statement_text(payment.merchant, suffix)
    return i18n.isolate(text if suffix else f"{text}…") if text else ""


def _refund_of(email: Email) -> Refund | None:
    """The refund that an email is about: `about` is "refund-<id of our row>"."""
    key = email.about.removeprefix("refund-")
    found: Refund | None = Refund.get_or_none(Refund.id == int(key)) if key != email.about and key.isdecimal() else None
    return found


def _card(holder: Payment | Subscription, catalog: NullTranslations) -> str:
    return i18n.card_label(holder.card_brand, holder.card_last4, catalog.gettext(N_("Card")))


def _period(start: datetime | None, end: datetime | None, language: str) -> str:
    if start is None or end is None:
        return ""
    first, last = settings.local_time(start).date(), settings.local_time(end).date()
    return str(format_interval(first, last, skeleton="yMMMd", locale=language))


_MISSING = "\0"


class _Missing(dict[str, Any]):
    """Variables of which one without a value can be told from the others."""

    def __getitem__(self, name: str) -> str:
        return str(self.get(name) or _MISSING)
