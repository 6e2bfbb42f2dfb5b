"""The customer's page: sign-in by email, changing the card, canceling, changing the email address."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_playwright import CreateContextCallback

from storefront import emails, subscriptions
from storefront.models import Email, Invoice, Merchant, Subscription
from tests.browser.actors import Buyer
from tests.browser.screens import SCREENS, fits_all_screens, on_a_phone
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.cards import ASKS, DECLINED, OTHER_GOOD
from tests.factories import make_offer
from tests.processes import until
from tests.subscription_steps import renew, subscribe


class Home:
    """Marko's page and his subscription."""

    def __init__(self, shop: Shop, stripe: SimulatedStripe) -> None:
        self.shop = shop
        self.stripe = stripe
        shop.connect_merchant()
        with shop.inside():
            offer = make_offer(Merchant.get(), kind="recurring", title="Weekly letters")
            self.public_id = subscribe(offer, stripe.simulator).public_id
            self.address = f"{shop.url}/my/{emails.make_account_token('marko@example.com')}"

    @property
    def card_page(self) -> str:
        return f"{self.address}/subscriptions/{self.public_id}/card"

    def renew(self, card: str) -> None:
        """Begin the next period; the card `succeeds`, `declines` or `asks`."""
        with self.shop.inside():
            renew(Subscription.get(), self.stripe.simulator, card)

    def subscription(self) -> Subscription:
        """The subscription after a refresh from Stripe."""
        with self.shop.inside():
            subscription = Subscription.get()
            subscriptions.refresh(subscription)
            return Subscription.get()

    def newest_invoice(self) -> Invoice:
        with self.shop.inside():
            return Invoice.all_of(Subscription.get())[0]

    def link_sent(self, kind: str) -> str:
        """Wait for an email of this kind; the link in the newest one."""
        until(lambda: self._email(kind), f"an email {kind}")
        found = re.search(r"http://\S+/my/\S+", self._email(kind))
        assert found
        return found[0]

    def _email(self, kind: str) -> str:
        with self.shop.inside():
            letter = Email.select().where(Email.kind == kind, Email.state == "sent").order_by(Email.id.desc()).first()
            return letter.text if letter else ""


@pytest.fixture
def home(shop: Shop, stripe: SimulatedStripe) -> Home:
    return Home(shop, stripe)


def save_card(buyer: Buyer, number: str) -> None:
    buyer.type_card(number)
    buyer.page.get_by_role("button", name="Save card").click()


def expect_notice(page: Page, words: str) -> None:
    """Expect this notice, and no horizontal scrolling."""
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()
    assert fits_all_screens(page)


@on_a_phone
def test_a_customer_signs_in_by_email_and_opens_a_receipt(buyer: Buyer, home: Home, shop: Shop, screen: str) -> None:
    page = buyer.page
    page.goto(shop.url)
    page.get_by_role("link", name="Your orders and subscriptions").click()
    page.get_by_label("Email").fill("marko@")
    page.get_by_role("button", name="Send link").click()
    expect(page.get_by_role("alert")).to_have_text("Enter an email address like name@example.com")
    page.get_by_label("Email").fill("marko@example.com")
    page.get_by_role("button", name="Send link").click()
    expect_notice(page, "we’ve emailed a sign-in link")
    page.goto(home.link_sent("buyer_link"))
    expect(page.get_by_role("heading", name="Weekly letters")).to_be_visible()
    page.get_by_text("Receipts").click()
    page.locator(".receipts a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Receipt")
    expect(page.locator(".receipt .sum")).to_contain_text("€19.99")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Your account")).to_be_hidden()


@on_a_phone
def test_a_new_card_with_3d_secure_is_saved(buyer: Buyer, home: Home, screen: str) -> None:
    buyer.open(home.card_page)
    save_card(buyer, ASKS)
    buyer.answer_challenge("fail")
    expect(buyer.alert).to_contain_text("Your bank couldn’t verify the payment.")
    expect(buyer.alert).to_contain_text("Your card wasn’t changed.")
    expect(buyer.alert).to_be_focused()
    assert home.subscription().card_last4 == "4242"
    buyer.page.get_by_role("button", name="Save card").click()
    buyer.answer_challenge("authorize")
    expect_notice(buyer.page, "Card updated. We’ll use it for future payments.")
    expect(buyer.page.get_by_text("Visa •••• 3184")).to_be_visible()
    assert home.subscription().card_last4 == "3184"


def test_a_declined_card_and_an_empty_field_show_errors_and_the_next_card_is_saved(buyer: Buyer, home: Home) -> None:
    buyer.open(home.card_page)
    save = buyer.page.get_by_role("button", name="Save card")
    save.click()
    expect(buyer.card_error("number")).to_have_text("Enter the full card number.")
    save_card(buyer, DECLINED)
    expect(buyer.alert).to_contain_text("Your bank declined this card.")
    expect(buyer.alert).to_contain_text("Your card wasn’t changed.")
    save_card(buyer, OTHER_GOOD)
    expect_notice(buyer.page, "Card updated.")
    assert home.subscription().card_last4 == "4444"


@on_a_phone
def test_a_declined_renewal_is_paid_by_another_card(buyer: Buyer, home: Home, screen: str) -> None:
    home.renew("declines")
    buyer.page.goto(home.address)
    expect(buyer.page.get_by_text("We couldn’t charge €19.99.")).to_be_visible()
    buyer.page.get_by_role("link", name="Update card").click()
    expect(buyer.page.get_by_text("€19.99 is unpaid and will be charged to the new card right away.")).to_be_visible()
    buyer.card_field("cardnumber").wait_for()
    save_card(buyer, OTHER_GOOD)
    # Paid by this press, or already by the event about the saved card.
    expect_notice(buyer.page, "Card updated")
    expect(buyer.page.get_by_text("Up to date")).to_be_visible()
    assert (home.subscription().status, home.newest_invoice().status) == ("active", "paid")


def test_a_new_card_that_always_needs_3d_secure_leads_to_the_payment_page(buyer: Buyer, home: Home) -> None:
    home.renew("declines")
    buyer.open(home.card_page)
    save_card(buyer, ASKS)
    buyer.answer_challenge("authorize")
    expect(buyer.page).to_have_url(re.compile(r"/orders/[\w-]+/pay\?.*key="))
    buyer.page.get_by_role("button", name=re.compile("^Confirm")).click()
    buyer.answer_challenge("authorize")
    buyer.expect_thank_you_page()
    assert (home.subscription().status, home.newest_invoice().status) == ("active", "paid")


def test_a_card_is_not_lost_when_the_shop_cannot_be_reached(buyer: Buyer, home: Home) -> None:
    buyer.open(home.card_page)
    buyer.page.route("**/card/setup*", lambda route: route.abort())
    save_card(buyer, OTHER_GOOD)
    expect(buyer.alert).to_contain_text("Can’t connect.")
    buyer.page.unroute("**/card/setup*")
    buyer.page.get_by_role("button", name="Save card").click()
    expect_notice(buyer.page, "Card updated.")


def test_a_blocked_stripe_js_shows_a_message(buyer: Buyer, home: Home, stripe: SimulatedStripe) -> None:
    buyer.page.route(f"{stripe.simulator.js_url}*", lambda route: route.abort())
    buyer.page.goto(home.card_page)
    expect(buyer.alert).to_contain_text("The card fields didn’t load.")


@pytest.fixture
def plain(new_context: CreateContextCallback, shop: Shop, screen: str) -> Page:
    """A browser without JavaScript."""
    return new_context(java_script_enabled=False, **SCREENS[screen]).new_page()


@on_a_phone
def test_canceling_and_keeping_work_without_javascript(plain: Page, home: Home, screen: str) -> None:
    plain.goto(home.address)
    plain.get_by_role("link", name="Cancel", exact=True).click()
    expect(plain.get_by_text("You’ll have access until")).to_be_visible()
    plain.get_by_role("button", name="Cancel subscription").click()
    expect(plain.get_by_role("status").filter(has_text="Subscription canceled")).to_be_visible()
    assert home.subscription().cancels_at_period_end
    plain.get_by_role("link", name="Keep subscription").click()
    plain.get_by_role("button", name="Keep subscription").click()
    expect(plain.get_by_role("status").filter(has_text="Subscription kept.")).to_be_visible()
    assert not home.subscription().cancels_at_period_end


def test_language_and_data_export_work_without_javascript(plain: Page, home: Home) -> None:
    plain.goto(home.address)
    with plain.expect_download() as download:
        plain.get_by_role("button", name="Download my data").click()
    assert download.value.suggested_filename == "my-data.json"
    assert "Weekly letters" in download.value.path().read_text()
    plain.get_by_role("button", name="Українська").click()
    expect(plain.locator("html")).to_have_attribute("lang", "uk")
    expect(plain.get_by_role("button", name="Українська")).to_have_attribute("aria-pressed", "true")


def test_a_new_email_address_is_confirmed_from_its_mailbox_and_undone_from_the_old_one(
    buyer: Buyer, home: Home, friend: Buyer
) -> None:
    page = buyer.page
    page.goto(home.address)
    page.get_by_role("link", name="Change email").click()
    page.get_by_label("New email address").fill("marko@new.example.com")
    page.get_by_role("button", name="Send confirmation email").click()
    expect_notice(page, "We’ve emailed a confirmation link to marko@new.example.com.")
    friend.page.goto(home.link_sent("email_change"))
    friend.page.get_by_role("button", name="Use this address").click()
    expect_notice(friend.page, "Email address updated.")
    expect(friend.page.get_by_role("heading", name="Weekly letters")).to_be_visible()
    page.goto(home.address)
    expect(page.get_by_role("heading", name="This link has expired")).to_be_visible()
    page.goto(home.link_sent("email_changed"))
    page.get_by_role("button", name="Undo change").click()
    expect_notice(page, "Your orders and subscriptions are back at your old address.")
    friend.page.reload()
    expect(friend.page.get_by_role("button", name="Send me a new link")).to_be_visible()


@on_a_phone
def test_every_button_and_link_is_large_enough_for_touch(buyer: Buyer, home: Home, screen: str) -> None:
    home.renew("asks")
    for address in (home.address, home.card_page, f"{home.address}/email", f"{home.shop.url}/my"):
        buyer.page.goto(address)
        targets = buyer.page.locator("main :is(a, button, summary):visible, footer a:visible")
        for target in targets.all():
            box = target.bounding_box()
            assert box and box["height"] >= 24, target.inner_text()
