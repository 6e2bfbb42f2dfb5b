"""Translations outside of pages: catalogs, billing intervals, card brands, reasons of declined cards."""

from storefront.i18n.billing_interval import interval_text
from storefront.i18n.card_brands import card_label
from storefront.i18n.catalog import N_, catalog_for
from storefront.i18n.decline_messages import (
    AUTHENTICATION_MESSAGES,
    CARD_CODES,
    DECLINED_MESSAGES,
    NEUTRAL_MESSAGE,
    decline_message,
)

__all__ = [
    "AUTHENTICATION_MESSAGES",
    "CARD_CODES",
    "DECLINED_MESSAGES",
    "NEUTRAL_MESSAGE",
    "N_",
    "card_label",
    "catalog_for",
    "decline_message",
    "interval_text",
]
