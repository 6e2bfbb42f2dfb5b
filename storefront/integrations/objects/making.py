"""Makes the objects of rows, a whole page at a time: the number of queries doesn't depend on the number of rows.

The tokens of orders and payment requests are left out: whoever knows one can open the customer's pages.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from peewee import fn

from storefront.integrations.objects.types import (
    ApiAddress,
    ApiAnswer,
    ApiCustomer,
    ApiDispute,
    ApiInvoice,
    ApiLine,
    ApiMode,
    ApiOffer,
    ApiOfferLink,
    ApiOrder,
    ApiPaymentRequest,
    ApiPriceOption,
    ApiRefund,
    ApiRepetition,
    ApiSubscription,
    ApiSum,
)
from storefront.models import (
    ADDRESS_PARTS,
    REQUEST_KEY,
    BillingTerms,
    Customer,
    CustomerTotal,
    Dispute,
    Invoice,
    Offer,
    OfferStatus,
    Order,
    OrderAnswer,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentRequest,
    PriceOption,
    Refund,
    RequestState,
    Subscription,
)
from storefront.runtime import current


def make_offers(offers: Sequence[Offer]) -> list[ApiOffer]:
    """Offers with all their prices."""
    options: dict[int, list[PriceOption]] = defaultdict(list)
    several = [offer.id for offer in offers if offer.option_count]
    for option in PriceOption.select().where(PriceOption.offer.in_(several)).order_by(PriceOption.position):
        options[option.offer_id].append(option)
    return [
        ApiOffer(
            id=str(offer.id),
            mode=offer.mode,
            title=offer.title,
            url=f"{current().config.public_url}/o/{offer.slug}",
            status=OfferStatus(offer.status),
            listed=offer.listed,
            currency=offer.currency,
            prices=[_price(option) for option in options.get(offer.id) or [PriceOption.only_one(offer)]],
            stock=offer.stock,
            created_at=offer.created_at,
            updated_at=offer.updated_at,
        )
        for offer in offers
    ]


def _price(option: PriceOption) -> ApiPriceOption:
    return ApiPriceOption(
        label=option.label,
        kind=option.kind,
        amount=option.amount,
        minimum_amount=option.minimum_amount,
        repeats=_repetition(option) if option.recurs else None,
        trial_days=option.trial_days,
        installments=option.instalments if option.is_plan else 0,
    )


def _repetition(terms: BillingTerms) -> ApiRepetition:
    return ApiRepetition(every=terms.every, interval=terms.interval)


def make_orders(orders: Sequence[Order]) -> list[ApiOrder]:
    """Orders with their lines and refunds."""
    lines, ids = OrderLine.by_order(orders), [order.id for order in orders]
    refunds: dict[int, list[ApiRefund]] = defaultdict(list)
    for refund in Refund.select(Refund, Payment).join(Payment).where(Refund.order.in_(ids)).order_by(Refund.id):
        refunds[refund.order_id].append(make_refund(refund))
    answers: dict[int, list[ApiAnswer]] = defaultdict(list)
    answered = [order.id for order in orders if order.answer_count]
    for one in OrderAnswer.select().where(OrderAnswer.order.in_(answered)).order_by(OrderAnswer.position):
        answers[one.order_id].append(ApiAnswer(one.words, one.value))
    return [_order(order, lines.get(order.id, []), refunds[order.id], answers[order.id]) for order in orders]


def _order(order: Order, lines: list[OrderLine], refunds: list[ApiRefund], answers: list[ApiAnswer]) -> ApiOrder:
    asked = order.visit_key.removeprefix(REQUEST_KEY) if order.is_request else None
    return ApiOrder(
        id=str(order.number),
        mode=ApiMode(order.mode),
        status=OrderStatus(order.status),
        created_at=order.created_at,
        paid_at=order.paid_at,
        offer=None if order.is_request else ApiOfferLink(str(order.offer_id), order.title),
        payment_request=asked,
        title=order.title,
        price_option=order.option_label,
        quantity=order.quantity,
        unit_amount=order.unit_amount,
        amount=order.amount,
        discount=order.discount,
        tax=order.tax,
        currency=order.currency,
        promo_code=order.code,
        lines=[ApiLine(line.kind, line.title, line.unit_amount, line.quantity) for line in lines],
        email=order.email,
        name=order.name,
        language=order.language,
        country=order.country,
        company=order.company,
        vat_id=order.vat_id,
        shipping_address=_address(order),
        answers=answers,
        recurring=order.recurs,
        paid_outside_stripe=order.paid_outside,
        withdrawn_at=order.withdrawn_at,
        sent_at=order.sent_at,
        refunds=refunds,
    )


def _address(order: Order) -> ApiAddress | None:
    parts = order.address_parts
    return ApiAddress(**{name: parts.get(name, "") for name in ADDRESS_PARTS}) if parts else None


def make_refund(refund: Refund) -> ApiRefund:
    """One refund."""
    return ApiRefund(
        id=str(refund.id),
        order=str(refund.order_id + Order.FIRST_NUMBER),
        status=refund.status,
        amount=refund.amount,
        currency=refund.currency,
        reason=refund.reason,
        of_renewal=refund.payment.is_renewal,
        created_at=refund.created_at,
    )


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


def make_customers(customers: Sequence[Customer]) -> list[ApiCustomer]:
    """Customers with the sums that they have paid, in each mode and currency."""
    newest = {order.id: order for order in _with_first_orders([customer.newest_order_id for customer in customers])}
    sums: dict[str, list[ApiSum]] = defaultdict(list)
    for one in CustomerTotal.sums_of([customer.email for customer in customers]):
        if one.currency:
            sums[one.email].append(ApiSum(ApiMode(one.mode), one.currency, one.paid, one.refunded))
    made = []
    for customer in customers:
        order = newest[customer.newest_order_id]
        made.append(
            ApiCustomer(
                id=str(order.first_id + Order.FIRST_NUMBER),
                email=order.email,
                name=order.name,
                language=order.language,
                live_orders=customer.live_orders,
                test_orders=customer.test_orders,
                totals=sums[customer.email],
                newest_order=str(order.number),
            )
        )
    return made


def _with_first_orders(ids: list[int]) -> list[Any]:
    """These orders, each with `first_id`: the id of the first order with its email address."""
    first = Order.alias()
    same = (first.email_folded == Order.email_folded) & (fn.LOWER(first.email) == fn.LOWER(Order.email))
    found = first.select(first.id).where(same).order_by(first.id).limit(1)
    columns = (Order.id, Order.email, Order.name, Order.language, found.alias("first_id"))
    return list(Order.select(*columns).where(Order.id.in_(ids)))


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


def make_dispute(dispute: Dispute) -> ApiDispute:
    """One dispute."""
    return ApiDispute(
        id=dispute.dispute_id,
        status=dispute.status,
        reason=dispute.reason,
        amount=dispute.amount,
        currency=dispute.currency,
        evidence_due_at=dispute.evidence_due_at,
        created_at=dispute.created_at,
    )


def make_payment_request(asked: PaymentRequest) -> ApiPaymentRequest:
    """One payment request."""
    return ApiPaymentRequest(
        id=str(asked.id),
        mode=ApiMode(asked.mode),
        status=RequestState(asked.state),
        title=asked.title,
        amount=asked.amount,
        currency=asked.currency,
        name=asked.name,
        email=asked.email,
        created_at=asked.created_at,
        expires_at=asked.expires_at,
    )
