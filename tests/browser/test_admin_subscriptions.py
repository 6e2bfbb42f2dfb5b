"""The owner's side of subscriptions: who is waited for, with letters and links; an end, a pause, a price, a refund."""

import pytest
from playwright.sync_api import Page, expect
from pytest_playwright import CreateContextCallback

from tests.browser.mailbox import Mailbox
from tests.browser.people import Buyer, Owner
from tests.browser.screens import SCREENS, on_both_screens
from tests.browser.shop import Shop
from tests.browser.subscription import Running
from tests.browser.which_stripe import SimulatedStripe
from tests.processes import until


@pytest.fixture
def running(shop: Shop, stripe: SimulatedStripe, mailbox: Mailbox) -> Running:
    return Running(shop, stripe)


@pytest.fixture
def page(new_context: CreateContextCallback, screen: str) -> Page:
    """Olena's own, where she may copy to the clipboard."""
    return new_context(permissions=["clipboard-read", "clipboard-write"], **SCREENS[screen]).new_page()


def says(owner: Owner, words: str) -> None:
    """The page's notice, and nothing beside the screen."""
    expect(owner.page.get_by_role("status").filter(has_text=words)).to_be_visible(timeout=15_000)
    assert owner.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def open_subscription(owner: Owner) -> None:
    owner.open("/admin/subscriptions")
    owner.page.locator("main tbody a").first.click()
    expect(owner.page.get_by_role("heading", level=1)).to_contain_text("Subscription #")


@on_both_screens
def test_whoever_is_waited_for_gets_another_letter_or_the_link_at_the_counter(
    running: Running, owner: Owner, friend: Buyer, mailbox: Mailbox, stripe: SimulatedStripe
) -> None:
    page, confirm = owner.page, f"Please confirm your payment for {running.title}"
    running.renew("asks")
    mailbox.letter(confirm)
    running.shop.until_letters_are_out()
    owner.open("/admin/subscriptions")
    page.get_by_role("link", name="Needs authentication 1").click()
    row = page.locator("tbody tr")
    expect(row).to_contain_text("marko@example.com")
    expect(row).to_contain_text("€19.99")
    expect(row).to_contain_text("1 letter sent")
    page.get_by_role("button", name="Send again to Marko").click()
    says(owner, "The letter goes out to marko@example.com in a moment.")
    until(lambda: len(mailbox.letters(confirm)) == 2, "the second letter")
    running.shop.until_letters_are_out()
    page.reload()
    expect(row).to_contain_text("2 letters sent")
    page.get_by_role("button", name="Link and QR code for Marko").click()
    expect(page.locator("figure.qr-code svg")).to_be_visible()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    friend.page.goto(page.evaluate("navigator.clipboard.readText()"))
    expect(friend.page.get_by_label("Visa •••• 4242")).to_be_checked()
    friend.press_pay()
    friend.answer_the_bank("authorize")
    friend.stands_on_the_thank_you_page()
    owner.open("/admin/subscriptions/needs-authentication")
    expect(page.get_by_text("Nobody is waited for here.")).to_be_visible()
    expect(page.locator(".outcome.recovered")).to_contain_text("€19.99")
    assert stripe.paid() == [1999, 1999]


def test_cancelled_for_later_kept_after_all_and_ended_now(
    running: Running, owner: Owner, friend: Buyer, mailbox: Mailbox
) -> None:
    page = owner.page
    open_subscription(owner)
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_label("When the paid period ends").check()
    page.get_by_role("button", name="Cancel it").click()
    says(owner, "It is cancelled: it ends on")
    page.get_by_role("button", name="Keep it after all").click()
    says(owner, "It is not cancelled any more: it goes on.")
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_label("Now", exact=True).check()
    page.get_by_role("button", name="Cancel it").click()
    says(owner, "It is cancelled and has ended.")
    friend.page.goto(mailbox.link(f"Your subscription to {running.title} has ended"))
    expect(friend.page.get_by_role("heading", name=running.title)).to_be_visible()
    expect(friend.page.get_by_text("Nothing more is charged.")).to_be_visible()
    assert running.row().status == "canceled"


def test_another_price_is_told_by_letter_charged_from_the_next_period_and_given_back(
    running: Running, owner: Owner, friend: Buyer, mailbox: Mailbox, shop: Shop, stripe: SimulatedStripe
) -> None:
    page = owner.page
    open_subscription(owner)
    page.get_by_role("button", name="Change the price").click()
    page.get_by_label("Price").fill("24.90")
    page.get_by_role("button", name="Announce the new price").click()
    says(owner, "The new price is decided")
    assert "€24.90" in mailbox.letter(f"The price of {running.title} changes on")
    running.renew()
    running.until_paid(2)
    assert stripe.paid() == [1999, 2490]
    page.reload()
    page.locator("ul.invoices li").first.get_by_role("link", name="Refund").click()
    page.get_by_label("Amount").fill("10")
    page.get_by_role("button", name="Refund").click()
    says(owner, "Refunded: €10.00.")
    friend.page.goto(mailbox.link(f"Your receipt: {running.title}"))
    friend.page.get_by_text("Receipts").click()
    expect(friend.page.get_by_text("€10.00 refunded")).to_be_visible()
    assert [order.status for order in shop.orders()] == ["paid"], "a renewal's refund is not the order's"


def test_a_pause_charges_nothing_until_it_is_resumed(
    running: Running, owner: Owner, friend: Buyer, mailbox: Mailbox, stripe: SimulatedStripe
) -> None:
    page = owner.page
    open_subscription(owner)
    page.get_by_role("button", name="Pause collection").click()
    page.locator("form#subscription-actions").get_by_role("button", name="Pause collection").click()
    says(owner, "Collection is paused until you resume it.")
    friend.page.goto(mailbox.link(f"Payments for {running.title} are paused"))
    expect(friend.page.get_by_text("The seller has paused it")).to_be_visible()
    running.renew()
    until(lambda: [one.status for one in running.invoices()] == ["void", "paid"], "the void invoice")
    page.get_by_role("button", name="Resume collection").click()
    says(owner, "Collection is resumed: the next charge is made as planned.")
    mailbox.letter(f"Payments for {running.title} go on")
    running.renew()
    running.until_paid(2)
    assert stripe.paid() == [1999, 1999]
