"""Calls to Stripe. The only package that imports `stripe`.

Each public function makes one call, returns plain values (snapshots) and raises the errors of `storefront.errors`.
"""

from storefront.stripe_gateway.accounts.account import (
    Account,
    ask_for_answer,
    chargeable_currencies,
    keys_match,
    retrieve_account,
)
from storefront.stripe_gateway.accounts.clock import retrieve_stripe_time
from storefront.stripe_gateway.accounts.stripe_clock import clock_difference
from storefront.stripe_gateway.accounts.wallet_domains import register_wallet_domain
from storefront.stripe_gateway.addresses import api_address_of, foreign_addresses, foreign_variables, js_address
from storefront.stripe_gateway.billing.addons import InvoiceAddon, create_addon_product, invoice_addon
from storefront.stripe_gateway.billing.catalog import create_price, create_product
from storefront.stripe_gateway.billing.checkout_objects import (
    CheckoutObject,
    CheckoutPayment,
    iterate_checkout_objects,
    retrieve_checkout_object,
    retrieve_checkout_payment,
)
from storefront.stripe_gateway.billing.coupons import Coupon, coupon_of, create_coupon
from storefront.stripe_gateway.billing.customers import create_customer, delete_customer, update_customer
from storefront.stripe_gateway.billing.foreign_subscriptions import (
    ForeignSubscription,
    SubscriptionPage,
    list_foreign_subscriptions,
)
from storefront.stripe_gateway.billing.invoices import InvoiceSnapshot, list_invoices, pay_invoice, void_invoice
from storefront.stripe_gateway.billing.plan_switches import SwitchPreview, preview_switch, schedule_switch, switch_now
from storefront.stripe_gateway.billing.schedules import create_plan_schedule, release_schedule, replace_plan_schedule
from storefront.stripe_gateway.billing.subscription_snapshot import SubscriptionSnapshot
from storefront.stripe_gateway.billing.subscription_updates import (
    cancel_at_period_end,
    cancel_subscription,
    change_price,
    discount_later_charges,
    extend_trial,
    pause_collection,
    resume_collection,
    resume_subscription,
    set_default_card,
    undo_cancellation,
)
from storefront.stripe_gateway.billing.subscriptions import (
    INTENT_MISSING,
    create_subscription,
    find_subscription,
    retrieve_subscription,
)
from storefront.stripe_gateway.call_limits import for_page_view
from storefront.stripe_gateway.checkout_metadata import CheckoutMetadata, checkout_metadata, order_key
from storefront.stripe_gateway.client import (
    IDEMPOTENCY_KEY_LIFETIME,
    Credentials,
    is_key_valid,
    limit_calls,
    set_http_client,
)
from storefront.stripe_gateway.error_translation import IDEMPOTENCY_ERROR
from storefront.stripe_gateway.events.deliveries import DeliveryInvalid, DeliveryNotOurs, verify_delivery
from storefront.stripe_gateway.events.event_summary import EventSummary
from storefront.stripe_gateway.events.event_trigger import trigger_test_event
from storefront.stripe_gateway.events.undelivered_events import EVENTS_KEPT_FOR, list_undelivered_events
from storefront.stripe_gateway.events.webhook_endpoints import (
    WEBHOOK_PATH,
    RegisteredEndpoint,
    find_endpoint,
    register_endpoint,
    remove_endpoint,
    retrieve_endpoint,
)
from storefront.stripe_gateway.payments.balance import (
    BalanceEntry,
    PayoutEntry,
    StripePage,
    can_read_balance,
    list_balance,
    list_payout_contents,
    list_payouts,
)
from storefront.stripe_gateway.payments.cards import Card
from storefront.stripe_gateway.payments.disputes import DisputeSnapshot, iterate_disputed_intents, list_disputes
from storefront.stripe_gateway.payments.payment_intents import (
    Intent,
    cancel_payment_intent,
    create_payment_intent,
    find_payment_intent,
    retrieve_intent,
    retrieve_payment_intent,
)
from storefront.stripe_gateway.payments.refunds import RefundSnapshot, create_refund, iterate_refunds, list_refunds
from storefront.stripe_gateway.payments.setup_intents import (
    cancel_setup_intent,
    create_card_setup,
    retrieve_setup_intent,
)
from storefront.stripe_gateway.refusals import (
    ACCESS,
    CHARGES,
    CHARGES_CODES,
    CREATE_REFUND,
    KEY,
    PERMISSION,
    without_refused_calls,
)
from storefront.stripe_gateway.rehearsal import (  # fmt: skip
    JS_PATH,
    RehearsalAccount,
    rehearsal_accounts,
    rehearse_dispute,
    rehearse_renewal,
    rehearse_waiting,
)
from storefront.stripe_gateway.replaced_keys import return_to_previous_keys
from storefront.stripe_gateway.shipping_details import PostalAddress

__all__ = [
    "ACCESS",
    "CHARGES",
    "CHARGES_CODES",
    "CREATE_REFUND",
    "EVENTS_KEPT_FOR",
    "IDEMPOTENCY_ERROR",
    "IDEMPOTENCY_KEY_LIFETIME",
    "INTENT_MISSING",
    "JS_PATH",
    "KEY",
    "PERMISSION",
    "WEBHOOK_PATH",
    "Account",
    "BalanceEntry",
    "Card",
    "CheckoutMetadata",
    "CheckoutObject",
    "CheckoutPayment",
    "Coupon",
    "Credentials",
    "DeliveryInvalid",
    "DeliveryNotOurs",
    "DisputeSnapshot",
    "EventSummary",
    "ForeignSubscription",
    "Intent",
    "InvoiceAddon",
    "InvoiceSnapshot",
    "PayoutEntry",
    "PostalAddress",
    "RefundSnapshot",
    "RegisteredEndpoint",
    "RehearsalAccount",
    "StripePage",
    "SubscriptionPage",
    "SubscriptionSnapshot",
    "SwitchPreview",
    "api_address_of",
    "ask_for_answer",
    "can_read_balance",
    "cancel_at_period_end",
    "cancel_payment_intent",
    "cancel_setup_intent",
    "cancel_subscription",
    "change_price",
    "chargeable_currencies",
    "checkout_metadata",
    "clock_difference",
    "coupon_of",
    "create_addon_product",
    "create_card_setup",
    "create_coupon",
    "create_customer",
    "create_payment_intent",
    "create_plan_schedule",
    "create_price",
    "create_product",
    "create_refund",
    "create_subscription",
    "delete_customer",
    "discount_later_charges",
    "extend_trial",
    "find_endpoint",
    "find_payment_intent",
    "find_subscription",
    "for_page_view",
    "foreign_addresses",
    "foreign_variables",
    "invoice_addon",
    "is_key_valid",
    "iterate_checkout_objects",
    "iterate_disputed_intents",
    "iterate_refunds",
    "js_address",
    "keys_match",
    "limit_calls",
    "list_balance",
    "list_disputes",
    "list_foreign_subscriptions",
    "list_invoices",
    "list_payout_contents",
    "list_payouts",
    "list_refunds",
    "list_undelivered_events",
    "order_key",
    "pause_collection",
    "pay_invoice",
    "preview_switch",
    "register_endpoint",
    "register_wallet_domain",
    "rehearsal_accounts",
    "rehearse_dispute",
    "rehearse_renewal",
    "rehearse_waiting",
    "release_schedule",
    "remove_endpoint",
    "replace_plan_schedule",
    "resume_collection",
    "resume_subscription",
    "retrieve_account",
    "retrieve_checkout_object",
    "retrieve_checkout_payment",
    "retrieve_endpoint",
    "retrieve_intent",
    "retrieve_payment_intent",
    "retrieve_setup_intent",
    "retrieve_stripe_time",
    "retrieve_subscription",
    "return_to_previous_keys",
    "schedule_switch",
    "set_default_card",
    "set_http_client",
    "switch_now",
    "trigger_test_event",
    "undo_cancellation",
    "update_customer",
    "verify_delivery",
    "void_invoice",
    "without_refused_calls",
]
