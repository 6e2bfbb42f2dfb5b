"""From the payment to the invoice as PDF, and from the owner's correction to the customer's page."""

from playwright.sync_api import expect

from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop
from tests.cards import GOOD


def test_a_customer_opens_the_invoice_and_its_pdf_and_the_owner_corrects_it(
    owner: Owner, buyer: Buyer, shop: Shop
) -> None:
    address = shop.make_offer(shop.connect_merchant(), price="19.99", title="Pottery", slug="pottery")
    buyer.pay(address, GOOD)
    buyer.expect_thank_you_page()
    page = buyer.page
    invoices = page.get_by_role("region", name="Invoices")
    expect(invoices.get_by_role("listitem")).to_contain_text("€19.99")
    invoices.get_by_role("link", name="Invoice TEST-").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Invoice TEST-")
    expect(page.get_by_role("region", name="Customer")).to_contain_text("Marko")
    pdf = page.get_by_role("link", name="Download PDF").get_attribute("href")
    answer = page.request.get(f"{shop.url}{pdf}")
    assert answer.headers["content-type"] == "application/pdf" and answer.body().startswith(b"%PDF")

    owner.open("/admin/documents")
    owner.page.get_by_role("link", name="TEST-").first.click()
    owner.page.get_by_role("button", name="Correct invoice").click()
    owner.page.get_by_label("Company").fill("Farben & Ton GmbH")
    owner.page.get_by_role("button", name="Issue corrected invoice").click()
    expect(owner.page.get_by_role("region", name="Customer")).to_contain_text("Farben & Ton GmbH")
    page.get_by_role("link", name="Back to the order").click()
    expect(invoices.get_by_role("listitem")).to_have_count(3)
