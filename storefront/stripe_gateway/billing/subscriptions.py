"""Subscriptions: create, find and retrieve."""

import stripe
from stripe.params import SubscriptionCreateParams

from storefront.errors import StripeNotFound
from storefront.models import AT_CREATION, Merchant, Subscription
from storefront.stripe_gateway.answers import metadata_of
from storefront.stripe_gateway.billing.invoice_payments import intent_id_of
from storefront.stripe_gateway.billing.subscription_snapshot import EXPAND, SubscriptionSnapshot, snapshot_of
from storefront.stripe_gateway.client import charging_call, charging_client_of, client_of, numbered_call
from storefront.stripe_gateway.payments.payment_intents import Intent, retrieve_intent
from storefront.stripe_gateway.payments.setup_intents import SUBSCRIPTION_KEY, setup_snapshot

# Both possible intents of a new subscription have to be expanded.
EXPAND_FIRST = ["latest_invoice.confirmation_secret", "latest_invoice.payments", "pending_setup_intent", *EXPAND]


def create_subscription(subscription: Subscription, price_id: str) -> tuple[SubscriptionSnapshot, Intent]:
    """Create the subscription: `incomplete` until the browser has confirmed the Intent; with a trial `trialing`.

    Sending the same row again creates no second one. The Intent is the first invoice's PaymentIntent or, with a trial,
    the SetupIntent that saves the card. Raises StripeError; the subscription may exist all the same.
    """
    terms = _terms(subscription, price_id)
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
            "payment_method_types": ["card"],
            "save_default_payment_method": "on_subscription",
        },
        "description": order.title,
        "metadata": {
            "subscription": subscription.public_id,
            "payment": subscription.payment.public_id,
            "order": str(order.number),
        },
        "expand": EXPAND_FIRST,
    }
    if subscription.trial_days:
        terms["trial_period_days"] = subscription.trial_days
        terms["trial_settings"] = {"end_behavior": {"missing_payment_method": "cancel"}}
    return terms


def find_subscription(subscription: Subscription) -> tuple[SubscriptionSnapshot, Intent] | None:
    """Find the subscription by its metadata, after its creation was answered with an error. None if there is none.

    Uses the list: Stripe's search finds new objects only after a delay. Raises StripeError.
    """
    if not subscription.customer_id:
        return None
    with numbered_call() as number:
        page = client_of(subscription.merchant).v1.subscriptions.list(
            {
                "customer": subscription.customer_id,
                "status": "all",
                "limit": 100,
                "expand": [f"data.{path}" for path in EXPAND_FIRST],
            }
        )
        found = next(
            (
                (one, snapshot)
                for one in page.auto_paging_iter()
                if (snapshot := snapshot_of(one, number)).public_id == subscription.public_id
            ),
            None,
        )
    if found is None:
        return None
    answer, snapshot = found
    return snapshot, _first_intent(subscription, answer)


def _first_intent(subscription: Subscription, found: stripe.Subscription) -> Intent:
    """Retrieve the intent: a repeated creation returns the old response."""
    invoice = found.latest_invoice
    intent_id = intent_id_of(invoice) if isinstance(invoice, stripe.Invoice) else ""
    if intent_id:
        return retrieve_intent(subscription.merchant, intent_id)
    pending = found.pending_setup_intent
    with numbered_call() as number:
        setups = client_of(subscription.merchant).v1.setup_intents
        if pending is not None:
            pending_id = pending if isinstance(pending, str) else pending.id
            return setup_snapshot(setups.retrieve(pending_id), subscription.currency, number)
        for setup in setups.list({"customer": subscription.customer_id, "limit": 100}).auto_paging_iter():
            if SUBSCRIPTION_KEY not in metadata_of(setup):
                return setup_snapshot(setup, subscription.currency, number)
    raise StripeNotFound(code="intent_missing")


def retrieve_subscription(merchant: Merchant, subscription_id: str) -> SubscriptionSnapshot:
    """Retrieve a subscription, also an ended one. Raises StripeError."""
    with numbered_call() as number:
        found = client_of(merchant).v1.subscriptions.retrieve(subscription_id, {"expand": EXPAND})
    return snapshot_of(found, number)
