"""Defects of webhooks and of the connection to Stripe. docs/defects.md describes each by its number."""

from collections.abc import Iterator

import pytest

from storefront import db
from storefront.models import IgnoredDelivery, Invoice, Merchant, Payment, WebhookEvent
from storefront.stripe_gateway.events.event_summary import summarize_event
from storefront.worker import tasks
from stripe_simulator import accounts
from tests.cards import GOOD
from tests.money.buyer import Marko
from tests.money.in_process_shop import InProcessShop, in_process_shop

DAY, HOUR = 86400, 3600
OLENA = f"accounts/{accounts.OLENA.id}"


@pytest.fixture(scope="module")
def shared_shop() -> Iterator[InProcessShop]:
    with in_process_shop() as shop:
        yield shop


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    """The shared shop without faults."""
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


@pytest.fixture
def marko(shop: InProcessShop) -> Marko:
    """A buyer of a one-time offer."""
    return Marko(shop, shop.reset()[1])


@pytest.fixture
def subscriber(shop: InProcessShop) -> Marko:
    """A buyer of an offer of €19.99 per month."""
    return Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])


def test_defect_42_pings_and_thin_events_are_answered_2xx(shop: InProcessShop, marko: Marko) -> None:
    endpoint = Merchant.get().webhook_endpoint_id
    for type_ in ("v2.core.event_destination.ping", "v1.invoice.paid"):
        assert shop.control(f"endpoints/{endpoint}/thin", type=type_).json["status"] == 200
    assert {row.reason: row.count for row in IgnoredDelivery.select()} == {"ping": 1, "thin": 1}
    assert WebhookEvent.select().count() == 0


def take_events(shop: InProcessShop) -> None:
    """Only the list of undelivered events, without reconciliation."""
    shop.run(tasks.take_undelivered_events)
    shop.run(tasks.handle_waiting_events)


@pytest.mark.parametrize("version", ["2020-08-27", "2024-06-20", "2025-02-24.acacia"])
def test_events_of_an_account_with_an_old_version_renew_a_subscription(
    shop: InProcessShop, subscriber: Marko, version: str
) -> None:
    shop.control(OLENA, api_version=version)
    subscription = subscriber.subscribe()
    shop.control("deliveries/mode", mode="drop")
    subscriber.end_period("succeeds")
    shop.advance_clock(2 * HOUR)
    take_events(shop)
    renewals = Payment.select().where(Payment.order == subscription.order, Payment.kind == "renewal")
    assert [payment.status for payment in renewals] == ["succeeded"]
    stored = {event.type: event for event in WebhookEvent.select().where(WebhookEvent.type.startswith("invoice."))}
    assert stored["invoice.paid"].subscription == subscription.subscription_id
    assert all(event.problem == "" for event in stored.values())


@pytest.mark.parametrize("version", ["2020-08-27", "2024-06-20"])
def test_events_of_an_account_with_an_old_version_make_an_order_paid(
    shop: InProcessShop, marko: Marko, version: str
) -> None:
    shop.control(OLENA, api_version=version)
    shop.control("deliveries/mode", mode="drop")
    marko.start_checkout()
    marko.confirm_card(GOOD)
    take_events(shop)
    assert marko.order.status == "paid"


@pytest.mark.parametrize("version", ["2020-08-27", "2024-06-20"])
def test_old_events_find_a_subscription_whose_answer_was_lost(
    shop: InProcessShop, subscriber: Marko, version: str
) -> None:
    """The metadata of an old invoice stands at its lines or in `subscription_details`."""
    shop.control(OLENA, api_version=version)
    subscription = subscriber.subscribe()
    shop.deliver_webhooks()
    shop.control("deliveries/mode", mode="drop")
    intent = Payment.get().intent_id
    subscriber.end_period("succeeds")
    shop.advance_clock(2 * HOUR)
    take_events(shop)
    assert Payment.get_by_id(subscription.payment_id).intent_id == intent, "an invoice's intent is not taken for it"
    event = WebhookEvent.get(WebhookEvent.type == "invoice.paid", WebhookEvent.payment != "")
    assert event.payment == subscription.payment.public_id
    assert Invoice.select().where(Invoice.status == "paid").count() == 2


def test_an_event_that_cannot_be_read_does_not_hide_the_others(shop: InProcessShop, marko: Marko) -> None:
    shop.control("deliveries/mode", mode="drop")
    marko.start_checkout()
    marko.confirm_card(GOOD)
    with shop.stripe.store.transaction():
        shop.stripe.store.db.execute(
            "UPDATE object SET body = json_set(body, '$.created', 'never') "
            "WHERE kind = 'event' AND json_extract(body, '$.type') = 'payment_intent.created'"
        )
        shop.stripe.store.db.execute(
            "UPDATE object SET body = json_set(body, '$.type', 'payment_intent.processing', '$.data', NULL) "
            "WHERE kind = 'event' AND json_extract(body, '$.type') = 'charge.succeeded'"
        )
    take_events(shop)
    assert marko.order.status == "paid"


def test_an_invoice_in_a_shape_between_two_versions_is_read() -> None:
    """Recorded: invoices of 2025-02-24 had both `parent` without metadata and `subscription` at the top."""
    summary = summarize_event(
        {
            "id": "evt_1",
            "type": "invoice.paid",
            "created": 1_790_000_000,
            "livemode": False,
            "data": {
                "object": {
                    "id": "in_1",
                    "object": "invoice",
                    "parent": {"subscription_details": {"metadata": None}, "type": "subscription_details"},
                    "subscription": "sub_1",
                    "subscription_details": {"metadata": {"payment": "abc"}},
                    "payment_intent": "pi_1",
                    "lines": {"data": [{"metadata": {}, "subscription": "sub_1"}]},
                }
            },
        }
    )
    assert (summary.subscription, summary.payment, summary.intent_id) == ("sub_1", "abc", "")
