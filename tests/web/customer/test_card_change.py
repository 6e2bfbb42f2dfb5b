"""Changing the card of a subscription on the customer's page: the page and the JSON responses for its script."""

import json
import re
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import emails, settings, subscriptions
from storefront.models import Merchant, Subscription
from tests.cards import ASKS, DECLINED, OTHER_GOOD, SAVES_THEN_DECLINES
from tests.cast import LESIA
from tests.simulator_process import Simulator
from tests.subscription_steps import newest_invoice, reload, renew, subscribe
from tests.web.page_text import script_words


def card_page(subscription: Subscription) -> str:
    return f"/my/{emails.make_account_token(subscription.order.email)}/subscriptions/{subscription.public_id}/card"


def begun(client: FlaskClient, subscription: Subscription) -> str:
    """Start a card change; the client secret from the response."""
    return str(client.post(f"{card_page(subscription)}/setup").json["client_secret"])


def kept(client: FlaskClient, simulator: Simulator, subscription: Subscription, number: str = OTHER_GOOD) -> str:
    """Start a card change, confirm the card and pass 3-D Secure; the setup intent's ID."""
    secret = begun(client, subscription)
    answer = simulator.confirm(subscription.merchant.publishable_key, secret, number)
    if answer.json().get("status") == "requires_action":
        simulator.answer_challenge(secret, "authorize")
    return secret.partition("_secret_")[0]


def save(client: FlaskClient, subscription: Subscription, intent: str) -> TestResponse:
    return client.post(card_page(subscription), data={"setup_intent": intent})


def test_the_page_uses_the_publishable_key_of_the_subscriptions_merchant(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    page = client.get(card_page(subscription))
    assert simulator.js_url in page.text and simulator.url in page.headers["Content-Security-Policy"]
    assert f'data-key="{subscription.merchant.publishable_key}"' in page.text
    assert "Current: Visa •••• 4242" in page.text and "You won’t be charged now." in page.text
    assert "Test mode" in page.text and "sk_test" not in page.text
    assert len(script_words(page.text)) > 30


def test_the_new_card_is_saved_and_charged_from_then_on(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    answer = save(client, subscription, kept(client, simulator, subscription))
    assert answer.status_code == 200
    page = client.get(answer.json["next"]).text
    assert "Card updated. We’ll use it for future payments." in page and "Mastercard •••• 4444" in page
    assert renew(subscription, simulator).status == "paid"


def test_saving_twice_has_the_effect_of_saving_once(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    intent = kept(client, simulator, subscription)
    assert [save(client, subscription, intent).status_code for _press in range(2)] == [200, 200]
    changed = [entry for entry in subscription.order.timeline() if entry.kind == "subscription_card_changed"]
    assert len(changed) == 1


def test_an_open_invoice_is_paid_with_the_new_card(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator, "declines")
    assert (
        "€19.99 is unpaid and will be charged to the new card right away." in client.get(card_page(subscription)).text
    )
    answer = save(client, subscription, kept(client, simulator, subscription))
    assert "the open payment is paid" in client.get(answer.json["next"]).text
    assert (reload(subscription).status, newest_invoice(subscription).status) == ("active", "paid")


@pytest.mark.parametrize(("number", "needs"), [(ASKS, "authentication"), (SAVES_THEN_DECLINES, "card")])
def test_if_the_new_card_needs_3d_secure_the_customer_is_sent_to_the_payment_page(
    client: FlaskClient, subscription: Subscription, simulator: Simulator, number: str, needs: str
) -> None:
    renew(subscription, simulator, "declines")
    answer = save(client, subscription, kept(client, simulator, subscription, number))
    assert answer.status_code == 200 and newest_invoice(subscription).needs == needs
    way = urlsplit(answer.json["next"])
    assert way.path == f"/orders/{subscription.order.token}/pay" and "key=" in way.query
    assert "Complete your payment" in client.get(answer.json["next"]).text


def test_a_declined_card_changes_nothing(client: FlaskClient, subscription: Subscription, simulator: Simulator) -> None:
    secret = begun(client, subscription)
    simulator.confirm(subscription.merchant.publishable_key, secret, DECLINED)
    answer = save(client, subscription, secret.partition("_secret_")[0])
    assert answer.status_code == 422 and "Your bank declined this card." in answer.json["error"]
    assert reload(subscription).card_last4 == "4242"
    assert save(client, subscription, kept(client, simulator, subscription)).status_code == 200


def test_a_failed_3d_secure_changes_nothing_and_can_be_repeated(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    secret = begun(client, subscription)
    simulator.confirm(subscription.merchant.publishable_key, secret, ASKS)
    simulator.answer_challenge(secret, "fail")
    answer = save(client, subscription, secret.partition("_secret_")[0])
    assert answer.status_code == 422 and "couldn’t verify the payment" in answer.json["error"]
    assert reload(subscription).card_last4 == "4242"
    assert save(client, subscription, kept(client, simulator, subscription, ASKS)).status_code == 200
    assert reload(subscription).card_last4 == "3184"


def test_another_customers_setup_intent_is_refused(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    hers = subscribe(subscription.order.offer, simulator, buyer=LESIA)
    her_intent = kept(client, simulator, hers)
    for wrong in (her_intent, "", "seti_nothing", "pi_nothing", "../customers", "x" * 500):
        answer = save(client, subscription, wrong)
        assert answer.status_code == 422 and "next" not in answer.json, wrong
    assert reload(subscription).card_last4 == "4242"
    marko, lesia = subscription, hers
    strangers = card_page(marko).replace(marko.public_id, lesia.public_id)
    assert client.get(strangers).status_code == 404
    assert client.post(f"{strangers}/setup").status_code == 404
    assert client.post(strangers, data={"setup_intent": her_intent}).status_code == 404
    assert reload(hers).card_last4 == "4242"


def test_too_many_declined_cards_block_the_form_for_an_hour(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    settings.save({"declines_per_order": 1})
    subscriptions.record_failed_card_change(
        subscription, begun(client, subscription).partition("_secret_")[0], "seti_attempt_1"
    )
    answer = client.post(f"{card_page(subscription)}/setup")
    assert answer.status_code == 422 and "Too many declined cards." in answer.json["error"]


def test_when_stripe_cannot_be_reached_the_script_gets_a_message(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    simulator.add_fault("/v1/setup_intents", "error_before", times=4)
    answer = client.post(f"{card_page(subscription)}/setup")
    assert answer.status_code == 503
    assert "The payment service is unavailable. You haven’t been charged." in answer.json["error"]
    simulator.clear_faults()
    assert begun(client, subscription)


def test_an_ended_subscription_accepts_no_card(client: FlaskClient, subscription: Subscription) -> None:
    Subscription.update(status="canceled").execute()
    page = card_page(subscription)
    answer = client.get(page)
    assert answer.status_code == 303 and answer.location == page.partition("/subscriptions")[0]
    refused = client.post(f"{card_page(subscription)}/setup")
    assert refused.status_code == 422 and "This has changed in the meantime." in refused.json["error"]


def test_responses_are_not_cached_and_contain_no_secret_of_the_shop(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    answer = client.post(f"{card_page(subscription)}/setup")
    assert "no-store" in answer.headers["Cache-Control"]
    assert set(answer.json) == {"client_secret"}
    assert not re.search(r"sk_test|sk_live|whsec", json.dumps(answer.json))
    assert Merchant.get().secret_key not in client.get(card_page(subscription)).text
