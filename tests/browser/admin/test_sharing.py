"""How an offer gets around: its button on another website, its QR code, the sitemap, and where customers came from."""

from pathlib import Path

import requests
from playwright.sync_api import expect

from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop
from tests.cards import GOOD
from tests.http_server import website


def test_a_button_on_another_website_sells_and_the_order_tells_where_it_came_from(
    owner: Owner, buyer: Buyer, shop: Shop, tmp_path: Path
) -> None:
    address = shop.make_offer(shop.connect_merchant(), title="Evening", slug="evening", listed=True)
    page = owner.page
    owner.open(f"/admin/offers/{shop.offers()[0].id}")
    share = page.locator("#share")
    share.get_by_text("QR code").click()
    for kind, start in (("SVG", b"<?xml"), ("PNG", b"\x89PNG")):
        with page.expect_download() as saved:
            share.get_by_role("link", name=kind).click()
        assert saved.value.suggested_filename == f"evening-qr.{kind.lower()}"
        assert saved.value.path().read_bytes().startswith(start)
    share.get_by_text("Button for your website").click()
    button = share.get_by_role("textbox", name="Button for your website").input_value()
    share.get_by_role("link", name="Print sheet").click()
    expect(page.get_by_text("Scan to order")).to_be_visible()
    assert f"<loc>{address}</loc>" in requests.get(f"{shop.url}/sitemap.xml", timeout=20).text

    # As newsletters do, the owner adds a campaign to the link.
    html = button.replace(address, f"{address}?utm_source=newsletter&amp;utm_campaign=spring")
    (tmp_path / "index.html").write_text(f"<!doctype html><title>Blog</title><h1>Blog</h1>{html}")
    with website(tmp_path) as origin:
        buyer.page.goto(origin)
        buyer.page.get_by_role("link", name="Buy now").click()
        buyer.fill_contact()
        buyer.type_card(GOOD)
        buyer.press_pay()
        buyer.expect_thank_you_page()
    assert buyer.page.context.cookies() == []
    owner.open(f"/admin/orders/{shop.orders()[0].token}")
    source = page.locator("main")
    for expected in ("Traffic source", f"{origin}/", "newsletter", "spring"):
        expect(source.get_by_text(expected).first).to_be_visible()
