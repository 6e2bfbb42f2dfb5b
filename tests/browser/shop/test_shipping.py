"""Buying something that is posted, from the address to the tracking number."""

import re

from playwright.sync_api import expect

from storefront.models import Offer
from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.cards import GOOD


def test_an_address_survives_a_reload_and_the_parcel_is_sent(
    owner: Owner, buyer: Buyer, shop: Shop, stripe: SimulatedStripe
) -> None:
    address = shop.make_offer(shop.connect_merchant(), asks_shipping=True)
    shop.change(Offer, shipping_prices=[{"country": "DE", "amount": 500}])
    buyer.open(address)
    buyer.fill_contact()
    page = buyer.page
    page.get_by_label("Country").select_option(label="France")
    expect(page.get_by_text("We don’t ship to France.")).to_be_visible()
    page.get_by_label("Country").select_option(label="Germany")
    expect(page.get_by_text("We don’t ship to France.")).to_be_hidden()
    expect(buyer.pay_button).to_have_text("Pay €24.99")
    page.locator("#shipping_line1").fill("Torstraße 7")
    page.locator("#shipping_city").fill("Berlin")
    page.locator("#shipping_postal_code").fill("1011")
    buyer.reload()
    expect(page.locator("#shipping_line1")).to_have_value("Torstraße 7")
    expect(buyer.pay_button).to_have_text("Pay €24.99")
    buyer.type_card(GOOD)
    buyer.press_pay()
    expect(page.get_by_text("Enter a postal code like 12345.")).to_be_visible()
    page.locator("#shipping_postal_code").fill("10119")
    buyer.press_pay()
    buyer.expect_thank_you_page()
    expect(page.get_by_text("10119 Berlin")).to_be_visible()
    assert stripe.paid() == [2499]
    owner.open("/admin/orders?status=to_send")
    owner.page.get_by_role("link", name=re.compile(r"^#\d+")).first.click()
    owner.page.get_by_role("button", name="Mark as sent").click()
    owner.page.get_by_label("Tracking number").fill("1Z 999")
    owner.page.get_by_label("Carrier").select_option(label="UPS")
    owner.page.get_by_role("button", name="Mark as sent").click()
    expect(owner.page.get_by_role("link", name="UPS 1Z 999")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="UPS 1Z 999")).to_have_attribute(
        "href", re.compile(r"^https://www\.ups\.com/")
    )
