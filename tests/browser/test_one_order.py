"""Back, reload, two tabs, two devices: one order, paid once, and never an error page for whoever has paid."""

from datetime import timedelta

from playwright.sync_api import expect

from storefront.models import Offer, Order, now
from tests.browser.people import Buyer
from tests.browser.screens import on_both_screens
from tests.browser.shop import Shop
from tests.browser.which_stripe import SimulatedStripe

GOOD, BAD = "4242424242424242", "4000000000000002"


def fill(buyer: Buyer, number: str = GOOD) -> None:
    buyer.introduce_himself()
    buyer.type_card(number)


@on_both_screens
def test_back_and_pay_again_is_the_same_purchase(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    buyer.pay(address)
    buyer.stands_on_the_thank_you_page()
    buyer.page.go_back()
    buyer.card_field("cardnumber").wait_for()
    fill(buyer)
    buyer.press_pay()
    buyer.stands_on_the_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and stripe.paid() == [1999]


def test_opened_anew_the_offer_can_be_bought_once_more(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    for _ in range(2):
        buyer.pay(address)
        buyer.stands_on_the_thank_you_page()
        buyer.page.wait_for_load_state()
    assert [order.status for order in shop.orders()] == ["paid", "paid"] and stripe.paid() == [1999, 1999]


@on_both_screens
def test_a_reload_in_between_meets_the_same_order(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    buyer.pay(address, BAD)
    expect(buyer.alert).to_contain_text("declined")
    buyer.page.reload()
    fill(buyer)
    buyer.press_pay()
    buyer.stands_on_the_thank_you_page()
    buyer.page.reload()
    buyer.stands_on_the_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and stripe.paid() == [1999]


@on_both_screens
def test_two_tabs_pay_once(buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe) -> None:
    tabs = [buyer, Buyer(buyer.page.context.new_page(), buyer.frames)]
    for tab in tabs:
        tab.open(address)
        fill(tab)
    for tab in tabs:
        tab.press_pay()
    for tab in tabs:
        tab.stands_on_the_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and stripe.paid() == [1999]


def test_a_tab_left_behind_meets_what_another_has_paid(
    buyer: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    buyer.open(address)
    fill(buyer)
    other = Buyer(buyer.page.context.new_page(), buyer.frames)
    other.pay(address)
    other.stands_on_the_thank_you_page()
    other.page.wait_for_load_state()
    # The offer is even opened anew meanwhile, and costs something else.
    other.open(address)
    shop.change(Offer, amount=9900)
    buyer.press_pay()
    buyer.stands_on_the_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and stripe.paid() == [1999]


def test_two_devices_with_the_same_order_pay_once(
    buyer: Buyer, friend: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    buyer.pay(address, BAD)
    expect(buyer.alert).to_contain_text("declined")
    friend.page.goto(f"{shop.url}/orders/{shop.orders()[0].token}")
    friend.page.get_by_role("link", name="Try again").click()
    expect(friend.page.get_by_label("Email")).to_have_value("marko@example.com")
    friend.type_card(GOOD)
    buyer.type_card(GOOD)
    friend.press_pay()
    buyer.press_pay()
    friend.stands_on_the_thank_you_page()
    buyer.stands_on_the_thank_you_page()
    assert [order.status for order in shop.orders()] == ["paid"] and stripe.paid() == [1999]


def test_the_thank_you_page_opens_years_later_on_any_device(
    buyer: Buyer, friend: Buyer, address: str, shop: Shop, stripe: SimulatedStripe
) -> None:
    buyer.pay(address)
    buyer.stands_on_the_thank_you_page()
    long_ago = now() - timedelta(days=3 * 365)
    shop.change(Order, created_at=long_ago, paid_at=long_ago, expires_at=long_ago)
    shop.change(Offer, status="archived", slug="another-name")
    stripe.simulator.reset()
    friend.page.goto(buyer.page.url)
    friend.stands_on_the_thank_you_page()
    friend.page.goto(buyer.page.url.removesuffix("/thank-you"))
    friend.stands_on_the_thank_you_page()
