"""Names of taxes with their rates, for pages and emails."""

from decimal import Decimal

from babel.numbers import format_percent

from storefront.i18n.catalog import N_, catalog_for
from storefront.i18n.typed_text import isolate

_INCLUDED = N_("Includes %(tax)s")
_REVERSE = N_("%(tax)s (reverse charge)")


def tax_label(name: str, percent: Decimal, language: str, *, included: bool = False, reverse: bool = False) -> str:
    """Return text such as "VAT 20%". `percent` is 20 for 20 %.

    `included`: "Includes VAT 20%". `reverse`: "VAT (reverse charge)", without a rate.
    """
    catalog = catalog_for(language)
    if reverse:
        return catalog.gettext(_REVERSE) % {"tax": isolate(name)}
    rate = format_percent(percent / 100, locale=language, decimal_quantization=False)
    label = f"{isolate(name)} {rate}"
    return catalog.gettext(_INCLUDED) % {"tax": label} if included else label
