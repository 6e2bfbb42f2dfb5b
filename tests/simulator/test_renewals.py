"""Renewals: by the clock or played by hand, with a card that pays, is declined, or makes the bank ask."""

from typing import Any

import pytest
import requests

from tests.simulator.shop import Shop, refusal
from tests.simulator.steering import money, steer
from tests.simulator.subscribing import DAY, Secret, active, period, renewed, secret_of, subscribe, wait


def payment_of(shop: Shop, invoice: Any) -> Any:
    return shop.v1.payment_intents.retrieve(invoice.payments.data[0].payment.payment_intent)


def status_of(shop: Shop, subscription: Any) -> str:
    return str(shop.v1.subscriptions.retrieve(subscription.id).status)


def test_they_come_as_time_goes_by(olena: Shop) -> None:
    subscription = active(olena)
    end = period(subscription)[1]
    assert wait(olena, 95).count("subscription_renews") == 3
    found = olena.v1.subscriptions.retrieve(subscription.id)
    assert (found.status, period(found)[0] > end) == ("active", True)
    invoices = olena.v1.invoices.list({"subscription": subscription.id}).data
    assert [one.status for one in invoices] == ["paid"] * 4
    assert [one.billing_reason for one in invoices] == ["subscription_cycle"] * 3 + ["subscription_create"]
    assert [one.number[-4:] for one in invoices] == ["0004", "0003", "0002", "0001"]
    assert invoices[2].lines.data[0].period.start == invoices[2].created == end
    assert {received for received, _, _ in money(olena).values()} == {1990}


def test_an_invoice_is_a_draft_for_an_hour(olena: Shop) -> None:
    subscription = active(olena)
    days = (period(subscription)[1] - subscription.created) / DAY
    assert wait(olena, days + 1 / 24 / 2) == ["subscription_renews"]
    draft = olena.v1.invoices.list({"status": "draft"}).data[0]
    assert (draft.number, draft.hosted_invoice_url, draft.attempted) == (None, None, False)
    assert draft.automatically_finalizes_at - draft.created == 60 * 60
    assert wait(olena, 1 / 24) == ["invoice_is_finalized"]
    assert olena.v1.invoices.retrieve(draft.id).status == "paid"


def test_months_that_are_too_short_end_on_their_last_day(olena: Shop) -> None:
    # The 31st of January 2027, noon, UTC.
    clock = olena.v1.test_helpers.test_clocks.create({"frozen_time": 1801396800})
    customer = olena.v1.customers.create({"test_clock": clock.id}).id
    subscription = active(olena, customer=customer)
    ends = []
    for _ in range(3):
        ends.append(period(olena.v1.subscriptions.retrieve(subscription.id))[1])
        olena.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": ends[-1] + 2 * 60 * 60})
    assert [end - 1801396800 for end in ends] == [28 * DAY, (28 + 31) * DAY, (28 + 31 + 30) * DAY]


def test_one_that_stops_at_the_bank_is_not_tried_again_but_waits_for_the_customer(olena: Shop) -> None:
    subscription = active(olena, "4000002760003184")
    found, invoice = renewed(olena, subscription)
    assert (found.status, invoice.status, invoice.next_payment_attempt) == ("past_due", "open", None)
    payment = payment_of(olena, invoice)
    assert payment.status == "requires_action"
    assert payment.next_action.use_stripe_sdk.stripe_js.startswith(f"{olena.url}/simulator/challenge/{payment.id}?")
    assert olena.events()[-3:] == [
        "payment_intent.requires_action",
        "invoice.payment_action_required",
        "customer.subscription.updated",
    ]
    assert wait(olena, 20) == []
    olena.answer_bank(payment, "authorize")
    assert status_of(olena, subscription) == "active"
    assert olena.v1.invoices.retrieve(invoice.id).status == "paid"


def test_after_a_failed_check_the_saved_card_or_another_may_be_tried(olena: Shop) -> None:
    subscription = active(olena, "4000002760003184")
    saved = subscription.default_payment_method
    found, invoice = renewed(olena, subscription)
    payment = payment_of(olena, invoice)
    olena.answer_bank(payment, "fail")
    assert (status_of(olena, found), payment_of(olena, invoice).status) == ("past_due", "requires_payment_method")
    assert olena.v1.invoices.retrieve(invoice.id).next_payment_attempt is None
    form = {"client_secret": payment.client_secret, "payment_method": saved, "use_stripe_sdk": "true"}
    path = f"/v1/payment_intents/{payment.id}/confirm"
    again = olena.raw("POST", path, form, key=olena.publishable_key).json()
    assert again["status"] == "requires_action"
    olena.answer_bank(payment, "fail")
    olena.type_card(payment, "5555555555554444")
    found = olena.v1.subscriptions.retrieve(found.id, {"expand": ["default_payment_method"]})
    assert (found.status, found.default_payment_method.card.last4) == ("active", "4444")


def test_the_waiting_check_of_the_saved_card_can_be_opened_again(olena: Shop) -> None:
    _, invoice = renewed(olena, active(olena, "4000002760003184"))
    secret = secret_of(olena, invoice.id)
    form = {"client_secret": secret.client_secret, "use_stripe_sdk": "true"}
    path = f"/v1/payment_intents/{secret.id}/confirm"
    assert olena.raw("POST", path, form, key=olena.publishable_key).json()["status"] == "requires_action"
    assert olena.events().count("invoice.payment_action_required") == 2
    olena.answer_bank(secret, "authorize")
    assert olena.v1.invoices.retrieve(invoice.id).status == "paid"


def test_a_declined_one_is_tried_again_and_then_given_up(olena: Shop) -> None:
    found, invoice = renewed(olena, active(olena), "declines")
    assert (found.status, invoice.attempt_count) == ("past_due", 1)
    assert invoice.next_payment_attempt - invoice.status_transitions.finalized_at == 3 * DAY
    assert olena.events()[-3:] == [
        "payment_intent.payment_failed",
        "invoice.payment_failed",
        "customer.subscription.updated",
    ]
    assert wait(olena, 3.1) == ["invoice_is_tried_again"]
    assert wait(olena, 30).count("invoice_is_tried_again") == 2
    gone = olena.v1.subscriptions.retrieve(found.id)
    assert (gone.status, gone.cancellation_details.reason) == ("canceled", "payment_failed")
    left = olena.v1.invoices.retrieve(invoice.id)
    assert (left.status, left.attempt_count, left.auto_advance) == ("open", 4, False)
    assert olena.events()[-1] == "customer.subscription.deleted"


def test_a_later_try_may_succeed(olena: Shop) -> None:
    found, invoice = renewed(olena, active(olena), "declines")
    steer(olena, f"subscriptions/{found.id}/card", card="as its number")
    wait(olena, 3.1)
    assert status_of(olena, found) == "active"
    assert olena.v1.invoices.retrieve(invoice.id).attempt_count == 2
    assert "invoice_is_tried_again" not in wait(olena, 10)


def test_a_later_try_may_make_the_bank_ask_and_then_there_is_no_further_one(olena: Shop) -> None:
    found, invoice = renewed(olena, active(olena), "declines")
    steer(olena, f"subscriptions/{found.id}/card", card="asks")
    wait(olena, 3.1)
    assert olena.v1.invoices.retrieve(invoice.id).next_payment_attempt is None
    assert wait(olena, 10) == []
    olena.answer_bank(secret_of(olena, invoice.id), "authorize")
    assert status_of(olena, found) == "active"


def test_a_new_card_settles_it_and_becomes_the_subscriptions_own(olena: Shop) -> None:
    subscription = active(olena)
    found, invoice = renewed(olena, subscription, "declines")
    secret = secret_of(olena, invoice.id)
    olena.type_card(secret, "4000000000000002")
    assert olena.v1.invoices.retrieve(invoice.id).attempt_count == 1
    olena.type_card(secret, "5555555555554444")
    found = olena.v1.subscriptions.retrieve(subscription.id)
    assert found.status == "active"
    assert found.default_payment_method != subscription.default_payment_method
    assert renewed(olena, found)[1].status == "paid"


@pytest.mark.parametrize(
    ("number", "status"),
    [
        ("4242424242424242", "active"),
        ("4000002500003155", "active"),
        ("4000002760003184", "past_due"),
        ("4000000000003220", "past_due"),
    ],
)
def test_saved_cards_do_what_their_numbers_say(olena: Shop, number: str, status: str) -> None:
    assert renewed(olena, active(olena, number))[0].status == status


def test_a_card_may_be_kept_in_a_trial_and_declined_when_it_is_charged(olena: Shop) -> None:
    subscription = subscribe(olena, trial_period_days=7)
    olena.type_card(subscription.pending_setup_intent, "4000000000000341")
    found, invoice = renewed(olena, subscription)
    assert (found.status, invoice.attempt_count) == ("past_due", 1)


def test_the_owner_chooses_the_tries_and_what_comes_after_them(olena: Shop) -> None:
    steer(olena, "billing", account="Olena", retry_days=[1], afterwards="unpaid", draft_seconds=0)
    subscription, invoice = renewed(olena, active(olena), "declines")
    wait(olena, 1.1)
    assert status_of(olena, subscription) == "unpaid"
    assert "subscription_renews" in wait(olena, 31)
    latest = olena.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]}).latest_invoice
    assert (latest.status, latest.auto_advance) == ("draft", False)
    olena.type_card(secret_of(olena, invoice.id))
    assert status_of(olena, subscription) == "active"
    shown = requests.get(f"{olena.url}/simulator/billing", timeout=20).json()["data"]
    assert [one["retry_days"] for one in shown if one["name"] == "Kenji"] == [[3, 5, 7]] * 2
    for bad in ({"retry_days": "3"}, {"afterwards": "active"}, {"draft_seconds": -1}, {"other": 1}, {"account": "X"}):
        steer(olena, "billing", 400, **bad)


def test_only_the_last_invoice_decides_how_it_stands(olena: Shop) -> None:
    subscription, first = renewed(olena, active(olena), "declines")
    _, second = renewed(olena, subscription)
    olena.type_card(secret_of(olena, first.id))
    assert status_of(olena, subscription) == "past_due"
    olena.type_card(secret_of(olena, second.id))
    assert status_of(olena, subscription) == "active"


def test_one_played_by_hand_moves_only_its_own_time(olena: Shop) -> None:
    subscription, other = active(olena), active(olena)
    now = olena.v1.customers.create({}).created
    found, invoice = renewed(olena, subscription, "succeeds")
    assert invoice.status == "paid"
    assert now <= period(found)[0] <= now + 5
    assert period(olena.v1.subscriptions.retrieve(other.id)) == period(other)
    assert wait(olena, 26) == []
    assert wait(olena, 6).count("subscription_renews") == 2


def test_one_that_was_to_end_ends_when_it_is_played(olena: Shop) -> None:
    subscription = active(olena)
    olena.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert renewed(olena, subscription)[0].status == "canceled"
    steer(olena, f"subscriptions/{subscription.id}/renew", 400)


def test_controls_refuse_what_makes_no_sense(olena: Shop) -> None:
    waiting = subscribe(olena)
    assert steer(olena, f"subscriptions/{waiting.id}/renew", 400)["error"]["param"] == "subscription"
    assert steer(olena, f"subscriptions/{waiting.id}/card", 400, card="asks")["error"]["param"] == "subscription"
    assert steer(olena, f"subscriptions/{active(olena).id}/card", 400, card="x")["error"]["param"] == "card"
    assert requests.post(f"{olena.url}/simulator/subscriptions/sub_none/renew", timeout=20).status_code == 404


def test_the_simulators_page_has_buttons_for_it(olena: Shop) -> None:
    subscription = active(olena)
    address = f"{olena.url}/simulator/subscriptions/{subscription.id}/renew"
    page = requests.get(f"{olena.url}/simulator", timeout=20).text
    assert f'action="/simulator/subscriptions/{subscription.id}/renew"' in page
    assert "€19.90 eur every month" in page and "ivan@example.com" in page
    back = requests.post(address, data={"card": "asks"}, timeout=20)
    assert (back.status_code, back.url) == (200, f"{olena.url}/simulator#subscriptions")
    assert 'id="subscriptions"' in back.text
    assert status_of(olena, subscription) == "past_due"


def test_a_renewals_payment_can_be_refunded_and_stands_in_the_ledger(olena: Shop) -> None:
    subscription = active(olena, metadata={"order": "17"})
    _, invoice = renewed(olena, subscription)
    payment = payment_of(olena, invoice)
    assert olena.v1.refunds.create({"payment_intent": payment.id, "amount": 500}).status == "succeeded"
    rows = requests.get(f"{olena.url}/simulator/ledger", timeout=20).json()["data"][0]["payments"]
    assert (rows[1]["payment_intent"], rows[1]["amount_refunded"]) == (payment.id, 500)
    assert (rows[1]["invoice"], rows[1]["subscription"]) == (invoice.id, subscription.id)
    assert rows[1]["subscription_metadata"] == {"order": "17"}
    assert "invoice" not in olena.raw("GET", f"/v1/payment_intents/{payment.id}").json()


def test_nobody_tries_to_collect_for_a_cancelled_one(olena: Shop) -> None:
    subscription, invoice = renewed(olena, active(olena), "declines")
    olena.v1.subscriptions.cancel(subscription.id)
    assert wait(olena, 40) == []
    left = olena.v1.invoices.retrieve(invoice.id)
    assert (left.status, left.attempt_count) == ("open", 1)
    olena.type_card(secret_of(olena, invoice.id))
    assert olena.v1.invoices.retrieve(invoice.id).status == "paid"
    assert status_of(olena, subscription) == "canceled"


def test_a_card_that_was_taken_off_is_not_charged(olena: Shop) -> None:
    subscription = active(olena)
    olena.v1.payment_methods.detach(subscription.default_payment_method)
    found, invoice = renewed(olena, subscription)
    assert (found.status, found.default_payment_method) == ("past_due", None)
    assert invoice.next_payment_attempt is not None
    method = refusal(olena.v1.invoices.pay, invoice.id)
    assert method.http_status == 400
    olena.type_card(Secret(payment_of(olena, invoice).client_secret))
    assert status_of(olena, subscription) == "active"
