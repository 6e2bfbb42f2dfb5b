"""Many at once, against the processes of a real shop: one transition, one letter, nothing lost, nobody turned away."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import stripe

from storefront import connections, db, reconciling, webhook_endpoints
from storefront.models import Letter, Merchant, Order, TimelineEntry, WebhookEvent
from stripe_simulator import accounts
from tests.factories import make_offer
from tests.mail_server import MailServer, running_mail_server
from tests.money import books
from tests.money.plug import Shop, book_of
from tests.processes import module, running, until
from tests.simulator_process import Simulator

pytestmark = pytest.mark.xdist_group("storms")
GOOD = "4242424242424242"
AT_ONCE = 50
DELIVERIES, BUYERS = 2000, 20
AGAIN = 20


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with running_mail_server() as server:
        yield server


@pytest.fixture
def shop(simulator: Simulator, mail_server: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(
        tmp_path_factory.mktemp("storm"),
        STRIPE_API_BASE=simulator.url,
        STRIPE_JS_URL=simulator.js_url,
        SMTP_URL=mail_server.url,
        MAIL_FROM="shop@example.com",
        WEB_CONCURRENCY="2",
    )
    with shop.inside():
        shop.begin_anew()
        keys = accounts.publishable_key(accounts.OLENA), accounts.secret_key(accounts.OLENA)
        make_offer(connections.connect("Olena's studio", *keys, shop.url), slug="evening")
    with running(module("storefront"), f"{shop.url}/readyz", shop.folder / "shop.log", shop.environment):
        yield shop
    assert "database is locked" not in (shop.folder / "shop.log").read_text()


def press(shop: Shop, visit: str) -> requests.Response:
    form = {"email": f"{visit}@example.com", "name": "Marko", "visit": visit, "quantity": "1"}
    return shop.post("/o/evening/checkout", **form)


def signed(secret: str, event: dict[str, object]) -> tuple[str, dict[str, str]]:
    """An event as Stripe would deliver it: body and headers."""
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


def all_at_once(actions: Sequence[Callable[[], object]]) -> list[object]:
    """Each in a thread of its own, all let go in the same moment; what came of them."""
    gate = threading.Barrier(len(actions))

    def go(action: Callable[[], object]) -> object:
        gate.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(go, actions))


def test_defect_08_fifty_at_once_make_one_transition_and_one_letter(
    shop: Shop, simulator: Simulator, mail_server: MailServer
) -> None:
    # Nobody knows of the payment before those fifty.
    requests.post(f"{simulator.url}/simulator/deliveries/mode", json={"mode": "drop"}, timeout=5)
    token, secret = (press(shop, "marko").json()[name] for name in ("order", "client_secret"))
    simulator.confirm(accounts.publishable_key(accounts.OLENA), secret, GOOD)
    with shop.inside():
        merchant = Merchant.get()
        hook, body = webhook_endpoints.address(merchant, shop.url), event_about(secret.split("_secret_")[0], "paid")
        signing_secret = merchant.webhook_secret

        def come_back() -> int:
            return requests.get(f"{shop.url}/orders/{token}", timeout=60).status_code

        def deliver() -> int:
            data, headers = signed(signing_secret, body)
            return requests.post(hook, data=data, headers=headers, timeout=60).status_code

        def reconcile() -> int:
            with db.connection():
                return 200 + len(reconciling.run(everything=True).unanswered)

        answers = all_at_once([(come_back, deliver, reconcile)[number % 3] for number in range(AT_ONCE)])
        assert set(answers) == {200}
        until(lambda: Letter.select().where(Letter.state == "waiting").count() == 0, "the letters to be posted")
        order = Order.get()
        assert order.status == "paid"
        assert [entry.kind for entry in order.timeline()] == ["created", "paid"]
        assert WebhookEvent.select().count() == 1
        assert books.after_reconcile(book_of(simulator)) == []
    assert Counter(str(letter["To"]) for letter in mail_server.received) == {
        "marko@example.com": 1,
        "olena@example.com": 1,
    }


def test_also_two_thousand_webhooks_while_buyers_pay_lose_nothing_and_turn_nobody_away(
    shop: Shop, simulator: Simulator
) -> None:
    with shop.inside():
        merchant = Merchant.get()
        hook, secret = webhook_endpoints.address(merchant, shop.url), merchant.webhook_secret
    # The last of every twenty is the one before it, once more.
    numbers = [number - 1 if number % AGAIN == AGAIN - 1 else number for number in range(DELIVERIES)]
    events = [event_about(f"pi_foreign_{number}", f"storm_{number}") for number in numbers]
    different = {str(event["id"]) for event in events}
    shares = [events[number::AT_ONCE] for number in range(AT_ONCE)]
    begun = threading.Barrier(AT_ONCE + 1)

    def deliver(share: list[dict[str, object]]) -> list[int]:
        with requests.Session() as connection:
            begun.wait()
            return [_posted(connection, hook, *signed(secret, event)) for event in share]

    def buy(number: int) -> list[int]:
        pressed = press(shop, f"buyer-{number}")
        simulator.confirm(accounts.publishable_key(accounts.OLENA), pressed.json()["client_secret"], GOOD)
        back = requests.get(f"{shop.url}/orders/{pressed.json()['order']}", timeout=120)
        assert back.url.endswith("/thank-you")
        return [pressed.status_code, back.status_code]

    with ThreadPoolExecutor(AT_ONCE) as deliverers, ThreadPoolExecutor(4) as buyers:
        deliveries = [deliverers.submit(deliver, share) for share in shares]
        begun.wait()
        bought = list(buyers.map(buy, range(BUYERS)))
        delivered = [status for delivery in deliveries for status in delivery.result()]
    assert Counter(delivered) == {200: DELIVERIES}
    assert Counter(status for statuses in bought for status in statuses) == {200: 2 * BUYERS}
    with shop.inside():
        stored = Counter(event.event_id for event in WebhookEvent.select() if event.event_id.startswith("evt_storm"))
        assert set(stored) == different and set(stored.values()) == {1}
        assert Order.select().where(Order.status == "paid").count() == BUYERS
        assert TimelineEntry.select().where(TimelineEntry.kind == "paid").count() == BUYERS
        assert Letter.select().where(Letter.kind == "receipt").count() == BUYERS
        assert books.after_reconcile(book_of(simulator)) == []


def _posted(connection: requests.Session, hook: str, body: str, headers: dict[str, str]) -> int:
    return connection.post(hook, data=body, headers=headers, timeout=120).status_code
