"""Payments: checkout, intents, settlement, refunds, disputes, expiry, limits on declines."""

from storefront.payments.checkout import Buyer, StartedCheckout, resume_checkout, start_checkout
from storefront.payments.decline_limits import (
    has_too_many_attempts,
    init,
    recently_reached_limits,
    record_decline,
    require_checkout_allowed,
    require_retry_allowed,
    subscriber_network,
)
from storefront.payments.disputes import sync_disputes
from storefront.payments.intents import close_all_of
from storefront.payments.order_expiry import expire_order, overdue_orders
from storefront.payments.refund_balance import refundable, refundable_of_payment, refunded_amount, refunded_by_order
from storefront.payments.refunds import REFUND_REASONS, request_refund, send_refund, sync_refunds, unsent_refunds
from storefront.payments.settlement import CHALLENGE_FAILED, close_payment, refresh, refresh_order, settle
from storefront.payments.renewal_prices import stripe_price
from storefront.payments.takings import recent_takings

__all__ = [
    "CHALLENGE_FAILED",
    "REFUND_REASONS",
    "Buyer",
    "StartedCheckout",
    "close_all_of",
    "close_payment",
    "expire_order",
    "has_too_many_attempts",
    "init",
    "overdue_orders",
    "recent_takings",
    "recently_reached_limits",
    "record_decline",
    "refresh",
    "refresh_order",
    "refundable",
    "refundable_of_payment",
    "refunded_amount",
    "refunded_by_order",
    "request_refund",
    "require_checkout_allowed",
    "require_retry_allowed",
    "resume_checkout",
    "send_refund",
    "settle",
    "start_checkout",
    "stripe_price",
    "subscriber_network",
    "sync_disputes",
    "sync_refunds",
    "unsent_refunds",
]
