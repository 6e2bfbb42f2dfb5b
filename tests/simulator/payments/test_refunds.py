"""Refunds: full, partial, pending, failed, refused; from the shop or the Dashboard."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.simulator.controls import advance, ledger_totals, post_control
from tests.simulator.shop import Shop, error_of


def refund(shop: Shop, payment: Any, **params: Any) -> Any:
    return shop.v1.refunds.create({"payment_intent": payment.id, **params})


def charge(shop: Shop, payment: Any) -> Any:
    return shop.v1.charges.retrieve(shop.v1.payment_intents.retrieve(payment.id).latest_charge)


def test_a_refund_without_an_amount_is_a_full_refund(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa")
    made = refund(olena, payment, reason="requested_by_customer", metadata={"order": "17"})
    assert (made.amount, made.currency, made.status) == (1990, "eur", "succeeded")
    assert (made.charge, made.payment_intent) == (payment.latest_charge, payment.id)
    assert (made.reason, made.metadata["order"]) == ("requested_by_customer", "17")
    found = charge(olena, payment)
    assert (found.refunded, found.amount_refunded, found.amount_captured) == (True, 1990, 1990)
    assert olena.v1.payment_intents.retrieve(payment.id).amount_received == 1990
    assert olena.events()[-2:] == ["refund.created", "charge.refunded"]
    assert ledger_totals(olena) == {payment.id: (1990, 1990, 0)}


def test_several_refunds_never_exceed_the_charge(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa")
    refund(olena, payment, amount=1000)
    error = error_of(refund, olena, payment, amount=991)
    assert (error.http_status, error.param) == (400, "amount")
    assert error.user_message == "Refund amount (€9.91) is greater than unrefunded amount on charge (€9.90)"
    assert charge(olena, payment).refunded is False
    assert refund(olena, payment).amount == 990
    assert charge(olena, payment).refunded is True
    assert error_of(refund, olena, payment).code == "charge_already_refunded"
    assert ledger_totals(olena) == {payment.id: (1990, 1990, 0)}


def test_concurrent_refunds_never_exceed_the_charge(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa")
    form = {"payment_intent": payment.id, "amount": "500"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: olena.raw("POST", "/v1/refunds", form).status_code, range(8)))
    assert sorted(answers) == [200] * 3 + [400] * 5
    assert ledger_totals(olena) == {payment.id: (1990, 1500, 0)}


def test_the_same_idempotency_key_refunds_once(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa")
    form = {"payment_intent": payment.id, "amount": "500"}
    first, second = (olena.raw("POST", "/v1/refunds", form, Idempotency_Key="refund-1") for _ in range(2))
    assert first.json() == second.json()
    assert ledger_totals(olena) == {payment.id: (1990, 500, 0)}


@pytest.mark.parametrize("amount", ["0", "-5", "x"])
def test_an_invalid_amount_is_refused(olena: Shop, amount: str) -> None:
    form = {"payment_intent": olena.pay("pm_card_visa").id, "amount": amount}
    error = olena.raw("POST", "/v1/refunds", form).json()["error"]
    assert (error["param"], error["code"]) == ("amount", "parameter_invalid_integer")


def test_refunds_with_three_decimals_must_be_divisible_by_ten(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa", amount=5000, currency="kwd")
    assert error_of(refund, olena, payment, amount=1005).param == "amount"
    assert refund(olena, payment, amount=1010).amount == 1010


def test_a_payment_that_has_not_succeeded_cannot_be_refunded(olena: Shop) -> None:
    waiting = olena.payment()
    assert "does not have a successful charge" in error_of(refund, olena, waiting).user_message
    olena.confirm_with_card(waiting, "4000000000000002")
    assert "does not have a successful charge" in error_of(refund, olena, waiting).user_message
    failed = olena.v1.payment_intents.retrieve(waiting.id).latest_charge
    assert "has not succeeded" in error_of(olena.v1.refunds.create, {"charge": failed}).user_message
    authorized = olena.pay("pm_card_visa", capture_method="manual")
    assert error_of(refund, olena, authorized).code == "charge_not_refundable"


def test_only_the_captured_part_can_be_refunded(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa", capture_method="manual")
    olena.v1.payment_intents.capture(payment.id, {"amount_to_capture": 1000})
    assert refund(olena, payment).amount == 1000
    assert charge(olena, payment).refunded is True


def test_a_refund_names_a_charge_or_a_payment(olena: Shop, kenji: Shop) -> None:
    payment, other = olena.pay("pm_card_visa"), olena.pay("pm_card_visa")
    assert "payment_intent or charge" in error_of(olena.v1.refunds.create, {}).user_message
    assert olena.v1.refunds.create({"charge": payment.latest_charge, "amount": 1}).payment_intent == payment.id
    assert error_of(refund, olena, payment, charge=other.latest_charge).param == "charge"
    error = error_of(refund, kenji, payment)
    assert (error.http_status, error.code, error.param) == (400, "resource_missing", "payment_intent")


@pytest.mark.parametrize(("name", "value"), [("reason", "bored"), ("colour", "red"), ("reverse_transfer", "true")])
def test_parameters_of_a_refund_are_checked(olena: Shop, name: str, value: str) -> None:
    form = {"payment_intent": olena.pay("pm_card_visa").id, name: value}
    assert olena.raw("POST", "/v1/refunds", form).json()["error"]["param"] == name


def test_refunds_can_be_listed_filtered_expanded_and_updated(olena: Shop) -> None:
    payment, other = olena.pay("pm_card_visa"), olena.pay("pm_card_visa")
    first, second = refund(olena, payment, amount=100), refund(olena, payment, amount=200)
    third = refund(olena, other)
    refunds = olena.v1.refunds
    assert [one.id for one in refunds.list().data] == [third.id, second.id, first.id]
    assert [one.id for one in refunds.list({"payment_intent": payment.id}).data] == [second.id, first.id]
    assert [one.id for one in refunds.list({"charge": other.latest_charge}).data] == [third.id]
    assert [one.id for one in refunds.list({"limit": 1, "starting_after": third.id}).data] == [second.id]
    assert refunds.list({"created": {"gt": third.created + 60}}).data == []
    assert refunds.retrieve(first.id, {"expand": ["charge", "payment_intent"]}).charge.amount_refunded == 300
    assert refunds.update(first.id, {"metadata": {"note": "x"}}).metadata["note"] == "x"
    assert olena.events()[-2:] == ["refund.updated", "charge.refund.updated"]
    assert error_of(refunds.retrieve, "re_none").code == "resource_missing"


def test_a_charge_can_be_expanded_with_its_refunds(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa")
    made = [refund(olena, payment, amount=100).id for _ in range(11)]
    found = olena.v1.payment_intents.retrieve(payment.id, {"expand": ["latest_charge.refunds.data.charge"]})
    refunds = found.latest_charge.refunds
    assert ([one.id for one in refunds.data], refunds.has_more) == (made[:0:-1], True)
    assert refunds.data[0].charge.id == found.latest_charge.id
    page = olena.raw("GET", f"/v1/charges/{found.latest_charge.id}/refunds", {"limit": "20"}).json()
    assert len(page["data"]) == 11


def test_a_refund_to_a_card_cannot_be_canceled(olena: Shop) -> None:
    made = refund(olena, olena.pay("pm_card_pendingRefund"))
    assert "status of pending" in error_of(olena.v1.refunds.cancel, made.id).user_message


def test_a_refund_that_fails_later_restores_the_charge(olena: Shop) -> None:
    payment = olena.payment()
    olena.confirm_with_card(payment, "4000000000005126")
    made = refund(olena, payment)
    assert made.status == "succeeded"
    assert charge(olena, payment).refunded is True
    assert advance(olena) == ["refund_fails"]
    found = olena.v1.refunds.retrieve(made.id)
    assert (found.status, found.failure_reason) == ("failed", "expired_or_canceled_card")
    assert (charge(olena, payment).refunded, charge(olena, payment).amount_refunded) == (False, 0)
    assert olena.events()[-3:] == ["refund.updated", "charge.refund.updated", "refund.failed"]
    [updated] = olena.v1.events.list({"type": "refund.updated"}).data
    assert updated.data.previous_attributes["status"] == "succeeded"
    assert (updated.request.id, updated.request.idempotency_key) == (None, None)
    assert ledger_totals(olena) == {payment.id: (1990, 0, 0)}
    assert refund(olena, payment, amount=1990).amount == 1990


def test_only_the_failed_refund_is_returned_to_the_merchant(olena: Shop) -> None:
    payment = olena.pay("pm_card_refundFail")
    refund(olena, payment, amount=500)
    advance(olena)
    refund(olena, payment, amount=700)
    assert (charge(olena, payment).amount_refunded, ledger_totals(olena)[payment.id]) == (700, (1990, 700, 0))


def test_a_pending_refund_succeeds_later(olena: Shop) -> None:
    payment = olena.payment()
    olena.confirm_with_card(payment, "4000000000007726")
    made = refund(olena, payment, amount=500)
    assert (made.status, made.pending_reason) == ("pending", "processing")
    assert charge(olena, payment).amount_refunded == 500
    assert ledger_totals(olena) == {payment.id: (1990, 0, 0)}
    assert advance(olena) == ["refund_succeeds"]
    assert advance(olena) == []
    found = olena.v1.refunds.retrieve(made.id)
    assert (found.status, found.pending_reason) == ("succeeded", None)
    assert olena.events()[-2:] == ["refund.updated", "charge.refund.updated"]
    assert ledger_totals(olena) == {payment.id: (1990, 500, 0)}


def test_a_refund_can_be_created_as_in_the_dashboard(olena: Shop, olena_live: Shop) -> None:
    payment = olena.pay("pm_card_visa")
    made = post_control(olena, "refunds", 201, payment_intent=payment.id, amount=500, reason="duplicate")
    assert (made["status"], made["amount"], made["reason"]) == ("succeeded", 500, "duplicate")
    assert olena.events()[-2:] == ["refund.created", "charge.refunded"]
    assert post_control(olena, "refunds", 201, payment_intent=payment.id)["amount"] == 1490
    assert post_control(olena, "refunds", 400, payment_intent=payment.id)["error"]["code"] == "charge_already_refunded"
    assert post_control(olena, "refunds", 400, payment_intent=payment.id, amount="x")["error"]["param"] == "amount"
    assert ledger_totals(olena) == {payment.id: (1990, 1990, 0)}
    assert ledger_totals(olena_live) == {}
