"""Offers in the admin: validation, publishing, pictures, duplicating."""

import io
import re

from PIL import Image
from playwright.sync_api import Dialog, Page, expect

from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop


def picture(width: int = 1200, height: int = 800) -> dict[str, object]:
    """An image file to upload."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "JPEG")
    return {"name": "evening.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()


def test_publishing_shows_an_error_and_then_works(owner: Owner, shop: Shop) -> None:
    merchant = shop.connect_merchant()
    owner.open("/admin/offers/new")
    page = owner.page
    systems = page.get_by_label("Payment system", exact=True)
    systems.select_option("")
    page.get_by_label("Title", exact=True).fill("Watercolour evening")
    page.get_by_label("Price", exact=True).fill("0.10")
    page.get_by_label("Description").fill("Two *hours*")
    page.get_by_label("Status").select_option(label="Published")
    save(page)
    alert = page.get_by_role("alert").filter(has_text="Nothing was saved.")
    expect(alert).to_contain_text("Stripe’s minimum is €0.50.")
    expect(alert).to_contain_text("Choose a payment system before you publish.")
    expect(alert).to_be_focused()
    alert.get_by_role("link", name="Price").click()
    expect(page.get_by_label("Price", exact=True)).to_be_focused()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Watercolour evening")
    expect(page.get_by_label("Description")).to_have_value("Two *hours*")
    page.get_by_label("Price", exact=True).fill("19.99")
    systems.select_option(label=merchant)
    expect(page.get_by_label("Currency")).to_have_value("EUR")
    save(page)
    expect(page.get_by_role("status")).to_contain_text(f"Share this link: {shop.url}/o/watercolour-evening")
    page.get_by_role("status").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Watercolour evening")


def test_a_picture_can_be_added_and_removed(owner: Owner, shop: Shop) -> None:
    shop.make_offer(shop.connect_merchant(), title="Evening", slug="evening")
    page = owner.page
    owner.open(f"/admin/offers/{shop.offers()[0].id}")
    page.get_by_label("Image").set_input_files(picture())
    page.get_by_label("Alt text").fill("Brushes in a jar")
    save(page)
    preview = page.get_by_role("img", name="Brushes in a jar")
    expect(preview).to_be_visible()
    assert preview.evaluate("image => image.decode().then(() => image.naturalWidth)") == 480
    page.get_by_label("Remove the image").check()
    save(page)
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(preview).to_have_count(0)


def test_a_picture_that_is_too_large_is_refused_before_the_upload(owner: Owner, shop: Shop) -> None:
    owner.open("/admin/offers/new")
    page = owner.page
    page.get_by_label("Title", exact=True).fill("Watercolour evening")
    page.get_by_label("Price", exact=True).fill("19.99")
    large = {**picture(), "buffer": bytes(9_000_000)}
    page.get_by_label("Image").set_input_files(large)
    words = "This image is too large. Choose one of up to 8 MB."
    expect(page.get_by_label("Image")).to_have_accessible_description(re.compile(words))
    save(page)
    expect(page.get_by_label("Image")).to_be_focused()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Watercolour evening")
    assert shop.offers() == []
    page.get_by_label("Image").set_input_files(picture())
    save(page)
    expect(page.get_by_role("status")).to_contain_text("Saved as a draft.")


def test_an_offer_can_be_duplicated(owner: Owner, shop: Shop) -> None:
    shop.make_offer(shop.connect_merchant(), title="Evening", slug="evening")
    owner.open("/admin/offers")
    page = owner.page
    page.get_by_label("Actions for “Evening”").click()
    page.get_by_role("button", name="Duplicate").click()
    expect(page.get_by_role("status")).to_have_text(
        "This is a copy of “Evening”. It’s a draft, so only you can see it."
    )
    expect(page.get_by_label("Address", exact=True)).to_have_value("evening-2")
    expect(page.get_by_label("Status").locator("option:checked")).to_have_text("Draft")


def test_a_shared_link_redirects_to_the_new_address(owner: Owner, shop: Shop) -> None:
    old = shop.make_offer(shop.connect_merchant(), title="Evening", slug="evening")
    owner.open(f"/admin/offers/{shop.offers()[0].id}")
    page = owner.page
    page.get_by_label("Address", exact=True).fill("spring-evening")
    save(page)
    expect(page.get_by_role("status")).to_contain_text("The old link /o/evening still works.")
    page.goto(old)
    expect(page).to_have_url(re.compile(r"/o/spring-evening$"))


def test_an_offer_is_previewed_published_and_shared(owner: Owner, friend: Buyer, shop: Shop) -> None:
    merchant = shop.connect_merchant()
    owner.open("/admin/offers/new")
    page = owner.page
    page.get_by_label("Title", exact=True).fill("Watercolour evening")
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    page.get_by_label("Price", exact=True).fill("19.99")
    page.get_by_label("Payment system", exact=True).select_option(label=merchant)
    page.get_by_label("Image").set_input_files(picture())
    expect(page.get_by_role("img", name="The image you chose")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Preview").click()
    preview = opened.value
    expect(preview.get_by_text("Preview – not saved")).to_be_visible()
    expect(preview.get_by_role("heading", level=1)).to_have_text("Watercolour evening")
    picture_loads = "image => image.decode().then(() => image.naturalWidth)"
    assert preview.locator("img.picture").evaluate(picture_loads) == 960
    expect(preview.get_by_role("button", name="Pay")).to_be_disabled()
    preview.close()
    assert shop.offers() == []
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    page.get_by_label("Description").fill("Two *hours*")
    address = f"{shop.url}/o/watercolour-evening"
    refused = friend.page.goto(address)
    assert refused and refused.status == 404
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="Your offer is published")).to_be_visible()
    share = page.locator("#share")
    expect(share.get_by_role("link", name=address)).to_be_visible()
    expect(share.locator("svg")).to_be_visible()
    share.get_by_role("button", name="Copy link").click()
    friend.open(address)
    expect(friend.page.get_by_text("Two hours")).to_be_visible()


def test_leaving_unsaved_changes_asks_first(owner: Owner, shop: Shop) -> None:
    shop.make_offer(shop.connect_merchant(), title="Evening", slug="evening")
    owner.open(f"/admin/offers/{shop.offers()[0].id}")
    page, asked = owner.page, []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_label("Title", exact=True).fill("Morning")
    page.get_by_role("navigation", name="You are here").get_by_role("link", name="Offers").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Morning")
    assert asked == ["beforeunload"]
    save(page)
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    page.get_by_role("navigation", name="You are here").get_by_role("link", name="Offers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Offers")
    assert asked == ["beforeunload"]


def test_selected_offers_are_archived_and_come_back(owner: Owner, shop: Shop) -> None:
    merchant = shop.connect_merchant()
    for title in ("Morning", "Evening"):
        shop.make_offer(merchant, title=title, slug=title.lower())
    owner.open("/admin/offers")
    page = owner.page
    expect(page.get_by_text("Selected:")).to_have_count(0)
    page.get_by_label("Select “Morning”").check()
    expect(page.get_by_text("Selected: 1")).to_be_visible()
    page.get_by_label("Select all on this page").check()
    expect(page.get_by_text("Selected: 2")).to_be_visible()
    page.get_by_role("button", name="Archive selected").click()
    expect(page.locator("#notice")).to_contain_text("2 offers are archived.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#notice")).to_contain_text("2 offers are restored.")
    assert {offer.status for offer in shop.offers()} == {"published"}
