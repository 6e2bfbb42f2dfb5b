"""What an unpaid order is to contain."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from storefront import offers, pricing
from storefront.errors import OfferNotPayable
from storefront.i18n import fold
from storefront.models import (
    CLOCK_TOLERANCE,
    Answer,
    Merchant,
    Offer,
    OfferObstacle,
    Order,
    OrderAnswer,
    PaymentRequest,
    arrival_column,
    charge_obstacle,
    details_with_kept_notes,
    now,
    requests_offer,
    searched_text,
    shipping_column,
)
from storefront.money import Money
from storefront.payments import order_lifetime
from storefront.pricing import Choice, Quote
from storefront.stripe_gateway import CheckoutObject, CheckoutPayment, SubscriptionSnapshot

# What Stripe has with the payment, so that a restored shop can write the invoice again.
_BILLED_TO = ("shipping_address", "country", "company", "vat_id")


@dataclass(frozen=True)
class CheckoutRequest:
    """What the customer's browser sent from an offer's page.

    `visit` is the browser's random key for this offer: requests with the same key get the same order.
    `choice` is what the customer chose. `seen` are the amounts that the page showed (see `Quote.was_shown`) and `terms`
    its billing terms (a `terms_code`); empty when the browser did not send them.
    `consent` is the text beside the button in which the customer agrees to later charges.
    `terms_consent` is the text of the checkbox with which they agree to the shop's terms, "" if it was not asked for.
    `arrival` is where the customer came from (`ARRIVAL_NAMES`).
    `address` is the IP address and `proof` the solved proof of work, both for `checkout_limits`.
    """

    email: str
    name: str
    visit: str
    language: str
    choice: Choice = field(default_factory=Choice)
    seen: tuple[Money, ...] = ()
    terms: str = ""
    consent: str = ""
    terms_consent: str = ""
    address: str = ""
    proof: str = ""
    answers: tuple[Answer, ...] = ()
    company: dict[str, str] = field(default_factory=dict)  # columns of `Shipment`
    arrival: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OrderDetails:
    """What an unpaid order is to contain: what it costs, and its customer."""

    merchant: Merchant
    quote: Quote
    email: str
    name: str
    language: str
    buyer_address: str
    expires_at: datetime | None
    consent: str
    answers: tuple[Answer, ...] | None = None  # None: those that the order has
    agreement: dict[str, object] = field(default_factory=dict)  # and other columns that a resumed order keeps

    @property
    def due_now(self) -> Money:
        """The first payment: nothing with a free trial."""
        return self.quote.due_now

    def changes(self, order: Order) -> dict[str, object]:
        """`columns` for an order that there is: searches still find what notes say about it."""
        columns = self.columns()
        if "details_folded" in columns:
            columns["details_folded"] = details_with_kept_notes(str(columns["details_folded"]), order.details_folded)
        return columns

    def columns(self) -> dict[str, object]:
        """Values of the order's columns, by name."""
        others = ("quote", "consent", "agreement", "answers")
        columns = {name: value for name, value in vars(self).items() if name not in others}
        if self.answers is not None:
            columns |= {"answer_count": len(self.answers), "details_folded": self._searched_text(self.answers)}
        if self.consent:
            columns |= {"consent": self.consent, "consented_at": now()}
        return columns | self.quote.columns() | self.agreement

    def _searched_text(self, answers: tuple[Answer, ...]) -> str:
        parts = json.loads(str(self.agreement.get("shipping_address") or "{}"))
        return "\n".join(filter(None, [searched_text(answers), _searched_recipient(self.agreement, parts)]))

    def has_same_billing(self, order: Order) -> bool:
        """Whether the order has the same billing terms and, if it recurs, the same price for each period."""
        item = self.quote.item
        return order.terms() == self.quote.option.terms() and (
            not order.recurs
            or (order.unit_amount, order.quantity, order.recurring_total)
            == (item.unit_amount, item.quantity, self.quote.per_charge)
        )

    def has_same_recipient(self, order: Order) -> bool:
        """Whether the order is for the same company and posted to the same address: the payment has them at Stripe."""
        known = {name: getattr(order, name) for name in _BILLED_TO}
        return all(self.agreement.get(name, value) == value for name, value in known.items())


def details_from_offer(offer: Offer, request: CheckoutRequest, quote: Quote, existing: Order | None) -> OrderDetails:
    """What the checkout of an offer asks for; `existing` is the order that the visit has already.

    Raises OfferNotPayable if who is paid can't charge.
    """
    if existing is not None:
        existing.offer = offer
    merchant = offer.payee if existing is None else existing.payee
    obstacle = charge_obstacle(merchant, offer.currency)
    if merchant is None or obstacle:
        raise OfferNotPayable(obstacle or OfferObstacle.NO_MERCHANT)
    return OrderDetails(
        merchant=merchant,
        quote=quote,
        email=request.email,
        name=request.name,
        language=request.language,
        buyer_address=request.address,
        expires_at=order_lifetime.expires_at(offer, existing, quote.discount),
        consent=request.consent,
        answers=request.answers,
        agreement=agreement_columns(offer, request.terms_consent, request.language)
        | arrival_column(request.arrival)
        | request.company,
    )


def agreement_columns(sold: Offer | PaymentRequest, terms_consent: str, language: str) -> dict[str, object]:
    """Columns of an order's `Agreement`. `terms_consent` is the text that the customer agreed to, "" for none."""
    columns = offers.withdrawal_terms(sold)
    if isinstance(sold, Offer):
        columns["redirects"] = bool(sold.redirect_url)
    if terms_consent:
        columns |= {
            "terms_consent": terms_consent,
            "terms_consent_language": language,
            "terms_consented_at": now(),
        }
    return columns


def request_of(found: CheckoutObject) -> PaymentRequest | None:
    """The payment request that it pays, None for an offer's payment or if the request is lost."""
    return PaymentRequest.made_before(found.metadata.request, found.created)


def offer_of(found: CheckoutObject) -> Offer | None:
    """The offer that it pays; for a payment request, the one behind all of them. None if the offer is lost."""
    if request_of(found) is not None:
        return requests_offer()
    offer: Offer | None = Offer.get_or_none(Offer.id == found.metadata.offer_id)
    # A restored database may have given the id of a lost offer to another one since.
    return offer if offer is not None and offer.created_at <= found.created + CLOCK_TOLERANCE else None


def recipient_columns(found: CheckoutObject, order: Order | None = None) -> dict[str, object]:
    """Columns for the company and the address that Stripe has. Searches still find answers and notes of `order`."""
    address, columns = found.address, found.metadata.buyer_company
    if address.country:
        columns |= {**shipping_column(address.parts), "country": address.country}
    searched = _searched_recipient(columns, address.parts)
    if order is not None:
        answers = searched_text(OrderAnswer.of(order))
        searched = details_with_kept_notes("\n".join(filter(None, [answers, searched])), order.details_folded)
    return {**columns, "details_folded": searched}


def _searched_recipient(columns: Mapping[str, object], address: Mapping[str, str]) -> str:
    """The part of `details_folded` about the company and the address."""
    company = (str(columns.get(name, "")) for name in ("company", "vat_id"))
    return "\n".join(map(fold, filter(None, [*company, *address.values()])))


class NotRestorable(Exception):
    """Stripe does not tell enough to make the order again: the owner decides."""


@dataclass(frozen=True)
class OrderTerms:
    """What the order is to contain: what it costs, and its customer."""

    offer: Offer
    quote: Quote
    email: str
    name: str
    language: str

    @property
    def due_now(self) -> int:
        """The first payment, in minor units."""
        return self.quote.due_now.amount

    def checked(self, found: CheckoutObject, payment: CheckoutPayment) -> "OrderTerms":
        """These terms, if an order can be made from them. Raises NotRestorable."""
        recurs, unit_amount = self.quote.option.recurs, self.quote.item.unit_amount
        if not self.email or recurs != found.recurs or self.due_now != payment.intent.amount or unit_amount < 1:
            raise NotRestorable
        if payment.subscription is not None and not _is_price_of(payment.subscription, self.quote):
            # Its first invoice charged something beside the first period.
            raise NotRestorable
        return self


def _is_price_of(subscription: SubscriptionSnapshot, quote: Quote) -> bool:
    """Whether its Price charges what the quote says."""
    amounts = pricing.subscription_amounts(quote)
    return subscription.unit_amount * subscription.quantity == amounts.unit_amount * amounts.quantity
