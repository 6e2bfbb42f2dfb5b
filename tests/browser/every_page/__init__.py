"""A shop with data in every state, and the addresses of all kinds of its pages."""

from tests.browser.every_page.admin_pages import admin_addresses, other_pages, signed_out_pages
from tests.browser.every_page.orders import somebody
from tests.browser.every_page.public_pages import NOT_THERE, REFUSED, public_addresses
from tests.browser.every_page.rows import CreatedRows, fill_shop

__all__ = [
    "NOT_THERE",
    "REFUSED",
    "CreatedRows",
    "admin_addresses",
    "fill_shop",
    "other_pages",
    "public_addresses",
    "signed_out_pages",
    "somebody",
]
