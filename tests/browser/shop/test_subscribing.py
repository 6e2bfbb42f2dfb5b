"""Subscribing: success, 3-D Secure, trial, payment plan, an expired first payment."""

import re

from playwright.sync_api import expect

from storefront.models import Subscription
from tests.browser.actors import Buyer
from tests.browser.mailbox import Mailbox
from tests.browser.screens import fits_all_screens, on_a_phone
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.cards import ASKS, DECLINED, GOOD
from tests.processes import until

NOT_KNOWN = "Your bank couldn’t verify the payment."


def subscriptions(shop: Shop) -> list[str]:
    """The subscription statuses in the database, oldest first."""
    with shop.inside():
        return [one.status for one in Subscription.select().order_by(Subscription.id)]


@on_a_phone
def test_the_terms_are_shown_before_the_press_and_stored(
    buyer: Buyer, friend: Buyer, shop: Shop, stripe: SimulatedStripe, mailbox: Mailbox
) -> None:
    address = shop.make_offer(shop.connect_merchant(), kind="recurring", title="Letters of the studio")
    buyer.open(address)
    expect(buyer.page.locator(".charges")).to_contain_text(re.compile("From .*, every month€19.99"))
    consent = buyer.page.locator("#consent").inner_text()
    assert "charge it €19.99 every month, starting today, until you cancel." in consent
    expect(buyer.pay_button).to_have_text("Subscribe for €19.99 / month")
    expect(buyer.pay_button).to_have_accessible_description(consent)
    assert fits_all_screens(buyer.page)
    buyer.fill_contact()
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    expect(buyer.page.get_by_text("Up to date")).to_be_visible()
    expect(buyer.page.get_by_text("€19.99 on ")).to_be_visible()
    assert fits_all_screens(buyer.page)
    (order,) = shop.orders()
    assert (order.status, order.consent, subscriptions(shop), stripe.paid()) == ("paid", consent, ["active"], [1999])
    friend.page.goto(mailbox.link("Receipt", "Letters of the studio"))
    expect(friend.page.get_by_role("heading", name="Letters of the studio")).to_be_visible()
    expect(friend.page.get_by_text("Next charge")).to_be_visible()
    assert fits_all_screens(friend.page)


@on_a_phone
def test_three_d_secure_at_the_start_can_be_failed_closed_left_and_passed(
    buyer: Buyer, shop: Shop, stripe: SimulatedStripe
) -> None:
    address = shop.make_offer(shop.connect_merchant(), kind="recurring")
    buyer.pay(address, ASKS)
    buyer.answer_challenge("fail")
    buyer.expect_alert(NOT_KNOWN)
    buyer.press_pay()
    buyer.answer_challenge("close")
    buyer.expect_alert("Payment not completed. You haven’t been charged.")
    buyer.press_pay()
    buyer.bank_button("authorize").wait_for()
    # The page is left during 3-D Secure and opened again.
    buyer.pay(address, ASKS)
    buyer.answer_challenge("authorize")
    buyer.expect_thank_you_page()
    assert (subscriptions(shop), stripe.paid(), len(shop.payments())) == (["active"], [1999], 1)
    made = [
        one
        for one in stripe.simulator.logged_requests("/v1/subscriptions", "POST")
        if one["path"] == "/v1/subscriptions"
    ]
    assert len(made) == 1


def test_webhooks_alone_start_it_if_the_browser_closes_after_3d_secure(
    buyer: Buyer, shop: Shop, stripe: SimulatedStripe, mailbox: Mailbox
) -> None:
    buyer.pay(shop.make_offer(shop.connect_merchant(), kind="recurring", title="Letters to the end"), ASKS)
    buyer.page.route("**/orders/**", lambda route: route.abort())
    with buyer.page.expect_response("**/simulator/challenge/*"):
        buyer.answer_challenge("authorize")
    buyer.page.context.close()
    mailbox.email("Receipt", "Letters to the end")
    until(lambda: subscriptions(shop) == ["active"], "an active subscription")
    assert ([order.status for order in shop.orders()], stripe.paid()) == (["paid"], [1999])


@on_a_phone
def test_a_trial_starts_after_3d_secure(
    buyer: Buyer, friend: Buyer, shop: Shop, stripe: SimulatedStripe, mailbox: Mailbox
) -> None:
    terms = {"kind": "recurring", "trial_days": 14, "title": "Evenings on trial"}
    buyer.open(shop.make_offer(shop.connect_merchant(), **terms))
    expect(buyer.page.locator(".charges")).to_contain_text("Today€0.00")
    expect(buyer.pay_button).to_have_text("Start trial")
    buyer.fill_contact()
    buyer.type_card(DECLINED)
    buyer.press_pay()
    buyer.expect_alert("The trial hasn’t started. You haven’t been charged.")
    buyer.type_card(ASKS)
    buyer.press_pay()
    buyer.answer_challenge("fail")
    buyer.expect_alert(NOT_KNOWN)
    buyer.press_pay()
    buyer.answer_challenge("authorize")
    buyer.expect_thank_you_page()
    expect(buyer.page.get_by_text("Free until")).to_be_visible()
    assert fits_all_screens(buyer.page)
    assert (subscriptions(shop), stripe.paid()) == (["trialing"], [])
    friend.page.goto(mailbox.link("Your free trial has started: Evenings on trial"))
    expect(friend.page.get_by_text("Free until")).to_be_visible()
    friend.page.get_by_role("link", name="Cancel", exact=True).click()
    expect(friend.page.get_by_text("You won’t be charged.")).to_be_visible()


@on_a_phone
def test_a_day_after_a_failed_3d_secure_the_order_starts_a_new_subscription(
    buyer: Buyer, friend: Buyer, shop: Shop, stripe: SimulatedStripe
) -> None:
    buyer.pay(shop.make_offer(shop.connect_merchant(), kind="recurring"), ASKS)
    buyer.answer_challenge("fail")
    buyer.expect_alert(NOT_KNOWN)
    stripe.simulator.advance(23 * 60 * 60 + 60)
    until(lambda: subscriptions(shop) == ["incomplete_expired"], "Stripe's event that it has expired")
    (order,) = shop.orders()
    friend.page.goto(f"{shop.url}/orders/{order.token}")
    expect(friend.page.get_by_text("Payment not completed. You haven’t been charged.")).to_be_visible()
    friend.page.get_by_role("link", name="Try again").click()
    expect(friend.pay_button).to_have_text("Subscribe for €19.99 / month")
    friend.type_card(ASKS)
    friend.press_pay()
    friend.answer_challenge("authorize")
    friend.expect_thank_you_page()
    # A page that was open before shows the payment and does not pay again.
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert (subscriptions(shop), stripe.paid()) == (["incomplete_expired", "active"], [1999])
    assert [one.status for one in shop.orders()] == ["paid"]


@on_a_phone
def test_a_payment_plan_ends_with_its_last_installment(
    buyer: Buyer, shop: Shop, stripe: SimulatedStripe, mailbox: Mailbox
) -> None:
    terms = {"kind": "plan", "instalments": 3, "title": "A course in three parts"}
    buyer.open(shop.make_offer(shop.connect_merchant(), **terms))
    expect(buyer.page.locator(".charges")).to_contain_text("Total€59.97")
    buyer.fill_contact()
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    expect(buyer.page.get_by_text("1 of 3 installments paid.")).to_be_visible()
    for paid in (2, 3):
        with shop.inside():
            stripe_id = Subscription.get().subscription_id
        stripe.simulator.renew(stripe_id)
        until(lambda paid=paid: len(stripe.paid()) == paid, "the next installment")
    stripe.simulator.renew(stripe_id)
    own_page = mailbox.link("Paid in full: A course in three parts")
    assert (subscriptions(shop), stripe.paid()) == (["canceled"], [1999, 1999, 1999])
    buyer.page.goto(own_page)
    expect(buyer.page.get_by_text("All installments are paid. Thank you!")).to_be_visible()
    expect(buyer.page.get_by_role("link", name="Cancel", exact=True)).to_have_count(0)
    assert fits_all_screens(buyer.page)
