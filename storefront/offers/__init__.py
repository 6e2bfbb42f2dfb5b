"""Offers: saving them, their billing rules, stock, images, slugs and statement descriptors."""

from storefront.offers.addons import MAX_ADDONS, AddonFields
from storefront.offers.archiving import archive, restore
from storefront.offers.deliverables import note_deliverables
from storefront.offers.editing import OfferFields, check, duplicate, rows_if_saved, save
from storefront.offers.images import (
    IMAGE_WIDTHS,
    MAX_IMAGE_BYTES,
    image_file,
    image_keys,
    image_widths,
    picture_data,
)
from storefront.offers.logo import MAX_LOGO_BYTES, is_logo_key, logo_file
from storefront.offers.price_options import MAX_OPTIONS, OptionFields
from storefront.offers.profile import delete_logo, save_profile
from storefront.offers.public_listing import PER_PAGE, listed_offers, listing_mark_query, listing_query
from storefront.offers.public_offers import (
    day_of_charges,
    legal_settings,
    legal_text_query,
    legal_words,
    moment_of,
    offer_id,
    offer_language,
    offer_query,
    payment_terms,
    public_offer,
    public_options,
    shop_profile,
    shop_zone,
    takes_codes,
    with_texts,
)
from storefront.offers.redirects import redirect_address, redirect_secret, renew_secret
from storefront.offers.shipping import MAX_SHIPPING_PRICES, OTHERS_CHOICE, ShippingPriceFields
from storefront.offers.sitemap import PER_FILE, sitemap_entries, sitemap_parts, sitemap_query
from storefront.offers.sites import allowed_sites
from storefront.offers.statement_descriptors import max_suffix_length, statement_text, usable_suffix
from storefront.offers.stock import MOST_SHOWN, hold_stock, is_oversold, lock_free_pieces
from storefront.offers.taxes import MAX_TAX_RATES, TaxFields, TaxRateFields, apply_tax, tax_fields
from storefront.offers.typed_prices import read_percent
from storefront.offers.uploads import SignedAddress, StoredContent, UploadStore, is_upload_key, open_store, upload_store
from storefront.offers.withdrawal_right import (
    LEGAL_DAYS,
    MAX_WITHDRAWAL_DAYS,
    apply_default,
    default_withdrawal_days,
    shop_country,
    withdrawal_days,
    withdrawal_terms,
)

__all__ = [
    "IMAGE_WIDTHS",
    "LEGAL_DAYS",
    "MAX_ADDONS",
    "MAX_IMAGE_BYTES",
    "MAX_LOGO_BYTES",
    "MAX_OPTIONS",
    "MAX_SHIPPING_PRICES",
    "MAX_TAX_RATES",
    "MAX_WITHDRAWAL_DAYS",
    "MOST_SHOWN",
    "OTHERS_CHOICE",
    "PER_FILE",
    "PER_PAGE",
    "AddonFields",
    "OfferFields",
    "OptionFields",
    "ShippingPriceFields",
    "SignedAddress",
    "StoredContent",
    "TaxFields",
    "TaxRateFields",
    "UploadStore",
    "allowed_sites",
    "apply_default",
    "apply_tax",
    "archive",
    "check",
    "day_of_charges",
    "default_withdrawal_days",
    "delete_logo",
    "duplicate",
    "hold_stock",
    "image_file",
    "image_keys",
    "image_widths",
    "is_logo_key",
    "is_oversold",
    "is_upload_key",
    "legal_settings",
    "legal_text_query",
    "legal_words",
    "listed_offers",
    "listing_mark_query",
    "listing_query",
    "lock_free_pieces",
    "logo_file",
    "max_suffix_length",
    "moment_of",
    "note_deliverables",
    "offer_id",
    "offer_language",
    "offer_query",
    "open_store",
    "payment_terms",
    "picture_data",
    "public_offer",
    "public_options",
    "read_percent",
    "redirect_address",
    "redirect_secret",
    "renew_secret",
    "restore",
    "rows_if_saved",
    "save",
    "save_profile",
    "shop_country",
    "shop_profile",
    "shop_zone",
    "sitemap_entries",
    "sitemap_parts",
    "sitemap_query",
    "statement_text",
    "takes_codes",
    "tax_fields",
    "upload_store",
    "usable_suffix",
    "with_texts",
    "withdrawal_days",
    "withdrawal_terms",
]
