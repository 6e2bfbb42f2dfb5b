"""Subscriptions and their invoices as objects."""

from collections.abc import Sequence

from storefront.integrations.objects.types import ApiInvoice, ApiMode, ApiOfferLink, ApiRepetition, ApiSubscription
from storefront.models import Invoice, Order, Subscription


def make_subscriptions(subscriptions: Sequence[Subscription]) -> list[ApiSubscription]:
    """Subscriptions with what their orders say about offer and customer."""
    ids = [subscription.order_id for subscription in subscriptions]
    orders = {order.id: order for order in Order.select().where(Order.id.in_(ids))}
    return [_subscription(one, orders[one.order_id]) for one in subscriptions]


def _subscription(subscription: Subscription, order: Order) -> ApiSubscription:
    subscription.order = order
    charge = None if subscription.unclear_terms else subscription.total.amount
    return ApiSubscription(
        id=subscription.public_id,
        mode=ApiMode(subscription.mode),
        status=subscription.status,
        order=str(order.number),
        offer=ApiOfferLink(str(subscription.offer_id), order.title),
        email=order.email,
        name=order.name,
        amount=charge,
        currency=subscription.currency,
        repeats=ApiRepetition(every=subscription.every, interval=subscription.interval),
        installments=subscription.instalments,
        current_period_start=subscription.period_start,
        current_period_end=subscription.period_end,
        trial_end=subscription.trial_end,
        ends_at=subscription.planned_end,
        paused=subscription.paused,
        ended_at=subscription.ended_at,
        end_reason=subscription.end_reason,
        created_at=subscription.created_at,
    )


def make_invoice(invoice: Invoice) -> ApiInvoice:
    """One invoice of a subscription."""
    return ApiInvoice(
        id=invoice.public_id,
        number=invoice.number,
        status=invoice.status,
        amount=invoice.amount,
        amount_paid=invoice.amount_paid,
        currency=invoice.currency,
        needs=invoice.needs,
        period_start=invoice.period_start,
        period_end=invoice.period_end,
    )
