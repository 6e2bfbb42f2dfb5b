"""Stripe's answers arrive in another order than they were asked for: an older one never overwrites a newer one."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest

from storefront import db, merchants, payments, runtime, subscriptions
from storefront.errors import StripeError, StripeUnreachable
from storefront.models import Dispute, Merchant, Offer, Order, Payment, Refund, Subscription, now
from storefront.payments import subscription_start
from storefront.worker import tasks
from tests.cards import ASKS, OTHER_GOOD, REFUND_FAILS, REFUND_PENDING, SLOW_SUCCEEDS
from tests.factories import SHOP_URL
from tests.money import payment_checks
from tests.money.buyer import Marko
from tests.money.in_process_shop import InProcessShop

DAY = 86400


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    shared_shop.reset()
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


@pytest.fixture
def marko(shop: InProcessShop) -> Marko:
    return Marko(shop, Offer.get())


def handle_news(shop: InProcessShop) -> None:
    """What another worker does meanwhile: Stripe finishes what was delayed, and its events are handled."""
    shop.control("advance")
    shop.deliver_webhooks()
    shop.run(tasks.handle_waiting_events)


def fail_subscriptions(shop: InProcessShop) -> None:
    """Stripe answers 500 to every look at a subscription."""
    shop.control("faults", path="/v1/subscriptions/*", kind="error_before", times=1000)


def ask_without_an_answer(shop: InProcessShop, order: Order, amount: int, **fault: object) -> None:
    """Ask for a refund. The connection to Stripe breaks, also at the library's second try."""
    shop.control("faults", path="/v1/refunds", times=2, **fault)
    with pytest.raises(StripeUnreachable):
        payments.request_refund(order, amount, "requested_by_customer", "a-press")
    shop.clear_faults()


def statuses_of_refunds() -> list[str]:
    return [refund.status for refund in Refund.select().order_by(Refund.id)]


def assert_records_agree(shop: InProcessShop) -> None:
    """Deliver webhooks and handle them, without a reconciliation; then the shop's records agree with Stripe's."""
    shop.deliver_webhooks()
    shop.run(tasks.handle_waiting_events)
    shop.run(tasks.send_emails)
    assert payment_checks.when_idle(shop.ledger()) == []


def test_defect_27_the_answer_of_a_refund_does_not_overwrite_what_its_event_told(
    shop: InProcessShop, marko: Marko
) -> None:
    order = marko.buy(REFUND_PENDING)
    shop.schedule_concurrent(1, lambda: handle_news(shop))
    payments.request_refund(order, 1999, "requested_by_customer", "a-press")
    assert (statuses_of_refunds(), marko.order.status) == (["succeeded"], "refunded")
    assert_records_agree(shop)


def test_defect_27_a_replayed_answer_of_a_refund_does_not_overwrite_what_is_known(
    shop: InProcessShop, marko: Marko
) -> None:
    order = marko.buy(REFUND_PENDING)
    refund = payments.request_refund(order, 1999, "requested_by_customer", "a-press")
    handle_news(shop)
    # Another process has read the row before the first answer was stored, and sends it again.
    payments.send_refund(refund)
    assert (statuses_of_refunds(), marko.order.status) == (["succeeded"], "refunded")
    assert_records_agree(shop)


def test_a_refund_whose_answer_was_lost_is_looked_up_although_the_clock_was_set_back(
    shop: InProcessShop, marko: Marko
) -> None:
    order = marko.buy()
    ask_without_an_answer(shop, order, 500, kind="drop_after")
    # The row was written by a clock that was two days ahead, and Stripe has forgotten the idempotency key meanwhile.
    Refund.update(created_at=now() + timedelta(days=2)).execute()
    shop.advance_clock(2 * DAY + 60)
    shop.control("idempotency", "DELETE")
    shop.run(tasks.reconcile_job)
    assert [row["amount_refunded"] for row in shop.ledger().values()] == [500]
    assert_records_agree(shop)


def test_a_refund_that_stripe_refuses_because_it_was_made_meanwhile_is_not_recorded_as_failed(
    shop: InProcessShop, marko: Marko
) -> None:
    order = marko.buy()
    ask_without_an_answer(shop, order, 1999, kind="drop_before")

    def another_process() -> None:
        """It looks for the refund, makes it and loses the answer. Stripe forgets its key before ours is sent."""
        ask_without_an_answer(shop, order, 1999, kind="drop_after", skip=1)
        shop.control("idempotency", "DELETE")

    shop.schedule_concurrent(1, another_process)
    payments.send_refund(Refund.get())
    assert (statuses_of_refunds(), marko.order.status) == (["succeeded"], "refunded")
    assert_records_agree(shop)


def test_a_refund_that_was_recorded_as_refused_is_corrected_when_stripe_has_it(
    shop: InProcessShop, marko: Marko
) -> None:
    order = marko.buy()
    ask_without_an_answer(shop, order, 1999, kind="drop_after")
    # What an earlier version wrote.
    Refund.update(status="failed", failure="charge_already_refunded").execute()
    payments.sync_refunds(Payment.get())
    assert (statuses_of_refunds(), marko.order.status, Refund.get().failure) == (["succeeded"], "refunded", "")
    assert_records_agree(shop)


def test_a_refund_without_a_status_is_not_made_again(shop: InProcessShop, marko: Marko) -> None:
    """Stripe's API reference allows null: docs.stripe.com/api/refunds/object#refund_object-status"""
    order = marko.buy()
    ask_without_an_answer(shop, order, 500, kind="drop_after")
    with shop.stripe.store.transaction():
        shop.stripe.store.db.execute("UPDATE object SET body = json_set(body, '$.status', NULL) WHERE kind = 'refund'")
    shop.advance_clock(2 * DAY)
    shop.control("idempotency", "DELETE")
    shop.run(tasks.reconcile_job)
    assert len(shop.dashboard("GET", "refunds").json["data"]) == 1
    assert statuses_of_refunds() == ["pending"]


def test_defect_27_a_refund_that_failed_stays_failed_when_an_older_answer_arrives(
    shop: InProcessShop, marko: Marko
) -> None:
    order = marko.buy(REFUND_FAILS)
    payments.request_refund(order, 500, "requested_by_customer", "a-press")
    shop.schedule_concurrent(1, lambda: handle_news(shop))
    payments.sync_refunds(Payment.get())
    assert (statuses_of_refunds(), marko.order.status) == (["failed"], "paid")
    assert_records_agree(shop)


def test_defect_27_an_older_list_of_disputes_does_not_overwrite_a_newer_one(shop: InProcessShop, marko: Marko) -> None:
    marko.buy()
    shop.control("disputes", payment_intent=marko.intent)
    payments.sync_disputes(Payment.get())

    def lose() -> None:
        dispute = Dispute.get()
        shop.dashboard("POST", f"disputes/{dispute.dispute_id}/close")
        payments.sync_disputes(Payment.get())

    shop.schedule_concurrent(1, lambda: shop.run(lose))
    payments.sync_disputes(Payment.get())
    assert Dispute.get().status == "lost"


def test_defect_27_an_older_answer_does_not_make_a_processing_payment_pending(
    shop: InProcessShop, marko: Marko
) -> None:
    marko.start_checkout()

    def pay() -> None:
        marko.confirm_card(SLOW_SUCCEEDS)
        shop.deliver_webhooks()
        shop.run(tasks.handle_waiting_events)

    shop.schedule_concurrent(1, pay)
    payments.refresh(Payment.get())
    assert (Payment.get().status, marko.order.status) == ("processing", "processing")
    shop.control("advance")
    assert_records_agree(shop)


def test_defect_27_an_older_answer_does_not_make_a_paid_order_pending(shop: InProcessShop, marko: Marko) -> None:
    marko.start_checkout()
    marko.confirm_card(ASKS)

    def pay() -> None:
        marko.answer_challenge("authorize")
        shop.deliver_webhooks()
        shop.run(tasks.handle_waiting_events)

    shop.schedule_concurrent(1, pay)
    payments.refresh(Payment.get())
    assert (Payment.get().status, marko.order.status) == ("succeeded", "paid")
    assert_records_agree(shop)


def test_defect_27_an_older_check_of_an_account_does_not_overwrite_a_newer_one(shop: InProcessShop) -> None:
    merchant = Merchant.get()

    def restrict() -> None:
        shop.control(f"accounts/{merchant.stripe_account_id}", charges_enabled=False)
        merchants.check(Merchant.get(), SHOP_URL)

    shop.schedule_concurrent(1, lambda: shop.run(restrict))
    merchants.check(merchant, SHOP_URL)
    shop.control(f"accounts/{merchant.stripe_account_id}", charges_enabled=True)
    assert (Merchant.get().charges_enabled, merchant.charges_enabled) == (False, False)


def test_defect_27_an_older_answer_about_charges_does_not_overwrite_a_newer_one(shop: InProcessShop) -> None:
    merchant = Merchant.get()
    Merchant.update(charges_enabled=False).execute()

    def restrict() -> None:
        shop.control(f"accounts/{merchant.stripe_account_id}", charges_enabled=False)
        merchants.check(Merchant.get(), SHOP_URL)

    shop.schedule_concurrent(1, lambda: shop.run(restrict))
    merchants.update_account(Merchant.get())
    shop.control(f"accounts/{merchant.stripe_account_id}", charges_enabled=True)
    assert Merchant.get().charges_enabled is False


def test_defect_27_a_check_of_an_account_does_not_overwrite_what_was_saved_meanwhile(shop: InProcessShop) -> None:
    merchant = Merchant.get()

    def rename() -> None:
        same = Merchant.get()
        merchants.update(same, "Another name", same.publishable_key, "", SHOP_URL)

    shop.schedule_concurrent(1, lambda: shop.run(rename))
    merchants.check(merchant, SHOP_URL)
    assert (Merchant.get().name, merchant.name) == ("Another name", "Another name")


def test_defect_27_the_answer_of_a_card_change_does_not_overwrite_a_later_one(shop: InProcessShop) -> None:
    marko = Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])
    subscription = marko.subscribe()
    shop.deliver_webhooks()
    shop.run_worker()
    first_card = marko.subscription.card_id
    setup = subscriptions.begin_card_change(marko.subscription)
    shop.confirm(subscription.merchant.publishable_key, setup.client_secret, OTHER_GOOD)

    def change_back() -> None:
        shop.dashboard("POST", f"subscriptions/{subscription.subscription_id}", default_payment_method=first_card)
        subscriptions.refresh(marko.subscription)
        fail_subscriptions(shop)

    # The first answer is that of the SetupIntent, the second that of the change.
    shop.schedule_concurrent(2, lambda: shop.run(change_back))
    subscriptions.finish_card_change(marko.subscription, setup.id)
    assert marko.subscription.card_id == first_card


def test_a_card_change_that_the_event_of_the_same_card_overtakes_shows_the_new_card(shop: InProcessShop) -> None:
    marko = Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])
    subscription = marko.subscribe()
    shop.deliver_webhooks()
    shop.run_worker()
    setup = subscriptions.begin_card_change(marko.subscription)
    shop.confirm(subscription.merchant.publishable_key, setup.client_secret, OTHER_GOOD)

    def handle_event() -> None:
        # The worker gets as far as the change of the card.
        shop.control("faults", path="/v1/invoices*", kind="error_before", times=1000)
        with suppress(StripeError):
            subscriptions.finish_interrupted_card_change(marko.subscription, setup.id, saved_at=None)
        shop.clear_faults()

    # After the SetupIntent, the change and the invoices, the fourth answer is that of the refresh.
    shop.schedule_concurrent(4, lambda: shop.run(handle_event))
    subscriptions.finish_card_change(marko.subscription, setup.id)
    assert marko.subscription.card_last4 == "4444"


def test_defect_27_a_replayed_answer_of_a_new_subscription_does_not_overwrite_its_status(shop: InProcessShop) -> None:
    marko = Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])
    marko.subscribe()
    shop.deliver_webhooks()
    shop.run_worker()
    # Another request has read the payment before its intent was stored, and creates the subscription again.
    payment = Payment.get()
    Payment.update(intent_id=None).execute()
    intent = subscription_start.start_subscription(payment)
    Payment.update(intent_id=intent.id).execute()
    assert marko.subscription.status == "active"


def test_defect_27_a_subscription_is_refreshed_although_the_clock_was_set_back(shop: InProcessShop) -> None:
    marko = Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])
    clock = runtime.current().clock
    runtime.current().clock = lambda: clock() + timedelta(days=2)
    try:
        marko.subscribe()
        shop.deliver_webhooks()
        shop.run(tasks.handle_waiting_events)
        assert Subscription.get().synced_at > now() - timedelta(hours=1)
    finally:
        runtime.current().clock = clock
    shop.dashboard("DELETE", f"subscriptions/{marko.subscription.subscription_id}")
    shop.deliver_webhooks()
    # Retries were planned by the wrong clock; here only the new events matter.
    shop.run(tasks.handle_waiting_events)
    assert marko.subscription.status == "canceled"
