"""Prices: what a customer's choice costs, line by line. The page, checkout, orders and receipts all take it from here.

All amounts are in minor units.
"""

from storefront.pricing.choice import Choice, Discount
from storefront.pricing.code_editing import CodeFields
from storefront.pricing.code_editing import save as save_code
from storefront.pricing.code_editing import set_active as set_code_active
from storefront.pricing.order_quote import quote_of, write_lines
from storefront.pricing.promo_codes import (
    CodeUser,
    count_uses,
    delete_old_guesses,
    find_discount,
    hold_code,
    is_held,
)
from storefront.pricing.quote import Quote, QuoteLine, discounted, quote
from storefront.pricing.shares import share

__all__ = [
    "Choice",
    "CodeFields",
    "CodeUser",
    "Discount",
    "Quote",
    "QuoteLine",
    "count_uses",
    "delete_old_guesses",
    "discounted",
    "find_discount",
    "hold_code",
    "is_held",
    "quote",
    "quote_of",
    "save_code",
    "set_code_active",
    "share",
    "write_lines",
]
