"""What a customer, known by email address, has bought, and what they can do with it on their account page."""

from storefront.customers.data_export import export_data
from storefront.customers.email_change import (
    change_email,
    is_confirmed,
    request_email_change,
    requested_change,
    undo_email_change,
)
from storefront.customers.language import set_language
from storefront.customers.login_link import request_login_link, send_login_links
from storefront.customers.purchases import order_of, purchases_of, subscription_of
from storefront.customers.receipts import Receipt, receipt_of, receipts_of

__all__ = [
    "Receipt",
    "change_email",
    "export_data",
    "is_confirmed",
    "order_of",
    "purchases_of",
    "receipt_of",
    "receipts_of",
    "request_email_change",
    "request_login_link",
    "requested_change",
    "send_login_links",
    "set_language",
    "subscription_of",
    "undo_email_change",
]
