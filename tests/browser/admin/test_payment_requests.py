"""The owner asks one person for one amount; that person pays by the link; the owner sees it paid."""

import re

from playwright.sync_api import expect

from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop
from tests.cards import ASKS


def test_a_payment_request_is_made_paid_with_3d_secure_and_shown_as_paid(
    owner: Owner, buyer: Buyer, shop: Shop
) -> None:
    shop.connect_merchant()
    page = owner.page
    owner.open("/admin/payment-requests")
    page.get_by_role("button", name="New payment request").click()
    page.get_by_label("Description").fill("Wedding photos")
    page.get_by_label("Amount").fill("450.50")
    page.get_by_label("Customer name").fill("Marko")
    page.get_by_label("Customer email").fill("marko@example.com")
    page.get_by_role("button", name="Create").click()
    link = page.get_by_role("region", name="Wedding photos").locator("a.share")
    expect(link).to_have_text(re.compile(r"/r/[\w-]{22,}$"))
    address = link.inner_text()
    buyer.open(address)
    expect(buyer.page.get_by_role("heading", name="Payment request")).to_be_visible()
    expect(buyer.page.get_by_label("Email")).to_have_value("marko@example.com")
    buyer.type_card(ASKS)
    expect(buyer.pay_button).to_have_text("Pay €450.50")
    buyer.press_pay()
    buyer.answer_challenge("authorize")
    buyer.expect_thank_you_page()
    buyer.page.goto(address)
    expect(buyer.page.get_by_text("This request is paid. Thank you!")).to_be_visible()
    page.reload()
    expect(page.locator("#list").get_by_text("Paid", exact=True)).to_be_visible()
    assert [(order.status, order.amount) for order in shop.orders()] == [("paid", 45050)]
