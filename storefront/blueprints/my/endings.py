"""In which way a buyer may end a subscription, as it stands now."""

from storefront.customer_subscription import Held


def way_of(held: Held) -> str:
    """period_end; now; seller: only the seller can; over: it is cancelled or ended already, or has never begun.

    Nobody pays for a period that isn't delivered: what is past due ends at once, and what is open is not asked for.
    """
    subscription = held.subscription
    if not subscription.is_running or subscription.cancels_at_period_end:
        return "over"
    if subscription.is_plan:
        return "seller"
    if subscription.status in ("past_due", "unpaid"):
        return "now"
    return str(subscription.order.cancellation)
