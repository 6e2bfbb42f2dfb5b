"""Disputes: opened, answered, won, lost, expired."""

from typing import Any

import pytest

from tests.simulator.controls import advance, ledger_totals, post_control
from tests.simulator.shop import Shop, error_of

DAY = 24 * 60 * 60
CREATED, WITHDRAWN = "charge.dispute.created", "charge.dispute.funds_withdrawn"


def open_dispute(shop: Shop, **params: Any) -> tuple[Any, Any]:
    """Create a payment and a dispute of it."""
    payment = shop.pay("pm_card_visa")
    made = post_control(shop, "disputes", 201, payment_intent=payment.id, **params)
    return payment, shop.v1.disputes.retrieve(made["id"])


def test_some_test_cards_dispute_their_payments(olena: Shop) -> None:
    payment = olena.payment()
    assert olena.confirm_with_card(payment, "4000000000000259").json()["status"] == "succeeded"
    assert olena.v1.disputes.list().data == []
    assert advance(olena) == ["dispute_opens"]
    [dispute] = olena.v1.disputes.list({"payment_intent": payment.id}).data
    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", "fraudulent", 1990)
    assert 7 * DAY < dispute.evidence_details.due_by - dispute.created < 21 * DAY
    assert (dispute.is_charge_refundable, dispute.evidence_details.has_evidence) == (False, False)
    assert olena.v1.charges.retrieve(dispute.charge).disputed is True
    assert olena.events()[-2:] == [CREATED, WITHDRAWN]
    assert ledger_totals(olena) == {payment.id: (1990, 0, 1990)}


def test_a_test_card_disputes_as_not_received(olena: Shop) -> None:
    olena.pay("pm_card_createDisputeProductNotReceived")
    advance(olena)
    assert olena.v1.disputes.list().data[0].reason == "product_not_received"


def test_an_inquiry_withdraws_no_money(olena: Shop) -> None:
    payment = olena.pay("pm_card_createDisputeInquiry")
    advance(olena)
    [inquiry] = olena.v1.disputes.list().data
    assert (inquiry.status, inquiry.is_charge_refundable) == ("warning_needs_response", True)
    assert inquiry.payment_method_details.card.case_type == "inquiry"
    assert olena.events()[-1] == CREATED
    assert ledger_totals(olena) == {payment.id: (1990, 0, 0)}
    olena.v1.refunds.create({"payment_intent": payment.id})
    assert olena.v1.disputes.close(inquiry.id).status == "warning_closed"


def test_a_refunded_payment_is_not_disputed(olena: Shop) -> None:
    payment = olena.pay("pm_card_createDispute")
    olena.v1.refunds.create({"payment_intent": payment.id})
    assert advance(olena) == []
    assert olena.v1.disputes.list().data == []
    assert "nothing left" in post_control(olena, "disputes", 400, payment_intent=payment.id)["error"]["message"]


def test_a_dispute_on_request_covers_the_rest_of_the_payment(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa")
    olena.v1.refunds.create({"payment_intent": payment.id, "amount": 500})
    made = post_control(olena, "disputes", 201, payment_intent=payment.id, reason="duplicate")
    assert (made["reason"], made["amount"]) == ("duplicate", 1490)
    assert "already" in post_control(olena, "disputes", 400, payment_intent=payment.id)["error"]["message"]
    assert post_control(olena, "disputes", 400, payment_intent=payment.id, reason="bored")["error"]["param"] == "reason"
    waiting = olena.payment()
    assert "successful charge" in post_control(olena, "disputes", 400, payment_intent=waiting.id)["error"]["message"]


def test_a_disputed_charge_cannot_be_refunded_until_the_dispute_is_won(olena: Shop) -> None:
    payment, dispute = open_dispute(olena)
    assert error_of(olena.v1.refunds.create, {"payment_intent": payment.id}).code == "charge_disputed"
    olena.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    advance(olena)
    assert olena.v1.refunds.create({"payment_intent": payment.id}).status == "succeeded"


@pytest.mark.parametrize(
    ("words", "ends", "last", "taken"),
    [
        ("winning_evidence", "won", ["charge.dispute.funds_reinstated", "charge.dispute.closed"], 0),
        ("losing_evidence", "lost", ["charge.dispute.updated", "charge.dispute.closed"], 1990),
    ],
)
def test_the_evidence_text_decides_a_dispute(olena: Shop, words: str, ends: str, last: list[str], taken: int) -> None:
    payment, dispute = open_dispute(olena)
    sent = olena.v1.disputes.update(
        dispute.id, {"evidence": {"uncategorized_text": words}, "metadata": {"order": "17"}}
    )
    assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)
    assert sent.evidence_details.submission_method == "manual"
    assert len(advance(olena)) == 1
    found = olena.v1.disputes.retrieve(dispute.id)
    assert (found.status, found.metadata["order"]) == (ends, "17")
    assert olena.events()[-2:] == last
    assert ledger_totals(olena) == {payment.id: (1990, 0, taken)}
    assert olena.v1.charges.retrieve(found.charge).disputed is True


def test_evidence_can_be_staged_and_is_submitted_once(olena: Shop) -> None:
    _, dispute = open_dispute(olena)
    disputes = olena.v1.disputes
    staged = disputes.update(dispute.id, {"evidence": {"customer_name": "Ivan"}, "submit": False})
    assert (staged.status, staged.evidence.customer_name) == ("needs_response", "Ivan")
    assert (staged.evidence_details.has_evidence, staged.evidence_details.submission_count) == (True, 0)
    [event] = olena.v1.events.list({"type": "charge.dispute.updated"}).data
    assert event.data.previous_attributes["evidence_details"]["has_evidence"] is False
    assert disputes.update(dispute.id, {"metadata": {"a": "b"}}).status == "needs_response"
    sent = disputes.update(dispute.id, {"submit": True})
    assert (sent.status, sent.evidence.customer_name) == ("under_review", "Ivan")
    assert advance(olena) == []
    assert "under_review" in error_of(disputes.update, dispute.id, {"evidence": {"customer_name": "X"}}).user_message


@pytest.mark.parametrize(
    ("evidence", "param"),
    [
        ({"receipt": "file_none"}, "evidence[receipt]"),
        ({"excuse": "x"}, "evidence[excuse]"),
        ({"uncategorized_text": "x" * 150_001}, "evidence"),
    ],
)
def test_evidence_is_checked(olena: Shop, evidence: dict[str, str], param: str) -> None:
    _, dispute = open_dispute(olena)
    error = error_of(olena.v1.disputes.update, dispute.id, {"evidence": evidence})
    assert (error.http_status, error.param) == (400, param)


def test_closing_a_dispute_loses_it(olena: Shop) -> None:
    payment, dispute = open_dispute(olena)
    assert olena.v1.disputes.close(dispute.id).status == "lost"
    assert olena.events()[-1] == "charge.dispute.closed"
    assert "already closed" in error_of(olena.v1.disputes.close, dispute.id).user_message
    assert error_of(olena.v1.refunds.create, {"payment_intent": payment.id}).code == "charge_disputed"
    assert ledger_totals(olena) == {payment.id: (1990, 0, 1990)}


def test_an_unanswered_dispute_is_lost_after_the_deadline(olena: Shop) -> None:
    _, answered = open_dispute(olena)
    olena.v1.disputes.update(answered.id, {"evidence": {"customer_name": "Ivan"}})
    _, forgotten = open_dispute(olena)
    assert advance(olena) == []
    moved = post_control(olena, "clock", advance=11 * DAY)
    assert [(one["what"], one["id"]) for one in moved["happened"]] == [("dispute_expires", forgotten.id)]
    lost = olena.v1.disputes.retrieve(forgotten.id)
    assert (lost.status, lost.evidence_details.past_due) == ("lost", True)
    assert olena.v1.disputes.retrieve(answered.id).status == "under_review"


def test_disputes_can_be_listed_filtered_and_expanded(olena: Shop, kenji: Shop) -> None:
    _, first = open_dispute(olena)
    payment, second = open_dispute(olena)
    disputes = olena.v1.disputes
    assert [one.id for one in disputes.list().data] == [second.id, first.id]
    assert [one.id for one in disputes.list({"charge": first.charge}).data] == [first.id]
    assert disputes.list({"created": {"gt": second.created + 60}}).data == []
    shown = disputes.list({"payment_intent": payment.id, "expand": ["data.charge", "data.payment_intent"]}).data[0]
    assert (shown.charge.disputed, shown.payment_intent.id) == (True, payment.id)
    assert error_of(kenji.v1.disputes.retrieve, first.id).code == "resource_missing"


def test_an_inquiry_becomes_a_chargeback_with_its_own_amount_and_deadline(olena: Shop) -> None:
    payment, inquiry = open_dispute(olena, inquiry=True, amount=1200)
    assert (inquiry.status, inquiry.amount) == ("warning_needs_response", 1200)
    stage = {"payment_intent": payment.id, "stage": "chargeback", "amount": 1990, "currency": "usd", "days": 20}
    made = post_control(olena, "disputes/stage", **stage)
    assert made["id"] == inquiry.id
    chargeback = olena.v1.disputes.retrieve(inquiry.id)
    assert (chargeback.status, chargeback.amount, chargeback.currency) == ("needs_response", 1990, "usd")
    assert chargeback.payment_method_details.card.case_type == "chargeback"
    assert chargeback.evidence_details.due_by > inquiry.evidence_details.due_by
    assert olena.events()[-2:] == ["charge.dispute.updated", WITHDRAWN]
    assert error_of(olena.v1.refunds.create, {"payment_intent": payment.id}).code == "charge_disputed"
    post_control(olena, "clock", advance=12 * DAY)
    assert olena.v1.disputes.retrieve(inquiry.id).status == "needs_response", "the first deadline counts no more"
    post_control(olena, "clock", advance=12 * DAY)
    assert olena.v1.disputes.retrieve(inquiry.id).status == "lost"


@pytest.mark.parametrize(
    ("inquiry", "stages", "ends"),
    [
        (True, ["under_review", "closed"], "warning_closed"),
        (True, ["chargeback", "under_review", "won"], "won"),
        (True, ["chargeback", "lost"], "lost"),
        (False, ["under_review", "lost"], "lost"),
        (False, ["prevented"], "prevented"),
    ],
)
def test_the_bank_moves_a_dispute_from_stage_to_stage(olena: Shop, inquiry: bool, stages: list[str], ends: str) -> None:
    payment, dispute = open_dispute(olena, inquiry=inquiry)
    for stage in stages:
        post_control(olena, "disputes/stage", payment_intent=payment.id, stage=stage)
    assert olena.v1.disputes.retrieve(dispute.id).status == ends
    assert olena.events()[-1] == "charge.dispute.closed"
    post_control(olena, "disputes/stage", 400, payment_intent=payment.id, stage="chargeback")


def test_only_an_open_inquiry_becomes_a_chargeback(olena: Shop) -> None:
    payment, _dispute = open_dispute(olena)
    for stage in ("chargeback", "closed", "forgotten"):
        post_control(olena, "disputes/stage", 400, payment_intent=payment.id, stage=stage)
    other = olena.pay("pm_card_visa")
    assert (
        "not disputed"
        in post_control(olena, "disputes/stage", 400, payment_intent=other.id, stage="won")["error"]["message"]
    )
