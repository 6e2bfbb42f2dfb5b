"""Marking a payment request as paid."""

from storefront.models import Order, PaymentRequest
from storefront.payments.order_details import CheckoutRequest
from storefront.payments.outside.marking import ReceivedPayment, mark_paid
from storefront.payments.requests import order_paid_outside


def mark_request_paid(request: PaymentRequest, buyer: CheckoutRequest, received: ReceivedPayment) -> Order:
    """Make the request paid, with an order like any other. `buyer` counts if nobody has pressed Pay on yet.

    Raises what `mark_paid` raises.
    """
    order = order_paid_outside(request, buyer)
    mark_paid(order, received)
    return order
