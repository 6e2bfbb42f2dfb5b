"""A card is declined, the customer pays by bank transfer, and the owner marks the order as paid and exports it."""

import zipfile

from playwright.sync_api import expect

from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop
from tests.cards import DECLINED


def test_an_order_with_a_note_is_marked_as_paid_and_exported_to_excel(owner: Owner, buyer: Buyer, shop: Shop) -> None:
    buyer.pay(shop.make_offer(shop.connect_merchant()), DECLINED)
    expect(buyer.alert).not_to_be_empty()
    (order,) = shop.orders()
    page = owner.page
    owner.open(f"/admin/orders/{order.token}")
    page.get_by_label("Note").fill("Marko will send a bank transfer")
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_role("region", name="Timeline").get_by_text("Marko will send")).to_be_visible()
    page.get_by_role("button", name="Mark as paid").click()
    page.get_by_label("Payment method").select_option("Bank transfer")
    page.get_by_role("button", name="Mark as paid").click()
    expect(page.get_by_label("Reference or reason")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Reference or reason").fill("Statement 7")
    page.get_by_role("button", name="Mark as paid").click()
    expect(page.get_by_text("Order marked as paid.")).to_be_visible()
    expect(page.locator("main[data-status=paid]")).to_be_visible()
    buyer.page.goto(f"{shop.url}/orders/{order.token}")
    buyer.expect_thank_you_page()
    expect(buyer.page.get_by_text("bank transfer")).to_have_count(0)
    owner.open("/admin/orders")
    page.get_by_role("button", name="Excel, columns").click()
    page.get_by_role("checkbox", name="Email", exact=True).uncheck()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export (Excel)").click()
    assert download.value.suggested_filename == "orders.xlsx"
    sheet = zipfile.ZipFile(download.value.path()).read("xl/worksheets/sheet1.xml").decode()
    assert "<v>19.99</v>" in sheet and "marko@example.com" not in sheet
