"""Finds the payment or subscription that an event is about.

Other systems may use the same Stripe account. Their objects match no row of ours, and nothing is done about them.
"""

from storefront.models import Payment, Subscription, WebhookEvent


def find_payment(event: WebhookEvent) -> Payment | None:
    """The payment whose payment intent or setup intent the event is about."""
    found: Payment | None = Payment.get_or_none(
        Payment.merchant == event.merchant_id, Payment.intent_id == intent_id_of(event)
    )
    return found


def find_subscription(event: WebhookEvent) -> Subscription | None:
    """The subscription that the event, its invoice, its schedule or its setup intent is about."""
    found: Subscription | None = Subscription.get_or_none(
        Subscription.merchant == event.merchant_id, Subscription.subscription_id == event.subscription
    )
    return found


def intent_id_of(event: WebhookEvent) -> str:
    """The id of the intent that the event is about; for other events the id of their object, which matches no row."""
    return event.intent_id or event.object_id


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
        Payment.update(intent_id=intent_id_of(event)).where(
            Payment.merchant == event.merchant_id, Payment.public_id == event.payment, Payment.intent_id.is_null()
        ).execute()


def _adopt_subscription_id(event: WebhookEvent) -> None:
    if find_subscription(event) is None:
        payment = Payment.select(Payment.id).where(Payment.public_id == event.payment)
        Subscription.update(subscription_id=event.subscription).where(
            Subscription.merchant == event.merchant_id,
            Subscription.payment.in_(payment),
            Subscription.subscription_id.is_null(),
        ).execute()
