"""Start of a subscription at Stripe: customer, price, and a subscription that waits for its first payment.

Our row is written first and its public id is in every idempotency key, so that repeated requests for one order make one
subscription.
"""

from contextlib import suppress

from storefront import pricing, stripe_gateway
from storefront.db import db
from storefront.errors import StripeNotFound, StripeRefused
from storefront.models import Order, Payment, Subscription, SubscriptionStatus, now
from storefront.payments.renewal_prices import use_renewal_price
from storefront.pricing import Quote, SubscriptionAmounts
from storefront.stripe_gateway import INTENT_MISSING, Coupon, Intent, InvoiceAddon, SubscriptionSnapshot


def create_subscription_row(payment: Payment, order: Order, **known: object) -> Subscription:
    """Write the row of the subscription that this payment starts, in the transaction that writes the payment.

    `known` are columns by name that Stripe has told already: the subscription of an order that is made again.
    """
    quote = pricing.quote_of(order)
    amounts = pricing.subscription_amounts(quote)
    subscription: Subscription = Subscription.create(
        order=order,
        merchant=payment.merchant,
        payment=payment,
        unit_amount=amounts.unit_amount,
        quantity=amounts.quantity,
        currency=order.currency,
        every=order.every,
        interval=order.interval,
        trial_days=order.trial_days,
        instalments=order.instalments if order.is_plan else 0,
        discount=amounts.lasting,
        next_discount=quote.discount_after_trial.amount,
        begins_free=order.begins_free and not order.has_trial,
        **known,
    )
    return subscription


def start_subscription(payment: Payment) -> Intent:
    """Create the subscription at Stripe. Return the intent of its first payment or, with a trial, its SetupIntent.

    Raises StripeError.
    """
    subscription = subscription_of_payment(payment)
    if not subscription.customer_id:
        email = subscription.order.email
        subscription.customer_id = stripe_gateway.create_customer(subscription)
        subscription.customer_email = email
        subscription.save(only=[Subscription.customer_id, Subscription.customer_email])
    quote = pricing.quote_of(subscription.order)
    amounts = pricing.subscription_amounts(quote)
    coupons, _later = _coupons(subscription.order, quote)
    for coupon in coupons:
        stripe_gateway.create_coupon(subscription.merchant, coupon)
    addons = _addons(subscription.order, quote, amounts)
    for addon in addons:
        stripe_gateway.create_addon_product(subscription.merchant, addon)
    snapshot, intent = use_renewal_price(
        subscription,
        subscription.unit_amount,
        lambda price_id: stripe_gateway.create_subscription(subscription, price_id, coupons, addons),
    )
    _discount_later_charges(subscription, snapshot)
    store_ids(subscription, snapshot)
    return intent


def _coupons(order: Order, quote: Quote) -> tuple[list[Coupon], list[Coupon]]:
    """What takes the order's discount off: coupons to create the subscription with, and those for after that.

    A part is taken off each invoice, and what is left off the first one. The invoice of today of a free trial has other
    lines than the later ones, and each of the two may have a discount of its own.
    """
    amounts, after_trial = pricing.subscription_amounts(quote), quote.discount_after_trial.amount
    lasting, once = _coupon(order, amounts.lasting, lasting=True), _coupon(order, amounts.once, lasting=False)
    if not order.has_trial or not (order.amount or once or after_trial):
        return lasting + once, []
    return once, lasting + _coupon(order, after_trial, lasting=False)


def _coupon(order: Order, amount: int, *, lasting: bool) -> list[Coupon]:
    return [stripe_gateway.coupon_of(order, amount, lasting=lasting)] if amount > 0 else []


def _discount_later_charges(subscription: Subscription, snapshot: SubscriptionSnapshot) -> None:
    """Before anybody can pay: the customer is charged after the trial what the page has shown. Raises StripeError.

    Where Stripe refuses it, nobody pays.
    """
    _first, coupons = _coupons(subscription.order, pricing.quote_of(subscription.order))
    if not coupons or snapshot.status not in (SubscriptionStatus.TRIALING, SubscriptionStatus.INCOMPLETE):
        return
    for coupon in coupons:
        stripe_gateway.create_coupon(subscription.merchant, coupon)
    stripe_gateway.discount_later_charges(subscription, snapshot.id, coupons)


def _addons(order: Order, quote: Quote, amounts: SubscriptionAmounts) -> list[InvoiceAddon]:
    """What the first invoice charges beside the first period."""
    lines = [line for line in quote.lines if not line.recurs]
    return [
        stripe_gateway.invoice_addon(order, line.addon_id or 0, line.title, amount)
        for line, amount in zip(lines, amounts.extras, strict=True)
    ]


def recover_started_subscription(payment: Payment) -> Intent | None:
    """Search Stripe for a subscription whose answer was lost and store its ids. Return its intent, or None.

    Raises StripeNotFound (INTENT_MISSING) if its first invoice was paid outside of Stripe: the sync of the subscription
    records that. Raises other StripeErrors.
    """
    subscription = subscription_of_payment(payment)
    found = stripe_gateway.find_subscription(subscription)
    if found is None:
        return None
    snapshot, intent = found
    _discount_later_charges(subscription, snapshot)
    store_ids(subscription, snapshot)
    if intent is None:
        raise StripeNotFound(code=INTENT_MISSING)
    return intent


def close_unpaid_subscription(payment: Payment) -> Intent:
    """Cancel the subscription before its first payment. Return the intent as it is then. Raises StripeError.

    If the customer has paid or saved a card meanwhile, nothing is canceled and the intent has succeeded.
    """
    intent = _close_trial(payment) if payment.saves_card else _close_unpaid(payment)
    # Let the worker sync the subscription on its next run.
    Subscription.update(next_check_at=now()).where(Subscription.payment == payment).execute()
    return intent


def subscription_of_payment(payment: Payment) -> Subscription:
    """The subscription that this payment starts."""
    found: Subscription = Subscription.get(Subscription.payment == payment)
    return found


def store_ids(subscription: Subscription, snapshot: SubscriptionSnapshot) -> None:
    """Store the ids, and the status unless a later answer has stored it."""
    with db.atomic():
        subscription.customer_id = snapshot.customer_id
        subscription.customer_email = subscription.customer_email or subscription.order.email
        subscription.subscription_id = snapshot.id
        subscription.item_id = snapshot.item_id
        ids = [Subscription.customer_id, Subscription.customer_email]
        subscription.save(only=[*ids, Subscription.subscription_id, Subscription.item_id])
        if subscription.accept_answer(snapshot.request_number):
            subscription.status = snapshot.status
            subscription.save(only=[Subscription.status])


def _close_unpaid(payment: Payment) -> Intent:
    """Void the first invoice, unless it is paid. Stripe then cancels its intent and expires the subscription.

    A free trial goes on without that payment, so it is canceled too.
    """
    subscription, status = subscription_of_payment(payment), ""
    # Refused or not found: the invoice was paid or voided meanwhile. The intent's status shows which.
    with suppress(StripeRefused, StripeNotFound):
        found = stripe_gateway.retrieve_subscription(payment.merchant, subscription.subscription_id or "")
        status = found.status
        if status in (SubscriptionStatus.INCOMPLETE, SubscriptionStatus.TRIALING):
            stripe_gateway.void_invoice(payment.merchant, found.latest_invoice_id)
    intent = stripe_gateway.retrieve_payment_intent(payment)
    if status == SubscriptionStatus.TRIALING and intent.status == "canceled":
        with suppress(StripeNotFound):
            stripe_gateway.cancel_subscription(subscription)
    return intent


def _close_trial(payment: Payment) -> Intent:
    """Cancel the SetupIntent and then the subscription, unless the SetupIntent has succeeded meanwhile."""
    subscription = subscription_of_payment(payment)
    intent_id = payment.intent_id or ""
    try:
        intent = stripe_gateway.cancel_setup_intent(payment.merchant, intent_id, payment.currency)
    except StripeRefused:
        intent = stripe_gateway.retrieve_setup_intent(payment.merchant, intent_id, payment.currency)
    if intent.status != "succeeded":
        # Not found: it has ended already.
        with suppress(StripeNotFound):
            stripe_gateway.cancel_subscription(subscription)
    return intent
