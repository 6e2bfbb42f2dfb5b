"""Switch plan in a browser: a dearer plan with 3-D Secure, and a cheaper one that is undone."""

import re
from dataclasses import replace

from playwright.sync_api import Page, expect

from storefront import emails
from storefront.models import Merchant, Offer, PriceOption, Subscription
from storefront.offers import OptionFields
from storefront.pricing import Choice
from tests.browser.actors import Buyer
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.cards import ASKS
from tests.cast import MARKO
from tests.factories import make_offer
from tests.processes import until
from tests.subscription_steps import subscribe

PRO = OptionFields("options-0", "Pro", "30.00", kind="recurring")


def _plans(merchant: Merchant) -> Offer:
    return make_offer(
        merchant, "10.00", title="Course", kind="recurring", option_label="Basic", options=(PRO,), plan_switching=True
    )


def _price(shop: Shop) -> int:
    with shop.inside():
        return int(Subscription.get().unit_amount)


def test_a_customer_upgrades_with_3d_secure_then_downgrades_and_undoes_it(
    shop: Shop, stripe: SimulatedStripe, page: Page
) -> None:
    shop.connect_merchant()
    with shop.inside():
        basic = PriceOption.of_offer(_plans(Merchant.get()))[0]
        subscribe(Offer.get(), stripe.simulator, ASKS, buyer=replace(MARKO, choice=Choice(option=basic.id)))
        account = f"{shop.url}/my/{emails.make_account_token('marko@example.com')}?lang=en"
    page.goto(account)
    page.get_by_role("link", name="Switch plan").click()
    expect(page.get_by_text("Due today")).to_be_visible()
    page.get_by_role("button", name="Switch plan").click()
    expect(page).to_have_url(re.compile("/orders/.+/pay"))
    expect(page.get_by_text("Your bank asks you to confirm this payment.")).to_be_visible()
    page.get_by_role("button", name="Confirm").click()
    Buyer(page).answer_challenge("authorize")
    until(lambda: _price(shop) == 3000, "the dearer plan")
    # In a new tab: the first one is still on its way to the page after the payment.
    page = page.context.new_page()
    page.goto(account)
    page.get_by_role("link", name="Switch plan").click()
    page.get_by_role("button", name="Switch plan").click()
    expect(page.get_by_role("status").filter(has_text="Plan switch scheduled")).to_be_visible()
    expect(page.get_by_text("Switches to Basic on")).to_be_visible()
    page.get_by_role("button", name="Keep current plan").click()
    expect(page.get_by_role("status").filter(has_text="Your plan stays the same")).to_be_visible()
    expect(page.get_by_role("link", name="Switch plan")).to_be_visible()
    assert _price(shop) == 3000
