"""What one email address has in this shop, and what its owner may do with it: see it, take it along, move it."""

from storefront.customers.data_export import data_of
from storefront.customers.email_change import ask_to_change_email, change_email
from storefront.customers.language import choose_language
from storefront.customers.login_link import send_link
from storefront.customers.purchases import Belongings, belongings_of, order_of, subscription_of
from storefront.customers.receipts import Receipt, receipt_of, receipts_of_subscription

__all__ = [
    "Belongings",
    "Receipt",
    "ask_to_change_email",
    "belongings_of",
    "change_email",
    "choose_language",
    "data_of",
    "order_of",
    "receipt_of",
    "receipts_of_subscription",
    "send_link",
    "subscription_of",
]
