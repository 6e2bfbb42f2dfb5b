"""The payment form: validation, quantity, storage, postal code, typos in the email."""

import pytest
from playwright.sync_api import Page, expect

from stripe_simulator import accounts
from tests.browser.actors import Buyer
from tests.browser.shop_process import Shop
from tests.cards import GOOD, INSUFFICIENT_FUNDS


@pytest.fixture
def address(shop: Shop) -> str:
    return shop.make_offer(shop.connect_merchant(), max_quantity=5)


def test_errors_are_shown_at_their_fields_and_cleared_by_the_next_press(buyer: Buyer, address: str) -> None:
    buyer.open(address)
    expect(buyer.alert).to_be_empty()
    buyer.press_pay()
    email = buyer.page.get_by_label("Email")
    expect(email).to_be_focused()
    expect(email).to_have_accessible_description("Please type your email address.")
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(buyer.alert).to_have_text("Please check the marked fields.")
    buyer.fill_contact()
    buyer.press_pay()
    expect(buyer.alert).to_contain_text("type your card’s number")
    expect(buyer.alert).to_be_focused()
    expect(email).not_to_have_attribute("aria-invalid", "true")


def test_the_buttons_amount_follows_the_quantity(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.open(address)
    expect(buyer.pay_button).to_have_text("Pay €19.99")
    buyer.page.get_by_label("Quantity").fill("3")
    expect(buyer.pay_button).to_have_text("Pay €59.97")
    buyer.page.get_by_label("Quantity").fill("77")
    expect(buyer.pay_button).to_have_text("Pay €59.97")
    buyer.page.get_by_label("Quantity").fill("2")
    buyer.fill_contact()
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [(order.quantity, order.amount) for order in shop.orders()] == [(2, 3998)]


def test_a_browser_without_storage_can_pay(buyer: Buyer, address: str) -> None:
    closed = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('closed'); } })"
    buyer.page.add_init_script(closed)
    buyer.pay(address)
    buyer.expect_thank_you_page()


def test_a_pending_order_can_be_paid_from_its_own_page(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.pay(address, INSUFFICIENT_FUNDS)
    expect(buyer.alert).to_contain_text("enough money")
    buyer.page.goto(f"{shop.url}/orders/{shop.orders()[0].token}")
    expect(buyer.page.get_by_text("enough money")).to_be_visible()
    buyer.page.get_by_role("link", name="Try again").click()
    expect(buyer.page.get_by_label("Email")).to_have_value("marko@example.com")
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"]


def test_a_test_card_can_be_copied_by_keyboard(new_context, address: str) -> None:
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page: Page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="Copy 4000 0027 6000 3184").press("Enter")
    expect(page.locator(".copy", has_text="Copied")).to_have_count(1)
    assert page.evaluate("navigator.clipboard.readText()") == "4000 0027 6000 3184"


def test_a_likely_typo_in_the_email_gets_a_suggestion(buyer: Buyer, address: str) -> None:
    buyer.open(address)
    email, suggestion = buyer.page.get_by_label("Email"), buyer.page.locator("#email-suggestion")
    likely = {"marko@gmial.com": "gmail.com", "marko@gmail.con": "gmail.com", "marko@ukr.ner": "ukr.net"}
    likely |= {"marko@hotmial.com": "hotmail.com", "marko@Outlok.com": "outlook.com", "marko@yandex.ri": "yandex.ru"}
    for typed, domain in likely.items():
        email.fill(typed)
        email.blur()
        expect(suggestion).to_have_text(f"Did you mean marko@{domain}?")
    for fine in ("marko@gmail.com", "marko@mail.com", "marko@i.ua", "marko@ya.ru", "marko@example.com", "marko@", ""):
        email.fill(fine)
        email.blur()
        expect(suggestion).to_be_empty()
    email.fill("Marko.P@gmal.com")
    email.blur()
    buyer.page.get_by_role("button", name="Did you mean Marko.P@gmail.com?").click()
    expect(email).to_have_value("Marko.P@gmail.com")
    expect(email).to_be_focused()
    expect(suggestion).to_be_empty()


def test_a_likely_typo_does_not_block_payment(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.open(address)
    buyer.fill_contact(email="marko@gmial.com")
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [order.email for order in shop.orders()] == ["marko@gmial.com"]


def test_an_american_account_asks_for_the_postal_code(buyer: Buyer, shop: Shop) -> None:
    buyer.open(shop.make_offer(shop.connect_merchant(accounts.TARAS), "19.99", "USD"))
    buyer.fill_contact()
    buyer.type_card(GOOD)
    buyer.card_field("postal").fill("")
    buyer.press_pay()
    buyer.expect_alert("The postal code is not complete.")
    buyer.card_field("postal").fill("94107")
    buyer.press_pay()
    buyer.expect_thank_you_page()


def test_other_accounts_ask_no_postal_code_and_show_the_card_brand(buyer: Buyer, address: str) -> None:
    buyer.open(address)
    expect(buyer.card_field("postal")).to_be_hidden()
    icon = buyer.page.frame_locator("#card-element iframe").locator("svg").first
    unknown = icon.inner_html()
    buyer.card_field("cardnumber").press_sequentially("4242")
    expect(icon).to_be_visible()
    assert icon.inner_html() != unknown
