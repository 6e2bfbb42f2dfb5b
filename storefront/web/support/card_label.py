"""How pages name a saved card."""

from flask_babel import gettext as _

from storefront.i18n import card_brands as card_names


def card(brand: str, last4: str) -> str:
    """`Visa •••• 4242`; a brand that we don't know is `Card`."""
    return card_names.in_words(brand, last4, str(_("Card")))
