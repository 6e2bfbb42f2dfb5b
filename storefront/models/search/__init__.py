"""Searches for the lists of the admin: orders, customers, subscriptions, emails, open renewals."""

from storefront.models.search.abandoned import AbandonedSearch
from storefront.models.search.audit import AuditSearch
from storefront.models.search.customers import (
    CustomerSearch,
    CustomerSummary,
    chosen_customers,
    find_customer,
    find_customer_by_email,
)
from storefront.models.search.documents import DocumentSearch
from storefront.models.search.emails import EmailSearch
from storefront.models.search.merchants import (
    MOST_CHOICES,
    MerchantChoices,
    MerchantPages,
    MerchantSearch,
    merchants_to_choose,
)
from storefront.models.search.offer_choices import FoundOffers, OfferChoices, offers_to_choose, offers_with_title
from storefront.models.search.offers import OfferSearch, chosen_offers, offer_counts
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
from storefront.models.search.payment_requests import RequestSearch
from storefront.models.search.payouts import PayoutSearch, iterate_balance, orders_of_intents, transactions_of
from storefront.models.search.promo_codes import PromoCodeSearch
from storefront.models.search.subscriptions import SubscriptionSearch, chosen_subscriptions, repriceable_subscriptions
from storefront.models.search.webhook_deliveries import deliveries_of

__all__ = [
    "FIRST_PAGE",
    "LAST_NUMBERED_PAGE",
    "MOST_CHOICES",
    "PER_PAGE",
    "AbandonedSearch",
    "AuditSearch",
    "CustomerSearch",
    "CustomerSummary",
    "DocumentSearch",
    "EmailSearch",
    "FoundOffers",
    "MerchantChoices",
    "MerchantPages",
    "MerchantSearch",
    "OfferChoices",
    "OfferSearch",
    "OpenRenewal",
    "OrderSearch",
    "Page",
    "PayoutSearch",
    "Place",
    "PromoCodeSearch",
    "RequestSearch",
    "SubscriptionSearch",
    "Total",
    "chosen_customers",
    "chosen_offers",
    "chosen_orders",
    "chosen_subscriptions",
    "count_open_renewals",
    "deliveries_of",
    "find_customer",
    "find_customer_by_email",
    "iterate_balance",
    "merchants_to_choose",
    "needs_in",
    "offer_counts",
    "offers_to_choose",
    "offers_with_title",
    "open_renewal_counts",
    "open_renewal_page",
    "open_renewals_of",
    "orders_of_intents",
    "read_page",
    "repriceable_subscriptions",
    "source_of",
    "subscription_page",
    "transactions_of",
]
