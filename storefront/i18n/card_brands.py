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
    "link": "Link",  # no card: Stripe's wallet
}


def card_label(brand: str, last4: str, unknown: str) -> str:
    """Return text such as "Visa •••• 4242"; "Link" for what has no number; "" for other payment methods than these.

    `unknown` is the label for a brand that is not in `BRANDS`.
    """
    return f"{BRANDS.get(brand, unknown)} •••• {last4}" if last4 else BRANDS.get(brand, "")
