"""How a recurring order begins at Stripe: customer, price, and a subscription that waits for its first payment.

Our row comes first and its public id is in every idempotency key, so that one order has one subscription however often
its buyer presses or reloads.
"""

from contextlib import suppress

from storefront import stripe_gateway
from storefront.errors import StripeNotFound, StripeRefused
from storefront.models import Order, Payment, Subscription, now
from storefront.payments import renewal_prices
from storefront.stripe_gateway import Intent, SubscriptionSnapshot


def create_subscription_row(payment: Payment, order: Order) -> Subscription:
    """Our row for the subscription that this payment begins, in the transaction that writes the payment."""
    subscription: Subscription = Subscription.create(
        order=order,
        merchant=payment.merchant,
        payment=payment,
        unit_amount=order.unit_amount,
        quantity=order.quantity,
        currency=order.currency,
        every=order.every,
        interval=order.interval,
        trial_days=order.trial_days,
        instalments=order.instalments if order.is_plan else 0,
    )
    return subscription


def start_subscription(payment: Payment) -> Intent:
    """Make the subscription at Stripe and give the intent that its first payment, or its trial, waits for.

    Raises StripeError.
    """
    subscription = subscription_of_payment(payment)
    if not subscription.customer_id:
        email = subscription.order.email
        subscription.customer_id = stripe_gateway.create_customer(subscription)
        subscription.customer_email = email
        subscription.save(only=[Subscription.customer_id, Subscription.customer_email])
    price = renewal_prices.stripe_price(subscription, subscription.unit_amount)
    return _remember(subscription, *stripe_gateway.create_subscription(subscription, price.price_id))


def find_started_subscription(payment: Payment) -> Intent | None:
    """The intent of a subscription whose creation was never answered, if Stripe has made it. Raises StripeError."""
    subscription = subscription_of_payment(payment)
    found = stripe_gateway.find_subscription(subscription) if subscription.customer_id else None
    return _remember(subscription, *found) if found else None


def close_unpaid_subscription(payment: Payment) -> Intent:
    """End the subscription before its first payment, and give the intent as it is then. Raises StripeError.

    Whoever was quicker wins: what has been paid, or set up, stays and is what the intent says. What has become of the
    subscription is worth asking for at once.
    """
    intent = _close_trial(payment) if payment.kind == "setup" else _close_unpaid(payment)
    Subscription.update(next_check_at=now()).where(Subscription.payment == payment).execute()
    return intent


def subscription_of_payment(payment: Payment) -> Subscription:
    """The subscription that this payment begins."""
    found: Subscription = Subscription.get(Subscription.payment == payment)
    return found


def _remember(subscription: Subscription, snapshot: SubscriptionSnapshot, intent: Intent) -> Intent:
    subscription.subscription_id = snapshot.id
    subscription.item_id = snapshot.item_id
    subscription.status = snapshot.status
    subscription.save(only=[Subscription.subscription_id, Subscription.item_id, Subscription.status])
    return intent


def _close_unpaid(payment: Payment) -> Intent:
    """A void first invoice cancels its intent and lets the subscription expire; a paid one can't be voided."""
    subscription = subscription_of_payment(payment)
    # Refused or not there: paid or void meanwhile. What the intent says decides.
    with suppress(StripeRefused, StripeNotFound):
        found = stripe_gateway.retrieve_subscription(payment.merchant, subscription.subscription_id or "")
        if found.status == "incomplete":
            stripe_gateway.void_invoice(payment.merchant, found.latest_invoice_id)
    return stripe_gateway.retrieve_payment_intent(payment)


def _close_trial(payment: Payment) -> Intent:
    """A setup intent that has succeeded can't be canceled; where it could, a subscription without a card goes too."""
    subscription = subscription_of_payment(payment)
    intent_id = payment.intent_id or ""
    try:
        intent = stripe_gateway.cancel_setup_intent(payment.merchant, intent_id, payment.currency)
    except StripeRefused:
        intent = stripe_gateway.retrieve_setup_intent(payment.merchant, intent_id, payment.currency)
    if intent.status != "succeeded":
        # Not there: it is over already.
        with suppress(StripeNotFound):
            stripe_gateway.cancel_subscription(subscription)
    return intent
