"""Idempotency keys: replay, conflicts, expiry, separation of accounts."""

import threading
from typing import Any

import pytest
import requests

from tests.processes import until
from tests.simulator.controls import post_control
from tests.simulator.shop import RETURN_URL, Shop

DAY = 24 * 60 * 60
PAYMENT = {"amount": "1990", "currency": "eur"}


def post(shop: Shop, key: str, form: dict[str, str] = PAYMENT, path: str = "/v1/payment_intents") -> Any:
    return shop.raw("POST", path, form, Idempotency_Key=key)


def fault(shop: Shop, **wanted: Any) -> None:
    response = requests.post(f"{shop.url}/simulator/faults", json={"path": "/v1/payment_intents*"} | wanted, timeout=20)
    assert response.status_code == 201, response.text


def test_the_same_request_is_executed_once_and_then_replayed(olena: Shop) -> None:
    first, second = post(olena, "order-1"), post(olena, "order-1", dict(reversed(PAYMENT.items())))
    assert first.json() == second.json()
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"] == "order-1"
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Original-Request"] == first.headers["Request-Id"] != second.headers["Request-Id"]
    assert olena.events() == ["payment_intent.created"]


def test_another_request_under_the_same_key_is_an_error(olena: Shop) -> None:
    post(olena, "order-1")
    for path, form in (("/v1/payment_intents", PAYMENT | {"amount": "2000"}), ("/v1/setup_intents", PAYMENT)):
        response = post(olena, "order-1", form if "payment" in path else {}, path)
        assert response.status_code == 400
        assert response.json()["error"]["type"] == "idempotency_error"


def test_a_decline_is_replayed_too(olena: Shop) -> None:
    form = PAYMENT | {"payment_method": "pm_card_chargeDeclined", "confirm": "true", "return_url": RETURN_URL}
    first, second = post(olena, "order-1", form), post(olena, "order-1", form)
    assert first.status_code == second.status_code == 402
    assert first.json() == second.json()
    assert len(olena.v1.charges.list().data) == 1


@pytest.mark.parametrize(("kind", "made"), [("error_before", 0), ("error_after", 1)])
def test_a_server_error_is_replayed(olena: Shop, kind: str, made: int) -> None:
    fault(olena, kind=kind)
    for _ in range(2):
        response = post(olena, "order-1")
        assert response.status_code == 500
        assert response.json()["error"]["type"] == "api_error"
        assert response.headers["Stripe-Should-Retry"] == "false"
    assert response.headers["Idempotent-Replayed"] == "true"
    assert len(olena.v1.payment_intents.list().data) == made
    assert post(olena, "order-2").status_code == 200


def test_a_request_refused_before_execution_is_not_saved(olena: Shop) -> None:
    assert post(olena, "order-1", {"currency": "eur"}).status_code == 400
    assert post(olena, "order-1", PAYMENT | {"amount": "1"}).status_code == 400
    assert (
        olena.raw("POST", "/v1/payment_intents", PAYMENT, key="sk_test_no", Idempotency_Key="order-1").status_code
        == 401
    )
    fault(olena, kind="status", status=429)
    assert post(olena, "order-1").status_code == 429
    assert post(olena, "order-1").status_code == 200


def test_an_error_from_an_executed_request_is_saved(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa")
    path = f"/v1/payment_intents/{payment.id}/cancel"
    assert post(olena, "cancel-1", {}, path).status_code == 400
    assert post(olena, "cancel-1", {}, path).headers["Idempotent-Replayed"] == "true"


def test_a_key_belongs_to_one_account_and_mode(olena: Shop, kenji: Shop, olena_live: Shop) -> None:
    ids = {post(shop, "order-1").json()["id"] for shop in (olena, kenji, olena_live)}
    assert len(ids) == 3


def test_a_key_in_use_is_a_conflict(olena: Shop) -> None:
    fault(olena, kind="delay", seconds=2)
    statuses: list[int] = []
    first = threading.Thread(target=lambda: statuses.append(post(olena, "order-1").status_code))
    first.start()
    until(
        lambda: requests.get(f"{olena.url}/simulator/faults", timeout=20).json()["data"] == [],
        "the slow request to begin",
    )
    second = post(olena, "order-1")
    first.join()
    assert second.status_code == 409
    assert second.json()["error"]["code"] == "idempotency_key_in_use"
    assert second.headers["Stripe-Should-Retry"] == "true"
    assert statuses == [200]
    assert post(olena, "order-1").headers["Idempotent-Replayed"] == "true"


def test_a_key_may_have_255_characters(olena: Shop) -> None:
    assert post(olena, "k" * 255).status_code == 200
    assert post(olena, "k" * 256).status_code == 400


def test_a_key_expires_after_a_day_of_simulated_time(olena: Shop) -> None:
    first = post(olena, "order-1")
    post_control(olena, "clock", advance=DAY - 60)
    assert post(olena, "order-1").json()["id"] == first.json()["id"]
    post_control(olena, "clock", advance=120)
    second = post(olena, "order-1", PAYMENT | {"amount": "2000"})
    assert second.json()["id"] != first.json()["id"]
    assert post(olena, "order-1", PAYMENT | {"amount": "2000"}).headers["Idempotent-Replayed"] == "true"


def test_keys_can_be_expired_on_request(olena: Shop) -> None:
    first = post(olena, "order-1")
    requests.delete(f"{olena.url}/simulator/idempotency", timeout=20).raise_for_status()
    assert post(olena, "order-1").json()["id"] != first.json()["id"]


def test_a_request_that_times_out_holds_its_key_for_a_while(olena: Shop) -> None:
    fault(olena, kind="time_out", seconds=60)
    with pytest.raises(requests.ConnectionError):
        post(olena, "order-1")
    assert post(olena, "order-1").status_code == 409
    assert post(olena, "order-2").status_code == 200
    post_control(olena, "clock", advance=61)
    assert post(olena, "order-1").headers["Idempotent-Replayed"] == "true"
