"""A limited stock: the last piece is sold once, and nobody pays for what isn't there."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import offers, settings, worker
from storefront.db import db
from storefront.errors import OfferNotPayable
from storefront.models import Email, Offer, Order, Refund, now
from tests.buying import MARKO, begin, bought, kinds, pay, refreshed
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator
from tests.web.admin_pages import error_at, post

IVAN = replace(MARKO, email="ivan@example.com", name="Ivan", visit="visit-of-ivan-0001")
ALL = {"title": "Tea", "price": "5.00", "currency": "EUR", "language": "en", "status": "draft", "max_quantity": "1"}


@pytest.fixture
def offer(app: Flask) -> Offer:
    return make_offer(connect_merchant(), stock=1, max_quantity=3)


def refusal(offer: Offer, buyer: object = IVAN) -> str:
    with pytest.raises(OfferNotPayable) as refused:
        begin(offer, buyer)  # type: ignore[arg-type]
    return refused.value.reason


def test_what_is_sold_is_sold_out_for_the_next(offer: Offer, client: FlaskClient, simulator: Simulator) -> None:
    bought(offer, simulator)
    assert refusal(offer) == "sold_out"
    page = client.get(f"/o/{offer.slug}")
    assert "Sold out" in page.text
    assert "card-element" not in page.text
    form = {"email": "ivan@example.com", "name": "Ivan", "visit": "visit-of-ivan-0001"}
    answer = client.post(f"/o/{offer.slug}/checkout", data=form)
    assert (answer.status_code, answer.json) == (503, {"error": "This is sold out. Nothing was charged."})
    assert Order.select().count() == 1


def test_who_wants_more_than_is_left_is_told_to_buy_fewer_not_to_wait(offer: Offer, client: FlaskClient) -> None:
    form = {"email": "ivan@example.com", "name": "Ivan", "visit": "visit-of-ivan-0001", "quantity": "2"}
    answer = client.post(f"/o/{offer.slug}/checkout", data=form)
    assert answer.status_code == 503 and "Please buy fewer." in answer.json["error"]
    assert client.post(f"/o/{offer.slug}/checkout", data={**form, "quantity": "1"}).status_code == 200


def test_of_twenty_who_press_at_once_one_gets_the_last_piece(offer: Offer) -> None:
    def press(number: int) -> str:
        with db.connection_context():
            try:
                return begin(offer, replace(IVAN, visit=f"visit-{number}")).client_secret or "none"
            except OfferNotPayable as refused:
                return refused.reason

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(press, range(20)))
    assert answers.count("taken") == 19
    assert Order.select().count() == 1


def test_a_piece_that_nobody_paid_is_free_again(offer: Offer, simulator: Simulator) -> None:
    settings.save({"stock_hold_minutes": 0})
    begin(offer)
    assert refusal(offer) == "taken"
    worker.reconcile()
    assert bought(offer, simulator, IVAN).status == "paid"
    assert refusal(offer, replace(MARKO, visit="visit-of-marko-0002")) == "sold_out"


def test_an_order_of_limited_stock_is_held_for_minutes_and_others_for_hours(offer: Offer) -> None:
    held = begin(offer).order
    free = begin(make_offer(offer.merchant), IVAN).order
    assert held.expires_at is not None and free.expires_at is not None
    assert 29 * 60 <= (held.expires_at - now()).total_seconds() <= 30 * 60
    assert 71 * 3600 <= (free.expires_at - now()).total_seconds() <= 72 * 3600


def test_the_same_buyer_keeps_what_they_hold_and_gets_no_more_than_there_is(offer: Offer) -> None:
    first = begin(offer)
    assert begin(offer).client_secret == first.client_secret
    assert refusal(offer, replace(MARKO, quantity=2)) == "too_few"


def test_money_that_comes_when_all_are_sold_goes_back_at_once_and_that_is_said(
    offer: Offer, simulator: Simulator
) -> None:
    late = begin(offer)
    pay(simulator, late)
    # Its order expired here before Stripe could be asked, and the piece was sold to somebody else.
    late.order.transition("expired", "expired")
    bought(offer, simulator, IVAN)
    order = refreshed(late.order)
    assert (order.status, "sold_out" in kinds(order)) == ("paid", True)
    worker.reconcile()
    order = Order.get_by_id(order.id)
    refund = Refund.get(Refund.order == order)
    assert (order.status, refund.amount, refund.status, refund.reason) == ("refunded", 1999, "succeeded", "sold_out")
    assert Email.select().where(Email.kind == "refund_made", Email.order == order).count() == 1
    assert offers.is_sold_out(Offer.get_by_id(offer.id))


def test_the_owner_sets_the_stock_and_takes_the_limit_away(admin: FlaskClient, app: Flask) -> None:
    fields = {**ALL, "slug": "tea", "merchant": ""}
    for typed in ("-1", "2.5", "many", "12345678"):
        answer = post(admin, "/admin/offers", **fields, stock=typed)
        assert answer.status_code == 422
        assert error_at(answer.text, "stock"), typed
    assert post(admin, "/admin/offers", **fields, stock="7").status_code == 303
    tea = Offer.get(Offer.slug == "tea")
    assert tea.stock == 7
    assert post(admin, f"/admin/offers/{tea.id}", **fields, stock="").status_code == 303
    assert Offer.get_by_id(tea.id).stock is None
