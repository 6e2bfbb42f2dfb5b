"""The PaymentIntent of an invoice. Since API version 2025-03-31 an InvoicePayment object links the two."""

import stripe

from storefront.stripe_gateway.answers import id_of


def intent_id_of(invoice: stripe.Invoice) -> str:
    """The id of the intent that paid; else of the open one (the default first, then the newest); "" for none.

    Needs `payments` expanded. The `confirmation_secret` of a first invoice contains the id of its intent too.
    """
    expanded = getattr(invoice, "payments", None)
    payments = expanded.data if expanded else []
    paid = [payment for payment in payments if payment.status == "paid"]
    unpaid = [payment for payment in payments if payment.status == "open"]
    unpaid.sort(key=lambda payment: (getattr(payment, "is_default", False), payment.created), reverse=True)
    ids = (id_of(payment.payment.payment_intent) for payment in paid + unpaid if payment.payment.payment_intent)
    secret = getattr(getattr(invoice, "confirmation_secret", None), "client_secret", "")
    return next(ids, "") or str(secret).partition("_secret_")[0]
