"""Finds the payment or subscription that an event is about.

Other systems may use the same Stripe account. Their objects match no row of ours, and nothing is done about them.
"""

from storefront import stripe_gateway, subscriptions
from storefront.errors import PaymentNotRecorded, StripeNotFound
from storefront.models import Invoice, Payment, Subscription, WebhookEvent


def find_payment(event: WebhookEvent) -> Payment | None:
    """The payment whose payment intent or setup intent the event is about."""
    found: Payment | None = Payment.get_or_none(
        Payment.merchant == event.merchant_id, Payment.intent_id == intent_id_of(event)
    )
    return found


def find_or_await_payment(event: WebhookEvent) -> Payment | None:
    """The payment whose refund or dispute the event is about. None if it is another system's.

    A payment that has no row yet is looked for at Stripe. Raises PaymentNotRecorded if it belongs to this shop and
    can't be recorded now, and StripeError.
    """
    payment = find_payment(event)
    if payment is not None or not event.intent_id:
        return payment
    subscription = _subscription_of_invoice(event) or _ask_for_owner(event)
    if subscription is not None:
        # Records the payments of its renewals.
        subscriptions.refresh(subscription)
    payment = find_payment(event)
    if payment is None and subscription is not None:
        raise PaymentNotRecorded(subscription.order_id, event.intent_id)
    return payment


def find_subscription(event: WebhookEvent) -> Subscription | None:
    """The subscription that the event, its invoice, its schedule or its setup intent is about."""
    found: Subscription | None = Subscription.get_or_none(
        Subscription.merchant == event.merchant_id, Subscription.subscription_id == event.subscription
    )
    return found


def intent_id_of(event: WebhookEvent) -> str:
    """The id of the intent that the event is about; for other events the id of their object, which matches no row."""
    return event.intent_id or event.object_id


def _subscription_of_invoice(event: WebhookEvent) -> Subscription | None:
    found: Subscription | None = (
        Subscription.select()
        .join(Invoice)
        .where(Subscription.merchant == event.merchant_id, Invoice.intent_id == event.intent_id)
        .first()
    )
    return found


def _ask_for_owner(event: WebhookEvent) -> Subscription | None:
    """Retrieve the event's intent. Return the subscription of its customer: each has a customer of its own.

    If its metadata names a payment of ours whose intent is unknown, the intent's id is stored there.
    """
    try:
        intent = stripe_gateway.retrieve_intent(event.merchant, event.intent_id)
    except StripeNotFound:
        return None
    if intent.payment:
        _store_intent_id(event, intent.payment)
    if not intent.customer:
        return None
    found: Subscription | None = Subscription.get_or_none(
        Subscription.merchant == event.merchant_id, Subscription.customer_id == intent.customer
    )
    return found


def adopt_lost_ids(event: WebhookEvent) -> None:
    """Store Stripe's ids on our rows if the shop created the objects but never got the answer with their ids.

    The metadata of such an object names our payment.
    """
    if not event.payment:
        return
    if event.type.startswith(("payment_intent.", "setup_intent.")) or event.intent_id:
        _adopt_intent_id(event)
    if event.subscription:
        _adopt_subscription_id(event)


def _adopt_intent_id(event: WebhookEvent) -> None:
    if find_payment(event) is None:
        _store_intent_id(event, event.payment)


def _store_intent_id(event: WebhookEvent, public_id: str) -> None:
    Payment.update(intent_id=intent_id_of(event)).where(
        Payment.merchant == event.merchant_id, Payment.public_id == public_id, Payment.intent_id.is_null()
    ).execute()


def _adopt_subscription_id(event: WebhookEvent) -> None:
    if find_subscription(event) is None:
        payment = Payment.select(Payment.id).where(Payment.public_id == event.payment)
        Subscription.update(subscription_id=event.subscription).where(
            Subscription.merchant == event.merchant_id,
            Subscription.payment.in_(payment),
            Subscription.subscription_id.is_null(),
        ).execute()
