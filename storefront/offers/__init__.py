"""Offers: saving them, their billing rules, stock, images, slugs and statement descriptors."""

from storefront.offers.editing import OfferFields, archive, duplicate, save
from storefront.offers.images import (
    IMAGE_WIDTHS,
    MAX_IMAGE_BYTES,
    has_image_files,
    image_folder,
    image_path,
    image_widths,
)
from storefront.offers.statement_descriptors import max_suffix_length, usable_suffix
from storefront.offers.stock import hold_stock, is_oversold, is_sold_out

__all__ = [
    "IMAGE_WIDTHS",
    "MAX_IMAGE_BYTES",
    "OfferFields",
    "archive",
    "duplicate",
    "has_image_files",
    "hold_stock",
    "image_folder",
    "image_path",
    "image_widths",
    "is_oversold",
    "is_sold_out",
    "max_suffix_length",
    "save",
    "usable_suffix",
]
