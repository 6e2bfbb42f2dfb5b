"""One row that fails never stops the rows behind it: reconciliation, events, emails and every other loop of the worker.

The rows that fail are corrupt in the real database, so the product's own code raises what nobody expects.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from flask import Flask

from storefront import db, emails, encryption, merchants, payments, settings, subscriptions, worker
from storefront.config import Config
from storefront.errors import StripeBroken
from storefront.models import (
    Document,
    Email,
    Invoice,
    Merchant,
    Offer,
    Order,
    Payment,
    Refund,
    StripeRefusal,
    Subscription,
    WebhookEvent,
    now,
)
from storefront.operations import doctor
from storefront.payments import StartedCheckout, refunds
from storefront.stripe_gateway import Credentials
from storefront.stripe_gateway.client import secret_client
from storefront.worker import heartbeat, reconciliation, tasks
from stripe_simulator import accounts
from tests import databases
from tests.cast import MARKO
from tests.factories import connect_merchant, make_offer
from tests.mail_server import MailServer, running_mail_server
from tests.purchase_steps import buy, confirm, start_checkout
from tests.shop_clock import time_moved, time_set
from tests.simulator_process import Simulator
from tests.stripe_dashboard import refund_at_stripe
from tests.subscription_steps import reload, renew, subscribe

OLHA = replace(MARKO, email="olha@example.com", name="Olha", visit="visit-of-olha-00001")

UNREADABLE = databases.UNREADABLE.__name__


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with running_mail_server() as server:
        yield server


@pytest.fixture
def environment(environment: dict[str, str], mail_server: MailServer) -> dict[str, str]:
    return {**environment, "SMTP_URL": mail_server.url, "MAIL_FROM": "shop@example.com"}


@pytest.fixture
def merchant(app: Flask) -> Merchant:
    return connect_merchant()


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant)


@pytest.fixture
def monthly(merchant: Merchant) -> Offer:
    return make_offer(merchant, kind="recurring")


def corrupt(row: Order | Payment | Offer | Refund | Merchant) -> None:
    """Store a date that is none: reading the row fails."""
    databases.store(type(row)._meta.table_name, "created_at", databases.UNREADABLE_DATE, row.id)
    with pytest.raises(databases.UNREADABLE):
        type(row).get_by_id(row.id)


def corrupt_secret(app: Flask, merchant: Merchant) -> None:
    """Store a secret key that can be decrypted, but is no text: reading it raises UnicodeDecodeError."""
    config: Config = app.config["SHOP"]
    token = Fernet(config.encryption_keys[0]).encrypt(b"\xff\xfe").decode()
    with pytest.raises(UnicodeDecodeError):
        encryption.decrypt(token)
    Merchant.update(secret_key_encrypted=token).where(Merchant.id == merchant.id).execute()


def two_begun(offer: Offer) -> tuple[StartedCheckout, StartedCheckout]:
    return start_checkout(offer), start_checkout(offer, OLHA)


def promised_refund(offer: Offer, simulator: Simulator, visit: str) -> Refund:
    """A refund that our row promises and Stripe has not heard of."""
    order = buy(offer, simulator, replace(MARKO, visit=visit))
    payment = Payment.get(Payment.order == order)
    with db.db.atomic():
        refunds.refund_in_full(payment, "requested_by_customer")
    # Nothing else is to be asked about this payment.
    Payment.update(refunds_check_at=None).where(Payment.id == payment.id).execute()
    return Refund.get(Refund.payment == payment)


def status_of(refund: Refund) -> str:
    return str(Refund.select(Refund.status).where(Refund.id == refund.id).scalar())


def reported(report: reconciliation.ReconciliationReport, name: str) -> bool:
    return any(line.startswith(f"{name}: ") for line in report.failures)


def test_defect_45_a_payment_that_fails_stops_neither_the_payments_behind_it_nor_the_refunds(
    offer: Offer, simulator: Simulator
) -> None:
    refund = promised_refund(offer, simulator, "visit-of-marko-0002")
    first, second = two_begun(offer)
    for started in (first, second):
        confirm(simulator, started)
    corrupt(first.order)
    report = worker.reconcile(everything=True)
    assert (second.order.number, "pending", "paid") in report.changed
    assert reported(report, f"payment {Payment.get(Payment.order == first.order.id).intent_id}")
    assert status_of(refund) == "succeeded"


def test_an_order_that_fails_to_expire_stops_neither_the_orders_behind_it_nor_the_refunds(
    offer: Offer, simulator: Simulator
) -> None:
    refund = promised_refund(offer, simulator, "visit-of-marko-0002")
    settings.save({"order_expiry_hours": 0})
    first, second = two_begun(offer)
    Payment.update(next_check_at=now() + timedelta(hours=1)).execute()
    corrupt(Payment.get(Payment.order == first.order))
    report = worker.reconcile()
    assert [Order.get_by_id(one.order.id).status for one in (first, second)] == ["pending", "expired"]
    assert reported(report, f"order {first.order.number}")
    assert status_of(refund) == "succeeded"


def test_a_subscription_that_fails_stops_neither_the_subscriptions_behind_it_nor_the_refunds(
    offer: Offer, monthly: Offer, simulator: Simulator
) -> None:
    refund = promised_refund(offer, simulator, "visit-of-marko-0002")
    first, second = subscribe(monthly, simulator), subscribe(monthly, simulator, buyer=OLHA)
    for subscription in (first, second):
        simulator.renew(subscription.subscription_id or "", "declines")
    corrupt(first.order)
    report = worker.reconcile(everything=True)
    assert report.subscriptions == [(second.order.number, "active", "past_due")]
    assert reported(report, f"subscription {first.subscription_id}")
    assert status_of(refund) == "succeeded"


def test_a_price_that_fails_stops_neither_the_prices_behind_it_nor_the_refunds(
    offer: Offer, monthly: Offer, merchant: Merchant, simulator: Simulator
) -> None:
    refund = promised_refund(offer, simulator, "visit-of-marko-0002")
    first = subscribe(make_offer(merchant, kind="recurring"), simulator)
    second = subscribe(monthly, simulator, buyer=OLHA)
    subscriptions.announce_price([first, second], 2500)
    corrupt(first.order.offer)
    report = worker.reconcile()
    assert [reload(one).unit_amount for one in (first, second)] == [1999, 2500]
    assert reported(report, f"price of {first.subscription_id}")
    assert status_of(refund) == "succeeded"


def test_a_refund_that_fails_does_not_stop_the_refunds_behind_it(offer: Offer, simulator: Simulator) -> None:
    first, second = (promised_refund(offer, simulator, f"visit-of-marko-000{number}") for number in (2, 3))
    corrupt(first.payment)
    report = worker.reconcile()
    assert [status_of(one) for one in (first, second)] == ["", "succeeded"]
    assert (second.order.number, "paid", "refunded") in report.changed
    assert reported(report, f"refund {first.public_id}")


def test_defect_45_a_payment_that_cannot_be_read_does_not_stop_the_payments_behind_it(
    offer: Offer, simulator: Simulator
) -> None:
    refund = promised_refund(offer, simulator, "visit-of-marko-0002")
    first, second = two_begun(offer)
    for started in (first, second):
        confirm(simulator, started)
    broken = Payment.get(Payment.order == first.order)
    corrupt(broken)
    report = worker.reconcile(everything=True)
    assert Order.get_by_id(second.order.id).status == "paid"
    assert status_of(refund) == "succeeded"
    assert report.failures == [f"payment {broken.id}: {UNREADABLE}"]


def test_defect_45_an_order_that_cannot_be_read_does_not_stop_the_orders_that_expire_behind_it(offer: Offer) -> None:
    settings.save({"order_expiry_hours": 0})
    first, second = two_begun(offer)
    Payment.update(next_check_at=now() + timedelta(hours=1)).execute()
    corrupt(first.order)
    report = worker.reconcile()
    assert Order.get_by_id(second.order.id).status == "expired"
    assert report.failures == [f"shop_order {first.order.id}: {UNREADABLE}"]


def test_defect_45_refunds_of_an_account_that_fails_do_not_keep_those_of_another_account_waiting(
    offer: Offer, simulator: Simulator
) -> None:
    broken = connect_merchant(accounts.TARAS, name="A studio")
    order = buy(make_offer(broken, currency="USD"), simulator)
    payment = Payment.get(Payment.order == order)
    terms = {"order": order, "payment": payment, "amount": 1, "currency": order.currency}
    Refund.insert_many([{**terms, "public_id": f"refund-{number}"} for number in range(150)]).execute()
    broken.secret_key = accounts.expired_key(accounts.TARAS)
    broken.save()
    refund = promised_refund(offer, simulator, "visit-of-marko-0002")
    worker.reconcile()
    assert status_of(refund) == "succeeded"


def test_defect_45_a_refund_that_fails_does_not_stop_the_other_refunds_of_its_payment(
    offer: Offer, simulator: Simulator
) -> None:
    payment = Payment.get(Payment.order == buy(offer, simulator))
    for amount in (100, 200):
        refund_at_stripe(simulator, payment.intent_id or "", amount)
    payments.sync_refunds(payment)
    # Stripe lists the newest first.
    databases.delete_rows([Document])
    Refund.delete().where(Refund.amount == 100).execute()
    corrupt(Refund.get())
    with pytest.raises(databases.UNREADABLE):
        payments.sync_refunds(payment)
    assert {amount for (amount,) in Refund.select(Refund.amount).tuples()} == {100, 200}


def test_an_invoice_that_cannot_be_voided_does_not_stop_the_others(monthly: Offer, simulator: Simulator) -> None:
    subscription = subscribe(monthly, simulator)
    first, second = (renew(subscription, simulator, "declines") for _ in range(2))
    simulator.add_fault(f"/v1/invoices/{first.invoice_id}/void", "error_before", times=99)
    subscriptions.cancel(subscription, immediately=True, by="owner")
    assert [Invoice.get_by_id(one.id).status for one in (first, second)] == ["open", "void"]


def test_an_invoice_beyond_a_plan_that_cannot_be_voided_does_not_stop_the_others(
    merchant: Merchant, simulator: Simulator
) -> None:
    plan = subscribe(make_offer(merchant, kind="plan", instalments=2), simulator)
    schedules = secret_client(Credentials.of(merchant)).v1.subscription_schedules
    schedules.release(plan.schedule_id)
    for _ in range(3):
        simulator.renew(plan.subscription_id or "", "declines")
    simulator.add_fault("/v1/invoices/*/void", "error_before", times=99)
    with pytest.raises(StripeBroken):
        subscriptions.refresh(plan)
    _first, _second, third, fourth = Invoice.periods_of(plan)
    simulator.clear_faults()
    simulator.add_fault(f"/v1/invoices/{third.invoice_id}/void", "error_before", times=99)
    with pytest.raises(StripeBroken):
        subscriptions.refresh(plan)
    assert at_stripe(fourth) == "void"
    simulator.clear_faults()
    subscriptions.refresh(plan)
    assert at_stripe(third) == "void"


def test_an_email_address_that_stripe_does_not_take_hides_no_lost_end_of_a_plan(
    merchant: Merchant, simulator: Simulator
) -> None:
    plan = subscribe(make_offer(merchant, kind="plan", instalments=2), simulator)
    secret_client(Credentials.of(merchant)).v1.subscription_schedules.release(plan.schedule_id)
    Order.update(email="marko.new@example.com").where(Order.id == plan.order_id).execute()
    simulator.add_fault("/v1/customers/*", "error_before", times=99)
    with pytest.raises(StripeBroken):
        subscriptions.refresh(plan)
    assert reload(plan).schedule_id != plan.schedule_id
    simulator.clear_faults()
    subscriptions.refresh(plan)
    assert reload(plan).customer_email == "marko.new@example.com"


def at_stripe(invoice: Invoice) -> str | None:
    client = secret_client(Credentials.of(invoice.subscription.merchant))
    return client.v1.invoices.retrieve(invoice.invoice_id).status


def test_defect_45_a_payment_that_fails_does_not_stop_the_others_from_being_closed(
    offer: Offer, merchant: Merchant
) -> None:
    first, second = two_begun(offer)
    corrupt(first.order)
    merchants.disconnect(merchant)
    assert Payment.get(Payment.order == second.order).ended_at is not None


def test_defect_45_a_subscription_that_fails_does_not_stop_the_price_changes_of_the_others(
    merchant: Merchant, monthly: Offer, simulator: Simulator
) -> None:
    first, second = subscribe(monthly, simulator), subscribe(monthly, simulator, buyer=OLHA)
    corrupt(first.order)
    assert subscriptions.announce_price([first, second], 2500) == [second]
    assert reload(second).unit_amount == 2500


def test_defect_45_the_doctor_checks_the_other_accounts_when_one_cannot_be_read(app: Flask, merchant: Merchant) -> None:
    broken = connect_merchant(mode="live", name="A studio")
    corrupt_secret(app, broken)
    for found in (doctor.diagnose(app.config["SHOP"]), doctor.diagnose_with_stripe(app.config["SHOP"])):
        codes = {(finding.about, finding.code) for finding in found}
        assert ("A studio", "merchant_not_checked") in codes
        assert (merchant.name, "keys_valid") in codes


def test_the_command_names_the_row_that_failed_and_exits_with_1(
    app: Flask, offer: Offer, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    refund = promised_refund(offer, simulator, "visit-of-marko-0002")
    corrupt(refund.payment)
    failed = app.test_cli_runner().invoke(args=["reconcile"])
    assert failed.exit_code == 1
    assert "0 changed, 2 could not be asked" in failed.output
    assert f"payments of {refund.payment.merchant.name}: {UNREADABLE}" in failed.output
    assert f"refund {refund.public_id}: {UNREADABLE}" in failed.output
    assert [record.exc_info is not None for record in caplog.records if refund.public_id in record.message] == [True]


def test_defect_45_a_merchant_that_fails_does_not_stop_the_undelivered_events_of_the_others(
    app: Flask, simulator: Simulator
) -> None:
    simulator.add_fault("/v1/webhook_endpoints", "error_before", method="POST", times=5)
    broken, other = connect_merchant(mode="live", name="A studio"), connect_merchant(name="B studio")
    simulator.clear_faults()
    order = buy(make_offer(other), simulator)
    corrupt_secret(app, broken)
    refund_at_stripe(simulator, Payment.get(Payment.order == order).intent_id, 500)
    tasks.take_undelivered_events()
    tasks.handle_waiting_events()
    assert Order.get_by_id(order.id).status == "partially_refunded"
    assert Merchant.get_by_id(broken.id).events_taken_until is None


def test_a_merchant_that_fails_does_not_stop_the_registration_of_the_others(app: Flask) -> None:
    broken, other = connect_merchant(mode="live", name="A studio"), connect_merchant(name="B studio")
    corrupt_secret(app, broken)
    Merchant.update(webhook_events=["charge.refunded"]).execute()
    tasks.register_moved()
    registered = [len(Merchant.get_by_id(one.id).webhook_events) > 1 for one in (broken, other)]
    assert registered == [False, True]


def test_an_old_endpoint_that_cannot_be_deleted_does_not_cost_the_new_one(
    merchant: Merchant, simulator: Simulator
) -> None:
    """Stripe tells the signing secret of an endpoint once, and an account can have 16 endpoints."""
    old = merchant.webhook_endpoint_id
    Merchant.update(webhook_secret_encrypted=None, webhook_events=None).execute()
    simulator.add_fault(f"/v1/webhook_endpoints/{old}", "error_before", method="DELETE", times=99)
    for _ in range(2):
        tasks.register_moved()
    stored = Merchant.get_by_id(merchant.id)
    assert stored.webhook_secrets and stored.webhook_endpoint_id != old
    assert endpoints_of(merchant) == {old, stored.webhook_endpoint_id}
    simulator.clear_faults()
    tasks.register_moved()
    assert endpoints_of(merchant) == {stored.webhook_endpoint_id}
    asked = len(simulator.logged_requests("/v1/webhook_endpoints"))
    tasks.register_moved()
    assert len(simulator.logged_requests("/v1/webhook_endpoints")) == asked


def endpoints_of(merchant: Merchant) -> set[str]:
    return {one.id for one in secret_client(Credentials.of(merchant)).v1.webhook_endpoints.list()}


def test_an_order_that_cannot_be_read_stops_neither_the_heartbeat_nor_the_orders_when_the_clock_is_set_back(
    offer: Offer,
) -> None:
    with time_moved(days=30):
        first, second = two_begun(offer)
        tasks.record_heartbeat()
    corrupt(first.order)
    tasks.record_heartbeat()
    assert Order.get_by_id(second.order.id).expires_at < now() + timedelta(days=4)
    assert not heartbeat.is_silent(heartbeat.last_seen())


def test_a_merchant_that_cannot_be_read_hides_no_other_from_registration_checks_and_alerts(app: Flask) -> None:
    broken, other = connect_merchant(mode="live", name="A studio"), connect_merchant(name="B studio")
    Merchant.update(webhook_events=["charge.refunded"], charges_enabled=False).execute()
    for merchant in (broken, other):
        StripeRefusal.record(merchant.id, "POST /v1/refunds", "permission", "charge_write", "", "")
    corrupt(broken)
    tasks.register_moved()
    tasks.watch_connections()
    tasks.tell_refusals()
    other = Merchant.get_by_id(other.id)
    assert len(other.webhook_events) > 1 and other.charges_enabled
    assert [letter.detail["title"] for letter in Email.select().where(Email.kind == "owner_permission_missing")] == [
        "B studio"
    ]
    for found in (doctor.diagnose(app.config["SHOP"]), doctor.diagnose_with_stripe(app.config["SHOP"])):
        codes = {(finding.about, finding.code) for finding in found}
        assert {(f"merchant {broken.id}", "merchant_not_checked"), (other.name, "keys_valid")} <= codes


def test_defect_45_an_event_that_fails_does_not_stop_the_events_behind_it(
    offer: Offer, merchant: Merchant, simulator: Simulator
) -> None:
    first, second = two_begun(offer)
    for started in (first, second):
        confirm(simulator, started)
    events = [event_of(merchant, started) for started in (first, second)]
    corrupt(first.order)
    tasks.handle_waiting_events()
    failed, handled = (WebhookEvent.get_by_id(event.id) for event in events)
    assert (failed.handled_at, failed.problem, failed.attempts) == (None, UNREADABLE, 1)
    assert handled.handled_at is not None
    assert Order.get_by_id(second.order.id).status == "paid"


def event_of(merchant: Merchant, started: StartedCheckout) -> WebhookEvent:
    intent = Payment.get(Payment.order == started.order).intent_id
    return WebhookEvent.create(
        merchant=merchant, event_id=f"evt_{intent}", type="payment_intent.succeeded", object_id=intent, intent_id=intent
    )


def test_a_silent_stripe_is_not_asked_about_each_event_of_a_run(
    offer: Offer, merchant: Merchant, simulator: Simulator
) -> None:
    events = [event_of(merchant, start_checkout(offer, replace(MARKO, visit=f"visit-of-marko-{n}"))) for n in range(5)]
    simulator.add_fault("/v1/payment_intents/*", "drop_before", method="GET", times=100)
    tasks.handle_waiting_events()
    assert [WebhookEvent.get_by_id(event.id).attempts for event in events] == [1, 1, 1, 0, 0]
    simulator.clear_faults()
    WebhookEvent.update(next_attempt_at=now()).execute()
    tasks.handle_waiting_events()
    assert all(WebhookEvent.get_by_id(event.id).handled_at for event in events)


def test_a_changed_card_reaches_the_subscriptions_behind_one_that_fails(
    merchant: Merchant, monthly: Offer, simulator: Simulator
) -> None:
    first, second = subscribe(monthly, simulator), subscribe(monthly, simulator, buyer=OLHA)
    Subscription.update(card_id=first.card_id, card_last4="").execute()
    event = WebhookEvent.create(
        merchant=merchant, event_id="evt_1", type="payment_method.automatically_updated", object_id=first.card_id
    )
    corrupt(first.order)
    tasks.handle_waiting_events()
    assert [reload(one).card_last4 for one in (first, second)] == ["", "4242"]
    event = WebhookEvent.get_by_id(event.id)
    assert (event.handled_at, event.problem) == (None, UNREADABLE), "it is tried again"


@pytest.mark.parametrize(
    ("column", "value"),
    [("kind", "of_no_kind"), ("recipient", "@"), ("language", "xx"), ("recipient", "a\nb@c.example")],
)
def test_an_email_that_fails_does_not_stop_the_emails_behind_it(
    column: str, value: str, offer: Offer, simulator: Simulator
) -> None:
    for buyer in (MARKO, OLHA):
        buy(offer, simulator, buyer)
    first, second = Email.select().where(Email.kind == "receipt").order_by(Email.id)
    Email.update({column: value}).where(Email.id == first.id).execute()
    emails.send_due()
    assert Email.get_by_id(second.id).state == "sent"


def test_an_email_that_fails_is_tried_again_later(offer: Offer, simulator: Simulator) -> None:
    buy(offer, simulator)
    Email.update(recipient="@").where(Email.kind == "receipt").execute()
    emails.send_due()
    letter = Email.get(Email.kind == "receipt")
    assert (letter.state, letter.claimed_until, letter.attempts) == ("waiting", None, 1)
    assert letter.problem and letter.due_at > now()


def test_defect_45_a_card_warning_that_fails_does_not_stop_the_warnings_behind_it(
    monthly: Offer, simulator: Simulator
) -> None:
    first, second = subscribe(monthly, simulator), subscribe(monthly, simulator, buyer=OLHA)
    Subscription.update(card_exp_year=2031, card_exp_month=6, period_end=datetime(2031, 12, 24, tzinfo=UTC)).execute()
    Order.update(email="").where(Order.id == first.order_id).execute()
    with time_set(datetime(2031, 6, 15, tzinfo=UTC)):
        assert subscriptions.warn_expiring_cards() == 1
    warned = Email.select().where(Email.kind == "card_expires")
    assert [letter.subscription_id for letter in warned] == [second.id]


def test_a_card_that_expires_in_no_month_does_not_stop_the_warnings_behind_it(
    monthly: Offer, simulator: Simulator
) -> None:
    first, second = subscribe(monthly, simulator), subscribe(monthly, simulator, buyer=OLHA)
    Subscription.update(card_exp_year=2031, card_exp_month=6, period_end=datetime(2031, 12, 24, tzinfo=UTC)).execute()
    end = datetime(2032, 12, 24, tzinfo=UTC)
    Subscription.update(card_exp_month=0, cancel_at=end).where(Subscription.id == first.id).execute()
    with time_set(datetime(2031, 6, 15, tzinfo=UTC)):
        assert subscriptions.warn_expiring_cards() == 1
    assert Email.get(Email.kind == "card_expires").subscription_id == second.id
