"""What other programs show of an offer's page: link previews (Open Graph), and product data for search engines."""

import json
from dataclasses import dataclass

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from storefront import runtime
from storefront.models import Offer, PriceOption, ShopProfile
from storefront.money import Money
from storefront.offers import image_widths
from storefront.pricing import tax_parts
from storefront.web.shop.offer_page.terms import OfferTerms
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


def page_preview(offer: Offer, terms: OfferTerms, shop: ShopProfile) -> PagePreview:
    """The preview of the page of an offer with these terms."""
    base = runtime.current().config.public_url
    url = f"{base}/o/{offer.slug}"
    widths = image_widths(offer.picture, offer.picture_width) if offer.picture else []
    image = f"{base}/pictures/{offer.picture}-{widths[-1]}.webp" if widths else ""
    description = offer.short_description or _shortened(plain_text(offer.description))
    seller = {"@type": "Organization", "name": shop.display_name}
    product: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": offer.title,
        "description": description,
        "url": url,
        "offers": _offers(offer, terms, url) | {"seller": seller},
    }
    if image:
        product["image"] = image
    return PagePreview(url, image, description, htmlsafe_json_dumps(product, dumps=_encode))


def _offers(offer: Offer, terms: OfferTerms, url: str) -> dict[str, object]:
    """The price of the offer; of several options the lowest and the highest, and each of them."""
    if len(terms.options) == 1:
        return _price(offer, terms.option) | {"url": url, "availability": _availability(terms, terms.option)}
    each = [
        {"name": option.label, **_price(offer, option)}
        | {"url": f"{url}?option={option.id}", "availability": _availability(terms, option)}
        for option in terms.options
    ]
    prices = sorted((_whole_price(offer, option) for option in terms.options), key=lambda price: price.amount)
    return {
        "@type": "AggregateOffer",
        "lowPrice": prices[0].decimal_text(),
        "highPrice": prices[-1].decimal_text(),
        "priceCurrency": offer.currency,
        "offerCount": len(each),
        "url": url,
        "availability": _availability(terms),
        "offers": each,
    }


def _availability(terms: OfferTerms, option: PriceOption | None = None) -> str:
    """That of the offer, or of one of its options."""
    is_sold_out = terms.stock.is_sold_out or (option is not None and option.is_sold_out)
    word = "SoldOut" if is_sold_out else "OutOfStock" if terms.merchant is None else "InStock"
    return f"https://schema.org/{word}"


def _price(offer: Offer, option: PriceOption) -> dict[str, object]:
    """The price of one piece: of a payment plan all installments, of a subscription one charge and its interval."""
    price = _whole_price(offer, option)
    amount = {"price": price.decimal_text(), "priceCurrency": price.currency}
    found: dict[str, object] = {"@type": "Offer", **amount}
    if option.recurs and not option.is_plan:
        interval = {"@type": "QuantitativeValue", "value": option.every, "unitCode": _UNIT_CODES[option.interval]}
        found["priceSpecification"] = {"@type": "UnitPriceSpecification", **amount, "referenceQuantity": interval}
    return found


def _whole_price(offer: Offer, option: PriceOption) -> Money:
    """The least price of one piece as it is charged, at the rate without a country; of a plan all installments."""
    price = option.least_price_in(offer.currency)
    if offer.has_tax and not offer.tax_included:
        price += Money(tax_parts(offer.rate_in(""), True, [price.amount], price.currency)[0], price.currency)
    return price.times(option.instalments) if option.is_plan else price


def _shortened(text: str) -> str:
    if len(text) <= MAX_DESCRIPTION:
        return text
    return text[: MAX_DESCRIPTION - 1].rsplit(" ", 1)[0] + "…"
