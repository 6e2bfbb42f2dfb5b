"""A subscription for browser tests, and its events at Stripe."""

from dataclasses import replace

from storefront.models import Invoice, Merchant, Subscription
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.cast import MARKO
from tests.factories import make_offer
from tests.processes import until
from tests.subscription_steps import subscribe


class Running:
    """Marko's subscription of €19.99. The shop learns of changes at Stripe by webhook."""

    def __init__(self, shop: Shop, stripe: SimulatedStripe, language: str = "en", **terms: object) -> None:
        self.shop = shop
        self.stripe = stripe
        shop.connect_merchant()
        with shop.inside():
            offer = make_offer(Merchant.get(), **{"kind": "recurring", **terms})
            row = subscribe(offer, stripe.simulator, buyer=replace(MARKO, language=language))
            self.title = offer.title
            self.stripe_id = row.subscription_id
            self.token = row.order.token

    def renew(self, card: str = "") -> None:
        """Begin the next period; from now on the card `succeeds`, `declines` or `asks`."""
        self.stripe.simulator.renew(self.stripe_id, card)

    def row(self) -> Subscription:
        """The shop's row, without a request to Stripe."""
        with self.shop.inside():
            return Subscription.get(Subscription.subscription_id == self.stripe_id)

    def invoices(self) -> list[Invoice]:
        """The invoices, newest first."""
        with self.shop.inside():
            return list(Invoice.all_of(Subscription.get(Subscription.subscription_id == self.stripe_id)))

    def waiting(self) -> Invoice:
        """The invoice that the customer can pay. Call it inside the shop."""
        found = Invoice.newest_payable(Subscription.get(Subscription.subscription_id == self.stripe_id))
        assert found is not None
        return found

    def until_it_is(self, status: str) -> None:
        """Wait until the subscription has this status."""
        until(lambda: self.row().status == status, f"a subscription that is {status}")

    def until_paid(self, times: int) -> None:
        """Wait until this many invoices are paid in the database."""
        until(lambda: [one.status for one in self.invoices()].count("paid") == times, f"{times} paid invoices")
