"""Many concurrent requests to a shop with real processes: one transition, one email, nothing lost."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import requests
import stripe

from storefront import db, merchants, worker
from storefront.models import Email, Invoice, Merchant, Order, Payment, Subscription, TimelineEntry, WebhookEvent, now
from stripe_simulator import accounts
from tests import databases
from tests.cards import GOOD
from tests.deployment.shop_processes import Shop, ledger_of
from tests.factories import make_offer
from tests.mail_server import MailServer
from tests.money import payment_checks
from tests.processes import running_quickly, until
from tests.simulator_process import Simulator

pytestmark = pytest.mark.xdist_group("storms")
AT_ONCE = 50
DELIVERIES, BUYERS = 2000, 20
AGAIN = 20
# Every fourth buyer subscribes.
SUBSCRIBES = 4


@pytest.fixture
def database() -> Iterator[dict[str, str]]:
    with databases.new_database() as database:
        yield database


@pytest.fixture
def shop(
    simulator: Simulator,
    mail_server: MailServer,
    database: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Shop]:
    shop = Shop(
        tmp_path_factory.mktemp("concurrent"),
        STRIPE_API_BASE=simulator.url,
        STRIPE_JS_URL=simulator.js_url,
        SMTP_URL=mail_server.url,
        MAIL_FROM="shop@example.com",
        WEB_CONCURRENCY="2",
        **database,
    )
    with shop.inside():
        shop.reset()
        keys = accounts.publishable_key(accounts.OLENA), accounts.secret_key(accounts.OLENA)
        merchant = merchants.connect("Olena's studio", *keys, shop.url)
        make_offer(merchant, slug="evening")
        make_offer(merchant, slug="letters", kind="recurring")
    with running_quickly(["storefront"], f"{shop.url}/readyz", shop.folder / "shop.log", shop.environment):
        yield shop
    assert "database is locked" not in (shop.folder / "shop.log").read_text()
    assert databases.deadlocks(shop.config) == 0


def press(shop: Shop, visit: str, offer: str = "evening") -> requests.Response:
    form = {"email": f"{visit}@example.com", "name": "Marko", "visit": visit, "quantity": "1"}
    return shop.post(f"/o/{offer}/checkout", **form)


def buys(shop: Shop, simulator: Simulator, visit: str, offer: str) -> str:
    """Buy an offer up to the thank-you page; the order's token.

    As in a browser: while Stripe's answer is late, the page of the order is loaded again.
    """
    pressed = press(shop, visit, offer).json()
    simulator.confirm(accounts.publishable_key(accounts.OLENA), pressed["client_secret"], GOOD)
    order = f"{shop.url}/orders/{pressed['order']}"
    until(lambda: requests.get(order, timeout=120).url.endswith("/thank-you"), "the thank-you page")
    return str(pressed["order"])


def signed(secret: str, event: dict[str, object]) -> tuple[str, dict[str, str]]:
    """The body and headers of a delivery as Stripe sends it."""
    body, at = json.dumps(event), int(time.time())
    return body, {"Stripe-Signature": f"t={at},v1={stripe.WebhookSignature._compute_signature(f'{at}.{body}', secret)}"}


def event_about(intent: str, name: str) -> dict[str, object]:
    about = {"id": intent, "object": "payment_intent", "metadata": {}}
    return {
        "id": f"evt_{name}",
        "type": "payment_intent.succeeded",
        "livemode": False,
        "created": int(time.time()),
        "data": {"object": about},
    }


def subscription_event(subscription: str, type_: str, name: str) -> dict[str, object]:
    """An event about a subscription of Olena's account, or about one of its invoices."""
    about: dict[str, object] = {"id": subscription, "object": "subscription", "metadata": {}}
    if type_.startswith("invoice."):
        details = {"subscription": subscription, "metadata": {}}
        parent = {"type": "subscription_details", "subscription_details": details}
        about = {"id": f"in_{name}", "object": "invoice", "parent": parent}
    return {
        "id": f"evt_{name}",
        "type": type_,
        "livemode": False,
        "created": int(time.time()),
        "data": {"object": about},
    }


def run_concurrently(actions: Sequence[Callable[[], object]]) -> list[object]:
    """Run all actions at the same moment, each in a thread; their results."""
    gate = threading.Barrier(len(actions))

    def go(action: Callable[[], object]) -> object:
        gate.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(go, actions))


def test_defect_08_fifty_concurrent_requests_make_one_transition_and_one_email(
    shop: Shop, simulator: Simulator, mail_server: MailServer
) -> None:
    # Webhooks are dropped, so that the shop does not know of the payment before the fifty requests.
    requests.post(f"{simulator.url}/simulator/deliveries/mode", json={"mode": "drop"}, timeout=60)
    token, secret = (press(shop, "marko").json()[name] for name in ("order", "client_secret"))
    simulator.confirm(accounts.publishable_key(accounts.OLENA), secret, GOOD)
    with shop.inside():
        merchant = Merchant.get()
        hook, body = merchants.endpoint_url(merchant, shop.url), event_about(secret.split("_secret_")[0], "paid")
        signing_secret = merchant.webhook_secret

        def come_back() -> int:
            return requests.get(f"{shop.url}/orders/{token}", timeout=60).status_code

        def deliver() -> int:
            data, headers = signed(signing_secret, body)
            return requests.post(hook, data=data, headers=headers, timeout=60).status_code

        def reconcile() -> int:
            with db.connection():
                return 200 + len(worker.reconcile(everything=True).failures)

        answers = run_concurrently([(come_back, deliver, reconcile)[number % 3] for number in range(AT_ONCE)])
        assert set(answers) == {200}
        until(lambda: Email.select().where(Email.state == "waiting").count() == 0, "the emails to be sent")
        order = Order.get()
        assert order.status == "paid"
        assert [entry.kind for entry in order.timeline()] == ["created", "paid"]
        # Stripe's own event was dropped, but the worker may fetch it; it has a different ID.
        assert WebhookEvent.select().where(WebhookEvent.event_id == body["id"]).count() == 1
        assert payment_checks.after_reconcile(ledger_of(simulator)) == []
    assert Counter(str(letter["To"]) for letter in mail_server.received) == {
        "marko@example.com": 1,
        "olena@example.com": 1,
    }


RENEWAL = (
    *("invoice.created", "invoice.finalized", "customer.subscription.updated", "invoice.paid"),
    *("invoice.payment_action_required", "invoice.payment_failed"),
)


def test_defect_08_fifty_concurrent_webhooks_of_one_renewal_make_one_email_and_one_receipt(
    shop: Shop, simulator: Simulator, mail_server: MailServer
) -> None:
    requests.post(f"{simulator.url}/simulator/deliveries/mode", json={"mode": "drop"}, timeout=60)
    token, key = buys(shop, simulator, "marko", "letters"), accounts.publishable_key(accounts.OLENA)
    with shop.inside():
        merchant, subscription = Merchant.get(), Subscription.get()
        stripe_id, card = str(subscription.subscription_id), subscription.card_id
        hook, signing_secret = merchants.endpoint_url(merchant, shop.url), merchant.webhook_secret
        simulator.renew(stripe_id, "asks")
        send_fifty(shop, hook, signing_secret, stripe_id, token, "asked")
        invoice = Invoice.all_of(subscription)[0]
        assert (invoice.needs, Subscription.get().status) == ("authentication", "past_due")
        secret = shop.post(f"/orders/{token}/pay").json()["client_secret"]
        simulator.confirm_saved(key, secret, card)
        simulator.answer_challenge(secret, "authorize")
        send_fifty(shop, hook, signing_secret, stripe_id, token, "paid")
        assert (Invoice.all_of(subscription)[0].status, Subscription.get().status) == ("paid", "active")
        entries = Counter(entry.kind for entry in Order.get().timeline())
        assert (entries["invoice_needs"], entries["invoice_paid"]) == (1, 1)
        assert Payment.select().where(Payment.kind == "renewal").count() == 1
        assert Email.select().where(Email.kind == "renewal_reminder", Email.state == "waiting").count() == 0
        assert payment_checks.after_reconcile(ledger_of(simulator)) == []
        written = Counter(letter.kind for letter in Email.select().where(Email.state == "sent"))
    assert written == {
        "receipt": 1,
        "owner_sale": 1,
        "renewal_authentication": 1,
        "owner_renewal_stopped": 1,
        "renewal_receipt": 1,
    }
    assert Counter(str(letter["To"]) for letter in mail_server.received) == {
        "marko@example.com": 3,
        "olena@example.com": 2,
    }


def send_fifty(shop: Shop, hook: str, signing_secret: str, stripe_id: str, token: str, name: str) -> None:
    """Send fifty concurrent requests: repeated events of one renewal, page views and reconciliations."""

    def deliver(number: int) -> int:
        type_ = RENEWAL[number % len(RENEWAL)]
        # Either a repetition of the same event, or another event of the same type.
        event = subscription_event(stripe_id, type_, f"{name}_{number % 20}_{type_}")
        data, headers = signed(signing_secret, event)
        return requests.post(hook, data=data, headers=headers, timeout=60).status_code

    def come_back(number: int) -> int:
        return requests.get(f"{shop.url}/orders/{token}{('', '/pay')[number % 2]}", timeout=60).status_code

    def reconcile(number: int) -> int:
        with db.connection():
            return 200 + len(worker.reconcile(everything=True).failures)

    actions = (deliver, deliver, deliver, come_back, reconcile)
    answers = run_concurrently([partial(actions[number % len(actions)], number) for number in range(AT_ONCE)])
    assert set(answers) == {200}
    until(
        lambda: not WebhookEvent.select().where(WebhookEvent.handled_at.is_null()).exists(), "all events to be handled"
    )
    due = Email.select().where(Email.state == "waiting", Email.due_at <= now())
    until(lambda: due.count() == 0, "the emails to be sent")


def test_two_thousand_webhooks_while_buyers_pay_are_all_stored_and_no_request_fails(
    shop: Shop, simulator: Simulator
) -> None:
    buys(shop, simulator, "subscriber", "letters")
    with shop.inside():
        merchant = Merchant.get()
        hook, secret = merchants.endpoint_url(merchant, shop.url), merchant.webhook_secret
        known = str(Subscription.get().subscription_id)
    # The last of every twenty deliveries repeats the one before it.
    numbers = [number - 1 if number % AGAIN == AGAIN - 1 else number for number in range(DELIVERIES)]
    # Events about objects of other systems on the same account; some about a subscription of this shop.
    events = [
        subscription_event(
            known if number % 25 == 0 else f"sub_foreign_{number}", RENEWAL[number % len(RENEWAL)], f"storm_{number}"
        )
        if number % 5 == 0
        else event_about(f"pi_foreign_{number}", f"storm_{number}")
        for number in numbers
    ]
    different = {str(event["id"]) for event in events}
    shares = [events[number::AT_ONCE] for number in range(AT_ONCE)]
    begun = threading.Barrier(AT_ONCE + 1)

    def deliver(share: list[dict[str, object]]) -> list[int]:
        with requests.Session() as connection:
            begun.wait()
            return [_posted(connection, hook, *signed(secret, event)) for event in share]

    def buy(number: int) -> str:
        return buys(shop, simulator, f"buyer-{number}", "letters" if number % SUBSCRIBES == 0 else "evening")

    with ThreadPoolExecutor(AT_ONCE) as deliverers, ThreadPoolExecutor(4) as buyers:
        deliveries = [deliverers.submit(deliver, share) for share in shares]
        begun.wait()
        bought = list(buyers.map(buy, range(BUYERS)))
        delivered = [status for delivery in deliveries for status in delivery.result()]
    assert Counter(delivered) == {200: DELIVERIES}
    assert len(set(bought)) == BUYERS
    with shop.inside():
        stored = Counter(event.event_id for event in WebhookEvent.select() if event.event_id.startswith("evt_storm"))
        assert set(stored) == different and set(stored.values()) == {1}
        assert Order.select().where(Order.status == "paid").count() == BUYERS + 1
        assert TimelineEntry.select().where(TimelineEntry.kind == "paid").count() == BUYERS + 1
        assert Email.select().where(Email.kind == "receipt").count() == BUYERS + 1
        assert {one.status for one in Subscription.select()} <= {"active"}
        assert payment_checks.after_reconcile(ledger_of(simulator)) == []


def _posted(connection: requests.Session, hook: str, body: str, headers: dict[str, str]) -> int:
    return connection.post(hook, data=body, headers=headers, timeout=120).status_code
