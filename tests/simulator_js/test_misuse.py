"""Wrong calls by the page's author throw an IntegrationError."""

import pytest
from playwright.sync_api import expect

from tests.simulator_js.checkout_page import CheckoutPage

MISUSE = [
    ("Stripe()", "publishable key"),
    ("Stripe('')", "empty string"),
    ("Stripe('sk_' + 'test_1')", "secret key"),
    ("Stripe('rk_' + 'test_1')", "secret key"),
    ("Stripe('hello')", '"pk_"'),
    ("stripe.elements('card')", "object of options"),
    ("stripe.elements().create('cheque')", 'no element of type "cheque"'),
    ("stripe.elements().create('card', { disableLink: 'yes' })", "disableLink"),
    ("elements.create('card')", "already have an element of type card"),
    ("card.mount('#nowhere')", '"#nowhere"'),
    ("card.mount()", "CSS selector or a DOM element"),
    ("card.on('change')", "function"),
    ("stripe.elements().create('card').focus()", "Mount the card element"),
    ("stripe.confirmCardPayment()", "client secret"),
    ("stripe.confirmCardPayment('pi_123')", "client secret"),
    ("stripe.confirmCardPayment('seti_1_secret_2')", "client secret"),
    ("stripe.confirmCardSetup('pi_1_secret_2')", "client secret"),
    ("stripe.handleNextAction({})", "client secret"),
    ("stripe.retrievePaymentIntent('pi_1_secret')", "client secret"),
    ("stripe.confirmCardPayment('pi_1_secret_2', { payment_method: {} })", "card element"),
    (
        "stripe.confirmCardPayment('pi_1_secret_2', { payment_method: { card: elements.create('cardCvc') } })",
        "not cardCvc",
    ),
    (
        "Stripe('pk_test_other').confirmCardPayment('pi_1_secret_2', { payment_method: { card } })",
        "another Stripe object",
    ),
    ("card.destroy(); card.mount('#card-element')", "destroyed"),
]


def test_a_card_element_offers_link_unless_it_is_disabled(checkout: CheckoutPage):
    checkout.mount({"disableLink": False})
    expect(checkout.fields.locator("#link")).to_be_visible()
    checkout.run("() => card.update({ disableLink: true })")
    expect(checkout.fields.locator("#link")).to_have_count(0)


def test_misuse_throws_an_integration_error(checkout: CheckoutPage):
    checkout.mount()
    for statement, says in MISUSE:
        thrown = checkout.error_thrown_by(statement)
        assert thrown.startswith("IntegrationError: "), (statement, thrown)
        assert says in thrown, (statement, thrown)


@pytest.mark.parametrize("gone", ["card.unmount()", "card.destroy()", "document.querySelector('form').remove()"])
def test_an_unmounted_element_cannot_pay(checkout: CheckoutPage, gone: str):
    checkout.mount()
    confirm = "stripe.confirmCardPayment('pi_1_secret_2', { payment_method: { card } })"
    thrown = checkout.error_thrown_by(f"{gone}; {confirm}")
    assert thrown.startswith("IntegrationError: ")
    assert "not mounted" in thrown


def test_the_script_has_a_version_and_destroyed_elements_can_be_recreated(checkout: CheckoutPage):
    checkout.mount()
    assert checkout.run("() => Stripe.version") == "endive"
    assert checkout.error_thrown_by("card.destroy(); elements.create('card').mount('#card-element')") == ""
    assert checkout.run("() => elements.getElement('card') === card") is False
    assert checkout.run("() => elements.getElement('cardCvc')") is None


def test_questionable_options_log_a_warning(checkout: CheckoutPage):
    checkout.run("() => { Stripe('pk_' + 'live_1'); stripe.elements().create('card', { colour: 'red' }); }")
    warned = " ".join(checkout.console_messages)
    assert "https" in warned
    assert '"colour"' in warned
