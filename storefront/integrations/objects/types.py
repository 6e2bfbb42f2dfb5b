"""The types of the objects. Amounts are whole numbers in the smallest unit of `currency`. Times are in UTC.

Programs of others depend on them: fields are added, but not renamed, and never change their meaning.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from storefront.models import OfferStatus, OrderStatus, RequestState

Id = Annotated[str, "Its id. It never changes."]
Minor = Annotated[int, "In the smallest unit of the currency: 1999 EUR is €19.99."]
Currency = Annotated[str, "ISO 4217 code in upper case."]
When = Annotated[datetime, "In UTC."]


class ApiMode(StrEnum):
    """Whether money is real."""

    TEST = "test"
    LIVE = "live"


Mode = Annotated[ApiMode, "“test” for payments without real money, “live” for real ones."]


@dataclass(frozen=True)
class ApiRepetition:
    """How often something is charged: every 2 weeks, for example."""

    every: int
    interval: Annotated[str, "day, week, month or year"]


@dataclass(frozen=True)
class ApiPriceOption:
    """One way to pay an offer."""

    label: Annotated[str, "Empty where the offer has one price."]
    kind: Annotated[str, "one_off, recurring or plan"]
    amount: Minor
    minimum_amount: Annotated[int | None, "Set where customers choose what they pay."]
    repeats: ApiRepetition | None
    trial_days: int
    installments: Annotated[int, "Of a payment plan; otherwise 0."]


@dataclass(frozen=True)
class ApiOffer:
    """Something that the shop sells."""

    id: Id
    mode: Annotated[str, "“test” or “live”, as its payment system; empty while it has none."]
    title: str
    url: Annotated[str, "Its page in the shop."]
    status: OfferStatus
    listed: bool
    currency: Currency
    prices: list[ApiPriceOption]
    stock: Annotated[int | None, "Units that can be sold in total, those already sold included; null for no limit."]
    created_at: When
    updated_at: When


@dataclass(frozen=True)
class ApiOfferLink:
    """The offer of an order or a subscription."""

    id: str
    title: Annotated[str, "As it was when the order was made."]


@dataclass(frozen=True)
class ApiLine:
    """A part of an order: units of the offer, an add-on, or shipping."""

    kind: Annotated[str, "item, addon or shipping"]
    title: str
    unit_amount: Minor
    quantity: int


@dataclass(frozen=True)
class ApiAddress:
    """Where an order is posted to. Its country is the order’s."""

    line1: str
    line2: str
    city: str
    region: str
    postal_code: str


@dataclass(frozen=True)
class ApiAnswer:
    """The answer to one of the offer’s own questions."""

    question: str
    answer: Annotated[str, "“yes” or “no” for a checkbox, an ISO 8601 date, an international phone number, or text."]


@dataclass(frozen=True)
class ApiRefund:
    """Money that goes back, or has gone back, to the customer."""

    id: Id
    order: Annotated[str, "The id of the order."]
    status: Annotated[str, "Stripe’s word, such as succeeded or pending; empty until Stripe knows the refund."]
    amount: Minor
    currency: Currency
    reason: str
    of_renewal: Annotated[bool, "Whether it refunds a renewal instead of the order’s own payment."]
    created_at: When


@dataclass(frozen=True)
class ApiOrder:
    """One purchase of an offer, or one payment request. Its id is the order number."""

    id: Id
    mode: Mode
    status: OrderStatus
    created_at: When
    paid_at: datetime | None
    offer: Annotated[ApiOfferLink | None, "null for a payment request."]
    payment_request: Annotated[str | None, "The id of the payment request; null for an order of an offer."]
    title: str
    price_option: Annotated[str, "The label of the price option; empty where the offer has one price."]
    quantity: int
    unit_amount: Minor
    amount: Annotated[int, "The first charge of the whole order, in the smallest unit. 0 with a free trial."]
    discount: Minor
    tax: Minor
    currency: Currency
    promo_code: str
    lines: Annotated[list[ApiLine], "Empty where the order has nothing but units of the offer."]
    email: str
    name: str
    language: Annotated[str, "en, uk or ru"]
    country: Annotated[str, "ISO 3166 code; empty where the offer doesn’t ask."]
    company: str
    vat_id: str
    shipping_address: ApiAddress | None
    answers: list[ApiAnswer]
    recurring: bool
    paid_outside_stripe: bool
    withdrawn_at: Annotated[datetime | None, "When the customer withdrew from the contract."]
    sent_at: Annotated[datetime | None, "When it was marked as sent."]
    refunds: list[ApiRefund]


@dataclass(frozen=True)
class ApiSubscription:
    """A subscription or a payment plan."""

    id: Id
    mode: Mode
    status: Annotated[
        str, "Stripe’s word, such as active, trialing, past_due or canceled; empty until Stripe knows it."
    ]
    order: Annotated[str, "The id of the order that started it."]
    offer: ApiOfferLink
    email: str
    name: str
    amount: Annotated[int | None, "What is charged each time, in the smallest unit; null where Stripe decides."]
    currency: Currency
    repeats: ApiRepetition
    installments: Annotated[int, "Of a payment plan; 0 for a subscription."]
    current_period_start: datetime | None
    current_period_end: datetime | None
    trial_end: datetime | None
    ends_at: Annotated[datetime | None, "When it ends by a cancellation."]
    paused: bool
    ended_at: datetime | None
    end_reason: Annotated[str, "Stripe’s word, such as cancellation_requested or payment_failed."]
    created_at: When


@dataclass(frozen=True)
class ApiSum:
    """What a customer has paid and got back in one mode and currency."""

    mode: Mode
    currency: Currency
    paid: Minor
    refunded: Minor


@dataclass(frozen=True)
class ApiCustomer:
    """Someone who has ordered. The id is the number of the first order with this email address."""

    id: Id
    email: str
    name: str
    language: Annotated[str, "en, uk or ru"]
    live_orders: int
    test_orders: int
    totals: list[ApiSum]
    newest_order: Annotated[str, "The id of the newest order."]


@dataclass(frozen=True)
class ApiInvoice:
    """The invoice of one period of a subscription."""

    id: Id
    number: Annotated[str, "The number at Stripe."]
    status: Annotated[str, "Stripe’s word, such as open or paid."]
    amount: Minor
    amount_paid: Minor
    currency: Currency
    needs: Annotated[str, "What the customer has to do: authentication (3D Secure), card (a new card), or empty."]
    period_start: datetime | None
    period_end: datetime | None


@dataclass(frozen=True)
class ApiDispute:
    """A payment that a customer disputes at the bank."""

    id: Annotated[str, "The id at Stripe."]
    status: Annotated[str, "Stripe’s word, such as needs_response or lost."]
    reason: Annotated[str, "Stripe’s word, such as product_not_received."]
    amount: Minor
    currency: Currency
    evidence_due_at: datetime | None
    created_at: When


@dataclass(frozen=True)
class ApiPaymentRequest:
    """One person was asked for one amount."""

    id: Id
    mode: Mode
    status: RequestState
    title: str
    amount: Minor
    currency: Currency
    name: str
    email: str
    created_at: When
    expires_at: datetime | None
