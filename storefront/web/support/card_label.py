"""How pages name a saved card."""

from flask_babel import gettext as _

from storefront import i18n


def card_name(brand: str, last4: str) -> str:
    """`Visa •••• 4242`; a brand that we don't know is `Card`."""
    return i18n.card_label(brand, last4, str(_("Card")))
