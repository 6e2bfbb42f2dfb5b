"""Subscriptions that a Stripe account has, whoever made them: what is needed to import them. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import stripe
from stripe.params import SubscriptionListParams

from storefront.errors import StripePermissionMissing
from storefront.models import Merchant
from storefront.money import Money
from storefront.stripe_gateway.answers import id_of, time_of
from storefront.stripe_gateway.billing.subscription_snapshot import EXPAND, SubscriptionSnapshot, snapshot_of
from storefront.stripe_gateway.client import client_of, numbered_call, stripe_call


@dataclass(frozen=True)
class ForeignSubscription:
    """`items` is their number. `email`, `name` and `language` (such as `uk-UA`) are the customer's, "" if unknown.

    `title` names what is sold: the product, or what is known instead of it. `is_invoiced`: the customer gets invoices,
    no card is charged. `has_older_card`: a card of Stripe's older kinds is charged, which the snapshot does not have.
    """

    snapshot: SubscriptionSnapshot
    created: datetime
    items: int
    email: str
    name: str
    language: str
    title: str
    is_invoiced: bool
    has_older_card: bool

    @property
    def price(self) -> Money:
        """Of one unit."""
        return Money(self.snapshot.unit_amount, self.snapshot.currency)

    @property
    def total(self) -> Money:
        """Each charge, before what the shop can't tell: see the snapshot's `unclear_terms`."""
        return Money(max(0, self.price.amount * self.snapshot.quantity - self.snapshot.discount), self.price.currency)


@dataclass(frozen=True)
class SubscriptionPage:
    """`next` is the cursor of the page after this one, "" at the end."""

    found: list[ForeignSubscription]
    next: str


def list_foreign_subscriptions(merchant: Merchant, after: str, limit: int) -> SubscriptionPage:
    """One page of the account's subscriptions that are not canceled, newest first. Raises StripeError.

    `after` is the cursor of the page before, "" for the first page. Two calls, however long the list is.
    """
    terms: SubscriptionListParams = {"limit": limit, "expand": [f"data.{path}" for path in EXPAND]}
    if after:
        terms["starting_after"] = after
    with numbered_call() as number:
        page = client_of(merchant).v1.subscriptions.list(terms)
    names = _product_names(merchant, {_product_id(one) for one in page.data})
    found = [_foreign(one, number, names) for one in page.data]
    return SubscriptionPage(found, page.data[-1].id if page.has_more and page.data else "")


def _product_names(merchant: Merchant, ids: Iterable[str]) -> dict[str, str]:
    """{product ID: name}; empty if a restricted key may not read products.

    Stripe expands four levels at most, and the product of an item in a list is one deeper.
    """
    wanted = sorted(filter(None, ids))
    if not wanted:
        return {}
    try:
        with stripe_call():
            products = client_of(merchant).v1.products.list({"ids": wanted, "limit": 100})
    except StripePermissionMissing:
        return {}
    return {product.id: product.name for product in products.data}


def _product_id(subscription: stripe.Subscription) -> str:
    return id_of(subscription["items"].data[0].price.product)


def _foreign(subscription: stripe.Subscription, number: int, names: dict[str, str]) -> ForeignSubscription:
    customer, items = subscription.customer, subscription["items"].data
    product = _product_id(subscription)
    title = names.get(product) or getattr(items[0].price, "nickname", None) or subscription.description or product
    languages = getattr(customer, "preferred_locales", None) or [""]
    older = [getattr(one, "default_source", None) for one in (subscription, customer)]
    return ForeignSubscription(
        snapshot=snapshot_of(subscription, number),
        created=time_of(subscription.created),
        items=len(items),
        email=str(getattr(customer, "email", None) or "").strip(),
        name=" ".join(str(getattr(customer, "name", None) or "").split()),
        language=str(languages[0]),
        title=" ".join(str(title).split()),
        is_invoiced=getattr(subscription, "collection_method", "") == "send_invoice",
        has_older_card=any(older),
    )
