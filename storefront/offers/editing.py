"""Saving and duplicating an offer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from peewee import IntegrityError

from storefront.db import db
from storefront.errors import FieldErrors
from storefront.models import (
    TERM_FIELDS,
    BillingKind,
    CancellationTiming,
    Merchant,
    Offer,
    OfferStatus,
    PriceOption,
    Question,
    now,
)
from storefront.offers import (  # fmt: skip
    billing_rules,
    checkout_rules,
    deliverables,
    images,
    price_options,
    redirects,
    sites,
    slugs,
    statement_descriptors,
    typed_prices,
    withdrawal_right,
)
from storefront.offers.addons import AddonFields, apply_addons
from storefront.offers.price_options import OptionFields
from storefront.offers.public_offers import offer_query
from storefront.offers.publishing import publishing_errors
from storefront.offers.shipping import ShippingPriceFields, apply_shipping
from storefront.offers.taxes import TaxFields, apply_tax


@dataclass(frozen=True)
class OfferFields:
    """Values of the offer form. Prices are in major units as typed; an empty `slug` is made from the title.

    With `pay_what_you_want` the customer chooses the price: `suggested_price` takes the place of `price`, which is
    suggested where the other is empty. An empty `minimum_price` is Stripe's minimum.

    `kind` and the fields after it are the billing terms (`TERM_FIELDS`). Fields that the kind does not use are reset to
    their defaults. `picture` is an uploaded file; None keeps the present picture.
    `withdrawal_days` None: as the law of the shop's country says. `questions` None keeps those that the offer has.
    `options` are the price options beside the first one, which is the offer itself with `option_label` and a further
    limit `first_stock`. None keeps the present ones. So does None as `addons`, `tax` and `shipping`.
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
    short_description: str = ""
    min_quantity: int = 1
    stock: int | None = None
    waiting_list: bool = False
    plan_switching: bool = False
    on_sale_from: datetime | None = None
    on_sale_until: datetime | None = None
    statement_descriptor_suffix: str = ""
    picture: bytes | None = None
    picture_alt: str = ""
    remove_picture: bool = False
    kind: str = BillingKind.ONE_OFF
    every: int = 1
    interval: str = "month"
    trial_days: int = 0
    instalments: int = 0
    cancellation: str = CancellationTiming.PERIOD_END
    withdrawal_days: int | None = None
    no_withdrawal_reason: str = ""
    asks_country: bool = False
    asks_company: bool = False
    questions: tuple[Question, ...] | None = None
    allowed_sites: str = ""
    pay_what_you_want: bool = False
    minimum_price: str = ""
    suggested_price: str = ""
    addons: tuple[AddonFields, ...] | None = None
    tax: TaxFields | None = None
    option_label: str = ""
    first_stock: int | None = None
    options: tuple[OptionFields, ...] | None = None
    redirect_url: str = ""
    asks_shipping: bool = False
    shipping: tuple[ShippingPriceFields, ...] | None = None
    second_merchant: Merchant | None = None


_COPIED_FIELDS = (
    *("title", "short_description", "description", "thank_you", "currency", "merchant", "language", "status", "listed"),
    *("min_quantity", "waiting_list", "on_sale_from", "on_sale_until", "asks_country", "asks_company", "asks_shipping"),
    *("plan_switching", "second_merchant"),
    *("max_quantity", "stock", "statement_descriptor_suffix", "picture_alt", "withdrawal_days", "no_withdrawal_reason"),
    *TERM_FIELDS,
)


def save(offer: Offer, fields: OfferFields, then: Callable[[Offer], None] | None = None) -> Offer:
    """Save the offer, new or existing. If its slug changes, the former address redirects to it.

    `then` writes what belongs to it, in the same transaction.

    Raises FieldErrors and saves nothing when a value is invalid. Codes: address_taken, price_*, picture_*,
    descriptor_*, withdrawal_*, site*, redirect_*, second_*, sale_period, quantity_range, those of `apply_tax`,
    `billing_errors`, `apply_shipping` and `check_options`, and the obstacles to publishing (`OfferObstacle`).
    """
    options = check(offer, fields)
    previous_picture = offer.picture
    _apply_picture(offer, fields)
    try:
        with db.atomic():
            _write(offer, fields, options)
            if then:
                then(offer)
    except IntegrityError as error:
        raise FieldErrors({"slug": ["address_taken"]}) from error
    if previous_picture and previous_picture != offer.picture and not _is_picture_used(previous_picture):
        images.remove_image(previous_picture)
    return offer


def rows_if_saved(offer: Offer, fields: OfferFields) -> list[tuple[Any, ...]]:
    """What `offer_query` would read if these values were saved: for the page of an offer as it is typed.

    The values are written and read in a transaction that is taken back, so nothing is saved. An uploaded picture is
    left out. Raises FieldErrors as `save` does, but not for what only keeps the offer from being published.
    """
    without_picture = fields.remove_picture or fields.picture is not None
    fields = replace(fields, status=OfferStatus.DRAFT, picture=None, remove_picture=without_picture)
    options = check(offer, fields)
    _apply_picture(offer, fields)
    try:
        with db.atomic() as transaction:
            _write(offer, fields, options)
            rows = list(db.execute_sql(*offer_query(offer.slug)).fetchall())
            transaction.rollback()
    except IntegrityError as error:
        raise FieldErrors({"slug": ["address_taken"]}) from error
    return rows


def duplicate(offer: Offer) -> Offer:
    """Create a draft with the same text, price and picture, at its own address."""
    copy = Offer(
        **{
            name: getattr(offer, name)
            for name in Offer._meta.fields
            if name not in ("id", "slug", "status", "created_at", "updated_at")
        }
    )
    copy.status = OfferStatus.DRAFT
    if copy.redirect_url:
        redirects.renew_secret(copy)
    with db.atomic():
        copy.slug = slugs.free_slug(offer.slug, copy)
        copy.save()
        price_options.copy_options(offer, copy)
        deliverables.copy_deliverables(offer, copy)
    return copy


def check(offer: Offer, fields: OfferFields) -> list[PriceOption]:
    """Set the offer's attributes without saving. Return its further price options. Raises FieldErrors."""
    errors, details = _apply(offer, fields)
    options, option_errors, option_details = price_options.check_options(offer, fields.options or ())
    errors, details = errors | option_errors, details | option_details
    if fields.addons is not None:
        addon_errors, addon_details = apply_addons(offer, fields.addons)
        errors, details = errors | addon_errors, details | addon_details
    if fields.tax is not None:
        errors |= apply_tax(offer, fields.tax)
    if fields.shipping is not None:
        shipping_errors, shipping_details = apply_shipping(offer, fields.shipping)
        errors, details = errors | shipping_errors, details | shipping_details
    if errors:
        raise FieldErrors(errors, **details)
    return options


def _write(offer: Offer, fields: OfferFields, options: list[PriceOption]) -> None:
    """Write the offer's rows, inside a transaction of the caller."""
    offer.updated_at = now()
    if fields.options is not None:
        price_options.note_options(offer, fields.first_stock, options)
    slugs.redirect_former_slug(offer)
    offer.save()
    if fields.options is None:
        price_options.follow_offer(offer)
    else:
        price_options.store_options(offer, fields.option_label, fields.first_stock, options)


def _apply(offer: Offer, fields: OfferFields) -> tuple[dict[str, list[str]], dict[str, object]]:
    """Set the offer's attributes without saving. Return error codes by field, and values for the error messages."""
    errors: dict[str, list[str]] = {}
    details: dict[str, object] = {"currency": fields.currency}
    prices, price_errors, price_details = typed_prices.read_prices(fields, fields.currency)
    errors, details = errors | price_errors, details | price_details
    for name, amount in prices.items():
        setattr(offer, name, amount)
    for name in _COPIED_FIELDS:
        setattr(offer, name, getattr(fields, name))
    if fields.questions is not None:
        checkout_rules.set_questions(offer, fields.questions)
    billing_rules.reset_unused_terms(offer)
    more_errors, more_details = billing_rules.billing_errors(offer)
    errors, details = errors | more_errors, details | more_details
    errors |= withdrawal_right.apply_default(offer) | checkout_rules.sale_errors(offer)
    errors |= redirects.set_redirect(offer, fields.redirect_url)
    try:
        offer.allowed_sites = sites.parse_sites(fields.allowed_sites)
    except FieldErrors as error:
        errors, details = errors | error.errors, details | error.details
    offer.slug = fields.slug or slugs.free_slug(slugs.slug_from_title(fields.title, fields.language), offer)
    if Offer.select().where(Offer.slug == offer.slug, Offer.id != offer.id).exists():
        errors["slug"] = ["address_taken"]
    if suffix_error := statement_descriptors.suffix_error(offer):
        errors["statement_descriptor_suffix"] = [suffix_error]
        details["room"] = statement_descriptors.max_suffix_length(offer.merchant)
    return errors | publishing_errors(offer), details


def _apply_picture(offer: Offer, fields: OfferFields) -> None:
    if fields.picture is not None:
        stored = images.store_image(fields.picture)
        offer.picture, offer.picture_width, offer.picture_height = stored.name, stored.width, stored.height
    elif fields.remove_picture:
        offer.picture, offer.picture_width, offer.picture_height = "", 0, 0


def _is_picture_used(picture: str) -> bool:
    """Whether an offer has this picture: duplicates share the files."""
    return Offer.select().where(Offer.picture == picture).exists()
