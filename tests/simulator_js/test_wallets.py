"""The Express Checkout Element: a wallet pays what its window has shown, and nothing is added where there is none."""

import stripe
from playwright.sync_api import Page, expect

from stripe_simulator.accounts import TARAS
from tests.simulator_js.checkout_page import CheckoutPage
from tests.simulator_process import Simulator

MOUNT = """([options, click]) => {
  window.elements = stripe.elements({ currency: 'usd', allowedPaymentMethodTypes: ['card'], ...options });
  window.express = elements.create('expressCheckout', { emailRequired: true });
  express.on('ready', (event) => window.events.push({ name: 'ready', ...event }));
  express.on('click', ({ resolve, reject }) => (click ? resolve() : reject()));
  express.on('cancel', () => window.events.push({ name: 'cancel' }));
  express.on('confirm', ({ expressPaymentType, billingDetails }) =>
    window.events.push({ name: 'confirm', expressPaymentType, billingDetails }));
  express.mount('#number');
}"""
PAY = """async ([clientSecret]) => {
  await elements.submit();
  return stripe.confirmPayment({ elements, clientSecret, redirect: 'if_required' });
}"""


def payment(taras: stripe.StripeClient, amount: int = 1999) -> str:
    intent = taras.v1.payment_intents.create(
        {"amount": amount, "currency": "usd", "allowed_payment_method_types": ["card"]}
    )
    return str(intent.client_secret)


def press(page: Page, button: str, wallet: str = "Apple Pay") -> None:
    page.frame_locator("#number iframe").get_by_role("button", name=wallet).click()
    page.frame_locator("body > iframe[name^=__privateStripeFrame]").locator(f"#wallet-{button}").click()


def test_a_wallet_pays_what_its_window_showed(
    checkout: CheckoutPage, page: Page, taras: stripe.StripeClient, simulator: Simulator
) -> None:
    simulator.change_account(TARAS.id, wallets=["apple_pay", "link"])
    checkout.run(MOUNT, {"mode": "payment", "amount": 1999}, True)
    checkout.wait_for_event("ready")
    expect(page.frame_locator("#number iframe").get_by_role("button")).to_have_text(["Apple Pay"])
    press(page, "cancel")
    checkout.wait_for_event("cancel")
    press(page, "pay")
    checkout.wait_for_event("confirm")
    refused = checkout.run(PAY, payment(taras, 2000))
    assert "is not the intent's" in refused["error"]["message"]
    press(page, "pay")
    page.wait_for_function("() => events.filter(({ name }) => name === 'confirm').length === 2")
    assert checkout.run(PAY, payment(taras))["paymentIntent"]["status"] == "succeeded"


def test_link_pays_an_intent_that_takes_it(
    checkout: CheckoutPage, page: Page, taras: stripe.StripeClient, simulator: Simulator
) -> None:
    simulator.change_account(TARAS.id, wallets=["link"])
    types = ["card", "link"]
    checkout.run(MOUNT, {"mode": "payment", "amount": 1999, "allowedPaymentMethodTypes": types}, True)
    checkout.wait_for_event("ready")
    press(page, "pay", "Link")
    checkout.wait_for_event("confirm")
    refused = checkout.run(PAY, payment(taras))
    assert "differ from those of Elements" in refused["error"]["message"]
    press(page, "pay", "Link")
    page.wait_for_function("() => events.filter(({ name }) => name === 'confirm').length === 2")
    intent = taras.v1.payment_intents.create(
        {"amount": 1999, "currency": "usd", "allowed_payment_method_types": ["card", "link"]}
    )
    paid = checkout.run(PAY, str(intent.client_secret))["paymentIntent"]
    assert (paid["status"], paid["payment_method_types"]) == ("succeeded", types)
    charge = taras.v1.charges.retrieve(taras.v1.payment_intents.retrieve(intent.id).latest_charge)
    assert charge.payment_method_details.type == "link"


def test_nothing_is_added_where_there_is_no_wallet(checkout: CheckoutPage, page: Page) -> None:
    checkout.run(MOUNT, {"mode": "setup"}, True)
    checkout.wait_for_event("ready")
    assert page.locator("#number").inner_html() == ""
    assert "availablePaymentMethods" not in page.evaluate("() => Object.keys(events[0]).filter((k) => events[0][k])")


def test_a_press_that_is_refused_opens_no_window(checkout: CheckoutPage, page: Page, simulator: Simulator) -> None:
    simulator.change_account(TARAS.id, wallets=["apple_pay"])
    checkout.run(MOUNT, {"mode": "payment", "amount": 1999}, False)
    checkout.wait_for_event("ready")
    page.frame_locator("#number iframe").get_by_role("button", name="Apple Pay").click()
    expect(page.locator("body > iframe[name^=__privateStripeFrame]")).to_have_count(0)
    thrown = checkout.error_thrown_by(
        "elements.create('expressCheckout', {}); stripe.elements().create('expressCheckout')"
    )
    assert "needs stripe.elements() with a mode" in thrown
