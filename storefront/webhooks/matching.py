"""Finds the payment or subscription that an event is about.

Other systems may use the same Stripe account. Their objects match no row of ours, and nothing is done about them.
"""

from storefront import stripe_gateway, subscriptions
from storefront.errors import PaymentNotRecorded, StripeNotFound
from storefront.models import Invoice, Order, Payment, Subscription, WebhookEvent
from storefront.webhooks.looks import Looks, intent_id_of


def find_or_await_payment(event: WebhookEvent, looks: Looks) -> Payment | None:
    """The payment whose refund or dispute the event is about. None if it is another system's.

    A payment that has no row yet is looked for at Stripe. Raises PaymentNotRecorded if it belongs to this shop and
    can't be recorded now, and StripeError.
    """
    payment = looks.payment(event)
    if payment is not None or not event.intent_id:
        return payment
    found = _subscription_of_invoice(event)
    for subscription in [found] if found is not None else _ask_for_owners(event):
        # Records the payments of its renewals.
        looks.once(subscriptions.refresh, subscription)
        # The customer of an imported one may have paid for something else, or before the import.
        if looks.payment(event) is None and subscription.order.imported_at is None:
            raise PaymentNotRecorded(subscription.order_id, event.intent_id)
    return looks.payment(event)


def _subscription_of_invoice(event: WebhookEvent) -> Subscription | None:
    found: Subscription | None = (
        Subscription.select()
        .join(Invoice)
        .where(Subscription.merchant == event.merchant_id, Invoice.intent_id == event.intent_id)
        .first()
    )
    return found


def _ask_for_owners(event: WebhookEvent) -> list[Subscription]:
    """Retrieve the event's intent. Return the subscriptions of its customer: one, unless they were imported.

    If its metadata names a payment of ours whose intent is unknown, the intent's id is stored there.
    """
    try:
        intent = stripe_gateway.retrieve_intent(event.merchant, event.intent_id)
    except StripeNotFound:
        return []
    if intent.payment:
        _store_intent_id(event, intent.payment)
    if not intent.customer:
        return []
    of_customer = (Subscription.merchant == event.merchant_id) & (Subscription.customer_id == intent.customer)
    return list(Subscription.select(Subscription, Order).join(Order).where(of_customer))


def adopt_lost_ids(event: WebhookEvent, looks: Looks) -> None:
    """Store Stripe's ids on our rows if the shop created the objects but never got the answer with their ids.

    The metadata of such an object names our payment.
    """
    if not event.payment:
        return
    is_intent = event.type.startswith(("payment_intent.", "setup_intent.")) or event.intent_id
    if is_intent and looks.payment(event) is None:
        _store_intent_id(event, event.payment)
    if event.subscription and looks.subscription(event) is None:
        _store_subscription_id(event)


def _store_intent_id(event: WebhookEvent, public_id: str) -> None:
    Payment.update(intent_id=intent_id_of(event)).where(
        Payment.merchant == event.merchant_id, Payment.public_id == public_id, Payment.intent_id.is_null()
    ).execute()


def _store_subscription_id(event: WebhookEvent) -> None:
    payment = Payment.select(Payment.id).where(Payment.public_id == event.payment)
    Subscription.update(subscription_id=event.subscription).where(
        Subscription.merchant == event.merchant_id,
        Subscription.payment.in_(payment),
        Subscription.subscription_id.is_null(),
    ).execute()
