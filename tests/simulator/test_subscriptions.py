"""Subscriptions: begun, paid for the first time, renewed as time goes by."""

from tests.simulator.shop import Shop
from tests.simulator.subscribing import active, period, renewed, secret_of, subscribe, wait


def test_the_first_payment_makes_it_active_and_its_card_its_own(olena: Shop) -> None:
    subscription = subscribe(olena, metadata={"order": "17"})
    invoice = subscription.latest_invoice
    assert (subscription.status, invoice.status, invoice.amount_due) == ("incomplete", "open", 1990)
    assert invoice.parent.subscription_details.subscription == subscription.id
    assert invoice.parent.subscription_details.metadata["order"] == "17"
    assert invoice.payments.data[0].payment.payment_intent.startswith("pi_")
    olena.type_card(secret_of(olena, invoice.id))
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


def test_renewals_come_as_time_goes_by(olena: Shop) -> None:
    subscription = active(olena)
    start, end = period(subscription)
    assert wait(olena, 95).count("subscription_renews") == 3
    found = olena.v1.subscriptions.retrieve(subscription.id)
    assert found.status == "active"
    assert period(found)[0] > end > start
    invoices = olena.v1.invoices.list({"subscription": subscription.id}).data
    assert [one.status for one in invoices] == ["paid"] * 4
    assert [one.billing_reason for one in invoices] == ["subscription_cycle"] * 3 + ["subscription_create"]
    assert invoices[2].lines.data[0].period.start == end


def test_a_renewal_that_stops_at_the_bank_waits_for_the_customer(olena: Shop) -> None:
    subscription = active(olena, "4000002760003184")
    found, invoice = renewed(olena, subscription)
    assert (found.status, invoice.status, invoice.next_payment_attempt) == ("past_due", "open", None)
    payment = olena.v1.payment_intents.retrieve(invoice.payments.data[0].payment.payment_intent)
    assert payment.status == "requires_action"
    assert payment.next_action.use_stripe_sdk.stripe_js.startswith(f"{olena.url}/simulator/challenge/{payment.id}?")
    assert "invoice.payment_action_required" in olena.events()[-3:]
    assert wait(olena, 20) == []
    olena.answer_bank(payment, "authorize")
    assert olena.v1.subscriptions.retrieve(subscription.id).status == "active"


def test_a_declined_renewal_is_tried_again_and_then_given_up(olena: Shop) -> None:
    found, invoice = renewed(olena, active(olena), "declines")
    assert (found.status, invoice.attempt_count) == ("past_due", 1)
    assert invoice.next_payment_attempt - invoice.status_transitions.finalized_at == 3 * 24 * 60 * 60
    assert wait(olena, 3.1) == ["invoice_is_tried_again"]
    assert wait(olena, 30).count("invoice_is_tried_again") == 2
    assert olena.v1.subscriptions.retrieve(found.id).status == "canceled"
    assert olena.v1.invoices.retrieve(invoice.id).status == "open"
