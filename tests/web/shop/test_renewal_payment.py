"""Paying an open renewal from the link in its email: confirming the saved card, or another card."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import emails, merchants, settings, subscriptions
from storefront.models import Decline, Email, Invoice, Merchant, Offer, Order, Payment, Subscription, now
from storefront.worker import reconciliation, tasks
from tests.cards import ASKS, DECLINED, GOOD, OTHER_GOOD
from tests.cast import MARKO
from tests.factories import connect_merchant, make_offer
from tests.shop_clock import time_moved, time_set
from tests.simulator_process import Simulator
from tests.stripe_dashboard import pay_at_stripe, refund_at_stripe
from tests.subscription_steps import email_kinds, newest_invoice, reload, renew, subscribe


def link_of(invoice: Invoice, kind: str = "renewal_authentication") -> str:
    """Path and query of the link in the email about this renewal."""
    emails.send_due()
    letter = Email.get(Email.invoice == invoice, Email.kind == kind)
    found = re.search(r"http://shop\.example\.com(/orders/\S+/pay\?\S*key=\S+)", letter.text)
    assert found, letter.text
    return found[1]


def test_the_emails_link_confirms_the_saved_card(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renew(subscription, simulator, "asks")
    link = link_of(invoice)
    page = client.get(link)
    assert page.status_code == 200
    assert f'data-saved="{subscription.card_id}"' in page.text
    assert "Confirm €19.99 payment" in page.text
    answer = client.post(link, data={"with": "saved"}).json
    assert answer["intent"] == "payment"
    simulator.confirm_saved(subscription.merchant.publishable_key, answer["client_secret"], subscription.card_id)
    simulator.answer_challenge(answer["client_secret"], "authorize")
    followed = client.get(f"/orders/{answer['order']}", follow_redirects=True)
    assert "<h1>Thank you" in followed.text
    assert "€19.99 received. Your subscription is active." in followed.text
    assert "Complete your payment" not in followed.text
    assert (reload(subscription).status, newest_invoice(subscription).status) == ("active", "paid")
    assert email_kinds(subscription, "waiting") == ["renewal_receipt"], "the reminders are dropped"


def test_without_the_key_the_saved_card_is_not_offered(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator, "asks")
    token = subscription.order.token
    for query in ("", "?key=", "?key=wrong", f"?key={emails.make_account_token('marko@example.com')}"):
        page = client.get(f"/orders/{token}/pay{query}").text
        assert subscription.card_id not in page
        assert "4242" not in page.replace("4242 4242 4242 4242", "")
        assert "Pay €19.99" in page and "Send link" in page


def test_a_key_is_bound_to_its_order_and_expires(
    client: FlaskClient, monthly_offer: Offer, subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator, "asks")
    other = subscribe(
        monthly_offer, simulator, buyer=replace(MARKO, visit="visit-of-lesia-0001", email="lesia@example.com")
    )
    key = emails.make_pay_key(other.order)
    token = subscription.order.token
    assert subscription.card_id not in client.get(f"/orders/{token}/pay?key={key}").text
    own = emails.make_pay_key(subscription.order)
    assert subscription.card_id in client.get(f"/orders/{token}/pay?key={own}").text
    with time_moved(days=15):
        page = client.get(f"/orders/{token}/pay?key={own}").text
    assert subscription.card_id not in page
    assert "This link has expired" in page


def test_a_new_link_is_emailed_on_request_and_only_to_the_orders_address(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renew(subscription, simulator, "asks")
    token = subscription.order.token
    for _press in range(3):
        answer = client.post(f"/orders/{token}/pay-link", follow_redirects=True)
        assert "We’ve emailed a new link" in answer.text
    (letter,) = Email.select().where(Email.kind == "pay_link")
    assert letter.recipient == "marko@example.com"
    assert subscription.card_id in client.get(link_of(invoice, "pay_link")).text
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(f"/orders/{token}/pay-link", headers=elsewhere).status_code == 403


def test_another_card_pays_a_declined_renewal_and_becomes_the_default(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renew(subscription, simulator, "declines")
    assert (reload(subscription).status, invoice.needs) == ("past_due", "card")
    assert email_kinds(subscription)[-4:] == ["renewal_declined", *["renewal_reminder"] * 3]
    link = link_of(invoice, "renewal_declined")
    page = client.get(link).text
    assert "Your bank declined this card." in page
    secret = client.post(link).json["client_secret"]
    simulator.confirm(subscription.merchant.publishable_key, secret, OTHER_GOOD)
    client.get(f"/orders/{subscription.order.token}")
    after = reload(subscription)
    assert (after.status, after.card_last4, newest_invoice(subscription).status) == ("active", "4444", "paid")
    assert renew(subscription, simulator).status == "paid", "the new card pays the next period"


def test_after_two_failed_3d_secure_checks_another_card_can_pay(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renew(subscription, simulator, "asks")
    link = link_of(invoice)
    for _attempt in range(2):
        secret = client.post(link).json["client_secret"]
        simulator.confirm_saved(subscription.merchant.publishable_key, secret, subscription.card_id)
        simulator.answer_challenge(secret, "fail")
        subscriptions.refresh(subscription)
        assert newest_invoice(subscription).needs == "authentication", "the renewal still waits for 3-D Secure"
    assert email_kinds(subscription).count("renewal_authentication") == 1
    secret = client.post(link).json["client_secret"]
    simulator.confirm(subscription.merchant.publishable_key, secret, GOOD)
    subscriptions.refresh(subscription)
    assert (reload(subscription).status, newest_invoice(subscription).status) == ("active", "paid")


def test_card_3184_needs_3d_secure_at_every_renewal_and_is_paid_each_time(
    client: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    subscription = subscribe(monthly_offer, simulator, ASKS)
    for _month in range(2):
        invoice = renew(subscription, simulator)
        assert invoice.needs == "authentication"
        secret = client.post(link_of(invoice)).json["client_secret"]
        simulator.confirm_saved(subscription.merchant.publishable_key, secret, subscription.card_id)
        simulator.answer_challenge(secret, "authorize")
        subscriptions.refresh(subscription)
        assert (reload(subscription).status, newest_invoice(subscription).status) == ("active", "paid")


def test_if_it_was_paid_at_stripe_the_link_says_so(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renew(subscription, simulator, "asks")
    link = link_of(invoice)
    pay_at_stripe(simulator, invoice)
    page = client.get(link).text
    assert "Nothing to pay" in page and "You don’t need to pay again." in page
    assert reload(subscription).status == "active"
    answer = client.post(link).json
    assert answer["next"].endswith(f"/orders/{subscription.order.token}")


def test_canceling_during_recovery_stops_emails_and_payments(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renew(subscription, simulator, "asks")
    link = link_of(invoice)
    subscriptions.cancel(reload(subscription), immediately=False, by="buyer")
    assert (reload(subscription).status, newest_invoice(subscription).status) == ("canceled", "void")
    with time_moved(days=6):
        emails.send_due()
    sent = [letter.kind for letter in Email.select().where(Email.state == "kept", Email.recipient != "")]
    assert "renewal_reminder" not in sent
    assert "This subscription has ended." in client.get(link).text


@pytest.mark.parametrize(
    ("afterwards", "status", "letter"),
    [("canceled", "canceled", "subscription_lost"), ("unpaid", "unpaid", None), ("past_due", "past_due", None)],
)
def test_after_stripes_last_retry_each_outcome_has_its_own_text(
    client: FlaskClient, subscription: Subscription, simulator: Simulator, afterwards: str, status: str, letter: str
) -> None:
    simulator.billing(afterwards=afterwards, retry_days=[1], draft_seconds=0)
    renew(subscription, simulator, "declines")
    simulator.advance(2 * 24 * 60 * 60)
    subscriptions.refresh(subscription)
    assert reload(subscription).status == status
    if letter:
        assert letter in email_kinds(subscription)
    else:
        assert newest_invoice(subscription).needs == "card"
        page = client.get(f"/orders/{subscription.order.token}/pay")
        assert "Complete your payment" in page.text


def test_paying_a_renewal_after_a_partial_refund_of_the_first_period_says_it_is_paid(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    refund_at_stripe(simulator, subscription.payment.intent_id, 500)
    reconciliation.take_undelivered_events()
    tasks.handle_waiting_events()
    assert Order.get_by_id(subscription.order_id).status == "partially_refunded"
    invoice = renew(subscription, simulator, "asks")
    page = f"/orders/{subscription.order.token}"
    assert "€19.99 of this subscription is still unpaid." in client.get(page).text
    secret = client.post(link_of(invoice)).json["client_secret"]
    simulator.confirm_saved(subscription.merchant.publishable_key, secret, subscription.card_id)
    simulator.answer_challenge(secret, "authorize")
    after = client.get(f"{page}/thank-you", follow_redirects=True).text
    assert "€19.99 received. Your subscription is active." in after
    assert "was refunded." in after and "Up to date" in after


def test_the_open_installment_of_an_ended_plan_can_still_be_paid(
    client: FlaskClient, app: Flask, simulator: Simulator
) -> None:
    subscription = subscribe(
        make_offer(Merchant.get_or_none() or connect_merchant(), kind="plan", instalments=2), simulator
    )
    invoice = renew(subscription, simulator, "asks")
    simulator.renew(subscription.subscription_id)
    subscriptions.refresh(subscription)
    assert reload(subscription).status == "canceled"
    assert newest_invoice(subscription).needs == "authentication"
    assert "plan_finished" not in email_kinds(subscription), "one installment unpaid"
    owners = Email.get(Email.kind == "owner_subscription_ended")
    page = client.get(link_of(invoice))
    assert "The plan has ended, but not all installments are paid." in Email.get_by_id(owners.id).text
    assert "Complete your payment" in page.text
    secret = client.post(link_of(invoice)).json["client_secret"]
    simulator.confirm_saved(subscription.merchant.publishable_key, secret, subscription.card_id)
    simulator.answer_challenge(secret, "authorize")
    thanks = client.get(f"/orders/{subscription.order.token}", follow_redirects=True).text
    assert "€19.99 received." in thanks and "Your subscription is active" not in thanks and "Paid in full" in thanks
    assert newest_invoice(subscription).status == "paid"
    assert email_kinds(subscription)[-2:] == ["renewal_receipt", "plan_finished"]
    assert email_kinds(subscription).count("plan_finished") == 1


def test_a_renewal_of_a_disconnected_account_cannot_be_paid(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renew(subscription, simulator, "asks")
    link = link_of(invoice)
    merchants.disconnect(subscription.merchant)
    for address in (link, link.partition("?")[0]):
        page = client.get(address)
        assert page.status_code == 200 and "You can’t pay right now." in page.text
        assert 'id="payment"' not in page.text and "Send link" not in page.text
    begun = now()
    with time_set(begun + timedelta(days=2)):
        emails.send_due()
    assert "renewal_reminder" not in email_kinds(subscription, "kept", "sent")


def test_an_unpaid_subscription_shows_no_next_charge(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    simulator.billing(afterwards="unpaid", retry_days=[1], draft_seconds=0)
    renew(subscription, simulator, "declines")
    assert "Next charge" in client.get(f"/orders/{subscription.order.token}/thank-you").text
    simulator.advance(2 * 24 * 60 * 60)
    subscriptions.refresh(subscription)
    page = client.get(f"/orders/{subscription.order.token}/thank-you").text
    assert "Past due" in page and "Next charge" not in page


def test_an_older_open_invoice_is_not_shown_as_paid(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator, "asks")
    second = renew(subscription, simulator)
    pay_at_stripe(simulator, second)
    subscriptions.refresh(subscription)
    assert (reload(subscription).status, Invoice.newest_payable(subscription) is None) == ("active", False)
    token = emails.make_account_token("marko@example.com")
    for page in (f"/my/{token}", f"/orders/{subscription.order.token}/thank-you"):
        text = client.get(page).text
        assert "Your bank asks you to confirm the €19.99 payment." in text and "Up to date" not in text
    assert "Confirm payment" in client.get(f"/my/{token}").text


def test_declined_cards_on_a_renewal_count_but_stripes_retries_do_not(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    settings.save({"declines_per_order": 3})
    simulator.billing(retry_days=[1, 1], draft_seconds=0)
    invoice = renew(subscription, simulator, "declines")
    simulator.advance(30 * 60 * 60)
    address = f"/orders/{subscription.order.token}/pay"
    for _card in range(3):
        answer = client.post(address)
        assert answer.status_code == 200
        simulator.confirm(subscription.merchant.publishable_key, answer.json["client_secret"], DECLINED)
    refused = client.post(address)
    assert (refused.status_code, refused.json["retry_after"]) == (429, 3600)
    assert "Too many declined cards" in refused.json["error"] and "challenge" not in refused.json
    assert Decline.select().count() == 3
    begun = now()
    with time_set(begun + timedelta(hours=1, minutes=1)):
        assert client.post(address).status_code == 200
    assert newest_invoice(subscription).id == invoice.id


def test_a_renewal_paid_elsewhere_asks_for_no_card_even_beyond_the_limit(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    settings.save({"declines_per_order": 1})
    invoice = renew(subscription, simulator, "asks")
    address = f"/orders/{subscription.order.token}/pay"
    secret = client.post(address).json["client_secret"]
    simulator.confirm(subscription.merchant.publishable_key, secret, DECLINED)
    assert client.post(address).status_code == 429
    pay_at_stripe(simulator, invoice)
    assert "next" in client.post(address).json


@pytest.mark.parametrize(
    ("wallets", "takes_link", "offered"),
    [
        ("apple_pay link", True, "apple_pay link"),
        ("apple_pay link", False, "apple_pay"),
        # Link was turned off since: the intent takes it still, and Stripe would refuse a page that doesn't say so.
        ("apple_pay", True, None),
        ("apple_pay", False, "apple_pay"),
        ("", False, None),
    ],
)
def test_a_renewal_is_paid_with_the_wallets_that_its_intent_takes(
    client: FlaskClient,
    subscription: Subscription,
    simulator: Simulator,
    wallets: str,
    takes_link: bool,
    offered: str | None,
) -> None:
    Merchant.update(wallets=wallets).execute()
    Payment.update(takes_link=takes_link).execute()
    renew(subscription, simulator, "declines")
    page = client.get(f"/orders/{subscription.order.token}/pay").text
    found = re.search('data-wallets="([^"]*)"', page)
    assert (found and found[1]) == offered
    assert 'data-mode="subscription"' in page and 'data-due="1999"' in page
