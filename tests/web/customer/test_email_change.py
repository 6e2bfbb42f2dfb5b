"""Changing the email address on the customer's page: confirmed from the new mailbox, announced to the old one."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import runtime, worker
from storefront.emails import make_account_token, make_pay_key, send_due, signed_links
from storefront.models import Email, Offer, Order, Subscription
from storefront.stripe_gateway import Credentials
from storefront.stripe_gateway.client import secret_client
from tests.cast import LESIA, MARKO
from tests.factories import make_offer
from tests.purchase_steps import buy, timeline_kinds
from tests.shop_clock import time_moved
from tests.simulator_process import Simulator
from tests.subscription_steps import reload, renew
from tests.web.admin_pages import error_at, text_of
from tests.web_client import browser

OLD, NEW = "marko@example.com", "marko@new.example.com"


def page_of(email: str) -> str:
    return f"/my/{make_account_token(email)}"


def ask(client: FlaskClient, new: str = NEW, old: str = OLD) -> TestResponse:
    return client.post(f"{page_of(old)}/email", data={"email": new})


def email_at_stripe(subscription: Subscription) -> str | None:
    """The email of the subscription's customer at Stripe."""
    stripe = secret_client(Credentials.of(subscription.merchant)).v1
    return stripe.customers.retrieve(reload(subscription).customer_id).email


def link_sent(to: str = NEW) -> str:
    """Path and query of the link in the newest confirmation email."""
    send_due()
    letter = Email.select().where(Email.kind == "email_change", Email.recipient == to).order_by(Email.id.desc()).get()
    found = re.search(r"http://shop\.example\.com(/my/email/\S+)", letter.text)
    assert found, letter.text
    return found[1]


def test_an_email_to_the_new_address_links_to_the_confirmation_page(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    assert OLD in client.get(f"{page_of(OLD)}/email").text
    answer = ask(client, " Marko@New.Example.com")
    assert answer.status_code == 200 and "We’ve emailed a confirmation link" in answer.text
    link = link_sent("Marko@new.example.com")
    assert (
        "a request to use Marko@new.example.com for orders and emails at shop.example.com"
        in Email.get(Email.kind == "email_change").text
    )
    question = text_of(client.get(link).text)
    assert "m•••@example.com" in question and OLD not in question and "Marko@new.example.com" in question
    assert Order.get().email == OLD, "a GET changes nothing: mail programs open links, too"
    done = client.post(link)
    assert done.status_code == 303 and done.location.startswith("/my/")
    page = client.get(done.location).text
    assert "Email address updated." in page and "Weekly letters" in page
    assert Order.get().email == "Marko@new.example.com"
    assert "No orders for this address" in client.get(page_of(OLD)).text
    assert client.get(f"{page_of(OLD)}/subscriptions/{subscription.public_id}/cancellation").status_code == 404
    assert "email_changed" in timeline_kinds(Order.get())


def test_the_old_address_is_notified_and_later_emails_go_to_the_new_one(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator, "asks")
    ask(client)
    client.post(link_sent())
    told = [letter.kind for letter in Email.select().where(Email.recipient == OLD, Email.kind == "email_changed")]
    assert told == ["email_changed"]
    send_due()
    assert f"Your orders at shop.example.com now belong to {NEW}" in Email.get(Email.kind == "email_changed").text
    waiting = Email.select().where(Email.state == "waiting", Email.recipient != "", Email.kind != "email_changed")
    assert {letter.recipient for letter in waiting} == {NEW}
    assert "renewal_reminder" in {letter.kind for letter in waiting}


def test_the_email_at_stripe_is_updated_and_retried_until_it_succeeds(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    ask(client)
    client.post(link_sent())
    simulator.add_fault("/v1/customers/*", "error_before", times=4)
    worker.reconcile()
    assert email_at_stripe(subscription) == OLD
    simulator.clear_faults()
    Subscription.update(next_check_at=runtime.system_time()).execute()
    worker.reconcile()
    assert email_at_stripe(subscription) == NEW


def test_all_orders_of_this_customer_and_no_others_are_changed(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    first = buy(make_offer(offer.merchant), simulator)
    second = buy(make_offer(offer.merchant), simulator, replace(MARKO, email="MARKO@example.com"))
    hers = buy(make_offer(offer.merchant), simulator, LESIA)
    ask(client)
    client.post(link_sent())
    emails = {order.id: order.email for order in Order.select()}
    assert emails == {first.id: NEW, second.id: NEW, hers.id: "lesia@example.com"}


def test_the_timeline_shows_it_and_search_finds_the_new_address(
    client: FlaskClient, admin: FlaskClient, subscription: Subscription
) -> None:
    ask(client)
    client.post(link_sent())
    page = text_of(admin.get(f"/admin/orders/{subscription.order.token}").text)
    assert f"The customer’s email changed from {OLD} to {NEW}." in page
    assert str(subscription.order.number) in admin.get("/admin/orders?q=marko@new").text


def test_confirming_twice_changes_it_once(client: FlaskClient, subscription: Subscription) -> None:
    ask(client)
    link = link_sent()
    assert [client.post(link).status_code for _press in range(2)] == [303, 303]
    assert timeline_kinds(Order.get()).count("email_changed") == 1
    assert Email.select().where(Email.kind == "email_changed").count() == 1
    looked_at = client.get(link, follow_redirects=True)
    assert looked_at.status_code == 200 and "Weekly letters" in looked_at.text


def test_the_link_is_valid_for_two_days(client: FlaskClient, subscription: Subscription) -> None:
    ask(client)
    link = link_sent()
    with time_moved(days=2, minutes=1):
        assert client.get(link).status_code == client.post(link).status_code == 404
    assert Order.get().email == OLD
    assert client.post(link).status_code == 303


def test_no_other_token_confirms_a_change(client: FlaskClient, subscription: Subscription) -> None:
    good = signed_links.make_email_change_token(OLD, NEW)
    for wrong in (good[:-1], make_account_token(OLD), make_pay_key(subscription.order), "x"):
        assert client.get(f"/my/email/{wrong}").status_code == 404
        assert client.post(f"/my/email/{wrong}").status_code == 404
    assert Order.get().email == OLD


def test_a_cross_site_request_changes_nothing(app: Flask, subscription: Subscription) -> None:
    foreign = browser(app)
    foreign.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    assert ask(foreign).status_code == 403
    assert foreign.post(f"/my/email/{signed_links.make_email_change_token(OLD, NEW)}").status_code == 403
    assert Order.get().email == OLD and Email.select().where(Email.kind == "email_change").count() == 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter your email address"),
        ("marko@", "Enter an email address like name@example.com"),
        ("MARKO@example.com", "This is already your address"),
    ],
)
def test_an_invalid_or_unchanged_address_shows_an_error(
    client: FlaskClient, subscription: Subscription, typed: str, words: str
) -> None:
    answer = ask(client, typed)
    assert answer.status_code == 422 and words in answer.text
    assert Email.select().where(Email.kind == "email_change").count() == 0


def test_the_number_of_confirmation_emails_is_limited(client: FlaskClient, subscription: Subscription) -> None:
    answers = [ask(client, "stranger@example.com") for _press in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert "Try again in an hour" in answers[-1].text
    assert Email.select().where(Email.kind == "email_change").count() == 3


def test_an_unknown_email_can_change_nothing(client: FlaskClient, subscription: Subscription) -> None:
    assert client.get(f"{page_of('wanda@example.com')}/email").status_code == 404
    assert ask(client, old="wanda@example.com").status_code == 404
    assert Email.select().where(Email.kind == "email_change").count() == 0


def test_a_mistyped_recipient_does_not_learn_the_old_address(client: FlaskClient, subscription: Subscription) -> None:
    ask(client)
    send_due()
    letter = Email.get(Email.kind == "email_change")
    assert OLD not in letter.text + letter.html and "Weekly letters" not in letter.text and "Marko" not in letter.text


def test_the_field_keeps_the_typed_value(client: FlaskClient, subscription: Subscription) -> None:
    assert 'value="marko@"' in ask(client, "marko@").text
    assert error_at(ask(client, "marko@").text.replace('id="email-error"', 'id="x-email-error"'), "email")
