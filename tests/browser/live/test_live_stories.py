"""Buying, subscribing, renewing and refunding. `make test-live` tells these stories with Stripe itself.

They use what Stripe has too: test cards, test clocks and its API. The shop asks Stripe itself, because Stripe may not
reach its webhook endpoint.
"""

import re
import sys

import pytest
import requests
from playwright.sync_api import expect

from storefront.models import Merchant, Subscription, WebhookEvent
from storefront.worker import tasks
from tests.browser import stripe_choice
from tests.browser.actors import Buyer, Owner
from tests.browser.live.world import World
from tests.browser.stripe_choice import SimulatedStripe
from tests.cards import ASKS, ASKS_ONCE, DECLINED, GOOD
from tests.cast import MARKOS_FORM

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("live")]

INTENT_FIELDS = ("automatic_payment_methods", "payment_method_types", "next_action")


def subscription(world: World) -> Subscription:
    """The newest subscription's row."""
    with world.shop.inside():
        return Subscription.select().order_by(Subscription.id.desc()).get()


def paid_invoices(world: World) -> int:
    found = world.call("GET", "invoices", subscription=subscription(world).subscription_id or "", status="paid")
    return len([one for one in found["data"] if one["amount_paid"]])


def wallets_of(address: str) -> list[str]:
    """The wallets that an offer's page may show, as Stripe names them."""
    found = re.search(r'data-wallets="([^"]*)"', requests.get(address, timeout=60).text)
    return found.group(1).split() if found else []


def test_first_what_the_three_intents_say(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Stripe.js demands a `return_url` for intents that Stripe regards as automatic."""
    said = []
    for number, terms in enumerate([{}, {"kind": "recurring"}, {"kind": "recurring", "trial_days": 14}]):
        address = world.make_offer(**terms)
        form = MARKOS_FORM | {"visit": f"visit-of-marko-000{number}"}
        started = requests.post(f"{address}/checkout", form, headers={"Origin": world.shop.url}, timeout=60).json()
        intent = started["client_secret"].partition("_secret_")[0]
        kind = "setup_intents" if intent.startswith("seti_") else "payment_intents"
        found = world.call("GET", f"{kind}/{intent}")
        said.append(f"{kind} {terms}: { ({name: found.get(name) for name in INTENT_FIELDS}) }")
        assert found["payment_method_types"] in (["card"], ["card", "link"]) and found["next_action"] is None
        assert ("link" in wallets_of(address)) == ("link" in found["payment_method_types"])
    if stripe_choice.is_real():
        with capsys.disabled():
            sys.stdout.write("\n" + "\n".join(said) + "\n")


def test_the_page_shows_the_wallets_of_the_browser_or_nothing(
    world: World, buyer: Buyer, capsys: pytest.CaptureFixture[str]
) -> None:
    address = world.make_offer()
    buyer.open(address)
    wallets = buyer.page.locator("#express-checkout")
    expect(wallets).not_to_have_class(re.compile("waiting"))
    saw = "wallets" if wallets.is_visible() else "no wallets"
    assert wallets.is_visible() or wallets.inner_html() == ""
    if stripe_choice.is_real():
        with capsys.disabled():
            offered = ", ".join(wallets_of(address)) or "none"
            sys.stdout.write(f"\nthe offer's page showed {saw}; the account has: {offered}\n")


def test_an_order_is_declined_then_fails_3d_secure_then_is_paid_and_refunded(
    world: World, buyer: Buyer, owner: Owner
) -> None:
    buyer.pay(world.make_offer(), DECLINED)
    buyer.expect_alert("Your bank declined this card.")
    for number, words in (("4000000000000069", "has expired"), ("4000000000000127", "Wrong CVC")):
        buyer.type_card(number)
        buyer.press_pay()
        buyer.expect_alert(re.compile(re.escape(words)))
    buyer.type_card(ASKS)
    buyer.press_pay()
    buyer.answer_challenge("fail")
    buyer.expect_alert("Your bank couldn’t verify the payment.")
    buyer.press_pay()
    buyer.answer_challenge("authorize")
    buyer.expect_thank_you_page()
    (order,) = world.shop.orders()
    owner.open(f"/admin/orders/{order.token}")
    owner.page.locator("#open-refund").click()
    owner.page.get_by_label("Amount").wait_for()
    owner.page.locator("#order-refund").get_by_role("button", name=re.compile("^Refund")).click()
    world.shop.until_order_is("refunded")
    refunds = world.call("GET", "refunds", payment_intent=world.shop.payments()[0].intent_id or "")["data"]
    assert [(one["status"], one["amount"]) for one in refunds] == [("succeeded", order.amount)]


def test_a_subscription_renews_with_the_card_that_was_set_up(world: World, buyer: Buyer) -> None:
    clock = world.start_clock()
    buyer.pay(world.make_offer(kind="recurring"), ASKS_ONCE)
    buyer.answer_challenge("authorize")
    buyer.expect_thank_you_page()
    assert (subscription(world).status, paid_invoices(world)) == ("active", 1)
    world.advance_clock(clock, days=32)
    world.ask_stripe()
    assert (subscription(world).status, paid_invoices(world)) == ("active", 2)


def test_a_trial_starts_with_3d_secure_and_ends_with_a_charge(world: World, buyer: Buyer) -> None:
    clock = world.start_clock()
    buyer.pay(world.make_offer(kind="recurring", trial_days=7), ASKS_ONCE)
    buyer.answer_challenge("authorize")
    buyer.expect_thank_you_page()
    expect(buyer.page.get_by_text("Free until")).to_be_visible()
    assert (subscription(world).status, paid_invoices(world)) == ("trialing", 0)
    world.advance_clock(clock, days=8)
    world.ask_stripe()
    assert (subscription(world).status, paid_invoices(world)) == ("active", 1)


def test_a_payment_plan_ends_with_its_last_installment(world: World, buyer: Buyer) -> None:
    clock = world.start_clock()
    buyer.pay(world.make_offer(kind="plan", instalments=2), GOOD)
    buyer.expect_thank_you_page()
    expect(buyer.page.get_by_text("1 of 2 installments paid.")).to_be_visible()
    world.ask_stripe()
    assert subscription(world).schedule_id
    for _ in range(2):
        world.advance_clock(clock, days=35)
    world.ask_stripe()
    assert (subscription(world).status, paid_invoices(world)) == ("canceled", 2)


def test_a_subscription_that_stripe_has_paused_resumes_with_a_payment(world: World, buyer: Buyer, owner: Owner) -> None:
    clock = world.start_clock()
    buyer.pay(world.make_offer(kind="recurring", trial_days=7), GOOD)
    buyer.expect_thank_you_page()
    world.ask_stripe()
    row = subscription(world)
    assert row.subscription_id
    # In the dashboard: no card, and a trial that then pauses.
    pauses = {"trial_settings[end_behavior][missing_payment_method]": "pause"}
    world.call("POST", f"subscriptions/{row.subscription_id}", **pauses)
    world.call("POST", f"payment_methods/{row.card_id}/detach")
    world.advance_clock(clock, days=8)
    world.ask_stripe()
    assert subscription(world).status == "paused"
    card = world.call("POST", "payment_methods/pm_card_visa/attach", customer=row.customer_id)["id"]
    world.call("POST", f"subscriptions/{row.subscription_id}", default_payment_method=card)
    world.ask_stripe()
    owner.open(f"/admin/subscriptions/{row.public_id}")
    owner.page.get_by_role("button", name=re.compile("^Resume")).click()
    expect(owner.page.get_by_role("status").first).to_be_visible()
    world.ask_stripe()
    assert (subscription(world).status, paid_invoices(world)) == ("active", 1)


def test_events_of_an_old_account_version_are_read(world: World, buyer: Buyer) -> None:
    if isinstance(world.shop.stripe, SimulatedStripe):
        world.shop.stripe.simulator.change_account(world.account.id, api_version="2024-06-20")
    # Without an endpoint the shop asks for all events, which have the account's own version.
    world.shop.change(Merchant, webhook_endpoint_id="")
    buyer.pay(world.make_offer(kind="recurring"), GOOD)
    buyer.expect_thank_you_page()
    found = subscription(world)
    with world.shop.inside():
        tasks.take_undelivered_events()
        events = list(WebhookEvent.select().where(WebhookEvent.subscription == found.subscription_id))
    assert {"customer.subscription.created", "invoice.paid"} <= {event.type for event in events}
