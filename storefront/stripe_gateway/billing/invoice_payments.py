"""Which payment intent pays an invoice: neither says so itself since 2025-03-31, their link is an object of its own."""

import stripe

from storefront.stripe_gateway.payments.cards import id_of


def intent_id_of(invoice: stripe.Invoice) -> str:
    """The intent that paid, else the one that waits to (the default first, then the newest); "" where there is none.

    Needs `payments` expanded; a first invoice's `confirmation_secret` names its intent, too.
    """
    expanded = getattr(invoice, "payments", None)
    payments = expanded.data if expanded else []
    paid = [one for one in payments if one.status == "paid"]
    waiting = [one for one in payments if one.status == "open"]
    waiting.sort(key=lambda one: (getattr(one, "is_default", False), one.created), reverse=True)
    named = next((id_of(one.payment.payment_intent) for one in paid + waiting if one.payment.payment_intent), "")
    secret = getattr(getattr(invoice, "confirmation_secret", None), "client_secret", "")
    return named or str(secret).partition("_secret_")[0]
