"""When an offer is for sale, and how many a customer has to take: from the owner's form to the order."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from storefront import settings
from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop
from tests.cards import GOOD

KYIV = ZoneInfo("Europe/Kyiv")


def sell(page: Page, begin: datetime, end: datetime | None = None) -> None:
    """The owner says when the offer is for sale, in the shop's time zone."""
    for label, at in (("On sale from", begin), ("On sale until", end)):
        page.get_by_label(label).fill(at.strftime("%Y-%m-%dT%H:%M") if at else "")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved")


def test_an_offer_is_sold_between_two_dates_and_from_two_pieces_on(owner: Owner, buyer: Buyer, shop: Shop) -> None:
    address = shop.make_offer(shop.connect_merchant(), price="5.00", title="Evening")
    with shop.inside():
        settings.set_time_zone("Europe/Kyiv")
    today = datetime.now(KYIV).replace(hour=18, minute=30)
    begin, page = today + timedelta(days=40), buyer.page
    owner.open(f"/admin/offers/{shop.offers()[0].id}")
    owner.page.get_by_label("Maximum quantity").fill("4")
    owner.page.get_by_label("Minimum quantity").fill("2")
    sell(owner.page, begin)
    page.goto(address)
    expect(page.get_by_role("heading", name="Not on sale yet")).to_be_visible()
    told = f"You can buy it from {begin:%B} {begin.day}, {begin.year}, 6:30 PM {begin.tzname()}."
    expect(page.get_by_text(told)).to_be_visible()
    expect(page.locator("#card-element")).to_have_count(0)

    end = today + timedelta(days=2)
    sell(owner.page, today - timedelta(days=2), end)
    buyer.open(address)
    expect(page.get_by_text(f"On sale until {end:%B} {end.day}, {end.year}")).to_be_visible()
    quantity = page.get_by_label("Quantity")
    expect(quantity).to_have_value("2")
    expect(buyer.pay_button).to_have_text("Pay €10.00")
    buyer.fill_contact()
    buyer.type_card(GOOD)
    quantity.fill("1")
    buyer.press_pay()
    expect(quantity).to_have_attribute("aria-invalid", "true")
    expect(quantity).to_be_focused()
    quantity.fill("3")
    expect(buyer.pay_button).to_have_text("Pay €15.00")
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [(order.quantity, order.amount, order.status) for order in shop.orders()] == [(3, 1500, "paid")]

    sell(owner.page, today - timedelta(days=4), today - timedelta(days=1))
    page.goto(address)
    expect(page.get_by_role("heading", name="No longer on sale")).to_be_visible()
    expect(page.get_by_text("The sale ended on")).to_be_visible()
