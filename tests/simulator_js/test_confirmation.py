"""Confirmations: results of `confirmCardPayment` and related methods, and their API requests."""

import stripe
from playwright.sync_api import Page, expect

from tests.simulator_js.checkout_page import CheckoutPage
from tests.simulator_process import Simulator


def payment(taras: stripe.StripeClient, **params: object) -> stripe.PaymentIntent:
    terms = {"amount": 1999, "currency": "usd", **params}
    return taras.v1.payment_intents.create(terms)


def setup(taras: stripe.StripeClient) -> stripe.SetupIntent:
    return taras.v1.setup_intents.create({})


def test_a_valid_card_succeeds_with_the_pages_billing_details(checkout: CheckoutPage, taras):
    intent = payment(taras)
    checkout.mount()
    checkout.type_card("4242424242424242")
    data = "{ payment_method: { card, billing_details: { name: 'Ivan', email: 'ivan@example.com' } } }"
    checkout.confirm("confirmCardPayment", intent.client_secret, data)
    result = checkout.result()
    assert list(result) == ["paymentIntent"], result
    assert result["paymentIntent"]["status"] == "succeeded"
    paid = taras.v1.payment_intents.retrieve(intent.id, {"expand": ["payment_method"]})
    assert paid.payment_method.card.last4 == "4242"
    assert paid.payment_method.billing_details.name == "Ivan"
    assert checkout.console_messages == []


def test_separate_fields_pay_as_one_card(checkout: CheckoutPage, page: Page, taras):
    intent = payment(taras)
    checkout.mount_split()
    for place, text in {"number": "5555555555554444", "expiry": "1234", "cvc": "123"}.items():
        page.frame_locator(f"#{place} iframe").locator("input").fill(text)
    checkout.confirm("confirmCardPayment", intent.client_secret)
    assert checkout.result()["paymentIntent"]["status"] == "succeeded"


def test_the_postal_code_is_sent_as_part_of_the_billing_address(checkout: CheckoutPage, taras):
    intent = payment(taras)
    checkout.mount({"hidePostalCode": False})
    checkout.type_card("4242424242424242")
    checkout.field("postal").fill("94110")
    checkout.confirm("confirmCardPayment", intent.client_secret)
    assert checkout.result()["paymentIntent"]["status"] == "succeeded"
    paid = taras.v1.payment_intents.retrieve(intent.id, {"expand": ["payment_method"]})
    assert paid.payment_method.billing_details.address.postal_code == "94110"


DECLINES = [
    ("4000000000000002", "card_declined", "generic_decline"),
    ("4000000000009995", "card_declined", "insufficient_funds"),
    ("4000000000000069", "expired_card", None),
    ("4000000000000127", "incorrect_cvc", None),
    ("4000000000000119", "processing_error", None),
]


def test_a_declined_card_resolves_with_stripes_error(checkout: CheckoutPage, taras):
    intent = payment(taras)
    checkout.mount()
    for number, code, decline_code in DECLINES:
        checkout.type_card(number)
        checkout.confirm("confirmCardPayment", intent.client_secret)
        error = checkout.result()["error"]
        assert (error["type"], error["code"]) == ("card_error", code)
        assert error.get("decline_code", decline_code) == decline_code
        assert error["payment_intent"]["status"] == "requires_payment_method"
        checkout.run("() => card.clear()")
        checkout.last_change("e.empty")


def test_after_a_decline_a_valid_card_can_pay_the_same_intent(checkout: CheckoutPage, taras):
    intent = payment(taras)
    checkout.mount(locale="uk")
    checkout.type_card("4000000000009995")
    checkout.confirm("confirmCardPayment", intent.client_secret)
    assert checkout.result()["error"]["message"] == "На картці недостатньо коштів."
    checkout.run("() => card.clear()")
    checkout.last_change("e.empty")
    checkout.type_card("4242424242424242")
    checkout.confirm("confirmCardPayment", intent.client_secret)
    assert checkout.result()["paymentIntent"]["status"] == "succeeded"


def test_an_incomplete_card_is_refused_without_a_request(checkout: CheckoutPage, taras, simulator: Simulator):
    intent = payment(taras)
    checkout.mount()
    checkout.confirm("confirmCardPayment", intent.client_secret)
    assert checkout.result()["error"]["code"] == "incomplete_number"
    checkout.field("cardnumber").fill("4242424242424242")
    checkout.confirm("confirmCardPayment", intent.client_secret)
    error = checkout.result()["error"]
    assert (error["type"], error["code"]) == ("validation_error", "incomplete_expiry")
    assert checkout.last_change("e.error")["error"] == error
    assert simulator.logged_requests(f"/v1/payment_intents/{intent.id}/confirm") == []


def test_a_saved_payment_method_can_pay_by_id(checkout: CheckoutPage, taras):
    intent = payment(taras)
    checkout.confirm("confirmCardPayment", intent.client_secret, "{ payment_method: 'pm_card_visa' }")
    assert checkout.result()["paymentIntent"]["status"] == "succeeded"


def test_a_payment_method_can_be_created_from_the_element(checkout: CheckoutPage):
    checkout.mount()
    checkout.type_card("4242424242424242")
    made = checkout.run("() => stripe.createPaymentMethod({ type: 'card', card, billing_details: { name: 'Ivan' } })")
    assert made["paymentMethod"]["card"]["last4"] == "4242"
    assert made["paymentMethod"]["billing_details"]["name"] == "Ivan"


def test_intents_can_be_read_with_their_client_secret(checkout: CheckoutPage, taras):
    intent, setup_intent = payment(taras), setup(taras)
    read = checkout.run("([secret]) => stripe.retrievePaymentIntent(secret)", intent.client_secret)
    assert read["paymentIntent"]["id"] == intent.id
    read = checkout.run("([secret]) => stripe.retrieveSetupIntent(secret)", setup_intent.client_secret)
    assert read["setupIntent"]["id"] == setup_intent.id
    wrong = f"{intent.id}_secret_wrong"
    read = checkout.run("([secret]) => stripe.retrievePaymentIntent(secret)", wrong)
    assert read["error"]["type"] == "invalid_request_error"


def test_a_network_failure_resolves_with_an_error(checkout: CheckoutPage, page: Page, taras, simulator: Simulator):
    intent = payment(taras)
    checkout.mount(locale="ru")
    checkout.type_card("4242424242424242")
    page.route("**/v1/payment_intents/**", lambda route: route.abort())
    checkout.confirm("confirmCardPayment", intent.client_secret)
    error = checkout.result()["error"]
    assert error["type"] == "api_connection_error"
    assert error["message"].startswith("Платёжный сервис недоступен")


def test_a_server_error_resolves_with_an_api_error(checkout: CheckoutPage, taras, simulator: Simulator):
    intent = payment(taras)
    checkout.mount()
    checkout.type_card("4242424242424242")
    simulator.add_fault("/v1/payment_intents/*/confirm", "error_before")
    checkout.confirm("confirmCardPayment", intent.client_secret)
    assert checkout.result()["error"]["type"] == "api_error"


def test_a_card_can_be_set_up(checkout: CheckoutPage, taras):
    intent = setup(taras)
    checkout.mount()
    checkout.type_card("4242424242424242")
    checkout.confirm("confirmCardSetup", intent.client_secret)
    assert checkout.result()["setupIntent"]["status"] == "succeeded"


def test_there_is_one_hidden_controller_frame(checkout: CheckoutPage, page: Page, taras):
    intent = payment(taras)
    checkout.run("([secret]) => stripe.retrievePaymentIntent(secret)", intent.client_secret)
    expect(page.locator("iframe[name^=__privateStripeController]")).to_have_count(1)
    expect(page.locator("iframe[name^=__privateStripeFrame]")).to_have_count(0)
