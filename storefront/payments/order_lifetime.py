"""When an unpaid order expires. Until then it holds its pieces of a limited stock."""

from datetime import datetime, timedelta

from storefront import pricing, settings
from storefront.models import Offer, Order, now
from storefront.pricing import Discount


def expires_at(offer: Offer, order: Order | None = None, discount: Discount | None = None) -> datetime:
    """When an order of this offer expires if the customer starts its checkout now, or resumes that of `order`.

    An order of an offer with limited stock holds its units until then, so the shorter stock limit applies to it; and so
    it does to one with a promo code whose uses are limited, that of `discount` or else of `order`. A press in the first
    half of a hold leaves it as it is, a later one renews it, to at most twice the stock limit in total.
    """
    limits = settings.current()
    lifetime = timedelta(hours=limits.order_expiry_hours)
    holds_code = discount.is_limited if discount is not None else order is not None and pricing.is_held(order)
    if not offer.is_limited and not holds_code:
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
    if until is None or until > now():
        return False
    return order.is_request or expires_at(order.offer, order) <= until
