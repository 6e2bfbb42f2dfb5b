"""Subscriptions in the admin: open renewals, canceling, pausing, price changes, refunds."""

import pytest
from playwright.sync_api import Page, expect
from pytest_playwright import CreateContextCallback

from tests.browser.actors import Buyer, Owner
from tests.browser.mailbox import Mailbox
from tests.browser.screens import SCREENS, fits_all_screens, on_a_phone
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.browser.subscription_shop import Running
from tests.processes import until


@pytest.fixture
def running(shop: Shop, stripe: SimulatedStripe, mailbox: Mailbox) -> Running:
    return Running(shop, stripe)


@pytest.fixture
def page(new_context: CreateContextCallback, screen: str) -> Page:
    """A page with access to the clipboard."""
    return new_context(permissions=["clipboard-read", "clipboard-write"], **SCREENS[screen]).new_page()


def expect_notice(owner: Owner, words: str) -> None:
    """Expect this notice, and no horizontal scrolling."""
    expect(owner.page.get_by_role("status").filter(has_text=words)).to_be_visible()
    assert fits_all_screens(owner.page)


def open_subscription(owner: Owner) -> None:
    owner.open("/admin/subscriptions")
    owner.page.locator("main tbody a").first.click()
    expect(owner.page.get_by_role("heading", level=1)).to_contain_text("Subscription #")


@on_a_phone
def test_for_an_open_renewal_the_owner_sends_another_email_or_shows_the_link(
    running: Running, owner: Owner, friend: Buyer, mailbox: Mailbox, stripe: SimulatedStripe
) -> None:
    page, confirm = owner.page, "Action needed: confirm your"
    running.renew("asks")
    mailbox.email(confirm, running.title)
    running.shop.until_emails_are_sent()
    owner.open("/admin/subscriptions")
    page.get_by_role("link", name="Needs confirmation (3D Secure) 1").click()
    row = page.locator("tbody tr")
    expect(row).to_contain_text("marko@example.com")
    expect(row).to_contain_text("€19.99")
    expect(row).to_contain_text("1 email sent")
    page.get_by_role("button", name="Send again to Marko").click()
    expect_notice(owner, "The email to marko@example.com will be sent in a moment.")
    until(lambda: len(mailbox.emails(confirm, running.title)) == 2, "the second email")
    running.shop.until_emails_are_sent()
    page.reload()
    expect(row).to_contain_text("2 emails sent")
    page.get_by_role("button", name="Link and QR code for Marko").click()
    expect(page.locator("figure.qr-code svg")).to_be_visible()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    friend.page.goto(page.evaluate("navigator.clipboard.readText()"))
    expect(friend.page.get_by_label("Visa •••• 4242")).to_be_checked()
    friend.press_pay()
    friend.answer_challenge("authorize")
    friend.expect_thank_you_page()
    owner.open("/admin/subscriptions/needs-authentication")
    expect(page.get_by_text("All caught up. No renewals need customer action.")).to_be_visible()
    expect(page.locator(".outcome.recovered")).to_contain_text("€19.99")
    assert stripe.paid() == [1999, 1999]


def test_cancel_at_period_end_keep_and_cancel_now(
    running: Running, owner: Owner, friend: Buyer, mailbox: Mailbox
) -> None:
    page = owner.page
    open_subscription(owner)
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_label("When the paid period ends").check()
    page.get_by_role("button", name="Cancel subscription").click()
    expect_notice(owner, "Canceled. The subscription ends on")
    page.get_by_role("button", name="Keep subscription").click()
    expect_notice(owner, "Cancellation undone. The subscription continues.")
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_label("Now", exact=True).check()
    page.get_by_role("button", name="Cancel subscription").click()
    expect_notice(owner, "Canceled and ended.")
    ended = f"Your subscription to {running.title} has ended"
    assert "You won’t be charged again." in mailbox.email(ended)
    friend.page.goto(mailbox.link(ended))
    expect(friend.page.get_by_role("heading", name=running.title)).to_be_visible()
    expect(friend.page.get_by_role("button", name="Subscribe for")).to_be_visible()
    friend.page.goto(mailbox.link("Receipt", running.title))
    expect(friend.page.get_by_role("heading", name=running.title)).to_be_visible()
    expect(friend.page.get_by_text("You won’t be charged again.")).to_be_visible()
    assert running.row().status == "canceled"


def test_a_new_price_is_emailed_charged_from_the_next_period_and_can_be_refunded(
    running: Running, owner: Owner, friend: Buyer, mailbox: Mailbox, shop: Shop, stripe: SimulatedStripe
) -> None:
    page = owner.page
    open_subscription(owner)
    page.get_by_role("button", name="Change price").click()
    page.get_by_label("Price", exact=True).fill("24.90")
    page.get_by_role("button", name="Schedule new price").click()
    expect_notice(owner, "New price scheduled from the next period. marko@example.com will be emailed shortly.")
    assert "€24.90" in mailbox.email(f"The price of {running.title} changes on")
    running.renew()
    running.until_paid(2)
    assert stripe.paid() == [1999, 2490]
    page.reload()
    page.locator("ul.invoices li").first.get_by_role("link", name="Refund").click()
    page.get_by_label("Amount").fill("10")
    page.get_by_role("button", name="Refund").click()
    expect_notice(owner, "Refunded: €10.00.")
    friend.page.goto(mailbox.link("Receipt", running.title))
    friend.page.get_by_text("Receipts").click()
    expect(friend.page.get_by_text("€10.00 refunded")).to_be_visible()
    assert [order.status for order in shop.orders()] == ["paid"], "the refund of a renewal does not count for the order"


def test_a_pause_charges_nothing_until_it_is_resumed(
    running: Running, owner: Owner, friend: Buyer, mailbox: Mailbox, stripe: SimulatedStripe
) -> None:
    page = owner.page
    open_subscription(owner)
    page.get_by_role("button", name="Pause payments").click()
    page.locator("form#subscription-actions").get_by_role("button", name="Pause payments").click()
    expect_notice(owner, "Payments paused until you resume them.")
    friend.page.goto(mailbox.link(f"Payments for {running.title} are paused"))
    expect(friend.page.get_by_text("Paused by the seller")).to_be_visible()
    running.renew()
    until(lambda: [one.status for one in running.invoices()] == ["void", "paid"], "the void invoice")
    page.get_by_role("button", name="Resume payments").click()
    expect_notice(owner, "Payments resumed. The next charge is made as planned.")
    mailbox.email(f"Payments for {running.title} have resumed")
    running.renew()
    running.until_paid(2)
    assert stripe.paid() == [1999, 1999]
