"""PaymentIntents: create, retrieve, find and cancel."""

from dataclasses import dataclass, field
from datetime import timedelta

import stripe
from stripe.params import PaymentIntentCreateParams

from storefront.errors import StripePermissionMissing
from storefront.models import AT_CREATION, Merchant, Order, Payment
from storefront.stripe_gateway.answers import id_of, metadata_of
from storefront.stripe_gateway.client import client_of, numbered_call, stripe_call
from storefront.stripe_gateway.shipping_details import shipping_of


@dataclass(frozen=True)
class Intent:
    """A PaymentIntent as Stripe has it now. Amounts in minor units, `currency` upper-case.

    A SetupIntent is represented as an Intent too, with amounts of 0: nothing is paid with it.

    `payment` is our payment's public id from the metadata. `error_code` and `decline_code` belong to the last failed
    attempt, and `attempt` identifies it. `payment_method` is the id of the card that was last used or saved, `customer`
    the id of its customer; "" if there is none. `card_brand` and `card_last4` name the card that has paid, "" where the
    answer does not.
    """

    id: str
    status: str
    amount: int
    amount_received: int
    currency: str
    livemode: bool
    client_secret: str = field(repr=False)
    payment: str
    error_code: str
    decline_code: str
    attempt: str
    payment_method: str = ""
    customer: str = ""
    card_brand: str = ""
    card_last4: str = ""
    request_number: int = field(default=AT_CREATION, compare=False)

    @property
    def card_columns(self) -> dict[str, str]:
        """The columns of a payment that name the card that has paid; none where the answer does not have them."""
        return {"card_brand": self.card_brand[:20], "card_last4": self.card_last4[:4]} if self.card_brand else {}


def create_payment_intent(payment: Payment, order: Order) -> Intent:
    """Create the payment's intent. Sending the same payment again returns the same intent. Raises StripeError.

    There is no `receipt_email`: the shop sends its own receipt.
    """
    terms: PaymentIntentCreateParams = {
        "amount": payment.amount,
        "currency": payment.currency.lower(),
        "allowed_payment_method_types": payment.method_types,
        "description": f"{order.title} (#{order.number})",
        "metadata": {"order": str(order.number), **(payment.stripe_metadata or {}), "payment": payment.public_id},
    }
    if payment.statement_descriptor_suffix:
        terms["statement_descriptor_suffix"] = payment.statement_descriptor_suffix
    if order.is_posted:
        terms["shipping"] = shipping_of(order)
    with stripe_call():
        intent = client_of(payment.merchant).v1.payment_intents.create(
            terms, {"idempotency_key": payment.idempotency_key}
        )
    return intent_snapshot(intent, AT_CREATION)


def retrieve_payment_intent(payment: Payment) -> Intent:
    """Retrieve the payment's intent. Raises StripeError."""
    return retrieve_intent(payment.merchant, payment.intent_id or "")


def retrieve_intent(merchant: Merchant, intent_id: str) -> Intent:
    """Retrieve any PaymentIntent of a merchant, such as an invoice's. Raises StripeError."""
    intents = client_of(merchant).v1.payment_intents
    try:
        with numbered_call() as number:
            # The charge names the card.
            return intent_snapshot(intents.retrieve(intent_id, {"expand": ["latest_charge"]}), number)
    except StripePermissionMissing:
        # A key that may not read charges learns of its payments all the same.
        with numbered_call() as number:
            return intent_snapshot(intents.retrieve(intent_id), number)


def cancel_payment_intent(payment: Payment) -> Intent:
    """Cancel the intent, so that nobody can pay with its client secret any more.

    Raises StripeRefused (code `payment_intent_unexpected_state`) if it is too late, and other StripeErrors.
    """
    with numbered_call() as number:
        return intent_snapshot(client_of(payment.merchant).v1.payment_intents.cancel(payment.intent_id or ""), number)


def find_payment_intent(payment: Payment) -> Intent | None:
    """Find the payment's intent by its metadata, after its creation was answered with an error. Raises StripeError.

    Uses the list of intents: Stripe's search finds new objects only after a delay.
    """
    since = int((payment.created_at - timedelta(minutes=5)).timestamp())
    with numbered_call() as number:
        page = client_of(payment.merchant).v1.payment_intents.list({"created": {"gte": since}, "limit": 100})
        for intent in page.auto_paging_iter():
            if _payment_id(intent) == payment.public_id:
                return intent_snapshot(intent, number)
    return None


def intent_snapshot(intent: stripe.PaymentIntent, request_number: int) -> Intent:
    """Read Stripe's response."""
    error = intent.last_payment_error
    card_brand, card_last4 = _card_of_charge(intent)
    return Intent(
        id=intent.id,
        status=intent.status,
        amount=intent.amount,
        amount_received=intent.amount_received or 0,
        currency=intent.currency.upper(),
        livemode=intent.livemode,
        client_secret=intent.client_secret or "",
        payment=_payment_id(intent),
        error_code=(error.code or "") if error else "",
        decline_code=(getattr(error, "decline_code", None) or "") if error else "",
        attempt=_attempt(error) if error else "",
        payment_method=id_of(intent.payment_method) or id_of(getattr(error, "payment_method", None)),
        customer=id_of(intent.customer),
        card_brand=card_brand,
        card_last4=card_last4,
        request_number=request_number,
    )


def _payment_id(intent: stripe.PaymentIntent) -> str:
    return str(metadata_of(intent).get("payment", ""))


def _card_of_charge(intent: stripe.PaymentIntent) -> tuple[str, str]:
    """Brand and last four digits of the card that was charged, or the other payment method. Needs `latest_charge`
    expanded.
    """
    details = getattr(getattr(intent, "latest_charge", None), "payment_method_details", None)
    card = getattr(details, "card", None)
    if intent.status != "succeeded" or details is None:
        return "", ""
    if card is None:
        return str(getattr(details, "type", None) or ""), ""
    return str(getattr(card, "brand", None) or ""), str(getattr(card, "last4", None) or "")


def _attempt(error: object) -> str:
    """The id of a declined attempt's charge. A failed 3-D Secure attempt has only a payment method."""
    method = getattr(error, "payment_method", None)
    return str(getattr(error, "charge", None) or getattr(method, "id", None) or "")
