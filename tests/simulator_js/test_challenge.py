"""The bank's check on top of the page: answered, failed or closed, and its result."""

import re

import pytest
import stripe
from playwright.sync_api import Page, expect

from tests.simulator_js.checkout_page import CheckoutPage
from tests.simulator_js.test_confirmation import payment, setup

REQUIRES_CHECK = "4000000000003220"


@pytest.fixture
def challenged(checkout: CheckoutPage, taras: stripe.StripeClient) -> CheckoutPage:
    """A payment that waits for the bank's check."""
    checkout.intent = payment(taras)
    checkout.mount()
    checkout.type_card(REQUIRES_CHECK)
    checkout.confirm("confirmCardPayment", checkout.intent.client_secret)
    expect(checkout.bank.locator("#test-source-authorize-3ds")).to_be_visible()
    return checkout


def test_passing_the_check_completes_the_payment(challenged: CheckoutPage, page: Page, taras):
    challenged.bank.locator("#test-source-authorize-3ds").click()
    assert challenged.result()["paymentIntent"]["status"] == "succeeded"
    expect(page.locator("body > iframe[name^=__privateStripeFrame]")).to_have_count(0)
    assert taras.v1.payment_intents.retrieve(challenged.intent.id).status == "succeeded"
    assert challenged.console_messages == []


def failed(checkout: CheckoutPage) -> None:
    error = checkout.result()["error"]
    assert error["code"] == "payment_intent_authentication_failure"
    assert error["payment_intent"]["status"] == "requires_payment_method"


def test_failing_the_check_returns_an_error_and_resets_the_intent(challenged: CheckoutPage):
    challenged.bank.locator("#test-source-fail-3ds").click()
    failed(challenged)


def test_closing_the_check_fails_it(challenged: CheckoutPage):
    challenged.modal.get_by_role("button", name="Close").click()
    failed(challenged)


@pytest.mark.parametrize("where", ["modal", "bank"])
def test_escape_closes_the_check(challenged: CheckoutPage, page: Page, where: str):
    if where == "bank":
        challenged.bank.locator("#test-source-fail-3ds").focus()
    else:
        expect(challenged.modal.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    failed(challenged)


def test_tab_stays_inside_the_check(challenged: CheckoutPage, page: Page):
    close = challenged.modal.get_by_role("button", name="Close")
    expect(close).to_be_focused()
    # Before the bank's page is there, Tab finds nothing in its frame.
    expect(challenged.bank.locator("#test-source-authorize-3ds")).to_be_enabled()
    page.keyboard.press("Tab")
    expect(challenged.bank.locator("#test-source-authorize-3ds")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(close).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(challenged.bank.locator("#test-source-fail-3ds")).to_be_focused()
    assert page.locator("main").evaluate("main => main.inert")


def test_the_check_shows_the_amount_in_the_pages_language(checkout: CheckoutPage, taras):
    intent = payment(taras, amount=199900, currency="huf")
    checkout.mount(locale="uk")
    checkout.type_card(REQUIRES_CHECK)
    checkout.confirm("confirmCardPayment", intent.client_secret)
    expect(checkout.bank.get_by_role("heading")).to_have_text("Підтвердьте платіж")
    expect(checkout.bank.locator("#amount")).to_have_text(re.compile(r"1\s999,00\sHUF"))
    expect(checkout.modal.get_by_role("button", name="Закрити")).to_be_visible()


def test_a_decline_after_the_check_is_returned(checkout: CheckoutPage, taras):
    intent = payment(taras)
    checkout.mount()
    checkout.type_card("4000008400001629")
    checkout.confirm("confirmCardPayment", intent.client_secret)
    checkout.bank.locator("#test-source-authorize-3ds").click()
    assert checkout.result()["error"]["code"] == "card_declined"


def test_a_setup_intent_can_fail_or_pass_the_check(checkout: CheckoutPage, taras):
    intent = setup(taras)
    checkout.mount()
    checkout.type_card(REQUIRES_CHECK)
    checkout.confirm("confirmCardSetup", intent.client_secret)
    checkout.bank.locator("#test-source-fail-3ds").click()
    error = checkout.result()["error"]
    assert error["code"] == "setup_intent_authentication_failure"
    assert error["setup_intent"]["status"] == "requires_payment_method"
    checkout.confirm("confirmCardSetup", intent.client_secret)
    checkout.bank.locator("#test-source-authorize-3ds").click()
    assert checkout.result()["setupIntent"]["status"] == "succeeded"


def test_actions_can_be_handled_later(checkout: CheckoutPage, taras):
    intent = payment(taras)
    checkout.mount()
    checkout.type_card(REQUIRES_CHECK)
    checkout.confirm("confirmCardPayment", intent.client_secret, options="{ handleActions: false }")
    assert checkout.result()["paymentIntent"]["status"] == "requires_action"
    checkout.run(
        "([secret]) => { window.confirmed = stripe.handleNextAction({ clientSecret: secret }); }", intent.client_secret
    )
    checkout.bank.locator("#test-source-authorize-3ds").click()
    assert checkout.result()["paymentIntent"]["status"] == "succeeded"
    again = checkout.run("([secret]) => stripe.handleNextAction({ clientSecret: secret })", intent.client_secret)
    assert again["error"]["code"] == "payment_intent_unexpected_state"


def test_an_unreachable_bank_page_can_be_closed(challenged: CheckoutPage, page: Page, simulator):
    page.route("**/simulator/challenge/**", lambda route: route.abort())
    challenged.bank.locator("#test-source-authorize-3ds").click()
    expect(challenged.bank.get_by_role("alert")).to_have_text("The bank could not be reached. Try again.")
    challenged.modal.get_by_role("button", name="Close").click()
    error = challenged.result()["error"]
    assert error["payment_intent"]["status"] == "requires_action"


def test_a_check_on_a_separate_page_redirects_back(checkout: CheckoutPage, page: Page, taras, shop: str):
    intent = payment(taras, confirm=True, payment_method="pm_card_threeDSecure2Required", return_url=f"{shop}?order=1")
    checkout.run("([secret]) => void stripe.handleNextAction({ clientSecret: secret })", intent.client_secret)
    page.locator("#test-source-authorize-3ds").click()
    page.wait_for_url(f"{shop}?order=1&*redirect_status=succeeded*")
    assert taras.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_an_account_can_demand_a_return_url_and_redirect(
    checkout: CheckoutPage, page: Page, simulator, taras, shop: str
):
    simulator.change_account("Taras", requires_return_url=True, redirects=True)
    intent = payment(taras)
    checkout.mount()
    checkout.type_card(REQUIRES_CHECK)
    checkout.confirm("confirmCardPayment", intent.client_secret)
    error = checkout.result()["error"]
    assert error["type"] == "invalid_request_error" and "return_url" in error["message"]
    checkout.run(
        "([secret, url]) => void stripe.confirmCardPayment(secret, { payment_method: { card }, return_url: url })",
        intent.client_secret,
        f"{shop}?order=1",
    )
    page.locator("#test-source-authorize-3ds").click()
    page.wait_for_url(f"{shop}?order=1&payment_intent={intent.id}&*redirect_status=succeeded*")
