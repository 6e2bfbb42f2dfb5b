"""Failures around a payment: Stripe, the network, the shop's server, the offer. Each has its message."""

import re

from playwright.sync_api import Page, Route, expect
from pytest_playwright import CreateContextCallback

from storefront import merchants
from storefront.models import Merchant, Offer
from stripe_simulator import accounts
from tests.browser.actors import Buyer
from tests.browser.screens import SCREENS, on_a_phone
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.cards import GOOD

CHECKOUT = "**/checkout*"
NEXT_PAGE = "**/orders/**"
LONGER = "This is taking longer than usual. Keep this page open…"


def ready(buyer: Buyer, address: str) -> None:
    """Open the offer and fill the form; Pay is not pressed yet."""
    buyer.open(address)
    buyer.fill_contact()
    buyer.type_card(GOOD)


@on_a_phone
def test_without_stripe_js_the_page_says_why(buyer: Buyer, address: str) -> None:
    buyer.page.route("**/stripe.js", lambda route: route.abort())
    buyer.page.goto(address)
    expect(buyer.alert).to_contain_text("card fields didn’t load")
    buyer.fill_contact()
    buyer.press_pay()
    buyer.expect_alert(re.compile("card fields didn’t load.*allow it and reload this page. You haven’t been charged."))
    buyer.page.unroute("**/stripe.js")
    buyer.page.reload()
    buyer.fill_contact()
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()


def test_while_stripe_js_hangs_the_page_says_so(buyer: Buyer, address: str) -> None:
    held: list[Route] = []
    buyer.page.route("**/stripe.js", lambda route: held.append(route))
    buyer.page.goto(address, wait_until="commit")
    expect(buyer.progress).to_have_text(LONGER)
    held[0].continue_()
    buyer.card_field("cardnumber").wait_for()
    expect(buyer.progress).to_be_empty()


@on_a_phone
def test_without_javascript_the_page_says_what_it_needs(
    new_context: CreateContextCallback, address: str, screen: str
) -> None:
    page: Page = new_context(java_script_enabled=False, **SCREENS[screen]).new_page()
    page.goto(address)
    # Playwright does not read the text of <noscript>.
    expect(page.locator("noscript p")).to_have_text(re.compile("Turn on JavaScript"))
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Pay"))).to_be_disabled()


@on_a_phone
def test_the_shop_is_unreachable_during_the_payment(buyer: Buyer, address: str, shop: Shop) -> None:
    ready(buyer, address)
    buyer.page.route(CHECKOUT, lambda route: route.abort(), times=1)
    buyer.press_pay()
    buyer.expect_alert("Can’t connect. Check your connection and try again. You won’t be charged twice.")
    buyer.page.route(CHECKOUT, lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"), times=1)
    buyer.press_pay()
    buyer.expect_alert("Payment isn’t possible right now. You haven’t been charged.")
    # The order is stored, but the response is lost.
    buyer.page.route(CHECKOUT, lambda route: (route.fetch(), route.abort()), times=1)
    buyer.press_pay()
    buyer.expect_alert("Can’t connect.")
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and len(shop.payments()) == 1


@on_a_phone
def test_the_shop_is_unreachable_after_the_payment(buyer: Buyer, address: str, shop: Shop) -> None:
    ready(buyer, address)
    buyer.page.route(NEXT_PAGE, lambda route: route.abort())
    buyer.press_pay()
    expect(buyer.progress).to_contain_text("Payment received. The shop isn’t responding")
    expect(buyer.alert).to_be_empty()
    expect(buyer.pay_button).to_be_disabled()
    buyer.page.unroute(NEXT_PAGE)
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"]


def test_the_shop_is_unreachable_when_the_thank_you_page_opens(buyer: Buyer, address: str, shop: Shop) -> None:
    ready(buyer, address)
    buyer.page.route(NEXT_PAGE, lambda route: route.continue_() if route.request.method == "HEAD" else route.abort())
    with buyer.page.expect_event("requestfailed", lambda request: request.is_navigation_request()):
        buyer.press_pay()
    # Opening the address again is enough.
    again = Buyer(buyer.page.context.new_page())
    again.page.goto(f"{shop.url}/orders/{shop.orders()[0].token}/thank-you")
    again.expect_thank_you_page()


@on_a_phone
def test_while_stripe_is_slow_the_page_says_so(buyer: Buyer, address: str, stripe: SimulatedStripe) -> None:
    ready(buyer, address)
    stripe.simulator.add_fault("/v1/payment_intents", "delay", seconds=3.5)
    buyer.press_pay()
    expect(buyer.pay_button).to_be_disabled()
    expect(buyer.page.locator("#payment")).to_have_attribute("aria-busy", "true")
    expect(buyer.progress).to_have_text(LONGER)
    buyer.expect_thank_you_page()


@on_a_phone
def test_when_stripe_fails_a_message_is_shown_and_the_next_press_works(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    ready(buyer, address)
    away = "The payment service is unavailable. Try again in a moment; you won’t be charged twice"
    for kind in ("error_before", "drop_before", "error_after"):
        stripe.simulator.add_fault("/v1/payment_intents", kind, times=5)
        buyer.press_pay()
        buyer.expect_alert(away)
        stripe.simulator.clear_faults()
    for kind in ("error_before", "drop_before"):
        stripe.simulator.add_fault("/v1/payment_intents/*/confirm", kind)
        buyer.press_pay()
        buyer.expect_alert(away)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and stripe.paid() == [1999]


def test_a_payment_with_a_lost_response_is_paid(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    ready(buyer, address)
    stripe.simulator.add_fault("/v1/payment_intents/*/confirm", "drop_after")
    buyer.press_pay()
    buyer.expect_alert("you won’t be charged twice")
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and stripe.paid() == [1999]


def test_while_stripe_is_unreachable_the_orders_page_polls(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    ready(buyer, address)
    # Webhooks are dropped, too: only the page asks Stripe.
    shop.change(Merchant, webhook_secret_encrypted=None)
    stripe.simulator.add_fault("/v1/payment_intents/*", "error_before", method="GET", times=100)
    buyer.press_pay()
    expect(buyer.page.get_by_text("Checking your payment…")).to_be_visible()
    expect(buyer.page.get_by_text("you don’t need to pay again")).to_be_visible()
    stripe.simulator.clear_faults()
    buyer.expect_thank_you_page()


@on_a_phone
def test_the_offer_is_archived_while_its_page_is_open(buyer: Buyer, address: str, shop: Shop) -> None:
    ready(buyer, address)
    for status in ("draft", "archived"):
        shop.change(Offer, status=status)
        buyer.press_pay()
        buyer.expect_alert("This offer is no longer available. You haven’t been charged.")
    shop.change(Offer, status="published")
    buyer.press_pay()
    buyer.expect_thank_you_page()


def test_the_merchant_is_disconnected_while_the_page_is_open(buyer: Buyer, address: str, shop: Shop) -> None:
    ready(buyer, address)
    with shop.inside():
        merchants.disconnect(Merchant.get())
    buyer.press_pay()
    buyer.expect_alert("The seller can’t accept payments right now. You haven’t been charged.")
    buyer.page.reload()
    expect(buyer.page.get_by_text("You can’t buy this offer right now.")).to_be_visible()


def test_the_offer_is_moved_to_another_account_while_its_page_is_open(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    ready(buyer, address)
    shop.connect_merchant(accounts.KENJI)
    with shop.inside():
        old, new = Merchant.select().order_by(Merchant.id)
        merchants.move_offers(old, new)
    buyer.press_pay()
    buyer.expect_alert("You haven’t been charged. The shop now takes payments another way: enter your card again.")
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and stripe.paid() == [1999]


@on_a_phone
def test_the_price_changes_while_the_page_is_open(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    shop.change(Offer, max_quantity=5)
    ready(buyer, address)
    buyer.page.get_by_label("Quantity").fill("2")
    shop.change(Offer, amount=2499)
    buyer.press_pay()
    buyer.expect_alert("The price is now €49.98. You haven’t been charged. Press the button again to accept it.")
    expect(buyer.page.locator("#price .unit-price")).to_have_text("€24.99")
    expect(buyer.pay_button).to_have_text("Pay €49.98")
    assert shop.orders() == []
    buyer.page.get_by_label("Quantity").fill("3")
    expect(buyer.pay_button).to_have_text("Pay €74.97")
    shop.change(Offer, amount=300, currency="JPY")
    buyer.press_pay()
    buyer.expect_alert("price is now ¥900")
    expect(buyer.pay_button).to_have_text("Pay ¥900")
    buyer.page.get_by_label("Quantity").fill("2")
    expect(buyer.pay_button).to_have_text("Pay ¥600")
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert stripe.paid() == [600]
