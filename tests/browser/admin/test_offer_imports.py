"""The owner imports offers from a CSV file, and sees before what each row does."""

from playwright.sync_api import FilePayload, expect

from tests.browser.actors import Owner
from tests.browser.shop_process import Shop

ROWS = (
    "title,address,price,currency,status\n"
    "Чай поштою,tea,12.50,EUR,published\n"
    "Watercolour evening,evening,25.00,EUR,published\n"
    "A mistake,mistake,1.234,EUR,published\n"
)


def test_offers_are_checked_and_then_imported_from_a_file(owner: Owner, shop: Shop) -> None:
    shop.make_offer(shop.connect_merchant(), slug="evening", title="Watercolour evening")
    page = owner.page
    owner.open("/admin/offers/import")
    file = page.get_by_label("CSV file")
    page.get_by_role("button", name="Check file").click()
    expect(page.locator("#import-file-error")).not_to_be_empty()
    file.set_input_files(FilePayload(name="offers.csv", mimeType="text/csv", buffer=ROWS.encode()))
    page.get_by_role("button", name="Check file").click()
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Чай поштою")).to_contain_text("New offer")
    expect(page.get_by_role("row").filter(has_text="Watercolour evening")).to_contain_text("Price")
    mistakes = page.get_by_role("region", name="1 row with errors")
    expect(mistakes).to_contain_text("Line 4")
    expect(mistakes).to_contain_text("Price:")
    assert [(offer.slug, offer.amount) for offer in shop.offers()] == [("evening", 1999)]

    page.get_by_label("Update 1 existing offer").check()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("2 offers saved.")).to_be_visible()
    expect(page.get_by_role("region", name="1 row with errors")).to_be_visible()
    assert {(offer.slug, offer.amount) for offer in shop.offers()} == {("evening", 2500), ("tea", 1250)}
    page.goto(f"{shop.url}/o/tea")
    expect(page.get_by_role("heading", level=1)).to_have_text("Чай поштою")
