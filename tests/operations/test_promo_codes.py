"""Promo codes: the last use goes to one customer, is held while somebody pays, and comes back when that order ends."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from storefront import pricing, settings, worker
from storefront.db import connection
from storefront.errors import FieldErrors
from storefront.models import CounterKind, Merchant, Offer, Order, PromoCode, units_by_status
from storefront.payments import CheckoutRequest
from storefront.pricing import Choice, CodeUser
from tests.cast import IVAN, MARKO
from tests.factories import make_offer
from tests.purchase_steps import confirm, refresh, start_checkout
from tests.simulator_process import Simulator

ONE_USE = {"code": "ONCE", "percent": 1000, "total_uses": 1}


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant)


def with_code(offer: Offer, buyer: CheckoutRequest) -> CheckoutRequest:
    """The buyer with the code ONCE typed, as the page of the offer sends it."""
    discount = pricing.find_discount(offer, "once", CodeUser(buyer.email))
    return replace(buyer, choice=Choice(discount=discount))


def refusal(offer: Offer, buyer: CheckoutRequest) -> str:
    with pytest.raises(FieldErrors) as refused:
        start_checkout(offer, buyer)
    return refused.value.errors["code"][0]


def uses() -> int:
    return pricing.count_uses(units_by_status(PromoCode.get().id, CounterKind.PROMO_CODES))


@pytest.mark.parametrize("limit", [1, 7])
def test_of_twenty_customers_at_once_as_many_get_the_code_as_it_has_uses(offer: Offer, limit: int) -> None:
    PromoCode.create(**{**ONE_USE, "total_uses": limit})
    buyer = with_code(offer, IVAN)

    def press(number: int) -> str:
        with connection():
            try:
                mine = replace(buyer, visit=f"visit-{number}", email=f"ivan-{number}@example.com")
                return start_checkout(offer, mine).client_secret or "none"
            except FieldErrors as refused:
                return refused.errors["code"][0]

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(press, range(20)))
    assert answers.count("code_used_up") == 20 - limit
    assert Order.select().where(Order.promo_code_id.is_null(False)).count() == limit == uses()


def test_one_customer_at_twenty_visits_at_once_uses_it_once(offer: Offer) -> None:
    PromoCode.create(code="ONCE", percent=1000, uses_per_customer=1)
    buyer = with_code(offer, IVAN)

    def press(number: int) -> str:
        with connection():
            try:
                return start_checkout(offer, replace(buyer, visit=f"visit-{number}")).client_secret or "none"
            except FieldErrors as refused:
                return refused.errors["code"][0]

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(press, range(20)))
    assert answers.count("code_used_before") == 19 and uses() == 1


def test_an_expired_order_gives_its_use_back_and_a_paid_one_keeps_it(offer: Offer, simulator: Simulator) -> None:
    PromoCode.create(**ONE_USE)
    settings.save({"stock_hold_minutes": 0})
    marko, ivan = with_code(offer, MARKO), with_code(offer, IVAN)
    start_checkout(offer, marko)
    assert refusal(offer, ivan) == "code_used_up"
    worker.reconcile()
    assert (Order.get().status, uses()) == ("expired", 0)
    settings.save({"stock_hold_minutes": 30})
    started = start_checkout(offer, ivan)
    confirm(simulator, started)
    assert refresh(started.order).status == "paid"
    assert refusal(offer, replace(marko, visit="visit-of-marko-0002")) == "code_used_up"


def test_a_declined_card_keeps_the_use_for_the_next_card(offer: Offer, simulator: Simulator) -> None:
    PromoCode.create(**ONE_USE)
    marko = with_code(offer, MARKO)
    started = start_checkout(offer, marko)
    confirm(simulator, started, "4000000000000002")
    assert refresh(started.order).status == "pending"
    again = start_checkout(offer, marko)
    assert again.client_secret == started.client_secret
    confirm(simulator, again)
    order = refresh(started.order)
    assert (order.status, order.amount, order.code) == ("paid", 1799, "ONCE")
