"""What an offer's page asks and says of shipping."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from storefront.i18n import country_name
from storefront.models import BillingTerms, Offer, ShippingPrice
from storefront.web import support
from storefront.web.forms import ADDRESS_LENGTHS, field_of, missing_part

# With more prices than this, only the price of the chosen country is shown.
MOST_LISTED = 8
# Whether the postal code and the region are needed depends on the country.
OPTIONAL = ("line2",)


@dataclass(frozen=True)
class AddressField:
    """A field of the address: `missing` is what is said where it is empty although every country needs it."""

    id: str
    label: str
    autocomplete: str
    longest: int
    missing: str
    is_optional: bool


@dataclass(frozen=True)
class ShippingView:
    """`prices` are (country, price), none where they are told once the country is chosen. `note` says the rest."""

    fields: list[AddressField]
    prices: list[tuple[str, str]]
    note: str


def shipping_view(offer: Offer, terms: Iterable[BillingTerms]) -> ShippingView | None:
    """None for an offer that is not posted. `terms` are those of all its price options."""
    if not offer.asks_shipping:
        return None
    labels = {
        "line1": (_("Address"), "address-line1"),
        "line2": (_("Apartment, suite, etc."), "address-line2"),
        "postal_code": (_("Postal code"), "postal-code"),
        "city": (_("City"), "address-level2"),
        "region": (_("State or region"), "address-level1"),
    }
    fields = [
        AddressField(field_of(part), label, autocomplete, ADDRESS_LENGTHS[part], missing_part(part), part in OPTIONAL)
        for part, (label, autocomplete) in labels.items()
    ]
    offered = offer.offered_shipping()
    listed = offered if len(offered) <= MOST_LISTED else []
    prices = [(_place(price), _price(price, offer.currency)) for price in listed]
    sentences = [_("Free shipping.")] if not any(price.amount for price in offered) and not listed else []
    if offered and not listed:
        sentences.append(_("The price of shipping depends on the country."))
    if any(price.amount for price in offered):
        sentences += _when_charged(terms)
    return ShippingView(fields, prices, " ".join(sentences))


def _place(price: ShippingPrice) -> str:
    return country_name(price.country, support.current_language()) if price.country else _("All other countries")


def _price(price: ShippingPrice, currency: str) -> str:
    return support.money(price.price_in(currency)) if price.amount else _("Free")


def _when_charged(terms: Iterable[BillingTerms]) -> list[str]:
    """How often it is charged, where that is more than once or could be."""
    kinds = list(terms)
    recurring = [_("Subscriptions pay for shipping with each charge.")]
    plan = [_("Payment plans pay for shipping with the first charge.")]
    return (recurring if any(one.recurs and not one.is_plan for one in kinds) else []) + (
        plan if any(one.is_plan for one in kinds) else []
    )
