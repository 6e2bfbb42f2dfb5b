"""Searches for the lists of the admin: orders, customers, subscriptions, emails, open renewals."""

from storefront.models.search.customers import CustomerSearch, CustomerSummary, chosen_customers, find_customer
from storefront.models.search.emails import EmailSearch
from storefront.models.search.merchants import MerchantPages, MerchantSearch
from storefront.models.search.offers import OfferSearch, newest_offers, offer_counts
from storefront.models.search.open_renewals import (
    OpenRenewal,
    count_open_renewals,
    needs_in,
    open_renewal_counts,
    open_renewal_page,
    open_renewals_of,
    subscription_page,
)
from storefront.models.search.orders import OrderSearch, chosen_orders
from storefront.models.search.pages import (
    FIRST_PAGE,
    LAST_NUMBERED_PAGE,
    PER_PAGE,
    Page,
    Place,
    Total,
    read_page,
    source_of,
)
from storefront.models.search.subscriptions import (
    OfferChoices,
    SubscriptionSearch,
    offers_subscribed,
    repriceable_subscriptions,
)

__all__ = [
    "FIRST_PAGE",
    "LAST_NUMBERED_PAGE",
    "PER_PAGE",
    "CustomerSearch",
    "CustomerSummary",
    "EmailSearch",
    "MerchantPages",
    "MerchantSearch",
    "OfferChoices",
    "OfferSearch",
    "OpenRenewal",
    "OrderSearch",
    "Page",
    "Place",
    "SubscriptionSearch",
    "Total",
    "chosen_customers",
    "chosen_orders",
    "count_open_renewals",
    "find_customer",
    "needs_in",
    "newest_offers",
    "offer_counts",
    "offers_subscribed",
    "open_renewal_counts",
    "open_renewal_page",
    "open_renewals_of",
    "read_page",
    "repriceable_subscriptions",
    "source_of",
    "subscription_page",
]
