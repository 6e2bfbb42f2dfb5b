"""The rows that say who a customer is, and what stays of them.

A table that gets personal data of customers is added here; docs/data.md says what is kept.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from peewee import fn

from storefront import integrations, team
from storefront.customers.notes import erase_notes
from storefront.i18n import fold
from storefront.models import (
    AccountLink,
    AuditKind,
    CancellationStatement,
    CheckoutPress,
    Customer,
    Decline,
    Document,
    Download,
    Email,
    EmailChange,
    EmailOptOut,
    EmailRequest,
    EmailState,
    FoundPayment,
    KeptForm,
    Order,
    OrderAnswer,
    OutsidePayment,
    Payment,
    PaymentRequest,
    Record,
    Subscription,
    TimelineEntry,
    UnpaidOrderEmail,
    WaitingCustomer,
    now,
    sent_to,
)

# Shorter names and answers may be parts of any text.
_SHORTEST = 4


@dataclass(frozen=True)
class Person:
    """`addresses` are in lower case: the customer's, and earlier ones that nobody else orders with.

    `words` are what a free text may contain about the person.
    """

    addresses: tuple[str, ...]
    words: tuple[str, ...]

    @classmethod
    def of(cls, email: str, orders: list[Order]) -> Self:
        """What is known about the customer with this address and these orders."""
        addresses = {email.lower()}
        moved = (fn.LOWER(EmailChange.new) == email.lower()) | (EmailChange.old == email.lower())
        for change in EmailChange.select().where(moved):
            addresses |= {change.old, change.new.lower(), *(address.lower() for address in change.orders.values())}
        others = {one.email for one in Customer.select().where(Customer.email.in_(addresses))} - {email.lower()}
        known = {word for order in orders for word in (order.email, order.name, order.company, order.vat_id)}
        known |= {order.buyer_address for order in orders}
        posted = [(*map(order.address_parts.get, ("line1", "line2")), order.tracking_number) for order in orders]
        known |= {word for words in posted for word in words if word}
        values = OrderAnswer.select(OrderAnswer.value).where(OrderAnswer.order.in_([order.id for order in orders]))
        known |= {answer.value for answer in values}
        words = {word for word in known | addresses if len(word) >= _SHORTEST}
        return cls(tuple(sorted(addresses - others)), tuple(sorted(words, key=len, reverse=True)))

    def redact(self, value: Any, instead: str) -> Any:
        """The JSON value or text without what is known about the person."""
        if isinstance(value, str):
            return self._replace(instead)(value)
        if isinstance(value, dict):
            return {key: self.redact(one, instead) for key, one in value.items()}
        return [self.redact(one, instead) for one in value] if isinstance(value, list) else value

    def _replace(self, instead: str) -> Callable[[str], str]:
        words = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, self.words))})(?!\w)", re.IGNORECASE)
        return lambda text: words.sub(lambda _found: instead, text)


def erase_orders(person: Person, orders: list[Order], address: str, name: str) -> None:
    """Erase the person from these orders and from all that belongs to them. Runs in the caller's transaction."""
    ids = [order.id for order in orders]
    erase_notes(ids)
    OutsidePayment.update(reference="").where(OutsidePayment.order.in_(ids)).execute()
    _redact_entries(person, ids, address)
    _erase_emails(Email.order.in_(ids), address)
    payments = Payment.select(Payment.id).where(Payment.order.in_(ids))
    OrderAnswer.delete().where(OrderAnswer.order.in_(ids)).execute()
    CheckoutPress.delete().where(CheckoutPress.order.in_(ids)).execute()
    Decline.delete().where(Decline.payment.in_(payments)).execute()
    Download.update(network="").where(Download.order.in_(ids)).execute()
    # What the intent at Stripe was made with: email and name.
    Payment.update(stripe_metadata=None).where(Payment.order.in_(ids)).execute()
    Subscription.update(customer_id="", customer_email=address).where(Subscription.order.in_(ids)).execute()
    _erase_statements(CancellationStatement.order.in_(ids), address)
    _redact_documents(ids, name)
    integrations.erase_outgoing_events(ids)
    _erase_audit(ids)
    for request in PaymentRequest.select().where(PaymentRequest.order.in_(ids)):
        _erase_request(person, request, address, name)
    for order in orders:
        # The title of what was asked of one person may name them.
        title = person.redact(order.title, name) if order.is_request else order.title
        if title != order.title:
            Email.update(title_folded=fold(title)).where(Email.order == order).execute()
        Order.update(title=title, email=address, name=name, **_ERASED_COLUMNS).where(Order.id == order.id).execute()


_ERASED_COLUMNS = {
    "details_folded": "",
    "answer_count": 0,
    "buyer_address": "",
    "company": "",
    "vat_id": "",
    "shipping_address": "",
    "tracking_carrier": "",
    "tracking_number": "",
    "came_from": "",
    "withdrawal_reason": "",
}


# Rows that go with the address, by the column that has it.
_OF_ADDRESS: tuple[tuple[type[Record], Any], ...] = (
    (EmailRequest, EmailRequest.email),
    (AccountLink, AccountLink.email),
    (EmailChange, EmailChange.old),
    (EmailChange, EmailChange.new),
    (EmailOptOut, EmailOptOut.address),
    (WaitingCustomer, WaitingCustomer.email),
    (UnpaidOrderEmail, UnpaidOrderEmail.recipient),
    (CheckoutPress, CheckoutPress.email),
)


def has_traces(email: str) -> bool:
    """Whether any row has the address of somebody who has no order."""
    others: tuple[tuple[type[Record], Any], ...] = (
        (CancellationStatement, CancellationStatement.email),
        (FoundPayment, FoundPayment.email),
        (PaymentRequest, PaymentRequest.email),
    )
    rows = (model.select(model.id).where(_is_in(column, [email.lower()])) for model, column in _OF_ADDRESS + others)
    return any(query.exists() for query in rows) or Email.select(Email.id).where(sent_to(email)).exists()


def erase_account(person: Person, address: str) -> None:
    """Erase what belongs to the person's addresses. Runs in the caller's transaction."""
    addresses = person.addresses
    for one in addresses:
        _erase_emails(Email.order.is_null() & sent_to(one), address)
    for model, column in _OF_ADDRESS:
        model.delete().where(_is_in(column, addresses)).execute()
    _erase_statements(_is_in(CancellationStatement.email, addresses), address)
    FoundPayment.update(email="").where(_is_in(FoundPayment.email, addresses)).execute()
    for request in PaymentRequest.select().where(_is_in(PaymentRequest.email, addresses)):
        _erase_request(person, request, address, "")
    team.erase_customer_entries(addresses)
    for form in KeptForm.select():
        if person.redact(form.fields, "") != form.fields:
            form.delete_instance()


def _redact_entries(person: Person, orders: list[int], address: str) -> None:
    for entry in TimelineEntry.select().where(TimelineEntry.order.in_(orders)):
        detail = person.redact(entry.detail, address)
        if detail != entry.detail:
            TimelineEntry.update(detail=detail).where(TimelineEntry.id == entry.id).execute()


def _redact_documents(orders: list[int], name: str) -> None:
    """Invoices keep what tax law asks for: amounts, country, and of a business its name, address and VAT ID."""
    for document in Document.select().where(Document.order.in_(orders)):
        named = ("country", "company", "vat_id", "address") if document.buyer.get("company") else ("country",)
        kept = {key: value for key, value in document.buyer.items() if key in named}
        Document.update(buyer={**kept, "name": name}).where(Document.id == document.id).execute()


def _erase_emails(which: Any, address: str) -> None:
    """Also those to the owner, which name the customer. What waits is not sent."""
    Email.update(state=EmailState.DROPPED, done_at=now(), claimed_until=None).where(
        which, Email.state == EmailState.WAITING
    ).execute()
    Email.update(subject="", text="", html="", detail={}, problem="", delivered_to=[]).where(which).execute()
    Email.update(title_folded="").where(which, Email.order.is_null()).execute()
    # Last: the condition may be about the recipient.
    Email.update(recipient=address).where(which, Email.recipient != "").execute()


def _erase_statements(which: Any, address: str) -> None:
    CancellationStatement.update(email=address, reason="", address="").where(which).execute()


def _erase_audit(orders: list[int]) -> None:
    team.erase_entries(AuditKind.ORDER, orders)
    theirs = Subscription.select(Subscription.id).where(Subscription.order.in_(orders))
    team.erase_entries(AuditKind.SUBSCRIPTION, [subscription.id for subscription in theirs])


def _erase_request(person: Person, request: PaymentRequest, address: str, name: str) -> None:
    team.erase_entries(AuditKind.PAYMENT_REQUEST, [request.id])
    title = person.redact(request.title, name)
    email = address if request.email else ""
    PaymentRequest.update(title=title, name=name, email=email).where(PaymentRequest.id == request.id).execute()


def _is_in(column: Any, addresses: Any) -> Any:
    return fn.LOWER(column).in_(sorted(addresses))
