"""A merchant with hundreds of open payments is disconnected while other merchants' customers pay."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from storefront import db, stripe_gateway
from storefront.models import Merchant, Offer, Order, Payment
from storefront.worker import tasks
from stripe_simulator import accounts
from tests import databases
from tests.cards import GOOD
from tests.deployment.shop_processes import Shop, form_value, ledger_of
from tests.factories import connect_merchant, make_offer, make_owner
from tests.processes import until
from tests.simulator_process import Simulator

OPEN_PAYMENTS = 300
STRIPE = "/admin/settings/payment-systems/stripe"


@pytest.fixture(params=databases.BOTH)
def shop(request: pytest.FixtureRequest, simulator: Simulator, tmp_path: Path) -> Iterator[Shop]:
    """A shop whose pages are served by another process. The test itself is its worker."""
    environment = {"STRIPE_API_BASE": simulator.url, "STRIPE_JS_URL": simulator.js_url}
    if request.param == "postgresql":
        environment["DATABASE_URL"] = request.getfixturevalue("empty_postgres")
    shop = Shop(tmp_path, **environment)
    with shop.inside():
        make_owner()
        make_offer(connect_merchant(), slug="evening")
        make_offer(connect_merchant(accounts.TARAS), currency="USD", slug="poster")
    shop.start_missing("web")
    yield shop
    shop.kill()


def begin_payments(offer: Offer) -> list[str]:
    """Orders whose customers have not paid; the client secrets of their intents."""
    secrets = []
    terms = {"unit_amount": offer.amount, "amount": offer.amount, "currency": offer.currency, "quantity": 1}
    buyer = {"email": "marko@example.com", "name": "Marko", "language": "en"}
    for number in range(OPEN_PAYMENTS):
        merchant = offer.merchant
        order = Order.create(
            offer=offer, merchant=merchant, visit_key=f"v{number}", title=offer.title, **terms, **buyer
        )
        payment = Payment.create(order=order, merchant=merchant, amount=order.amount, currency=order.currency)
        intent = stripe_gateway.create_payment_intent(payment, order)
        Payment.update(intent_id=intent.id, status=intent.status).where(Payment.id == payment.id).execute()
        secrets.append(intent.client_secret)
    return secrets


@dataclass
class Customers:
    """They buy the other merchant's poster, look at their orders, and pay some of the open payments."""

    shop: Shop
    simulator: Simulator
    secrets: list[str]
    tokens: list[str]

    def __post_init__(self) -> None:
        self.ended = threading.Event()
        self.answers: list[int] = []
        self.paid: set[str] = set()

    def buy(self) -> None:
        key = accounts.publishable_key(accounts.TARAS)
        for number in range(15):
            form = {"email": "ivan@example.com", "name": "Ivan", "quantity": "1", "visit": f"visit-of-ivan-{number:04}"}
            pressed = self.shop.post("/o/poster/checkout", **form)
            self.answers.append(pressed.status_code)
            self.simulator.confirm(key, pressed.json()["client_secret"], GOOD)
            self.answers.append(
                requests.get(f"{self.shop.url}/orders/{pressed.json()['order']}", timeout=60).status_code
            )

    def pay_and_look(self) -> None:
        key, number = accounts.publishable_key(accounts.OLENA), OPEN_PAYMENTS
        while not self.ended.is_set() and number:
            number -= 1
            if not number % 20 and self.simulator.confirm(key, self.secrets[number], GOOD).ok:
                self.paid.add(self.secrets[number].split("_secret_")[0])
            answer = requests.get(f"{self.shop.url}/orders/{self.tokens[number]}", timeout=60)
            self.answers.append(answer.status_code)


def test_hundreds_of_open_payments_are_closed_and_nobody_sees_an_error(shop: Shop, simulator: Simulator) -> None:
    owner = shop.signed_in()
    with shop.inside():
        merchant = Merchant.get(Merchant.publishable_key == accounts.publishable_key(accounts.OLENA))
        secrets = begin_payments(Offer.get(Offer.slug == "evening"))
        customers = Customers(shop, simulator, secrets, [order.token for order in Order.select().order_by(Order.id)])
        address = f"{STRIPE}/{merchant.public_id}/disconnection"
        token = form_value(owner.get(f"{shop.url}{address}", timeout=60).text, "csrf_token")
        with ThreadPoolExecutor(2) as threads:
            running: list[Future[None]] = [threads.submit(customers.buy), threads.submit(customers.pay_and_look)]
            until(lambda: len(customers.answers) > 4, "customers to begin")
            pressed = shop.post(address, owner, csrf_token=token)
            assert pressed.status_code == 200 and "no longer accepts payments" in pressed.text
            assert f"of {OPEN_PAYMENTS}" in pressed.text or "Payments closed" in pressed.text
            while Merchant.get_by_id(merchant.id).is_connected:
                tasks.continue_disconnections()
            customers.ended.set()
            for one in running:
                one.result(60)
        assert set(customers.answers) == {200}
        merchant = Merchant.get_by_id(merchant.id)
        assert (merchant.payments_left_open, merchant.secret_key_encrypted) == (0, None)
        at_stripe = ledger_of(simulator)
        mine = {secret.split("_secret_")[0] for secret in secrets}
        assert customers.paid and {at_stripe[id_]["status"] for id_ in customers.paid} == {"succeeded"}
        left = {one.status for one in Payment.select().where(Payment.merchant == merchant)}
        assert left == {"succeeded", "canceled"}
        succeeded = Payment.select().where(Payment.merchant == merchant, Payment.status == "succeeded")
        assert {payment.intent_id for payment in succeeded} == customers.paid
        assert all(at_stripe[id_]["status"] == "canceled" for id_ in mine - customers.paid)
        assert Order.select().where(Order.status == "paid").count() == len(customers.paid) + 15
        assert db.db.obj.in_transaction() is False
        assert requests.get(f"{shop.url}{STRIPE}", cookies=owner.cookies, timeout=60).status_code == 200
