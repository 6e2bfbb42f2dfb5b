"""Defect 29: the server's clock was wrong and is set right. docs/defects.md describes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from storefront import db, emails, runtime, stripe_gateway, worker
from storefront.models import (
    Decline,
    Email,
    EmailRequest,
    Merchant,
    Payment,
    SignInAttempt,
    StripeRefusal,
    Subscription,
    WebhookEvent,
    now,
)
from storefront.worker import tasks
from tests.cards import ASKS, GOOD
from tests.money.buyer import Marko, signed_in_owner
from tests.money.in_process_shop import InProcessShop
from tests.web.admin_pages import text_of
from tests.web_client import stay_signed_in

HOUR = 3600


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


@pytest.fixture
def marko(shop: InProcessShop) -> Marko:
    return Marko(shop, shop.reset()[1])


@pytest.fixture
def subscriber(shop: InProcessShop) -> Marko:
    return Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])


@contextmanager
def clock_wrong(shop: InProcessShop, **ahead: float) -> Iterator[None]:
    """The shop's clock is ahead of Stripe's, or behind it with negative values. Then it is set right."""
    right = runtime.current().clock
    try:
        runtime.current().clock = lambda: right() + timedelta(**ahead)
        yield
    finally:
        runtime.current().clock = right


@pytest.mark.parametrize("days", [2, -2])
def test_defect_29_a_stopped_renewal_is_noticed_at_once_after_the_clock_is_set_right(
    shop: InProcessShop, subscriber: Marko, days: int
) -> None:
    subscription = subscriber.subscribe()
    shop.deliver_webhooks()
    with clock_wrong(shop, days=days):
        for _ in range(2):
            shop.run_worker()
    shop.control("deliveries/mode", mode="drop")
    subscriber.end_period("asks")
    shop.advance_clock(2 * HOUR)
    shop.run_worker()
    shop.run_worker()
    assert Email.select().where(Email.kind == "renewal_authentication").count() == 1
    assert Subscription.get_by_id(subscription.id).status == "past_due"


def test_defect_29_lists_of_events_start_where_stripes_clock_says(shop: InProcessShop, marko: Marko) -> None:
    """Also when the mark was stored by an earlier version, from a clock that was ahead."""
    Merchant.update(events_taken_until=now() + timedelta(days=300), created_at=now() + timedelta(days=300)).execute()
    shop.control("deliveries/mode", mode="drop")
    marko.start_checkout()
    marko.confirm_card(GOOD)
    shop.run(tasks.take_undelivered_events)
    shop.run(tasks.handle_waiting_events)
    assert marko.order.status == "paid"
    assert abs(Merchant.get().events_taken_until - now()) < timedelta(minutes=1)


def test_defect_29_retries_planned_while_the_clock_was_ahead_are_made_at_once(
    shop: InProcessShop, marko: Marko
) -> None:
    with clock_wrong(shop, days=30):
        shop.run(tasks.record_heartbeat)
        marko.start_checkout()
        marko.confirm_card(GOOD)
        shop.control("deliveries/mode", mode="drop")
        shop.control("faults", kind="error_before", path="/v1/payment_intents/*", times=40)
        shop.run(tasks.take_undelivered_events)
        shop.run_worker()
        shop.clear_faults()
        assert WebhookEvent.get(WebhookEvent.attempts > 0).next_attempt_at > now()
    shop.run(tasks.record_heartbeat)
    assert not Payment.select().where(Payment.next_check_at > now() + timedelta(minutes=2)).exists()
    shop.run(tasks.handle_waiting_events)
    assert marko.order.status == "paid"


def test_defect_29_waits_beyond_the_longest_one_are_not_believed_without_a_heartbeat_too(
    shop: InProcessShop, marko: Marko
) -> None:
    marko.start_checkout()
    marko.confirm_card(GOOD)
    Payment.update(next_check_at=now() + timedelta(days=30)).execute()
    worker.reconcile()
    assert marko.order.status == "paid"
    StripeRefusal.record(Merchant.get().id, "POST /v1/refunds", "permission", "", "", "")
    StripeRefusal.update(retry_at=now() + timedelta(days=30)).execute()
    assert not StripeRefusal.get().is_waiting


def test_defect_29_an_order_from_the_future_expires_in_its_time(shop: InProcessShop, marko: Marko) -> None:
    with clock_wrong(shop, days=365):
        shop.run(tasks.record_heartbeat)
        marko.start_checkout()
        marko.confirm_card(ASKS)
        marko.answer_challenge("fail")
        marko.open_order()
    shop.run(tasks.record_heartbeat)
    assert timedelta(hours=71) < marko.order.expires_at - now() < timedelta(hours=73)
    reminder = Email.get(Email.kind == "payment_waits")
    assert timedelta(0) < reminder.due_at - now() < timedelta(minutes=16)
    shop.advance_clock(73 * HOUR)
    shop.run_worker()
    assert marko.order.status == "expired"


def test_defect_29_limits_forget_what_a_wrong_clock_has_counted(shop: InProcessShop, marko: Marko) -> None:
    marko.start_checkout()
    payment = Payment.get()
    with clock_wrong(shop, days=365):
        for number in range(60):
            SignInAttempt.begin("olena@example.com", "192.0.2.7")[0].fail("olena@example.com")
            EmailRequest.record("marko@example.com", "192.0.2.7")
            Decline.create(payment=payment, attempt=f"ch_{number}", address="192.0.2.7", offer_id=marko.offer.id)
    assert SignInAttempt.begin("olena@example.com", "192.0.2.7")[1] == 0
    assert EmailRequest.record("marko@example.com", "192.0.2.7")
    assert Decline.count_recent(address="192.0.2.7") == {"address": 0}


def test_defect_29_keys_and_links_from_the_future(shop: InProcessShop, marko: Marko) -> None:
    order = marko.buy()
    with clock_wrong(shop, days=3):
        key = emails.make_pay_key(order)
        created_at = now()
    assert emails.is_valid_pay_key(order, key), "a link of an email that was sent while the clock was ahead"
    assert not stripe_gateway.is_key_valid(created_at), "Stripe is asked before the call is repeated"
    assert stripe_gateway.is_key_valid(now())


def test_defect_29_the_owner_is_told_of_a_wrong_clock(shop: InProcessShop, marko: Marko) -> None:
    owner = signed_in_owner(shop)
    with clock_wrong(shop, minutes=-10):
        for _ in range(3):
            shop.run_worker()
        assert [email.kind for email in Email.select()] == ["owner_clock_wrong"]
        stay_signed_in()
        assert "differs from Stripe’s by 600 seconds" in text_of(owner.get("/admin").text).replace("599", "600")
        assert "off from Stripe’s" in text_of(owner.get("/admin/doctor").text)
    shop.run_worker()
    shop.run_worker()
    assert "differs from Stripe’s" not in text_of(owner.get("/admin").text)


def test_the_heartbeat_of_a_clock_that_was_ahead_does_not_hide_a_worker_that_stopped(
    shop: InProcessShop, marko: Marko
) -> None:
    with clock_wrong(shop, days=1):
        shop.run(tasks.record_heartbeat)
    assert worker.is_silent(worker.last_seen())
