"""Subscriptions on their buyer's own page: how each stands, its way back, cancelling, going on."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import emails, subscriptions
from storefront.models import Merchant, Offer, Subscription, now
from tests.buying import begin, kinds
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator
from tests.stripe_dashboard import cancel_at_stripe, pay_at_stripe, subscription_statuses_at_stripe
from tests.subscribing import DAY, fresh, letters_of, looked_at, newest, renewed, subscribed
from tests.web.admin_pages import text_of

MARKOS = "marko@example.com"
AWAY = "The payment service could not be reached. Nothing was charged. Please try again in a moment."


@pytest.fixture
def merchant(app: Flask) -> Merchant:
    return connect_merchant()


@pytest.fixture
def monthly(merchant: Merchant) -> Offer:
    return make_offer(merchant, kind="recurring", title="Weekly letters")


@pytest.fixture
def subscription(monthly: Offer, simulator: Simulator) -> Subscription:
    return subscribed(monthly, simulator)


@pytest.fixture
def plan(merchant: Merchant, simulator: Simulator) -> Subscription:
    return subscribed(make_offer(merchant, kind="plan", instalments=2, title="An easel"), simulator)


def page() -> str:
    return f"/my/{emails.make_account_token(MARKOS)}"


def cancellation(subscription: Subscription) -> str:
    return f"{page()}/subscriptions/{subscription.public_id}/cancellation"


def continuation(subscription: Subscription) -> str:
    return f"{page()}/subscriptions/{subscription.public_id}/continuation"


def panel(client: FlaskClient) -> str:
    """The one subscription of the page, as HTML."""
    found = re.search(r'<section class="panel" id=.*?</section>', client.get(page()).text, re.S)
    assert found
    return unescape(found[0])


def buttons(html: str) -> dict[str, str]:
    """{words: address} of the ways back."""
    return {words: address for address, words in re.findall(r'class="button" href="([^"]+)">([^<]+)<', html)}


def press_cancel(client: FlaskClient, subscription: Subscription) -> TestResponse:
    """As the page has it now."""
    question = client.get(cancellation(subscription)).text
    found = re.search(r'name="way" value="(\w+)"', question)
    assert found and "Cancel the subscription" in question
    return client.post(cancellation(subscription), data={"way": found[1]})


# ------------------------------------------------------------------ how it stands


def test_a_trial_says_until_when_and_what_comes_then(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    subscribed(make_offer(merchant, kind="recurring", trial_days=14), simulator)
    words = text_of(panel(client))
    assert "Free trial" in words
    assert re.search(r"It is free until \w+ \d+, \d{4}\. Then €19\.99 is charged every month\.", words)
    assert "/receipts/" not in panel(client)


def test_what_runs_needs_nothing(client: FlaskClient, subscription: Subscription) -> None:
    html = panel(client)
    assert "Active" in html and "All is paid." in html and buttons(html) == {}
    assert f'data-status="{subscription.status}"' in html


def test_a_renewal_that_stops_at_the_bank_is_confirmed_from_here(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renewed(subscription, simulator, "asks")
    html = panel(client)
    assert "Your bank wants to know that it is you who pays €19.99." in html
    address = buttons(html)["Confirm the payment"]
    assert address.startswith(f"/orders/{subscription.order.token}/pay?key=")
    assert f'data-saved="{subscription.card_id}"' in client.get(address).text


def test_a_declined_renewal_says_why_and_leads_to_paying(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renewed(subscription, simulator, "declines")
    html = panel(client)
    assert "€19.99 could not be charged. Your bank declined this card." in html
    assert "Pay now" in buttons(html)
    pay_at_stripe(simulator, invoice)
    subscriptions.refresh(subscription)
    assert "All is paid." in panel(client)


def test_what_is_on_hold_goes_on_when_it_is_paid(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    simulator.billing(afterwards="unpaid", retry_days=[1], draft_seconds=0)
    renewed(subscription, simulator, "declines")
    simulator.advance(2 * DAY)
    subscriptions.refresh(subscription)
    html = panel(client)
    assert "On hold" in html and "As soon as it is paid, it goes on." in html and "Pay now" in buttons(html)


def test_what_ended_unpaid_says_so_and_can_be_had_again(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    simulator.billing(afterwards="canceled", retry_days=[1], draft_seconds=0)
    renewed(subscription, simulator, "declines")
    simulator.advance(2 * DAY)
    subscriptions.refresh(subscription)
    html = panel(client)
    assert "because it was not paid. You owe nothing for it." in html
    assert buttons(html) == {"Subscribe again": f"/o/{subscription.order.offer.slug}"}
    assert "/card" not in html and "Cancel</a>" not in html


def test_what_ended_and_is_no_longer_for_sale_leads_nowhere(client: FlaskClient, subscription: Subscription) -> None:
    cancel_at_stripe(subscription)
    subscriptions.refresh(subscription)
    assert list(buttons(panel(client))) == ["Subscribe again"]
    Offer.update(status="archived").execute()
    html = panel(client)
    assert "Nothing more is charged." in html and buttons(html) == {}


def test_what_never_began_leads_to_its_order_as_long_as_that_can_be_paid(
    client: FlaskClient, monthly: Offer, simulator: Simulator
) -> None:
    order = begin(monthly).order
    assert "First payment" not in client.get(page()).text and order.token in client.get(page()).text
    simulator.advance(23 * 60 * 60 + 60)
    subscription = looked_at(order)
    assert subscription.status == "incomplete_expired"
    html = panel(client)
    assert "so it never began. Nothing was charged." in html
    assert buttons(html) == {"Start anew": f"/orders/{order.token}"}


def test_a_trial_without_a_card_is_an_order_that_waits_and_in_the_end_never_began(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    order = begin(make_offer(merchant, kind="recurring", trial_days=7)).order
    subscription = looked_at(order)
    assert subscription.status == "trialing", "at Stripe it runs from the press on"
    html = client.get(page()).text
    assert order.token in html and "It is free until" not in html and "is charged" not in html
    assert subscription.public_id not in html
    answer = client.post(cancellation(subscription), data={"way": "period_end"})
    assert answer.status_code == 303 and subscription_statuses_at_stripe(merchant) == ["trialing"]
    simulator.advance(8 * DAY)
    subscriptions.refresh(subscription)
    assert fresh(subscription).status == "canceled"
    html = panel(client)
    assert "No card was given, so the free trial never began. Nothing was charged." in html
    assert buttons(html) == {"Start anew": f"/orders/{order.token}"}


def test_a_pause_is_the_sellers_and_said(client: FlaskClient, subscription: Subscription) -> None:
    subscriptions.pause(subscription, now() + timedelta(days=40))
    assert re.search(r"The seller has paused it: nothing is charged until \w+ \d+, \d{4}\.", text_of(panel(client)))
    assert "Next charge" not in panel(client)


def test_a_plan_counts_its_instalments(client: FlaskClient, plan: Subscription, simulator: Simulator) -> None:
    html = panel(client)
    assert "1 of 2 instalments are paid." in html and "2 payments of €19.99, one every month" in html
    assert "Ends by itself" in html
    renewed(plan, simulator)
    simulator.renew(plan.subscription_id or "")
    subscriptions.refresh(plan)
    html = panel(client)
    assert "Paid in full" in html and "All instalments are paid. Thank you!" in html and buttons(html) == {}


def test_a_finished_plan_with_an_open_instalment_can_be_paid(
    client: FlaskClient, plan: Subscription, simulator: Simulator
) -> None:
    renewed(plan, simulator, "asks")
    simulator.renew(plan.subscription_id or "")
    subscriptions.refresh(plan)
    html = panel(client)
    assert "an instalment of €19.99 is still open" in html and "Pay now" in buttons(html)


# ------------------------------------------------------------------ cancelling


def test_cancelling_keeps_what_is_paid_and_can_be_undone(client: FlaskClient, subscription: Subscription) -> None:
    assert f'href="{cancellation(subscription)}"' in panel(client)
    question = text_of(client.get(cancellation(subscription)).text)
    assert re.search(r"What you have paid for stays yours until \w+ \d+, \d{4} ?; then it ends", question)
    answer = press_cancel(client, subscription)
    assert answer.status_code == 303
    assert fresh(subscription).cancels_at_period_end
    done = client.get(answer.location).text
    assert 'role="status">It is cancelled.' in done
    html = panel(client)
    assert re.search(r"It is cancelled and stays yours until \w+ \d+, \d{4}\. Nothing more is charged\.", html)
    assert "Next charge" not in html and f'href="{continuation(subscription)}"' in html
    assert cancellation(subscription) not in html
    goes_on = text_of(client.get(continuation(subscription)).text)
    assert "The next charge is €19.99 on" in goes_on and "Visa •••• 4242" in goes_on
    answer = client.post(continuation(subscription))
    assert answer.status_code == 303 and "It goes on." in client.get(answer.location).text
    assert not fresh(subscription).cancels_at_period_end and "All is paid." in panel(client)


def test_pressing_twice_does_no_more_than_once(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    for _press in range(3):
        answer = client.post(cancellation(subscription), data={"way": "period_end"})
        assert answer.status_code == 303
    assert kinds(subscription.order).count("subscription_cancelled") == 1
    assert letters_of(subscription).count("subscription_ends") == 1
    for _press in range(3):
        assert client.post(continuation(subscription)).status_code == 303
    assert kinds(subscription.order).count("subscription_kept") == 1


def test_looking_at_the_question_changes_nothing(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    asked = len(simulator.logged_requests("/v1/subscriptions", "POST"))
    client.get(cancellation(subscription))
    client.get(continuation(subscription))
    assert len(simulator.logged_requests("/v1/subscriptions", "POST")) == asked
    assert not fresh(subscription).cancels_at_period_end


def test_an_offer_can_let_it_end_at_once(client: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    subscription = subscribed(make_offer(merchant, kind="recurring", cancellation="now"), simulator)
    assert "It ends at once, and nothing more is charged." in client.get(cancellation(subscription)).text
    assert press_cancel(client, subscription).status_code == 303
    assert fresh(subscription).status == "canceled"
    assert list(buttons(panel(client))) == ["Subscribe again"]


def test_a_cancelled_trial_ends_without_a_charge(client: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    subscription = subscribed(make_offer(merchant, kind="recurring", trial_days=14), simulator)
    assert "until the free trial ends on" in client.get(cancellation(subscription)).text
    press_cancel(client, subscription)
    assert "the free trial ends on" in panel(client) and "nothing is charged" in panel(client)


def test_what_is_past_due_ends_at_once_and_is_asked_for_no_more(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renewed(subscription, simulator, "asks")
    question = client.get(cancellation(subscription)).text
    assert "It ends at once. What is not paid yet is not asked for any more: nothing is charged." in question
    press_cancel(client, subscription)
    assert (fresh(subscription).status, newest(subscription).status) == ("canceled", "void")
    assert list(buttons(panel(client))) == ["Subscribe again"]
    assert "renewal_reminder" not in letters_of(subscription, "waiting")


def test_a_press_on_a_page_that_told_something_else_asks_again(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renewed(subscription, simulator, "asks")
    answer = client.post(cancellation(subscription), data={"way": "period_end"})
    assert answer.status_code == 200 and "It ends at once." in answer.text
    assert fresh(subscription).status == "past_due"


def test_our_rows_are_old_and_it_ended_at_stripe_meanwhile(client: FlaskClient, subscription: Subscription) -> None:
    cancel_at_stripe(subscription)
    answer = client.post(cancellation(subscription), data={"way": "period_end"})
    assert answer.status_code in (303, 503)
    assert fresh(subscription).status == "canceled" and "It ended on" in panel(client)


def test_a_plan_is_ended_by_its_seller_only(client: FlaskClient, plan: Subscription) -> None:
    question = client.get(cancellation(plan)).text
    assert "only the seller can end the plan" in question and str(plan.order.number) in question
    assert "<form" not in question
    client.post(cancellation(plan), data={"way": "now"})
    client.post(cancellation(plan), data={"way": "seller"})
    assert fresh(plan).status == "active"
    subscriptions.cancel(plan, immediately=True, by="owner")
    ended = panel(client)
    assert "Order again" in ended and "Subscribe" not in ended


@pytest.mark.parametrize("kind", ["error_before", "error_after"])
def test_when_stripe_is_away_calm_words_and_another_try(
    client: FlaskClient, subscription: Subscription, simulator: Simulator, kind: str
) -> None:
    simulator.add_fault("/v1/subscriptions/*", kind, times=2)
    answer = press_cancel(client, subscription)
    assert answer.status_code == 503 and AWAY in answer.text and 'class="alert" role="alert"' in answer.text
    simulator.clear_faults()
    assert press_cancel(client, subscription).status_code == 303
    simulator.add_fault("/v1/subscriptions/*", kind, times=2)
    answer = client.post(continuation(subscription))
    assert answer.status_code == 503 and AWAY in answer.text
    simulator.clear_faults()
    assert client.post(continuation(subscription)).status_code == 303
    assert not fresh(subscription).cancels_at_period_end


def test_an_account_that_is_gone_can_be_asked_nothing(client: FlaskClient, subscription: Subscription) -> None:
    Merchant.update(disconnected_at=now(), secret_key_encrypted=None).execute()
    assert "Change the card" not in panel(client)
    answer = press_cancel(client, subscription)
    assert answer.status_code == 503 and "This can’t be done at the moment." in answer.text
    assert client.get(f"{page()}/subscriptions/{subscription.public_id}/card").status_code == 303
