"""Back, reload, two tabs, two devices: one order, paid once, and no error page after payment."""

from datetime import timedelta

from playwright.sync_api import expect

from storefront.models import Offer, Order, now
from tests.browser.actors import Buyer
from tests.browser.screens import on_a_phone
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.cards import DECLINED, GOOD


def fill(buyer: Buyer, number: str = GOOD) -> None:
    buyer.fill_contact()
    buyer.type_card(number)


@on_a_phone
def test_pressing_back_and_paying_again_keeps_the_same_order(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    buyer.pay(address)
    buyer.expect_thank_you_page()
    buyer.page.go_back()
    buyer.card_field("cardnumber").wait_for()
    fill(buyer)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and stripe.paid() == [1999]


def test_opening_the_offer_again_allows_another_purchase(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    for _ in range(2):
        buyer.pay(address)
        buyer.expect_thank_you_page()
        buyer.page.wait_for_load_state()
    assert [order.status for order in shop.orders()] == ["paid", "paid"] and stripe.paid() == [1999, 1999]


@on_a_phone
def test_a_reload_keeps_the_same_order(buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe) -> None:
    buyer.pay(address, DECLINED)
    expect(buyer.alert).to_contain_text("declined")
    buyer.page.reload()
    fill(buyer)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    buyer.page.reload()
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and stripe.paid() == [1999]


@on_a_phone
def test_two_tabs_pay_once(buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe) -> None:
    tabs = [buyer, Buyer(buyer.page.context.new_page())]
    for tab in tabs:
        tab.open(address)
        fill(tab)
    for tab in tabs:
        tab.press_pay()
    for tab in tabs:
        tab.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and stripe.paid() == [1999]


def test_an_old_tab_shows_the_payment_made_in_another_tab(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    buyer.open(address)
    fill(buyer)
    other = Buyer(buyer.page.context.new_page())
    other.pay(address)
    other.expect_thank_you_page()
    other.page.wait_for_load_state()
    # Meanwhile the price of the offer changed and its page was opened again.
    other.open(address)
    shop.change(Offer, amount=9900)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and stripe.paid() == [1999]


def test_two_devices_with_the_same_order_pay_once(
    buyer: Buyer, friend: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    buyer.pay(address, DECLINED)
    expect(buyer.alert).to_contain_text("declined")
    friend.page.goto(f"{shop.url}/orders/{shop.orders()[0].token}")
    friend.page.get_by_role("link", name="Try again").click()
    expect(friend.page.get_by_label("Email")).to_have_value("marko@example.com")
    friend.type_card(GOOD)
    buyer.type_card(GOOD)
    friend.press_pay()
    buyer.press_pay()
    friend.expect_thank_you_page()
    buyer.expect_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and stripe.paid() == [1999]


def test_the_thank_you_page_works_years_later_on_any_device(
    buyer: Buyer, friend: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    buyer.pay(address)
    buyer.expect_thank_you_page()
    long_ago = now() - timedelta(days=3 * 365)
    shop.change(Order, created_at=long_ago, paid_at=long_ago, expires_at=long_ago)
    shop.change(Offer, status="archived", slug="another-name")
    stripe.simulator.reset()
    friend.page.goto(buyer.page.url)
    friend.expect_thank_you_page()
    friend.page.goto(buyer.page.url.removesuffix("/thank-you"))
    friend.expect_thank_you_page()
