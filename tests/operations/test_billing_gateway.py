"""The gateway's calls to Stripe Billing, and how it reads the responses."""

from datetime import timedelta

import pytest
import requests

from storefront import stripe_gateway
from storefront.errors import StripeNotFound, StripeRefused
from storefront.models import CatalogPrice, Merchant, Offer, Order, Payment, PaymentKind, Subscription
from storefront.stripe_gateway import Intent, InvoiceSnapshot, SubscriptionSnapshot
from storefront.stripe_gateway.events.event_summary import summarize_event
from tests.cards import GOOD, OTHER_GOOD
from tests.simulator_process import Simulator


def row(offer: Offer, **terms: int) -> Subscription:
    """A subscription row without a subscription at Stripe; its customer exists there."""
    promised = {"title": offer.title, "unit_amount": 1999, "quantity": 2, "amount": 3998, "currency": "EUR"}
    buyer = {"email": "marko@example.com", "name": "Marko", "language": "uk"}
    merchant = offer.merchant
    order = Order.create(offer=offer, merchant=merchant, visit_key="visit-of-marko-0001", **promised, **buyer)
    kind, due = (PaymentKind.SETUP, 0) if terms.get("trial_days") else (PaymentKind.FIRST, 3998)
    payment = Payment.create(order=order, merchant=merchant, kind=kind, amount=due, currency="EUR")
    subscription = Subscription.create(
        order=order,
        merchant=merchant,
        payment=payment,
        unit_amount=1999,
        quantity=2,
        currency="EUR",
        every=1,
        interval="month",
        **terms,
    )
    subscription.customer_id = stripe_gateway.create_customer(subscription)
    return subscription


def price(offer: Offer, unit_amount: int = 1999) -> str:
    found = CatalogPrice.create(
        offer=offer,
        merchant=offer.merchant,
        title=offer.title,
        unit_amount=unit_amount,
        currency="EUR",
        every=1,
        interval="month",
    )
    found.product_id = stripe_gateway.create_product(found)
    assert stripe_gateway.create_product(found) == found.product_id
    made = stripe_gateway.create_price(found)
    assert stripe_gateway.create_price(found) == made
    return made


def begun(subscription: Subscription, price_id: str) -> tuple[SubscriptionSnapshot, Intent]:
    snapshot, intent = stripe_gateway.create_subscription(subscription, price_id)
    subscription.subscription_id, subscription.item_id = snapshot.id, snapshot.item_id
    return snapshot, intent


def at_stripe(subscription: Subscription) -> SubscriptionSnapshot:
    assert subscription.subscription_id
    return stripe_gateway.retrieve_subscription(subscription.merchant, subscription.subscription_id)


def invoices_of(subscription: Subscription) -> list[InvoiceSnapshot]:
    assert subscription.subscription_id
    return stripe_gateway.list_invoices(subscription.merchant, subscription.subscription_id)


def type_card(simulator: Simulator, merchant: Merchant, intent: Intent, number: str = GOOD) -> requests.Response:
    return simulator.confirm(merchant.publishable_key, intent.client_secret, number)


def steer(simulator: Simulator, control: str, **body: str | int) -> None:
    requests.post(f"{simulator.url}/simulator/{control}", json=body, timeout=60).raise_for_status()


def running(offer: Offer, simulator: Simulator, **terms: int) -> Subscription:
    """A subscription whose first payment is made."""
    subscription = row(offer, **terms)
    _, intent = begun(subscription, price(offer))
    assert type_card(simulator, subscription.merchant, intent).json()["status"] == "succeeded"
    return subscription


def test_a_new_subscription_is_incomplete_until_its_first_payment(offer: Offer, simulator: Simulator) -> None:
    subscription = row(offer)
    snapshot, intent = begun(subscription, price(offer))
    assert (snapshot.status, snapshot.public_id, snapshot.customer_id) == (
        "incomplete",
        subscription.public_id,
        subscription.customer_id,
    )
    assert (snapshot.unit_amount, snapshot.quantity, snapshot.currency) == (1999, 2, "EUR")
    assert (intent.status, intent.amount, intent.customer) == (
        "requires_payment_method",
        3998,
        subscription.customer_id,
    )
    again = stripe_gateway.create_subscription(subscription, snapshot.price_id)
    assert (again[0].id, again[1].id) == (snapshot.id, intent.id)
    type_card(simulator, subscription.merchant, intent)
    now = at_stripe(subscription)
    assert (now.status, now.card and now.card.last4) == ("active", "4242")
    assert now.period_start and now.period_end and now.period_end > now.period_start
    found = stripe_gateway.find_subscription(subscription)
    assert found is not None
    assert (found[0], found[1].status, found[1].payment_method) == (now, "succeeded", now.card and now.card.id)
    [invoice] = invoices_of(subscription)
    assert (invoice.status, invoice.amount_paid, invoice.intent_id) == ("paid", 3998, intent.id)
    assert (invoice.reason, invoice.subscription_id, invoice.period_end) == (
        "subscription_create",
        snapshot.id,
        now.period_end,
    )
    with pytest.raises(StripeRefused):
        stripe_gateway.void_invoice(subscription.merchant, invoice.id)


def test_a_trial_starts_by_saving_a_card(offer: Offer) -> None:
    subscription = row(offer, trial_days=14)
    assert stripe_gateway.find_subscription(subscription) is None
    snapshot, intent = begun(subscription, price(offer))
    assert snapshot.status == "trialing"
    assert (intent.amount, intent.currency, intent.status) == (0, "EUR", "requires_payment_method")
    found = stripe_gateway.find_subscription(subscription)
    assert found is not None and found[1].id == intent.id
    assert snapshot.trial_end is not None
    later = snapshot.trial_end + timedelta(days=7)
    assert stripe_gateway.extend_trial(subscription, later).trial_end == later
    assert stripe_gateway.cancel_setup_intent(subscription.merchant, intent.id, "EUR").status == "canceled"
    assert stripe_gateway.cancel_subscription(subscription).status == "canceled"
    with pytest.raises(StripeNotFound):
        stripe_gateway.cancel_subscription(subscription)


def test_cancellation_pause_and_price_can_be_changed(offer: Offer, simulator: Simulator) -> None:
    subscription = running(offer, simulator)
    ending = stripe_gateway.cancel_at_period_end(subscription)
    assert (ending.cancels_at_period_end, ending.cancel_at) == (True, ending.period_end)
    kept = stripe_gateway.undo_cancellation(subscription)
    assert (kept.cancels_at_period_end, kept.cancel_at) == (False, None)
    assert ending.period_end is not None
    paused = stripe_gateway.pause_collection(subscription, ending.period_end)
    assert (paused.paused, paused.resumes_at) == (True, ending.period_end)
    assert stripe_gateway.pause_collection(subscription, None).resumes_at is None
    assert stripe_gateway.resume_collection(subscription).paused is False
    changed = stripe_gateway.change_price(subscription, price(offer, 2999))
    assert (changed.item_id, changed.unit_amount, changed.quantity) == (subscription.item_id, 2999, 2)


def test_another_card_is_saved_and_pays_the_open_invoice(offer: Offer, simulator: Simulator) -> None:
    subscription = running(offer, simulator)
    merchant = subscription.merchant
    steer(simulator, f"subscriptions/{subscription.subscription_id}/renew", card="declines")
    first, invoice = invoices_of(subscription)
    assert (first.status, invoice.status, invoice.attempts, invoice.paid_at) == ("paid", "open", 1, None)
    assert invoice.next_attempt_at is not None
    saved = at_stripe(subscription).card
    assert saved is not None
    with pytest.raises(StripeRefused) as refused:
        stripe_gateway.pay_invoice(merchant, invoice.id, saved.id)
    assert refused.value.code == "card_declined"
    setup = stripe_gateway.create_card_setup(subscription, "key-0001")
    assert stripe_gateway.create_card_setup(subscription, "key-0001").id == setup.id
    keep_card(simulator, merchant, setup, OTHER_GOOD)
    kept = stripe_gateway.retrieve_setup_intent(merchant, setup.id, "EUR")
    assert (kept.status, kept.customer) == ("succeeded", subscription.customer_id)
    card = stripe_gateway.set_default_card(subscription, kept.payment_method).card
    assert card and (card.brand, card.last4, card.exp_year) == ("mastercard", "4444", 2034)
    paid = stripe_gateway.pay_invoice(merchant, invoice.id, kept.payment_method)
    assert (paid.status, paid.amount_paid, paid.paid_at is not None) == ("paid", 3998, True)
    assert stripe_gateway.retrieve_intent(merchant, paid.intent_id).amount_received == 3998
    assert paid in stripe_gateway.list_invoices(merchant, subscription.subscription_id or "")


def keep_card(simulator: Simulator, merchant: Merchant, setup: Intent, number: str) -> None:
    form = {"client_secret": setup.client_secret, "use_stripe_sdk": "true", "payment_method_data[type]": "card"}
    card = {"number": number, "exp_month": "12", "exp_year": "2034", "cvc": "123"}
    form |= {f"payment_method_data[card][{name}]": value for name, value in card.items()}
    answer = requests.post(
        f"{simulator.url}/v1/setup_intents/{setup.id}/confirm",
        data=form,
        headers={"Authorization": f"Bearer {merchant.publishable_key}"},
        timeout=60,
    )
    answer.raise_for_status()


def test_a_card_that_needs_3d_secure_leaves_the_invoice_open(offer: Offer, simulator: Simulator) -> None:
    subscription = running(offer, simulator)
    steer(simulator, f"subscriptions/{subscription.subscription_id}/renew", card="asks")
    invoice = invoices_of(subscription)[-1]
    intent = stripe_gateway.retrieve_intent(subscription.merchant, invoice.intent_id)
    assert (intent.status, invoice.next_attempt_at) == ("requires_action", None)
    with pytest.raises(StripeRefused) as refused:
        stripe_gateway.pay_invoice(subscription.merchant, invoice.id, intent.payment_method)
    assert refused.value.code == "invoice_payment_intent_requires_action"
    void = stripe_gateway.void_invoice(subscription.merchant, invoice.id)
    assert (void.status, void.intent_id) == ("void", "")


def test_a_payment_plan_ends_with_its_last_installment(offer: Offer, simulator: Simulator) -> None:
    subscription = running(offer, simulator, instalments=3)
    schedule_id = stripe_gateway.create_plan_schedule(subscription)
    planned = at_stripe(subscription)
    assert planned.schedule_id == schedule_id
    assert planned.period_start and planned.cancel_at
    assert timedelta(days=88) < planned.cancel_at - planned.period_start < timedelta(days=93)
    assert stripe_gateway.create_plan_schedule(subscription, schedule_id) == schedule_id
    again = at_stripe(subscription)
    assert again.cancel_at == planned.cancel_at
    with pytest.raises(StripeRefused):
        stripe_gateway.cancel_at_period_end(subscription)


def test_a_schedule_created_late_charges_no_extra_installment(offer: Offer, simulator: Simulator) -> None:
    subscription = running(offer, simulator, instalments=3)
    steer(simulator, f"subscriptions/{subscription.subscription_id}/renew")
    stripe_gateway.create_plan_schedule(subscription)
    steer(simulator, "clock", advance=100 * 24 * 60 * 60)
    assert at_stripe(subscription).status == "canceled"
    invoices = invoices_of(subscription)
    assert [one.status for one in invoices] == ["paid"] * 3


def test_a_customers_email_can_be_changed(offer: Offer) -> None:
    subscription = row(offer)
    stripe_gateway.update_customer(subscription, "ivan@example.com", "Ivan")
    assert stripe_gateway.create_customer(subscription) == subscription.customer_id


@pytest.mark.parametrize(
    ("kind", "about", "subscription", "payment"),
    [
        ("customer.subscription.updated", {"id": "sub_1", "metadata": {"payment": "p"}}, "sub_1", "p"),
        (
            "invoice.paid",
            {
                "id": "in_1",
                "metadata": {},
                "parent": {"subscription_details": {"subscription": "sub_1", "metadata": {"payment": "p"}}},
            },
            "sub_1",
            "p",
        ),
        ("invoice.paid", {"id": "in_1", "metadata": {}, "parent": None}, "", ""),
        ("subscription_schedule.created", {"id": "sub_sched_1", "subscription": "sub_1"}, "sub_1", ""),
        (
            "subscription_schedule.released",
            {"id": "sub_sched_1", "subscription": None, "released_subscription": "sub_1"},
            "sub_1",
            "",
        ),
        ("payment_intent.succeeded", {"id": "pi_1", "metadata": {"payment": "p"}}, "", "p"),
        ("setup_intent.succeeded", {"id": "seti_1", "metadata": {"stripe_subscription": "sub_1"}}, "sub_1", ""),
    ],
)
def test_an_event_identifies_its_subscription(
    kind: str, about: dict[str, object], subscription: str, payment: str
) -> None:
    hint = summarize_event(
        {"id": "evt_1", "type": kind, "data": {"object": about}, "livemode": False, "created": 1800000000}
    )
    assert (hint.subscription, hint.payment, hint.object_id) == (subscription, payment, about["id"])
