"""Paying an open renewal from its email, with 3-D Secure or with another card."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actors import Buyer
from tests.browser.mailbox import Mailbox
from tests.browser.screens import fits_all_screens, on_a_phone
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.browser.subscription_shop import Running
from tests.browser.translated_text import in_language
from tests.cards import OTHER_GOOD
from tests.processes import until
from tests.stripe_dashboard import pay_at_stripe

CONFIRM = "Action needed: confirm your"
DECLINED = "Your €19.99 payment failed"
REMINDER = "Reminder: your €19.99 payment is due"
RECEIPT = "Receipt"
UNPAID = "Payment not completed. You haven’t been charged."


@pytest.fixture
def running(shop: Shop, stripe: SimulatedStripe, mailbox: Mailbox) -> Running:
    return Running(shop, stripe)


@on_a_phone
def test_a_renewal_that_needs_3d_secure_is_paid_from_its_email_by_one_press(
    running: Running, mailbox: Mailbox, buyer: Buyer, shop: Shop, stripe: SimulatedStripe
) -> None:
    running.renew("asks")
    link = mailbox.link(CONFIRM, running.title)
    assert buyer.page.context.cookies() == [], "the page needs no sign-in"
    buyer.page.goto(link)
    expect(buyer.page.get_by_text("Your card is fine")).to_be_visible()
    expect(buyer.page.get_by_label("Visa •••• 4242")).to_be_checked()
    expect(buyer.pay_button).to_have_text("Confirm €19.99 payment")
    expect(buyer.pay_button).to_be_in_viewport(ratio=1)
    assert fits_all_screens(buyer.page)
    buyer.press_pay()
    buyer.answer_challenge("authorize")
    buyer.expect_thank_you_page()
    expect(buyer.page.get_by_text("Up to date")).to_be_visible()
    assert fits_all_screens(buyer.page)
    assert running.row().status == "active"
    until(lambda: len(mailbox.emails(RECEIPT, running.title)) == 2, "the receipt of the renewal")
    shop.let_days_pass(6)
    assert mailbox.emails(REMINDER, running.title) == []
    buyer.page.goto(link)
    expect(buyer.page.get_by_role("heading", level=1)).to_have_text("Nothing to pay")
    expect(buyer.page.get_by_text("You don’t need to pay again.")).to_be_visible()
    assert stripe.paid() == [1999, 1999]


@on_a_phone
def test_a_declined_renewal_is_paid_with_another_card_that_becomes_the_default(
    running: Running, mailbox: Mailbox, buyer: Buyer, stripe: SimulatedStripe
) -> None:
    running.renew("declines")
    buyer.open(mailbox.link(DECLINED, running.title))
    expect(buyer.page.get_by_text("Your bank declined this card.")).to_be_visible()
    expect(buyer.page.get_by_label("Another card")).to_be_checked()
    assert fits_all_screens(buyer.page)
    buyer.type_card(OTHER_GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert (running.row().status, running.row().card_last4) == ("active", "4444")
    running.renew()
    running.until_paid(3)
    assert stripe.paid() == [1999, 1999, 1999]
    buyer.page.goto(mailbox.link(RECEIPT, running.title))
    expect(buyer.page.get_by_text("Mastercard •••• 4444")).to_be_visible()


@on_a_phone
def test_after_failed_and_closed_3d_secure_checks_all_options_remain(
    running: Running, mailbox: Mailbox, buyer: Buyer, stripe: SimulatedStripe
) -> None:
    running.renew("asks")
    buyer.page.goto(mailbox.link(CONFIRM, running.title))
    for outcome in ("fail", "fail", "close"):
        buyer.press_pay()
        buyer.answer_challenge(outcome)
        expect(buyer.alert).to_contain_text(UNPAID)
        expect(buyer.alert).to_be_focused()
        expect(buyer.pay_button).to_be_enabled()
    buyer.page.reload()
    expect(buyer.page.get_by_text("Your card is fine")).to_be_visible()
    buyer.page.get_by_label("Another card").check()
    buyer.type_card(OTHER_GOOD)
    expect(buyer.pay_button).to_be_enabled()
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert (running.row().status, running.row().card_last4) == ("active", "4444")
    assert stripe.paid() == [1999, 1999]
    assert len(mailbox.emails(CONFIRM, running.title)) == 1, "only one email about this renewal was sent"


def test_a_reminder_opens_the_same_payment_which_completes_without_the_browser(
    running: Running, mailbox: Mailbox, friend: Buyer, shop: Shop
) -> None:
    running.renew("asks")
    mailbox.email(CONFIRM, running.title)
    shop.let_days_pass(1.1)
    friend.page.goto(mailbox.link(REMINDER, running.title))
    friend.press_pay()
    friend.bank_button("authorize").wait_for()
    friend.page.route("**/orders/**", lambda route: route.abort())
    with friend.page.expect_response("**/simulator/challenge/*"):
        friend.answer_challenge("authorize")
    friend.page.context.close()
    running.until_it_is("active")
    shop.let_days_pass(6)
    assert len(mailbox.emails(REMINDER, running.title)) == 1


@on_a_phone
def test_after_canceling_no_payment_is_requested(
    running: Running, mailbox: Mailbox, buyer: Buyer, friend: Buyer, shop: Shop, stripe: SimulatedStripe
) -> None:
    own_page = mailbox.link(RECEIPT, running.title)
    running.renew("asks")
    link = mailbox.link(CONFIRM, running.title)
    friend.page.goto(link)
    expect(friend.pay_button).to_be_enabled()
    buyer.page.goto(own_page)
    expect(buyer.page.get_by_role("link", name="Confirm payment")).to_be_visible()
    buyer.page.get_by_role("link", name="Cancel", exact=True).click()
    expect(buyer.page.get_by_text("The subscription ends immediately.")).to_be_visible()
    buyer.page.get_by_role("button", name="Cancel subscription").click()
    expect(buyer.page.get_by_role("status").filter(has_text="Subscription canceled")).to_be_visible()
    assert fits_all_screens(buyer.page)
    # A page that was open before accepts no payment either.
    friend.press_pay()
    expect(friend.page.get_by_text("You won’t be charged again.")).to_be_visible()
    mailbox.email(f"Your subscription to {running.title} has ended")
    shop.let_days_pass(6)
    assert mailbox.emails(REMINDER, running.title) == []
    buyer.page.goto(link)
    expect(buyer.page.get_by_text("This subscription has ended. You won’t be charged again.")).to_be_visible()
    assert fits_all_screens(buyer.page)
    assert (running.row().status, stripe.paid()) == ("canceled", [1999])


def test_if_it_was_paid_at_stripe_the_open_page_and_the_link_say_so(
    running: Running, mailbox: Mailbox, buyer: Buyer, friend: Buyer, stripe: SimulatedStripe
) -> None:
    running.renew("asks")
    link = mailbox.link(CONFIRM, running.title)
    buyer.page.goto(link)
    expect(buyer.pay_button).to_be_enabled()
    with running.shop.inside():
        pay_at_stripe(stripe.simulator, running.waiting())
    buyer.press_pay()
    buyer.expect_thank_you_page()
    expect(buyer.page.get_by_text("Up to date")).to_be_visible()
    friend.page.goto(link)
    expect(friend.page.get_by_text("You don’t need to pay again.")).to_be_visible()
    running.until_it_is("active")
    assert stripe.paid() == [1999, 1999]


def test_without_the_key_a_new_email_gives_access_to_the_saved_card(
    running: Running, mailbox: Mailbox, friend: Buyer, stripe: SimulatedStripe
) -> None:
    running.renew("asks")
    mailbox.email(CONFIRM, running.title)
    friend.open(f"{running.shop.url}/orders/{running.token}/pay")
    expect(friend.page.get_by_text("•••• 4242")).to_have_count(0)
    friend.page.get_by_role("button", name="Send link").click()
    expect(friend.page.get_by_role("status").filter(has_text="We’ve emailed a new link")).to_be_visible()
    assert fits_all_screens(friend.page)
    friend.page.goto(mailbox.link(f"Your payment link for {running.title}"))
    expect(friend.page.get_by_label("Visa •••• 4242")).to_be_checked()
    friend.press_pay()
    friend.answer_challenge("authorize")
    friend.expect_thank_you_page()
    assert stripe.paid() == [1999, 1999]


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_email_page_and_bank_are_in_the_customers_language(
    shop: Shop, stripe: SimulatedStripe, mailbox: Mailbox, friend: Buyer, language: str
) -> None:
    running = Running(shop, stripe, language=language)
    running.renew("asks")
    confirm = in_language(language, "Action needed: confirm your {amount} payment")
    friend.page.goto(mailbox.link(confirm.partition("{")[0], running.title))
    expect(friend.page.locator("html")).to_have_attribute("lang", language)
    expect(friend.page.get_by_role("heading", level=1)).to_have_text(in_language(language, "Complete your payment"))
    assert fits_all_screens(friend.page)
    friend.press_pay()
    friend.answer_challenge("authorize")
    expect(friend.page).to_have_url(re.compile("/thank-you"))
    expect(friend.page.get_by_role("heading", level=1)).to_contain_text(in_language(language, "Thank you"))
    expect(friend.page.locator("html")).to_have_attribute("lang", language)
    assert fits_all_screens(friend.page)
