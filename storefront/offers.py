"""Saving an offer: its address, its price, and whether it can be sold."""

from dataclasses import dataclass

from peewee import IntegrityError
from slugify import slugify

from storefront.db import db
from storefront.errors import FieldErrors
from storefront.models import Merchant, Offer
from storefront.models.base import now
from storefront.money import PriceError, parse_price

# Ukrainian's official romanisation where it differs from the Russian one the library knows
# (Cabinet of Ministers of Ukraine, resolution 55 of 2010).
_UKRAINIAN = [
    *[("зг", "zgh"), ("Зг", "Zgh"), ("и", "y"), ("И", "Y"), ("і", "i"), ("І", "I"), ("ї", "i"), ("Ї", "Yi")],
    *[("г", "h"), ("Г", "H"), ("ґ", "g"), ("Ґ", "G"), ("є", "ie"), ("Є", "Ye"), ("щ", "shch"), ("Щ", "Shch")],
]
_RUSSIAN = [
    ("щ", "shch"),
    ("Щ", "Shch"),
    ("ё", "yo"),
    ("Ё", "Yo"),
    ("э", "e"),
    ("Э", "E"),
    ("ы", "y"),
    ("Ы", "Y"),
]
_BOTH = [
    *[("ж", "zh"), ("Ж", "Zh"), ("х", "kh"), ("Х", "Kh"), ("ц", "ts"), ("Ц", "Ts"), ("ч", "ch"), ("Ч", "Ch")],
    *[("ш", "sh"), ("Ш", "Sh"), ("ю", "yu"), ("Ю", "Yu"), ("я", "ya"), ("Я", "Ya"), ("й", "y"), ("Й", "Y")],
    *[("ь", ""), ("Ь", ""), ("ъ", ""), ("Ъ", ""), ("'", ""), ("’", ""), ("ʼ", "")],
]


@dataclass(frozen=True)
class OfferFields:
    """What the form says; `price` as typed in major units, `slug` may be empty."""

    title: str
    slug: str
    description: str
    thank_you: str
    price: str
    currency: str
    merchant: Merchant | None
    language: str
    status: str
    listed: bool
    max_quantity: int


def save(offer: Offer, fields: OfferFields) -> Offer:
    """Write the offer. Raises FieldErrors with codes: address_taken, price_*, and the obstacles to publishing.

    Nothing is written then.
    """
    errors: dict[str, list[str]] = {}
    details: dict[str, object] = {"currency": fields.currency}
    try:
        offer.amount = parse_price(fields.price, fields.currency).amount
    except PriceError as error:
        errors["price"] = [error.code]
        details |= {"limit": error.limit, "decimals": error.decimals}
    for name in ("title", "description", "thank_you", "currency", "merchant", "language", "status", "listed"):
        setattr(offer, name, getattr(fields, name))
    offer.max_quantity = fields.max_quantity
    offer.slug = fields.slug or _free_slug(slug_of(fields.title, fields.language), offer)
    errors |= _publishing_errors(offer)
    if Offer.select().where(Offer.slug == offer.slug, Offer.id != offer.id).exists():
        errors["slug"] = ["address_taken"]
    if errors:
        raise FieldErrors(errors, **details)
    offer.updated_at = now()
    try:
        with db.atomic():
            offer.save()
    except IntegrityError as error:
        raise FieldErrors({"slug": ["address_taken"]}) from error
    return offer


def archive(offer: Offer) -> None:
    """Take it off sale; its orders stay."""
    offer.status = "archived"
    offer.updated_at = now()
    offer.save()


def slug_of(title: str, language: str) -> str:
    """An address made of the title: Latin letters, digits and hyphens, from any of the three scripts."""
    table = (_UKRAINIAN if language == "uk" or set(title) & set("іїєґІЇЄҐ") else _RUSSIAN) + _BOTH
    return slugify(title, replacements=table, max_length=60, word_boundary=True) or "offer"


def _free_slug(base: str, offer: Offer) -> str:
    taken = {row.slug for row in Offer.select(Offer.slug).where(Offer.slug.startswith(base), Offer.id != offer.id)}
    number, slug = 2, base
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def _publishing_errors(offer: Offer) -> dict[str, list[str]]:
    """What stands in the way of selling, at the field where it can be mended; a draft may wait."""
    obstacle = offer.payment_obstacle() if offer.status == "published" else None
    if obstacle is None and offer.merchant is not None and not offer.merchant.can_charge(offer.currency):
        return {"currency": ["currency_unsupported"]}
    if obstacle is None:
        return {}
    return {"currency" if obstacle == "currency_unsupported" else "merchant": [str(obstacle)]}
