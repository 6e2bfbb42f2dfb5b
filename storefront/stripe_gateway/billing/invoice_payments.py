"""The payments of an invoice. Since API version 2025-03-31 InvoicePayment objects link it to its PaymentIntents."""

from dataclasses import dataclass

import stripe

from storefront.stripe_gateway.answers import id_field

# Types of payments that Stripe has received. A `payment_record` is one that the seller has received elsewhere.
RECEIVED_TYPES = frozenset({"payment_intent", "charge"})


@dataclass(frozen=True)
class ReceivedPayment:
    """A payment that Stripe has received for an invoice. `amount` is in minor units; without an intent the id is ""."""

    intent_id: str
    amount: int


def received_payments_of(invoice: stripe.Invoice) -> tuple[ReceivedPayment, ...]:
    """The payments of Stripe that have paid the invoice, in whole or in part; the largest first. Needs `payments`.

    A paid invoice can have none: nothing was due, or the seller marked it as paid outside of Stripe.
    """
    expanded = getattr(invoice, "payments", None)
    received = [
        ReceivedPayment(id_field(one.payment, "payment_intent"), one.amount_paid or 0)
        for one in (expanded.data if expanded else [])
        if one.status == "paid" and one.payment.type in RECEIVED_TYPES
    ]
    return tuple(sorted(received, key=lambda one: -one.amount))


def intent_id_of(invoice: stripe.Invoice) -> str:
    """The id of the intent that paid; else of the open one (the default first, then the newest); "" for none.

    Needs `payments` expanded. The `confirmation_secret` of a first invoice contains the id of its intent too.
    """
    expanded = getattr(invoice, "payments", None)
    payments = expanded.data if expanded else []
    paid = [payment for payment in payments if payment.status == "paid"]
    unpaid = [payment for payment in payments if payment.status == "open"]
    unpaid.sort(key=lambda payment: (getattr(payment, "is_default", False), payment.created), reverse=True)
    ids = (intent_id for payment in paid + unpaid if (intent_id := id_field(payment.payment, "payment_intent")))
    secret = getattr(getattr(invoice, "confirmation_secret", None), "client_secret", "")
    return next(ids, "") or str(secret).partition("_secret_")[0]
