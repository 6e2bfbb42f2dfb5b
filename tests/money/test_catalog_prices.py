"""Products and prices of subscriptions that were archived or deleted at Stripe."""

from collections.abc import Iterator

import pytest

from storefront import db, subscriptions
from storefront.models import CatalogPrice, Merchant, Offer
from tests.money.buyer import Marko
from tests.money.in_process_shop import InProcessShop


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    """The shared shop without faults."""
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


@pytest.fixture
def offer(shop: InProcessShop) -> Offer:
    return shop.reset(kind="recurring", title="Weekly letters")[1]


def subscribe(shop: InProcessShop, offer: Offer, number: int) -> Marko:
    marko = Marko(shop, offer, visit=f"visit-of-marko-{number:04}")
    marko.subscribe()
    return marko


def test_an_archived_price_is_replaced(shop: InProcessShop, offer: Offer) -> None:
    subscribe(shop, offer, 1)
    archived = CatalogPrice.get()
    for path in (f"prices/{archived.price_id}", f"products/{archived.product_id}"):
        assert shop.dashboard("POST", path, active="false").status_code == 200
    assert subscribe(shop, offer, 2).subscription.status == "active"
    price = CatalogPrice.get()
    assert price.price_id != archived.price_id
    assert price.product_id != archived.product_id
    subscribe(shop, offer, 3)
    assert CatalogPrice.get().price_id == price.price_id, "the new price stays"


def test_a_product_and_price_that_stripe_does_not_know_are_replaced(shop: InProcessShop, offer: Offer) -> None:
    subscribe(shop, offer, 1)
    # As after "Delete all test data" in Stripe's Dashboard.
    CatalogPrice.update(product_id="prod_deleted", price_id="price_deleted").execute()
    marko = subscribe(shop, offer, 2)
    assert marko.subscription.status == "active"
    # A product is deleted before the next price is created.
    CatalogPrice.update(product_id="prod_deleted").execute()
    subscriptions.announce_price([marko.subscription], 2499)
    assert (marko.subscription.unit_amount, marko.subscription.next_unit_amount) == (2499, None)


def test_a_new_price_of_a_subscription_that_was_archived_is_replaced(shop: InProcessShop, offer: Offer) -> None:
    first, second = subscribe(shop, offer, 1), subscribe(shop, offer, 2)
    subscriptions.announce_price([first.subscription], 2499)
    archived = CatalogPrice.get(CatalogPrice.unit_amount == 2499)
    shop.dashboard("POST", f"prices/{archived.price_id}", active="false")
    subscriptions.announce_price([second.subscription], 2499)
    assert (second.subscription.unit_amount, second.subscription.next_unit_amount) == (2499, None)


def test_other_refusals_keep_the_price(shop: InProcessShop, offer: Offer) -> None:
    marko = subscribe(shop, offer, 1)
    known = CatalogPrice.get()
    shop.control(f"accounts/{Merchant.get().stripe_account_id}", charges_enabled=False)
    Marko(shop, offer, visit="visit-of-marko-0002").start_checkout()
    assert (CatalogPrice.get().price_id, marko.subscription.status) == (known.price_id, "active")
