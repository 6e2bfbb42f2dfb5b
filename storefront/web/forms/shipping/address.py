"""The shipping address at checkout, where the offer asks for it."""

from collections.abc import Mapping

from flask_babel import gettext as _

from storefront.i18n import clean_line
from storefront.models import ADDRESS_PARTS, Offer, shipping_column
from storefront.web.forms.shipping.postal_codes import MAX_CODE, example_of, is_postal_code, needs_postal_code

ADDRESS_LENGTHS = {"line1": 200, "line2": 200, "city": 100, "region": 100, "postal_code": MAX_CODE}
# An address there can't be delivered to without its state or province.
NEEDS_REGION = frozenset(["US", "CA", "AU"])


def read_address(offer: Offer, sent: Mapping[str, str], country: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The column of the order, and what is wrong: {field: [sentences]}. `country` is the valid one, or ""."""
    if not offer.asks_shipping:
        return {}, {}
    parts = {name: clean_line(sent.get(field_of(name))) for name in ADDRESS_PARTS}
    errors = {field_of(name): [error] for name in ADDRESS_PARTS if (error := _error(name, parts[name], country))}
    return shipping_column(parts), errors


def field_of(part: str) -> str:
    """The name of the field for a part of the address."""
    return f"shipping_{part}"


def missing_part(part: str) -> str:
    """What the page says at a required field that is empty; "" for a field that may be."""
    messages = {
        "line1": _("Enter your street and house number."),
        "city": _("Enter your city."),
    }
    return messages.get(part, "")


def _error(part: str, typed: str, country: str) -> str:
    if len(typed) > ADDRESS_LENGTHS[part]:
        return _("Enter up to %(most)s characters.", most=ADDRESS_LENGTHS[part])
    if part == "region" and not typed and country in NEEDS_REGION:
        return _("Enter your state or province.")
    if part == "postal_code" and (typed or needs_postal_code(country)) and not is_postal_code(typed, country):
        if needs_postal_code(country):
            return _("Enter a postal code like %(example)s.", example=example_of(country))
        return _("Use letters, digits and hyphens, or leave it blank.")
    return "" if typed else missing_part(part)
