"""What checkouts have left at Stripe, listed by creation: a restored database may not know all of it.

Lists are complete at once. Stripe's search finds new objects only after a delay: docs.stripe.com/search#data-freshness
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import stripe

from storefront.models import Merchant
from storefront.stripe_gateway.answers import time_of
from storefront.stripe_gateway.billing.subscription_snapshot import SubscriptionSnapshot, snapshot_of
from storefront.stripe_gateway.billing.subscriptions import EXPAND_FIRST, retrieve_first_intent
from storefront.stripe_gateway.checkout_metadata import CheckoutMetadata, read_checkout_metadata
from storefront.stripe_gateway.client import client_of, numbered_call, stripe_call
from storefront.stripe_gateway.payments.payment_intents import Intent, retrieve_intent
from storefront.stripe_gateway.shipping_details import PostalAddress, read_shipping

SECONDS_A_DAY = 86400
# A trial that starts so soon after the subscription was created began with it.
CREATION_SECONDS = 60


@dataclass(frozen=True)
class CheckoutObject:
    """A PaymentIntent or, if it `recurs`, a subscription. `email`, `name` and `title` are "" if Stripe has none.

    `status` is Stripe's. `trial_days` are those that the subscription began with.
    `address` is where it is posted.
    """

    id: str
    metadata: CheckoutMetadata
    created: datetime
    livemode: bool
    status: str
    email: str
    name: str
    title: str
    recurs: bool = False
    trial_days: int = 0
    address: PostalAddress = field(default_factory=PostalAddress)


@dataclass(frozen=True)
class CheckoutPayment:
    """The first payment of a CheckoutObject as it is now, and the subscription that it began, if any."""

    intent: Intent
    subscription: SubscriptionSnapshot | None = None


def iterate_checkout_objects(merchant: Merchant, since: datetime) -> Iterator[CheckoutObject]:
    """All PaymentIntents and subscriptions created since a time that have metadata of a checkout. Raises StripeError.

    Those of other shops on the same account are among them. Don't use it in a transaction.
    """
    created = int(since.timestamp())
    with stripe_call():
        client = client_of(merchant)
        intents = client.v1.payment_intents.list(
            {"created": {"gte": created}, "limit": 100, "expand": ["data.latest_charge"]}
        )
        for intent in intents.auto_paging_iter():
            found = _of_intent(intent)
            if found.metadata.payment:
                yield found
        subscriptions = client.v1.subscriptions.list(
            {"created": {"gte": created}, "status": "all", "limit": 100, "expand": ["data.customer"]}
        )
        for subscription in subscriptions.auto_paging_iter():
            found = _of_subscription(subscription)
            if found.metadata.payment and found.metadata.subscription:
                yield found


def retrieve_checkout_object(merchant: Merchant, object_id: str) -> CheckoutObject:
    """Retrieve one by its id. Raises StripeError."""
    with stripe_call():
        client = client_of(merchant)
        if object_id.startswith("sub_"):
            return _of_subscription(client.v1.subscriptions.retrieve(object_id, {"expand": ["customer"]}))
        return _of_intent(client.v1.payment_intents.retrieve(object_id, {"expand": ["latest_charge"]}))


def retrieve_checkout_payment(merchant: Merchant, found: CheckoutObject) -> CheckoutPayment:
    """Retrieve the first payment: a PaymentIntent or, for a trial, the SetupIntent that saves the card.

    Raises StripeError.
    """
    if not found.recurs:
        return CheckoutPayment(retrieve_intent(merchant, found.id))
    with numbered_call() as number:
        answer = client_of(merchant).v1.subscriptions.retrieve(found.id, {"expand": EXPAND_FIRST})
    intent = retrieve_first_intent(merchant, answer, saves_card=_begins_free(answer, found))
    return CheckoutPayment(intent, snapshot_of(answer, number))


def _begins_free(subscription: stripe.Subscription, found: CheckoutObject) -> bool:
    """Whether nothing was charged at first: because of a trial without add-ons, or of a promo code."""
    extras = found.metadata.extras
    if found.trial_days:
        return not sum(one.amount - one.discount for one in extras if not one.recurs)
    items = subscription["items"].data
    price = sum((item.price.unit_amount or 0) * (item.quantity or 0) for item in items)
    metadata = found.metadata
    price = metadata.unit * metadata.quantity or price
    return 0 < price + sum(one.amount for one in extras) <= metadata.discount


def _of_intent(intent: stripe.PaymentIntent) -> CheckoutObject:
    metadata = read_checkout_metadata(intent)
    # The customer may have corrected these in the form after the intent was created.
    details = getattr(getattr(intent, "latest_charge", None), "billing_details", None)
    title = (intent.description or "").removesuffix(f" (#{metadata.order_number})")
    return CheckoutObject(
        id=intent.id,
        metadata=metadata,
        created=time_of(intent.created),
        livemode=intent.livemode,
        status=intent.status,
        email=str(getattr(details, "email", None) or metadata.email),
        name=str(getattr(details, "name", None) or metadata.name),
        title=title,
        address=read_shipping(intent),
    )


def _of_subscription(subscription: stripe.Subscription) -> CheckoutObject:
    metadata = read_checkout_metadata(subscription)
    customer = subscription.customer
    return CheckoutObject(
        id=subscription.id,
        metadata=metadata,
        created=time_of(subscription.created),
        livemode=subscription.livemode,
        status=subscription.status,
        email=str(getattr(customer, "email", None) or metadata.email),
        name=str(getattr(customer, "name", None) or metadata.name),
        title=subscription.description or "",
        recurs=True,
        trial_days=_trial_days(subscription),
        address=read_shipping(customer),
    )


def _trial_days(subscription: stripe.Subscription) -> int:
    """At least 1 if it began with a trial, which may have been ended early. A trial that was added later is none."""
    start, end = getattr(subscription, "trial_start", None), getattr(subscription, "trial_end", None)
    if not start or not end or start - subscription.created > CREATION_SECONDS:
        return 0
    return max(1, round(int(end - start) / SECONDS_A_DAY))
