"""Recurring terms: the offer's form, and the amounts on the offer's page."""

import re

import pytest
from playwright.sync_api import Page, expect

from storefront import emails, subscriptions
from storefront.models import Offer, Order, Subscription
from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.cards import DECLINED, GOOD

TERMS = ("Every", "Interval", "Trial days", "Cancellation", "Instalments")


def shown(page: Page) -> list[str]:
    return [label for label in TERMS if page.get_by_label(label, exact=True).is_visible()]


def test_the_form_shows_the_fields_of_the_kind_and_keeps_values(owner: Owner, shop: Shop) -> None:
    shop.connect_merchant()
    page = owner.page
    owner.open("/admin/offers/new")
    page.get_by_label("Title", exact=True).fill("Evenings")
    page.get_by_label("Price", exact=True).fill("19.90")
    kind = page.get_by_label("Kind")
    assert shown(page) == []
    kind.select_option(label="Recurring")
    assert shown(page) == ["Every", "Interval", "Trial days", "Cancellation"]
    page.get_by_label("Interval").select_option(label="Week")
    page.get_by_label("Trial days").fill("7")
    kind.select_option(label="Payment plan")
    assert shown(page) == ["Every", "Interval", "Instalments"]
    expect(page.get_by_label("Interval")).to_have_value("week")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").get_by_role("link", name="Instalments").click()
    expect(page.get_by_label("Instalments")).to_be_focused()
    expect(page.get_by_label("Instalments")).to_have_accessible_description(re.compile("Enter a whole number."))
    kind.select_option(label="Recurring")
    expect(page.get_by_label("Trial days")).to_have_value("7")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved as a draft.")
    assert [offer.terms_code() for offer in shop.offers()] == ["recurring-1-week-7-0-period_end"]


def test_all_amounts_are_updated_with_the_quantity_and_a_new_price(buyer: Buyer, shop: Shop) -> None:
    buyer.open(shop.make_offer(shop.connect_merchant(), kind="plan", every=2, instalments=3, max_quantity=5))
    page, charges = buyer.page, buyer.page.locator(".charges")
    expect(charges).to_contain_text("Total€59.97")
    page.get_by_label("Quantity").fill("2")
    expect(charges).to_contain_text(re.compile("From .*, every 2 months2 × €39.98"))
    expect(charges).to_contain_text("Total€119.94")
    expect(page.locator("#consent")).to_contain_text("charge it €39.98 today and 2 more times, every 2 months: €119.94")
    expect(buyer.pay_button).to_have_text("Pay €39.98 now")
    expect(page.locator("#price .unit-price")).to_have_text("€19.99")
    shop.change(Offer, amount=2000)
    buyer.fill_contact()
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_alert("The price is now €40.00.")
    expect(charges).to_contain_text("Total€120.00")
    expect(page.locator("#consent")).to_contain_text("charge it €40.00 today")
    expect(page.locator("#price .unit-price")).to_have_text("€20.00")
    expect(buyer.pay_button).to_have_text("Pay €40.00 now")
    shop.change(Offer, instalments=4)
    buyer.press_pay()
    buyer.expect_alert("The terms of this offer have changed. Reload the page to see them.")
    assert shop.orders() == []


@pytest.fixture
def stopped(buyer: Buyer, shop: Shop, stripe: SimulatedStripe) -> str:
    """The payment link of a renewal that needs 3-D Secure."""
    buyer.pay(shop.make_offer(shop.connect_merchant(), kind="recurring"))
    buyer.expect_thank_you_page()
    with shop.inside():
        subscription = Subscription.get()
        stripe.simulator.renew(subscription.subscription_id, "asks")
        subscriptions.refresh(subscription)
        return emails.pay_url(Order.get())


def test_another_card_can_be_used_instead_of_the_saved_one(buyer: Buyer, stopped: str, stripe) -> None:
    buyer.page.goto(stopped)
    buyer.page.get_by_label("Another card").check()
    buyer.press_pay()
    expect(buyer.card_error("number")).to_have_text("Enter the full card number.")
    buyer.type_card(DECLINED)
    buyer.press_pay()
    expect(buyer.alert).to_contain_text("Your bank declined this card.")
    buyer.page.get_by_label("Visa •••• 4242").check()
    expect(buyer.page.locator("#card-element")).to_be_hidden()
    buyer.page.get_by_label("Another card").check()
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.page.wait_for_url(lambda url: "/pay" not in url)
    assert stripe.paid() == [1999, 1999]
