"""Withdrawal and cancellation on a phone, and the shop's legal texts at a desk."""

import re

from playwright.sync_api import Page, expect

from tests.browser.actors import Buyer, Owner
from tests.browser.mailbox import Mailbox
from tests.browser.screens import fits_all_screens
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.browser.subscription_shop import Running
from tests.processes import until

LINK = "Withdraw from contract here"


def test_a_buyer_withdraws_on_a_phone_and_the_owner_refunds(shop: Shop, phone: Page, owner: Owner) -> None:
    buyer = Buyer(phone)
    buyer.pay(shop.make_offer(shop.connect_merchant(), withdrawal_days=14))
    buyer.expect_thank_you_page()
    phone.get_by_role("link", name=LINK).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Withdraw from contract")
    assert fits_all_screens(phone)
    phone.get_by_label("Reason (optional)").fill("It doesn’t fit.")
    phone.get_by_role("button", name="Confirm withdrawal").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Withdrawal received")
    expect(phone.get_by_role("button", name="Confirm withdrawal")).to_have_count(0)
    assert fits_all_screens(phone)
    owner.open("/admin")
    card = owner.page.get_by_role("region", name="Withdrawals to process")
    card.get_by_role("button", name="Refund").click()
    expect(owner.page.get_by_label("Amount")).to_have_value("19.99")
    owner.page.get_by_role("button", name=re.compile("^Refund")).click()
    shop.until_order_is("refunded")
    owner.open("/admin")
    expect(owner.page.get_by_role("heading", name="Withdrawals to process")).to_have_count(0)


def test_a_buyer_cancels_a_subscription_on_a_phone_without_signing_in(
    shop: Shop, stripe: SimulatedStripe, phone: Page, mailbox: Mailbox
) -> None:
    subscription = Running(shop, stripe, title="A box of pastels")
    number = str(subscription.row().order.number)
    phone.goto(f"{shop.url}/")
    phone.get_by_role("contentinfo").get_by_role("link", name="Cancel contracts here").click()
    phone.get_by_role("button", name="Confirm cancellation").click()
    field = phone.get_by_label("Order number")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill(number)
    phone.get_by_label("Email").fill("marko@example.com")
    assert fits_all_screens(phone)
    phone.get_by_role("button", name="Confirm cancellation").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Cancellation received")
    expect(phone.get_by_label("Your cancellation")).to_contain_text(number)
    assert fits_all_screens(phone)
    assert number in mailbox.email("We received your cancellation", "A box of pastels")
    until(lambda: subscription.row().ends_with_period, "a subscription that ends with its period")


def test_the_owner_publishes_terms_and_buyers_agree_to_them(shop: Shop, owner: Owner, buyer: Buyer) -> None:
    address = shop.make_offer(shop.connect_merchant())
    owner.open("/admin/settings/legal")
    owner.page.get_by_label("Terms of sale English").fill("# Terms\n\nWe sell **evenings**.")
    owner.page.get_by_label("Ask for consent at checkout").check()
    owner.page.get_by_role("button", name="Save").click()
    expect(owner.page.get_by_role("status")).to_contain_text("Legal texts saved.")
    buyer.pay(address)
    consent = buyer.page.get_by_label("I agree to the terms of sale.")
    expect(buyer.page.get_by_text("Tick this box to continue.")).to_be_visible()
    expect(consent).to_be_focused()
    assert shop.orders() == []
    with buyer.page.expect_popup() as terms:
        buyer.page.locator("#payment").get_by_role("link", name="terms of sale").click()
    expect(terms.value.get_by_text("We sell evenings.")).to_be_visible()
    consent.check()
    buyer.press_pay()
    buyer.expect_thank_you_page()
    (order,) = shop.orders()
    assert order.terms_consent == "I agree to the terms of sale."
