"""Subscribing in the browser: with a good card, with the bank's check, on trial, in instalments, a day too late."""

import pytest
from playwright.sync_api import expect

from storefront.models import Subscription
from tests.browser.mailbox import Mailbox
from tests.browser.people import Buyer
from tests.browser.screens import on_both_screens
from tests.browser.shop import Shop
from tests.browser.which_stripe import SimulatedStripe
from tests.processes import until

GOOD, ASKS, DECLINED = "4242424242424242", "4000002760003184", "4000000000000002"
NOT_KNOWN = "Your bank could not confirm that it is you."


def subscriptions(shop: Shop) -> list[str]:
    """Their statuses, as the worker and the pages have written them, oldest first."""
    with shop.inside():
        return [one.status for one in Subscription.select().order_by(Subscription.id)]


def fits(buyer: Buyer) -> None:
    assert buyer.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@on_both_screens
def test_what_is_charged_is_said_before_the_press_and_kept_after_it(
    buyer: Buyer, friend: Buyer, shop: Shop, stripe: SimulatedStripe, mailbox: Mailbox
) -> None:
    address = shop.make_offer(shop.connect_merchant(), kind="recurring", title="Letters of the studio")
    buyer.open(address)
    expect(buyer.page.locator(".charges")).to_contain_text("Then, every month€19.99")
    consent = buyer.page.locator("#consent").inner_text()
    assert "charge it €19.99 every month, for the first time today, until you cancel." in consent
    expect(buyer.pay_button).to_have_text("Subscribe for €19.99 every month")
    expect(buyer.pay_button).to_have_accessible_description(consent)
    fits(buyer)
    buyer.introduce_himself()
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.stands_on_the_thank_you_page()
    expect(buyer.page.get_by_text("All is paid.")).to_be_visible()
    expect(buyer.page.get_by_text("€19.99 on ")).to_be_visible()
    fits(buyer)
    (order,) = shop.orders()
    assert (order.status, order.consent, subscriptions(shop), stripe.paid()) == ("paid", consent, ["active"], [1999])
    friend.page.goto(mailbox.link("Your receipt: Letters of the studio"))
    expect(friend.page.get_by_role("heading", name="Letters of the studio")).to_be_visible()
    expect(friend.page.get_by_text("Next charge")).to_be_visible()
    fits(friend)


@on_both_screens
def test_a_bank_that_asks_at_the_start_is_failed_closed_left_and_passed(
    buyer: Buyer, shop: Shop, stripe: SimulatedStripe
) -> None:
    address = shop.make_offer(shop.connect_merchant(), kind="recurring")
    buyer.pay(address, ASKS)
    buyer.answer_the_bank("fail")
    buyer.reads(NOT_KNOWN)
    buyer.press_pay()
    buyer.answer_the_bank("close")
    buyer.reads("The payment is not made yet, nothing was charged.")
    buyer.press_pay()
    buyer.bank_button("authorize").wait_for()
    # The page is left in the midst of the check and opened again.
    buyer.pay(address, ASKS)
    buyer.answer_the_bank("authorize")
    buyer.stands_on_the_thank_you_page()
    assert (subscriptions(shop), stripe.paid(), len(shop.payments())) == (["active"], [1999], 1)
    made = [
        one
        for one in stripe.simulator.logged_requests("/v1/subscriptions", "POST")
        if one["path"] == "/v1/subscriptions"
    ]
    assert len(made) == 1


def test_stripes_events_alone_begin_it_when_the_browser_dies_after_the_banks_check(
    buyer: Buyer, shop: Shop, stripe: SimulatedStripe, mailbox: Mailbox
) -> None:
    buyer.pay(shop.make_offer(shop.connect_merchant(), kind="recurring", title="Letters to the end"), ASKS)
    buyer.page.route("**/orders/**", lambda route: route.abort())
    with buyer.page.expect_response("**/simulator/challenge/*"):
        buyer.answer_the_bank("authorize")
    buyer.page.context.close()
    mailbox.letter("Your receipt: Letters to the end")
    until(lambda: subscriptions(shop) == ["active"], "a subscription that runs")
    assert ([order.status for order in shop.orders()], stripe.paid()) == (["paid"], [1999])


@on_both_screens
def test_a_trial_begins_when_the_bank_knows_its_buyer(
    buyer: Buyer, friend: Buyer, shop: Shop, stripe: SimulatedStripe, mailbox: Mailbox
) -> None:
    terms = {"kind": "recurring", "trial_days": 14, "title": "Evenings on trial"}
    buyer.open(shop.make_offer(shop.connect_merchant(), **terms))
    expect(buyer.page.locator(".charges")).to_contain_text("Today€0.00")
    expect(buyer.pay_button).to_have_text("Start trial")
    buyer.introduce_himself()
    buyer.type_card(DECLINED)
    buyer.press_pay()
    buyer.reads("The trial has not begun yet, nothing was charged.")
    buyer.type_card(ASKS)
    buyer.press_pay()
    buyer.answer_the_bank("fail")
    buyer.reads(NOT_KNOWN)
    buyer.press_pay()
    buyer.answer_the_bank("authorize")
    buyer.stands_on_the_thank_you_page()
    expect(buyer.page.get_by_text("It is free until")).to_be_visible()
    fits(buyer)
    assert (subscriptions(shop), stripe.paid()) == (["trialing"], [])
    friend.page.goto(mailbox.link("Your free trial of Evenings on trial has begun"))
    expect(friend.page.get_by_text("It is free until")).to_be_visible()
    friend.page.get_by_role("link", name="Cancel").click()
    expect(friend.page.get_by_text("Nothing is charged.")).to_be_visible()


@pytest.mark.parametrize("screen", ["phone"])
def test_a_day_after_a_failed_check_the_order_starts_anew(
    buyer: Buyer, friend: Buyer, shop: Shop, stripe: SimulatedStripe
) -> None:
    buyer.pay(shop.make_offer(shop.connect_merchant(), kind="recurring"), ASKS)
    buyer.answer_the_bank("fail")
    buyer.reads(NOT_KNOWN)
    stripe.simulator.advance(23 * 60 * 60 + 60)
    until(lambda: subscriptions(shop) == ["incomplete_expired"], "Stripe's event that it has expired")
    (order,) = shop.orders()
    friend.page.goto(f"{shop.url}/orders/{order.token}")
    expect(friend.page.get_by_text("The payment is not made yet, nothing was charged.")).to_be_visible()
    friend.page.get_by_role("link", name="Try again").click()
    expect(friend.pay_button).to_have_text("Subscribe for €19.99 every month")
    friend.type_card(ASKS)
    friend.press_pay()
    friend.answer_the_bank("authorize")
    friend.stands_on_the_thank_you_page()
    # The page that stood open all the while learns of it and pays nothing twice.
    buyer.press_pay()
    buyer.stands_on_the_thank_you_page()
    assert (subscriptions(shop), stripe.paid()) == (["incomplete_expired", "active"], [1999])
    assert [one.status for one in shop.orders()] == ["paid"]


@on_both_screens
def test_a_plan_ends_with_its_last_instalment(
    buyer: Buyer, shop: Shop, stripe: SimulatedStripe, mailbox: Mailbox
) -> None:
    terms = {"kind": "plan", "instalments": 3, "title": "A course in three parts"}
    buyer.open(shop.make_offer(shop.connect_merchant(), **terms))
    expect(buyer.page.locator(".charges")).to_contain_text("In all€59.97")
    buyer.introduce_himself()
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.stands_on_the_thank_you_page()
    expect(buyer.page.get_by_text("1 of 3 instalments are paid.")).to_be_visible()
    for paid in (2, 3):
        with shop.inside():
            stripe_id = Subscription.get().subscription_id
        stripe.simulator.renew(stripe_id)
        until(lambda paid=paid: len(stripe.paid()) == paid, "the next instalment")
    stripe.simulator.renew(stripe_id)
    own_page = mailbox.link("Paid in full: A course in three parts")
    assert (subscriptions(shop), stripe.paid()) == (["canceled"], [1999, 1999, 1999])
    buyer.page.goto(own_page)
    expect(buyer.page.get_by_text("All instalments are paid. Thank you!")).to_be_visible()
    expect(buyer.page.get_by_role("link", name="Cancel")).to_have_count(0)
    fits(buyer)
