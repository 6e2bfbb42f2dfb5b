"""A renewal that stops at 3-D Secure has not failed: its customer is told, and pays it with one press."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import emails, merchants, settings, subscriptions
from storefront.models import (
    Decline,
    Email,
    Invoice,
    Merchant,
    Offer,
    Order,
    Payment,
    Subscription,
    now,
)
from storefront.worker import reconciliation, tasks
from tests.buying import MARKO, kinds
from tests.clocks import at, later
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator
from tests.stripe_dashboard import cancel_at_stripe, pay_at_stripe, refund_at_stripe
from tests.subscribing import ASKS_EACH_TIME, GOOD, fresh, letters_of, newest, renewed, subscribed


@pytest.fixture
def monthly(app: Flask) -> Offer:
    return make_offer(connect_merchant(), kind="recurring", title="Weekly letters")


@pytest.fixture
def subscription(monthly: Offer, simulator: Simulator) -> Subscription:
    return subscribed(monthly, simulator)


def link_of(invoice: Invoice, kind: str = "renewal_authentication") -> str:
    """Path and query of the link in the letter about this renewal."""
    emails.send_due()
    letter = Email.get(Email.invoice == invoice, Email.kind == kind)
    found = re.search(r"http://shop\.example\.com(/orders/\S+/pay\?\S*key=\S+)", letter.text)
    assert found, letter.text
    return found[1]


def test_a_good_renewal_is_paid_and_has_its_receipt(subscription: Subscription, simulator: Simulator) -> None:
    invoice = renewed(subscription, simulator)
    assert (invoice.status, invoice.needs, invoice.failed_at) == ("paid", "", None)
    assert (invoice.payment.kind, invoice.payment.amount, invoice.payment.status) == ("renewal", 1999, "succeeded")
    assert letters_of(subscription) == ["receipt", "renewal_receipt"]
    assert Order.get_by_id(subscription.order_id).status == "paid"


def test_a_renewal_that_stops_at_the_bank_waits_and_its_customer_is_told_at_once(
    subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renewed(subscription, simulator, "asks")
    assert (fresh(subscription).status, invoice.status, invoice.needs) == ("past_due", "open", "authentication")
    assert invoice.next_attempt_at is None, "Stripe does not try it again"
    assert invoice.failed_at is not None
    assert letters_of(subscription, "waiting")[1] == "renewal_authentication"
    assert letters_of(subscription).count("renewal_reminder") == 3


def test_hearing_of_it_again_writes_nothing_more(subscription: Subscription, simulator: Simulator) -> None:
    renewed(subscription, simulator, "asks")
    before = Email.select().count()
    for _again in range(3):
        subscriptions.refresh(subscription)
    reconciliation.take_undelivered_events()
    tasks.handle_waiting_events()
    assert Email.select().count() == before
    assert kinds(subscription.order).count("invoice_needs") == 1


def test_the_letters_link_confirms_the_saved_card(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renewed(subscription, simulator, "asks")
    link = link_of(invoice)
    page = client.get(link)
    assert page.status_code == 200
    assert f'data-saved="{subscription.card_id}"' in page.text
    assert "Confirm the payment of €19.99" in page.text
    answer = client.post(link, data={"with": "saved"}).json
    assert answer["intent"] == "payment"
    simulator.confirm_saved(subscription.merchant.publishable_key, answer["client_secret"], subscription.card_id)
    simulator.answer_challenge(answer["client_secret"], "authorize")
    followed = client.get(f"/orders/{answer['order']}", follow_redirects=True)
    assert "<h1>Thank you</h1>" in followed.text
    assert "€19.99 has been paid, and your subscription goes on." in followed.text
    assert "A payment is waiting" not in followed.text
    assert (fresh(subscription).status, newest(subscription).status) == ("active", "paid")
    assert letters_of(subscription, "waiting") == ["renewal_receipt"], "the reminders are dropped at once"


def test_without_the_key_the_saved_card_stays_closed(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renewed(subscription, simulator, "asks")
    token = subscription.order.token
    for query in ("", "?key=", "?key=wrong", f"?key={emails.make_account_token('marko@example.com')}"):
        page = client.get(f"/orders/{token}/pay{query}").text
        assert subscription.card_id not in page
        assert "4242" not in page.replace("4242 4242 4242 4242", "")
        assert "Pay €19.99" in page and "Send me a link" in page


def test_a_key_opens_its_own_order_only_and_grows_old(
    client: FlaskClient, monthly: Offer, subscription: Subscription, simulator: Simulator
) -> None:
    renewed(subscription, simulator, "asks")
    other = subscribed(monthly, simulator, buyer=replace(MARKO, visit="visit-of-lesia-0001", email="lesia@example.com"))
    key = emails.make_pay_key(other.order)
    token = subscription.order.token
    assert subscription.card_id not in client.get(f"/orders/{token}/pay?key={key}").text
    own = emails.make_pay_key(subscription.order)
    assert subscription.card_id in client.get(f"/orders/{token}/pay?key={own}").text
    with later(days=15):
        page = client.get(f"/orders/{token}/pay?key={own}").text
    assert subscription.card_id not in page
    assert "This link is too old" in page


def test_a_new_link_comes_by_asking_and_only_to_the_orders_own_address(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renewed(subscription, simulator, "asks")
    token = subscription.order.token
    for _press in range(3):
        answer = client.post(f"/orders/{token}/pay-link", follow_redirects=True)
        assert "We have sent a new link" in answer.text
    (letter,) = Email.select().where(Email.kind == "pay_link")
    assert letter.recipient == "marko@example.com"
    assert subscription.card_id in client.get(link_of(invoice, "pay_link")).text
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(f"/orders/{token}/pay-link", headers=elsewhere).status_code == 403


def test_another_card_settles_a_declined_renewal_and_becomes_the_default(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renewed(subscription, simulator, "declines")
    assert (fresh(subscription).status, invoice.needs) == ("past_due", "card")
    assert letters_of(subscription)[-4:] == ["renewal_declined", *["renewal_reminder"] * 3]
    link = link_of(invoice, "renewal_declined")
    page = client.get(link).text
    assert "Your bank declined this card." in page
    secret = client.post(link).json["client_secret"]
    simulator.confirm(subscription.merchant.publishable_key, secret, "5555555555554444")
    client.get(f"/orders/{subscription.order.token}")
    after = fresh(subscription)
    assert (after.status, after.card_last4, newest(subscription).status) == ("active", "4444", "paid")
    assert renewed(subscription, simulator).status == "paid", "the new card pays the next period"


def test_a_check_that_fails_twice_leaves_it_waiting_for_another_card(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renewed(subscription, simulator, "asks")
    link = link_of(invoice)
    for _attempt in range(2):
        secret = client.post(link).json["client_secret"]
        simulator.confirm_saved(subscription.merchant.publishable_key, secret, subscription.card_id)
        simulator.answer_challenge(secret, "fail")
        subscriptions.refresh(subscription)
        assert newest(subscription).needs == "authentication", "it has not failed: it waits"
    assert letters_of(subscription).count("renewal_authentication") == 1
    secret = client.post(link).json["client_secret"]
    simulator.confirm(subscription.merchant.publishable_key, secret, GOOD)
    subscriptions.refresh(subscription)
    assert (fresh(subscription).status, newest(subscription).status) == ("active", "paid")


def test_3184_asks_at_every_renewal_and_is_recovered_each_time(
    client: FlaskClient, monthly: Offer, simulator: Simulator
) -> None:
    subscription = subscribed(monthly, simulator, ASKS_EACH_TIME)
    for _month in range(2):
        invoice = renewed(subscription, simulator)
        assert invoice.needs == "authentication"
        secret = client.post(link_of(invoice)).json["client_secret"]
        simulator.confirm_saved(subscription.merchant.publishable_key, secret, subscription.card_id)
        simulator.answer_challenge(secret, "authorize")
        subscriptions.refresh(subscription)
        assert (fresh(subscription).status, newest(subscription).status) == ("active", "paid")


def test_paid_at_stripe_meanwhile_the_link_says_so(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renewed(subscription, simulator, "asks")
    link = link_of(invoice)
    pay_at_stripe(simulator, invoice)
    page = client.get(link).text
    assert "Nothing to pay" in page and "You need not pay again." in page
    assert fresh(subscription).status == "active"
    answer = client.post(link).json
    assert answer["next"].endswith(f"/orders/{subscription.order.token}")


def test_cancelled_during_recovery_no_more_letters_and_nothing_to_pay(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renewed(subscription, simulator, "asks")
    link = link_of(invoice)
    subscriptions.cancel(fresh(subscription), immediately=False, by="buyer")
    assert (fresh(subscription).status, newest(subscription).status) == ("canceled", "void")
    with later(days=6):
        emails.send_due()
    sent = [letter.kind for letter in Email.select().where(Email.state == "kept", Email.recipient != "")]
    assert "renewal_reminder" not in sent
    assert "This subscription has ended." in client.get(link).text


def test_cancelled_at_stripe_during_recovery_no_more_letters(subscription: Subscription, simulator: Simulator) -> None:
    renewed(subscription, simulator, "asks")
    cancel_at_stripe(subscription)
    subscriptions.refresh(subscription)
    assert (fresh(subscription).status, newest(subscription).needs) == ("canceled", "")
    assert "renewal_reminder" not in letters_of(subscription, "waiting")
    assert subscriptions.subscription_of_order(Order.get_by_id(subscription.order_id)).waiting is None


def test_reminders_come_after_one_three_and_five_days(subscription: Subscription, simulator: Simulator) -> None:
    renewed(subscription, simulator, "asks")
    begun = now()
    counts = []
    for days in (0, 1.1, 2, 3.1, 4, 5.1, 9):
        with at(begun + timedelta(days=days)):
            emails.send_due()
            counts.append(letters_of(subscription, "kept").count("renewal_reminder"))
    assert counts == [0, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("afterwards", "status", "letter"),
    [("canceled", "canceled", "subscription_lost"), ("unpaid", "unpaid", None), ("past_due", "past_due", None)],
)
def test_when_stripes_tries_are_used_up_each_end_has_its_own_words(
    client: FlaskClient, subscription: Subscription, simulator: Simulator, afterwards: str, status: str, letter: str
) -> None:
    simulator.billing(afterwards=afterwards, retry_days=[1], draft_seconds=0)
    renewed(subscription, simulator, "declines")
    simulator.advance(2 * 24 * 60 * 60)
    subscriptions.refresh(subscription)
    assert fresh(subscription).status == status
    if letter:
        assert letter in letters_of(subscription)
    else:
        assert newest(subscription).needs == "card"
        page = client.get(f"/orders/{subscription.order.token}/pay")
        assert "A payment is waiting" in page.text


def test_a_renewals_refund_leaves_the_orders_status_alone(subscription: Subscription, simulator: Simulator) -> None:
    invoice = renewed(subscription, simulator)
    refund_at_stripe(simulator, invoice.payment.intent_id, 1999)
    reconciliation.take_undelivered_events()
    tasks.handle_waiting_events()
    assert Order.get_by_id(subscription.order_id).status == "paid"
    assert Payment.get_by_id(invoice.payment_id).kind == "renewal"


def test_who_got_money_back_for_the_first_period_and_pays_a_later_one_reads_that_it_is_paid(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    refund_at_stripe(simulator, subscription.payment.intent_id, 500)
    reconciliation.take_undelivered_events()
    tasks.handle_waiting_events()
    assert Order.get_by_id(subscription.order_id).status == "partially_refunded"
    invoice = renewed(subscription, simulator, "asks")
    page = f"/orders/{subscription.order.token}"
    assert "€19.99 of this subscription is not paid yet." in client.get(page).text
    secret = client.post(link_of(invoice)).json["client_secret"]
    simulator.confirm_saved(subscription.merchant.publishable_key, secret, subscription.card_id)
    simulator.answer_challenge(secret, "authorize")
    after = client.get(f"{page}/thank-you", follow_redirects=True).text
    assert "€19.99 has been paid, and your subscription goes on." in after
    assert "a part of its money was given back" in after and "All is paid." in after


def test_a_plan_that_ended_with_an_instalment_open_can_still_be_paid(
    client: FlaskClient, app: Flask, simulator: Simulator
) -> None:
    subscription = subscribed(
        make_offer(Merchant.get_or_none() or connect_merchant(), kind="plan", instalments=2), simulator
    )
    invoice = renewed(subscription, simulator, "asks")
    simulator.renew(subscription.subscription_id)
    subscriptions.refresh(subscription)
    assert fresh(subscription).status == "canceled"
    assert newest(subscription).needs == "authentication"
    assert "plan_finished" not in letters_of(subscription), "one instalment is still open"
    owners = Email.get(Email.kind == "owner_subscription_ended")
    page = client.get(link_of(invoice))
    assert "All instalments were due, but not all of them are paid." in Email.get_by_id(owners.id).text
    assert "A payment is waiting" in page.text
    secret = client.post(link_of(invoice)).json["client_secret"]
    simulator.confirm_saved(subscription.merchant.publishable_key, secret, subscription.card_id)
    simulator.answer_challenge(secret, "authorize")
    thanks = client.get(f"/orders/{subscription.order.token}", follow_redirects=True).text
    assert "€19.99 has been paid." in thanks and "goes on" not in thanks and "Paid in full" in thanks
    assert newest(subscription).status == "paid"
    assert letters_of(subscription)[-2:] == ["renewal_receipt", "plan_finished"]
    assert letters_of(subscription).count("plan_finished") == 1


def test_a_plan_that_stripe_ended_for_want_of_payment_is_not_said_to_owe_nothing(
    app: Flask, simulator: Simulator
) -> None:
    simulator.billing(afterwards="canceled", retry_days=[1], draft_seconds=0)
    subscription = subscribed(make_offer(connect_merchant(), kind="plan", instalments=3), simulator)
    renewed(subscription, simulator, "declines")
    simulator.advance(2 * 24 * 60 * 60)
    subscriptions.refresh(subscription)
    ended = fresh(subscription)
    assert (ended.status, ended.end_reason, newest(subscription).needs) == ("canceled", "payment_failed", "card")
    assert "subscription_lost" not in letters_of(subscription), "its open instalment can still be paid"


def test_nothing_is_asked_for_where_it_can_no_longer_be_paid(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renewed(subscription, simulator, "asks")
    link = link_of(invoice)
    merchants.disconnect(subscription.merchant)
    for address in (link, link.partition("?")[0]):
        page = client.get(address)
        assert page.status_code == 200 and "It can’t be paid at the moment." in page.text
        assert 'id="payment"' not in page.text and "Send me a link" not in page.text
    begun = now()
    with at(begun + timedelta(days=2)):
        emails.send_due()
    assert "renewal_reminder" not in letters_of(subscription, "kept", "sent")


def test_what_stripe_has_given_up_has_no_day_of_the_next_charge(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    simulator.billing(afterwards="unpaid", retry_days=[1], draft_seconds=0)
    renewed(subscription, simulator, "declines")
    assert "Next charge" in client.get(f"/orders/{subscription.order.token}/thank-you").text
    simulator.advance(2 * 24 * 60 * 60)
    subscriptions.refresh(subscription)
    page = client.get(f"/orders/{subscription.order.token}/thank-you").text
    assert "On hold" in page and "Next charge" not in page


def test_a_period_that_was_passed_over_is_not_said_to_be_paid(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renewed(subscription, simulator, "asks")
    second = renewed(subscription, simulator)
    pay_at_stripe(simulator, second)
    subscriptions.refresh(subscription)
    assert (fresh(subscription).status, Invoice.waiting(subscription) is None) == ("active", False)
    token = emails.make_account_token("marko@example.com")
    for page in (f"/my/{token}", f"/orders/{subscription.order.token}/thank-you"):
        text = client.get(page).text
        assert "Your bank wants to know that it is you who pays €19.99." in text and "All is paid." not in text
    assert "Confirm the payment" in client.get(f"/my/{token}").text


def test_cards_tried_out_on_a_renewal_are_counted_and_stripes_own_tries_are_not(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    settings.save({"declines_per_order": 3})
    simulator.billing(retry_days=[1, 1], draft_seconds=0)
    invoice = renewed(subscription, simulator, "declines")
    simulator.advance(30 * 60 * 60)
    address = f"/orders/{subscription.order.token}/pay"
    for _card in range(3):
        answer = client.post(address)
        assert answer.status_code == 200
        simulator.confirm(subscription.merchant.publishable_key, answer.json["client_secret"], "4000000000000002")
    refused = client.post(address)
    assert (refused.status_code, refused.json["retry_after"]) == (429, 3600)
    assert "Too many cards were declined" in refused.json["error"] and "challenge" not in refused.json
    assert Decline.select().count() == 3
    begun = now()
    with at(begun + timedelta(hours=1, minutes=1)):
        assert client.post(address).status_code == 200
    assert newest(subscription).id == invoice.id


def test_what_was_paid_meanwhile_asks_for_no_card_however_many_were_tried(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    settings.save({"declines_per_order": 1})
    invoice = renewed(subscription, simulator, "asks")
    address = f"/orders/{subscription.order.token}/pay"
    secret = client.post(address).json["client_secret"]
    simulator.confirm(subscription.merchant.publishable_key, secret, "4000000000000002")
    assert client.post(address).status_code == 429
    pay_at_stripe(simulator, invoice)
    assert "next" in client.post(address).json
