"""Money at Stripe: reading balance transactions and payouts, and what they add up to.

Nothing is computed here that Stripe doesn't say: a payment whose transaction is not read yet has no fee.
"""

from storefront.payments.balance.of_order import OrderBalance, balance_of_order
from storefront.payments.balance.reading import due_merchants, read_balance
from storefront.payments.balance.sums import BalanceSums, MonthOfMerchant, balance_sums

__all__ = [
    "BalanceSums",
    "MonthOfMerchant",
    "OrderBalance",
    "balance_of_order",
    "balance_sums",
    "due_merchants",
    "read_balance",
]
