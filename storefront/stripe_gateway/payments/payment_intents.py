"""PaymentIntents: made, read and canceled for a payment of ours; read for an invoice."""

from dataclasses import dataclass, field
from datetime import timedelta

import stripe
from stripe.params import PaymentIntentCreateParams

from storefront.models import Merchant, Order, Payment
from storefront.stripe_gateway.client import client_of, stripe_call
from storefront.stripe_gateway.payments.cards import id_of


@dataclass(frozen=True)
class Intent:
    """A PaymentIntent as Stripe has it now. Amounts in minor units, `currency` upper-case.

    A SetupIntent is shown as one too: nothing is paid with it, its amounts are 0.

    `payment` is our payment's public id from its metadata; `error_code` and `decline_code` are of the last failed
    attempt, `attempt` names it. `payment_method` is the id of the card that was last used or kept, `customer` whose
    it is; "" where there is none.
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


def create_payment_intent(payment: Payment, order: Order) -> Intent:
    """Make the payment's intent; the same payment sent again gives the same intent. Raises StripeError.

    No `receipt_email`: the receipt is the shop's own letter.
    """
    terms: PaymentIntentCreateParams = {
        "amount": payment.amount,
        "currency": payment.currency.lower(),
        "allowed_payment_method_types": ["card"],
        "description": f"{order.title} (#{order.number})",
        "metadata": {"payment": payment.public_id, "order": str(order.number)},
    }
    if payment.statement_descriptor_suffix:
        terms["statement_descriptor_suffix"] = payment.statement_descriptor_suffix
    with stripe_call():
        intent = client_of(payment.merchant).v1.payment_intents.create(
            terms, {"idempotency_key": payment.idempotency_key}
        )
    return _snapshot(intent)


def retrieve_payment_intent(payment: Payment) -> Intent:
    """The payment's intent as it is now. Raises StripeError."""
    with stripe_call():
        return _snapshot(client_of(payment.merchant).v1.payment_intents.retrieve(payment.intent_id or ""))


def retrieve_intent(merchant: Merchant, intent_id: str) -> Intent:
    """Any payment intent of a merchant, as an invoice's is, with its client secret. Raises StripeError."""
    with stripe_call():
        return _snapshot(client_of(merchant).v1.payment_intents.retrieve(intent_id))


def cancel_payment_intent(payment: Payment) -> Intent:
    """Cancel it, so that its client secret can take no card any more.

    Raises StripeRefused (code `payment_intent_unexpected_state`) when it is too late, and other StripeError.
    """
    with stripe_call():
        return _snapshot(client_of(payment.merchant).v1.payment_intents.cancel(payment.intent_id or ""))


def find_payment_intent(payment: Payment) -> Intent | None:
    """The intent whose metadata names this payment, when its creation was answered with an error. Raises StripeError.

    By list and not by search: Stripe's search lags behind.
    """
    since = int((payment.created_at - timedelta(minutes=5)).timestamp())
    with stripe_call():
        page = client_of(payment.merchant).v1.payment_intents.list({"created": {"gte": since}, "limit": 100})
        for intent in page.auto_paging_iter():
            if _payment_named_by(intent) == payment.public_id:
                return _snapshot(intent)
    return None


def _snapshot(intent: stripe.PaymentIntent) -> Intent:
    error = intent.last_payment_error
    return Intent(
        id=intent.id,
        status=intent.status,
        amount=intent.amount,
        amount_received=intent.amount_received or 0,
        currency=intent.currency.upper(),
        livemode=intent.livemode,
        client_secret=intent.client_secret or "",
        payment=_payment_named_by(intent),
        error_code=(error.code or "") if error else "",
        decline_code=(getattr(error, "decline_code", None) or "") if error else "",
        attempt=_attempt(error) if error else "",
        payment_method=id_of(intent.payment_method) or id_of(getattr(error, "payment_method", None)),
        customer=id_of(intent.customer),
    )


def _payment_named_by(intent: stripe.PaymentIntent) -> str:
    return str(intent.metadata.to_dict().get("payment", "")) if intent.metadata else ""


def _attempt(error: object) -> str:
    """A declined attempt has its charge; one that failed at the bank's check has only its payment method."""
    method = getattr(error, "payment_method", None)
    return str(getattr(error, "charge", None) or getattr(method, "id", None) or "")
