"""Subscriptions in every state."""

from collections.abc import Iterator

from storefront.models import (
    Merchant,
    Offer,
    Subscription,
)
from storefront.subscriptions import cancel
from stripe_simulator import accounts
from tests.browser.every_page.orders import again
from tests.cards import ASKS, GOOD
from tests.purchase_steps import start_checkout
from tests.simulator_process import Simulator
from tests.subscription_steps import reload, renew, subscribe, subscription_after_refresh


def make_subscriptions(offers: dict[str, Offer], simulator: Simulator) -> Iterator[tuple[str, Subscription]]:
    box = offers["recurring"]
    yield "trial", subscribe(offers["trial"], simulator, buyer=again("trial"))
    yield "plan", subscribe(offers["plan"], simulator, buyer=again("plan"))
    yield "switchable", subscribe(offers["plans"], simulator, buyer=again("switchable"))
    active = subscribe(box, simulator, buyer=again("active"))
    for _period in range(4):
        renew(active, simulator)
    yield "active", active
    asked = subscribe(box, simulator, ASKS, again("asked"))
    renew(asked, simulator)
    yield "asked", asked
    yield "asked with Link", _paid_by_link(box, simulator)
    declined = subscribe(box, simulator, buyer=again("declined"))
    renew(declined, simulator, "declines")
    yield "declined", declined
    for name, at_once in (("ending", False), ("ended", True)):
        subscription = subscribe(box, simulator, buyer=again(name))
        cancel(subscription, immediately=at_once, by="owner")
        yield name, subscription


def _paid_by_link(offer: Offer, simulator: Simulator) -> Subscription:
    """A subscription whose renewal the bank asks about in Link. No other page has wallets."""
    _offer_wallets(simulator, "link")
    started = start_checkout(offer, again("link"))
    simulator.confirm(offer.merchant.publishable_key, started.client_secret or "", GOOD, "link")
    subscription = subscription_after_refresh(started.order)
    renew(subscription, simulator, "asks")
    _offer_wallets(simulator)
    return reload(subscription)


def _offer_wallets(simulator: Simulator, *names: str) -> None:
    simulator.change_account(accounts.OLENA.id, wallets=list(names))
    Merchant.update(wallets=" ".join(names)).where(Merchant.stripe_account_id == accounts.OLENA.id).execute()
