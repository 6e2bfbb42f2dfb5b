"""A buyer's own page: in by a letter, another card with the bank's check, cancelling and going on, another address."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_playwright import CreateContextCallback

from storefront import emails, subscriptions
from storefront.models import Email, Invoice, Merchant, Subscription
from tests.browser.people import Buyer
from tests.browser.screens import SCREENS, on_both_screens
from tests.browser.shop import Shop
from tests.browser.which_stripe import SimulatedStripe
from tests.factories import make_offer
from tests.processes import until
from tests.subscribing import renewed, subscribed

GOOD, OTHER, ASKS, DECLINED = "4242424242424242", "5555555555554444", "4000002760003184", "4000000000000002"


class Home:
    """Marko's own page, and what he has subscribed to."""

    def __init__(self, shop: Shop, stripe: SimulatedStripe) -> None:
        self.shop = shop
        self.stripe = stripe
        shop.connect_merchant()
        with shop.inside():
            offer = make_offer(Merchant.get(), kind="recurring", title="Weekly letters")
            self.public_id = subscribed(offer, stripe.simulator).public_id
            self.address = f"{shop.url}/my/{emails.make_account_token('marko@example.com')}"

    @property
    def card_page(self) -> str:
        return f"{self.address}/subscriptions/{self.public_id}/card"

    def renew(self, card: str) -> None:
        """A period ends; its card `succeeds`, `declines`, `asks`."""
        with self.shop.inside():
            renewed(Subscription.get(), self.stripe.simulator, card)

    def subscription(self) -> Subscription:
        """As Stripe says it now."""
        with self.shop.inside():
            subscription = Subscription.get()
            subscriptions.refresh(subscription)
            return Subscription.get()

    def newest_invoice(self) -> Invoice:
        with self.shop.inside():
            return Invoice.of(Subscription.get())[0]

    def link_sent(self, kind: str) -> str:
        """The address in the newest letter of this kind, once the worker has posted it."""
        until(lambda: self._letter(kind), f"a letter {kind}")
        found = re.search(r"http://\S+/my/\S+", self._letter(kind))
        assert found
        return found[0]

    def _letter(self, kind: str) -> str:
        with self.shop.inside():
            letter = Email.select().where(Email.kind == kind, Email.state == "sent").order_by(Email.id.desc()).first()
            return letter.text if letter else ""


@pytest.fixture
def home(shop: Shop, stripe: SimulatedStripe) -> Home:
    return Home(shop, stripe)


def save_card(buyer: Buyer, number: str) -> None:
    buyer.type_card(number)
    buyer.page.get_by_role("button", name="Save this card").click()


def says(page: Page, words: str) -> None:
    """The page's notice, and nothing beside the screen."""
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible(timeout=15_000)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@on_both_screens
def test_from_the_shop_window_by_a_letter_to_the_own_page_and_its_receipt(
    buyer: Buyer, home: Home, shop: Shop, screen: str
) -> None:
    page = buyer.page
    page.goto(shop.url)
    page.get_by_role("link", name="All your orders and subscriptions").click()
    page.get_by_label("Email").fill("marko@")
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("alert")).to_have_text("This doesn’t look like an email address. Please check it.")
    page.get_by_label("Email").fill("marko@example.com")
    page.get_by_role("button", name="Send me the link").click()
    says(page, "a letter with the link is on its way")
    page.goto(home.link_sent("buyer_link"))
    expect(page.get_by_role("heading", name="Weekly letters")).to_be_visible()
    page.get_by_text("Receipts").click()
    page.locator(".receipts a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Receipt")
    expect(page.locator(".receipt .sum")).to_contain_text("€19.99")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Back to your page")).to_be_hidden()


@on_both_screens
def test_another_card_whose_bank_checks_it(buyer: Buyer, home: Home, screen: str) -> None:
    buyer.open(home.card_page)
    save_card(buyer, ASKS)
    buyer.answer_the_bank("fail")
    expect(buyer.alert).to_contain_text("Your bank could not confirm that it is you.", timeout=15_000)
    expect(buyer.alert).to_contain_text("The card was not changed.")
    expect(buyer.alert).to_be_focused()
    assert home.subscription().card_last4 == "4242"
    buyer.page.get_by_role("button", name="Save this card").click()
    buyer.answer_the_bank("authorize")
    says(buyer.page, "Your new card is saved. It is charged from now on.")
    expect(buyer.page.get_by_text("Visa •••• 3184")).to_be_visible()
    assert home.subscription().card_last4 == "3184"


def test_a_declined_card_and_an_empty_field_are_told_and_the_next_card_is_taken(buyer: Buyer, home: Home) -> None:
    buyer.open(home.card_page)
    save = buyer.page.get_by_role("button", name="Save this card")
    save.click()
    expect(buyer.alert).to_have_text("Please type your card’s number, expiry date and security code.")
    save_card(buyer, DECLINED)
    expect(buyer.alert).to_contain_text("Your bank declined this card.", timeout=15_000)
    expect(buyer.alert).to_contain_text("The card was not changed.")
    save_card(buyer, OTHER)
    says(buyer.page, "Your new card is saved.")
    assert home.subscription().card_last4 == "4444"


@on_both_screens
def test_a_declined_renewal_is_settled_by_another_card(buyer: Buyer, home: Home, screen: str) -> None:
    home.renew("declines")
    buyer.page.goto(home.address)
    expect(buyer.page.get_by_text("€19.99 could not be charged.")).to_be_visible()
    buyer.page.get_by_role("link", name="Change the card").click()
    expect(buyer.page.get_by_text("€19.99 is open: it is charged to the new card at once.")).to_be_visible()
    buyer.card_field("cardnumber").wait_for()
    save_card(buyer, OTHER)
    # By this press, or already by Stripe's event that the card is kept.
    says(buyer.page, "Your new card is saved")
    expect(buyer.page.get_by_text("All is paid.")).to_be_visible()
    assert (home.subscription().status, home.newest_invoice().status) == ("active", "paid")


def test_a_new_card_whose_bank_asks_at_every_charge_leads_on_to_confirming(buyer: Buyer, home: Home) -> None:
    home.renew("declines")
    buyer.open(home.card_page)
    save_card(buyer, ASKS)
    buyer.answer_the_bank("authorize")
    expect(buyer.page).to_have_url(re.compile(r"/orders/[\w-]+/pay\?.*key="), timeout=15_000)
    buyer.page.get_by_role("button", name=re.compile("^Confirm")).click()
    buyer.answer_the_bank("authorize")
    buyer.stands_on_the_thank_you_page()
    assert (home.subscription().status, home.newest_invoice().status) == ("active", "paid")


def test_a_shop_that_answers_nothing_loses_no_card_and_can_be_asked_again(buyer: Buyer, home: Home) -> None:
    buyer.open(home.card_page)
    buyer.page.route("**/card/setup*", lambda route: route.abort())
    save_card(buyer, OTHER)
    expect(buyer.alert).to_contain_text("The shop could not be reached.", timeout=15_000)
    buyer.page.unroute("**/card/setup*")
    buyer.page.get_by_role("button", name="Save this card").click()
    says(buyer.page, "Your new card is saved.")


def test_a_blocked_stripe_is_said(buyer: Buyer, home: Home, stripe: SimulatedStripe) -> None:
    buyer.page.route(f"{stripe.simulator.js_url}*", lambda route: route.abort())
    buyer.page.goto(home.card_page)
    expect(buyer.alert).to_contain_text("The card field could not be loaded.", timeout=15_000)


@pytest.fixture
def plain(new_context: CreateContextCallback, shop: Shop, screen: str) -> Page:
    """A browser that runs no JavaScript."""
    return new_context(java_script_enabled=False, **SCREENS[screen]).new_page()


@on_both_screens
def test_cancelling_and_going_on_need_no_javascript(plain: Page, home: Home, screen: str) -> None:
    plain.goto(home.address)
    plain.get_by_role("link", name="Cancel").click()
    expect(plain.get_by_text("What you have paid for stays yours until")).to_be_visible()
    plain.get_by_role("button", name="Cancel the subscription").click()
    expect(plain.get_by_role("status").filter(has_text="It is cancelled.")).to_be_visible()
    assert home.subscription().cancels_at_period_end
    plain.get_by_role("link", name="Don’t cancel, go on").click()
    plain.get_by_role("button", name="Go on").click()
    expect(plain.get_by_role("status").filter(has_text="It goes on.")).to_be_visible()
    assert not home.subscription().cancels_at_period_end


def test_language_and_data_need_no_javascript(plain: Page, home: Home) -> None:
    plain.goto(home.address)
    with plain.expect_download() as download:
        plain.get_by_role("button", name="Download my data").click()
    assert download.value.suggested_filename == "my-data.json"
    assert "Weekly letters" in download.value.path().read_text()
    plain.get_by_role("button", name="Українська").click()
    expect(plain.locator("html")).to_have_attribute("lang", "uk")
    expect(plain.get_by_role("button", name="Українська")).to_have_attribute("aria-pressed", "true")


def test_another_address_is_confirmed_from_its_own_mailbox(buyer: Buyer, home: Home, friend: Buyer) -> None:
    page = buyer.page
    page.goto(home.address)
    page.get_by_role("link", name="Change the address").click()
    page.get_by_label("New email address").fill("marko@new.example.com")
    page.get_by_role("button", name="Send a letter there").click()
    says(page, "A letter to marko@new.example.com is on its way.")
    friend.page.goto(home.link_sent("email_change"))
    friend.page.get_by_role("button", name="Use this address").click()
    says(friend.page, "Your email address is changed.")
    expect(friend.page.get_by_role("heading", name="Weekly letters")).to_be_visible()
    page.goto(home.address)
    expect(page.get_by_text("There are no orders of this address.")).to_be_visible()


@pytest.mark.parametrize("screen", ["phone"])
def test_every_button_and_link_is_large_enough_for_a_thumb(buyer: Buyer, home: Home, screen: str) -> None:
    home.renew("asks")
    for address in (home.address, home.card_page, f"{home.address}/email", f"{home.shop.url}/my"):
        buyer.page.goto(address)
        targets = buyer.page.locator("main :is(a, button, summary):visible, footer a:visible")
        for target in targets.all():
            box = target.bounding_box()
            assert box and box["height"] >= 24, target.inner_text()
