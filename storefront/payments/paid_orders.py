"""What a paid order gets: its units, its license keys and all else that its offer delivers."""

from storefront import delivery, emails, offers
from storefront.db import db
from storefront.models import EmailKind, Order, now, public_id


def serve(order: Order) -> bool:
    """Give an order what it has bought, in the transaction that marks it as paid, and tell the owner when keys run out.

    False if too few units or keys are left: it gets nothing then, and the caller refunds it.
    """
    if offers.is_oversold(order) or not delivery.give(order):
        return False
    _report_few_keys(order)
    return True


def deliver_again(order: Order) -> bool:
    """Email its customer what the order has bought. One that got nothing is given what its offer delivers now.

    False, and nothing is sent, if there is nothing to give, or the customer has no access.
    """
    with db.atomic():
        order.lock()
        found = delivery.delivered(order)
        if not found.bought and order.is_settled and delivery.access_obstacle(order) is None and delivery.give(order):
            _report_few_keys(order)
            found = delivery.delivered(order)
        if not found.items:
            return False
        emails.write(EmailKind.DELIVERY, order, f"delivery-{order.id}-{public_id(64)}")
    return True


def _report_few_keys(order: Order) -> None:
    for row, left in delivery.lists_to_report(order):
        kind = EmailKind.OWNER_KEYS_LOW if left else EmailKind.OWNER_KEYS_OUT
        about = f"{kind}-{row.id}-{int(now().timestamp())}"
        emails.write(kind, None, about, title=row.offer.title, offer=row.offer_id, left=str(left))
