"""The complete flow: connect an account, create an offer, pay."""

from playwright.sync_api import Page, expect

from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop


def test_from_a_stripe_account_to_the_thank_you_page(owner: Owner, shop: Shop, buyer: Buyer) -> None:
    merchant = owner.connect()
    owner.make_offer("Watercolour evening", "19.99", "EUR", merchant, thanks="See you on **Friday**!")
    expect(owner.page.get_by_text("Saved.").first).to_be_visible()
    buyer.pay(f"{shop.url}/o/watercolour-evening")
    buyer.expect_thank_you_page()
    expect(buyer.page.get_by_text("See you on Friday!")).to_be_visible()
    assert [order.status for order in shop.orders()] == ["paid"]


def test_the_worker_makes_it_paid_if_the_browser_is_closed(shop: Shop, buyer: Buyer) -> None:
    address = shop.make_offer(shop.connect_merchant())
    # The buyer's browser does not return to the shop: only the webhook reports the payment.
    buyer.page.route("**/orders/**", lambda route: route.abort())
    buyer.pay(address)
    shop.until_order_is("paid")


def test_an_offer_fits_a_phone(shop: Shop, phone: Page) -> None:
    address = shop.make_offer(shop.connect_merchant())
    phone.goto(address)
    expect(phone.locator("form#payment button[type=submit]")).to_contain_text("Pay")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
