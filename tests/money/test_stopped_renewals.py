"""Renewals that stop for 3-D Secure: Stripe sends two events, and the bank may ask by declining the charge."""

import random
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from storefront import db, subscriptions
from storefront.models import Decline, Email, Subscription, WebhookEvent
from storefront.worker import tasks
from tests.cards import ASKS_ONCE
from tests.money import payment_checks, subscription_checks
from tests.money.buyer import Marko
from tests.money.in_process_shop import InProcessShop

BOTH = {"invoice.payment_failed", "invoice.payment_action_required"}
WAYS_TO_ASK = ["asks", "declines to ask"]


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


@pytest.fixture
def marko(shop: InProcessShop) -> Marko:
    marko = Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])
    marko.subscribe()
    shop.deliver_webhooks()
    shop.run_worker()
    WebhookEvent.delete().execute()
    return marko


def as_they_happened(ids: list[int]) -> list[int]:
    return ids


def backwards(ids: list[int]) -> list[int]:
    return ids[::-1]


def shuffled(ids: list[int]) -> list[int]:
    return random.Random(3).sample(ids, len(ids))


def assert_one_notice() -> None:
    assert Counter(letter.kind for letter in Email.select().where(Email.kind.contains("renewal"))) == {
        "renewal_authentication": 1,
        "renewal_reminder": 3,
        "owner_renewal_stopped": 1,
    }


@pytest.mark.parametrize("order", [as_they_happened, backwards, shuffled])
@pytest.mark.parametrize("card", WAYS_TO_ASK)
def test_both_events_of_a_stopped_renewal_lead_to_one_email(
    card: str, order: Callable[[list[int]], list[int]], shop: InProcessShop, marko: Marko
) -> None:
    marko.end_period(card)
    for id_ in order([one["id"] for one in shop.control("deliveries", "GET").json["data"]]):
        shop.control("deliveries/send", ids=[id_])
        tasks.handle_waiting_events()
    assert {event.type for event in WebhookEvent.select()} >= BOTH
    assert_one_notice()


@pytest.mark.parametrize("card", WAYS_TO_ASK)
def test_both_events_handled_at_the_same_time_lead_to_one_email(card: str, shop: InProcessShop, marko: Marko) -> None:
    # While one event waits for Stripe's answer, the other one is handled completely.
    marko.end_period(card)
    shop.control("deliveries/send")
    subscription = Subscription.get_by_id(marko.subscription.id)
    shop.schedule_concurrent(2, lambda: subscriptions.refresh(Subscription.get_by_id(subscription.id)))
    tasks.handle_waiting_events()
    shop.run_worker()
    assert {event.type for event in WebhookEvent.select()} >= BOTH
    assert_one_notice()


def test_a_bank_that_asks_by_declining_is_no_declined_card(shop: InProcessShop, marko: Marko) -> None:
    invoice = marko.renew("declines to ask")
    assert (invoice.needs, invoice.decline_code) == ("authentication", "authentication_required")
    assert invoice.next_attempt_at is None
    assert Decline.select().count() == 0
    marko.pay_from_email("renewal_authentication")
    shop.deliver_webhooks()
    shop.run_worker()
    assert marko.subscription.status == "active"
    assert payment_checks.when_idle(shop.ledger()) == []
    assert subscription_checks.when_idle(shop.stripe_objects(), shop.ledger()) == []


def test_a_card_that_is_set_up_renews_without_the_bank_but_asks_its_present_customer(shop: InProcessShop) -> None:
    # Card 4000 0025 0000 3155.
    marko = Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])
    marko.start_checkout()
    assert marko.confirm_card(ASKS_ONCE).json["status"] == "requires_action"
    marko.answer_challenge("authorize")
    marko.open_order()
    assert marko.renew().status == "paid"
    # A renewal that stopped is paid on session with the same saved card: the bank asks.
    assert marko.renew("declines").needs == "card"
    shop.control(f"subscriptions/{marko.subscription.subscription_id}/card", card="as its number")
    marko.pay_from_email("renewal_declined", marko.subscription.card_id, outcome="fail")
    shop.deliver_webhooks()
    shop.run_worker()
    [invoice, *_] = subscriptions.subscription_of_order(marko.order).invoices
    assert (invoice.status, invoice.needs) == ("open", "authentication")
    marko.pay_from_email("renewal_authentication", marko.subscription.card_id)
    shop.deliver_webhooks()
    shop.run_worker()
    assert marko.subscription.status == "active"
    assert subscription_checks.when_idle(shop.stripe_objects(), shop.ledger()) == []
