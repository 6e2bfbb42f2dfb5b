"""How pages name a saved card."""

from storefront import i18n
from storefront.web.support.languages import gettext as _


def card_name(brand: str, last4: str) -> str:
    """`Visa •••• 4242`; `Card •••• 4242` if the brand is unknown."""
    return i18n.card_label(brand, last4, _("Card"))


def card_expiry(month: int, year: int) -> str:
    """`05/2027`, as it is printed on the card; "" if it is unknown (year 0)."""
    return f"{month:02}/{year}" if year else ""
