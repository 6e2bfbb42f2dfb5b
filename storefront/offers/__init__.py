"""Offers: saving them, their billing rules, stock, images, slugs and statement descriptors."""

from storefront.offers.editing import OfferFields, archive, duplicate, restore, save
from storefront.offers.images import (
    IMAGE_WIDTHS,
    MAX_IMAGE_BYTES,
    image_file,
    image_keys,
    image_widths,
)
from storefront.offers.logo import MAX_LOGO_BYTES, is_logo_key, logo_file
from storefront.offers.profile import delete_logo, save_profile
from storefront.offers.public_offers import (
    PER_PAGE,
    listed_offers,
    listing_query,
    offer_language,
    offer_query,
    payment_terms,
    public_offer,
    shop_profile,
)
from storefront.offers.statement_descriptors import max_suffix_length, usable_suffix
from storefront.offers.stock import hold_stock, is_oversold
from storefront.offers.uploads import UploadStore, is_upload_key, upload_store

__all__ = [
    "IMAGE_WIDTHS",
    "MAX_IMAGE_BYTES",
    "MAX_LOGO_BYTES",
    "PER_PAGE",
    "OfferFields",
    "UploadStore",
    "archive",
    "delete_logo",
    "duplicate",
    "hold_stock",
    "image_file",
    "image_keys",
    "image_widths",
    "is_logo_key",
    "is_oversold",
    "is_upload_key",
    "listed_offers",
    "listing_query",
    "logo_file",
    "max_suffix_length",
    "offer_language",
    "offer_query",
    "payment_terms",
    "public_offer",
    "restore",
    "save",
    "save_profile",
    "shop_profile",
    "upload_store",
    "usable_suffix",
]
