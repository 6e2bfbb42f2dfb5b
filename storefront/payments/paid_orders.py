"""What a paid order gets: its units and its license keys, or its money back."""

from storefront import delivery, offers
from storefront.models import Order


def serve(order: Order) -> bool:
    """Give an order what it has bought, in the transaction that marks it as paid.

    False if too few units or keys are left: it gets nothing then, and the caller refunds it.
    """
    return not offers.is_oversold(order) and delivery.give(order)
