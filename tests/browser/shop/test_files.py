"""A file from the owner's disk to the customer's: uploaded in parts, paid for, downloaded."""

import hashlib
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from storefront.delivery import PART_BYTES
from storefront.models import Offer
from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop

NAME = "Книга про акварель.pdf"


def choose(page: Page, shop: Shop, file: Path) -> None:
    """Open the page of the offer, press Add file, and choose one."""
    with shop.inside():
        offer = Offer.get(Offer.slug == "evening")
    page.goto(f"{shop.url}/admin/offers/{offer.id}")
    page.get_by_role("button", name="Add file").click()
    page.get_by_label("File", exact=True).set_input_files(file)


def test_the_owner_uploads_a_file_and_the_customer_downloads_it(
    owner: Owner, shop: Shop, buyer: Buyer, tmp_path: Path
) -> None:
    address = shop.make_offer(shop.connect_merchant(), slug="evening")
    file = tmp_path / NAME
    file.write_bytes(b"%PDF-1.7 " + bytes(2 * PART_BYTES))
    page = owner.page
    choose(page, shop, file)
    sent = []

    def interrupt(route: Route) -> None:
        """The first part arrives. The second is lost, and nothing goes through until the owner tries again."""
        sent.append(route.request)
        if len(sent) == 1:
            route.continue_()
        else:
            route.abort()

    # The browser hands over the whole body of each request that waits here, so these parts are small.
    page.evaluate("document.getElementById('file-form').dataset.part = '100000'")
    # The pause before the next attempt never ends by itself: Cancel ends it.
    page.evaluate("window.setTimeout = () => 0")
    page.route("**/admin/file-uploads/*", interrupt)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Connection lost. Trying again…")).to_be_visible()
    page.get_by_role("button", name="Cancel upload").click()
    expect(page.get_by_role("button", name="Cancel upload")).to_be_hidden()
    page.unroute("**/admin/file-uploads/*")
    # The page was left meanwhile: the upload goes on after the first part.
    choose(page, shop, file)
    with page.expect_request("**/admin/file-uploads/*") as asked:
        page.get_by_role("button", name="Save").click()
    assert asked.value.method == "GET"
    expect(page.get_by_text(f"“{NAME}” is saved.")).to_be_visible()
    expect(page.get_by_role("link", name=NAME)).to_be_visible()

    buyer.pay(address)
    buyer.expect_thank_you_page()
    with buyer.page.expect_download() as download:
        buyer.page.get_by_role("link", name=NAME).click()
    assert download.value.suggested_filename == NAME
    saved = Path(download.value.path()).read_bytes()
    assert hashlib.sha256(saved).digest() == hashlib.sha256(file.read_bytes()).digest()
