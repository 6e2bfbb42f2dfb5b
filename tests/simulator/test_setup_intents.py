"""Setup intents: a card is kept for later, or isn't."""

import pytest

from tests.simulator.shop import Shop, refusal


def setup(shop: Shop, **params: str) -> tuple[str, object]:
    customer = shop.v1.customers.create({"email": "ivan@example.com"})
    return customer.id, shop.v1.setup_intents.create({"customer": customer.id, **params})


def test_a_card_is_kept_for_the_customer(olena: Shop) -> None:
    customer, intent = setup(olena)
    assert olena.type_card(intent).json()["status"] == "succeeded"
    [method] = olena.v1.customers.payment_methods.list(customer).data
    assert method.card.last4 == "4242"
    assert "setup_intent.succeeded" in olena.events()
    assert olena.pay(method.id, customer=customer, off_session=True).status == "succeeded"


def test_the_bank_is_asked_once_and_then_not_again(olena: Shop) -> None:
    customer, intent = setup(olena)
    assert olena.type_card(intent, "4000002500003155").json()["status"] == "requires_action"
    assert olena.answer_bank(intent, "authorize")["intent"]["status"] == "succeeded"
    [method] = olena.v1.customers.payment_methods.list(customer).data
    assert olena.pay(method.id, customer=customer, off_session=True).status == "succeeded"


def test_a_card_set_up_by_a_payment_is_not_asked_again_either(olena: Shop) -> None:
    customer = olena.v1.customers.create({})
    payment = olena.payment(customer=customer.id, setup_future_usage="off_session")
    assert olena.type_card(payment, "4000002500003155").json()["status"] == "requires_action"
    olena.answer_bank(payment, "authorize")
    [method] = olena.v1.payment_methods.list({"customer": customer.id, "type": "card"}).data
    assert olena.pay(method.id, customer=customer.id, off_session=True).status == "succeeded"


def test_some_banks_ask_every_time(olena: Shop) -> None:
    customer, intent = setup(olena)
    olena.type_card(intent, "4000002760003184")
    olena.answer_bank(intent, "authorize")
    [method] = olena.v1.customers.payment_methods.list(customer).data
    assert refusal(olena.pay, method.id, customer=customer, off_session=True).code == "authentication_required"
    assert olena.pay(method.id, customer=customer).status == "requires_action"


@pytest.mark.parametrize("outcome", ["fail", "close"])
def test_without_the_banks_yes_the_card_is_not_kept(olena: Shop, outcome: str) -> None:
    customer, intent = setup(olena)
    olena.type_card(intent, "4000000000003220")
    seen = olena.answer_bank(intent, outcome)["intent"]
    assert seen["status"] == "requires_payment_method"
    assert seen["last_setup_error"]["code"] == "setup_intent_authentication_failure"
    assert olena.v1.customers.payment_methods.list(customer).data == []
    assert olena.events()[-1] == "setup_intent.setup_failed"


def test_a_card_that_is_declined_is_not_kept(olena: Shop) -> None:
    customer, intent = setup(olena)
    response = olena.type_card(intent, "4000000000000002")
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (402, "card_declined")
    assert error["setup_intent"]["status"] == "requires_payment_method"
    assert olena.v1.setup_intents.retrieve(intent.id).last_setup_error.code == "card_declined"
    assert olena.v1.customers.payment_methods.list(customer).data == []


def test_one_card_is_kept_and_declined_when_it_is_charged(olena: Shop) -> None:
    customer, intent = setup(olena)
    assert olena.type_card(intent, "4000000000000341").json()["status"] == "succeeded"
    [method] = olena.v1.customers.payment_methods.list(customer).data
    assert refusal(olena.pay, method.id, customer=customer, off_session=True).code == "card_declined"


def test_an_unconfirmed_setup_is_read_with_the_publishable_key_and_cancelled(olena: Shop, kenji: Shop) -> None:
    intent = olena.v1.setup_intents.create({"usage": "on_session"})
    assert olena.seen_by_browser(intent)["id"] == intent.id
    other = kenji.raw(
        "GET",
        f"/v1/setup_intents/{intent.id}",
        {"client_secret": intent.client_secret},
        key=kenji.publishable_key,
    )
    assert (other.status_code, other.json()["error"]["code"]) == (404, "resource_missing")
    assert olena.v1.setup_intents.cancel(intent.id).status == "canceled"
    assert refusal(olena.v1.setup_intents.cancel, intent.id).code == "setup_intent_unexpected_state"
    assert olena.events() == ["setup_intent.created", "setup_intent.canceled"]
    assert [one.id for one in olena.v1.setup_intents.list().data] == [intent.id]


def test_every_try_is_remembered_as_an_attempt(olena: Shop) -> None:
    _, intent = setup(olena)
    olena.type_card(intent, "4000000000000002")
    olena.type_card(intent, "4000000000003220")
    olena.type_card(intent, "4000002500003155")
    olena.answer_bank(intent, "authorize")
    attempts = olena.v1.setup_attempts.list({"setup_intent": intent.id}).data
    assert [one.status for one in attempts] == ["succeeded", "abandoned", "failed"]
    assert attempts[0].payment_method_details.card.three_d_secure.result == "authenticated"
    assert attempts[2].setup_error.code == "card_declined"
    found = olena.v1.setup_intents.retrieve(intent.id, {"expand": ["latest_attempt"]})
    assert found.latest_attempt.id == attempts[0].id
