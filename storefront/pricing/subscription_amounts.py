"""What a quote's subscription has to be at Stripe, so that its invoices charge exactly what was shown.

Stripe is told prices that contain the tax: it would round a tax rate of its own for each invoice item, and differ.
"""

from dataclasses import dataclass

from storefront.pricing.quote import Quote
from storefront.pricing.shares import share


@dataclass(frozen=True)
class SubscriptionAmounts:
    """In minor units. The Price of `unit_amount` times `quantity` is each charge before discounts.

    `lasting` is taken off every invoice and `once` off the first one as well. `extras` are what the first invoice has
    beside the first period: an amount for each line of the quote that does not recur, in their order.
    """

    unit_amount: int
    quantity: int
    lasting: int
    once: int
    extras: tuple[int, ...]


def subscription_amounts(quote: Quote) -> SubscriptionAmounts:
    """The amounts that Stripe is told for a quote that recurs.

    A charge that is no multiple of the quantity is one piece at Stripe.
    """
    full = quote.undiscounted()
    period, quantity = full.per_charge.amount, quote.item.quantity
    lasting = period - quote.per_charge.amount
    first_period, first_lasting = (0, 0) if quote.option.has_trial else (period, lasting)
    due = quote.due_now.amount
    once = max(full.due_now.amount - due - first_lasting, 0)
    once_only = [line.charge for line in full.lines if not line.recurs]
    # All together are what was shown, although each was rounded.
    extras = share(due + first_lasting + once - first_period, once_only) if once_only else []
    if period % quantity:
        return SubscriptionAmounts(period, 1, lasting, once, tuple(extras))
    return SubscriptionAmounts(period // quantity, quantity, lasting, once, tuple(extras))
