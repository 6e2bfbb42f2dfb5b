"""3-D Secure of banks that redirect: Stripe.js leaves the page and comes back to the `return_url`."""

import re

import pytest
from playwright.sync_api import Page, expect

from stripe_simulator import accounts
from tests.browser.actors import Buyer
from tests.browser.mailbox import Mailbox
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import CARD_FRAMES, SimulatedStripe
from tests.browser.subscription_shop import Running
from tests.cards import ASKS, GOOD

UNPAID = "Payment not completed. You haven’t been charged."


@pytest.fixture
def stripe(chosen_stripe: SimulatedStripe, shop: Shop) -> SimulatedStripe:
    """A Stripe whose 3-D Secure checks redirect."""
    chosen_stripe.simulator.change_account(accounts.OLENA.id, redirects=True)
    return chosen_stripe


def answer_on_banks_page(page: Page, outcome: str) -> None:
    page.wait_for_url("**/simulator/challenge/**")
    page.locator(f"#test-source-{outcome}-3ds").click()


def assert_no_secret_is_left(page: Page, shop: Shop) -> None:
    """The shop's address has no client secret, neither now nor after Back; nor has its log."""
    assert "secret" not in page.url and "redirect_status" not in page.url
    assert "_secret_" not in page.content()
    assert "_secret_" not in shop.log.read_text()


def test_an_order_is_paid_after_a_redirect(buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe) -> None:
    buyer.pay(address, ASKS)
    answer_on_banks_page(buyer.page, "fail")
    expect(buyer.page.get_by_text(UNPAID)).to_be_visible()
    expect(buyer.page.get_by_text("couldn’t verify the payment")).to_be_visible()
    assert_no_secret_is_left(buyer.page, shop)
    buyer.page.get_by_role("link", name="Try again").click()
    buyer.type_card(ASKS)
    buyer.press_pay()
    answer_on_banks_page(buyer.page, "authorize")
    buyer.expect_thank_you_page()
    assert_no_secret_is_left(buyer.page, shop)
    assert stripe.paid() == [1999] and len(shop.payments()) == 1


def test_a_trial_starts_after_a_redirect(buyer: Buyer, shop: Shop, stripe: SimulatedStripe) -> None:
    buyer.pay(shop.make_offer(shop.connect_merchant(), kind="recurring", trial_days=14), ASKS)
    answer_on_banks_page(buyer.page, "authorize")
    buyer.expect_thank_you_page()
    expect(buyer.page.get_by_text("Free until")).to_be_visible()
    assert_no_secret_is_left(buyer.page, shop)


def test_a_renewal_is_confirmed_after_a_redirect(
    buyer: Buyer, shop: Shop, stripe: SimulatedStripe, mailbox: Mailbox
) -> None:
    running = Running(shop, stripe)
    running.renew("asks")
    buyer.page.goto(mailbox.link("Action needed", running.title))
    buyer.press_pay()
    answer_on_banks_page(buyer.page, "authorize")
    buyer.expect_thank_you_page()
    assert_no_secret_is_left(buyer.page, shop)
    # Stripe's event may be handled at the same time.
    running.until_it_is("active")
    assert stripe.paid() == [1999, 1999]


def test_a_card_is_changed_after_a_redirect(
    buyer: Buyer, shop: Shop, stripe: SimulatedStripe, mailbox: Mailbox
) -> None:
    running = Running(shop, stripe)
    buyer.page.goto(mailbox.link("Receipt", running.title))
    buyer.page.get_by_role("link", name="Update card").click()
    for outcome in ("fail", "authorize"):
        buyer.type_card(ASKS)
        buyer.page.get_by_role("button", name="Save card").click()
        answer_on_banks_page(buyer.page, outcome)
        if outcome == "fail":
            expect(buyer.alert).to_contain_text("couldn’t verify the payment")
            assert_no_secret_is_left(buyer.page, shop)
            assert "seti_" not in buyer.page.url
    expect(buyer.page.get_by_text("Visa •••• 3184").first).to_be_visible()
    expect(buyer.page).to_have_url(re.compile(r"/my/[^/]+\?done=card"))
    assert running.row().card_last4 == "3184"


def test_the_card_field_offers_no_other_wallet(buyer: Buyer, address: str) -> None:
    buyer.open(address)
    expect(buyer.page.frame_locator(CARD_FRAMES["cardnumber"]).locator("#link")).to_have_count(0)
    buyer.fill_contact()
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
