"""Payments that stay in `processing` first."""

import pytest

from tests.simulator.controls import advance, ledger_totals, post_control
from tests.simulator.shop import Shop, error_of

SUCCEEDS, FAILS = "4000009990000104", "4000009990000203"


def test_a_payment_in_processing_can_succeed_later(olena: Shop) -> None:
    payment = olena.payment()
    answer = olena.confirm_with_card(payment, SUCCEEDS).json()
    assert (answer["status"], answer["processing"]["type"]) == ("processing", "card")
    found = olena.v1.payment_intents.retrieve(payment.id, {"expand": ["latest_charge"]})
    assert (found.amount_received, found.latest_charge.status, found.latest_charge.paid) == (0, "pending", False)
    assert olena.events() == ["payment_intent.created", "charge.pending", "payment_intent.processing"]
    assert advance(olena) == ["processing_ends"]
    found = olena.v1.payment_intents.retrieve(payment.id, {"expand": ["latest_charge"]})
    assert (found.status, found.amount_received, found.processing) == ("succeeded", 1990, None)
    assert (found.latest_charge.status, found.latest_charge.amount_captured) == ("succeeded", 1990)
    assert olena.events()[-2:] == ["charge.succeeded", "payment_intent.succeeded"]
    assert len(olena.v1.charges.list().data) == 1
    assert ledger_totals(olena) == {payment.id: (1990, 0, 0)}


def test_a_payment_in_processing_can_be_declined_and_paid_with_another_card(olena: Shop) -> None:
    payment = olena.payment()
    olena.confirm_with_card(payment, FAILS)
    advance(olena)
    found = olena.v1.payment_intents.retrieve(payment.id, {"expand": ["latest_charge"]})
    assert (found.status, found.last_payment_error.code) == ("requires_payment_method", "card_declined")
    assert (found.latest_charge.status, found.latest_charge.outcome.type) == ("failed", "issuer_declined")
    assert olena.events()[-2:] == ["charge.failed", "payment_intent.payment_failed"]
    assert ledger_totals(olena) == {payment.id: (0, 0, 0)}
    assert olena.confirm_with_card(payment).json()["status"] == "succeeded"


def test_a_payment_in_processing_cannot_be_confirmed_or_refunded(olena: Shop) -> None:
    payment = olena.payment()
    olena.confirm_with_card(payment, SUCCEEDS)
    error = olena.confirm_with_card(payment).json()["error"]
    assert (error["code"], error["payment_intent"]["status"]) == ("payment_intent_unexpected_state", "processing")
    assert "successful charge" in error_of(olena.v1.refunds.create, {"payment_intent": payment.id}).user_message


def test_a_payment_in_processing_can_be_canceled(olena: Shop) -> None:
    payment = olena.payment()
    olena.confirm_with_card(payment, SUCCEEDS)
    canceled = olena.v1.payment_intents.cancel(payment.id, {"expand": ["latest_charge"]})
    assert (canceled.status, canceled.processing, canceled.latest_charge.status) == ("canceled", None, "failed")
    advance(olena)
    assert olena.v1.payment_intents.retrieve(payment.id).status == "canceled"


@pytest.mark.parametrize(("outcome", "status"), [("succeeds", "succeeded"), ("fails", "requires_payment_method")])
def test_any_payment_can_be_put_into_processing(olena: Shop, outcome: str, status: str) -> None:
    payment = olena.payment()
    post_control(olena, "processing", 201, payment_intent=payment.id, outcome=outcome)
    olena.confirm_with_card(payment, "4000000000003220")
    assert olena.answer_challenge(payment, "authorize")["intent"]["status"] == "processing"
    advance(olena)
    assert olena.v1.payment_intents.retrieve(payment.id).status == status


def test_the_result_of_processing_can_be_changed(olena: Shop) -> None:
    payment = olena.payment()
    olena.confirm_with_card(payment, SUCCEEDS)
    post_control(olena, "processing", 201, payment_intent=payment.id, outcome="fails")
    advance(olena)
    assert olena.v1.payment_intents.retrieve(payment.id).status == "requires_payment_method"


def test_a_finished_payment_cannot_be_put_into_processing(olena: Shop) -> None:
    paid = olena.pay("pm_card_visa")
    assert "succeeded already" in post_control(olena, "processing", 400, payment_intent=paid.id)["error"]["message"]
    wrong = post_control(olena, "processing", 400, payment_intent=olena.payment().id, outcome="maybe")
    assert wrong["error"]["param"] == "outcome"
