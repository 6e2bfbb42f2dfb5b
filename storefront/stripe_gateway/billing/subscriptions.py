"""Subscriptions: create, find and retrieve."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

import stripe
from stripe.params import SubscriptionCreateParams, SubscriptionListParams

from storefront.errors import StripeNotFound
from storefront.models import AT_CREATION, FIRST_INVOICE, Merchant, Subscription
from storefront.stripe_gateway.answers import id_of, metadata_of
from storefront.stripe_gateway.billing.addons import InvoiceAddon
from storefront.stripe_gateway.billing.coupons import Coupon
from storefront.stripe_gateway.billing.invoice_payments import intent_id_of
from storefront.stripe_gateway.billing.invoices import list_invoices
from storefront.stripe_gateway.billing.subscription_snapshot import EXPAND, SubscriptionSnapshot, snapshot_of
from storefront.stripe_gateway.client import charging_call, charging_client_of, client_of, numbered_call
from storefront.stripe_gateway.payments.payment_intents import Intent, retrieve_intent
from storefront.stripe_gateway.payments.setup_intents import SUBSCRIPTION_KEY, setup_snapshot

# Both possible intents of a new subscription have to be expanded.
EXPAND_FIRST = ["latest_invoice.confirmation_secret", "latest_invoice.payments", "pending_setup_intent", *EXPAND]
# Our code of StripeNotFound for a subscription whose first invoice has no intent.
INTENT_MISSING: Final = "intent_missing"
# Stripe's clock and ours may differ.
CLOCK_MARGIN = timedelta(minutes=5)


def create_subscription(
    subscription: Subscription, price_id: str, coupons: Sequence[Coupon] = (), addons: Sequence[InvoiceAddon] = ()
) -> tuple[SubscriptionSnapshot, Intent]:
    """Create the subscription: `incomplete` until the browser has confirmed the Intent; with a trial `trialing`.

    Sending the same row again creates no second one. The Intent is the first invoice's PaymentIntent or, where that
    comes to nothing, the SetupIntent that saves the card. Raises StripeError; the subscription may exist all the same.

    A trial with `addons` may be either: with `default_incomplete` it is `incomplete` "when the first invoice
    requires payment" (docs.stripe.com/api/subscriptions/create, payment_behavior), and "in a trial period is trialing"
    (docs.stripe.com/api/subscriptions/object, status); the reference doesn't say which one wins. Both are handled: the
    order follows the Intent.
    """
    terms = _terms(subscription, price_id)
    if coupons:
        terms["discounts"] = [{"coupon": coupon.id} for coupon in coupons]
    if addons:
        terms["add_invoice_items"] = [addon.as_params() for addon in addons]
    key = f"subscription-{subscription.public_id}"
    subscriptions = charging_client_of(subscription.merchant).v1.subscriptions
    made = charging_call(lambda options: subscriptions.create(terms, options), key)
    return snapshot_of(made, AT_CREATION), _first_intent(subscription, made)


def _terms(subscription: Subscription, price_id: str) -> SubscriptionCreateParams:
    """The card of the first payment is saved. A trial that ends without a card cancels the subscription."""
    order = subscription.order
    terms: SubscriptionCreateParams = {
        "customer": subscription.customer_id,
        "items": [{"price": price_id, "quantity": subscription.quantity}],
        "payment_behavior": "default_incomplete",
        "payment_settings": {
            "payment_method_types": subscription.payment.method_types,
            "save_default_payment_method": "on_subscription",
        },
        "description": order.title,
        "metadata": {
            "order": str(order.number),
            **(subscription.payment.stripe_metadata or {}),
            "subscription": subscription.public_id,
            "payment": subscription.payment.public_id,
        },
        "expand": EXPAND_FIRST,
    }
    if subscription.trial_days:
        terms["trial_period_days"] = subscription.trial_days
        terms["trial_settings"] = {"end_behavior": {"missing_payment_method": "cancel"}}
    return terms


def find_subscription(subscription: Subscription) -> tuple[SubscriptionSnapshot, Intent | None] | None:
    """Find the subscription by its metadata, after the answer to its creation was lost. None if there is none.

    Its Intent is None if the first invoice was paid outside of Stripe.
    It can belong to another customer than our row's: after a restore the row may know none, or a later one. Uses lists:
    Stripe's search finds new objects only after a delay. Raises StripeError.
    """
    since = int((subscription.created_at - CLOCK_MARGIN).timestamp())
    found = None
    if subscription.customer_id:
        found = _find(subscription, {"customer": subscription.customer_id, **_list_options()})
    if found is None:
        found = _find(subscription, {"created": {"gte": since}, **_list_options()})
    if found is None:
        return None
    with suppress(StripeNotFound):
        return found[1], _first_intent(subscription, found[0])
    return found[1], None


def _list_options() -> SubscriptionListParams:
    return {"status": "all", "limit": 100, "expand": [f"data.{path}" for path in EXPAND_FIRST]}


def _find(
    subscription: Subscription, params: SubscriptionListParams
) -> tuple[stripe.Subscription, SubscriptionSnapshot] | None:
    with numbered_call() as number:
        for one in client_of(subscription.merchant).v1.subscriptions.list(params).auto_paging_iter():
            if metadata_of(one).get(SUBSCRIPTION_KEY) == subscription.public_id:
                return one, snapshot_of(one, number)
    return None


def _first_intent(subscription: Subscription, found: stripe.Subscription) -> Intent:
    return retrieve_first_intent(subscription.merchant, found, subscription.payment.saves_card)


def retrieve_first_intent(merchant: Merchant, found: stripe.Subscription, saves_card: bool) -> Intent:
    """Retrieve the PaymentIntent of the first invoice or, if it `saves_card`, the SetupIntent.

    `found` needs EXPAND_FIRST; it may be the old response that a repeated creation returns. Its latest invoice may be a
    renewal. Raises StripeNotFound if there is no such intent, and other StripeErrors.
    """
    if saves_card:
        return _first_setup_intent(merchant, found)
    invoice = found.latest_invoice
    if isinstance(invoice, stripe.Invoice) and invoice.billing_reason == FIRST_INVOICE:
        intent_id = intent_id_of(invoice)
    else:
        first = (one.intent_id for one in list_invoices(merchant, found.id) if one.reason == FIRST_INVOICE)
        intent_id = next(first, "")
    if not intent_id:
        raise StripeNotFound(code=INTENT_MISSING)
    return retrieve_intent(merchant, intent_id)


def _first_setup_intent(merchant: Merchant, found: stripe.Subscription) -> Intent:
    currency = found["items"].data[0].price.currency
    with numbered_call() as number:
        setups = client_of(merchant).v1.setup_intents
        pending = found.pending_setup_intent
        if pending is not None:
            return setup_snapshot(setups.retrieve(id_of(pending)), currency, number)
        for setup in setups.list({"customer": id_of(found.customer), "limit": 100}).auto_paging_iter():
            if SUBSCRIPTION_KEY not in metadata_of(setup):
                return setup_snapshot(setup, currency, number)
    raise StripeNotFound(code=INTENT_MISSING)


def retrieve_subscription(merchant: Merchant, subscription_id: str) -> SubscriptionSnapshot:
    """Retrieve a subscription, also an ended one. Raises StripeError."""
    with numbered_call() as number:
        found = client_of(merchant).v1.subscriptions.retrieve(subscription_id, {"expand": EXPAND})
    return snapshot_of(found, number)
