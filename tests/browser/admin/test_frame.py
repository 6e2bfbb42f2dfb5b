"""What surrounds the admin's pages and lists: filters at once, the bar of a phone, the keyboard."""

import re

import pytest
from playwright.sync_api import expect

from storefront.models import Merchant, Offer
from tests.browser.actors import Owner
from tests.browser.every_page import somebody
from tests.browser.shop_process import Shop
from tests.factories import make_offer
from tests.purchase_steps import buy, start_checkout
from tests.simulator_process import Simulator

WITHOUT_EDGE = """() => [...document.querySelectorAll('button:not(.plain), [role=button]')]
  .filter(one => one.checkVisibility() && parseFloat(getComputedStyle(one).borderTopWidth) < 1)
  .map(one => one.outerHTML)"""


@pytest.fixture
def orders(shop: Shop) -> None:
    shop.connect_merchant()
    with shop.inside():
        offer = make_offer(Merchant.get(), title="Evening")
        for name in ("Anna", "Taras"):
            start_checkout(offer, somebody(name))


def test_filters_apply_at_once_and_stay_in_the_address(owner: Owner, orders: None) -> None:
    page = owner.page
    page.set_viewport_size({"width": 1280, "height": 800})
    owner.open("/admin/orders")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    page.keyboard.press("/")
    search = page.get_by_label("Number, email or name")
    expect(search).to_be_focused()
    page.keyboard.type("anna")
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/admin/orders\?q=anna$"))
    page.get_by_label("Status").select_option("paid")
    expect(page.get_by_text("No orders match this search.")).to_be_visible()
    page.reload()
    page.get_by_role("link", name="Remove filter: Status: Paid").click()
    expect(rows).to_have_count(1)
    page.get_by_label("Select order").check()
    expect(page.get_by_text("Selected: 1")).to_be_visible()
    rows.get_by_text("Evening").click(force=True)
    expect(page.get_by_role("heading", level=1)).to_contain_text("#")


def test_buttons_have_an_edge_where_the_system_chooses_the_colors(owner: Owner, shop: Shop, orders: None) -> None:
    page = owner.page
    page.emulate_media(forced_colors="active")
    with shop.inside():
        offer = Offer.get()
    for address in ("/admin/orders", f"/admin/offers/{offer.id}", f"/o/{offer.slug}", "/withdraw"):
        owner.open(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        # The symbol inside the search field has the field's edge.
        assert not page.evaluate(WITHOUT_EDGE), address


def test_on_a_phone_a_finger_finds_the_checkbox_of_a_row(owner: Owner, orders: None) -> None:
    page = owner.page
    page.set_viewport_size({"width": 375, "height": 844})
    for address in ("/admin/orders", "/admin/offers"):
        owner.open(address)
        target = page.locator("tbody .choose-target").first
        around, inside = target.bounding_box(), target.get_by_role("checkbox").bounding_box()
        assert around is not None and inside is not None
        assert around["width"] >= 44 and around["height"] >= 44, address
        assert abs(around["x"] + around["width"] / 2 - inside["x"] - inside["width"] / 2) < 3, address


def test_a_phone_has_a_bar_at_the_bottom_and_the_other_pages_behind_more(owner: Owner, orders: None) -> None:
    page = owner.page
    page.set_viewport_size({"width": 390, "height": 844})
    owner.open("/admin/orders")
    settings = page.get_by_role("link", name="Settings")
    expect(settings).to_be_hidden()
    more = page.get_by_role("button", name="More")
    for control in (more, page.get_by_role("navigation", name="Admin").get_by_role("link", name="Dashboard")):
        box = control.bounding_box()
        assert box is not None and box["height"] >= 44 and box["width"] >= 44 and box["y"] > 700
    more.click()
    expect(settings).to_be_visible()
    page.keyboard.press("Escape")
    expect(settings).to_be_hidden()
    expect(more).to_be_focused()
    more.click()
    settings.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")


def test_the_keyboard_opens_and_closes_menus_and_questions_and_keeps_the_focus(
    owner: Owner, shop: Shop, orders: None, simulator: Simulator
) -> None:
    page = owner.page
    with shop.inside():
        newest = buy(Offer.get(), simulator)
    owner.open("/admin/orders")
    # A menu: Escape closes it, and the focus is where it was.
    summary = page.locator(".account summary")
    summary.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Account and security")).to_be_hidden()
    expect(summary).to_be_focused()
    # A row opens with Enter.
    page.locator("tbody .row-link").first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Order #{newest.number}")
    # A question closes with Escape, and the button that opened it has the focus again.
    refund = page.get_by_role("button", name="Refund")
    refund.press("Enter")
    expect(page.get_by_label("Amount")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Amount")).to_have_count(0)
    expect(refund).to_be_focused()
    # A confirmation has the focus on the button that changes nothing.
    owner.open("/admin/settings/payment-systems/stripe")
    disconnect = page.get_by_role("button", name="Disconnect", exact=True)
    disconnect.press("Enter")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_text("This deletes the keys")).to_have_count(0)
    expect(disconnect).to_be_focused()
