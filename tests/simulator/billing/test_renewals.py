"""Renewals, by the clock or immediately: paid, declined, or waiting for authentication."""

import pytest
import requests

from tests.simulator.controls import ledger_totals, post_control
from tests.simulator.shop import Shop
from tests.simulator.subscriptions import (
    DAY,
    active_subscription,
    advance_days,
    invoice_secret,
    payment_of,
    period,
    renew,
    status_of,
    subscribe,
)


def test_subscriptions_renew_as_time_passes(olena: Shop) -> None:
    subscription = active_subscription(olena)
    end = period(subscription)[1]
    assert advance_days(olena, 95).count("subscription_renews") == 3
    found = olena.v1.subscriptions.retrieve(subscription.id)
    assert (found.status, period(found)[0] > end) == ("active", True)
    invoices = olena.v1.invoices.list({"subscription": subscription.id}).data
    assert [one.status for one in invoices] == ["paid"] * 4
    assert [one.billing_reason for one in invoices] == ["subscription_cycle"] * 3 + ["subscription_create"]
    assert [one.number[-4:] for one in invoices] == ["0004", "0003", "0002", "0001"]
    assert invoices[2].lines.data[0].period.start == invoices[2].created == end
    assert {received for received, _, _ in ledger_totals(olena).values()} == {1990}


def test_an_invoice_is_a_draft_for_an_hour(olena: Shop) -> None:
    subscription = active_subscription(olena)
    days = (period(subscription)[1] - subscription.created) / DAY
    assert advance_days(olena, days + 1 / 24 / 2) == ["subscription_renews"]
    draft = olena.v1.invoices.list({"status": "draft"}).data[0]
    assert (draft.number, draft.hosted_invoice_url, draft.attempted) == (None, None, False)
    assert draft.automatically_finalizes_at - draft.created == 60 * 60
    assert advance_days(olena, 1 / 24) == ["invoice_is_finalized"]
    assert olena.v1.invoices.retrieve(draft.id).status == "paid"


def test_periods_end_on_the_last_day_of_short_months(olena: Shop) -> None:
    # 31 January 2027, noon, UTC.
    clock = olena.v1.test_helpers.test_clocks.create({"frozen_time": 1801396800})
    customer = olena.v1.customers.create({"test_clock": clock.id}).id
    subscription = active_subscription(olena, customer=customer)
    ends = []
    for _ in range(3):
        ends.append(period(olena.v1.subscriptions.retrieve(subscription.id))[1])
        olena.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": ends[-1] + 2 * 60 * 60})
    assert [end - 1801396800 for end in ends] == [28 * DAY, (28 + 31) * DAY, (28 + 31 + 30) * DAY]


def test_a_renewal_that_requires_authentication_is_not_retried(olena: Shop) -> None:
    subscription = active_subscription(olena, "4000002760003184")
    found, invoice = renew(olena, subscription)
    assert (found.status, invoice.status, invoice.next_payment_attempt) == ("past_due", "open", None)
    payment = payment_of(olena, invoice)
    assert payment.status == "requires_action"
    assert payment.next_action.use_stripe_sdk.stripe_js.startswith(f"{olena.url}/simulator/challenge/{payment.id}?")
    assert olena.events()[-4:] == [
        "payment_intent.requires_action",
        "invoice.payment_failed",
        "invoice.payment_action_required",
        "customer.subscription.updated",
    ]
    assert advance_days(olena, 20) == []
    olena.answer_challenge(payment, "authorize")
    assert status_of(olena, subscription) == "active"
    assert olena.v1.invoices.retrieve(invoice.id).status == "paid"


def test_a_bank_that_asks_by_declining_leaves_a_failed_charge_and_is_not_retried(olena: Shop) -> None:
    subscription = active_subscription(olena)
    found, invoice = renew(olena, subscription, "declines to ask")
    assert (found.status, invoice.status, invoice.next_payment_attempt) == ("past_due", "open", None)
    payment = payment_of(olena, invoice)
    assert (payment.status, payment.last_payment_error.code) == ("requires_payment_method", "authentication_required")
    assert olena.v1.charges.retrieve(payment.last_payment_error.charge).status == "failed"
    assert {"invoice.payment_failed", "invoice.payment_action_required"} <= set(olena.events())
    assert advance_days(olena, 20) == []
    form = {"client_secret": payment.client_secret, "payment_method": found.default_payment_method}
    path = f"/v1/payment_intents/{payment.id}/confirm"
    again = olena.raw("POST", path, form | {"use_stripe_sdk": "true"}, key=olena.publishable_key).json()
    assert again["status"] == "requires_action"
    olena.answer_challenge(payment, "authorize")
    assert status_of(olena, subscription) == "active"


def test_after_a_failed_check_the_saved_card_or_another_can_be_used(olena: Shop) -> None:
    subscription = active_subscription(olena, "4000002760003184")
    saved = subscription.default_payment_method
    found, invoice = renew(olena, subscription)
    payment = payment_of(olena, invoice)
    olena.answer_challenge(payment, "fail")
    assert (status_of(olena, found), payment_of(olena, invoice).status) == ("past_due", "requires_payment_method")
    assert olena.v1.invoices.retrieve(invoice.id).next_payment_attempt is None
    form = {"client_secret": payment.client_secret, "payment_method": saved, "use_stripe_sdk": "true"}
    path = f"/v1/payment_intents/{payment.id}/confirm"
    again = olena.raw("POST", path, form, key=olena.publishable_key).json()
    assert again["status"] == "requires_action"
    olena.answer_challenge(payment, "fail")
    olena.confirm_with_card(payment, "5555555555554444")
    found = olena.v1.subscriptions.retrieve(found.id, {"expand": ["default_payment_method"]})
    assert (found.status, found.default_payment_method.card.last4) == ("active", "4444")


def test_a_pending_check_of_the_saved_card_can_be_reopened(olena: Shop) -> None:
    _, invoice = renew(olena, active_subscription(olena, "4000002760003184"))
    secret = invoice_secret(olena, invoice.id)
    form = {"client_secret": secret.client_secret, "use_stripe_sdk": "true"}
    path = f"/v1/payment_intents/{secret.id}/confirm"
    assert olena.raw("POST", path, form, key=olena.publishable_key).json()["status"] == "requires_action"
    assert olena.events().count("invoice.payment_action_required") == 2
    olena.answer_challenge(secret, "authorize")
    assert olena.v1.invoices.retrieve(invoice.id).status == "paid"


@pytest.mark.parametrize(
    ("number", "status"),
    [
        ("4242424242424242", "active"),
        ("4000002500003155", "active"),
        ("4000002760003184", "past_due"),
        ("4000000000003220", "past_due"),
    ],
)
def test_saved_cards_behave_as_their_numbers_say(olena: Shop, number: str, status: str) -> None:
    assert renew(olena, active_subscription(olena, number))[0].status == status


def test_an_immediate_renewal_moves_only_its_own_period(olena: Shop) -> None:
    subscription, other = active_subscription(olena), active_subscription(olena)
    now = olena.v1.customers.create({}).created
    found, invoice = renew(olena, subscription, "succeeds")
    assert invoice.status == "paid"
    assert now <= period(found)[0] <= now + 5
    assert period(olena.v1.subscriptions.retrieve(other.id)) == period(other)
    assert advance_days(olena, 26) == []
    assert advance_days(olena, 6).count("subscription_renews") == 2


def test_an_immediate_renewal_ends_a_subscription_that_was_to_end(olena: Shop) -> None:
    subscription = active_subscription(olena)
    olena.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert renew(olena, subscription)[0].status == "canceled"
    post_control(olena, f"subscriptions/{subscription.id}/renew", 400)


def test_invalid_renewal_controls_are_refused(olena: Shop) -> None:
    waiting = subscribe(olena)
    assert post_control(olena, f"subscriptions/{waiting.id}/renew", 400)["error"]["param"] == "subscription"
    assert post_control(olena, f"subscriptions/{waiting.id}/card", 400, card="asks")["error"]["param"] == "subscription"
    assert (
        post_control(olena, f"subscriptions/{active_subscription(olena).id}/card", 400, card="x")["error"]["param"]
        == "card"
    )
    assert requests.post(f"{olena.url}/simulator/subscriptions/sub_none/renew", timeout=20).status_code == 404


def test_the_simulators_page_has_renewal_buttons(olena: Shop) -> None:
    subscription = active_subscription(olena)
    address = f"{olena.url}/simulator/subscriptions/{subscription.id}/renew"
    page = requests.get(f"{olena.url}/simulator", timeout=20).text
    assert f'action="/simulator/subscriptions/{subscription.id}/renew"' in page
    assert "€19.90 eur every month" in page and "ivan@example.com" in page
    back = requests.post(address, data={"card": "asks"}, timeout=20)
    assert (back.status_code, back.url) == (200, f"{olena.url}/simulator#subscriptions")
    assert 'id="subscriptions"' in back.text
    assert status_of(olena, subscription) == "past_due"


def test_a_renewal_payment_can_be_refunded_and_is_in_the_ledger(olena: Shop) -> None:
    subscription = active_subscription(olena, metadata={"order": "17"})
    _, invoice = renew(olena, subscription)
    payment = payment_of(olena, invoice)
    assert olena.v1.refunds.create({"payment_intent": payment.id, "amount": 500}).status == "succeeded"
    rows = requests.get(f"{olena.url}/simulator/ledger", timeout=20).json()["data"][0]["payments"]
    assert (rows[1]["payment_intent"], rows[1]["amount_refunded"]) == (payment.id, 500)
    assert (rows[1]["invoice"], rows[1]["subscription"]) == (invoice.id, subscription.id)
    assert rows[1]["subscription_metadata"] == {"order": "17"}
    assert "invoice" not in olena.raw("GET", f"/v1/payment_intents/{payment.id}").json()
