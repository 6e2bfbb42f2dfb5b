"""Who acts in the stories: the owner at the admin pages, the buyer at an offer. They go by what a page shows."""

import re

from playwright.sync_api import FrameLocator, Locator, Page, expect

from stripe_simulator import accounts
from tests.browser.shop import EMAIL, PASSWORD, Shop
from tests.browser.which_stripe import Frames, SimulatedStripe

MERCHANTS = "/admin/settings/payment-systems/stripe"


class Owner:
    """Olena, who has a browser and an account at the shop."""

    def __init__(self, page: Page, shop: Shop) -> None:
        self.page = page
        self.shop = shop

    def sign_in(self, password: str = PASSWORD) -> None:
        """Through the sign-in page, to the dashboard."""
        self.page.goto(f"{self.shop.url}/admin/login")
        self.page.get_by_label("Email").fill(EMAIL)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def open(self, path: str) -> None:
        """A page of the admin."""
        self.page.goto(f"{self.shop.url}{path}")

    def type_keys(self, name: str, publishable_key: str, secret_key: str) -> None:
        """Add new merchant: the form, filled and saved."""
        self.page.get_by_role("button", name="Add new merchant").click()
        self.page.get_by_label("Account name").fill(name)
        self.page.get_by_label("Publishable key").fill(publishable_key)
        self.page.get_by_label("Secret key").fill(secret_key)
        self.page.get_by_role("button", name="Save").click()

    def connect(self, account: accounts.Account = accounts.OLENA, mode: str = "test", name: str = "") -> str:
        """Connect an account on the settings page, until its row is there; its account name."""
        name = name or f"{account.name}'s studio"
        self.open(MERCHANTS)
        self.type_keys(name, *self.shop.stripe.keys(account, mode))
        expect(self.page.get_by_role("button", name="Disconnect").first).to_be_visible()
        expect(self.page.get_by_text(name).first).to_be_visible()
        return name

    def make_offer(
        self, title: str, price: str, currency: str, merchant: str, status: str = "Published", thanks: str = ""
    ) -> None:
        """A new offer through its form."""
        self.open("/admin/offers/new")
        self.page.get_by_label("Title", exact=True).fill(title)
        self.page.get_by_label("Price").fill(price)
        self.page.get_by_label("Currency").select_option(currency)
        systems = self.page.get_by_label("Payment system")
        systems.select_option(systems.locator("option", has_text=merchant).first.get_attribute("value"))
        self.page.get_by_label("Status").select_option(label=status)
        self.page.get_by_label("Thank-you page").fill(thanks)
        self.page.get_by_role("button", name="Save").click()


class Buyer:
    """Marko, who has a card."""

    def __init__(self, page: Page, frames: Frames = SimulatedStripe.frames) -> None:
        self.page = page
        self.frames = frames

    def open(self, address: str) -> None:
        """An offer's page, until a card can be typed."""
        self.page.goto(address)
        self.card_field("cardnumber").wait_for()

    def card_field(self, name: str) -> Locator:
        """cardnumber, exp-date, cvc or postal."""
        return self.page.frame_locator(self.frames.card).first.locator(f"input[name={name}]")

    def type_card(self, number: str, expiry: str = "1234", cvc: str = "123") -> None:
        """Key by key, as people do; what stood there before goes."""
        for name, keys in (("cardnumber", number), ("exp-date", expiry), ("cvc", cvc)):
            self.card_field(name).fill("")
            self.card_field(name).press_sequentially(keys)

    def introduce_himself(self, email: str = "marko@example.com", name: str = "Marko") -> None:
        """The fields beside the card, in whichever language."""
        self.page.locator("#email").fill(email)
        self.page.locator("#name").fill(name)

    @property
    def pay_button(self) -> Locator:
        return self.page.locator("form#payment button[type=submit]")

    def press_pay(self) -> None:
        self.pay_button.click()

    def pay(self, address: str, number: str = "4242424242424242") -> None:
        """From the offer's page to the press of Pay."""
        self.open(address)
        self.introduce_himself()
        self.type_card(number)
        self.press_pay()

    @property
    def alert(self) -> Locator:
        """Where the page says what is wrong."""
        return self.page.get_by_role("alert")

    @property
    def progress(self) -> Locator:
        """Where the page says what is happening."""
        return self.page.locator("form#payment [role=status]")

    def bank_frame(self, depth: int = 2) -> FrameLocator:
        """The bank's check over the page: its dialog (1), the bank's own page in it (2)."""
        frame = self.page.frame_locator(self.frames.bank[0])
        for selector in self.frames.bank[1:depth]:
            frame = frame.frame_locator(selector)
        return frame

    def bank_button(self, outcome: str) -> Locator:
        """authorize or fail, on the bank's page."""
        return self.bank_frame().locator(f"#test-source-{outcome}-3ds")

    def answer_the_bank(self, outcome: str) -> None:
        """authorize or fail, on the bank's page; close: its dialog is left."""
        if outcome == "close":
            self.bank_frame(depth=1).get_by_role("button", name="Close").click()
        else:
            self.bank_button(outcome).click()

    def reads(self, words: str | re.Pattern[str]) -> None:
        """The alert says it and has the focus, and the form can be sent again as it stands."""
        expect(self.alert).to_contain_text(words, timeout=15_000)
        expect(self.alert).to_be_focused()
        expect(self.pay_button).to_be_enabled()
        expect(self.page.locator("#email")).to_have_value("marko@example.com")
        expect(self.page.locator("#name")).to_have_value("Marko")
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    def stands_on_the_thank_you_page(self) -> None:
        expect(self.page).to_have_url(re.compile(r"/orders/[\w-]+/thank-you"), timeout=15_000)
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Thank you")
