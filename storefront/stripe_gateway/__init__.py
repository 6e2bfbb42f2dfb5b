"""The only importer of `stripe`: one verb a call, plain values out, the product's own errors."""

from storefront.stripe_gateway.account import (
    Account,
    chargeable_currencies,
    keys_are_one_pair,
    retrieve_account,
)
from storefront.stripe_gateway.client import KEY_LIFE, Credentials, init
from storefront.stripe_gateway.clock import retrieve_time
from storefront.stripe_gateway.disputes import DisputeSnapshot, list_disputes
from storefront.stripe_gateway.events import list_undelivered_events
from storefront.stripe_gateway.payments import (
    Intent,
    cancel_payment_intent,
    create_payment_intent,
    find_payment_intent,
    retrieve_payment_intent,
)
from storefront.stripe_gateway.refunds import RefundSnapshot, create_refund, list_refunds
from storefront.stripe_gateway.round_trips import cause_event
from storefront.stripe_gateway.webhooks import (
    PATH as WEBHOOK_PATH,
)
from storefront.stripe_gateway.webhooks import (
    EventHint,
    Registered,
    SignatureInvalid,
    read_delivery,
    register_endpoint,
    remove_endpoint,
    retrieve_endpoint,
)

__all__ = [
    "KEY_LIFE",
    "WEBHOOK_PATH",
    "Account",
    "Credentials",
    "DisputeSnapshot",
    "EventHint",
    "Intent",
    "RefundSnapshot",
    "Registered",
    "SignatureInvalid",
    "cancel_payment_intent",
    "cause_event",
    "chargeable_currencies",
    "create_payment_intent",
    "create_refund",
    "find_payment_intent",
    "init",
    "keys_are_one_pair",
    "list_disputes",
    "list_refunds",
    "list_undelivered_events",
    "read_delivery",
    "register_endpoint",
    "remove_endpoint",
    "retrieve_account",
    "retrieve_endpoint",
    "retrieve_payment_intent",
    "retrieve_time",
]
