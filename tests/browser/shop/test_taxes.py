"""Taxes from the owner's form to the customer's order."""

import re

from playwright.sync_api import expect

from storefront.models import ShopProfile
from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop
from tests.cards import GOOD


def test_the_owner_adds_rates_by_country_and_customers_see_the_total_before_they_pay(
    owner: Owner, buyer: Buyer, shop: Shop
) -> None:
    merchant = shop.connect_merchant()
    address = shop.make_offer(merchant, price="19.99", title="Pottery", slug="pottery", max_quantity=3)
    with shop.inside():
        ShopProfile(country="FR").save()
    page = owner.page
    owner.open("/admin/offers")
    page.get_by_role("link", name="Pottery").first.click()
    tax = page.get_by_role("region", name="Tax")
    tax.get_by_label("Tax name").fill("VAT")
    tax.get_by_label("Tax rate", exact=True).fill("20")
    tax.get_by_label("Prices include tax").uncheck()
    tax.get_by_role("button", name="Add tax rate").click()
    expect(tax.get_by_label("Tax name")).to_have_value("VAT")
    tax.get_by_label("Country").select_option(label="Germany")
    tax.get_by_label("Rate", exact=True).fill("19,5")
    page.get_by_label("Ask for company").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(tax.get_by_label("Rate", exact=True)).to_have_value("19.5")

    buyer.open(address)
    offer = buyer.page
    expect(offer.locator(".price").first).to_contain_text("€19.99 each plus VAT")
    expect(offer.locator("#price-summary")).to_contain_text(re.compile(r"VAT 20%\s*€4.00\s*Total\s*€23.99"))
    expect(buyer.pay_button).to_have_text("Pay €23.99")
    offer.get_by_label("Country").select_option(label="Germany")
    expect(buyer.pay_button).to_have_text("Pay €23.89")
    offer.get_by_label("Quantity").fill("2")
    offer.get_by_label("Quantity").press("Tab")
    expect(buyer.pay_button).to_have_text("Pay €47.78")
    offer.get_by_label("Company", exact=True).fill("Farben & Ton GmbH")
    vat_id = offer.get_by_label("VAT ID")
    vat_id.fill("DE136695977")
    vat_id.press("Tab")
    expect(offer.locator("#vat_id-error")).to_have_text("Check this VAT ID, or leave it blank.")
    vat_id.fill("DE136695976")
    vat_id.press("Tab")
    expect(offer.locator("#price-summary")).to_contain_text(
        re.compile(r"VAT \(reverse charge\)\s*€0.00\s*Total\s*€39.98")
    )
    expect(offer.locator("#vat_id-error")).to_be_empty()
    expect(buyer.pay_button).to_have_text("Pay €39.98")
    # Country and company survive a reload, and so does the price for them.
    offer.reload()
    expect(buyer.pay_button).to_have_text("Pay €19.99")
    offer.get_by_label("Quantity").fill("2")
    offer.get_by_label("Quantity").press("Tab")
    expect(buyer.pay_button).to_have_text("Pay €39.98")
    buyer.fill_contact()
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    expect(offer.locator("main")).to_contain_text("VAT (reverse charge)")
    assert [(order.amount, order.tax, order.status) for order in shop.orders()] == [(3998, 0, "paid")]
