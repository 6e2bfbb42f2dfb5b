"""The pages of the shop: offers, paying, orders, failed renewals."""

from flask import Blueprint

from storefront.web.shop import offers, orders
from storefront.web.shop.messages import CARD, DECLINED, attempt_failed
from storefront.web.shop.payment_form import POSTAL_CODE_COUNTRIES
from storefront.web.shop.subscription_status import SubscriptionStatus, describe_status

BLUEPRINTS: tuple[Blueprint, ...] = (offers.blueprint, orders.blueprint)

__all__ = [
    "BLUEPRINTS",
    "CARD",
    "DECLINED",
    "POSTAL_CODE_COUNTRIES",
    "SubscriptionStatus",
    "attempt_failed",
    "describe_status",
]
