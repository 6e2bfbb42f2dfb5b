"""Everyday business of a shop over HTTP alone, and the names that Stripe is told meanwhile."""

import re
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient

from stripe_simulator import accounts
from tests.simulator_process import Simulator
from tests.web.admin_pages import connect, post
from tests.web_client import browser

GOOD_CARD = "4242424242424242"
# The key that Stripe's library makes up where the shop gives none: a UUID.
OF_THE_LIBRARY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")


@dataclass(frozen=True)
class Shop:
    """A shop with an admin who is signed in, and the Stripe simulator that it talks to."""

    app: Flask
    admin: FlaskClient
    simulator: Simulator

    def connect_merchant(self) -> str:
        """Connect Olena's test account. Return the merchant's public ID."""
        answer = connect(self.admin)
        assert answer.status_code == 303, answer.text
        return str(answer.location).rpartition("#merchant-")[2]

    def publish(self, slug: str, **fields: object) -> str:
        """Create a published offer of EUR 19.99, paid to the connected merchant. Return its address."""
        form: dict[str, object] = {
            "title": f"Offer {slug}",
            "slug": slug,
            "description": "Two *hours*",
            "price": "19.99",
            "currency": "EUR",
            "merchant": self._merchant_option(),
            "language": "en",
            "status": "published",
            "listed": "y",
            "max_quantity": "3",
        }
        answer = post(self.admin, "/admin/offers", **{**form, **fields})
        assert answer.status_code == 303, answer.text
        return f"/o/{slug}"

    def _merchant_option(self) -> str:
        page = self.admin.get("/admin/offers/new").text
        found = re.search(r'<select id="offer-merchant".*?<option value="([^"]+)"', page, re.DOTALL)
        assert found, "no merchant can be chosen"
        return found[1]

    def begin(self, offer: str, email: str = "marko@example.com") -> tuple[str, str]:
        """Start a checkout. Return the order's token and the client secret of its intent."""
        visit = re.sub(r"[^a-z]", "-", f"visit of {email} to {offer}".ljust(32))
        form = {"email": email, "name": "Marko", "quantity": "1", "visit": visit}
        answer = browser(self.app).post(f"{offer}/checkout", data=form)
        assert answer.status_code == 200 and answer.json, answer.text
        return answer.json["order"], answer.json["client_secret"]

    def buy(self, offer: str, email: str = "marko@example.com", card: str = GOOD_CARD) -> str:
        """Check out, pay and return to the order's page. Return the order's token."""
        order, secret = self.begin(offer, email)
        self.simulator.confirm(accounts.publishable_key(accounts.OLENA), secret, card)
        browser(self.app).get(f"/orders/{order}")
        return order

    def refund(self, order: str, amount: str) -> None:
        """Refund a part of a paid order."""
        fields = {"amount": amount, "reason": "requested_by_customer", "key": f"key-of-the-refund-of-{order}"[:60]}
        answer = post(self.admin, f"/admin/orders/{order}/refunds", **fields)
        assert answer.status_code == 303, answer.text

    def exchange(self) -> None:
        """Connect a merchant and meet every call that names something at Stripe: a sale, a refund, a plan, a card."""
        self.connect_merchant()
        evening = self.publish("evening", title="Watercolour evening")
        monthly = self.publish("letters", title="Weekly letters", kind="recurring")
        plan = self.publish("course", title="A course", kind="plan", instalments="3")
        self.refund(self.buy(evening), "5.00")
        self.buy(monthly)
        self.buy(plan)
        self.change_card()

    def change_card(self) -> None:
        """Begin to replace the saved card of the newest subscriber, by the link in their receipt."""
        email = self._first("/admin/emails?kind=receipt", r"/admin/emails/\d+")
        page = self._first(f"{email}/html", r"/my/[\w.-]+")
        subscription = self._first(page, r"/my/[\w.-]+/subscriptions/[\w-]+")
        answer = browser(self.app).post(f"{subscription}/card/setup")
        assert answer.status_code == 200, answer.text

    def _first(self, page: str, pattern: str) -> str:
        found = re.search(pattern, self.admin.get(page).text)
        assert found, f"{page} has no link to {pattern}"
        return found[0]

    def names_at_stripe(self) -> list[list[str]]:
        """Names the shop sent: [path, prefix of the idempotency key, metadata keys] of each kind of call, sorted.

        IDs are cut off paths and keys.
        """
        found = set()
        for request in self.simulator.logged_requests("/v1/", "POST"):
            key, metadata = request["idempotency_key"] or "", request["params"].get("metadata") or {}
            prefix = "" if OF_THE_LIBRARY.match(key) else key.partition("-")[0]
            # Confirmations come from the browser.
            if "use_stripe_sdk" not in request["params"] and (prefix or metadata):
                found.add(("/".join(request["path"].split("/")[:3]), prefix, " ".join(sorted(metadata))))
        return [list(row) for row in sorted(found)]
