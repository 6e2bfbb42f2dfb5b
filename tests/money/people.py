"""Who acts in the short stories, on a stage: Marko buys, Olena owns the shop, her account is at Stripe."""

import re
from dataclasses import dataclass

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import db, emails
from storefront.models import Admin, Email, Invoice, Offer, Order, Subscription
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
        return self._keep(self._post(f"/o/{self.offer.slug}/checkout", self.form(**changes), address))

    def form(self, **changes: str) -> dict[str, str]:
        return {"email": "marko@example.com", "name": "Marko", "visit": self.visit, "quantity": "1", **changes}

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
        return self.opens(f"/orders/{self.token}")

    def buys(self, card: str = GOOD) -> Order:
        """An order that is paid, and known to be."""
        self.presses()
        self.types(card)
        self.comes_back()
        assert self.order.status == "paid"
        return self.order

    def subscribes(self, card: str = GOOD) -> Subscription:
        """A subscription that has begun; the bank's check is passed where there is one."""
        self.presses()
        self.types(card)
        self.answers_the_bank("authorize")
        self.comes_back()
        assert self.order.status == "paid"
        return self.subscription

    def meets_a_renewal(self, card: str = "") -> Invoice:
        """The next period begins now, and is told of; the card `succeeds`, `declines` or `asks` from now on."""
        self.ends_a_period(card)
        self.stage.deliver()
        self.stage.work()
        with db.connection():
            return Invoice.of(self.subscription)[0]

    def ends_a_period(self, card: str = "") -> None:
        """The same, and nobody has heard of it yet."""
        more = {"card": card} if card else {}
        answer = self.stage.steer(f"subscriptions/{self.subscription.subscription_id}/renew", **more)
        assert answer.status_code == 200, answer.text

    def opens_the_letter(self, kind: str) -> TestResponse:
        """Where the link of the newest letter of this kind leads."""
        return self.opens(self.link(kind))

    def link(self, kind: str) -> str:
        with db.connection():
            of_kind = (Email.kind == kind) & (Email.order == self.order) & (Email.text != "")
            letter = Email.select().where(of_kind).order_by(Email.id.desc()).get()
        found = re.search(r"https?://[^/\s]+(/\S+)", letter.text)
        assert found, letter.text
        return found[1]

    def pays_by_letter(self, kind: str, card: str = "", outcome: str = "authorize") -> TestResponse:
        """One press on the page of that letter: with the saved card, or one that is typed there."""
        answer = self._keep(self._post(self.link(kind), {}))
        self.types(card or self.subscription.card_id)
        self.answers_the_bank(outcome)
        return answer

    @property
    def subscription(self) -> Subscription:
        """The order's present one."""
        with db.connection():
            found = Subscription.current(self.order)
            assert found is not None
            return found

    @property
    def page(self) -> str:
        """The address of the customer's own page."""
        with db.connection():
            return f"/my/{emails.make_account_token(self.order.email)}"

    @property
    def order(self) -> Order:
        with db.connection():
            order = Order.by_token(self.token)
            assert order is not None
            return order

    @property
    def intent(self) -> str:
        return self.secret.split("_secret_")[0]

    def opens(self, path: str) -> TestResponse:
        """A page, or wherever it leads."""
        answer = self.stage.ask("GET", path, follow_redirects=True)
        assert answer is not None
        return answer

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
