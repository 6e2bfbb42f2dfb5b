"""How people know the brands of cards: in pages and letters the same."""

# Stripe's words: docs.stripe.com/api/payment_methods/object#payment_method_object-card-brand
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
    """`Visa •••• 4242`; `unknown` is what a card of a brand that isn't known is called."""
    return f"{BRANDS.get(brand, unknown)} •••• {last4}"
