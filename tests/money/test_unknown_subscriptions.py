"""Subscriptions that Stripe does not know, because the merchant has the keys of another account for a while."""

from collections.abc import Iterator

import pytest

from storefront import db, subscriptions
from storefront.models import Merchant
from storefront.worker import tasks
from stripe_simulator import accounts
from tests.money.buyer import Marko
from tests.money.in_process_shop import InProcessShop, in_process_shop

DAY = 86400


@pytest.fixture(scope="module")
def shop() -> Iterator[InProcessShop]:
    with in_process_shop() as shop, db.connection():
        yield shop


def use_key_of(account: accounts.Account) -> None:
    """Store this account's key. A restricted key may hide which account it is of."""
    merchant = Merchant.get()
    merchant.secret_key = accounts.secret_key(account)
    merchant.save()


def test_a_subscription_is_asked_for_again_after_stripe_did_not_know_it(shop: InProcessShop) -> None:
    marko = Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])
    subscription = marko.subscribe()
    use_key_of(accounts.TARAS)
    subscriptions.refresh(marko.subscription)
    assert marko.subscription.status == "active"
    use_key_of(accounts.OLENA)
    shop.control("deliveries/mode", mode="drop")
    shop.dashboard("DELETE", f"subscriptions/{subscription.subscription_id}")
    shop.advance_clock(DAY + 60)
    shop.run(tasks.reconcile_job)
    assert marko.subscription.status == "canceled"
