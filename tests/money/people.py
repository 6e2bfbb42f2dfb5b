"""Who acts in the short stories, on a stage: Marko buys, Olena owns the shop, her account is at Stripe."""

from dataclasses import dataclass

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import db
from storefront.models import Admin, Offer, Order
from tests.conftest import PASSWORD, browser, csrf_token
from tests.money.stage import Stage

GOOD, DECLINED, ASKS, SLOW_BANK = "4242424242424242", "4000000000000002", "4000002760003184", "4000009990000104"


@dataclass
class Marko:
    """A buyer in one visit; `token` and `secret` are of the order he has begun."""

    stage: Stage
    offer: Offer
    visit: str = "visit-of-marko-0001"
    token: str = ""
    secret: str = ""

    def presses(self, address: str = "192.0.2.7", **changes: str) -> TestResponse:
        """Pay, on the offer's page."""
        form = {"email": "marko@example.com", "name": "Marko", "visit": self.visit, "quantity": "1", **changes}
        return self._keep(self._post(f"/o/{self.offer.slug}/checkout", form, address))

    def presses_again(self) -> TestResponse:
        """Pay, on the order's own page."""
        return self._keep(self._post(f"/orders/{self.token}/pay", {"email": "marko@example.com", "name": "Marko"}))

    def types(self, card: str) -> TestResponse:
        """A card, and Stripe.js confirms with it."""
        merchant = self.order.merchant
        return self.stage.confirm(merchant.publishable_key, self.secret, card)

    def answers_the_bank(self, outcome: str) -> TestResponse:
        intent = self.secret.split("_secret_")[0]
        return self.stage.steer(f"challenge/{intent}", client_secret=self.secret, outcome=outcome)

    def comes_back(self) -> TestResponse:
        """The order's page, or wherever it leads."""
        answer = self.stage.ask("GET", f"/orders/{self.token}", follow_redirects=True)
        assert answer is not None
        return answer

    def buys(self, card: str = GOOD) -> Order:
        """An order that is paid, and known to be."""
        self.presses()
        self.types(card)
        self.comes_back()
        assert self.order.status == "paid"
        return self.order

    @property
    def order(self) -> Order:
        with db.connection():
            order = Order.by_token(self.token)
            assert order is not None
            return order

    @property
    def intent(self) -> str:
        return self.secret.split("_secret_")[0]

    def _post(self, path: str, form: dict[str, str], address: str = "192.0.2.7") -> TestResponse:
        answer = self.stage.ask("POST", path, data=form, environ_base={"REMOTE_ADDR": address})
        assert answer is not None
        return answer

    def _keep(self, answer: TestResponse) -> TestResponse:
        if answer.status_code == 200:
            body = dict(answer.json or {})
            self.token, self.secret = str(body["order"]), str(body.get("client_secret", self.secret))
        return answer


def olena(stage: Stage) -> FlaskClient:
    """The owner's browser, signed in."""
    with db.connection():
        Admin.set_password("olena@example.com", PASSWORD)
    client = browser(stage.app)
    token = csrf_token(client.get("/admin/login").text)
    form = {"email": "olena@example.com", "password": PASSWORD, "csrf_token": token}
    assert client.post("/admin/login", data=form).status_code in (302, 303)
    return client
