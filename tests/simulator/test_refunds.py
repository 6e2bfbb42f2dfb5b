"""Refunds: whole, in parts, pending, failing, refused; made by the shop or at Stripe."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.simulator.shop import Shop, refusal
from tests.simulator.steering import advance, money, steer


def refund(shop: Shop, payment: Any, **params: Any) -> Any:
    return shop.v1.refunds.create({"payment_intent": payment.id, **params})


def charge(shop: Shop, payment: Any) -> Any:
    return shop.v1.charges.retrieve(shop.v1.payment_intents.retrieve(payment.id).latest_charge)


def test_a_refund_without_an_amount_gives_everything_back(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa")
    made = refund(olena, payment, reason="requested_by_customer", metadata={"order": "17"})
    assert (made.amount, made.currency, made.status) == (1990, "eur", "succeeded")
    assert (made.charge, made.payment_intent) == (payment.latest_charge, payment.id)
    assert (made.reason, made.metadata["order"]) == ("requested_by_customer", "17")
    found = charge(olena, payment)
    assert (found.refunded, found.amount_refunded, found.amount_captured) == (True, 1990, 1990)
    assert olena.v1.payment_intents.retrieve(payment.id).amount_received == 1990
    assert olena.events()[-2:] == ["refund.created", "charge.refunded"]
    assert money(olena) == {payment.id: (1990, 1990, 0)}


def test_several_refunds_add_up_and_never_exceed_what_is_left(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa")
    refund(olena, payment, amount=1000)
    error = refusal(refund, olena, payment, amount=991)
    assert (error.http_status, error.param) == (400, "amount")
    assert error.user_message == "Refund amount (€9.91) is greater than unrefunded amount on charge (€9.90)"
    assert charge(olena, payment).refunded is False
    assert refund(olena, payment).amount == 990
    assert charge(olena, payment).refunded is True
    assert refusal(refund, olena, payment).code == "charge_already_refunded"
    assert money(olena) == {payment.id: (1990, 1990, 0)}


def test_however_many_refund_at_once_no_more_goes_back_than_came(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa")
    form = {"payment_intent": payment.id, "amount": "500"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: olena.raw("POST", "/v1/refunds", form).status_code, range(8)))
    assert sorted(answers) == [200] * 3 + [400] * 5
    assert money(olena) == {payment.id: (1990, 1500, 0)}


def test_the_same_idempotency_key_refunds_once(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa")
    form = {"payment_intent": payment.id, "amount": "500"}
    first, second = (olena.raw("POST", "/v1/refunds", form, Idempotency_Key="refund-1") for _ in range(2))
    assert first.json() == second.json()
    assert money(olena) == {payment.id: (1990, 500, 0)}


@pytest.mark.parametrize("amount", ["0", "-5", "x"])
def test_an_amount_that_is_none_is_refused(olena: Shop, amount: str) -> None:
    form = {"payment_intent": olena.pay("pm_card_visa").id, "amount": amount}
    error = olena.raw("POST", "/v1/refunds", form).json()["error"]
    assert (error["param"], error["code"]) == ("amount", "parameter_invalid_integer")


def test_three_decimals_are_refunded_in_tens(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa", amount=5000, currency="kwd")
    assert refusal(refund, olena, payment, amount=1005).param == "amount"
    assert refund(olena, payment, amount=1010).amount == 1010


def test_what_has_not_succeeded_cannot_be_refunded(olena: Shop) -> None:
    waiting = olena.payment()
    assert "does not have a successful charge" in refusal(refund, olena, waiting).user_message
    olena.type_card(waiting, "4000000000000002")
    assert "does not have a successful charge" in refusal(refund, olena, waiting).user_message
    failed = olena.v1.payment_intents.retrieve(waiting.id).latest_charge
    assert "has not succeeded" in refusal(olena.v1.refunds.create, {"charge": failed}).user_message
    authorised = olena.pay("pm_card_visa", capture_method="manual")
    assert refusal(refund, olena, authorised).code == "charge_not_refundable"


def test_a_part_that_was_captured_is_all_that_can_go_back(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa", capture_method="manual")
    olena.v1.payment_intents.capture(payment.id, {"amount_to_capture": 1000})
    assert refund(olena, payment).amount == 1000
    assert charge(olena, payment).refunded is True


def test_a_refund_names_a_charge_or_a_payment(olena: Shop, kenji: Shop) -> None:
    payment, other = olena.pay("pm_card_visa"), olena.pay("pm_card_visa")
    assert "payment_intent or charge" in refusal(olena.v1.refunds.create, {}).user_message
    assert olena.v1.refunds.create({"charge": payment.latest_charge, "amount": 1}).payment_intent == payment.id
    assert refusal(refund, olena, payment, charge=other.latest_charge).param == "charge"
    error = refusal(refund, kenji, payment)
    assert (error.http_status, error.code, error.param) == (400, "resource_missing", "payment_intent")


@pytest.mark.parametrize(("name", "value"), [("reason", "bored"), ("colour", "red"), ("reverse_transfer", "true")])
def test_parameters_of_a_refund_are_checked(olena: Shop, name: str, value: str) -> None:
    form = {"payment_intent": olena.pay("pm_card_visa").id, name: value}
    assert olena.raw("POST", "/v1/refunds", form).json()["error"]["param"] == name


def test_refunds_are_listed_filtered_expanded_and_noted(olena: Shop) -> None:
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
    assert refusal(refunds.retrieve, "re_none").code == "resource_missing"


def test_a_charge_shows_its_refunds_when_asked(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa")
    made = [refund(olena, payment, amount=100).id for _ in range(11)]
    found = olena.v1.payment_intents.retrieve(payment.id, {"expand": ["latest_charge.refunds.data.charge"]})
    refunds = found.latest_charge.refunds
    assert ([one.id for one in refunds.data], refunds.has_more) == (made[:0:-1], True)
    assert refunds.data[0].charge.id == found.latest_charge.id
    page = olena.raw("GET", f"/v1/charges/{found.latest_charge.id}/refunds", {"limit": "20"}).json()
    assert len(page["data"]) == 11


def test_a_refund_to_a_card_cannot_be_cancelled(olena: Shop) -> None:
    made = refund(olena, olena.pay("pm_card_pendingRefund"))
    assert "status of pending" in refusal(olena.v1.refunds.cancel, made.id).user_message


def test_a_refund_that_fails_later_leaves_the_charge_as_it_was(olena: Shop) -> None:
    payment = olena.payment()
    olena.type_card(payment, "4000000000005126")
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
    assert money(olena) == {payment.id: (1990, 0, 0)}
    assert refund(olena, payment, amount=1990).amount == 1990


def test_of_several_refunds_only_the_failed_one_comes_back(olena: Shop) -> None:
    payment = olena.pay("pm_card_refundFail")
    refund(olena, payment, amount=500)
    advance(olena)
    refund(olena, payment, amount=700)
    assert (charge(olena, payment).amount_refunded, money(olena)[payment.id]) == (700, (1990, 700, 0))


def test_a_pending_refund_succeeds_later(olena: Shop) -> None:
    payment = olena.payment()
    olena.type_card(payment, "4000000000007726")
    made = refund(olena, payment, amount=500)
    assert (made.status, made.pending_reason) == ("pending", "processing")
    assert charge(olena, payment).amount_refunded == 500
    assert money(olena) == {payment.id: (1990, 0, 0)}
    assert advance(olena) == ["refund_succeeds"]
    assert advance(olena) == []
    found = olena.v1.refunds.retrieve(made.id)
    assert (found.status, found.pending_reason) == ("succeeded", None)
    assert olena.events()[-2:] == ["refund.updated", "charge.refund.updated"]
    assert money(olena) == {payment.id: (1990, 500, 0)}


def test_a_refund_can_be_made_at_stripe(olena: Shop, olena_live: Shop) -> None:
    payment = olena.pay("pm_card_visa")
    made = steer(olena, "refunds", 201, payment_intent=payment.id, amount=500, reason="duplicate")
    assert (made["status"], made["amount"], made["reason"]) == ("succeeded", 500, "duplicate")
    assert olena.events()[-2:] == ["refund.created", "charge.refunded"]
    assert steer(olena, "refunds", 201, payment_intent=payment.id)["amount"] == 1490
    assert steer(olena, "refunds", 400, payment_intent=payment.id)["error"]["code"] == "charge_already_refunded"
    assert steer(olena, "refunds", 400, payment_intent=payment.id, amount="x")["error"]["param"] == "amount"
    assert money(olena) == {payment.id: (1990, 1990, 0)}
    assert money(olena_live) == {}
