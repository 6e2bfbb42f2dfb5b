"""When an unpaid order expires. Until then it holds its pieces of a limited stock."""

from datetime import datetime, timedelta

from storefront import settings
from storefront.models import Offer, Order, now


def expires_at(offer: Offer, order: Order | None = None) -> datetime:
    """When an order of this offer expires if the customer starts its checkout now, or resumes that of `order`.

    An order of an offer with limited stock holds its units until then, so the shorter stock limit applies to it. A
    press in the first half of a hold leaves it as it is, a later one renews it, to at most twice the stock limit in
    total.
    """
    limits = settings.current()
    lifetime = timedelta(hours=limits.order_expiry_hours)
    if offer.least_stock is None:
        return now() + lifetime
    hold = min(lifetime, timedelta(minutes=limits.stock_hold_minutes))
    if order is None or order.expires_at is None:
        return now() + hold
    until: datetime = order.expires_at
    began: datetime = order.created_at
    if hold / 2 <= until - now() <= hold:
        return until
    # An order from before the stock was limited may have more time than that.
    return min(now() + hold, max(until, began + 2 * hold))


def is_over(order: Order) -> bool:
    """Whether the order is overdue and its hold can't be renewed any more."""
    until = order.expires_at
    return until is not None and until <= now() and expires_at(order.offer, order) <= until
