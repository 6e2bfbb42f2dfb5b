"""The public pages of the shop: offers, checkout, orders and failed renewals."""

from flask import Blueprint

from storefront.web.shop import (
    contract_cancellations,
    documents,
    files,
    framed_orders,
    legal,
    offers,
    orders,
    payment_requests,
    search_engines,
    unsubscribing,
    waiting_list,
    withdrawals,
)
from storefront.web.shop.cached_pages import CACHED_PAGES, unsaved_offer_page
from storefront.web.shop.messages import CARD_ERRORS, failure_message
from storefront.web.shop.payment_form import card_field
from storefront.web.shop.script_messages import as_json, card_field_messages
from storefront.web.shop.subscription_status import StatusDescription, describe_status

BLUEPRINTS: tuple[Blueprint, ...] = (
    offers.blueprint,
    orders.blueprint,
    files.blueprint,
    documents.blueprint,
    payment_requests.blueprint,
    framed_orders.blueprint,
    withdrawals.blueprint,
    contract_cancellations.blueprint,
    legal.blueprint,
    search_engines.blueprint,
    unsubscribing.blueprint,
    waiting_list.blueprint,
)

__all__ = [
    "BLUEPRINTS",
    "CACHED_PAGES",
    "CARD_ERRORS",
    "StatusDescription",
    "as_json",
    "card_field",
    "card_field_messages",
    "describe_status",
    "failure_message",
    "unsaved_offer_page",
]
