"""How pages name a saved card."""

from flask_babel import gettext as _

# Stripe's words for brands, as people know them. Source: docs.stripe.com/api/payment_methods/object
BRANDS = {
    "visa": "Visa",
    "mastercard": "Mastercard",
    "amex": "American Express",
    "discover": "Discover",
    "diners": "Diners Club",
    "jcb": "JCB",
    "unionpay": "UnionPay",
}


def card(brand: str, last4: str) -> str:
    """`Visa •••• 4242`; a brand that we don't know is `Card`."""
    return f"{BRANDS.get(brand) or _('Card')} •••• {last4}"
