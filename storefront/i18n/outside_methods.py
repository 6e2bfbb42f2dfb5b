"""How an order was paid that was not paid by card, for pages, emails and documents."""

from datetime import date

from babel.dates import format_date

from storefront.i18n.catalog import N_, catalog_for

# By the stored code, without the last one: any other way.
METHODS = {"bank_transfer": N_("Bank transfer"), "cash": N_("Cash")}


def outside_method(method: str, language: str) -> str:
    """The name of a way to pay, as a label."""
    catalog = catalog_for(language)
    return catalog.gettext(METHODS[method]) if method in METHODS else catalog.pgettext("way to pay", "Other")


def outside_payment_text(method: str, received: date, language: str) -> str:
    """Return text such as "Bank transfer, November 25, 2026". Of any other way only the day is told."""
    day = format_date(received, "long", locale=language)
    return day if method == "other" else f"{outside_method(method, language)}, {day}"
