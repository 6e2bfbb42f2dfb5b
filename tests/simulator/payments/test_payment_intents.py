"""Payment intents, called from a server."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.simulator.shop import RETURN_URL, Shop, error_of

UNEXPECTED = "payment_intent_unexpected_state"


def test_a_new_intent_waits_for_a_card(olena: Shop) -> None:
    payment = olena.payment(description="A poster", metadata={"order": "17"}, statement_descriptor_suffix="POSTER")
    assert payment.status == "requires_payment_method"
    assert payment.client_secret.startswith(f"{payment.id}_secret_")
    assert payment.automatic_payment_methods.enabled
    assert (payment.description, payment.metadata["order"]) == ("A poster", "17")
    assert payment.livemode is False


def test_a_card_named_at_creation_waits_for_confirmation(olena: Shop) -> None:
    payment = olena.payment(payment_method="pm_card_visa")
    assert payment.status == "requires_confirmation"
    assert olena.v1.payment_intents.confirm(payment.id, {"return_url": RETURN_URL}).status == "succeeded"


def test_confirmation_parameters_are_refused_without_confirm(olena: Shop) -> None:
    assert error_of(olena.payment, off_session=True).param == "off_session"


def test_a_server_that_confirms_must_send_a_return_url(olena: Shop) -> None:
    error = error_of(olena.payment, payment_method="pm_card_visa", confirm=True)
    assert "return_url" in error.user_message
    assert olena.v1.payment_intents.list().data == []
    never = {"enabled": True, "allow_redirects": "never"}
    payment = olena.payment(payment_method="pm_card_visa", confirm=True, automatic_payment_methods=never)
    assert payment.status == "succeeded"


def test_the_amount_can_change_until_the_intent_is_paid(olena: Shop) -> None:
    payment = olena.payment()
    assert olena.v1.payment_intents.update(payment.id, {"amount": 2500}).amount == 2500
    olena.confirm_with_card(payment)
    error = error_of(olena.v1.payment_intents.update, payment.id, {"amount": 100})
    assert (error.http_status, error.code) == (400, UNEXPECTED)
    noted = olena.v1.payment_intents.update(payment.id, {"metadata": {"note": "x"}})
    assert (noted.amount, noted.metadata["note"]) == (2500, "x")


def test_a_confirmed_payment_cannot_be_confirmed_again(olena: Shop) -> None:
    payment = olena.payment()
    olena.confirm_with_card(payment)
    error = olena.confirm_with_card(payment).json()["error"]
    assert (error["code"], error["payment_intent"]["status"]) == (UNEXPECTED, "succeeded")
    assert len(olena.v1.charges.list().data) == 1


def test_an_intent_without_a_card_cannot_be_confirmed(olena: Shop) -> None:
    error = error_of(olena.v1.payment_intents.confirm, olena.payment().id, {"return_url": RETURN_URL})
    assert "missing a payment method" in error.user_message


def test_a_canceled_intent_cannot_be_paid(olena: Shop) -> None:
    payment = olena.payment()
    reason = {"cancellation_reason": "abandoned"}
    canceled = olena.v1.payment_intents.cancel(payment.id, reason)
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    assert canceled.canceled_at
    assert olena.confirm_with_card(payment).json()["error"]["code"] == UNEXPECTED
    assert error_of(olena.v1.payment_intents.cancel, payment.id).code == UNEXPECTED
    assert olena.events() == ["payment_intent.created", "payment_intent.canceled"]


def test_a_paid_intent_cannot_be_canceled(olena: Shop) -> None:
    error = error_of(olena.v1.payment_intents.cancel, olena.pay("pm_card_visa").id)
    assert error.code == UNEXPECTED
    assert error.error.payment_intent.status == "succeeded"


def test_a_payment_can_be_authorized_and_captured_later(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa", capture_method="manual")
    assert (payment.status, payment.amount_capturable, payment.amount_received) == ("requires_capture", 1990, 0)
    assert (
        error_of(olena.v1.payment_intents.capture, payment.id, {"amount_to_capture": 2000}).param == "amount_to_capture"
    )
    captured = olena.v1.payment_intents.capture(payment.id, {"amount_to_capture": 1000})
    assert (captured.status, captured.amount_received, captured.amount_capturable) == ("succeeded", 1000, 0)
    assert error_of(olena.v1.payment_intents.capture, payment.id).code == UNEXPECTED


@pytest.mark.parametrize("call", ["retrieve", "update", "confirm", "cancel", "capture"])
def test_an_unknown_id_in_the_path_is_a_404(olena: Shop, call: str) -> None:
    error = error_of(getattr(olena.v1.payment_intents, call), "pi_none")
    assert (error.http_status, error.code) == (404, "resource_missing")
    assert error.user_message == "No such payment_intent: 'pi_none'"


def test_an_unknown_customer_or_card_is_a_400(olena: Shop) -> None:
    error = error_of(olena.payment, customer="cus_none")
    assert (error.http_status, error.code, error.param) == (400, "resource_missing", "customer")
    error = error_of(olena.payment, payment_method="pm_none")
    assert (error.http_status, error.code, error.param) == (404, "resource_missing", "payment_method")


def test_concurrent_confirmations_charge_the_card_once(olena: Shop) -> None:
    payment = olena.payment()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: olena.confirm_with_card(payment).status_code, range(20)))
    assert sorted(answers) == [200] + [400] * 19
    assert len(olena.v1.charges.list().data) == 1
    assert olena.events().count("payment_intent.succeeded") == 1
