"""Offers: editing, billing rules, stock, images, addresses."""

from storefront.offers.editing import (
    OfferFields,
    archive_offer,
    descriptor_room,
    duplicate_offer,
    fitting_suffix,
    save_offer,
)
from storefront.offers.images import IMAGE_WIDTHS, MAX_IMAGE_BYTES, image_folder, image_path, image_widths, init
from storefront.offers.stock import hold_stock, is_oversold, is_sold_out

__all__ = [
    "IMAGE_WIDTHS",
    "MAX_IMAGE_BYTES",
    "OfferFields",
    "archive_offer",
    "descriptor_room",
    "duplicate_offer",
    "fitting_suffix",
    "hold_stock",
    "image_folder",
    "image_path",
    "image_widths",
    "init",
    "is_oversold",
    "is_sold_out",
    "save_offer",
]
