"""Money at Stripe: reading balance transactions and payouts, and what they add up to.

Nothing is computed here that Stripe doesn't say: a payment whose transaction is not read yet has no fee.
"""

from storefront.payments.balance.of_order import OrderBalance, balance_of_order
from storefront.payments.balance.reading import due_merchants, read_balance
from storefront.payments.balance.sums import MonthOfMerchant, first_balance_month, month_sums

__all__ = [
    "MonthOfMerchant",
    "OrderBalance",
    "balance_of_order",
    "due_merchants",
    "first_balance_month",
    "month_sums",
    "read_balance",
]
