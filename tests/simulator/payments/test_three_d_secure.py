"""3-D Secure: the check, the buyer's answer, and the payment after it."""

import pytest
import requests

from tests.simulator.shop import RETURN_URL, Shop, error_of

REQUIRES_CHECK = ["4000000000003220", "4000002760003184", "4000002500003155", "4000000000003063"]
AUTHENTICATION = "payment_intent_authentication_failure"


@pytest.mark.parametrize("number", REQUIRES_CHECK)
def test_a_passed_check_completes_the_payment(olena: Shop, number: str) -> None:
    payment = olena.payment()
    asked = olena.confirm_with_card(payment, number).json()
    assert asked["status"] == "requires_action"
    action = asked["next_action"]
    assert action["type"] == "use_stripe_sdk"
    assert action["use_stripe_sdk"]["type"] == "three_d_secure_redirect"
    assert action["use_stripe_sdk"]["stripe_js"].startswith(f"{olena.url}/simulator/challenge/{payment.id}?")
    assert olena.answer_challenge(payment, "authorize")["intent"]["status"] == "succeeded"
    found = olena.v1.payment_intents.retrieve(payment.id, {"expand": ["latest_charge"]})
    assert (found.status, found.next_action) == ("succeeded", None)
    assert found.latest_charge.payment_method_details.card.three_d_secure.result == "authenticated"
    assert olena.events() == [
        "payment_intent.created",
        "payment_intent.requires_action",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]


@pytest.mark.parametrize("outcome", ["fail", "close"])
def test_a_failed_check_charges_nothing_and_the_intent_waits(olena: Shop, outcome: str) -> None:
    payment = olena.payment()
    olena.confirm_with_card(payment, "4000000000003220")
    seen = olena.answer_challenge(payment, outcome)["intent"]
    assert (seen["status"], seen["last_payment_error"]["code"]) == ("requires_payment_method", AUTHENTICATION)
    assert seen["last_payment_error"]["type"] == "invalid_request_error"
    assert olena.v1.charges.list().data == []
    assert olena.events()[-1] == "payment_intent.payment_failed"
    assert olena.confirm_with_card(payment).json()["status"] == "succeeded"


@pytest.mark.parametrize(
    ("number", "decline_code"), [("4000008400001629", "generic_decline"), ("4000008260003178", "insufficient_funds")]
)
def test_the_bank_can_decline_after_a_passed_check(olena: Shop, number: str, decline_code: str) -> None:
    payment = olena.payment()
    olena.confirm_with_card(payment, number)
    seen = olena.answer_challenge(payment, "authorize")["intent"]
    assert seen["status"] == "requires_payment_method"
    assert seen["last_payment_error"]["decline_code"] == decline_code
    assert olena.events()[-2:] == ["charge.failed", "payment_intent.payment_failed"]


def test_a_second_answer_has_no_effect(olena: Shop) -> None:
    payment = olena.payment()
    olena.confirm_with_card(payment, "4000000000003220")
    olena.answer_challenge(payment, "authorize")
    assert olena.answer_challenge(payment, "fail")["intent"]["status"] == "succeeded"
    assert len(olena.v1.charges.list().data) == 1


def test_another_card_can_be_used_while_a_check_is_pending(olena: Shop) -> None:
    payment = olena.payment()
    olena.confirm_with_card(payment, "4000000000003220")
    assert olena.confirm_with_card(payment).json()["status"] == "succeeded"


def test_a_server_that_sends_a_return_url_gets_a_redirect(olena: Shop) -> None:
    payment = olena.pay("pm_card_threeDSecure2Required")
    action = payment.next_action
    assert (action.type, action.redirect_to_url.return_url) == ("redirect_to_url", RETURN_URL)
    form = {"client_secret": payment.client_secret, "outcome": "authorize"}
    response = requests.post(action.redirect_to_url.url, data=form, allow_redirects=False, timeout=20)
    assert response.status_code == 303
    secret = f"payment_intent_client_secret={payment.client_secret}"
    assert (
        response.headers["Location"] == f"{RETURN_URL}?payment_intent={payment.id}&{secret}&redirect_status=succeeded"
    )


def test_the_banks_page_needs_the_client_secret(olena: Shop) -> None:
    payment = olena.payment()
    olena.confirm_with_card(payment, "4000000000003220")
    address = f"{olena.url}/simulator/challenge/{payment.id}"
    assert requests.get(address, params={"client_secret": payment.client_secret}, timeout=20).status_code == 200
    assert requests.get(address, params={"client_secret": "x"}, timeout=20).status_code == 404
    assert requests.post(address, json={"client_secret": "x", "outcome": "authorize"}, timeout=20).status_code == 404
    bad = {"client_secret": payment.client_secret, "outcome": "maybe"}
    assert requests.post(address, json=bad, timeout=20).status_code == 400


def test_off_session_a_required_check_is_a_decline(olena: Shop) -> None:
    customer = olena.v1.customers.create({})
    error = error_of(olena.pay, "pm_card_authenticationRequired", customer=customer.id, off_session=True)
    assert (error.http_status, error.code) == (402, "authentication_required")
    assert error.error.payment_intent.status == "requires_payment_method"


def test_error_on_requires_action_declines_the_payment(olena: Shop) -> None:
    error = error_of(olena.pay, "pm_card_threeDSecure2Required", error_on_requires_action=True)
    assert error.code == "authentication_required"


def test_the_merchant_can_request_an_optional_check(olena: Shop) -> None:
    assert olena.pay("pm_card_threeDSecureOptional").status == "succeeded"
    wanted = {"card": {"request_three_d_secure": "any"}}
    assert olena.pay("pm_card_threeDSecureOptional", payment_method_options=wanted).status == "requires_action"
