"""Adopting one subscription: the rows that make it one of the shop's."""

from peewee import IntegrityError

from storefront import emails, i18n
from storefront.db import db
from storefront.models import (
    BillingKind,
    Merchant,
    Offer,
    Order,
    OrderStatus,
    Payment,
    PaymentKind,
    Subscription,
    SubscriptionStatus,
    TimelineKind,
    now,
)
from storefront.stripe_gateway import ForeignSubscription
from storefront.subscriptions import sync

IMPORTED = "imported"  # `end_reason` of the payment that stands for how it began


def adopt(merchant: Merchant, found: ForeignSubscription, offer: Offer) -> bool:
    """Write the order, the subscription and what began it. Return False if the shop has the subscription already.

    The worker fetches its invoices in its next run. No email is written but the notice before a trial ends.
    """
    stripe_id = found.snapshot.id
    try:
        with db.atomic():
            if Subscription.select().where(Subscription.subscription_id == stripe_id).exists():
                return False
            _write_rows(merchant, found, offer)
    except IntegrityError:
        # Another import has written it meanwhile.
        return False
    return True


def _write_rows(merchant: Merchant, found: ForeignSubscription, offer: Offer) -> None:
    order = _create_order(merchant, found, offer)
    order.note(TimelineKind.IMPORTED)
    subscription = _create_subscription(order, _create_payment(order), found)
    if subscription.status == SubscriptionStatus.TRIALING and not subscription.ends_with_period:
        emails.write_trial_ending_notice(subscription)


def _create_order(merchant: Merchant, found: ForeignSubscription, offer: Offer) -> Order:
    """An order whose first charge was nothing, as with a free trial: the shop has taken nothing for it yet.

    It has no `paid_at`, so it is not among the sales of any day.
    """
    snapshot, language = found.snapshot, found.language[:2].lower()
    order: Order = Order.create(
        offer=offer,
        merchant=merchant,
        visit_key=f"{IMPORTED}-{snapshot.id}",
        title=offer.title,
        unit_amount=snapshot.unit_amount,
        quantity=snapshot.quantity,
        amount=0,
        currency=snapshot.currency,
        email=found.email,
        name=found.name or found.email.partition("@")[0],
        language=language if language in i18n.LANGUAGES else offer.language,
        status=OrderStatus.PAID,
        imported_at=now(),
        kind=BillingKind.RECURRING,
        every=snapshot.every,
        interval=snapshot.interval,
        cancellation=offer.cancellation,
    )
    return order


def _create_payment(order: Order) -> Payment:
    payment: Payment = Payment.create(
        order=order,
        merchant=order.merchant,
        kind=PaymentKind.IMPORTED,
        amount=0,
        currency=order.currency,
        status="succeeded",
        touched_at=None,
        next_check_at=None,
        ended_at=now(),
        end_reason=IMPORTED,
    )
    return payment


def _create_subscription(order: Order, payment: Payment, found: ForeignSubscription) -> Subscription:
    """With all that Stripe has of it, so that the first refresh finds no change to tell anybody."""
    snapshot = found.snapshot
    card = sync.card_columns(None, snapshot.card)
    if snapshot.card is None and not found.has_older_card:
        # The customer is asked for one when a renewal fails.
        card["card_removed_at"] = now()
    subscription: Subscription = Subscription.create(
        order=order,
        merchant=order.merchant,
        payment=payment,
        customer_id=snapshot.customer_id,
        customer_email=found.email,
        subscription_id=snapshot.id,
        request_number=snapshot.request_number,
        synced_at=now(),
        **sync.snapshot_columns(snapshot),
        **card,
    )
    return subscription
