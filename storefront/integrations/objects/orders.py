"""Orders and payment requests as objects, with what belongs to them.

Their tokens are left out: whoever knows one can open the customer's pages.
"""

from collections import defaultdict
from collections.abc import Sequence

from storefront.integrations.objects.types import (
    ApiAddress,
    ApiAnswer,
    ApiDispute,
    ApiLine,
    ApiMode,
    ApiOfferLink,
    ApiOrder,
    ApiPaymentRequest,
    ApiRefund,
)
from storefront.models import (
    ADDRESS_PARTS,
    REQUEST_KEY,
    Dispute,
    Order,
    OrderAnswer,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentRequest,
    Refund,
    RequestState,
)


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
