"""Disputes: the owner gets one email for each stage, with the dispute's own amount, currency and deadline."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from storefront import emails, payments
from storefront.models import Dispute, Email, Merchant, Offer, Order, Payment, now
from tests.factories import make_offer
from tests.mail_server import MailServer
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.stripe_dashboard import dispute_at_stripe, set_dispute_stage
from tests.subscription_steps import renew, subscribe
from tests.web.admin_pages import text_of

INQUIRY = "Bank inquiry: order #{}"
CHARGEBACK = "Payment disputed: order #{}"


@pytest.fixture
def order(merchant: Merchant, simulator: Simulator, admin: FlaskClient, mail_server: MailServer) -> Order:
    """A paid order of €19.99 whose emails have been sent."""
    order = buy(make_offer(merchant, title="Watercolour evening"), simulator)
    emails.send_due()
    mail_server.received.clear()
    return order


def sync() -> None:
    """Handle an event about the dispute twice, and send what it caused."""
    for _ in range(2):
        for payment in Payment.select():
            payments.sync_disputes(payment)
        emails.send_due()


def new_emails(mail_server: MailServer, order: Order) -> list[tuple[str, str]]:
    """(subject, text) of the emails since the last call."""
    found = [(str(m["Subject"]), m.get_body(("plain",)).get_content()) for m in mail_server.received]
    mail_server.received.clear()
    assert all(f"/admin/orders/{order.token}" in text for _subject, text in found)
    return found


def deadline(days: int) -> str:
    """The deadline that the simulator gives in so many days, as emails write it."""
    at = now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=days, seconds=-1)
    return f"{at:%B} {at.day}, {at.year}, 11:59 PM UTC"


def plain(text: str) -> str:
    """Single spaces: times have narrow ones."""
    return re.sub(r"\s+", " ", text)


def test_defect_31_an_inquiry_that_becomes_a_chargeback_has_an_email_for_each_stage(
    order: Order, simulator: Simulator, mail_server: MailServer
) -> None:
    intent = Payment.get().intent_id
    dispute_at_stripe(simulator, intent, inquiry=True, amount=1200)
    sync()
    [(subject, text)] = new_emails(mail_server, order)
    assert subject == INQUIRY.format(order.number)
    assert "€12.00" in text and "€19.99" not in text and deadline(10) in plain(text)
    assert "No money has been taken yet" in text
    set_dispute_stage(simulator, intent, "under_review")
    sync()
    assert new_emails(mail_server, order) == [], "the owner has just answered"
    set_dispute_stage(simulator, intent, "chargeback", amount=1350, currency="usd", days=20)
    sync()
    [(subject, text)] = new_emails(mail_server, order)
    assert subject == CHARGEBACK.format(order.number)
    assert "$13.50" in text and deadline(20) in plain(text)
    assert "was taken from your Stripe balance" in text
    assert Dispute.get().total.format("en") == "$13.50"
    set_dispute_stage(simulator, intent, "lost")
    sync()
    [(subject, text)] = new_emails(mail_server, order)
    assert subject == f"Dispute lost: order #{order.number}" and "$13.50" in text


@pytest.mark.parametrize(
    ("inquiry", "stage", "subject", "status"),
    [
        (True, "closed", "Bank inquiry closed: order #{}", "paid"),
        (False, "won", "Dispute won: order #{}", "paid"),
        (False, "lost", "Dispute lost: order #{}", "disputed"),
        (True, "prevented", "Dispute prevented: order #{}", "paid"),
    ],
)
def test_defect_31_each_outcome_has_its_email(
    inquiry: bool, stage: str, subject: str, status: str, order: Order, simulator: Simulator, mail_server: MailServer
) -> None:
    intent = Payment.get().intent_id
    dispute_at_stripe(simulator, intent, inquiry=inquiry, amount=700)
    sync()
    assert Order.get().status == "disputed"
    set_dispute_stage(simulator, intent, stage)
    sync()
    _opened, outcome = new_emails(mail_server, order)
    assert outcome[0] == subject.format(order.number) and "€7.00" in outcome[1]
    assert Order.get().status == status


def test_defect_31_a_shop_that_sees_only_the_end_tells_only_the_end(
    order: Order, simulator: Simulator, mail_server: MailServer
) -> None:
    intent = Payment.get().intent_id
    dispute_at_stripe(simulator, intent, inquiry=True)
    set_dispute_stage(simulator, intent, "chargeback")
    set_dispute_stage(simulator, intent, "lost")
    sync()
    assert [subject for subject, _text in new_emails(mail_server, order)] == [f"Dispute lost: order #{order.number}"]


def test_defect_31_an_email_that_waited_while_the_stage_changed_is_not_sent(
    order: Order, simulator: Simulator, mail_server: MailServer
) -> None:
    intent = Payment.get().intent_id
    mail_server.stop()
    dispute_at_stripe(simulator, intent, inquiry=True)
    sync()
    set_dispute_stage(simulator, intent, "chargeback", days=30)
    sync()
    mail_server.start()
    sync()
    [(subject, text)] = new_emails(mail_server, order)
    assert subject == CHARGEBACK.format(order.number) and deadline(30) in plain(text)
    assert Email.get(Email.kind == "owner_dispute_inquiry").state == "dropped"


def test_defect_31_a_deadline_and_an_amount_that_change_within_a_stage_are_stored(
    order: Order, simulator: Simulator, admin: FlaskClient
) -> None:
    dispute_at_stripe(simulator, Payment.get().intent_id, amount=700)
    sync()
    Dispute.update(amount=1, currency="USD", evidence_due_at=None).execute()
    sync()
    dispute = Dispute.get()
    assert (dispute.amount, dispute.currency, dispute.evidence_due_at is None) == (700, "EUR", False)


def test_defect_31_pages_show_the_stage_and_its_deadline(
    order: Order, simulator: Simulator, admin: FlaskClient, client: FlaskClient
) -> None:
    intent = Payment.get().intent_id

    def pages() -> tuple[str, str, str]:
        sync()
        paths = ("/admin", f"/admin/orders/{order.token}")
        dashboard, in_admin = (text_of(admin.get(path).text) for path in paths)
        return dashboard, in_admin, text_of(client.get(f"/orders/{order.token}").text)

    dispute_at_stripe(simulator, intent, inquiry=True, amount=1200)
    dashboard, in_admin, customers = pages()
    first = Dispute.get().evidence_due_at
    assert "Disputes that need your response" in dashboard and "€12.00 Inquiry" in dashboard
    assert "€12.00 Inquiry" in in_admin and "Answer the inquiry in Stripe, or refund the payment, before:" in in_admin
    assert "our bank has asked us about this payment" in customers
    set_dispute_stage(simulator, intent, "chargeback", amount=1350, currency="usd", days=20)
    dashboard, in_admin, customers = pages()
    due = Dispute.get().evidence_due_at
    assert due > first
    for page in (dashboard, in_admin):
        assert "$13.50 Chargeback" in page and f"{due:%b} {due.day}, {due.year}" in page
    assert "Submit your evidence in Stripe before:" in in_admin
    assert "Dispute over $13.50: evidence needed" in in_admin, "the timeline has the dispute's currency"
    assert "is disputed through your bank" in customers
    set_dispute_stage(simulator, intent, "lost")
    dashboard, in_admin, customers = pages()
    assert "Disputes that need your response" not in dashboard
    assert "$13.50 Dispute lost" in in_admin and "before:" not in in_admin
    assert "Your bank decided in your favor" in customers


def test_defect_31_a_disputed_renewal_is_told_with_its_own_amount(
    monthly_offer: Offer, simulator: Simulator, admin: FlaskClient, mail_server: MailServer
) -> None:
    subscription = subscribe(monthly_offer, simulator)
    renew(subscription, simulator)
    renewal = Payment.get(Payment.kind == "renewal")
    emails.send_due()
    mail_server.received.clear()
    dispute_at_stripe(simulator, renewal.intent_id, inquiry=True, amount=500)
    sync()
    [(subject, text)] = new_emails(mail_server, subscription.order)
    assert subject == INQUIRY.format(subscription.order.number) and "€5.00" in text
    assert Order.get().status == "paid", "a renewal's dispute is not the order's"


def test_defect_31_the_email_of_an_older_version_does_not_stop_the_chargebacks_email(
    order: Order, simulator: Simulator, mail_server: MailServer
) -> None:
    """Version 0.1.0 sent the email about chargebacks when an inquiry was opened."""
    intent = Payment.get().intent_id
    dispute_at_stripe(simulator, intent, inquiry=True)
    sync()
    dispute = Dispute.get()
    Email.delete().where(Email.kind == "owner_dispute_inquiry").execute()
    emails.write("owner_dispute", order, f"dispute-{dispute.dispute_id}", due="2026-12-01 23:59 UTC")
    emails.send_due()
    assert "2026-12-01 23:59 UTC" in new_emails(mail_server, order)[-1][1]
    set_dispute_stage(simulator, intent, "chargeback", days=20)
    sync()
    [(subject, text)] = new_emails(mail_server, order)
    assert subject == CHARGEBACK.format(order.number) and deadline(20) in plain(text)
