"""Prices: what a customer's choice costs, line by line. The page, checkout, orders and receipts all take it from here.

All amounts are in minor units.
"""

from storefront.pricing.choice import Choice, Discount
from storefront.pricing.code_editing import CodeFields
from storefront.pricing.code_editing import save as save_code
from storefront.pricing.code_editing import set_active as set_code_active
from storefront.pricing.discounts import discounted
from storefront.pricing.option_change import quote_with_option
from storefront.pricing.order_quote import quote_of, write_lines
from storefront.pricing.promo_codes import (
    CodeUser,
    count_uses,
    delete_old_guesses,
    find_discount,
    hold_code,
    is_held,
)
from storefront.pricing.quote import Quote, QuoteLine
from storefront.pricing.quoting import quote, request_quote
from storefront.pricing.shares import share
from storefront.pricing.subscription_amounts import SubscriptionAmounts, subscription_amounts
from storefront.pricing.tax_totals import TaxedLine, TaxStatement, TaxTotal, refunded_tax, tax_statement
from storefront.pricing.taxes import Tax, before_tax, tax_of, tax_parts

__all__ = [
    "Choice",
    "CodeFields",
    "CodeUser",
    "Discount",
    "Quote",
    "QuoteLine",
    "SubscriptionAmounts",
    "Tax",
    "TaxStatement",
    "TaxTotal",
    "TaxedLine",
    "before_tax",
    "count_uses",
    "delete_old_guesses",
    "discounted",
    "find_discount",
    "hold_code",
    "is_held",
    "quote",
    "quote_of",
    "quote_with_option",
    "refunded_tax",
    "request_quote",
    "save_code",
    "set_code_active",
    "share",
    "subscription_amounts",
    "tax_of",
    "tax_parts",
    "tax_statement",
    "write_lines",
]
