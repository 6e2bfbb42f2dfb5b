"""API calls with a publishable key, as Stripe.js makes them."""

import pytest
import requests

from tests.simulator.shop import Shop, client, error_of


def test_the_browser_gets_only_its_fields_of_the_intent(olena: Shop) -> None:
    customer = olena.v1.customers.create({})
    payment = olena.payment(metadata={"order": "17"}, customer=customer.id)
    seen = olena.read_in_browser(payment)
    assert (seen["amount"], seen["status"]) == (1990, "requires_payment_method")
    assert {"metadata", "customer", "latest_charge", "amount_received"}.isdisjoint(seen)


def test_a_decline_in_the_browser_shows_no_other_fields(olena: Shop) -> None:
    payment = olena.payment(metadata={"order": "17"})
    assert "metadata" not in olena.confirm_with_card(payment, "4000000000000002").json()["error"]["payment_intent"]


def test_the_client_secret_must_match(olena: Shop) -> None:
    payment, other = olena.payment(), olena.payment()
    path = f"/v1/payment_intents/{payment.id}"
    for secret in ("pi_x_secret_y", other.client_secret):
        response = olena.raw("GET", path, {"client_secret": secret}, key=olena.publishable_key)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "resource_missing")
    response = olena.raw("GET", path, key=olena.publishable_key)
    assert response.json()["error"]["code"] == "parameter_missing"


def test_another_accounts_publishable_key_is_refused(olena: Shop, kenji: Shop) -> None:
    payment = olena.payment()
    secret = {"client_secret": payment.client_secret}
    for method, path in (("GET", ""), ("POST", "/confirm")):
        response = kenji.raw(method, f"/v1/payment_intents/{payment.id}{path}", secret, key=kenji.publishable_key)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "resource_missing")
        assert response.json()["error"]["message"] == f"No such payment_intent: '{payment.id}'"


@pytest.mark.parametrize("path", ["/v1/payment_intents", "/v1/customers", "/v1/events", "/v1/webhook_endpoints"])
def test_lists_and_secrets_need_a_secret_key(olena: Shop, path: str) -> None:
    for method in ("GET", "POST"):
        response = olena.raw(method, path, key=olena.publishable_key)
        if response.status_code != 404:
            assert (response.status_code, response.json()["error"]["code"]) == (403, "secret_key_required")


def test_the_browser_cannot_change_the_amount(olena: Shop) -> None:
    payment = olena.payment()
    form = {"client_secret": payment.client_secret, "amount": "50"}
    response = olena.raw("POST", f"/v1/payment_intents/{payment.id}/confirm", form, key=olena.publishable_key)
    assert response.json()["error"]["code"] == "parameter_unknown"


def test_a_payment_method_created_in_the_browser_can_pay(olena: Shop) -> None:
    form = {
        "type": "card",
        "card[number]": "5555555555554444",
        "card[exp_month]": "4",
        "card[exp_year]": "2034",
        "card[cvc]": "123",
        "billing_details[email]": "ivan@example.com",
        "payment_user_agent": "stripe.js/x",
        "key": olena.publishable_key,
    }
    response = requests.post(f"{olena.url}/v1/payment_methods", data=form, timeout=20)
    method = response.json()
    assert (method["card"]["brand"], method["billing_details"]["email"]) == ("mastercard", "ivan@example.com")
    payment = olena.payment()
    form = {"client_secret": payment.client_secret, "payment_method": method["id"]}
    confirmed = olena.raw("POST", f"/v1/payment_intents/{payment.id}/confirm", form, key=olena.publishable_key)
    assert confirmed.json()["status"] == "succeeded"


def test_stripe_python_can_read_the_intent_with_a_publishable_key(olena: Shop) -> None:
    intent = olena.v1.setup_intents.create({})
    browser = client(olena.url, olena.publishable_key).v1
    assert browser.setup_intents.retrieve(intent.id, {"client_secret": intent.client_secret}).id == intent.id
    assert error_of(browser.setup_intents.retrieve, intent.id, {"client_secret": "x"}).code == "resource_missing"


def test_cross_origin_requests_are_allowed(olena: Shop) -> None:
    payment = olena.payment()
    path = f"{olena.url}/v1/payment_intents/{payment.id}"
    asked = requests.options(
        path,
        headers={"Origin": "http://shop.example.com", "Access-Control-Request-Headers": "authorization"},
        timeout=20,
    )
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert asked.headers["Access-Control-Allow-Headers"] == "authorization"
    answered = requests.get(path, headers={"Origin": "http://shop.example.com"}, timeout=20)
    assert (answered.status_code, answered.headers["Access-Control-Allow-Origin"]) == (401, "*")
