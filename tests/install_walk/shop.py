"""A shop as its owner and its customers use it over HTTP, with the Stripe simulator beside it."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from stripe_simulator import accounts
from tests.install_walk.debian import HOST
from tests.processes import until

EMAIL, PASSWORD = "olena@example.com", "a long walk through bare rooms"
CARD = "4242424242424242"
STRIPE = "http://127.0.0.1:12111"
SETTINGS = {"STRIPE_API_BASE": STRIPE, "STRIPE_JS_URL": f"{STRIPE}/endive/stripe.js"}
# What a proxy with https says to a shop that is asked without one.
PROXIED = {
    "Host": HOST,
    "X-Forwarded-For": "203.0.113.5",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": HOST,
}
PATIENCE = 400  # seconds


@contextmanager
def running_simulator(certificates: Path | None = None) -> Iterator[None]:
    """A Stripe simulator at STRIPE. `certificates` is the authority of the shop's certificate, for webhooks."""
    environment = {**os.environ, **({"REQUESTS_CA_BUNDLE": str(certificates)} if certificates else {})}
    process = subprocess.Popen([sys.executable, "-m", "stripe_simulator", "--quiet"], env=environment)
    try:
        until(answers(lambda: requests.get(f"{STRIPE}/simulator/health", timeout=2)), "Stripe to answer", PATIENCE)
        yield
    finally:
        process.terminate()
        process.wait()


@dataclass
class Browser:
    """Keeps cookies by name. `certificates` is the authority of the shop's certificate, None without https."""

    address: str
    certificates: Path | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    def open(self, path: str, form: dict[str, str] | None = None) -> requests.Response:
        """GET the page, or POST the form. Redirects are not followed."""
        headers = {} if self.certificates else dict(PROXIED)
        headers |= {"Sec-Fetch-Site": "same-origin"}
        headers |= {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        answer = requests.request(
            "GET" if form is None else "POST",
            f"{self.address}{path}",
            data=form,
            headers=headers,
            allow_redirects=False,
            timeout=60,
            verify=str(self.certificates) if self.certificates else True,
        )
        self.cookies |= answer.cookies.get_dict()
        return answer

    def submit(self, page: str, target: str = "", **fields: str) -> None:
        """Fill in the form of a page. Raises AssertionError unless it is taken."""
        html = self.open(page).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
        assert token, f"{page} has no form: {html[:500]}"
        answer = self.open(target or page, {"csrf_token": token[1], **fields})
        assert answer.status_code == 303, f"{page}: {answer.status_code} {_problems(answer.text)}"


@dataclass
class WalkedShop:
    """A shop at an address. `certificates` as in Browser."""

    address: str
    certificates: Path | None = None

    def browser(self) -> Browser:
        """A browser without cookies."""
        return Browser(self.address, self.certificates)

    def wait(self) -> None:
        """Wait until it is ready to serve."""
        until(answers(lambda: self.browser().open("/readyz")), "the shop to answer", PATIENCE)

    def make_first_admin(self, log: str) -> None:
        """Choose email and password at the address that the start has logged."""
        found = re.search(rf"made at https://{re.escape(HOST)}(\S+)", log)
        assert found, log[-3000:]
        self.browser().submit(found[1], email=EMAIL, password=PASSWORD)

    def signed_in(self, email: str = EMAIL, password: str = PASSWORD) -> Browser:
        """The owner's browser after the sign-in page."""
        browser = self.browser()
        browser.submit("/admin/login", email=email, password=password)
        answer = browser.open("/admin")
        assert answer.status_code == 200, f"{answer.status_code} {answer.headers}"
        return browser

    def open_for_business(self) -> None:
        """Connect the simulator's account of Olena, and publish an offer."""
        admin = self.signed_in()
        keys = {
            "publishable_key": accounts.publishable_key(accounts.OLENA),
            "secret_key": accounts.secret_key(accounts.OLENA),
        }
        admin.submit("/admin/settings/payment-systems/stripe", name="Olena’s studio", **keys)
        page = admin.open("/admin/offers/new").text
        merchant = re.search(r'<select id="offer-merchant".*?<option value="([^"]+)"', page, re.DOTALL)
        assert merchant, "no payment system can be chosen"
        fields = {"title": "Evening", "slug": "evening", "description": "Two hours", "price": "19.99"}
        fields |= {"currency": "EUR", "merchant": merchant[1], "language": "en", "status": "published", "listed": "y"}
        admin.submit("/admin/offers/new", "/admin/offers", max_quantity="3", **fields)

    def sell(self) -> str:
        """Buy the first offer that is listed as a customer; the order's token."""
        home = self.browser().open("/").text
        offers = re.findall(r'href="(?:https://[^/"]+)?(/o/[^"?#]+)"', home)
        problems = [f"nothing is listed: {home[:500]}"]
        for offer in dict.fromkeys(offers):
            begun = self._press_pay(offer)
            if begun.status_code == 200 and begun.headers["Content-Type"].startswith("application/json"):
                _confirm(begun.json()["client_secret"])
                order = str(begun.json()["order"])
                self.require_paid(order)
                return order
            problems.append(f"{offer}: {begun.status_code} {_problems(begun.text)}")
        raise AssertionError("\n".join(problems))

    def require_paid(self, order: str) -> None:
        """Raise AssertionError unless the customer's page of the order says thank you."""
        self.browser().open(f"/orders/{order}")
        answer = self.browser().open(f"/orders/{order}/thank-you")
        assert answer.status_code == 200 and "Thank you" in answer.text, f"{answer.status_code} {answer.text[:3000]}"

    def _press_pay(self, offer: str) -> requests.Response:
        visit = f"visit-{time.time_ns()}".ljust(32, "x")
        form = {"email": "marko@example.com", "name": "Marko", "quantity": "1", "visit": visit}
        return self.browser().open(f"{offer}/checkout", form)


def answers(get: Callable[[], requests.Response]) -> Callable[[], bool]:
    """Whether a program that may not have started yet answers with 200."""

    def is_answered() -> bool:
        try:
            return get().status_code == 200
        except requests.RequestException:
            return False

    return is_answered


def _confirm(secret: str) -> None:
    """Pay with a card, as Stripe.js does."""
    intent = secret.split("_secret_")[0]
    card = {"number": CARD, "exp_month": "12", "exp_year": "2044", "cvc": "123"}
    form = {"client_secret": secret, "use_stripe_sdk": "true", "payment_method_data[type]": "card"}
    form |= {f"payment_method_data[card][{name}]": value for name, value in card.items()}
    kind = "setup_intents" if intent.startswith("seti_") else "payment_intents"
    headers = {"Authorization": f"Bearer {accounts.publishable_key(accounts.OLENA)}"}
    requests.post(f"{STRIPE}/v1/{kind}/{intent}/confirm", form, headers=headers, timeout=60).raise_for_status()


def _problems(html: str) -> str:
    """The errors at the fields of a page, else its beginning."""
    errors = re.findall(r'class="[^"]*error[^"]*"[^>]*>([^<]+)', html)
    return "; ".join(error.strip() for error in errors) or html[:1000]
