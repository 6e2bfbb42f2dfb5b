"""Promo codes and subscriptions: coupons at Stripe take off what the page has shown, once or each time."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import subscriptions
from storefront.models import Email, Invoice, Merchant, Offer, Order, Payment, PromoCode, Subscription
from storefront.offers import AddonFields
from tests.cards import GOOD
from tests.cast import MARKOS_FORM
from tests.factories import make_offer
from tests.purchase_steps import refresh
from tests.simulator_process import Simulator
from tests.subscription_steps import renew
from tests.web.admin_pages import text_of


def offer_of(merchant: Merchant, kind: str = "recurring", **changes: Any) -> Offer:
    return make_offer(merchant, "20.00", kind=kind, title="Letters", **changes)


def make_code(**changes: Any) -> PromoCode:
    return PromoCode.create(**{"code": "AUTUMN", "percent": 2500, **changes})


def quote(client: FlaskClient, offer: Offer) -> TestResponse:
    return client.post(f"/o/{offer.slug}/quote?lang=en", data={"code": "autumn"})


def subscribe(client: FlaskClient, simulator: Simulator, offer: Offer, seen: str, **more: Any) -> Subscription:
    form = {**MARKOS_FORM, "code": "autumn", "seen": seen, **more}
    pressed = client.post(f"/o/{offer.slug}/checkout?lang=en", data=form)
    assert pressed.status_code == 200, pressed.text
    simulator.confirm(offer.merchant.publishable_key, pressed.json["client_secret"], GOOD)
    assert refresh(Order.get()).status == "paid"
    subscription = Subscription.get()
    subscriptions.refresh(subscription)
    return Subscription.get()


def charged() -> list[int]:
    return [invoice.amount_paid for invoice in Invoice.select().order_by(Invoice.id)]


def test_a_code_for_the_first_payment_reduces_that_one_only(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    make_code()
    offer = offer_of(merchant)
    shown = quote(client, offer).json
    assert (shown["seen"], shown["button"]) == ("EUR 1500 2000", "Subscribe: €15.00 today")
    words = text_of(shown["summary"])
    assert "Today €15.00" in words and "every month €20.00" in words
    assert "charge it €15.00 today and then €20.00 every month, until you cancel." in words
    subscription = subscribe(client, simulator, offer, shown["seen"])
    assert (subscription.total.amount, subscription.discount, subscription.unclear_terms) == (2000, 0, "")
    assert "charge it €15.00 today and then €20.00" in Order.get().consent
    renew(subscription, simulator)
    assert sorted(charged()) == [1500, 2000]


def test_a_code_for_every_payment_reduces_all(client: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    make_code(applies_to="every")
    offer = offer_of(merchant)
    shown = quote(client, offer).json
    assert (shown["seen"], shown["button"]) == ("EUR 1500 1500", "Subscribe for €15.00 / month")
    subscription = subscribe(client, simulator, offer, shown["seen"])
    assert (subscription.total.amount, subscription.discount, subscription.unclear_terms) == (1500, 500, "")
    renew(subscription, simulator)
    renew(subscription, simulator)
    assert charged() == [1500, 1500, 1500]


def test_each_installment_of_a_plan_is_reduced(client: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    make_code(applies_to="every")
    offer = offer_of(merchant, "plan", instalments=3)
    shown = quote(client, offer).json
    assert shown["seen"] == "EUR 1500 1500" and "Total €45.00" in text_of(shown["summary"])
    subscription = subscribe(client, simulator, offer, shown["seen"])
    assert subscription.schedule_id
    renew(subscription, simulator)
    renew(subscription, simulator)
    assert charged() == [1500, 1500, 1500]


def test_the_first_installment_alone_can_be_reduced(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    make_code()
    offer = offer_of(merchant, "plan", instalments=3)
    shown = quote(client, offer).json
    assert "Total €55.00" in text_of(shown["summary"])
    subscription = subscribe(client, simulator, offer, shown["seen"])
    renew(subscription, simulator)
    assert sorted(charged()) == [1500, 2000]


def test_with_a_trial_each_payment_after_it_is_reduced(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    make_code(applies_to="every")
    offer = offer_of(merchant, trial_days=14)
    shown = quote(client, offer).json
    assert (shown["seen"], shown["button"]) == ("EUR 0 1500", "Start trial")
    subscription = subscribe(client, simulator, offer, shown["seen"])
    renew(subscription, simulator)
    assert charged() == [0, 1500]


def test_with_a_trial_the_first_payment_is_the_one_after_it(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    make_code()
    offer = offer_of(merchant, trial_days=14)
    shown = quote(client, offer).json
    assert (shown["seen"], shown["button"]) == ("EUR 0 2000 1500", "Start trial")
    words = text_of(shown["summary"])
    assert "Promo code AUTUMN −€5.00 Today €0.00" in words and "€15.00 From" in words and "every month €20.00" in words
    assert "charge it €15.00 after 14 days and then €20.00 every month, until you cancel." in words
    changed = client.post(f"/o/{offer.slug}/checkout", data={**MARKOS_FORM, "code": "autumn", "seen": "EUR 0 2000"})
    assert changed.status_code == 422 and "price" in changed.json["errors"]
    subscription = subscribe(client, simulator, offer, shown["seen"])
    assert (subscription.total.amount, subscription.next_charge.amount, subscription.unclear_terms) == (2000, 1500, "")
    page = text_of(client.get(f"/orders/{Order.get().token}/thank-you").text)
    assert "Next charge €15.00 on" in page and "Promo code AUTUMN −€5.00" in page
    renew(subscription, simulator)
    subscription = Subscription.get()
    assert (subscription.next_charge.amount, subscription.unclear_terms) == (2000, "")
    renew(subscription, simulator)
    assert charged() == [0, 1500, 2000]
    assert not Email.select().where(Email.kind.contains("terms"))


@pytest.mark.parametrize(
    ("applies_to", "seen", "expected"),
    [("first", "EUR 675 2000", [675, 2000, 2000]), ("every", "EUR 675 1500", [675, 1500, 1500])],
)
def test_with_a_trial_and_an_add_on_the_first_payment_is_todays(
    client: FlaskClient, merchant: Merchant, simulator: Simulator, applies_to: str, seen: str, expected: list[int]
) -> None:
    make_code(applies_to=applies_to)
    offer = offer_of(merchant, trial_days=14, addons=(AddonFields("addons-0", "Workbook", "9.00"),))
    form = {"code": "autumn", "addon": ["1"]}
    assert client.post(f"/o/{offer.slug}/quote", data=form).json["seen"] == seen
    subscription = subscribe(client, simulator, offer, seen, addon=["1"])
    assert (Order.get().amount, Order.get().discount, subscription.unclear_terms) == (675, 225, "")
    renew(subscription, simulator)
    renew(subscription, simulator)
    assert charged() == expected


@pytest.mark.parametrize("kind", ["recurring", "plan"])
def test_a_first_payment_of_nothing_saves_the_card_for_the_later_ones(
    client: FlaskClient, merchant: Merchant, simulator: Simulator, kind: str
) -> None:
    make_code(percent=10_000)
    offer = offer_of(merchant, kind, **({"instalments": 3} if kind == "plan" else {}))
    shown = quote(client, offer).json
    assert (shown["seen"], shown["free"]) == ("EUR 0 2000", False)
    form = {**MARKOS_FORM, "code": "autumn", "seen": shown["seen"]}
    pressed = client.post(f"/o/{offer.slug}/checkout?lang=en", data=form).json
    assert pressed["intent"] == "setup"
    waiting = Subscription.get()
    assert (waiting.status, waiting.is_running, Order.get().status) == ("active", False, "pending")
    simulator.confirm(merchant.publishable_key, pressed["client_secret"], GOOD)
    order = refresh(Order.get())
    assert (order.status, order.amount, Payment.get().kind) == ("paid", 0, "setup")
    subscriptions.refresh(Subscription.get())
    renew(Subscription.get(), simulator)
    assert charged() == [0, 2000] and Subscription.get().is_running
