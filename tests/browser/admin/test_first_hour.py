"""The first hour on a phone, without a Stripe account: from the setup guide to a paid test order."""

import re

from playwright.sync_api import Page, expect

from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop
from tests.cards import GOOD


def step(page: Page, name: str) -> str:
    """Whether the guide shows the step as done or open."""
    return page.locator(f"li[data-step={name}]").get_attribute("class") or ""


def test_an_owner_without_a_stripe_account_gets_a_paid_test_order(phone: Page, shop: Shop) -> None:
    owner = Owner(phone, shop)
    owner.sign_in()
    phone.wait_for_url(f"{shop.url}/admin")
    phone.get_by_role("button", name="Hide").click()
    expect(phone.get_by_role("heading", name="Set up your shop")).to_have_count(0)
    phone.get_by_role("button", name="Show setup guide").click()
    phone.get_by_role("button", name="Try without a Stripe account").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Rehearsal")
    phone.get_by_role("button", name="Create offer").click()
    phone.get_by_label("Title", exact=True).fill("Tea for two")
    phone.get_by_label("Price", exact=True).fill("9")
    expect(phone.get_by_label("Payment system", exact=True).locator("option:checked")).to_have_text("Rehearsal")
    phone.get_by_role("button", name="Publish").click()
    expect(phone.get_by_role("heading", name="Your offer is published")).to_be_visible()
    owner.open("/admin/start")
    assert (step(phone, "offer"), step(phone, "try")) == ("done", "open")
    phone.get_by_role("button", name="Open offer").click()
    expect(phone.locator(".ribbon")).to_contain_text("Rehearsal")
    buyer = Buyer(phone)
    buyer.card_field("cardnumber").wait_for()
    buyer.fill_contact()
    buyer.type_card(GOOD)
    buyer.press_pay()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Thank you")
    owner.open("/admin/start")
    assert step(phone, "try") == "done"
    phone.get_by_role("button", name="Share offer").click()
    phone.get_by_role("button", name="Copy link").first.click()
    owner.open("/admin/rehearsal")
    expect(phone.get_by_role("button", name=re.compile("Dispute order"))).to_be_visible()
    phone.get_by_role("button", name="Remove rehearsal").click()
    expect(phone.get_by_role("button", name="Keep rehearsal")).to_be_focused()
    phone.get_by_role("button", name="Yes, remove").click()
    expect(phone.get_by_role("status").filter(has_text="1 offer archived")).to_be_visible()
    assert step(phone, "share") == "done"
    assert [offer.status for offer in shop.offers()] == ["archived"]
