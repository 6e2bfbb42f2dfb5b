"""An offer with limited stock, on its page and in the checkout."""

import pytest
from flask.testing import FlaskClient

from storefront.errors import OfferNotPayable
from storefront.models import Merchant, Offer, Order
from tests.cast import IVAN
from tests.factories import make_offer
from tests.purchase_steps import buy, start_checkout
from tests.simulator_process import Simulator


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, stock=1, max_quantity=3)


def refusal(offer: Offer, buyer: object = IVAN) -> str:
    with pytest.raises(OfferNotPayable) as refused:
        start_checkout(offer, buyer)  # type: ignore[arg-type]
    return refused.value.reason


def test_a_sold_unit_is_sold_out_for_the_next_buyer(offer: Offer, client: FlaskClient, simulator: Simulator) -> None:
    buy(offer, simulator)
    assert refusal(offer) == "sold_out"
    page = client.get(f"/o/{offer.slug}")
    assert "Sold out" in page.text
    assert "card-element" not in page.text
    form = {"email": "ivan@example.com", "name": "Ivan", "visit": "visit-of-ivan-0001"}
    answer = client.post(f"/o/{offer.slug}/checkout", data=form)
    assert (answer.status_code, answer.json) == (503, {"error": "Sold out. You haven’t been charged."})
    assert Order.select().count() == 1


def test_a_quantity_above_the_stock_asks_to_buy_fewer(offer: Offer, client: FlaskClient) -> None:
    form = {"email": "ivan@example.com", "name": "Ivan", "visit": "visit-of-ivan-0001", "quantity": "2"}
    answer = client.post(f"/o/{offer.slug}/checkout", data=form)
    assert answer.status_code == 503 and "Lower the quantity" in answer.json["error"]
    assert client.post(f"/o/{offer.slug}/checkout", data={**form, "quantity": "1"}).status_code == 200
