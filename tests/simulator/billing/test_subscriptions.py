"""Subscriptions: creation, first payment and trials."""

from typing import Any

import pytest

from tests.simulator.controls import post_control
from tests.simulator.shop import Shop, error_of
from tests.simulator.subscriptions import (
    DAY,
    BrowserIntent,
    active_subscription,
    advance_days,
    monthly_price,
    period,
    subscribe,
)


def saved_card(shop: Shop, number: str = "4242424242424242") -> tuple[str, str]:
    """A customer with a saved card; returns both ids."""
    customer = shop.v1.customers.create({"email": "ivan@example.com"}).id
    setup = shop.v1.setup_intents.create({"customer": customer, "usage": "off_session"})
    if shop.confirm_with_card(setup, number).json().get("status") == "requires_action":
        shop.answer_challenge(setup, "authorize")
    return customer, shop.v1.setup_intents.retrieve(setup.id).payment_method


def test_the_first_payment_activates_the_subscription_and_saves_its_card(olena: Shop) -> None:
    subscription = subscribe(olena, metadata={"order": "17"})
    invoice = subscription.latest_invoice
    assert (subscription.status, invoice.status, invoice.amount_due) == ("incomplete", "open", 1990)
    assert invoice.parent.subscription_details.subscription == subscription.id
    assert invoice.parent.subscription_details.metadata["order"] == "17"
    assert invoice.payments.data[0].payment.payment_intent.startswith("pi_")
    olena.confirm_with_card(BrowserIntent(invoice.confirmation_secret.client_secret))
    found = olena.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice", "default_payment_method"]})
    assert (found.status, found.latest_invoice.status, found.latest_invoice.amount_paid) == ("active", "paid", 1990)
    assert found.default_payment_method.card.last4 == "4242"
    assert found.default_payment_method.customer == found.customer
    assert olena.events() == [
        "customer.created",
        "product.created",
        "price.created",
        "invoice.created",
        "customer.subscription.created",
        "payment_intent.created",
        "invoice.finalized",
        "charge.succeeded",
        "payment_method.attached",
        "payment_intent.succeeded",
        "invoice_payment.paid",
        "invoice.paid",
        "invoice.payment_succeeded",
        "customer.subscription.updated",
    ]


def test_expandable_fields_are_absent_unless_expanded(olena: Shop) -> None:
    subscription = subscribe(olena, expand=["latest_invoice"])
    seen = olena.raw("GET", f"/v1/invoices/{subscription.latest_invoice.id}").json()
    gone = {"payments", "confirmation_secret", "payment_intent", "charge", "paid", "subscription"}
    assert gone.isdisjoint(seen)
    assert "current_period_end" not in olena.raw("GET", f"/v1/subscriptions/{subscription.id}").json()
    assert seen["hosted_invoice_url"].startswith("https://")


def test_a_declined_first_payment_can_be_retried_with_another_card(olena: Shop) -> None:
    subscription = subscribe(olena)
    secret = BrowserIntent(subscription.latest_invoice.confirmation_secret.client_secret)
    assert olena.confirm_with_card(secret, "4000000000000002").status_code == 402
    assert "invoice.payment_failed" in olena.events()
    found = olena.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (found.status, found.latest_invoice.attempt_count) == ("incomplete", 1)
    assert found.latest_invoice.next_payment_attempt is None
    olena.confirm_with_card(secret)
    assert olena.v1.subscriptions.retrieve(subscription.id).status == "active"


@pytest.mark.parametrize(("outcome", "status"), [("authorize", "active"), ("fail", "incomplete")])
def test_the_first_payment_can_require_authentication(olena: Shop, outcome: str, status: str) -> None:
    subscription = subscribe(olena)
    secret = BrowserIntent(subscription.latest_invoice.confirmation_secret.client_secret)
    olena.confirm_with_card(secret, "4000002760003184")
    assert "invoice.payment_action_required" in olena.events()
    olena.answer_challenge(secret, outcome)
    assert olena.v1.subscriptions.retrieve(subscription.id).status == status


def test_an_unpaid_subscription_expires_after_23_hours(olena: Shop) -> None:
    subscription = subscribe(olena)
    assert advance_days(olena, 22 / 24) == []
    assert advance_days(olena, 1.1 / 24) == ["first_payment_is_over"]
    found = olena.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (found.status, found.latest_invoice.status) == ("incomplete_expired", "void")
    secret = BrowserIntent(subscription.latest_invoice.confirmation_secret.client_secret)
    assert olena.confirm_with_card(secret).json()["error"]["code"] == "payment_intent_unexpected_state"
    assert error_of(olena.v1.subscriptions.update, found.id, {"description": "x"}).http_status == 400
    assert advance_days(olena, 60) == []


def test_a_trial_saves_a_card_and_charges_it_at_the_end(olena: Shop) -> None:
    subscription = subscribe(olena, trial_period_days=14)
    assert (subscription.status, subscription.latest_invoice.status) == ("trialing", "paid")
    assert (subscription.latest_invoice.total, subscription.latest_invoice.confirmation_secret) == (0, None)
    assert subscription.trial_end - subscription.trial_start == 14 * DAY
    olena.confirm_with_card(subscription.pending_setup_intent, "4000002500003155")
    olena.answer_challenge(subscription.pending_setup_intent, "authorize")
    found = olena.v1.subscriptions.retrieve(subscription.id)
    assert found.pending_setup_intent is None
    assert found.default_payment_method.startswith("pm_")
    assert advance_days(olena, 11.01) == ["trial_will_end"]
    assert advance_days(olena, 3.1) == ["subscription_renews", "invoice_is_finalized"]
    found = olena.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (found.status, found.latest_invoice.amount_paid) == ("active", 1990)
    assert period(found)[0] == subscription.trial_end
    assert "customer.subscription.trial_will_end" in olena.events()


@pytest.mark.parametrize(
    ("behavior", "status"), [("create_invoice", "past_due"), ("cancel", "canceled"), ("pause", "paused")]
)
def test_a_trial_can_end_without_a_card(olena: Shop, behavior: str, status: str) -> None:
    settings = {"end_behavior": {"missing_payment_method": behavior}}
    subscription = subscribe(olena, trial_period_days=1, trial_settings=settings)
    advance_days(olena, 1.1)
    assert olena.v1.subscriptions.retrieve(subscription.id).status == status


def paused_subscription(olena: Shop, card: str = "pm_card_visa") -> Any:
    """A subscription whose trial ended without a card; the card was given afterwards."""
    settings = {"end_behavior": {"missing_payment_method": "pause"}}
    subscription = subscribe(olena, trial_period_days=1, trial_settings=settings)
    advance_days(olena, 1.1)
    paused = olena.v1.subscriptions.retrieve(subscription.id)
    assert paused.status_details.paused.subscription.type == "trial_end_without_payment_method"
    method = olena.v1.payment_methods.attach(card, {"customer": subscription.customer})
    return olena.v1.subscriptions.update(subscription.id, {"default_payment_method": method.id})


def test_a_paused_subscription_resumes_when_its_payment_succeeds(olena: Shop) -> None:
    subscription = paused_subscription(olena)
    resumed = olena.v1.subscriptions.resume(subscription.id, {"payment_behavior": "resume_on_payment_success"})
    assert (resumed.status, resumed.status_details) == ("active", None)
    assert {"customer.subscription.paused", "customer.subscription.resumed"} <= set(olena.events())
    assert error_of(olena.v1.subscriptions.resume, subscription.id).http_status == 400


def test_a_paused_subscription_stays_paused_while_its_payment_does_not_succeed(olena: Shop) -> None:
    subscription = paused_subscription(olena, "pm_card_chargeCustomerFail")
    behavior = {"payment_behavior": "resume_on_payment_success"}
    assert olena.v1.subscriptions.resume(subscription.id, behavior).status == "paused"
    assert olena.v1.invoices.list({"subscription": subscription.id}).data[0].status == "open"
    assert advance_days(olena, 1) == ["resumption_expires"]
    assert olena.v1.invoices.list({"subscription": subscription.id}).data[0].status == "void"
    assert olena.v1.subscriptions.retrieve(subscription.id).status == "paused"


@pytest.mark.parametrize(("card", "status"), [("pm_card_visa", "active"), ("pm_card_chargeCustomerFail", "past_due")])
def test_a_paused_subscription_resumes_by_default_with_a_later_attempt(olena: Shop, card: str, status: str) -> None:
    subscription = paused_subscription(olena, card)
    assert olena.v1.subscriptions.resume(subscription.id).status == "paused"
    [invoice, _] = olena.v1.invoices.list({"subscription": subscription.id}).data
    assert (invoice.status, invoice.attempted) == ("open", False)
    assert advance_days(olena, 1 / 12) == ["resumption_is_attempted"]
    assert olena.v1.subscriptions.retrieve(subscription.id).status == status
    assert olena.v1.invoices.retrieve(invoice.id).next_payment_attempt is None


def test_a_subscription_is_paused_for_any_reason_and_resumed(olena: Shop) -> None:
    subscription = active_subscription(olena)
    post_control(olena, f"subscriptions/{subscription.id}/pause", reason="system")
    paused = olena.v1.subscriptions.retrieve(subscription.id)
    assert (paused.status, paused.status_details.paused.subscription.type) == ("paused", "system")
    post_control(olena, f"subscriptions/{subscription.id}/pause", expected=400, reason="system")
    resumed = olena.v1.subscriptions.resume(subscription.id, {"payment_behavior": "resume_on_payment_success"})
    assert resumed.status == "active"


def test_a_trial_can_be_extended_and_ended(olena: Shop) -> None:
    customer, method = saved_card(olena)
    subscription = subscribe(olena, customer=customer, default_payment_method=method, trial_period_days=7)
    assert subscription.pending_setup_intent is None
    later = subscription.trial_end + 7 * DAY
    assert olena.v1.subscriptions.update(subscription.id, {"trial_end": later}).trial_end == later
    assert "subscription_renews" not in advance_days(olena, 8)
    ended = olena.v1.subscriptions.update(subscription.id, {"trial_end": "now", "expand": ["latest_invoice"]})
    assert (ended.status, ended.latest_invoice.amount_paid) == ("active", 1990)
    again = {"trial_end": later + DAY, "proration_behavior": "none"}
    assert olena.v1.subscriptions.update(subscription.id, again).status == "trialing"
    over = {"trial_end": 1000, "proration_behavior": "none"}
    assert error_of(olena.v1.subscriptions.update, subscription.id, over).param == "trial_end"


@pytest.mark.parametrize(
    ("number", "behavior", "status"),
    [
        ("4242424242424242", "allow_incomplete", "active"),
        ("4242424242424242", "error_if_incomplete", "active"),
        ("4000000000000341", "allow_incomplete", "incomplete"),
        ("4000002760003184", "allow_incomplete", "incomplete"),
        ("4000002500003155", "allow_incomplete", "active"),
    ],
)
def test_a_saved_card_can_make_the_first_payment(olena: Shop, number: str, behavior: str, status: str) -> None:
    customer, method = saved_card(olena, number)
    params = {"customer": customer, "default_payment_method": method, "payment_behavior": behavior}
    assert subscribe(olena, off_session=True, **params).status == status


@pytest.mark.parametrize(
    ("number", "code"),
    [("4000000000000341", "card_declined"), ("4000002760003184", "subscription_payment_intent_requires_action")],
)
def test_error_if_incomplete_creates_no_subscription(olena: Shop, number: str, code: str) -> None:
    customer, method = saved_card(olena, number)
    params = {"customer": customer, "default_payment_method": method, "payment_behavior": "error_if_incomplete"}
    error = error_of(subscribe, olena, **params)
    assert (error.http_status, error.code) == (402, code)
    assert olena.v1.subscriptions.list({"status": "all"}).data == []


def test_the_customers_default_card_can_pay(olena: Shop) -> None:
    customer, method = saved_card(olena)
    olena.v1.customers.update(customer, {"invoice_settings": {"default_payment_method": method}})
    assert subscribe(olena, customer=customer, payment_behavior="allow_incomplete").status == "active"
    olena.v1.payment_methods.detach(method)
    assert olena.v1.customers.retrieve(customer).invoice_settings.default_payment_method is None
    error = error_of(subscribe, olena, customer=customer, payment_behavior="allow_incomplete")
    assert error.http_status == 400


def invalid_items(shop: Shop) -> list[tuple[Any, str]]:
    once = shop.v1.prices.create({"unit_amount": 500, "currency": "eur", "product_data": {"name": "Book"}})
    old = monthly_price(shop)
    shop.v1.prices.update(old.id, {"active": False})
    dollars, yearly = monthly_price(shop, currency="usd"), monthly_price(shop, recurring={"interval": "year"})
    cheap = monthly_price(shop, unit_amount=10)
    price = monthly_price(shop).id
    return [
        ([{"price": once.id}], "items[0][price]"),
        ([{"price": old.id}], "items[0][price]"),
        ([{"price": "price_none"}], "items[0][price]"),
        ([{"price": price}, {"price": dollars.id}], "items"),
        ([{"price": price}, {"price": yearly.id}], "items"),
        ([{"price": cheap.id}], "amount"),
        ([], "items"),
    ]


def test_invalid_subscriptions_are_refused(olena: Shop) -> None:
    for items, param in invalid_items(olena):
        error = error_of(subscribe, olena, items=items)
        assert (error.http_status, error.param) == (400, param)
    assert error_of(subscribe, olena, customer="cus_none").param == "customer"
    assert error_of(subscribe, olena, default_payment_method="pm_none").param == "default_payment_method"
    assert error_of(subscribe, olena, trial_period_days=731).param == "trial_period_days"
    assert error_of(subscribe, olena, payment_behavior="maybe").param == "payment_behavior"
    error = error_of(subscribe, olena, payment_settings={"payment_method_types": ["sepa_debit"]})
    assert error.param == "payment_settings[payment_method_types]"
