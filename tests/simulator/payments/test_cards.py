"""Each test card behaves as Stripe's documentation says."""

from typing import Any

import pytest
import stripe

from stripe_simulator.cards import test_cards
from stripe_simulator.cards.declines import DECLINES
from tests.simulator.shop import Shop, error_of

DECLINED = [
    ("4000000000000002", "card_declined", "generic_decline"),
    ("4000000000009995", "card_declined", "insufficient_funds"),
    ("4000000000009987", "card_declined", "lost_card"),
    ("4000000000009979", "card_declined", "stolen_card"),
    ("4000000000000069", "expired_card", None),
    ("4000000000000127", "incorrect_cvc", None),
    ("4000000000000119", "processing_error", None),
    ("4000000000006975", "card_declined", "card_velocity_exceeded"),
    ("4100000000000019", "card_declined", "fraudulent"),
    ("4000000000000341", "card_declined", "generic_decline"),
]
REFUSED = [
    ({"number": "4242424242424241"}, "incorrect_number", "number"),
    ({"number": "42"}, "invalid_number", "number"),
    ({"number": "4242 4242 4242 424x"}, "invalid_number", "number"),
    ({"exp_month": "13"}, "invalid_expiry_month", "exp_month"),
    ({"exp_month": "0"}, "invalid_expiry_month", "exp_month"),
    ({"exp_year": "2020"}, "invalid_expiry_year", "exp_year"),
    ({"exp_year": "20"}, "invalid_expiry_year", "exp_year"),
    ({"cvc": "1"}, "invalid_cvc", "cvc"),
    ({"cvc": "12a"}, "invalid_cvc", "cvc"),
]


@pytest.mark.parametrize(
    ("number", "brand"),
    [("4242424242424242", "visa"), ("5555555555554444", "mastercard"), ("378282246310005", "amex")],
)
def test_valid_cards_succeed(olena: Shop, number: str, brand: str) -> None:
    payment = olena.payment()
    assert olena.confirm_with_card(payment, number).json()["status"] == "succeeded"
    found = olena.v1.payment_intents.retrieve(payment.id, {"expand": ["latest_charge"]})
    charge = found.latest_charge
    assert (found.amount_received, charge.paid, charge.captured, charge.amount) == (1990, True, True, 1990)
    assert (charge.payment_method_details.card.brand, charge.billing_details.name) == (brand, "Ivan")
    assert charge.outcome.type == "authorized"
    assert olena.events() == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


@pytest.mark.parametrize(("number", "code", "decline_code"), DECLINED)
def test_declining_cards_are_declined_and_the_intent_waits_for_another(
    olena: Shop, number: str, code: str, decline_code: str | None
) -> None:
    payment = olena.payment()
    response = olena.confirm_with_card(payment, number)
    error = response.json()["error"]
    assert (response.status_code, error["type"]) == (402, "card_error")
    assert (error["code"], error.get("decline_code")) == (code, decline_code)
    assert ("network_decline_code" in error) is (decline_code != "fraudulent")
    assert response.headers["Stripe-Should-Retry"] == "false"
    assert error["payment_intent"]["status"] == "requires_payment_method"
    assert error["payment_method"]["card"]["last4"] == number[-4:]
    found = olena.v1.payment_intents.retrieve(payment.id, {"expand": ["latest_charge"]})
    assert (found.status, found.payment_method) == ("requires_payment_method", None)
    last = found.last_payment_error.to_dict()
    assert (last["code"], last.get("decline_code")) == (code, decline_code)
    assert found.latest_charge.outcome.network_decline_code == error.get("network_decline_code")
    assert (found.latest_charge.status, found.latest_charge.failure_code) == ("failed", code)
    assert olena.events()[1:] == ["charge.failed", "payment_intent.payment_failed"]


def test_after_a_decline_a_valid_card_can_pay_the_same_intent(olena: Shop) -> None:
    payment = olena.payment()
    olena.confirm_with_card(payment, "4000000000000002")
    assert olena.confirm_with_card(payment).json()["status"] == "succeeded"
    found = olena.v1.payment_intents.retrieve(payment.id)
    assert found.last_payment_error is None
    charges = olena.v1.charges.list({"payment_intent": payment.id}).data
    assert [one.status for one in charges] == ["succeeded", "failed"]


def test_a_fraudulent_card_is_blocked_by_stripe(olena: Shop) -> None:
    payment = olena.payment()
    olena.confirm_with_card(payment, "4100000000000019")
    [charge] = olena.v1.charges.list().data
    assert (charge.outcome.type, charge.outcome.risk_level) == ("blocked", "highest")


@pytest.mark.parametrize(("fields", "code", "param"), REFUSED)
def test_invalid_card_data_is_refused_without_a_charge(
    olena: Shop, fields: dict[str, str], code: str, param: str
) -> None:
    payment = olena.payment()
    response = olena.confirm_with_card(payment, **fields)
    error = response.json()["error"]
    assert (response.status_code, error["type"], error["code"], error["param"]) == (402, "card_error", code, param)
    assert olena.v1.charges.list().data == []
    assert olena.v1.payment_intents.retrieve(payment.id).last_payment_error is None


def test_live_mode_declines_test_cards_only(olena_live: Shop) -> None:
    payment = olena_live.payment()
    error = olena_live.confirm_with_card(payment).json()["error"]
    assert (error["code"], error["decline_code"]) == ("card_declined", "live_mode_test_card")
    assert olena_live.confirm_with_card(payment, "4539578763621486").json()["status"] == "succeeded"


def test_test_mode_declines_other_cards(olena: Shop) -> None:
    error = olena.confirm_with_card(olena.payment(), "4539578763621486").json()["error"]
    assert error["decline_code"] == "test_mode_live_card"


def pay_result(shop: Shop, token: str) -> str:
    """Return the status or error code of a payment with a token."""
    try:
        return str(shop.pay(token).status)
    except stripe.CardError as error:
        return str(error.code)


@pytest.mark.parametrize("card", [one for one in test_cards.TEST_CARDS if one.tokens], ids=lambda one: one.tokens[0])
def test_every_test_token_behaves_like_its_card(olena: Shop, card: Any) -> None:
    outcome = pay_result(olena, card.tokens[0])
    if card.three_d_secure in (test_cards.ALWAYS, test_cards.UNLESS_SET_UP):
        assert outcome == "requires_action"
    elif card.processing:
        assert outcome == "processing"
    else:
        assert outcome == (DECLINES[card.decline].code if card.decline else "succeeded")


def test_test_tokens_work_only_in_test_mode(olena_live: Shop) -> None:
    assert error_of(olena_live.pay, "pm_card_visa").code == "resource_missing"


def test_a_server_cannot_send_card_numbers(olena: Shop) -> None:
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    error = error_of(olena.v1.payment_methods.create, {"type": "card", "card": card})
    assert (error.http_status, "unsafe" in error.user_message) == (402, True)


def test_a_server_can_send_a_token(olena: Shop) -> None:
    method = olena.v1.payment_methods.create({"type": "card", "card": {"token": "tok_mastercard"}})
    assert (method.card.brand, method.card.last4) == ("mastercard", "4444")
    assert olena.pay(method.id).status == "succeeded"
