"""The only importer of `stripe`: one verb a call, plain values out, the product's own errors."""

from storefront.stripe_gateway.accounts.account import (
    Account,
    chargeable_currencies,
    keys_are_one_pair,
    retrieve_account,
)
from storefront.stripe_gateway.accounts.clock import retrieve_time
from storefront.stripe_gateway.billing.catalog import create_price, create_product
from storefront.stripe_gateway.billing.customers import create_customer, update_customer
from storefront.stripe_gateway.billing.invoices import (
    InvoiceSnapshot,
    list_invoices,
    pay_invoice,
    void_invoice,
)
from storefront.stripe_gateway.billing.schedules import create_plan
from storefront.stripe_gateway.billing.subscription_snapshot import SubscriptionSnapshot
from storefront.stripe_gateway.billing.subscription_updates import (
    cancel_subscription,
    change_price,
    drop_cancellation,
    extend_trial,
    pause_collection,
    plan_cancellation,
    resume_collection,
    resume_subscription,
    set_default_card,
)
from storefront.stripe_gateway.billing.subscriptions import (
    create_subscription,
    find_subscription,
    retrieve_subscription,
)
from storefront.stripe_gateway.client import IDEMPOTENCY_KEY_LIFETIME, Credentials, set_http_client
from storefront.stripe_gateway.events.event_summary import EventSummary
from storefront.stripe_gateway.events.undelivered_events import list_undelivered_events
from storefront.stripe_gateway.events.webhook_endpoints import (
    WEBHOOK_PATH,
    Registered,
    SignatureInvalid,
    read_delivery,
    register_endpoint,
    remove_endpoint,
    retrieve_endpoint,
)
from storefront.stripe_gateway.events.webhook_test import cause_event
from storefront.stripe_gateway.payments.cards import Card
from storefront.stripe_gateway.payments.disputes import DisputeSnapshot, list_disputes
from storefront.stripe_gateway.payments.payment_intents import (
    Intent,
    cancel_payment_intent,
    create_payment_intent,
    find_payment_intent,
    retrieve_intent,
    retrieve_payment_intent,
)
from storefront.stripe_gateway.payments.refunds import RefundSnapshot, create_refund, list_refunds
from storefront.stripe_gateway.payments.setup_intents import (
    cancel_setup_intent,
    create_card_setup,
    retrieve_setup_intent,
)

__all__ = [
    "IDEMPOTENCY_KEY_LIFETIME",
    "WEBHOOK_PATH",
    "Account",
    "Card",
    "Credentials",
    "DisputeSnapshot",
    "EventSummary",
    "Intent",
    "InvoiceSnapshot",
    "RefundSnapshot",
    "Registered",
    "SignatureInvalid",
    "SubscriptionSnapshot",
    "cancel_payment_intent",
    "cancel_setup_intent",
    "cancel_subscription",
    "cause_event",
    "change_price",
    "chargeable_currencies",
    "create_card_setup",
    "create_customer",
    "create_payment_intent",
    "create_plan",
    "create_price",
    "create_product",
    "create_refund",
    "create_subscription",
    "drop_cancellation",
    "extend_trial",
    "find_payment_intent",
    "find_subscription",
    "keys_are_one_pair",
    "list_disputes",
    "list_invoices",
    "list_refunds",
    "list_undelivered_events",
    "pause_collection",
    "pay_invoice",
    "plan_cancellation",
    "read_delivery",
    "register_endpoint",
    "remove_endpoint",
    "resume_collection",
    "resume_subscription",
    "retrieve_account",
    "retrieve_endpoint",
    "retrieve_intent",
    "retrieve_payment_intent",
    "retrieve_setup_intent",
    "retrieve_subscription",
    "retrieve_time",
    "set_default_card",
    "set_http_client",
    "update_customer",
    "void_invoice",
]
