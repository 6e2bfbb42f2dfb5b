"""The buyer and the owner of an in-process shop."""

import re
from dataclasses import dataclass

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import db, emails
from storefront.models import Admin, Email, Invoice, Offer, Order, Subscription
from tests.cards import GOOD
from tests.factories import OWNER_EMAIL, PASSWORD, make_owner
from tests.money.in_process_shop import InProcessShop
from tests.web_client import browser, csrf_token


@dataclass
class Marko:
    """A buyer with one visit key. `token` and `secret` belong to the order he has started."""

    shop: InProcessShop
    offer: Offer
    visit: str = "visit-of-marko-0001"
    token: str = ""
    secret: str = ""

    def start_checkout(self, address: str = "192.0.2.7", **changes: str | list[str]) -> TestResponse:
        """Press Pay on the offer's page."""
        return self._keep(self._post(f"/o/{self.offer.slug}/checkout", self.form(**changes), address))

    def form(self, **changes: str | list[str]) -> dict[str, str | list[str]]:
        return {"email": "marko@example.com", "name": "Marko", "visit": self.visit, "quantity": "1", **changes}

    def retry_payment(self) -> TestResponse:
        """Press Pay on the order's page."""
        return self._keep(self._post(f"/orders/{self.token}/pay", {"email": "marko@example.com", "name": "Marko"}))

    def confirm_card(self, card: str) -> TestResponse:
        """Confirm the intent with this card (a number, or the ID of a saved card), as Stripe.js does."""
        merchant = self.order.merchant
        return self.shop.confirm(merchant.publishable_key, self.secret, card)

    def answer_challenge(self, outcome: str) -> TestResponse:
        intent = self.secret.split("_secret_")[0]
        return self.shop.control(f"challenge/{intent}", client_secret=self.secret, outcome=outcome)

    def open_order(self) -> TestResponse:
        """Open the order's page and follow redirects."""
        return self.open(f"/orders/{self.token}")

    def buy(self, card: str = GOOD) -> Order:
        """All steps up to a paid order."""
        self.start_checkout()
        self.confirm_card(card)
        self.open_order()
        assert self.order.status == "paid"
        return self.order

    def subscribe(self, card: str = GOOD) -> Subscription:
        """All steps up to an active subscription or a trial; 3-D Secure is passed if asked for."""
        self.start_checkout()
        self.confirm_card(card)
        self.answer_challenge("authorize")
        self.open_order()
        assert self.order.status == "paid"
        return self.subscription

    def renew(self, card: str = "") -> Invoice:
        """Begin the next period and deliver its webhooks; from now on the card `succeeds`, `declines` or `asks`."""
        self.end_period(card)
        self.shop.deliver_webhooks()
        self.shop.run_worker()
        with db.connection():
            return Invoice.all_of(self.subscription)[0]

    def end_period(self, card: str = "") -> None:
        """Begin the next period at Stripe without delivering webhooks."""
        more = {"card": card} if card else {}
        answer = self.shop.control(f"subscriptions/{self.subscription.subscription_id}/renew", **more)
        assert answer.status_code == 200, answer.text

    def open_email_link(self, kind: str) -> TestResponse:
        """Open the link in the newest email of this kind."""
        return self.open(self.link(kind))

    def link(self, kind: str) -> str:
        with db.connection():
            of_kind = (Email.kind == kind) & (Email.order == self.order) & (Email.text != "")
            letter = Email.select().where(of_kind).order_by(Email.id.desc()).get()
        found = re.search(r"https?://[^/\s]+(/\S+)", letter.text)
        assert found, letter.text
        return found[1]

    def pay_from_email(self, kind: str, card: str = "", outcome: str = "authorize") -> TestResponse:
        """Press the button on the page behind the email's link, with the saved card or with `card`."""
        answer = self._keep(self._post(self.link(kind), {}))
        self.confirm_card(card or self.subscription.card_id)
        self.answer_challenge(outcome)
        return answer

    @property
    def subscription(self) -> Subscription:
        """The order's current subscription."""
        with db.connection():
            found = Subscription.current(self.order)
            assert found is not None
            return found

    @property
    def page(self) -> str:
        """The path of the customer's page."""
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

    def open(self, path: str) -> TestResponse:
        """Open a page and follow redirects."""
        answer = self.shop.request("GET", path, follow_redirects=True)
        assert answer is not None
        return answer

    def _post(self, path: str, form: dict[str, str], address: str = "192.0.2.7") -> TestResponse:
        answer = self.shop.request("POST", path, data=form, environ_base={"REMOTE_ADDR": address})
        assert answer is not None
        return answer

    def _keep(self, answer: TestResponse) -> TestResponse:
        if answer.status_code == 200:
            body = dict(answer.json or {})
            self.token, self.secret = str(body["order"]), str(body.get("client_secret", self.secret))
        return answer


def signed_in_owner(shop: InProcessShop) -> FlaskClient:
    """The owner's browser, signed in."""
    with db.connection():
        if not Admin.select().where(Admin.email == OWNER_EMAIL).exists():
            make_owner()
    client = browser(shop.app)
    token = csrf_token(client.get("/admin/login").text)
    form = {"email": OWNER_EMAIL, "password": PASSWORD, "csrf_token": token}
    assert client.post("/admin/login", data=form).status_code in (302, 303)
    return client
