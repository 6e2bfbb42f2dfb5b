"""A link, a text and a license key: the owner adds them, the customer gets them, and a refund takes them away."""

from playwright.sync_api import expect

from storefront.models import Order
from storefront.payments import request_refund
from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop

KEY = "WATERCOLOR-0001"


def test_the_owner_sells_a_link_a_text_and_a_key_and_a_refund_takes_them_away(
    owner: Owner, shop: Shop, buyer: Buyer
) -> None:
    merchant, page = owner.connect(), owner.page
    owner.open("/admin/offers/new")
    for number, (button, title, label, typed) in enumerate(
        (
            ("Add link", "Recordings", "Link", "https://videos.example.com/1"),
            ("Add text", "Before you come", "Text", "Bring **two** brushes."),
            ("Add license keys", "Program", "License keys", f"{KEY}\n{KEY}"),
        )
    ):
        page.get_by_role("button", name=button).click()
        row = page.locator("#offer-deliverables fieldset").nth(number)
        expect(row.get_by_label("Title")).to_be_focused()
        row.get_by_label("Title").fill(title)
        row.get_by_label(label, exact=True).fill(typed)
    page.get_by_label("Title", exact=True).first.fill("Evening")
    page.get_by_label("Price", exact=True).fill("19.99")
    page.get_by_label("Payment system", exact=True).select_option(label=merchant)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("1 key left")).to_be_visible()
    address = f"{shop.url}/o/evening"

    buyer.pay(address)
    buyer.expect_thank_you_page()
    expect(buyer.page.get_by_role("link", name="Recordings")).to_have_attribute("href", "https://videos.example.com/1")
    expect(buyer.page.get_by_text("Bring two brushes.")).to_be_visible()
    expect(buyer.page.get_by_text(KEY)).to_be_visible()
    buyer.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    buyer.page.get_by_role("button", name=f"Copy key {KEY}").click()
    expect(buyer.page.get_by_text("Copied")).to_be_visible()
    assert buyer.page.evaluate("navigator.clipboard.readText()") == KEY
    # It was the only one.
    page.goto(address)
    expect(page.get_by_text("This offer is sold out.")).to_be_visible()

    with shop.inside():
        order = Order.get()
        request_refund(order, order.amount, "requested_by_customer", "one-press")
    buyer.page.goto(f"{shop.url}/orders/{order.token}")
    expect(buyer.page.get_by_text("so what you bought is no longer available")).to_be_visible()
    expect(buyer.page.get_by_text(KEY)).to_be_hidden()
    expect(buyer.page.get_by_role("link", name="Recordings")).to_be_hidden()
