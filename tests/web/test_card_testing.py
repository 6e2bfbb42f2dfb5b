"""Cards that are tried out: what is counted, against whom, and how the owner switches it off."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import create_app, db, settings, webhooks
from storefront.config import Config
from storefront.errors import TooManyDeclines
from storefront.models import Decline, Merchant, Offer, Order, Payment, WebhookEvent, now
from storefront.payments import CheckoutRequest
from storefront.stripe_gateway import EventSummary, retrieve_payment_intent
from storefront.worker import tasks
from tests.buying import MARKO, begin, pay, refreshed
from tests.conftest import browser
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator

DECLINED = "4000000000000002"


@pytest.fixture
def offer(app: Flask) -> Offer:
    return make_offer(connect_merchant())


def test_a_decline_counts_once_whoever_tells_of_it(offer: Offer, simulator: Simulator) -> None:
    started = begin(offer)
    pay(simulator, started, DECLINED)
    payment = Payment.current(started.order)
    assert payment
    attempt = retrieve_payment_intent(payment).attempt
    for number in range(2):
        refreshed(started.order)
        told = {"object_id": payment.intent_id, "intent_id": "", "payment": "", "livemode": False}
        hint = EventSummary(
            f"evt_{number}", "payment_intent.payment_failed", **told, declined_charge=attempt, occurred_at=now()
        )
        webhooks.store(Merchant.get(), hint)
        tasks.handle_waiting_events()
    assert WebhookEvent.select().count() == 2
    assert [(decline.attempt, decline.address) for decline in Decline.select()] == [(attempt, MARKO.address)]


def test_nought_switches_each_limit_off(offer: Offer, simulator: Simulator) -> None:
    off = ("declines_per_order", "declines_per_address_hour", "declines_per_offer_hour")
    settings.save(dict.fromkeys(off, 0))
    started = begin(offer)
    for _ in range(12):
        pay(simulator, started, DECLINED)
        refreshed(started.order)
    assert (Decline.select().count(), Order.get().status) == (12, "pending")
    assert begin(
        offer, CheckoutRequest("taras@example.com", "Taras", "visit-of-taras-0001", "en", address=MARKO.address)
    )
    pay(simulator, started)
    assert refreshed(started.order).status == "paid"


def test_one_subscriber_of_the_new_internet_is_one_address(offer: Offer, simulator: Simulator) -> None:
    settings.save({"declines_per_address_hour": 1})
    pay(simulator, started := begin(offer, _from("2001:db8:1:2::7")), DECLINED)
    refreshed(started.order)
    assert Order.get().buyer_address == "2001:db8:1:2::7", "evidence shows it whole"
    with pytest.raises(TooManyDeclines):
        begin(offer, _from("2001:db8:1:2:ffff::1"))
    assert begin(offer, _from("2001:db8:1:3::7"))


def test_behind_a_trusted_proxy_the_buyers_own_address_counts(environment: dict[str, str], offer: Offer) -> None:
    shop = create_app(Config.from_environment({**environment, "TRUSTED_PROXIES": "1"}))
    form = {"email": MARKO.email, "name": MARKO.name, "visit": MARKO.visit}
    claim = {"X-Forwarded-For": "203.0.113.66, 198.51.100.9"}
    assert _press(browser(shop), offer, form, claim).status_code == 200
    assert Order.get().buyer_address == "198.51.100.9", "what the proxy saw, not what the buyer claimed"
    db.db.obj.close_all()


def _press(client: FlaskClient, offer: Offer, form: dict[str, str], headers: dict[str, str]):
    return client.post(f"/o/{offer.slug}/checkout", data=form, headers=headers)


def _from(address: str) -> CheckoutRequest:
    return CheckoutRequest("marko@example.com", "Marko", f"visit-from-{address}", "en", address=address)
