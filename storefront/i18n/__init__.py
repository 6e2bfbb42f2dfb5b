"""Translations for code outside a request (catalogs, billing terms, card brands, decline messages), and typed text."""

from storefront.i18n.billing_interval import interval_text, price_per_interval
from storefront.i18n.card_brands import card_label
from storefront.i18n.catalog import LANGUAGES, N_, catalog_for
from storefront.i18n.countries import country_name, country_names
from storefront.i18n.decline_messages import (
    DECLINED_MESSAGE,
    MESSAGES_BY_CODE,
    NEUTRAL_CODES,
    decline_message,
)
from storefront.i18n.outside_methods import outside_method, outside_payment_text
from storefront.i18n.tax_labels import tax_label
from storefront.i18n.template_texts import template_gettext
from storefront.i18n.text_folding import fold
from storefront.i18n.typed_text import clean_line, clean_text, isolate
from storefront.i18n.unclear_terms import unclear_terms_text

__all__ = [
    "DECLINED_MESSAGE",
    "LANGUAGES",
    "MESSAGES_BY_CODE",
    "NEUTRAL_CODES",
    "N_",
    "card_label",
    "catalog_for",
    "clean_line",
    "clean_text",
    "country_name",
    "country_names",
    "decline_message",
    "fold",
    "interval_text",
    "isolate",
    "outside_method",
    "outside_payment_text",
    "price_per_interval",
    "tax_label",
    "template_gettext",
    "unclear_terms_text",
]
