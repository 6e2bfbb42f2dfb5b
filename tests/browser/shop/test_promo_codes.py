"""Promo codes from the owner's form to the customer's order."""

import re

from playwright.sync_api import expect

from storefront.models import PromoCode
from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop
from tests.cards import GOOD


def make_code(shop: Shop, code: str, percent: int) -> None:
    with shop.inside():
        PromoCode.create(code=code, percent=percent)


def test_the_owner_makes_a_code_and_customers_pay_less(owner: Owner, buyer: Buyer, shop: Shop) -> None:
    merchant = shop.connect_merchant()
    address = shop.make_offer(merchant, price="90.00", title="Course", slug="course", max_quantity=3)
    page = owner.page
    owner.open("/admin/promo-codes")
    page.get_by_role("button", name="New promo code").click()
    page.get_by_label("Code", exact=True).fill("autumn")
    page.get_by_label("Percent off").fill("15")
    page.get_by_label("Offers").select_option(label="Course")
    page.get_by_label("Total uses").fill("2")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("“AUTUMN” is saved.")
    expect(page.get_by_role("row", name="AUTUMN")).to_contain_text(re.compile(r"0\s*of 2"))

    buyer.open(address)
    offer = buyer.page
    offer.get_by_text("Have a promo code?").click()
    code = offer.get_by_label("Promo code", exact=True)
    code.fill("winter")
    offer.get_by_role("button", name="Apply").click()
    expect(offer.locator("#code-error")).to_have_text("This code doesn’t exist. Check the spelling.")
    expect(buyer.pay_button).to_have_text("Pay €90.00")
    code.fill("Autumn")
    code.press("Enter")
    expect(buyer.pay_button).to_have_text("Pay €76.50")
    expect(offer.locator("#code-error")).to_be_empty()
    expect(offer.locator("#price-summary")).to_contain_text(re.compile(r"Promo code AUTUMN−€13.50\s+Total€76.50"))
    code.fill("winter")
    code.press("Enter")
    expect(offer.locator("#code-error")).to_have_text("This code doesn’t exist. Check the spelling.")
    expect(buyer.pay_button).to_have_text("Pay €90.00")
    code.fill("Autumn")
    code.press("Enter")
    expect(buyer.pay_button).to_have_text("Pay €76.50")
    offer.get_by_label("Quantity").fill("2")
    offer.get_by_label("Quantity").press("Tab")
    expect(buyer.pay_button).to_have_text("Pay €153.00")
    buyer.fill_contact()
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    expect(offer.locator("main")).to_contain_text("Promo code AUTUMN")
    assert [(order.amount, order.code, order.status) for order in shop.orders()] == [(15300, "AUTUMN", "paid")]
    owner.open("/admin/promo-codes")
    expect(page.get_by_role("row", name="AUTUMN")).to_contain_text(re.compile(r"1\s*of 2"))


def test_a_link_applies_the_code_and_a_free_order_needs_no_card(buyer: Buyer, shop: Shop) -> None:
    address = shop.make_offer(shop.connect_merchant(), price="19.99", slug="evening")
    make_code(shop, "GIFT", 10_000)
    buyer.page.goto(f"{address}?code=gift")
    expect(buyer.page.get_by_label("Promo code", exact=True)).to_have_value("gift")
    expect(buyer.pay_button).to_have_text("Pay €0.00")
    expect(buyer.page.locator("#card-element")).to_be_hidden()
    buyer.press_pay()
    expect(buyer.page.locator("#email-error")).to_have_text("Enter your email address")
    buyer.fill_contact()
    buyer.press_pay()
    buyer.expect_thank_you_page()
    expect(buyer.page.get_by_text("There was nothing to pay today.")).to_be_visible()
    assert shop.payments() == []


def test_a_typed_code_is_applied_before_anything_is_charged(buyer: Buyer, shop: Shop) -> None:
    address = shop.make_offer(shop.connect_merchant(), price="19.99")
    make_code(shop, "HALF", 5000)
    buyer.open(address)
    buyer.fill_contact()
    buyer.type_card(GOOD)
    buyer.page.get_by_text("Have a promo code?").click()
    buyer.page.get_by_label("Promo code", exact=True).fill("half")
    buyer.press_pay()
    buyer.expect_alert(re.compile("The price is now €9.99. You haven’t been charged."))
    assert shop.orders() == []
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [order.amount for order in shop.orders()] == [999]
