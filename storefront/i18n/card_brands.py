"""Names of card brands, for pages and emails."""

# Stripe's brand codes: docs.stripe.com/api/payment_methods/object#payment_method_object-card-brand
BRANDS = {
    "visa": "Visa",
    "mastercard": "Mastercard",
    "amex": "American Express",
    "discover": "Discover",
    "diners": "Diners Club",
    "jcb": "JCB",
    "unionpay": "UnionPay",
}


def card_label(brand: str, last4: str, unknown: str) -> str:
    """Return text such as "Visa •••• 4242". `unknown` is the label for a brand that is not in `BRANDS`."""
    return f"{BRANDS.get(brand, unknown)} •••• {last4}"
