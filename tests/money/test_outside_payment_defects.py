"""Defects of invoices that were not paid by a payment of Stripe. docs/defects.md describes them by their number, 34."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from storefront import db, subscriptions
from storefront.models import Email, Invoice, Payment, now
from storefront.payments import recent_takings
from storefront.subscriptions import recovery_outcomes
from storefront.worker import tasks
from tests.cards import GOOD
from tests.money import payment_checks
from tests.money.buyer import Marko, signed_in_owner
from tests.money.in_process_shop import InProcessShop
from tests.web.admin_pages import text_of


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    """The shared shop without faults."""
    shared_shop.clear_faults()
    shared_shop.stripe_client.change_answer = str
    with db.connection():
        yield shared_shop
    shared_shop.stripe_client.change_answer = str


@pytest.fixture
def marko(shop: InProcessShop) -> Marko:
    """A buyer and an offer of €19.99 per month."""
    return Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])


@pytest.fixture
def owner(shop: InProcessShop, marko: Marko) -> FlaskClient:
    return signed_in_owner(shop)


def update(shop: InProcessShop) -> None:
    shop.deliver_webhooks()
    shop.run_worker()


def mark_as_paid_outside(marko: Marko) -> Invoice:
    """Mark the newest invoice as paid outside of Stripe, in the Dashboard; the shop gets the events."""
    newest = Invoice.all_of(marko.subscription)[0]
    answer = marko.shop.dashboard("POST", f"invoices/{newest.invoice_id}/pay", paid_out_of_band="true")
    assert answer.status_code == 200, answer.text
    update(marko.shop)
    return Invoice.get_by_id(newest.id)


def takings() -> list[tuple[int, int, int]]:
    return [(one.total.amount, one.orders, one.renewals) for one in recent_takings()]


def admin_page(marko: Marko, owner: FlaskClient) -> str:
    return text_of(owner.get(f"/admin/subscriptions/{marko.subscription.public_id}").text)


@pytest.mark.parametrize("card", ["declines", "asks"])
def test_defect_34_a_renewal_marked_as_paid_outside_has_no_payment_and_no_refund(
    card: str, shop: InProcessShop, marko: Marko, owner: FlaskClient
) -> None:
    marko.subscribe()
    update(shop)
    marko.renew(card)
    invoice = mark_as_paid_outside(marko)
    assert (invoice.status, invoice.needs, invoice.payment_id, invoice.amount_received) == ("paid", "", None, 0)
    assert Payment.select().where(Payment.kind == "renewal").count() == 0
    assert payment_checks.when_idle(shop.ledger()) == []
    page = admin_page(marko, owner)
    assert "Paid outside of Stripe" in page and "marked as paid outside of Stripe: €19.99" in page
    refund = f"/admin/invoices/{invoice.public_id}/refunds"
    assert refund not in owner.get(f"/admin/subscriptions/{marko.subscription.public_id}").text
    assert owner.get(f"{refund}/new").status_code in (302, 404)
    assert takings() == [(1999, 1, 0)]
    assert [one.outcome for one in recovery_outcomes("recovered")] == []
    kinds = [letter.kind for letter in Email.select().where(Email.invoice == invoice, Email.state == "kept")]
    assert "paid_outside" in kinds and "renewal_receipt" not in kinds
    letter = Email.get(Email.kind == "paid_outside")
    assert "has recorded your payment of €19.99" in letter.text and "Your card wasn’t charged" in letter.text
    assert "not paid by card" in text_of(marko.open(marko.page).text)
    receipt = text_of(marko.open(f"{marko.page}/receipts/{invoice.public_id}").text)
    assert "Paid to the seller directly, not by card." in receipt and "Paid by card." not in receipt
    exported = json.loads(shop.request("POST", f"{marko.page}/data").data)
    assert [one["amount_received"] for one in exported["orders"][0]["subscriptions"][0]["invoices"]] == [1999, 0]
    # The card that is saved is charged for the next period.
    assert marko.renew("succeeds").payment_id is not None
    assert takings() == [(3998, 1, 1)]


def test_defect_34_a_first_invoice_marked_as_paid_outside_makes_the_order_paid_without_a_payment(
    shop: InProcessShop, marko: Marko, owner: FlaskClient
) -> None:
    marko.start_checkout()
    update(shop)
    mark_as_paid_outside(marko)
    order = marko.order
    assert (order.status, order.paid_outside, marko.subscription.status) == ("paid", True, "active")
    assert not Payment.get().has_succeeded
    update(shop)
    assert "Thank you" in marko.open_order().text
    page = text_of(owner.get(f"/admin/orders/{order.token}").text)
    assert "Paid outside of Stripe" in page
    assert owner.get(f"/admin/orders/{order.token}/refunds/new").status_code in (302, 404)
    assert takings() == []
    (row,) = csv.DictReader(io.StringIO(owner.get("/admin/orders.csv").text.removeprefix("\ufeff")))
    assert (row["status"], row["amount"], row["paid_outside"]) == ("paid", "19.99", "19.99")
    assert [letter.kind for letter in Email.select().where(Email.recipient != "")] == ["paid_outside"]
    assert "Paid to the seller directly" in text_of(marko.open(f"{marko.page}/receipts/{order.token}").text)
    # No second subscription is begun, and its end is told like any other.
    marko.retry_payment()
    assert len(shop.stripe_objects().subscriptions) == 1
    shop.dashboard("DELETE", f"subscriptions/{marko.subscription.subscription_id}")
    update(shop)
    assert Email.select().where(Email.kind == "subscription_ended").count() == 1
    assert payment_checks.when_idle(shop.ledger()) == []


def test_defect_34_a_first_invoice_marked_as_paid_outside_is_found_by_reconciliation(
    shop: InProcessShop, marko: Marko
) -> None:
    marko.start_checkout()
    # The events never arrive; the subscription is asked about before its payment.
    shop.dashboard("POST", f"invoices/{next(iter(shop.stripe_objects().invoices))}/pay", paid_out_of_band="true")
    subscriptions.refresh(marko.subscription)
    shop.reconcile()
    payment = Payment.get()
    assert (marko.order.status, payment.end_reason) == ("paid", "paid_outside")
    assert payment.ended_at is not None and payment.ended_at <= now()
    shop.run(tasks.send_emails)
    assert payment_checks.when_idle(shop.ledger()) == []


def test_defect_34_an_order_that_is_paid_outside_and_by_another_attempt_keeps_one_subscription(
    shop: InProcessShop, marko: Marko
) -> None:
    marko.start_checkout()
    first = marko.subscription
    answer = shop.dashboard(
        "POST", f"invoices/{next(iter(shop.stripe_objects().invoices))}/pay", paid_out_of_band="true"
    )
    assert answer.status_code == 200
    # Before the shop learns of it, the customer tries again.
    marko.retry_payment()
    marko.confirm_card(GOOD)
    update(shop)
    update(shop)
    shop.reconcile()
    running = [one for one in shop.stripe_objects().subscriptions.values() if one["status"] == "active"]
    assert len(running) == 1 and marko.order.status == "paid"
    received = sum(row["amount_received"] - row["amount_refunded"] for row in shop.ledger().values())
    assert received == (0 if running[0]["id"] == first.subscription_id else 1999)


def with_payments(*payments: tuple[str, str, int]) -> Any:
    """Change the answers: the renewal's invoice has these payments, given as (type, status, amount)."""

    def change(body: str) -> str:
        answer = json.loads(body)
        for invoice in answer.get("data", []) if answer.get("object") == "list" else []:
            if invoice.get("billing_reason") != "subscription_cycle" or "payments" not in invoice:
                continue
            (own,) = [one for one in invoice["payments"]["data"] if one["payment"]["type"] == "payment_intent"]
            invoice["payments"]["data"] = [
                own
                | {"id": f"inpay_{number}", "amount_paid": amount, "status": status}
                | {"payment": {"type": kind, kind: own["payment"]["payment_intent"] if number == 0 else f"x_{number}"}}
                for number, (kind, status, amount) in enumerate(payments)
            ]
        return json.dumps(answer)

    return change


@pytest.mark.parametrize(
    ("payments", "received", "rows"),
    [
        ([("payment_intent", "paid", 1500), ("payment_record", "paid", 499)], 1500, [1500]),
        ([("payment_intent", "paid", 1500), ("payment_intent", "paid", 499)], 1999, [499, 1500]),
        ([("payment_intent", "canceled", 0), ("payment_record", "paid", 1999)], 0, []),
        ([("payment_intent", "canceled", 0), ("charge", "paid", 1999)], 1999, []),
    ],
    ids=["partly outside", "two payments", "outside", "a charge without an intent"],
)
def test_defect_34_payment_rows_come_from_the_payments_of_an_invoice(
    payments: list[tuple[str, str, int]], received: int, rows: list[int], shop: InProcessShop, marko: Marko
) -> None:
    marko.subscribe()
    update(shop)
    shop.stripe_client.change_answer = with_payments(*payments)
    invoice = marko.renew()
    assert invoice.amount_received == received
    made = list(Payment.select().where(Payment.kind == "renewal").order_by(Payment.id))
    assert [one.amount for one in made] == rows
    assert takings() == [(1999 + received, 1, 1 if received else 0)]
    kinds = sorted(letter.kind for letter in Email.select().where(Email.invoice == invoice))
    assert kinds == (["paid_outside"] if received < 1999 else []) + (["renewal_receipt"] if received else [])


def test_defect_34_an_invoice_that_needs_no_money_is_neither_a_payment_nor_paid_outside(
    shop: InProcessShop, marko: Marko, owner: FlaskClient
) -> None:
    marko.subscribe()
    update(shop)

    def credited(body: str) -> str:
        """The customer's credit balance covers the renewal."""
        answer = json.loads(body)
        for invoice in answer.get("data", []) if answer.get("object") == "list" else []:
            if invoice.get("billing_reason") == "subscription_cycle" and "payments" in invoice:
                invoice.update(amount_due=0, amount_paid=0, starting_balance=-1999)
                invoice["payments"]["data"] = []
        return json.dumps(answer)

    shop.stripe_client.change_answer = credited
    invoice = marko.renew()
    assert (invoice.status, invoice.paid_outside.amount, invoice.payment_id) == ("paid", 0, None)
    assert Email.select().where(Email.invoice == invoice).count() == 0
    assert "Paid outside" not in admin_page(marko, owner)


def test_defect_34_an_installment_paid_outside_counts_as_paid(shop: InProcessShop) -> None:
    marko = Marko(shop, shop.reset(kind="plan", instalments=2)[1])
    marko.subscribe()
    update(shop)
    marko.renew("declines")
    mark_as_paid_outside(marko)
    assert "2 of 2 installments paid" in text_of(marko.open(marko.page).text)
    marko.end_period()
    update(shop)
    assert "Paid in full" in text_of(marko.open(marko.page).text)


def test_defect_34_a_payment_row_of_an_older_version_is_corrected(shop: InProcessShop, marko: Marko) -> None:
    marko.subscribe()
    update(shop)
    marko.renew("declines")
    invoice = mark_as_paid_outside(marko)
    wrong = Payment.create(
        order=marko.order,
        merchant=marko.order.merchant,
        kind="renewal",
        amount=1999,
        currency="EUR",
        intent_id="pi_wrong",
        status="succeeded",
        ended_at=invoice.paid_at,
    )
    Invoice.update(payment=wrong, amount_received=None).where(Invoice.id == invoice.id).execute()
    shop.reconcile()
    shop.run(tasks.send_emails)
    assert Payment.get_by_id(wrong.id).status == "canceled"
    assert Invoice.get_by_id(invoice.id).payment_id is None
