"""Subscriptions on the customer's page: status, suggested action, canceling and keeping."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import emails, subscriptions
from storefront.models import Merchant, Offer, Subscription, now
from tests.factories import make_offer
from tests.purchase_steps import start_checkout, timeline_kinds
from tests.simulator_process import Simulator
from tests.stripe_dashboard import cancel_at_stripe, pay_at_stripe, subscription_statuses_at_stripe
from tests.subscription_steps import (
    DAY,
    email_kinds,
    newest_invoice,
    reload,
    renew,
    subscribe,
    subscription_after_refresh,
)
from tests.web.admin_pages import text_of

MARKOS = "marko@example.com"
AWAY = "The payment service is unavailable. You haven’t been charged. Try again in a moment."


@pytest.fixture
def plan(merchant: Merchant, simulator: Simulator) -> Subscription:
    return subscribe(make_offer(merchant, kind="plan", instalments=2, title="An easel"), simulator)


def page() -> str:
    return f"/my/{emails.make_account_token(MARKOS)}"


def cancellation(subscription: Subscription) -> str:
    return f"{page()}/subscriptions/{subscription.public_id}/cancellation"


def continuation(subscription: Subscription) -> str:
    return f"{page()}/subscriptions/{subscription.public_id}/continuation"


def panel(client: FlaskClient) -> str:
    """The HTML of the page's only subscription."""
    found = re.search(r'<section class="panel" id=.*?</section>', client.get(page()).text, re.S)
    assert found
    return unescape(found[0])


def buttons(html: str) -> dict[str, str]:
    """{text: address} of the subscription's links."""
    return {words: address for address, words in re.findall(r'class="button" href="([^"]+)">([^<]+)<', html)}


def press_cancel(client: FlaskClient, subscription: Subscription) -> TestResponse:
    """Press Cancel as the page offers it now."""
    question = client.get(cancellation(subscription)).text
    found = re.search(r'name="way" value="(\w+)"', question)
    assert found and "Cancel subscription" in question
    return client.post(cancellation(subscription), data={"way": found[1]})


# Status


def test_a_trial_shows_its_end_and_the_first_charge(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    subscribe(make_offer(merchant, kind="recurring", trial_days=14), simulator)
    words = text_of(panel(client))
    assert "Free trial" in words
    assert re.search(r"Free until \w+ \d+, \d{4}, then €19\.99 every month\.", words)
    assert "/receipts/" not in panel(client)


def test_an_active_subscription_needs_no_action(client: FlaskClient, subscription: Subscription) -> None:
    html = panel(client)
    assert "Active" in html and "Up to date" in html and buttons(html) == {}
    assert f'data-status="{subscription.status}"' in html


def test_a_renewal_that_needs_3d_secure_can_be_confirmed_here(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator, "asks")
    html = panel(client)
    assert "Your bank asks you to confirm the €19.99 payment." in html
    address = buttons(html)["Confirm payment"]
    assert address.startswith(f"/orders/{subscription.order.token}/pay?key=")
    assert f'data-saved="{subscription.card_id}"' in client.get(address).text


def test_a_declined_renewal_shows_the_reason_and_links_to_the_payment_page(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renew(subscription, simulator, "declines")
    html = panel(client)
    assert "We couldn’t charge €19.99. Your bank declined this card." in html
    assert "Pay now" in buttons(html)
    pay_at_stripe(simulator, invoice)
    subscriptions.refresh(subscription)
    assert "Up to date" in panel(client)


def test_an_unpaid_subscription_is_on_hold_and_links_to_the_payment_page(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    simulator.billing(afterwards="unpaid", retry_days=[1], draft_seconds=0)
    renew(subscription, simulator, "declines")
    simulator.advance(2 * DAY)
    subscriptions.refresh(subscription)
    html = panel(client)
    assert "Past due" in html and "Pay it to continue the subscription." in html and "Pay now" in buttons(html)


def test_a_subscription_ended_by_nonpayment_links_to_the_offer(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    simulator.billing(afterwards="canceled", retry_days=[1], draft_seconds=0)
    renew(subscription, simulator, "declines")
    simulator.advance(2 * DAY)
    subscriptions.refresh(subscription)
    html = panel(client)
    assert "because it wasn’t paid. You don’t owe anything." in html
    assert buttons(html) == {"Subscribe again": f"/o/{subscription.order.offer.slug}"}
    assert "/card" not in html and "Cancel</a>" not in html


def test_an_ended_subscription_of_an_archived_offer_has_no_link(
    client: FlaskClient, subscription: Subscription
) -> None:
    cancel_at_stripe(subscription)
    subscriptions.refresh(subscription)
    assert list(buttons(panel(client))) == ["Subscribe again"]
    Offer.update(status="archived").execute()
    html = panel(client)
    assert "You won’t be charged again." in html and buttons(html) == {}


def test_an_incomplete_subscription_links_to_its_order_while_it_is_payable(
    client: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    order = start_checkout(monthly_offer).order
    assert "First payment" not in client.get(page()).text and order.token in client.get(page()).text
    simulator.advance(23 * 60 * 60 + 60)
    subscription = subscription_after_refresh(order)
    assert subscription.status == "incomplete_expired"
    html = panel(client)
    assert "so the subscription didn’t start. You haven’t been charged." in html
    assert buttons(html) == {"Start again": f"/orders/{order.token}"}


def test_a_trial_without_a_card_is_shown_as_a_pending_order(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    order = start_checkout(make_offer(merchant, kind="recurring", trial_days=7)).order
    subscription = subscription_after_refresh(order)
    assert subscription.status == "trialing", "at Stripe the trial starts before the card is saved"
    html = client.get(page()).text
    assert order.token in html and "Free until" not in html and "is charged" not in html
    assert subscription.public_id not in html
    answer = client.post(cancellation(subscription), data={"way": "period_end"})
    assert answer.status_code == 303 and subscription_statuses_at_stripe(merchant) == ["trialing"]
    simulator.advance(8 * DAY)
    subscriptions.refresh(subscription)
    assert reload(subscription).status == "canceled"
    html = panel(client)
    assert "No card was added, so the free trial didn’t start. You haven’t been charged." in html
    assert buttons(html) == {"Start again": f"/orders/{order.token}"}


def test_a_pause_by_the_seller_is_shown(client: FlaskClient, subscription: Subscription) -> None:
    subscriptions.pause(subscription, now() + timedelta(days=40))
    assert re.search(r"Paused by the seller. You won’t be charged until \w+ \d+, \d{4}\.", text_of(panel(client)))
    assert "Next charge" not in panel(client)


def test_a_payment_plan_counts_its_installments(client: FlaskClient, plan: Subscription, simulator: Simulator) -> None:
    html = panel(client)
    assert "1 of 2 installments paid." in html and "2 monthly payments of €19.99" in html
    assert "Ends automatically" in html
    renew(plan, simulator)
    simulator.renew(plan.subscription_id or "")
    subscriptions.refresh(plan)
    html = panel(client)
    assert "Paid in full" in html and "All installments are paid. Thank you!" in html and buttons(html) == {}


def test_the_open_installment_of_a_finished_plan_can_be_paid(
    client: FlaskClient, plan: Subscription, simulator: Simulator
) -> None:
    renew(plan, simulator, "asks")
    simulator.renew(plan.subscription_id or "")
    subscriptions.refresh(plan)
    html = panel(client)
    assert "an installment of €19.99 is still unpaid" in html and "Pay now" in buttons(html)


# Canceling


def test_canceling_keeps_the_paid_period_and_can_be_undone(client: FlaskClient, subscription: Subscription) -> None:
    assert f"/subscriptions/{subscription.public_id}/cancellation" in panel(client)
    question = text_of(client.get(cancellation(subscription)).text)
    assert re.search(r"You’ll have access until \w+ \d+, \d{4} ?\. You won’t be charged again\.", question)
    answer = press_cancel(client, subscription)
    assert answer.status_code == 303
    assert reload(subscription).cancels_at_period_end
    done = client.get(answer.location).text
    assert 'role="status">Subscription canceled' in done
    html = panel(client)
    assert re.search(r"Canceled. You have access until \w+ \d+, \d{4} and won’t be charged again\.", html)
    assert "Next charge" not in html and f"/subscriptions/{subscription.public_id}/continuation" in html
    assert "/cancellation" not in html
    goes_on = text_of(client.get(continuation(subscription)).text)
    assert "€19.99 on" in goes_on and "Visa •••• 4242" in goes_on
    answer = client.post(continuation(subscription))
    assert answer.status_code == 303 and "Subscription kept." in client.get(answer.location).text
    assert not reload(subscription).cancels_at_period_end and "Up to date" in panel(client)


def test_pressing_twice_has_the_effect_of_pressing_once(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    for _press in range(3):
        answer = client.post(cancellation(subscription), data={"way": "period_end"})
        assert answer.status_code == 303
    assert timeline_kinds(subscription.order).count("subscription_cancelled") == 1
    assert email_kinds(subscription).count("subscription_ends") == 1
    for _press in range(3):
        assert client.post(continuation(subscription)).status_code == 303
    assert timeline_kinds(subscription.order).count("subscription_kept") == 1


def test_opening_the_confirmation_page_changes_nothing(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    asked = len(simulator.logged_requests("/v1/subscriptions", "POST"))
    client.get(cancellation(subscription))
    client.get(continuation(subscription))
    assert len(simulator.logged_requests("/v1/subscriptions", "POST")) == asked
    assert not reload(subscription).cancels_at_period_end


def test_an_offer_can_allow_canceling_immediately(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    subscription = subscribe(make_offer(merchant, kind="recurring", cancellation="now"), simulator)
    assert (
        "The subscription ends immediately. You won’t be charged again." in client.get(cancellation(subscription)).text
    )
    assert press_cancel(client, subscription).status_code == 303
    assert reload(subscription).status == "canceled"
    assert list(buttons(panel(client))) == ["Subscribe again"]


def test_a_canceled_trial_ends_without_a_charge(client: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    subscription = subscribe(make_offer(merchant, kind="recurring", trial_days=14), simulator)
    assert "until your free trial ends on" in client.get(cancellation(subscription)).text
    press_cancel(client, subscription)
    assert "Your free trial ends on" in panel(client) and "you won’t be charged" in panel(client)


def test_canceling_a_past_due_subscription_ends_it_and_its_open_invoice(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator, "asks")
    question = client.get(cancellation(subscription)).text
    assert "The subscription ends immediately. You won’t be charged for the unpaid amount." in question
    press_cancel(client, subscription)
    assert (reload(subscription).status, newest_invoice(subscription).status) == ("canceled", "void")
    assert list(buttons(panel(client))) == ["Subscribe again"]
    assert "renewal_reminder" not in email_kinds(subscription, "waiting")


def test_a_press_on_an_outdated_page_asks_again(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator, "asks")
    answer = client.post(cancellation(subscription), data={"way": "period_end"})
    assert answer.status_code == 200 and "The subscription ends immediately." in answer.text
    assert reload(subscription).status == "past_due"


def test_canceling_a_subscription_that_already_ended_at_stripe_says_so(
    client: FlaskClient, subscription: Subscription
) -> None:
    cancel_at_stripe(subscription)
    answer = client.post(cancellation(subscription), data={"way": "period_end"})
    assert answer.status_code in (303, 503)
    assert reload(subscription).status == "canceled" and "Ended on" in panel(client)


def test_only_the_seller_can_cancel_a_payment_plan(client: FlaskClient, plan: Subscription) -> None:
    question = client.get(cancellation(plan)).text
    assert "only the seller can end the plan" in question and str(plan.order.number) in question
    assert "<form" not in question
    client.post(cancellation(plan), data={"way": "now"})
    client.post(cancellation(plan), data={"way": "seller"})
    assert reload(plan).status == "active"
    subscriptions.cancel(plan, immediately=True, by="owner")
    ended = panel(client)
    assert "Order again" in ended and "Subscribe" not in ended


@pytest.mark.parametrize("kind", ["error_before", "error_after"])
def test_when_stripe_cannot_be_reached_a_message_is_shown_and_a_retry_works(
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
    assert not reload(subscription).cancels_at_period_end


def test_a_subscription_of_a_disconnected_account_cannot_be_changed(
    client: FlaskClient, subscription: Subscription
) -> None:
    Merchant.update(disconnected_at=now(), secret_key_encrypted=None).execute()
    assert "Update card" not in panel(client)
    answer = press_cancel(client, subscription)
    assert answer.status_code == 503 and "This isn’t possible right now." in answer.text
    assert client.get(f"{page()}/subscriptions/{subscription.public_id}/card").status_code == 303
