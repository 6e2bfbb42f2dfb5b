"""The owner names the shop, uploads a logo and chooses a color; customers see it."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.actors import Owner
from tests.browser.shop_process import Shop


def logo(size: int = 300, kind: str = "PNG") -> dict[str, object]:
    """A logo file to upload."""
    file = io.BytesIO()
    Image.effect_noise((size, size), 90).convert("RGB").save(file, kind)
    return {"name": "logo.png", "mimeType": "image/png", "buffer": file.getvalue()}


def rgb(color: str) -> str:
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


@pytest.fixture
def page(phone: Page) -> Page:
    """The owner works on a phone."""
    return phone


def test_the_owner_gives_the_shop_its_name_logo_and_color(owner: Owner, shop: Shop) -> None:
    shop.make_offer(shop.connect_merchant(), title="Evening", slug="evening")
    page = owner.page
    owner.open("/admin/settings")
    page.get_by_role("link", name="Shop", exact=True).click()
    page.get_by_label("Shop name").fill("Atelier Lumen")
    page.get_by_label("Accent color").fill("#ffd400")
    page.get_by_label("Contact email").fill("hello")
    page.get_by_label("Country").select_option(label="Germany")
    # A file that is too large is refused before it is sent, and nothing typed is lost.
    page.get_by_label("Logo").set_input_files(logo(900))
    expect(page.get_by_text("This logo is too large.")).to_be_visible()
    page.get_by_label("Logo").set_input_files(logo())
    save = page.get_by_role("button", name="Save")
    save.click()
    expect(page.get_by_label("Contact email")).to_be_focused()
    expect(page.locator("#shop-contact_email-error")).to_have_text("Enter an email address such as name@example.com.")
    expect(page.get_by_label("Shop name")).to_have_value("Atelier Lumen")
    assert page.get_by_label("Logo").evaluate("field => field.files.length") == 1, "the file is still chosen"
    page.get_by_label("Contact email").fill("hello@lumen.example")
    save.click()
    saved = page.get_by_role("status").filter(has_text="Shop settings saved.")
    found = re.search(r"The color was darkened to (#[0-9a-f]{6}) so that text on it can be read\.", saved.inner_text())
    assert found
    expect(page.get_by_role("img", name="The current logo")).to_be_visible()

    page.goto(f"{shop.url}/")
    expect(page).to_have_title("Offers · Atelier Lumen")
    header = page.get_by_role("banner")
    expect(header).to_contain_text("Atelier Lumen")
    image = header.locator("img")
    expect(image).to_be_visible()
    assert image.evaluate("one => [one.naturalHeight, one.getBoundingClientRect().height]") == [128, 32]
    expect(page.get_by_role("contentinfo")).to_contain_text("hello@lumen.example")
    page.goto(f"{shop.url}/o/evening")
    expect(page.locator(".pay").first).to_have_css("background-color", rgb(found[1]))
    page.emulate_media(color_scheme="dark")
    # On dark pages it can be read as it is.
    expect(page.locator("footer a").first).to_have_css("color", rgb("#ffd400"))

    owner.open("/admin/settings/shop")
    page.get_by_label("Shop name").fill("Lumen")
    page.get_by_role("button", name="Remove logo", exact=True).click()
    expect(page.get_by_role("button", name="Keep logo")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Remove logo", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Yes, remove logo").click()
    expect(page.get_by_role("img", name="The current logo")).not_to_be_visible()
    expect(page.get_by_label("Shop name")).to_have_value("Lumen")
