"""A subscription for the stories that begin with one, and what becomes of it at Stripe."""

from dataclasses import replace

from storefront.models import Invoice, Merchant, Subscription
from tests.browser.shop import Shop
from tests.browser.which_stripe import SimulatedStripe
from tests.buying import MARKO
from tests.factories import make_offer
from tests.processes import until
from tests.subscribing import subscribed


class Running:
    """Marko pays €19.99 again and again. What Stripe does here the shop hears from its events, as in real life."""

    def __init__(self, shop: Shop, stripe: SimulatedStripe, language: str = "en", **terms: object) -> None:
        self.shop = shop
        self.stripe = stripe
        shop.connect_merchant()
        with shop.inside():
            offer = make_offer(Merchant.get(), **{"kind": "recurring", **terms})
            row = subscribed(offer, stripe.simulator, buyer=replace(MARKO, language=language))
            self.title = offer.title
            self.stripe_id = row.subscription_id
            self.token = row.order.token

    def renew(self, card: str = "") -> None:
        """A period ends; its card `succeeds`, `declines`, `asks` from now on."""
        self.stripe.simulator.renew(self.stripe_id, card)

    def row(self) -> Subscription:
        """As the shop has it, without asking Stripe."""
        with self.shop.inside():
            return Subscription.get(Subscription.subscription_id == self.stripe_id)

    def invoices(self) -> list[Invoice]:
        """Newest first."""
        with self.shop.inside():
            return list(Invoice.of(Subscription.get(Subscription.subscription_id == self.stripe_id)))

    def waiting(self) -> Invoice:
        """The one that its customer can pay; inside the shop."""
        found = Invoice.waiting(Subscription.get(Subscription.subscription_id == self.stripe_id))
        assert found is not None
        return found

    def until_it_is(self, status: str) -> None:
        """Until the worker has written so."""
        until(lambda: self.row().status == status, f"a subscription that is {status}")

    def until_paid(self, times: int) -> None:
        """Until so many invoices are paid, as our rows say."""
        until(lambda: [one.status for one in self.invoices()].count("paid") == times, f"{times} paid invoices")
