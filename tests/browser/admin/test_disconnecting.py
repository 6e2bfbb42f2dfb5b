"""Disconnecting an account with many open payments: the page follows the worker without being loaded again."""

from dataclasses import replace

from playwright.sync_api import expect

from storefront import payments, worker
from storefront.merchants.disconnection import FEW_PAYMENTS
from storefront.models import Offer
from tests.browser.actors import Owner
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.cast import MARKO

COUNT = FEW_PAYMENTS + 2


def test_the_page_shows_how_far_the_worker_is(owner: Owner, shop: Shop, stripe: SimulatedStripe) -> None:
    owner.connect(name="Studio")
    shop.make_offer("Studio", title="Evening")
    with shop.inside():
        for number in range(COUNT):
            payments.start_checkout(Offer.get(), replace(MARKO, visit=f"visit-number-{number}"))
    owner.page.evaluate("window.mark = 'still here'")
    stripe.simulator.add_fault("/v1/payment_intents/*", "error_before", method="GET", times=1000)
    owner.page.get_by_role("button", name="Disconnect").click()
    owner.page.get_by_role("button", name="Yes, disconnect").click()
    progress = owner.page.locator("#disconnecting")
    expect(progress).to_contain_text(f"Payments closed: 0 of {COUNT}")
    expect(owner.page.locator("#notice")).to_contain_text("“Studio” no longer accepts payments.")
    stripe.simulator.clear_faults()
    with shop.inside():
        worker.wake_for_disconnections()
    expect(owner.page.locator("#disconnected")).to_contain_text("Studio")
    expect(progress.locator("li")).to_have_count(0)
    assert owner.page.evaluate("window.mark") == "still here", "the page was reloaded"
