"""The check that all the other tests rest on finds what it should."""

import copy
from typing import Any

import pytest

from tests.simulator.shapes import faults_in
from tests.simulator.shop import Shop


@pytest.fixture
def payment(olena: Shop) -> dict[str, Any]:
    made = olena.pay("pm_card_visa", expand=["latest_charge"])
    return dict(olena.raw("GET", f"/v1/payment_intents/{made.id}", {"expand[]": "latest_charge"}).json())


def test_what_the_simulator_returns_has_stripes_shape(payment: dict[str, Any]) -> None:
    assert faults_in(payment) == []


def test_a_field_this_version_removed_is_found(payment: dict[str, Any]) -> None:
    assert faults_in(payment | {"charges": []}) == ["payment_intent.charges: no such field"]


def test_a_missing_field_is_found(payment: dict[str, Any]) -> None:
    del payment["capture_method"]
    assert faults_in(payment) == ["payment_intent.capture_method: missing"]


@pytest.mark.parametrize(
    ("field", "value"), [("amount", "1990"), ("livemode", 1), ("amount", True), ("status", "paid"), ("currency", None)]
)
def test_a_value_of_another_type_is_found(payment: dict[str, Any], field: str, value: Any) -> None:
    [fault] = faults_in(payment | {field: value})
    assert fault.startswith(f"payment_intent.{field}: ")


def test_a_fault_is_found_inside_expanded_objects(payment: dict[str, Any]) -> None:
    broken = copy.deepcopy(payment)
    broken["latest_charge"]["payment_method_details"]["card"]["exp_year"] = "2030"
    assert faults_in(broken)
    broken = copy.deepcopy(payment)
    broken["latest_charge"]["invoice"] = None
    assert faults_in(broken)


def test_a_fault_is_found_in_lists_errors_and_events(payment: dict[str, Any]) -> None:
    broken = payment | {"amount": None}
    assert faults_in({"object": "list", "data": [broken], "has_more": False, "url": "/v1/payment_intents"})
    assert faults_in({"error": {"type": "card_error", "message": "No.", "payment_intent": broken}})
    event = {"id": "evt_1", "object": "event", "created": 1, "livemode": False, "pending_webhooks": 0}
    event |= {"type": "payment_intent.succeeded", "data": {"object": broken}}
    assert faults_in(event)
    event["data"] = {"object": payment}
    assert faults_in(event) == []
