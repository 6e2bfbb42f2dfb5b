"""What one email address has in this shop, and what its owner may do with it: see it, take it along, move it."""

from storefront.buyers.belongings import Belongings, belongings_of, order_of, subscription_of
from storefront.buyers.data import data_of
from storefront.buyers.email_changes import ask_to_change_email, change_email
from storefront.buyers.languages import choose_language
from storefront.buyers.links import send_link
from storefront.buyers.receipts import Receipt, receipt_of, receipts_of_subscription

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
