"""The crash points of a purchase bite on either database, and a purchase survives a crash at each of them."""

from collections.abc import Iterator
from typing import Any

import pytest

from storefront import db
from storefront.models import Order, Payment
from tests.cards import GOOD
from tests.money import payment_checks
from tests.money.in_process_shop import InProcessShop

FORM = {"email": "marko@example.com", "name": "Marko", "quantity": "1", "visit": "visit-of-marko-0001"}
ASKS, ANSWERED = "before post payment_intents", "after post payment_intents"
KEEPS, KEPT = 'before the commit of UPDATE "payment"', 'after the commit of UPDATE "payment"'


class Purchase:
    """A buyer in an empty shop. `points` lists the crash points that the last press reached."""

    def __init__(self, shop: InProcessShop) -> None:
        self.shop = shop
        self.points = shop.crash_injector.reached
        self.merchant, self.offer = shop.reset()

    def press(self) -> Any:
        """Press Pay; None if the shop crashed."""
        self.shop.crash_injector.clear()
        return self.shop.request("POST", f"/o/{self.offer.slug}/checkout", data=FORM)

    def pay(self) -> None:
        """Press Pay, confirm the payment, and return to the shop."""
        answer = self.press().json
        self.shop.confirm(self.merchant.publishable_key, answer["client_secret"], GOOD)
        self.shop.request("GET", f"/orders/{answer['order']}")

    def place(self, start: str) -> int:
        """The place of the first point that starts so."""
        return next(place for place, point in enumerate(self.points) if point.startswith(start))


@pytest.fixture
def purchase(shared_shop: InProcessShop) -> Iterator[Purchase]:
    yield Purchase(shared_shop)
    shared_shop.crash_injector.disarm()


def kept_intents() -> list[str]:
    with db.connection():
        return [payment.intent_id for payment in Payment.select() if payment.intent_id]


def test_a_press_reaches_a_point_before_and_after_each_request_and_commit(purchase: Purchase) -> None:
    assert purchase.press().status_code == 200
    before, after = purchase.points[::2], purchase.points[1::2]
    assert [point.replace("before", "after", 1) for point in before] == after
    commit = purchase.place("after the commit of COMMIT")
    assert commit < purchase.place(ASKS) < purchase.place(ANSWERED) < purchase.place(KEEPS) < purchase.place(KEPT)


def test_a_purchase_survives_a_crash_at_each_of_its_points(shared_shop: InProcessShop, purchase: Purchase) -> None:
    assert purchase.press().status_code == 200
    points, answered, kept = list(purchase.points), purchase.place(ANSWERED), purchase.place(KEPT)
    for place, point in enumerate(points):
        purchase.merchant, purchase.offer = shared_shop.reset()
        shared_shop.crash_injector.arm(place + 1)
        assert purchase.press() is None and shared_shop.crashes == [point]
        assert bool(kept_intents()) == (place >= kept), point
        made = len(shared_shop.ledger())
        assert made == (place >= answered), point
        purchase.pay()
        with db.connection():
            assert [order.status for order in Order.select()] == ["paid"], point
            assert payment_checks.after_reconcile(shared_shop.ledger()) == [], point
        assert [entry["amount_received"] for entry in shared_shop.ledger().values()] == [1999], point
