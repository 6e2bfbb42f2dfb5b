"""Refunds and disputes of payments that the shop has not recorded yet, and news that no event brings."""

from collections.abc import Iterator

import pytest

from storefront import db
from storefront.models import Dispute, Email, Offer, Payment, Refund, WebhookEvent
from storefront.worker import tasks
from tests.cards import GOOD, REFUND_PENDING
from tests.money import payment_checks
from tests.money.buyer import Marko
from tests.money.in_process_shop import InProcessShop

HOUR, DAY = 3600, 86400


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    shared_shop.reset()
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


@pytest.fixture
def marko(shop: InProcessShop) -> Marko:
    return Marko(shop, Offer.get())


@pytest.fixture
def subscriber(shop: InProcessShop) -> Marko:
    marko = Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])
    marko.subscribe()
    shop.deliver_webhooks()
    shop.run_worker()
    return marko


def intent_of_renewal(shop: InProcessShop) -> str:
    """The intent at Stripe that the shop has no payment for."""
    known = {payment.intent_id for payment in Payment.select()}
    (unknown,) = set(shop.ledger()) - known
    return unknown


def fail_subscriptions(shop: InProcessShop) -> None:
    """Stripe answers 500 to every look at a subscription."""
    shop.control("faults", path="/v1/subscriptions/*", kind="error_before", times=1000)


def waiting_events() -> set[str]:
    return {event.type for event in WebhookEvent.select().where(WebhookEvent.handled_at.is_null())}


def assert_records_agree(shop: InProcessShop) -> None:
    shop.deliver_webhooks()
    shop.run_worker()
    assert payment_checks.when_idle(shop.ledger()) == []


def test_defect_26_the_refund_of_a_renewal_waits_until_the_renewal_is_recorded(
    shop: InProcessShop, subscriber: Marko
) -> None:
    subscriber.end_period()
    fail_subscriptions(shop)
    shop.control("refunds", payment_intent=intent_of_renewal(shop), amount=500)
    shop.deliver_webhooks()
    shop.run(tasks.handle_waiting_events)
    assert {"refund.created", "charge.refunded"} <= waiting_events()
    shop.clear_faults()
    shop.advance_clock(HOUR)
    shop.run(tasks.handle_waiting_events)
    refund = Refund.get()
    assert (refund.amount, refund.status, refund.payment.kind) == (500, "succeeded", "renewal")
    assert_records_agree(shop)


def test_defect_26_the_dispute_of_a_renewal_waits_until_the_renewal_is_recorded(
    shop: InProcessShop, subscriber: Marko
) -> None:
    subscriber.end_period()
    fail_subscriptions(shop)
    shop.control("disputes", payment_intent=intent_of_renewal(shop))
    shop.deliver_webhooks()
    shop.run(tasks.handle_waiting_events)
    assert "charge.dispute.created" in waiting_events()
    shop.clear_faults()
    shop.advance_clock(HOUR)
    shop.run(tasks.handle_waiting_events)
    assert Dispute.get().payment.kind == "renewal"
    assert_records_agree(shop)


def test_defect_26_a_reconciliation_finds_the_refund_and_the_dispute_of_a_renewal_without_any_event(
    shop: InProcessShop, subscriber: Marko
) -> None:
    subscriber.end_period()
    intent = intent_of_renewal(shop)
    shop.control("refunds", payment_intent=intent, amount=500)
    shop.control("disputes", payment_intent=intent)
    shop.reconcile()
    assert (Refund.get().payment.intent_id, Dispute.get().payment.intent_id) == (intent, intent)


def test_defect_26_the_installment_of_a_plan_gets_its_refund_without_any_event(shop: InProcessShop) -> None:
    marko = Marko(shop, shop.reset(kind="plan", instalments=3)[1])
    marko.subscribe()
    shop.deliver_webhooks()
    shop.run_worker()
    marko.end_period()
    shop.control("refunds", payment_intent=intent_of_renewal(shop), amount=500)
    shop.reconcile()
    assert Refund.get().payment.kind == "renewal"


def test_defect_26_an_order_that_was_paid_and_refunded_at_once_gets_both_without_any_event(
    shop: InProcessShop, marko: Marko
) -> None:
    marko.start_checkout()
    marko.confirm_card(GOOD)
    shop.control("refunds", payment_intent=marko.intent, amount=500)
    shop.reconcile()
    assert marko.order.status == "partially_refunded"


def test_defect_26_the_refund_of_a_payment_whose_intent_is_unknown_finds_it_by_its_metadata(
    shop: InProcessShop, marko: Marko
) -> None:
    marko.start_checkout()
    Payment.update(intent_id=None).execute()
    marko.confirm_card(GOOD)
    shop.control("refunds", payment_intent=marko.intent, amount=500)
    shop.deliver_webhooks()
    WebhookEvent.delete().where(WebhookEvent.type != "refund.created").execute()
    shop.run(tasks.handle_waiting_events)
    assert marko.order.status == "partially_refunded"


def test_defect_26_the_owner_is_told_once_when_the_payment_never_appears(
    shop: InProcessShop, subscriber: Marko
) -> None:
    # Somebody has charged the customer at Stripe without an invoice.
    terms = {"amount": "700", "currency": "eur", "customer": subscriber.subscription.customer_id, "confirm": "true"}
    terms |= {"payment_method": subscriber.subscription.card_id, "off_session": "true"}
    terms["allowed_payment_method_types[]"] = "card"
    charged = shop.dashboard("POST", "payment_intents", **terms)
    assert charged.status_code == 200, charged.text
    shop.control("refunds", payment_intent=charged.json["id"], amount=500)
    shop.deliver_webhooks()
    for _ in range(40):
        shop.run(tasks.handle_waiting_events)
        shop.advance_clock(HOUR + 60)
    assert waiting_events() == set()
    (letter,) = Email.select().where(Email.kind == "owner_payment_unknown")
    assert letter.order == subscriber.order
    assert Refund.select().count() == 0


def test_refunds_of_other_systems_change_nothing_and_are_asked_about_once(shop: InProcessShop) -> None:
    terms = {"amount": "1999", "currency": "eur", "confirm": "true", "payment_method": "pm_card_visa"}
    terms |= {"return_url": "https://other.example.com/back"}
    charged = shop.dashboard("POST", "payment_intents", **terms)
    shop.control("refunds", payment_intent=charged.json["id"], amount=500)
    shop.deliver_webhooks()
    shop.run(tasks.handle_waiting_events)
    assert waiting_events() == set()
    assert (Refund.select().count(), Email.select().count()) == (0, 0)


def test_defect_27_a_pending_refund_is_asked_about_until_it_is_final(shop: InProcessShop, marko: Marko) -> None:
    marko.buy(REFUND_PENDING)
    shop.control("refunds", payment_intent=marko.intent, amount=1999)
    shop.reconcile()
    assert (Refund.get().status, marko.order.status) == ("pending", "paid")
    shop.control("advance")
    shop.advance_clock(DAY)
    shop.run(tasks.reconcile_job)
    assert (Refund.get().status, marko.order.status) == ("succeeded", "refunded")
    assert Payment.get().refunds_check_at is None, "nothing is left to ask about"


def test_defect_27_an_open_dispute_is_asked_about_until_it_is_decided(shop: InProcessShop, marko: Marko) -> None:
    marko.buy()
    shop.control("disputes", payment_intent=marko.intent)
    shop.reconcile()
    assert (Dispute.get().status, marko.order.status) == ("needs_response", "disputed")
    shop.dashboard("POST", f"disputes/{Dispute.get().dispute_id}/close")
    shop.advance_clock(DAY)
    shop.run(tasks.reconcile_job)
    assert (Dispute.get().status, marko.order.status) == ("lost", "disputed")
    assert Payment.get().refunds_check_at is None, "nothing is left to ask about"


def test_defect_27_a_check_that_fails_is_tried_again_later(shop: InProcessShop, marko: Marko) -> None:
    marko.buy()
    shop.control("refunds", payment_intent=marko.intent, amount=500)
    # The command lists refunds twice: those of the account, then those of the payment.
    shop.control("faults", path="/v1/refunds", kind="error_before", times=2)
    report = shop.reconcile()
    assert report is not None and len(report.failures) == 2
    shop.run(tasks.reconcile_job)
    assert Refund.select().count() == 0, "not before its time"
    shop.advance_clock(HOUR)
    shop.run(tasks.reconcile_job)
    assert marko.order.status == "partially_refunded"


def test_defect_27_a_check_planned_by_a_clock_that_was_wrong_is_made(shop: InProcessShop, marko: Marko) -> None:
    marko.buy()
    shop.advance_clock(400 * DAY)
    Payment.get().plan_refunds_check()
    shop.advance_clock(-400 * DAY)
    shop.control("refunds", payment_intent=marko.intent, amount=500)
    shop.run(tasks.reconcile_job)
    assert marko.order.status == "partially_refunded"
