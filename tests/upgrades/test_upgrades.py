"""A shop of each release is migrated to the present schema, loses nothing, and goes on selling."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storefront import db, server
from storefront.config import Config
from storefront.models import Email, Invoice, Offer, OfferStatus, Order, Subscription
from storefront.operations.backups.contents import counted_tables
from stripe_simulator.store import Store
from tests import databases
from tests.cards import GOOD
from tests.money.buyer import Marko
from tests.money.counter_checks import counter_differences
from tests.money.customer_checks import customer_differences
from tests.money.in_process_mail import InProcessMailServer, running_in_process_mail_server
from tests.money.in_process_shop import InProcessShop
from tests.upgrades.release import ASKED, PAID_AT_STRIPE, Release, releases

HOUR = 3600.0
# Emails that are due at once and name no object at Stripe.
SENT_ON = ("receipt", "owner_sale")


@dataclass(frozen=True)
class Upgraded:
    """A shop of today on the data of a release, which it has just migrated."""

    release: Release
    shop: InProcessShop
    mail: InProcessMailServer


@pytest.fixture(params=list(releases()), ids=lambda release: release.version)
def release(request: pytest.FixtureRequest) -> Release:
    found: Release = request.param
    return found


@pytest.fixture
def upgraded(release: Release, tmp_path: Path) -> Iterator[Upgraded]:
    release.install(tmp_path / "instance")
    with databases.new_database(migrated=False) as database, running_in_process_mail_server() as mail:
        config = Config.from_environment({"INSTANCE_DIR": str(tmp_path / "instance"), **database})
        if databases.IS_POSTGRESQL:
            release.load_into(config, tmp_path / "migrations")
        server.migrate(config)
        shop = InProcessShop(tmp_path, database, mail)
        if release.stripe:
            # A copy: opening it may add columns and indexes.
            kept = Store(Path(shutil.copy(release.stripe, tmp_path)))
            shop.stripe.store.load(kept.copy())
            kept.close()
        shop.advance_clock(HOUR)
        with db.connection():
            yield Upgraded(release, shop, mail)
        shop.close()


def test_it_loses_nothing_and_sells(upgraded: Upgraded) -> None:
    release, shop = upgraded.release, upgraded.shop
    _no_row_is_lost(release)
    assert counter_differences() == [] and customer_differences() == []
    _open_payments_are_paid(release, shop)
    shop.run_worker()
    _emails_that_waited_are_sent_once(upgraded)
    if release.stripe:
        _a_subscription_of_then_renews(release, shop)
    offers = Offer.select().where(Offer.status == OfferStatus.PUBLISHED, Offer.merchant.is_null(False))
    once = offers.where(Offer.kind == "one_off").order_by(Offer.id).first()
    monthly = offers.where(Offer.kind == "recurring", Offer.trial_days == 0).order_by(Offer.id).first()
    Marko(shop, once, "visit-after-upgrade-01").buy()
    assert Marko(shop, monthly, "visit-after-upgrade-02").subscribe().status == "active"
    assert counter_differences() == [] and customer_differences() == []


def _no_row_is_lost(release: Release) -> None:
    for table, number in release.expected["rows"].items():
        if table in counted_tables() - {"shop_setting"}:
            (found,) = db.db.execute_sql(f'SELECT COUNT(*) FROM "{table}"').fetchone()
            assert found == number, table
    sums = "SELECT currency, status, COUNT(*), SUM(amount) FROM shop_order GROUP BY 1, 2 ORDER BY 1, 2"
    assert [tuple(row) for row in db.db.execute_sql(sums).fetchall()] == release.rows(sums)


def _open_payments_are_paid(release: Release, shop: InProcessShop) -> None:
    """By the buyers who had begun them, with the cards of then, or by what Stripe says about them."""
    for pending in release.expected.get("pending", []):
        order = Order.get(Order.token == pending["order"])
        assert order.status == "pending", pending
        marko = Marko(shop, order.offer, token=order.token, secret=pending["secret"])
        if pending["state"] == ASKED:
            marko.answer_challenge("authorize")
        elif pending["state"] != PAID_AT_STRIPE:
            marko.confirm_card(GOOD)
        assert "Thank you" in marko.open_order().text, pending
        assert Order.get_by_id(order.id).status == "paid", pending


def _emails_that_waited_are_sent_once(upgraded: Upgraded) -> None:
    names = ", ".join(f"'{kind}'" for kind in SENT_ON)
    waiting = upgraded.release.rows(f"SELECT id FROM letter WHERE state = 'waiting' AND kind IN ({names})")
    assert waiting
    assert {Email.get_by_id(number).state for (number,) in waiting} == {"sent"}
    assert set(upgraded.mail.accepted.values()) == {1}


def _a_subscription_of_then_renews(release: Release, shop: InProcessShop) -> None:
    subscription = Subscription.get(Subscription.subscription_id == release.expected["subscription"])
    before = len(Invoice.all_of(subscription))
    marko = Marko(shop, subscription.order.offer, token=subscription.order.token)
    assert marko.renew("succeeds").status == "paid"
    assert len(Invoice.all_of(subscription)) == before + 1
