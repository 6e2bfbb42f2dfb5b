"""The people and programs of a soak test. Each is a thread that acts until the end, whatever the shop answers."""

import random
import re
import threading
from collections import Counter
from collections.abc import Callable

import requests

from soak.shop import KEYS, SoakedShop
from storefront.models import Dispute, Payment, Subscription
from tests.cards import ASKS, DECLINED, GOOD, REFUND_PENDING, SAVES_THEN_DECLINES
from tests.factories import OWNER_EMAIL, PASSWORD
from tests.web_client import csrf_token

CARDS = [GOOD, GOOD, GOOD, GOOD, ASKS, ASKS, DECLINED, REFUND_PENDING, SAVES_THEN_DECLINES]
KINDS = ["once", "once", "once", "scarce", "monthly", "trial", "plan"]
PEOPLE = ["marko", "iryna", "lesia", "taras", "olha", "petro", "sofia", "danylo"]
ADMIN_PAGES = [
    "",
    "/orders",
    "/subscriptions",
    "/customers",
    "/emails",
    "/offers",
    "/documents",
    "/settings/audit",
    "/money",
]
PAY_LINK = re.compile(r"https?://[^/\s]+(/orders/[\w-]+/pay\?key=\S+)")


class Actor(threading.Thread):
    """Acts until `ended` is set, with a pause in between. `done` counts what worked, `failed` what did not."""

    pause = 0.5

    def __init__(self, shop: SoakedShop, seed: int, ended: threading.Event) -> None:
        super().__init__(daemon=True, name=f"{type(self).__name__}-{seed}")
        self.shop, self.ended = shop, ended
        self.random = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        # What must never happen, such as a 500.
        self.wrong: list[str] = []

    def run(self) -> None:
        while not self.ended.wait(self.pause * self.random.uniform(0.2, 1.8)):
            try:
                self.act()
            except requests.RequestException as error:
                self.failed[type(error).__name__] += 1

    def act(self) -> None:
        raise NotImplementedError

    def answered(self, what: str, answer: requests.Response, *expected: int) -> bool:
        """Count an answer; True if it is 2xx. 503 and 429 are answers of a shop in trouble."""
        if answer.ok:
            self.done[what] += 1
            return True
        self.failed[f"{what}: {answer.status_code}"] += 1
        if answer.status_code not in (429, 503, *expected):
            self.wrong.append(f"{what}: {answer.status_code} {answer.text[:300]!r}")
        return False

    def post(self, path: str, session: requests.Session | None = None, **form: str) -> requests.Response:
        address = f"198.51.{self.random.randrange(256)}.{self.random.randrange(1, 255)}"
        headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en", "X-Forwarded-For": address}
        return (session or requests).post(f"{self.shop.url}{path}", data=form, headers=headers, timeout=40)

    def get(self, path: str, session: requests.Session | None = None) -> requests.Response:
        return (session or requests).get(f"{self.shop.url}{path}", headers={"Accept-Language": "en"}, timeout=40)


class Buyer(Actor):
    """Opens an offer, pays with some card, comes back or not, changes their mind later."""

    def act(self) -> None:
        kind, person = self.random.choice(KINDS), self.random.choice(PEOPLE)
        self.answered("offer page", self.get(f"/o/{self.shop.offers[kind]}"))
        visit = f"visit-{self.random.getrandbits(64):x}"
        form = {"email": f"{person}@example.com", "name": person.title(), "visit": visit, "quantity": "1"}
        for _press in range(self.random.choice([1, 1, 1, 2])):
            # 409 and 422: sold out, or too many subscriptions of one person.
            pressed = self.post(f"/o/{self.shop.offers[kind]}/checkout", **form)
            if not self.answered("press Pay", pressed, 409, 422):
                return
        secret, order = pressed.json().get("client_secret"), pressed.json()["order"]
        if secret and self.random.random() < 0.9:
            self.shop.simulator.confirm(KEYS[0], secret, self.random.choice(CARDS))
            if self.random.random() < 0.9:
                outcome = self.random.choice(["authorize", "authorize", "authorize", "fail", "close"])
                self.shop.simulator.answer_challenge(secret, outcome)
        if self.random.random() < 0.8:
            self.answered("come back", self.get(f"/orders/{order}"))
        if self.random.random() < 0.12:
            self.answered("withdraw", self.post(f"/orders/{order}/withdraw", reason="It doesn’t fit."), 404, 409, 422)


class RenewalPayer(Actor):
    """Opens the newest links of emails about failed renewals, and pays with the saved card or another one."""

    pause = 1.5

    def __init__(self, shop: SoakedShop, seed: int, ended: threading.Event) -> None:
        super().__init__(shop, seed, ended)
        self._seen = 0

    def act(self) -> None:
        received = self.shop.mail_server.received
        new, self._seen = received[self._seen :], len(received)
        for message in new:
            body = message.get_body(("plain",))
            found = PAY_LINK.search(body.get_content()) if body else None
            if found and self.random.random() < 0.7:
                self._pay(found[1])

    def _pay(self, path: str) -> None:
        self.answered("pay page", self.get(path), 404, 410)
        pressed = self.post(path)
        if not self.answered("press Pay again", pressed, 403, 404, 409, 410, 422):
            return
        secret = pressed.json().get("client_secret") if "json" in pressed.headers["Content-Type"] else None
        if secret:
            self.shop.simulator.confirm(KEYS[0], secret, GOOD)
            self.shop.simulator.answer_challenge(secret, self.random.choice(["authorize", "authorize", "fail"]))


class Owner(Actor):
    """Looks at lists, refunds, and changes a price."""

    pause = 2.0

    def __init__(self, shop: SoakedShop, seed: int, ended: threading.Event) -> None:
        super().__init__(shop, seed, ended)
        self._browser: requests.Session | None = None

    def act(self) -> None:
        browser = self._signed_in()
        if browser is None:
            return
        page = self.get(f"/admin{self.random.choice(ADMIN_PAGES)}", browser)
        if "/admin/login" in page.url:
            self._browser = None
            return
        self.answered("admin page", page)
        if self.random.random() < 0.5:
            self._refund(browser)
        if self._browser is None and (browser := self._signed_in()) is not None:
            self._refund(browser)

    def _signed_in(self) -> requests.Session | None:
        if self._browser is None:
            browser = requests.Session()
            form = self.get("/admin/login", browser)
            if not form.ok:
                return None
            fields = {"email": OWNER_EMAIL, "password": PASSWORD, "csrf_token": csrf_token(form.text)}
            answer = self.post("/admin/login", browser, **fields)
            if not self.answered("sign in", answer):
                return None
            self._browser = browser
        return self._browser

    def _refund(self, browser: requests.Session) -> None:
        orders = re.findall(r'href="/admin/orders/([\w-]{16,})"', self.get("/admin/orders?status=paid", browser).text)
        if not orders:
            return
        order = self.random.choice(orders)
        form = self.get(f"/admin/orders/{order}/refunds/new", browser)
        key = re.search(r'name="key"[^>]* value="([^"]*)"', form.text)
        if not form.ok or not key:
            return
        fields = {"amount": self.random.choice(["5", "19.99"]), "reason": "requested_by_customer", "key": key[1]}
        answer = self.post(f"/admin/orders/{order}/refunds", browser, csrf_token=csrf_token(form.text), **fields)
        # 403: the password has to be typed again, because hours have passed. 422: more than is left.
        if not self.answered("refund", answer, 403, 409, 422) and answer.status_code == 403:
            self._browser = None


class Banks(Actor):
    """Periods end, cardholders dispute payments, and banks decide."""

    pause = 2.0

    def act(self) -> None:
        self.random.choice([self._renew, self._renew, self._renew, self._dispute, self._decide])()

    def _renew(self) -> None:
        with self.shop.at_its_time():
            found = list(
                Subscription.select().where(Subscription.status == "active", Subscription.subscription_id != "")
            )
            chosen = self.random.choice(found).subscription_id if found else None
        if chosen:
            self._control(f"subscriptions/{chosen}/renew", card=self.random.choice(["succeeds", "declines", "asks"]))

    def _dispute(self) -> None:
        with self.shop.at_its_time():
            found = list(Payment.select().where(Payment.status == "succeeded", Payment.amount > 0))
            chosen = self.random.choice(found).intent_id if found else None
        if chosen and self.random.random() < 0.5:
            self._control("disputes", payment_intent=chosen)

    def _decide(self) -> None:
        with self.shop.at_its_time():
            found = list(Dispute.select().where(Dispute.unfinished()))
            chosen = self.random.choice(found).payment.intent_id if found else None
        if chosen:
            stage = self.random.choice(["won", "lost"])
            self._control("disputes/stage", payment_intent=chosen, stage=stage)

    def _control(self, path: str, **body: object) -> None:
        answer = requests.post(f"{self.shop.simulator.url}/simulator/{path}", json=body, timeout=40)
        # A subscription that has ended meanwhile can't be renewed, nor a payment be disputed twice.
        what = "renewals at Stripe" if path.endswith("/renew") else path.replace("disputes/stage", "decided disputes")
        (self.done if answer.ok else self.failed)[what] += 1


ACTORS: list[Callable[[SoakedShop, int, threading.Event], Actor]] = [
    *(Buyer, Buyer, RenewalPayer),
    *(Owner, Owner),
    Banks,
]
