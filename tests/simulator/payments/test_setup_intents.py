"""Setup intents: cards that are saved or refused."""

import pytest

from tests.simulator.shop import Shop, error_of


def setup(shop: Shop, **params: str) -> tuple[str, object]:
    customer = shop.v1.customers.create({"email": "ivan@example.com"})
    return customer.id, shop.v1.setup_intents.create({"customer": customer.id, **params})


def test_a_card_is_saved_for_the_customer(olena: Shop) -> None:
    customer, intent = setup(olena)
    assert olena.confirm_with_card(intent).json()["status"] == "succeeded"
    [method] = olena.v1.customers.payment_methods.list(customer).data
    assert method.card.last4 == "4242"
    assert "setup_intent.succeeded" in olena.events()
    assert olena.pay(method.id, customer=customer, off_session=True).status == "succeeded"


def test_a_card_is_authenticated_only_at_setup(olena: Shop) -> None:
    customer, intent = setup(olena)
    assert olena.confirm_with_card(intent, "4000002500003155").json()["status"] == "requires_action"
    assert olena.answer_challenge(intent, "authorize")["intent"]["status"] == "succeeded"
    [method] = olena.v1.customers.payment_methods.list(customer).data
    assert olena.pay(method.id, customer=customer, off_session=True).status == "succeeded"
    assert olena.pay(method.id, customer=customer).status == "requires_action"


def test_a_card_set_up_by_a_payment_is_not_authenticated_again(olena: Shop) -> None:
    customer = olena.v1.customers.create({})
    payment = olena.payment(customer=customer.id, setup_future_usage="off_session")
    assert olena.confirm_with_card(payment, "4000002500003155").json()["status"] == "requires_action"
    olena.answer_challenge(payment, "authorize")
    [method] = olena.v1.payment_methods.list({"customer": customer.id, "type": "card"}).data
    assert olena.pay(method.id, customer=customer.id, off_session=True).status == "succeeded"


def test_some_cards_require_authentication_every_time(olena: Shop) -> None:
    customer, intent = setup(olena)
    olena.confirm_with_card(intent, "4000002760003184")
    olena.answer_challenge(intent, "authorize")
    [method] = olena.v1.customers.payment_methods.list(customer).data
    assert error_of(olena.pay, method.id, customer=customer, off_session=True).code == "authentication_required"
    assert olena.pay(method.id, customer=customer).status == "requires_action"


@pytest.mark.parametrize("outcome", ["fail", "close"])
def test_a_card_is_not_saved_without_authentication(olena: Shop, outcome: str) -> None:
    customer, intent = setup(olena)
    olena.confirm_with_card(intent, "4000000000003220")
    seen = olena.answer_challenge(intent, outcome)["intent"]
    assert seen["status"] == "requires_payment_method"
    assert seen["last_setup_error"]["code"] == "setup_intent_authentication_failure"
    assert olena.v1.customers.payment_methods.list(customer).data == []
    assert olena.events()[-1] == "setup_intent.setup_failed"


def test_a_declined_card_is_not_saved(olena: Shop) -> None:
    customer, intent = setup(olena)
    response = olena.confirm_with_card(intent, "4000000000000002")
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (402, "card_declined")
    assert error["setup_intent"]["status"] == "requires_payment_method"
    assert olena.v1.setup_intents.retrieve(intent.id).last_setup_error.code == "card_declined"
    assert olena.v1.customers.payment_methods.list(customer).data == []


def test_one_test_card_is_saved_and_declined_when_it_is_charged(olena: Shop) -> None:
    customer, intent = setup(olena)
    assert olena.confirm_with_card(intent, "4000000000000341").json()["status"] == "succeeded"
    [method] = olena.v1.customers.payment_methods.list(customer).data
    assert error_of(olena.pay, method.id, customer=customer, off_session=True).code == "card_declined"


def test_an_unconfirmed_setup_intent_can_be_read_in_the_browser_and_canceled(olena: Shop, kenji: Shop) -> None:
    intent = olena.v1.setup_intents.create({"usage": "on_session"})
    assert olena.read_in_browser(intent)["id"] == intent.id
    other = kenji.raw(
        "GET",
        f"/v1/setup_intents/{intent.id}",
        {"client_secret": intent.client_secret},
        key=kenji.publishable_key,
    )
    assert (other.status_code, other.json()["error"]["code"]) == (404, "resource_missing")
    assert olena.v1.setup_intents.cancel(intent.id).status == "canceled"
    assert error_of(olena.v1.setup_intents.cancel, intent.id).code == "setup_intent_unexpected_state"
    assert olena.events() == ["setup_intent.created", "setup_intent.canceled"]
    assert [one.id for one in olena.v1.setup_intents.list().data] == [intent.id]


def test_every_confirmation_is_listed_as_a_setup_attempt(olena: Shop) -> None:
    _, intent = setup(olena)
    olena.confirm_with_card(intent, "4000000000000002")
    olena.confirm_with_card(intent, "4000000000003220")
    olena.confirm_with_card(intent, "4000002500003155")
    olena.answer_challenge(intent, "authorize")
    attempts = olena.v1.setup_attempts.list({"setup_intent": intent.id}).data
    assert [one.status for one in attempts] == ["succeeded", "abandoned", "failed"]
    assert attempts[0].payment_method_details.card.three_d_secure.result == "authenticated"
    assert attempts[2].setup_error.code == "card_declined"
    found = olena.v1.setup_intents.retrieve(intent.id, {"expand": ["latest_attempt"]})
    assert found.latest_attempt.id == attempts[0].id
