"""Screenshots for the merchants' guides, of a shop that has sold for a while."""

from playwright.sync_api import Page, expect

from tools.screenshot_files import take, take_part
from tools.shop_with_sales import SECOND

# Wide enough for the tables of lists; of a long page, what a window shows.
WIDE, WINDOW = 1300, 900
# So narrow that a part of a form can be read in a guide.
FORM = 760
ACCOUNT = "Olena’s studio (EUR)"
CSV = f"""\
title,price,currency,payment_system,kind,interval,status
Pottery for two,64,EUR,{ACCOUNT},one_off,,published
A box of clay,29.50,EUR,{ACCOUNT},recurring,month,published
Open studio on Sundays,15,EUR,{ACCOUNT},one_off,,draft
"""
PAGES = {
    "orders": "orders",
    "invoices": "documents",
    "shop": "settings/shop",
    "team": "settings/team",
    "notifications": "settings/notifications",
}


def take_guides(page: Page, admin: str, language: str) -> None:
    """Take all pictures of the guides in one language. `page` is signed in; `admin` is the admin's address."""
    page.set_viewport_size({"width": WIDE, "height": WINDOW})
    _take_dashboard(page, admin, language)
    for name, address in PAGES.items():
        page.goto(f"{admin}/{address}")
        take(page, name, language, WIDE, WINDOW)
    _take_payouts(page, admin, language)
    page.goto(f"{admin}/customers?sort=orders")
    page.goto(page.locator("main .row-link").first.evaluate("link => link.href"))
    take(page, "customer", language, WIDE, WINDOW)
    _take_import(page, admin, language)
    _take_offer_parts(page, admin, language)


def _take_dashboard(page: Page, admin: str, language: str) -> None:
    page.goto(admin)
    hide = page.locator("[name=hidden][value='1'] ~ button")
    if hide.count():
        hide.click()
        expect(hide).to_have_count(0)
        page.goto(admin)
    take(page, "dashboard", language, WIDE, WINDOW + FORM)


def _take_payouts(page: Page, admin: str, language: str) -> None:
    page.goto(f"{admin}/money")
    account = page.locator("main select option", has_text=ACCOUNT).first.get_attribute("value")
    page.goto(f"{admin}/money?merchant={account}")
    take(page, "payouts", language, WIDE, WINDOW)


def _take_import(page: Page, admin: str, language: str) -> None:
    page.goto(f"{admin}/offers/import")
    file = {"name": "offers.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
    page.set_input_files("[name=file]", file)  # type: ignore[arg-type]
    page.click("main form[enctype] button[type=submit]")
    expect(page.locator("main tbody tr")).to_have_count(3)
    take(page, "import", language, WIDE, WINDOW)


def _take_offer_parts(page: Page, admin: str, language: str) -> None:
    """Parts of the offers' forms. Nothing is saved."""
    page.goto(f"{admin}/offers")
    forms = page.locator("main .row-link")
    addresses = {link.inner_text(): str(link.evaluate("link => link.href")) for link in forms.all()}
    page.set_viewport_size({"width": FORM, "height": WINDOW})
    page.goto(addresses["A box of colours"])
    take_part(page, "price-options", language, "#offer-options")
    page.goto(addresses["Watercolour evening"])
    take_part(page, "questions", language, "#offer-questions")
    page.select_option("#offer-second_merchant", label=SECOND)
    take_part(page, "second-account", language, ".field:has(> #offer-merchant)", ".field:has(> #offer-second_merchant)")
    page.check("#offer-asks_shipping")
    page.locator("#offer-shipping button").last.click()
    page.locator("#offer-shipping select").first.select_option("DE")
    page.locator("#offer-shipping [inputmode=decimal]").first.fill("4.90")
    take_part(page, "shipping", language, "#offer-shipping")
