"""Limited stock: holds, and the last unit is sold only once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from storefront import offers, settings, worker
from storefront.db import connection, db
from storefront.errors import OfferNotPayable
from storefront.models import Email, Merchant, Offer, Order, Refund, now
from tests.cast import IVAN, MARKO, TWO
from tests.factories import make_offer
from tests.purchase_steps import buy, confirm, refresh, start_checkout, timeline_kinds
from tests.simulator_process import Simulator


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, stock=1, max_quantity=3)


def refusal(offer: Offer, buyer: object = IVAN) -> str:
    with pytest.raises(OfferNotPayable) as refused:
        start_checkout(offer, buyer)  # type: ignore[arg-type]
    return refused.value.reason


def test_of_twenty_concurrent_buyers_one_gets_the_last_unit(offer: Offer) -> None:
    def press(number: int) -> str:
        with connection():
            try:
                return start_checkout(offer, replace(IVAN, visit=f"visit-{number}")).client_secret or "none"
            except OfferNotPayable as refused:
                return refused.reason

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(press, range(20)))
    assert answers.count("taken") == 19
    assert Order.select().count() == 1


def test_an_unpaid_unit_becomes_available_again(offer: Offer, simulator: Simulator) -> None:
    settings.save({"stock_hold_minutes": 0})
    start_checkout(offer)
    assert refusal(offer) == "taken"
    worker.reconcile()
    assert buy(offer, simulator, IVAN).status == "paid"
    assert refusal(offer, replace(MARKO, visit="visit-of-marko-0002")) == "sold_out"


def test_orders_of_limited_stock_expire_in_minutes_and_others_in_hours(offer: Offer) -> None:
    held = start_checkout(offer).order
    free = start_checkout(make_offer(offer.merchant), IVAN).order
    assert held.expires_at is not None and free.expires_at is not None
    assert 29 * 60 <= (held.expires_at - now()).total_seconds() <= 30 * 60
    assert 71 * 3600 <= (free.expires_at - now()).total_seconds() <= 72 * 3600


def test_a_buyer_keeps_their_hold_and_cannot_exceed_the_stock(offer: Offer) -> None:
    first = start_checkout(offer)
    assert start_checkout(offer).client_secret == first.client_secret
    assert refusal(offer, replace(MARKO, choice=TWO)) == "too_few"


def test_a_late_payment_for_a_sold_out_offer_is_refunded_and_emailed(offer: Offer, simulator: Simulator) -> None:
    late = start_checkout(offer)
    confirm(simulator, late)
    # The order expired locally before Stripe was asked, and the unit was sold to another buyer.
    late.order.transition("expired", "expired")
    buy(offer, simulator, IVAN)
    order = refresh(late.order)
    assert (order.status, "sold_out" in timeline_kinds(order)) == ("paid", True)
    worker.reconcile()
    order = Order.get_by_id(order.id)
    refund = Refund.get(Refund.order == order)
    assert (order.status, refund.amount, refund.status, refund.reason) == ("refunded", 1999, "succeeded", "sold_out")
    assert Email.select().where(Email.kind == "refund_made", Email.order == order).count() == 1
    rows = db.execute_sql(*offers.offer_query(offer.slug)).fetchall()
    assert offers.public_offer(rows)[1] == 0, "sold out"
