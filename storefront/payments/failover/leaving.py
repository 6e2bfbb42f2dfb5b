"""An unpaid order leaves a merchant who can't be paid, for the other merchant of its offer.

It may do so only while nobody can pay what it leaves behind: the client secret of a payment comes with the answer that
tells its intent, so a payment without an intent's id has none that could have left the server.
"""

from storefront.db import db
from storefront.models import Merchant, Order, Payment, PaymentEnd, TimelineKind, now


def successor(order: Order) -> Merchant | None:
    """Who takes the place of the order's merchant, after a call to that one has failed; None if nobody does.

    Reads the order again.
    """
    order.reload()
    payee = order.payee if order.is_payable else None
    return payee if payee is not None and payee.id != order.merchant_id else None


def leave_merchant(order: Order, target: Merchant) -> None:
    """End what the order has at its merchant without asking Stripe, if that merchant can't be paid now.

    `retire_moved` asks later. A payment whose intent is known by now is left as it is.
    """
    if target.id == order.merchant_id or not order.merchant.is_unavailable:
        return
    unanswered = (Payment.order == order) & (Payment.merchant == order.merchant_id) & Payment.intent_id.is_null()
    unanswered &= Payment.of_checkout()
    with db.atomic():
        order.lock()
        if order.merchant_id == target.id:
            return  # a concurrent request has moved it
        Payment.update(ended_at=now(), end_reason=PaymentEnd.MOVED).where(
            unanswered, Payment.ended_at.is_null()
        ).execute()
        Payment.update(end_reason=PaymentEnd.MOVED).where(
            unanswered, Payment.ended_at.is_null(False), Payment.end_reason != PaymentEnd.LOOKED_UP
        ).execute()
        if Payment.current(order) is None:
            reason = order.merchant.unavailable_because
            order.note(TimelineKind.MOVED, reason=reason, merchant=order.merchant.name, target=target.name)
