"""Faults on demand and the request log."""

from typing import Any

import pytest
import requests
import stripe

from tests.simulator.shop import Shop, client, error_of


def add_fault(shop: Shop, expected: int = 201, **wanted: Any) -> dict[str, Any]:
    response = requests.post(f"{shop.url}/simulator/faults", json=wanted, timeout=20)
    assert response.status_code == expected, response.text
    return dict(response.json())


def count_payments(shop: Shop) -> int:
    return len(shop.v1.payment_intents.list().data)


@pytest.mark.parametrize(("kind", "effects"), [("error_before", 0), ("error_after", 1)])
def test_an_error_fault_applies_before_or_after_execution(olena: Shop, kind: str, effects: int) -> None:
    add_fault(olena, kind=kind, method="POST", path="/v1/payment_intents*")
    error = error_of(olena.payment)
    assert (type(error), error.http_status) == (stripe.APIError, 500)
    assert count_payments(olena) == effects


@pytest.mark.parametrize(("kind", "effects"), [("drop_before", 0), ("drop_after", 1), ("time_out", 1)])
def test_a_drop_fault_applies_before_or_after_execution(olena: Shop, kind: str, effects: int) -> None:
    add_fault(olena, kind=kind, path="/v1/payment_intents")
    assert isinstance(error_of(olena.payment), stripe.APIConnectionError)
    assert count_payments(olena) == effects


def test_the_librarys_retry_after_a_dropped_response_creates_no_duplicate(olena: Shop) -> None:
    add_fault(olena, kind="drop_after", path="/v1/payment_intents")
    retrying = client(olena.url, olena.secret_key, max_network_retries=1).v1
    payment = retrying.payment_intents.create({"amount": 1990, "currency": "eur"})
    assert [one.id for one in olena.v1.payment_intents.list().data] == [payment.id]


@pytest.mark.parametrize(("status", "error"), [(429, stripe.RateLimitError), (503, stripe.APIError)])
def test_a_fault_can_return_any_status(olena: Shop, status: int, error: type[Exception]) -> None:
    add_fault(olena, kind="status", status=status, path="/v1/payment_intents")
    assert isinstance(error_of(olena.payment), error)
    assert count_payments(olena) == 0


def test_a_delay_can_exceed_the_callers_timeout(olena: Shop) -> None:
    add_fault(olena, kind="delay", seconds=1.5, path="/v1/account")
    impatient = stripe.RequestsClient(timeout=0.2)
    v1 = stripe.StripeClient(olena.secret_key, base_addresses={"api": olena.url}, http_client=impatient).v1
    assert isinstance(error_of(v1.accounts.retrieve_current), stripe.APIConnectionError)


def test_a_fault_applies_only_to_matching_requests(olena: Shop, kenji: Shop) -> None:
    add_fault(olena, kind="error_before", method="POST", path="/v1/payment_intents", account="olena", times=2, skip=1)
    kenji.payment()
    olena.v1.customers.create({})
    olena.payment()
    for _ in range(2):
        error_of(olena.payment)
    assert olena.payment().id
    assert requests.get(f"{olena.url}/simulator/faults", timeout=20).json()["data"] == []


def test_faults_can_be_cleared(olena: Shop) -> None:
    add_fault(olena, kind="error_before", times=100)
    requests.delete(f"{olena.url}/simulator/faults", timeout=20).raise_for_status()
    assert olena.payment().id


@pytest.mark.parametrize(
    "wanted", [{}, {"kind": "earthquake"}, {"kind": "delay", "speed": 1}, {"kind": "delay", "times": "x"}]
)
def test_an_invalid_fault_is_refused_with_a_message(olena: Shop, wanted: dict[str, Any]) -> None:
    assert add_fault(olena, 400, **wanted)["error"]


def test_the_request_log_masks_secrets(olena: Shop) -> None:
    payment = olena.payment(metadata={"order": "17"})
    olena.confirm_with_card(payment)
    olena.raw("GET", "/v1/account", {"key": olena.publishable_key}, key=olena.publishable_key)
    text = requests.get(f"{olena.url}/simulator/requests", timeout=20).text
    assert "4242424242424242" not in text
    assert olena.secret_key not in text
    assert olena.publishable_key not in text
    rows = requests.get(f"{olena.url}/simulator/requests", timeout=20).json()["data"]
    assert [(row["method"], row["path"], row["status"]) for row in rows] == [
        ("POST", "/v1/payment_intents", 200),
        ("POST", f"/v1/payment_intents/{payment.id}/confirm", 200),
        ("GET", "/v1/account", 403),
    ]
    assert rows[0]["params"]["metadata"] == {"order": "17"}
    assert rows[0]["account"] == olena.account.id
    assert rows[0]["request_id"].startswith("req_")
    assert rows[1]["params"]["payment_method_data"]["card"] == {
        "number": "************4242",
        "exp_month": "12",
        "exp_year": "34",
        "cvc": "***",
    }


def test_what_was_kept_comes_back_after_a_reset(olena: Shop) -> None:
    def control(name: str) -> int:
        return requests.post(f"{olena.url}/simulator/{name}", timeout=20).status_code

    def logged() -> list[dict[str, object]]:
        return list(requests.get(f"{olena.url}/simulator/requests", timeout=20).json()["data"])

    olena.pay("pm_card_visa")
    assert control("keep") == 200
    log, events = logged(), olena.events()
    olena.pay("pm_card_visa")
    # Nothing gets lost.
    assert control("restore") == 409
    control("reset")
    assert control("restore") == 200
    assert logged() == log
    assert (count_payments(olena), olena.events()) == (1, events)


def test_a_reset_deletes_everything(olena: Shop) -> None:
    olena.pay("pm_card_visa")
    add_fault(olena, kind="error_before", times=100)
    requests.post(f"{olena.url}/simulator/reset", timeout=20).raise_for_status()
    assert count_payments(olena) == 0
    assert olena.events() == []
