"""What other programs show of an offer's page: link previews (Open Graph), and product data for search engines."""

import json
from dataclasses import dataclass

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from storefront import runtime
from storefront.models import Offer, ShopProfile
from storefront.money import Money
from storefront.offers import image_widths
from storefront.pricing import tax_parts
from storefront.web.support import plain_text

MAX_DESCRIPTION = 160
# Codes of UN/CEFACT for the intervals of a price: schema.org/unitCode.
_UNIT_CODES = {"day": "DAY", "week": "WEE", "month": "MON", "year": "ANN"}

_encode = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True)
class PagePreview:
    """Absolute addresses; `image` is "" without a picture. `product` is JSON-LD, safe inside a `<script>` element."""

    url: str
    image: str
    description: str
    product: Markup


def page_preview(offer: Offer, shop: ShopProfile, is_available: bool, sold_out: bool) -> PagePreview:
    """The preview of an offer's page."""
    base = runtime.current().config.public_url
    url = f"{base}/o/{offer.slug}"
    widths = image_widths(offer.picture, offer.picture_width) if offer.picture else []
    image = f"{base}/pictures/{offer.picture}-{widths[-1]}.webp" if widths else ""
    description = offer.short_description or _shortened(plain_text(offer.description))
    stock = "InStock" if is_available else "SoldOut" if sold_out else "OutOfStock"
    product: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": offer.title,
        "description": description,
        "url": url,
        "offers": _price(offer)
        | {
            "url": url,
            "availability": f"https://schema.org/{stock}",
            "seller": {"@type": "Organization", "name": shop.display_name},
        },
    }
    if image:
        product["image"] = image
    return PagePreview(url, image, description, htmlsafe_json_dumps(product, dumps=_encode))


def _price(offer: Offer) -> dict[str, object]:
    """The price of one piece: of a payment plan all installments, of a subscription one charge and its interval."""
    charge = _with_tax(offer)
    price = charge.times(offer.instalments) if offer.is_plan else charge
    amount = {"price": price.decimal_text(), "priceCurrency": price.currency}
    found: dict[str, object] = {"@type": "Offer", **amount}
    if offer.recurs and not offer.is_plan:
        interval = {"@type": "QuantitativeValue", "value": offer.every, "unitCode": _UNIT_CODES[offer.interval]}
        found["priceSpecification"] = {"@type": "UnitPriceSpecification", **amount, "referenceQuantity": interval}
    return found


def _with_tax(offer: Offer) -> Money:
    """The least price of one piece as it is charged, at the rate without a country."""
    price = offer.least_price
    if not offer.has_tax or offer.tax_included:
        return price
    return price + Money(tax_parts(offer.rate_in(""), True, [price.amount], price.currency)[0], price.currency)


def _shortened(text: str) -> str:
    if len(text) <= MAX_DESCRIPTION:
        return text
    return text[: MAX_DESCRIPTION - 1].rsplit(" ", 1)[0] + "…"
