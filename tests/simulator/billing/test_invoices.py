"""Invoices: pay, void, mark uncollectible, finalize, list."""

from typing import Any

from tests.simulator.shop import Shop, error_of
from tests.simulator.subscriptions import (
    DAY,
    active_subscription,
    advance_days,
    invoice_secret,
    payment_of,
    period,
    renew,
    subscribe,
)


def attach_card(shop: Shop, subscription: Any, token: str = "pm_card_visa") -> str:
    return str(shop.v1.payment_methods.attach(token, {"customer": subscription.customer}).id)


def test_an_open_invoice_can_be_paid_with_another_card(olena: Shop) -> None:
    subscription, invoice = renew(olena, active_subscription(olena), "declines")
    assert error_of(olena.v1.invoices.pay, invoice.id).code == "card_declined"
    paid = olena.v1.invoices.pay(invoice.id, {"payment_method": attach_card(olena, subscription)})
    assert (paid.status, paid.amount_remaining, paid.next_payment_attempt) == ("paid", 0, None)
    assert olena.v1.subscriptions.retrieve(subscription.id).status == "active"
    assert error_of(olena.v1.invoices.pay, invoice.id).http_status == 400


def test_a_card_that_requires_authentication_must_be_confirmed_in_the_browser(olena: Shop) -> None:
    subscription, invoice = renew(olena, active_subscription(olena), "asks")
    error = error_of(olena.v1.invoices.pay, invoice.id)
    assert (error.http_status, error.code) == (402, "invoice_payment_intent_requires_action")
    olena.answer_challenge(invoice_secret(olena, invoice.id), "authorize")
    assert olena.v1.subscriptions.retrieve(subscription.id).status == "active"


def test_another_customers_card_cannot_pay(olena: Shop) -> None:
    _, invoice = renew(olena, active_subscription(olena), "declines")
    other = active_subscription(olena).default_payment_method
    assert error_of(olena.v1.invoices.pay, invoice.id, {"payment_method": other}).param == "payment_method"


def test_an_invoice_can_be_paid_out_of_band(olena: Shop) -> None:
    subscription, invoice = renew(olena, active_subscription(olena), "declines")
    intent = payment_of(olena, invoice)
    paid = olena.v1.invoices.pay(invoice.id, {"paid_out_of_band": True, "expand": ["payments"]})
    assert (paid.status, paid.amount_paid, paid.amount_remaining) == ("paid", invoice.amount_due, 0)
    payments = {one.payment.type: (one.status, one.amount_paid) for one in paid.payments.data}
    assert payments == {"payment_intent": ("canceled", None), "payment_record": ("paid", invoice.amount_due)}
    assert olena.v1.payment_intents.retrieve(intent.id).status == "canceled"
    assert olena.v1.subscriptions.retrieve(subscription.id).status == "active"
    assert {"invoice_payment.paid", "invoice.paid"} <= set(olena.events())


def test_a_void_invoice_cannot_be_paid(olena: Shop) -> None:
    subscription, invoice = renew(olena, active_subscription(olena), "declines")
    secret = invoice_secret(olena, invoice.id)
    void = olena.v1.invoices.void_invoice(invoice.id)
    assert (void.status, void.next_payment_attempt) == ("void", None)
    assert olena.v1.payment_intents.retrieve(secret.id).status == "canceled"
    assert olena.v1.invoice_payments.list({"invoice": invoice.id}).data[0].status == "canceled"
    assert olena.v1.subscriptions.retrieve(subscription.id).status == "active"
    assert error_of(olena.v1.invoices.pay, invoice.id).http_status == 400
    assert error_of(olena.v1.invoices.void_invoice, invoice.id).http_status == 400
    assert "invoice_is_tried_again" not in advance_days(olena, 20)
    assert "invoice.voided" in olena.events()


def test_an_uncollectible_invoice_can_still_be_paid(olena: Shop) -> None:
    subscription, invoice = renew(olena, active_subscription(olena), "declines")
    assert olena.v1.invoices.mark_uncollectible(invoice.id).status == "uncollectible"
    assert olena.v1.subscriptions.retrieve(subscription.id).status == "active"
    paid = olena.v1.invoices.pay(invoice.id, {"payment_method": attach_card(olena, subscription)})
    assert paid.status == "paid"


def test_a_draft_can_be_updated_and_finalized_early(olena: Shop) -> None:
    subscription = active_subscription(olena)
    advance_days(olena, (period(subscription)[1] - subscription.created + 60) / DAY)
    [draft] = olena.v1.invoices.list({"status": "draft", "subscription": subscription.id}).data
    changed = olena.v1.invoices.update(draft.id, {"metadata": {"note": "x"}, "description": "Thank you"})
    assert (changed.metadata["note"], changed.description) == ("x", "Thank you")
    assert olena.v1.invoices.finalize_invoice(draft.id).status == "paid"
    assert error_of(olena.v1.invoices.finalize_invoice, draft.id).http_status == 400
    assert "invoice_is_finalized" not in advance_days(olena, 1)


def test_a_finalized_invoice_is_not_collected_without_auto_advance(olena: Shop) -> None:
    subscription = active_subscription(olena)
    advance_days(olena, (period(subscription)[1] - subscription.created + 60) / DAY)
    [draft] = olena.v1.invoices.list({"status": "draft"}).data
    assert olena.v1.invoices.finalize_invoice(draft.id, {"auto_advance": False}).status == "open"
    assert olena.v1.invoices.pay(draft.id).status == "paid"


def test_invoice_payments_are_found_by_invoice_and_by_payment_intent(olena: Shop) -> None:
    subscription = active_subscription(olena)
    [payment] = olena.v1.invoice_payments.list({"invoice": subscription.latest_invoice}).data
    assert (payment.status, payment.amount_paid, payment.is_default) == ("paid", 1990, True)
    wanted = {"type": "payment_intent", "payment_intent": payment.payment.payment_intent}
    assert [one.id for one in olena.v1.invoice_payments.list({"payment": wanted}).data] == [payment.id]
    found = olena.v1.invoice_payments.retrieve(payment.id, {"expand": ["payment.payment_intent", "invoice"]})
    assert (found.payment.payment_intent.status, found.invoice.status) == ("succeeded", "paid")
    assert olena.v1.invoice_payments.list({"status": "open"}).data == []


def test_the_payment_intent_of_an_invoice_cannot_be_canceled(olena: Shop) -> None:
    payment = subscribe(olena).latest_invoice.payments.data[0].payment.payment_intent
    assert error_of(olena.v1.payment_intents.cancel, payment).http_status == 400


def test_lists_are_filtered(olena: Shop) -> None:
    first, second = active_subscription(olena), subscribe(olena)

    def ids(**params: Any) -> list[str]:
        return [one.id for one in olena.v1.invoices.list(params).data]

    assert ids() == [second.latest_invoice.id, first.latest_invoice]
    assert ids(status="open") == ids(customer=second.customer) == [second.latest_invoice.id]
    assert ids(subscription=first.id) == ids(status="paid") == [first.latest_invoice]
    assert ids(created={"lt": 1000}) == []
    lines = olena.v1.invoices.line_items.list(first.latest_invoice).data
    assert [one.amount for one in lines] == [1990]


def test_the_invoice_amount_includes_quantities(olena: Shop) -> None:
    subscription = active_subscription(olena)
    item = subscription["items"].data[0].id
    olena.v1.subscription_items.update(item, {"quantity": 3, "proration_behavior": "none"})
    _, invoice = renew(olena, subscription)
    assert (invoice.amount_due, invoice.subtotal, invoice.total, invoice.amount_paid) == (5970,) * 4
