"""Paying a request: whoever has its link pays the same order, so it is paid once."""

from storefront import pricing
from storefront.db import db
from storefront.errors import RequestClosed
from storefront.models import Order, PaymentRequest, TimelineKind, requests_offer
from storefront.payments import checkout, intents
from storefront.payments.checkout import StartedCheckout
from storefront.payments.order_details import CheckoutRequest, agreement_columns


def start_request(request: PaymentRequest, buyer: CheckoutRequest) -> StartedCheckout:
    """Start the payment of a request, or resume it. One that is paid is returned without checks.

    Of `buyer` only the person, the language, the consent to the shop's terms, the address and the proof count. Raises
    RequestClosed, and what `resume_checkout` raises.
    """
    order = request.find_order()
    if order is not None and not order.is_payable:
        return StartedCheckout(order, None)
    if order is None:
        order = _create_order(request, buyer)
    elif not request.is_open:
        raise RequestClosed
    # It counts the press and asks for a proof of work where one is needed.
    return checkout.resume_checkout(order, buyer.email, buyer.name, buyer.address, buyer.proof)


def order_paid_outside(request: PaymentRequest, buyer: CheckoutRequest) -> Order:
    """The request's order, to mark it as paid. Written without a payment if nobody has pressed Pay on yet.

    Also for a request that is closed: the money may have been on its way.
    """
    return request.find_order() or _create_order(request, buyer, is_paid_outside=True)


def _create_order(request: PaymentRequest, buyer: CheckoutRequest, is_paid_outside: bool = False) -> Order:
    """Write the request's order with its payment; the one that a concurrent press has written, if there is one."""
    offer, quote = requests_offer(), pricing.request_quote(request)
    with db.atomic():
        request.lock()
        existing = request.find_order()
        if existing is not None:
            return existing
        if not request.is_open and not is_paid_outside:
            raise RequestClosed
        order: Order = Order.create(
            offer=offer,
            visit_key=request.visit_key,
            merchant=request.merchant,
            **quote.columns(),
            email=buyer.email,
            name=buyer.name,
            language=buyer.language,
            buyer_address=buyer.address,
            expires_at=request.expires_at,
            **agreement_columns(request, buyer.terms_consent, buyer.language),
        )
        pricing.write_lines(order, quote)
        order.note(TimelineKind.CREATED, amount=order.amount, currency=order.currency)
        if not is_paid_outside:
            intents.write_payment(order)
        PaymentRequest.update(order=order).where(PaymentRequest.id == request.id).execute()
    return order
