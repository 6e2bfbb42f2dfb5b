"""Prices: what a customer's choice costs, line by line. The page, checkout, orders and receipts all take it from here.

All amounts are in minor units.
"""

from storefront.pricing.choice import Choice, Discount
from storefront.pricing.order_quote import quote_of, write_lines
from storefront.pricing.quote import Quote, QuoteLine, quote
from storefront.pricing.shares import share

__all__ = ["Choice", "Discount", "Quote", "QuoteLine", "quote", "quote_of", "share", "write_lines"]
