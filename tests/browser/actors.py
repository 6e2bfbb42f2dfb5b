"""The owner and the buyer in a browser. They find elements by what the page shows."""

import re

import requests
from playwright.sync_api import FrameLocator, Locator, Page, expect

from stripe_simulator import accounts
from tests.browser.screens import fits_all_screens
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import BANK_FRAMES, CARD_FRAMES
from tests.cards import GOOD
from tests.factories import OWNER_EMAIL, PASSWORD
from tests.web_client import csrf_token

MERCHANTS = "/admin/settings/payment-systems/stripe"


class Owner:
    """The owner's browser."""

    def __init__(self, page: Page, shop: Shop) -> None:
        self.page = page
        self.shop = shop

    def sign_in(self, password: str = PASSWORD) -> None:
        """Sign in through the sign-in page."""
        self.page.goto(f"{self.shop.url}/admin/login")
        self.page.get_by_label("Email").fill(OWNER_EMAIL)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def be_signed_in(self) -> None:
        """Sign in through the same form without opening its page: most tests are about another one."""
        agent = self.page.evaluate("navigator.userAgent")
        with requests.Session() as session:
            session.headers.update({"User-Agent": agent, "Accept-Language": "en-US", "Sec-Fetch-Site": "same-origin"})
            form = session.get(f"{self.shop.url}/admin/login", timeout=60).text
            typed = {"email": OWNER_EMAIL, "password": PASSWORD, "csrf_token": csrf_token(form)}
            answer = session.post(f"{self.shop.url}/admin/login", typed, allow_redirects=False, timeout=60)
            assert answer.status_code == 303, answer.text
            for one in session.cookies:
                self.page.context.add_cookies(
                    [{"name": one.name, "value": one.value or "", "domain": one.domain, "path": one.path}]
                )

    def open(self, path: str) -> None:
        """Open a page of the admin."""
        self.page.goto(f"{self.shop.url}{path}")

    def type_keys(self, name: str, publishable_key: str, secret_key: str) -> None:
        """Fill and save the "Add new merchant" form."""
        self.page.get_by_role("button", name="Add new merchant").click()
        self.page.get_by_label("Account name").fill(name)
        self.page.get_by_label("Publishable key").fill(publishable_key)
        self.page.get_by_label("Secret key").fill(secret_key)
        self.page.get_by_role("button", name="Save").click()

    def connect(self, account: accounts.Account = accounts.OLENA, mode: str = "test", name: str = "") -> str:
        """Connect an account on the settings page and wait for its row; return its name."""
        name = name or f"{account.name}'s studio"
        self.open(MERCHANTS)
        self.type_keys(name, *self.shop.stripe.keys(account, mode))
        expect(self.page.get_by_role("button", name="Disconnect").first).to_be_visible()
        expect(self.page.get_by_text(name).first).to_be_visible()
        return name

    def make_offer(
        self, title: str, price: str, currency: str, merchant: str, status: str = "Published", thanks: str = ""
    ) -> None:
        """Create an offer through its form."""
        self.open("/admin/offers/new")
        self.page.get_by_label("Title", exact=True).fill(title)
        self.page.get_by_label("Price", exact=True).fill(price)
        self.page.get_by_label("Currency").select_option(currency)
        systems = self.page.get_by_label("Payment system", exact=True)
        systems.select_option(systems.locator("option", has_text=merchant).first.get_attribute("value"))
        self.page.get_by_label("Status").select_option(label=status)
        self.page.get_by_label("Thank-you page").fill(thanks)
        self.page.get_by_role("button", name="Save").click()


class Buyer:
    """The buyer's browser."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, address: str) -> None:
        """Open an offer's page and wait for the card fields."""
        self.page.goto(address)
        self.card_field("cardnumber").wait_for()

    def card_field(self, name: str) -> Locator:
        """An input in Stripe's frames: cardnumber, exp-date or cvc."""
        return self.page.frame_locator(CARD_FRAMES[name]).first.locator(f"input[name={name}]")

    @property
    def postal_code(self) -> Locator:
        """The page's field for the postal code, where it has one."""
        return self.page.locator("#postal-code")

    def card_error(self, name: str) -> Locator:
        """The error at a field of the card: number, expiry or cvc."""
        return self.page.locator(f"#card-{name}-error")

    def type_card(self, number: str, expiry: str = "1234", cvc: str = "123") -> None:
        """Type the card key by key, with a postal code where it is asked for; previous values are cleared."""
        for name, keys in (("cardnumber", number), ("exp-date", expiry), ("cvc", cvc)):
            self.card_field(name).fill("")
            self.card_field(name).press_sequentially(keys)
        if self.postal_code.is_visible():
            self.postal_code.fill("94103")

    def fill_contact(self, email: str = "marko@example.com", name: str = "Marko") -> None:
        """Fill email and name, in any language of the page."""
        self.page.locator("#email").fill(email)
        self.page.locator("#name").fill(name)

    @property
    def pay_button(self) -> Locator:
        return self.page.locator("form#payment button[type=submit]")

    def press_pay(self) -> None:
        self.pay_button.click()

    def pay(self, address: str, number: str = GOOD) -> None:
        """Open the offer, fill the form and press Pay."""
        self.open(address)
        self.fill_contact()
        self.type_card(number)
        self.press_pay()

    def reload(self) -> None:
        """Reload the page and wait for the card fields."""
        self.page.reload()
        self.card_field("cardnumber").wait_for()

    @property
    def alert(self) -> Locator:
        """The error message."""
        return self.page.get_by_role("alert")

    @property
    def progress(self) -> Locator:
        """The status message."""
        return self.page.locator("form#payment [role=status]")

    def bank_frame(self, depth: int = 2) -> FrameLocator:
        """The 3-D Secure frame: the dialog (1), or the bank's page inside it (2)."""
        frame = self.page.frame_locator(BANK_FRAMES[0])
        for selector in BANK_FRAMES[1:depth]:
            frame = frame.frame_locator(selector)
        return frame

    def bank_button(self, outcome: str) -> Locator:
        """The button "authorize" or "fail" on the bank's page. Those of newer pages have no id."""
        by_id = self.bank_frame().locator(f"#test-source-{outcome}-3ds")
        name = {"authorize": "Complete", "fail": "Fail"}[outcome]
        return by_id.or_(self.bank_frame().get_by_role("button", name=name, exact=True))

    def answer_challenge(self, outcome: str) -> None:
        """Press "authorize" or "fail" on the bank's page, or "close" the dialog."""
        if outcome == "close":
            self.bank_frame(depth=1).get_by_role("button", name="Close").click()
        else:
            self.bank_button(outcome).click()

    def expect_alert(self, words: str | re.Pattern[str]) -> None:
        """Expect this alert, focused, and a form that can be sent again."""
        expect(self.alert).to_contain_text(words)
        expect(self.alert).to_be_focused()
        expect(self.pay_button).to_be_enabled()
        expect(self.page.locator("#email")).to_have_value("marko@example.com")
        expect(self.page.locator("#name")).to_have_value("Marko")
        assert fits_all_screens(self.page)

    def expect_thank_you_page(self) -> None:
        expect(self.page).to_have_url(re.compile(r"/orders/[\w-]+/thank-you"))
        expect(self.page.get_by_role("heading", level=1)).to_have_text(re.compile("^Thank you"))
