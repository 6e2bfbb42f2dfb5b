"""Which payment intent pays an invoice: neither says so itself since 2025-03-31, their link is an object of its own."""

import stripe

from storefront.stripe_gateway.cards import id_of


def intent_id_of(invoice: stripe.Invoice) -> str:
    """The intent that paid, else the one that waits to (the default first, then the newest); "" where there is none.

    Needs `payments` expanded.
    """
    payments = invoice.payments.data if invoice.payments else []
    paid = [one for one in payments if one.status == "paid"]
    waiting = [one for one in payments if one.status == "open"]
    waiting.sort(key=lambda one: (one.is_default, one.created), reverse=True)
    return next((id_of(one.payment.payment_intent) for one in paid + waiting if one.payment.payment_intent), "")
