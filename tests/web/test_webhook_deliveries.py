"""Webhook deliveries over HTTP: what is stored and handled, and what is refused."""

import pytest
from flask.testing import FlaskClient

from storefront import merchants, payments
from storefront.models import Merchant, Offer, Order, Payment, WebhookEvent
from storefront.worker import tasks
from tests.cast import MARKO
from tests.purchase_steps import confirm
from tests.simulator_process import Simulator
from tests.webhook_deliveries import deliver_event, deliver_payload, payment_intent_event


def test_a_webhook_alone_makes_an_order_paid(offer: Offer, client: FlaskClient, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    confirm(simulator, started)
    intent = Payment.current(started.order).intent_id
    merchant = Merchant.get_by_id(offer.merchant.id)
    assert deliver_event(client, merchant, payment_intent_event(intent)).status_code == 200
    assert deliver_event(client, merchant, payment_intent_event(intent)).status_code == 200
    assert WebhookEvent.select().count() == 1
    tasks.handle_waiting_events()
    assert Order.get_by_id(started.order.id).status == "paid"
    asked = len(simulator.logged_requests("/v1/payment_intents", "GET"))
    assert deliver_event(client, merchant, {**payment_intent_event(intent), "id": "evt_2"}).status_code == 200
    tasks.handle_waiting_events()
    assert len(simulator.logged_requests("/v1/payment_intents", "GET")) == asked, "a final payment is not fetched again"
    assert WebhookEvent.select().where(WebhookEvent.handled_at.is_null()).count() == 0


def test_a_payment_with_a_lost_response_is_found_by_its_metadata(
    offer: Offer, client: FlaskClient, simulator: Simulator
) -> None:
    started = payments.start_checkout(offer, MARKO)
    confirm(simulator, started)
    payment = Payment.current(started.order)
    intent = payment.intent_id
    Payment.update(intent_id=None).execute()
    deliver_event(client, Merchant.get(), payment_intent_event(intent, payment=payment.public_id))
    tasks.handle_waiting_events()
    assert Order.get_by_id(started.order.id).status == "paid"


def test_forged_old_and_foreign_deliveries_change_nothing(
    offer: Offer, client: FlaskClient, simulator: Simulator
) -> None:
    merchant = Merchant.get()
    event = payment_intent_event("pi_of_another_system")
    assert deliver_event(client, merchant, event, secret="whsec_forged").status_code == 400
    assert deliver_event(client, merchant, event, age=310).status_code == 400
    assert deliver_event(client, merchant, event, age=-310).status_code == 400, "a signature from the future"
    assert client.post(f"/webhooks/stripe/{merchant.public_id}", data="{}").status_code == 400
    assert client.post("/webhooks/stripe/nobody", data="{}").status_code == 404
    assert WebhookEvent.select().count() == 0
    asked = len(simulator.logged_requests("/v1/payment_intents"))
    assert deliver_event(client, merchant, event).status_code == 200
    tasks.handle_waiting_events()
    assert len(simulator.logged_requests("/v1/payment_intents")) == asked


SIGNED = '{"id": "evt_1", "object": "event", "type": "payment_intent.succeeded", "livemode": false, "created": 1, %s}'
OBJECT = '"data": {"object": {"id": "pi_1", "object": "payment_intent", "metadata": {}}}'


@pytest.mark.parametrize(
    "payload",
    [
        *("1", '"x"', "[1]", "null", "[" * 30_000, '{"a":' * 30_000, '"\\ud800"', "{}", "{", "NaN"),
        *(
            SIGNED.replace('"created": 1', f'"created": {at}') % OBJECT
            for at in ("1e400", "1" + "0" * 17, "-1e17", '"a"')
        ),
        *(SIGNED.replace("evt_1", bad) % OBJECT for bad in ("\\ud800", "evt_\\u0000", "e" * 400_000)),
        *(SIGNED % OBJECT.replace("pi_1", bad) for bad in ("\\ud800", "pi_\\u0000", "p" * 100_000)),
        *(SIGNED % data for data in ('"data": 1', '"data": {}', '"data": {"object": []}')),
    ],
    ids=lambda payload: payload[:40] + payload[-30:],
)
def test_a_signed_delivery_that_cannot_be_read_is_refused(
    payload: str, client: FlaskClient, merchant: Merchant
) -> None:
    assert deliver_payload(client, merchant, payload).status_code == 400
    assert WebhookEvent.select().count() == 0


@pytest.mark.parametrize("text", ["x" * 500, "two\nlines", "\u043e\u043f\u043b\u0430\u0442\u0430 7"])
def test_metadata_of_another_system_does_not_make_an_event_unreadable(
    text: str, client: FlaskClient, merchant: Merchant
) -> None:
    """Stripe disables an endpoint that refuses events. A value of metadata has at most 500 characters."""
    assert deliver_event(client, merchant, payment_intent_event("pi_1", payment=text)).status_code == 200
    assert WebhookEvent.get().payment == ""


def test_a_disconnected_account_wants_no_more_events(client: FlaskClient, merchant: Merchant, offer: Offer) -> None:
    merchants.disconnect(merchant)
    event = payment_intent_event("pi_1")
    assert deliver_event(client, merchant, event, secret="whsec_any").status_code == 410
    assert client.post(f"/webhooks/stripe/{merchant.public_id}", data="{}").status_code == 410


def test_an_event_is_retried_with_increasing_delay(offer: Offer, client: FlaskClient, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    confirm(simulator, started)
    deliver_event(client, Merchant.get(), payment_intent_event(Payment.current(started.order).intent_id))
    simulator.add_fault("/v1/payment_intents/*", "error_before", method="GET", times=1)
    tasks.handle_waiting_events()
    event = WebhookEvent.get()
    assert (event.attempts, event.problem, event.handled_at) == (1, "StripeBroken", None)
    tasks.handle_waiting_events()
    assert Order.get_by_id(started.order.id).status == "pending", "it is not due yet"
    WebhookEvent.update(next_attempt_at=event.received_at).execute()
    tasks.handle_waiting_events()
    assert Order.get_by_id(started.order.id).status == "paid"
