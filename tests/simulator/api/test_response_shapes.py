"""The shape check that all other tests use finds wrong responses."""

import copy
from typing import Any

import pytest

from tests.simulator.response_shapes import shape_errors
from tests.simulator.shop import Shop


@pytest.fixture
def payment(olena: Shop) -> dict[str, Any]:
    made = olena.pay("pm_card_visa", expand=["latest_charge"])
    return dict(olena.raw("GET", f"/v1/payment_intents/{made.id}", {"expand[]": "latest_charge"}).json())


def test_a_response_of_the_simulator_has_stripes_shape(payment: dict[str, Any]) -> None:
    assert shape_errors(payment) == []


def test_a_removed_field_is_found(payment: dict[str, Any]) -> None:
    assert shape_errors(payment | {"charges": []}) == ["payment_intent.charges: no such field"]


def test_a_missing_field_is_found(payment: dict[str, Any]) -> None:
    del payment["capture_method"]
    assert shape_errors(payment) == ["payment_intent.capture_method: missing"]


@pytest.mark.parametrize(
    ("field", "value"), [("amount", "1990"), ("livemode", 1), ("amount", True), ("status", "paid"), ("currency", None)]
)
def test_a_value_of_another_type_is_found(payment: dict[str, Any], field: str, value: Any) -> None:
    [fault] = shape_errors(payment | {field: value})
    assert fault.startswith(f"payment_intent.{field}: ")


def test_an_error_is_found_inside_expanded_objects(payment: dict[str, Any]) -> None:
    broken = copy.deepcopy(payment)
    broken["latest_charge"]["payment_method_details"]["card"]["exp_year"] = "2030"
    assert shape_errors(broken)
    broken = copy.deepcopy(payment)
    broken["latest_charge"]["invoice"] = None
    assert shape_errors(broken)


def test_an_error_is_found_in_lists_errors_and_events(payment: dict[str, Any]) -> None:
    broken = payment | {"amount": None}
    assert shape_errors({"object": "list", "data": [broken], "has_more": False, "url": "/v1/payment_intents"})
    assert shape_errors({"error": {"type": "card_error", "message": "No.", "payment_intent": broken}})
    event = {"id": "evt_1", "object": "event", "created": 1, "livemode": False, "pending_webhooks": 0}
    event |= {"type": "payment_intent.succeeded", "data": {"object": broken}}
    assert shape_errors(event)
    event["data"] = {"object": payment}
    assert shape_errors(event) == []
