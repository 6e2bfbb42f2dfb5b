"""Saving an offer: its address, its price, and whether it can be sold."""

from dataclasses import dataclass

from peewee import IntegrityError

from storefront.db import db
from storefront.errors import FieldErrors
from storefront.models import TERM_FIELDS, Merchant, Offer, OfferObstacle, OfferRedirect, now
from storefront.money import PriceError, parse_price
from storefront.offers import billing_rules, images
from storefront.offers.slugs import MAX_LENGTH, slug_of


@dataclass(frozen=True)
class OfferFields:
    """What the form says; `price` as typed in major units, `slug` may be empty.

    `kind` and what follows are those of `models.terms`; what doesn't apply to the kind is set at rest.
    """

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
    stock: int | None = None
    statement_descriptor_suffix: str = ""
    picture: bytes | None = None
    picture_alt: str = ""
    remove_picture: bool = False
    kind: str = "one_off"
    every: int = 1
    interval: str = "month"
    trial_days: int = 0
    instalments: int = 0
    cancellation: str = "period_end"


_PLAIN = (
    *("title", "description", "thank_you", "currency", "merchant", "language", "status", "listed"),
    *("max_quantity", "stock", "statement_descriptor_suffix", "picture_alt"),
    *TERM_FIELDS,
)


def save(offer: Offer, fields: OfferFields) -> Offer:
    """Write the offer. Raises FieldErrors with codes: address_taken, price_*, picture_*, descriptor_*, those of
    `offer_terms` and the obstacles to publishing. Nothing is written then.

    A changed address is remembered: links that were shared go on to the new one.
    """
    errors, details = _apply(offer, fields)
    if errors:
        raise FieldErrors(errors, **details)
    pictures_before = offer.picture
    _apply_picture(offer, fields)
    offer.updated_at = now()
    try:
        with db.atomic():
            _remember_address(offer)
            offer.save()
    except IntegrityError as error:
        raise FieldErrors({"slug": ["address_taken"]}) from error
    if pictures_before and pictures_before != offer.picture and not _shared(pictures_before):
        images.remove_image(pictures_before)
    return offer


def duplicate(offer: Offer) -> Offer:
    """A draft with the same words, price and picture at an address of its own."""
    copy = Offer(
        **{
            name: getattr(offer, name)
            for name in Offer._meta.fields
            if name not in ("id", "slug", "status", "created_at", "updated_at")
        }
    )
    copy.status = "draft"
    with db.atomic():
        copy.slug = _free_slug(offer.slug, copy)
        copy.save()
    return copy


def archive(offer: Offer) -> None:
    """Take it off sale; its orders stay."""
    offer.status = "archived"
    offer.updated_at = now()
    offer.save()


def _apply(offer: Offer, fields: OfferFields) -> tuple[dict[str, list[str]], dict[str, object]]:
    """Write the fields onto the (unsaved) offer; error codes by field, and what their words need."""
    errors: dict[str, list[str]] = {}
    details: dict[str, object] = {"currency": fields.currency}
    try:
        offer.amount = parse_price(fields.price, fields.currency).amount
    except PriceError as error:
        errors["price"] = [error.code]
        details |= {"limit": error.limit, "decimals": error.decimals}
    for name in _PLAIN:
        setattr(offer, name, getattr(fields, name))
    billing_rules.reset_unused_terms(offer)
    of_terms, needed = billing_rules.billing_errors(offer)
    errors, details = errors | of_terms, details | needed
    offer.slug = fields.slug or _free_slug(slug_of(fields.title, fields.language), offer)
    if Offer.select().where(Offer.slug == offer.slug, Offer.id != offer.id).exists():
        errors["slug"] = ["address_taken"]
    descriptor = _descriptor_error(offer)
    if descriptor:
        errors["statement_descriptor_suffix"] = [descriptor]
        details["room"] = max_suffix_length(offer.merchant)
    return errors | _publishing_errors(offer), details


def _apply_picture(offer: Offer, fields: OfferFields) -> None:
    if fields.picture is not None:
        stored = images.store_image(fields.picture)
        offer.picture, offer.picture_width, offer.picture_height = stored.name, stored.width, stored.height
    elif fields.remove_picture:
        offer.picture, offer.picture_width, offer.picture_height = "", 0, 0


def _shared(picture: str) -> bool:
    """Whether a duplicate shows the same picture."""
    return Offer.select().where(Offer.picture == picture).exists()


def _remember_address(offer: Offer) -> None:
    """Keep the address it had, and take the new one from whoever had it before."""
    OfferRedirect.delete().where(OfferRedirect.slug == offer.slug).execute()
    before = Offer.get_or_none(Offer.id == offer.id)
    if before is not None and before.slug != offer.slug:
        OfferRedirect.create(slug=before.slug, offer=offer)


def _free_slug(base: str, offer: Offer) -> str:
    """`base`, or with a number behind it; an address that another offer had before is not free either."""
    stem = base[: MAX_LENGTH - 4]
    present = Offer.select(Offer.slug).where(Offer.slug.startswith(stem), Offer.id != offer.id)
    former = OfferRedirect.select(OfferRedirect.slug).where(OfferRedirect.slug.startswith(stem))
    if offer.id is not None:
        former = former.where(OfferRedirect.offer != offer)
    taken = {row.slug for row in present} | {row.slug for row in former}
    number, slug = 2, base
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug


def max_suffix_length(merchant: Merchant | None) -> int:
    """How many characters an offer's suffix may have: the whole statement descriptor holds 22,
    `PREFIX* SUFFIX`; an unknown prefix counts as the longest (10).

    Source: docs.stripe.com/get-started/account/statement-descriptors
    """
    prefix = len(merchant.descriptor_prefix) if merchant is not None and merchant.descriptor_prefix else 10
    return 22 - 2 - prefix


def usable_suffix(offer: Offer, merchant: Merchant) -> str:
    """The offer's text as far as statements of this account hold it; "" where too little is left.

    It fitted when it was saved; since then the offer may have moved to another account, or the account's prefix have
    changed, and no payment may fail for that.
    """
    suffix = offer.statement_descriptor_suffix[: max_suffix_length(merchant)].strip()
    return suffix if any(letter.isalpha() for letter in suffix) else ""


def _descriptor_error(offer: Offer) -> str | None:
    """Stripe's rules for a suffix: Latin, at least one letter, none of <>\\'"*, and short enough."""
    suffix = offer.statement_descriptor_suffix
    if not suffix:
        return None
    if not suffix.isascii() or not suffix.isprintable() or set(suffix) & set("<>\\'\"*"):
        return "descriptor_characters"
    if not any(letter.isalpha() for letter in suffix):
        return "descriptor_letters"
    return "descriptor_length" if len(suffix) > max_suffix_length(offer.merchant) else None


def _publishing_errors(offer: Offer) -> dict[str, list[str]]:
    """What stands in the way of selling, at the field where it can be mended; a draft may wait."""
    obstacle = offer.payment_obstacle() if offer.status == "published" else None
    if obstacle is None and offer.merchant is not None and not offer.merchant.can_charge(offer.currency):
        obstacle = OfferObstacle.CURRENCY_UNSUPPORTED
    if obstacle is None:
        return {}
    return {"currency" if obstacle is OfferObstacle.CURRENCY_UNSUPPORTED else "merchant": [str(obstacle)]}
