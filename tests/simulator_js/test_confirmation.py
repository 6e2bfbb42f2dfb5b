"""Paying: what `confirmCardPayment` and its kin resolve with, and what they ask of the API."""

import stripe
from playwright.sync_api import Page, expect

from tests.simulator_js.checkout_page import CheckoutPage
from tests.simulator_process import Simulator


def payment(taras: stripe.StripeClient, **params: object) -> stripe.PaymentIntent:
    terms = {"amount": 1999, "currency": "usd", **params}
    return taras.v1.payment_intents.create(terms)


def setup(taras: stripe.StripeClient) -> stripe.SetupIntent:
    return taras.v1.setup_intents.create({})


def test_4242_succeeds_with_the_details_the_page_gave(checkout: CheckoutPage, taras):
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
    assert checkout.complaints == []


def test_single_fields_pay_as_one_card(checkout: CheckoutPage, page: Page, taras):
    intent = payment(taras)
    checkout.mount_split()
    for place, text in {"number": "5555555555554444", "expiry": "1234", "cvc": "123"}.items():
        page.frame_locator(f"#{place} iframe").locator("input").fill(text)
    checkout.confirm("confirmCardPayment", intent.client_secret)
    assert checkout.result()["paymentIntent"]["status"] == "succeeded"


def test_the_postal_code_asked_for_goes_to_the_billing_address(checkout: CheckoutPage, taras):
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
    ("4000000000000069", "expired_card", "expired_card"),
    ("4000000000000127", "incorrect_cvc", "incorrect_cvc"),
    ("4000000000000119", "processing_error", "processing_error"),
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


def test_a_declined_card_is_followed_by_a_good_one_on_the_same_intent(checkout: CheckoutPage, taras):
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


def test_an_unfinished_card_is_refused_without_a_request(checkout: CheckoutPage, taras, simulator: Simulator):
    intent = payment(taras)
    checkout.mount()
    checkout.confirm("confirmCardPayment", intent.client_secret)
    assert checkout.result()["error"]["code"] == "incomplete_number"
    checkout.field("cardnumber").fill("4242424242424242")
    checkout.confirm("confirmCardPayment", intent.client_secret)
    error = checkout.result()["error"]
    assert (error["type"], error["code"]) == ("validation_error", "incomplete_expiry")
    assert checkout.last_change("e.error")["error"] == error
    assert simulator.asked(f"/v1/payment_intents/{intent.id}/confirm") == []


def test_a_saved_payment_method_pays_by_its_id(checkout: CheckoutPage, taras):
    intent = payment(taras)
    checkout.confirm("confirmCardPayment", intent.client_secret, "{ payment_method: 'pm_card_visa' }")
    assert checkout.result()["paymentIntent"]["status"] == "succeeded"


def test_a_payment_method_is_made_from_the_element(checkout: CheckoutPage):
    checkout.mount()
    checkout.type_card("4242424242424242")
    made = checkout.run("() => stripe.createPaymentMethod({ type: 'card', card, billing_details: { name: 'Ivan' } })")
    assert made["paymentMethod"]["card"]["last4"] == "4242"
    assert made["paymentMethod"]["billing_details"]["name"] == "Ivan"


def test_intents_are_read_with_their_secrets_alone(checkout: CheckoutPage, taras):
    intent, setup_intent = payment(taras), setup(taras)
    read = checkout.run("([secret]) => stripe.retrievePaymentIntent(secret)", intent.client_secret)
    assert read["paymentIntent"]["id"] == intent.id
    read = checkout.run("([secret]) => stripe.retrieveSetupIntent(secret)", setup_intent.client_secret)
    assert read["setupIntent"]["id"] == setup_intent.id
    wrong = f"{intent.id}_secret_wrong"
    read = checkout.run("([secret]) => stripe.retrievePaymentIntent(secret)", wrong)
    assert read["error"]["type"] == "invalid_request_error"


def test_no_network_is_an_error_that_is_resolved(checkout: CheckoutPage, page: Page, taras, simulator: Simulator):
    intent = payment(taras)
    checkout.mount(locale="ru")
    checkout.type_card("4242424242424242")
    page.route("**/v1/payment_intents/**", lambda route: route.abort())
    checkout.confirm("confirmCardPayment", intent.client_secret)
    error = checkout.result()["error"]
    assert error["type"] == "api_connection_error"
    assert error["message"].startswith("Платёжный сервис недоступен")


def test_stripes_own_failure_is_an_api_error(checkout: CheckoutPage, taras, simulator: Simulator):
    intent = payment(taras)
    checkout.mount()
    checkout.type_card("4242424242424242")
    simulator.fault("/v1/payment_intents/*/confirm", "error_before")
    checkout.confirm("confirmCardPayment", intent.client_secret)
    assert checkout.result()["error"]["type"] == "api_error"


def test_a_card_is_set_up_for_later(checkout: CheckoutPage, taras):
    intent = setup(taras)
    checkout.mount()
    checkout.type_card("4242424242424242")
    checkout.confirm("confirmCardSetup", intent.client_secret)
    assert checkout.result()["setupIntent"]["status"] == "succeeded"


def test_the_controller_is_one_hidden_frame(checkout: CheckoutPage, page: Page, taras):
    intent = payment(taras)
    checkout.run("([secret]) => stripe.retrievePaymentIntent(secret)", intent.client_secret)
    expect(page.locator("iframe[name^=__privateStripeController]")).to_have_count(1)
    expect(page.locator("iframe[name^=__privateStripeFrame]")).to_have_count(0)
