"""A link, a text and a license key: the owner adds them, the customer gets them, and a refund takes them away."""

from playwright.sync_api import expect

from storefront.models import Offer, Order
from storefront.payments import request_refund
from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop

KEY = "WATERCOLOR-0001"


def test_the_owner_sells_a_link_a_text_and_a_key_and_a_refund_takes_them_away(
    owner: Owner, shop: Shop, buyer: Buyer
) -> None:
    address = shop.make_offer(shop.connect_merchant(), slug="evening")
    with shop.inside():
        path = f"/admin/offers/{Offer.get(Offer.slug == 'evening').id}"
    page = owner.page
    for button, title, label, typed in (
        ("Add link", "Recordings", "Link", "https://videos.example.com/1"),
        ("Add text", "Before you come", "Text", "Bring **two** brushes."),
        ("Add license keys", "Program", "License keys", f"{KEY}\n{KEY}"),
    ):
        owner.open(path)
        page.get_by_role("button", name=button).click()
        page.get_by_label("Title").fill(title)
        page.get_by_label(label, exact=True).fill(typed)
        page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("1 key added. 1 duplicate was skipped.")).to_be_visible()

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
