"""Limits on declined cards: what is counted, per address and per offer, and how to disable them."""

import pytest

from storefront import settings, webhooks
from storefront.errors import TooManyDeclines
from storefront.models import Decline, Merchant, Offer, Order, Payment, WebhookEvent, now
from storefront.payments import CheckoutRequest
from storefront.stripe_gateway import EventSummary, retrieve_payment_intent
from storefront.worker import tasks
from tests.cards import DECLINED
from tests.cast import MARKO
from tests.purchase_steps import confirm, refresh, start_checkout
from tests.simulator_process import Simulator


def test_a_decline_reported_twice_counts_once(offer: Offer, simulator: Simulator) -> None:
    started = start_checkout(offer)
    confirm(simulator, started, DECLINED)
    payment = Payment.current(started.order)
    assert payment
    attempt = retrieve_payment_intent(payment).attempt
    for number in range(2):
        refresh(started.order)
        told = {"object_id": payment.intent_id, "intent_id": "", "payment": "", "livemode": False}
        hint = EventSummary(
            f"evt_{number}", "payment_intent.payment_failed", **told, declined_charge=attempt, occurred_at=now()
        )
        webhooks.store(Merchant.get(), hint)
        tasks.handle_waiting_events()
    assert WebhookEvent.select().count() == 2
    assert [(decline.attempt, decline.address) for decline in Decline.select()] == [(attempt, MARKO.address)]


def test_zero_disables_each_limit(offer: Offer, simulator: Simulator) -> None:
    off = ("declines_per_order", "declines_per_address_hour", "declines_per_offer_hour")
    settings.save(dict.fromkeys(off, 0))
    started = start_checkout(offer)
    for _ in range(12):
        confirm(simulator, started, DECLINED)
        refresh(started.order)
    assert (Decline.select().count(), Order.get().status) == (12, "pending")
    assert start_checkout(
        offer, CheckoutRequest("taras@example.com", "Taras", "visit-of-taras-0001", "en", address=MARKO.address)
    )
    confirm(simulator, started)
    assert refresh(started.order).status == "paid"


def test_an_ipv6_network_of_64_bits_counts_as_one_address(offer: Offer, simulator: Simulator) -> None:
    settings.save({"declines_per_address_hour": 1})
    confirm(simulator, started := start_checkout(offer, _from("2001:db8:1:2::7")), DECLINED)
    refresh(started.order)
    assert Order.get().buyer_address == "2001:db8:1:2::7", "the evidence file shows the full address"
    with pytest.raises(TooManyDeclines):
        start_checkout(offer, _from("2001:db8:1:2:ffff::1"))
    assert start_checkout(offer, _from("2001:db8:1:3::7"))


def _from(address: str) -> CheckoutRequest:
    return CheckoutRequest("marko@example.com", "Marko", f"visit-from-{address}", "en", address=address)
