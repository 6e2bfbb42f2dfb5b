"""Switch plan: what is shown is charged, a dearer plan begins at once and a cheaper one with the next period."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from storefront import emails, subscriptions, worker
from storefront.db import connection
from storefront.models import (
    CodeTiming,
    Email,
    Invoice,
    Merchant,
    Offer,
    Order,
    PlanSwitch,
    PriceOption,
    PromoCode,
    Subscription,
)
from storefront.offers import OptionFields
from storefront.pricing import Choice, Discount
from tests.cards import ASKS
from tests.cast import MARKO
from tests.factories import make_offer
from tests.shop_clock import time_moved
from tests.simulator_process import Simulator
from tests.subscription_steps import email_kinds, newest_invoice, reload, renew, subscribe
from tests.web.admin_pages import post, text_of

PRO = OptionFields("options-0", "Pro", "30.00", kind="recurring")
YEARLY = OptionFields("options-1", "Yearly", "100.00", kind="recurring", interval="year")
ONCE = OptionFields("options-2", "Lifetime", "500.00")


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(
        merchant,
        "10.00",
        title="Course",
        slug="course",
        kind="recurring",
        option_label="Basic",
        options=(PRO, YEARLY, ONCE),
        plan_switching=True,
        max_quantity=5,
    )


def option_of(offer: Offer, label: str) -> PriceOption:
    return next(one for one in PriceOption.of_offer(offer) if one.label == label)


def subscribed(
    offer: Offer, simulator: Simulator, label: str = "Basic", card: str = "", **choice: object
) -> Subscription:
    buyer = replace(MARKO, choice=Choice(option=option_of(offer, label).id, **choice))  # type: ignore[arg-type]
    return subscribe(offer, simulator, *([card] if card else []), buyer=buyer)


def address_of(subscription: Subscription, what: str = "/switch") -> str:
    token = emails.make_account_token(subscription.order.email)
    return f"/my/{token}/subscriptions/{subscription.public_id}{what}"


def account_of(client: FlaskClient, subscription: Subscription) -> str:
    return text_of(client.get(f"/my/{emails.make_account_token(subscription.order.email)}").text)


def shown(client: FlaskClient, subscription: Subscription, label: str) -> tuple[str, dict[str, str]]:
    """The page with the price of this plan, and the form that switches to it."""
    option = option_of(subscription.order.offer, label)
    page = client.get(f"{address_of(subscription)}?plan={option.id}").text
    return page, dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def switch(client: FlaskClient, subscription: Subscription, label: str) -> str:
    _page, form = shown(client, subscription, label)
    answer = client.post(address_of(subscription), data=form)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def states(subscription: Subscription) -> list[str]:
    return [
        one.state for one in PlanSwitch.select().where(PlanSwitch.subscription == subscription).order_by(PlanSwitch.id)
    ]


def owner_emails(subscription: Subscription) -> list[str]:
    found = Email.select().where(
        Email.order == subscription.order, Email.kind.contains("switch"), Email.recipient == ""
    )
    return [one.kind for one in found.order_by(Email.id)]


def test_a_dearer_plan_is_charged_at_once_exactly_as_shown(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    subscription = subscribed(offer, simulator)
    assert "Switch plan" in account_of(client, subscription)
    plans = text_of(client.get(address_of(subscription)).text)
    assert "Pro €30.00 every month" in plans
    assert "Lifetime" not in plans
    assert "Basic €" not in plans
    page, form = shown(client, subscription, "Yearly")
    assert "Unused time of your current plan" in text_of(page)
    assert f"€{int(form['due']) / 100:.2f}" in text_of(page)
    assert "done=switched" in switch(client, subscription, "Yearly")
    after, invoice = reload(subscription), newest_invoice(subscription)
    assert (after.unit_amount, after.interval, after.switch_id) == (10000, "year", None)
    assert (invoice.amount_paid, invoice.reason, invoice.failed_at) == (int(form["due"]), "subscription_update", None)
    order = Order.get_by_id(subscription.order_id)
    assert (order.title, order.option_label) == ("Course – Yearly", "Yearly")
    assert email_kinds(subscription) == ["receipt", "renewal_receipt", "plan_switched"]
    assert owner_emails(subscription) == ["owner_plan_switched"]
    assert "Plan switched from Basic to Yearly" in _admin_text(order)
    assert renew(after, simulator).amount_paid == 10000


def test_a_cheaper_plan_begins_with_the_next_period(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    subscription = subscribed(offer, simulator, "Yearly")
    page, form = shown(client, subscription, "Basic")
    assert form["due"] == "0"
    assert "Due today €0.00" in text_of(page)
    assert "done=switch_scheduled" in switch(client, subscription, "Basic")
    waiting = reload(subscription)
    assert (waiting.unit_amount, waiting.interval, waiting.unclear_terms) == (10000, "year", "")
    account = account_of(client, subscription)
    assert "Switches to Basic on" in account
    assert "Next charge €10.00" in account
    assert email_kinds(subscription) == ["receipt", "plan_switch_scheduled"]
    assert renew(waiting, simulator).amount_paid == 1000
    after = reload(subscription)
    assert (after.unit_amount, after.interval, after.switch_id, states(subscription)) == (1000, "month", None, ["done"])
    assert "plan_switched" in email_kinds(subscription)
    assert owner_emails(subscription) == ["owner_switch_scheduled", "owner_plan_switched"]
    data = client.post(f"/my/{emails.make_account_token(subscription.order.email)}/data").json
    (told,) = data["orders"][0]["subscriptions"][0]["plan_switches"]
    assert (told["state"], told["label_before"], told["label"], told["charge"]) == ("done", "Yearly", "Basic", 1000)
    assert not Email.select().where(Email.kind == "owner_terms_changed").exists()
    assert renew(after, simulator).amount_paid == 1000
    assert "Switch plan" in account_of(client, subscription)


def test_a_scheduled_switch_is_undone_and_the_present_plan_is_charged_again(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    subscription = subscribed(offer, simulator, "Pro")
    switch(client, subscription, "Basic")
    for _ in range(2):
        assert client.post(address_of(subscription, "/switch/keeping")).status_code == 303
    assert (states(subscription), reload(subscription).switch_id) == (["undone"], None)
    assert email_kinds(subscription)[1:] == ["plan_switch_scheduled", "plan_switch_undone"]
    assert owner_emails(subscription) == ["owner_switch_scheduled", "owner_switch_undone"]
    assert renew(reload(subscription), simulator).amount_paid == 3000
    switch(client, subscription, "Basic")
    assert states(subscription) == ["undone", "scheduled"]


def test_a_switch_that_the_bank_asks_about_waits_for_the_customer(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    subscription = subscribed(offer, simulator, card=ASKS)
    location = switch(client, subscription, "Pro")
    assert f"/orders/{subscription.order.token}/pay?key=" in location
    assert (reload(subscription).status, reload(subscription).unit_amount) == ("active", 1000)
    assert states(subscription) == ["waiting"]
    invoice = newest_invoice(subscription)
    assert (invoice.needs, invoice.failed_at) == ("switch_3ds", None)
    assert "renewal_authentication" not in email_kinds(subscription)
    assert "waits for your payment" in account_of(client, subscription)
    assert "Confirm" in client.get(location).text
    secret = client.post(f"/orders/{subscription.order.token}/pay").json["client_secret"]
    simulator.answer_challenge(secret, "fail")
    subscriptions.refresh(subscription)
    assert (states(subscription), reload(subscription).status) == (["waiting"], "active")
    simulator.confirm(subscription.merchant.publishable_key, secret, ASKS)
    simulator.answer_challenge(secret, "authorize")
    subscriptions.refresh(subscription)
    assert (states(subscription), reload(subscription).unit_amount) == (["done"], 3000)
    assert newest_invoice(subscription).status == "paid"


@pytest.mark.parametrize("way", ["undone", "late", "canceled"])
def test_a_switch_that_is_not_paid_is_dropped(
    client: FlaskClient, offer: Offer, simulator: Simulator, way: str
) -> None:
    subscription = subscribed(offer, simulator, card=ASKS)
    switch(client, subscription, "Pro")
    if way == "undone":
        client.post(address_of(subscription, "/switch/keeping"))
    elif way == "late":
        simulator.advance(24 * 3600)
        subscriptions.refresh(subscription)
    else:
        subscriptions.cancel(subscription, immediately=False, by="buyer")
    assert states(subscription) == ["undone"]
    assert newest_invoice(subscription).status == "void"
    assert (reload(subscription).unit_amount, reload(subscription).switch_id) == (1000, None)
    assert "plan_switch_undone" in email_kinds(subscription)
    assert "Invoice" not in account_of(client, subscription)


def test_an_amount_that_has_changed_or_is_old_is_shown_again_before_anything_is_charged(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    subscription = subscribed(offer, simulator)
    _page, form = shown(client, subscription, "Pro")
    answer = client.post(address_of(subscription), data=form | {"due": str(int(form["due"]) - 1)})
    assert (answer.status_code, "The amount has changed" in answer.text) == (422, True)
    with time_moved(minutes=40):
        answer = client.post(address_of(subscription), data=form)
        assert (answer.status_code, "The amount has changed" in answer.text) == (422, True)
    assert (states(subscription), Invoice.select().count()) == ([], 1)


def test_two_tabs_and_the_owner_at_once_switch_once(
    admin: FlaskClient, client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    subscription = subscribed(offer, simulator)
    _page, form = shown(client, subscription, "Pro")
    address = address_of(subscription)

    def press() -> int:
        with connection():
            browser = client.application.test_client()
            return browser.post(address, data=form, headers={"Sec-Fetch-Site": "same-origin"}).status_code

    with ThreadPoolExecutor(3) as pool:
        assert {future.result() for future in [pool.submit(press) for _ in range(3)]} == {303}
    assert states(subscription) == ["done"]
    assert Invoice.select().count() == 2


def test_stripe_away_leaves_the_page_calm_and_a_lost_answer_is_finished_by_the_worker(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    subscription = subscribed(offer, simulator)
    option = option_of(offer, "Pro")
    simulator.add_fault("/v1/invoices/create_preview", "drop_before", times=9)
    answer = client.get(f"{address_of(subscription)}?plan={option.id}")
    assert (answer.status_code, "unavailable" in answer.text) == (503, True)
    simulator.clear_faults()
    _page, form = shown(client, subscription, "Pro")
    simulator.add_fault(f"/v1/subscriptions/{subscription.subscription_id}", "drop_after", times=9)
    answer = client.post(address_of(subscription), data=form)
    assert "done=switch_asked" in answer.location
    assert "is being made" in account_of(client, subscription)
    simulator.clear_faults()
    worker.reconcile()
    assert (states(subscription), reload(subscription).unit_amount) == (["done"], 3000)
    assert [one.amount_paid for one in Invoice.all_of(subscription)] == [int(form["due"]), 1000]
    assert owner_emails(subscription) == ["owner_plan_switched"]


def test_a_trial_switches_for_nothing(client: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(
        merchant,
        "10.00",
        kind="recurring",
        trial_days=14,
        option_label="Basic",
        options=(PRO, YEARLY),
        plan_switching=True,
    )
    subscription = subscribed(offer, simulator)
    _page, form = shown(client, subscription, "Yearly")
    assert form["due"] == "0"
    assert "done=switched" in switch(client, subscription, "Yearly")
    after = reload(subscription)
    assert (after.status, after.unit_amount, after.interval) == ("trialing", 10000, "year")
    assert after.trial_end == subscription.trial_end
    assert renew(after, simulator).amount_paid == 10000


def test_units_and_a_lasting_discount_go_over_to_the_new_plan(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    PromoCode.create(code="HALF", percent=5_000, applies_to=CodeTiming.EVERY)
    half = Discount("HALF", percent=Decimal(50), every_payment=True)
    subscription = subscribed(offer, simulator, quantity=3, discount=half)
    assert reload(subscription).total.amount == 1500
    _page, form = shown(client, subscription, "Pro")
    assert abs(int(form["due"]) - (4500 - 1500)) <= 2
    switch(client, subscription, "Pro")
    after = reload(subscription)
    assert (after.total.amount, newest_invoice(subscription).amount_paid) == (4500, int(form["due"]))
    assert renew(after, simulator).amount_paid == 4500


@pytest.mark.parametrize("state", ["forbidden", "canceled", "unpaid", "paused", "one plan"])
def test_where_a_switch_is_not_possible_there_is_no_button(
    client: FlaskClient, offer: Offer, simulator: Simulator, state: str
) -> None:
    subscription = subscribed(offer, simulator)
    option = option_of(offer, "Pro").id
    if state == "forbidden":
        Offer.update(plan_switching=False).execute()
    elif state == "canceled":
        subscriptions.cancel(subscription, immediately=False, by="buyer")
    elif state == "unpaid":
        renew(subscription, simulator, "declines")
    elif state == "paused":
        subscriptions.pause(subscription, None)
    else:
        Offer.update(option_count=0).execute()
    assert "Switch plan" not in account_of(client, subscription)
    assert client.get(address_of(subscription)).status_code == 303
    form = {"plan": str(option), "at": "1", "due": "0"}
    assert client.post(address_of(subscription), data=form).status_code == 422
    assert states(subscription) == []


def test_an_old_link_can_not_switch(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    subscription = subscribed(offer, simulator)
    _page, form = shown(client, subscription, "Pro")
    address = address_of(subscription)
    with time_moved(hours=2):
        assert "Switch plan" not in re.findall(r"<h1>([^<]*)", client.get(address).text)
        assert client.post(address, data=form).status_code == 403
    assert states(subscription) == []


def test_the_owner_switches_and_keeps_on_the_admin_page(admin: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    Offer.update(plan_switching=False).execute()
    subscription = subscribed(offer, simulator, "Pro")
    address = f"/admin/subscriptions/{subscription.public_id}"
    assert "Switch plan" in admin.get(address).text
    page = admin.get(f"{address}/plan/new?plan={option_of(offer, 'Basic').id}").text
    assert "Due today €0.00" in text_of(page)
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    form.pop("csrf_token", None)
    answer = post(admin, f"{address}/plan", **form)
    assert answer.status_code == 303, answer.text
    page = text_of(admin.get(address).text)
    assert "Switches to Basic on" in page
    assert "Keep current plan" in page
    assert post(admin, f"{address}/plan/keeping").status_code == 303
    assert "Plan switch undone" in text_of(admin.get(address).text)
    assert states(subscription) == ["undone"]


def _admin_text(order: Order) -> str:
    from storefront.web.admin.labels.subscription_timeline import subscription_entry

    return " ".join(subscription_entry(entry.kind, entry.detail, order) for entry in order.timeline())
