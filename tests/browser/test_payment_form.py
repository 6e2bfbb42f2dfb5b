"""The payment form in a browser: what it says while it works and when something around it fails."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.people import Buyer
from tests.browser.shop import Shop


@pytest.fixture
def address(shop: Shop) -> str:
    return shop.make_offer(shop.connect_merchant(), max_quantity=5)


def alert_of(buyer: Buyer):
    return buyer.page.get_by_role("alert")


def test_mistakes_stand_beside_their_fields_and_go_with_the_next_press(buyer: Buyer, address: str) -> None:
    buyer.open(address)
    expect(alert_of(buyer)).to_be_empty()
    buyer.press_pay()
    email = buyer.page.get_by_label("Email")
    expect(email).to_be_focused()
    expect(email).to_have_accessible_description("Please type your email address.")
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(alert_of(buyer)).to_have_text("Please check the marked fields.")
    buyer.introduce_himself()
    buyer.press_pay()
    expect(alert_of(buyer)).to_contain_text("type your card’s number")
    expect(alert_of(buyer)).to_be_focused()
    expect(email).not_to_have_attribute("aria-invalid", "true")


def test_the_button_follows_the_quantity(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.open(address)
    expect(buyer.pay_button).to_have_text("Pay €19.99")
    buyer.page.get_by_label("Quantity").fill("3")
    expect(buyer.pay_button).to_have_text("Pay €59.97")
    buyer.page.get_by_label("Quantity").fill("77")
    expect(buyer.pay_button).to_have_text("Pay €59.97")
    buyer.page.get_by_label("Quantity").fill("2")
    buyer.introduce_himself()
    buyer.type_card("4242424242424242")
    buyer.press_pay()
    buyer.stands_on_the_thank_you_page()
    assert [(order.quantity, order.amount) for order in shop.orders()] == [(2, 3998)]


def test_while_it_works_the_button_rests_and_the_page_says_so(buyer: Buyer, address: str) -> None:
    buyer.open(address)
    buyer.introduce_himself()
    buyer.type_card("4242424242424242")
    held: list[Route] = []
    buyer.page.route("**/checkout*", lambda route: held.append(route))
    buyer.press_pay()
    form, progress = buyer.page.locator("#payment"), buyer.page.locator("#payment [role=status]")
    expect(buyer.pay_button).to_be_disabled()
    expect(form).to_have_attribute("aria-busy", "true")
    expect(progress).to_have_text("This takes longer than usual. Please keep this page open…", timeout=15_000)
    held[0].continue_()
    buyer.stands_on_the_thank_you_page()


def test_a_page_without_stripe_says_why(buyer: Buyer, address: str) -> None:
    buyer.page.route("**/stripe.js", lambda route: route.abort())
    buyer.page.goto(address)
    expect(alert_of(buyer)).to_contain_text("card field could not be loaded")
    buyer.introduce_himself()
    buyer.press_pay()
    expect(alert_of(buyer)).to_contain_text("card field could not be loaded")
    expect(buyer.pay_button).to_be_enabled()


def test_a_shop_that_cannot_be_reached_or_answers_nonsense_can_be_tried_again(buyer: Buyer, address: str) -> None:
    buyer.open(address)
    buyer.introduce_himself()
    buyer.type_card("4242424242424242")
    buyer.page.route("**/checkout*", lambda route: route.abort(), times=1)
    buyer.press_pay()
    expect(alert_of(buyer)).to_contain_text("The shop could not be reached")
    buyer.page.route("**/checkout*", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"), times=1)
    buyer.press_pay()
    expect(alert_of(buyer)).to_contain_text("can’t be paid at the moment")
    buyer.press_pay()
    buyer.stands_on_the_thank_you_page()


def test_a_browser_that_keeps_nothing_can_pay(buyer: Buyer, address: str) -> None:
    closed = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('closed'); } })"
    buyer.page.add_init_script(closed)
    buyer.pay(address)
    buyer.stands_on_the_thank_you_page()


def test_the_visit_ends_on_the_thank_you_page(buyer: Buyer, address: str, shop: Shop) -> None:
    keys = "Object.keys(localStorage).filter((name) => name.startsWith('visit-')).length"
    buyer.pay(address, "4000000000000002")
    expect(alert_of(buyer)).to_contain_text("declined this card")
    assert buyer.page.evaluate(keys) == 1
    buyer.type_card("4242424242424242")
    buyer.press_pay()
    buyer.stands_on_the_thank_you_page()
    buyer.page.wait_for_load_state()
    assert buyer.page.evaluate(keys) == 0
    buyer.pay(address)
    buyer.stands_on_the_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid", "paid"]


def test_a_finished_payment_is_met_again_from_a_tab_left_behind(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.open(address)
    buyer.introduce_himself()
    buyer.type_card("4242424242424242")
    other = Buyer(buyer.page.context.new_page())
    # The first tab pays but never sees the thank-you page, so the visit is still open in the second one.
    buyer.page.route("**/orders/**", lambda route: route.abort())
    buyer.press_pay()
    shop.until_order_is("paid")
    other.pay(address)
    other.stands_on_the_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"]


def test_an_order_that_waits_is_paid_from_its_own_page(buyer: Buyer, address: str, shop: Shop) -> None:
    buyer.pay(address, "4000000000009995")
    expect(alert_of(buyer)).to_contain_text("enough money")
    buyer.page.goto(f"{shop.url}/orders/{shop.orders()[0].token}")
    expect(buyer.page.get_by_text("enough money")).to_be_visible()
    buyer.page.get_by_role("link", name="Try again").click()
    expect(buyer.page.get_by_label("Email")).to_have_value("marko@example.com")
    buyer.type_card("4242424242424242")
    buyer.press_pay()
    buyer.stands_on_the_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"]


def test_without_javascript_the_page_says_what_it_needs(new_context, address: str) -> None:
    page: Page = new_context(java_script_enabled=False).new_page()
    page.goto(address)
    # Playwright reads no text of <noscript> itself.
    expect(page.locator("noscript p")).to_have_text(re.compile("needs JavaScript"))
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Pay"))).to_be_disabled()


def test_a_test_card_is_copied_by_keyboard(new_context, address: str) -> None:
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page: Page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="Copy 4000 0027 6000 3184").press("Enter")
    expect(page.locator(".copy", has_text="Copied")).to_have_count(1)
    assert page.evaluate("navigator.clipboard.readText()") == "4000 0027 6000 3184"
