"""Limits on declined cards: what is counted, per address and per offer, and how to disable them."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
import requests

from storefront import payments, settings, webhooks
from storefront.errors import TooManyDeclines
from storefront.models import Decline, Email, Merchant, Offer, Order, Payment, WebhookEvent, now
from storefront.payments import CheckoutRequest, StartedCheckout, proof_of_work
from storefront.stripe_gateway import EventSummary, retrieve_payment_intent
from storefront.worker import tasks
from tests.cards import DECLINED
from tests.cast import MARKO
from tests.proofs_of_work import solve
from tests.purchase_steps import buy, confirm, refresh, start_checkout
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


def test_the_work_of_a_proof_grows_with_the_declines_of_its_network_only(offer: Offer, simulator: Simulator) -> None:
    settings.save({"declines_per_offer_hour": 1, "declines_per_order": 0, "declines_refused_times": 0})
    assert challenge_of(offer, "192.0.2.1") is None
    declined = started_from(offer, "192.0.2.1")
    costs = []
    for _ in range(2):
        decline(simulator, declined, times=10)
        costs.append(cost_of(offer, "192.0.2.200"))
    assert costs == [2 * proof_of_work.COST, 4 * proof_of_work.COST], "neighbors of the address do the same work"
    assert cost_of(offer, "198.51.100.9") == proof_of_work.COST, "however many declines the offer has"


def test_an_easier_proof_is_not_accepted(offer: Offer, simulator: Simulator) -> None:
    settings.save({"declines_per_offer_hour": 1, "declines_per_order": 0, "declines_refused_times": 0})
    declined = started_from(offer, "192.0.2.1")
    decline(simulator, declined)
    proof = solve(challenge_of(offer, "192.0.2.2"))
    decline(simulator, declined, times=9)
    with pytest.raises(TooManyDeclines):
        start_checkout(offer, replace(_from("192.0.2.2"), proof=proof))
    assert start_checkout(offer, replace(_from("198.51.100.9"), visit="visit-from-192.0.2.2", proof=proof))


def test_a_proof_opens_three_cards(offer: Offer, simulator: Simulator) -> None:
    settings.save({"declines_per_offer_hour": 1, "declines_refused_times": 0})
    decline(simulator, started_from(offer, "192.0.2.1"))
    proof = solve(challenge_of(offer, "192.0.2.1"))
    proved = start_checkout(offer, replace(_from("192.0.2.1"), visit="visit-from-192.0.2.1", proof=proof))
    decline(simulator, proved, times=2)
    assert refresh(proved.order).status == "pending"
    decline(simulator, proved)
    assert Order.get_by_id(proved.order.id).status == "failed"


@pytest.mark.parametrize(
    "limit", ["declines_per_address_hour", "declines_per_offer_hour", "declines_per_merchant_hour"]
)
def test_beyond_a_multiple_of_a_limit_networks_with_declines_are_refused(
    limit: str, offer: Offer, simulator: Simulator
) -> None:
    """Twelve declines; then their addresses are stopped, the owner knows, and a buyer elsewhere pays."""
    limits = ("declines_per_address_hour", "declines_per_offer_hour", "declines_per_merchant_hour")
    settings.save({**dict.fromkeys(limits, 0), limit: 6, "declines_refused_times": 2})
    addresses = [f"192.0.{0 if limit == 'declines_per_address_hour' else number}.1" for number in range(8)]
    open_payments = [
        start_checkout(offer, replace(_from(address), visit=f"visit-of-tester-{number}"))
        for number, address in enumerate(addresses)
    ]
    for number in range(12):
        decline(simulator, open_payments[number % len(addresses)])
        assert Email.select().where(Email.kind == "owner_card_testing").exists() == (number == 11)
    refused = challenge_of(offer, addresses[0], "visit-of-the-tester")
    assert refused == "refused"
    intents = len(simulator.logged_requests("/v1/payment_intents", "POST"))
    assert challenge_of(offer, addresses[-1], "another-visit-of-the-tester") == "refused"
    assert len(simulator.logged_requests("/v1/payment_intents", "POST")) == intents
    decline(simulator, open_payments[0])
    assert Email.select().where(Email.kind == "owner_card_testing").count() == 1, "one a day"
    elsewhere = replace(_from("198.51.100.9"), visit="visit-of-a-buyer-01")
    if limit != "declines_per_address_hour":
        elsewhere = replace(elsewhere, proof=solve(challenge_of(offer, "198.51.100.9", "visit-of-a-buyer-01")))
    assert buy(offer, simulator, elsewhere).status == "paid"


def _from(address: str) -> CheckoutRequest:
    return CheckoutRequest("marko@example.com", "Marko", f"visit-from-{address}", "en", address=address)


def started_from(offer: Offer, address: str) -> StartedCheckout:
    return start_checkout(offer, _from(address))


def decline(simulator: Simulator, started: StartedCheckout, times: int = 1) -> None:
    """Try a card that is declined; the shop hears of it. Does nothing once the shop has canceled the payment."""
    for _ in range(times):
        with suppress(AssertionError, requests.HTTPError):
            confirm(simulator, started, DECLINED)
        refresh(started.order)


def challenge_of(offer: Offer, address: str, visit: str = "") -> Any:
    """The challenge that a checkout from this address gets; None if it needs none, "refused" if none would help."""
    try:
        payments.require_payment_allowed(offer, address, visit or f"visit-from-{address}", "")
    except TooManyDeclines as error:
        return error.challenge or "refused"
    return None


def cost_of(offer: Offer, address: str) -> int:
    return int(challenge_of(offer, address)["parameters"]["cost"])
