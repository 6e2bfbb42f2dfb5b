"""Web and worker are killed at a chosen moment and started again; then the shop's records agree with Stripe's."""

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from storefront import emails, merchants, settings, worker
from storefront.models import Email, Invoice, Merchant, Offer, Order, Payment, Subscription, WebhookEvent, now
from storefront.worker import tasks
from stripe_simulator import accounts
from tests import databases
from tests.cards import GOOD
from tests.deployment.shop_processes import BackgroundCall, Shop, form_value, ledger_of, until_fault_is_met
from tests.factories import make_offer
from tests.mail_server import MailServer, running_mail_server
from tests.money import payment_checks
from tests.processes import start_quickly, until
from tests.simulator_process import Simulator

SECONDS = 1.5
INTENTS = "/v1/payment_intents"
SUBSCRIPTIONS, SCHEDULES = "/v1/subscriptions", "/v1/subscription_schedules"


@dataclass
class KillScenario:
    """A shop and a buyer who is about to pay €19.99. Its methods are the steps that a test combines."""

    shop: Shop
    simulator: Simulator
    mail_server: MailServer
    offer: str
    publishable_key: str
    order: str = ""
    secret: str = ""

    def press(self) -> requests.Response:
        form = {"email": "marko@example.com", "name": "Marko", "visit": "visit-of-marko", "quantity": "1"}
        answer = self.shop.post(f"/o/{self.offer}/checkout", **form)
        if answer.ok:
            self.order, self.secret = answer.json()["order"], answer.json().get("client_secret", "")
        return answer

    def confirm(self) -> None:
        self.simulator.confirm(self.publishable_key, self.secret, GOOD)

    def come_back(self) -> requests.Response:
        return requests.get(f"{self.shop.url}/orders/{self.order}", timeout=60)

    def sells(self, **terms: object) -> None:
        """Sell this offer instead of the one-time purchase."""
        with self.shop.inside():
            self.offer = make_offer(Merchant.get(), **terms).slug

    def sells_monthly(self) -> None:
        self.sells(kind="recurring", cancellation="now")

    def sells_after_a_trial(self) -> None:
        self.sells(kind="recurring", trial_days=7)

    def sells_in_instalments(self) -> None:
        self.sells(kind="plan", instalments=3)

    def renew(self) -> None:
        self.steer(f"subscriptions/{self.subscription().subscription_id}/renew")

    def cancel(self) -> requests.Response:
        """Cancel immediately, on the customer's page."""
        with self.shop.inside():
            page = f"/my/{emails.make_account_token(Order.get().email)}"
        return self.shop.post(f"{page}/subscriptions/{self.subscription().public_id}/cancellation", way="now")

    def subscription(self) -> Subscription:
        with self.shop.inside():
            return Subscription.select().order_by(Subscription.id.desc()).get()

    def at_stripe(self, what: str) -> list[dict[str, Any]]:
        """Olena's subscriptions (including ended ones) or schedules at Stripe."""
        more = {"status": "all"} if what == "subscriptions" else {}
        headers = {"Authorization": f"Bearer {accounts.secret_key(accounts.OLENA)}"}
        answer = requests.get(f"{self.simulator.url}/v1/{what}", params=more, headers=headers, timeout=60)
        return list(answer.json()["data"])

    def buy(self) -> None:
        """Buy, open the thank-you page, and wait until the receipt is sent, so that no kill interrupts it."""
        self.press()
        self.confirm()
        until(lambda: self.come_back().url.endswith("/thank-you"), "the thank-you page")
        with self.shop.inside():
            posted = Email.select().where(Email.kind == "receipt", Email.state == "sent")
            until(posted.exists, "the receipt to be sent")

    def refund(self) -> requests.Response:
        owner = self.shop.signed_in()
        page = owner.get(f"{self.shop.url}/admin/orders/{self.order}/refunds/new", timeout=60).text
        form = {name: form_value(page, name) for name in ("csrf_token", "key")}
        form |= {"amount": "19.99", "reason": "requested_by_customer"}
        return self.shop.post(f"/admin/orders/{self.order}/refunds", owner, **form)

    def refund_at_stripe(self) -> None:
        with self.shop.inside():
            intent = Payment.get().intent_id
        self.steer("refunds", payment_intent=intent)

    def reconcile(self) -> int:
        """Run the command as a process that is killed with the others."""
        command = ["flask", "--app", "wsgi", "reconcile"]
        process = start_quickly(command, self.shop.folder / "reconcile.log", self.shop.environment)
        self.shop.processes["reconcile"] = process
        return process.popen.wait()

    def change(self, amount: int = 2999) -> None:
        with self.shop.inside():
            Offer.update(amount=amount).execute()

    def expire_order(self) -> None:
        with self.shop.inside():
            Order.update(expires_at=now()).execute()

    def webhooks(self, mode: str) -> None:
        """Set the delivery mode of webhooks: "normal" or "drop"."""
        self.steer("deliveries/mode", mode=mode)

    def steer(self, control: str, **body: object) -> None:
        requests.post(f"{self.simulator.url}/simulator/{control}", json=body, timeout=60).raise_for_status()


@dataclass(frozen=True)
class Moment:
    """When to kill: during the request `method` `path` that `during` makes to Stripe, after the steps in `before`.

    `webhooks`: whether they arrive.
    """

    during: Callable[[KillScenario], object]
    method: str
    path: str
    before: tuple[Callable[[KillScenario], object], ...] = ()
    webhooks: bool = False


MOMENTS = {
    "a press creates the intent": Moment(KillScenario.press, "POST", INTENTS),
    "a buyer returns": Moment(
        KillScenario.come_back, "GET", f"{INTENTS}/*", (KillScenario.press, KillScenario.confirm)
    ),
    "the worker handles the event": Moment(
        KillScenario.confirm, "GET", f"{INTENTS}/*", (KillScenario.press,), webhooks=True
    ),
    "the owner refunds": Moment(KillScenario.refund, "POST", "/v1/refunds", (KillScenario.buy,)),
    "the worker imports a refund": Moment(
        KillScenario.refund_at_stripe, "GET", "/v1/refunds", (KillScenario.buy,), webhooks=True
    ),
    "reconcile fetches a payment": Moment(
        KillScenario.reconcile, "GET", f"{INTENTS}/*", (KillScenario.press, KillScenario.confirm)
    ),
    "a new price cancels the old intent": Moment(
        KillScenario.press, "POST", f"{INTENTS}/*/cancel", (KillScenario.press, KillScenario.change)
    ),
    "a new price creates a new intent": Moment(
        KillScenario.press, "POST", INTENTS, (KillScenario.press, KillScenario.change)
    ),
    "reconcile expires an order": Moment(
        KillScenario.reconcile, "POST", f"{INTENTS}/*/cancel", (KillScenario.press, KillScenario.expire_order)
    ),
}
# The same for subscriptions, which take many requests to create.
RECURRING = {
    "a press creates the customer": Moment(KillScenario.press, "POST", "/v1/customers", (KillScenario.sells_monthly,)),
    "a press creates the product": Moment(KillScenario.press, "POST", "/v1/products", (KillScenario.sells_monthly,)),
    "a press creates the price": Moment(KillScenario.press, "POST", "/v1/prices", (KillScenario.sells_monthly,)),
    "a press creates the subscription": Moment(
        KillScenario.press, "POST", SUBSCRIPTIONS, (KillScenario.sells_monthly,)
    ),
    "a press starts a trial": Moment(KillScenario.press, "POST", SUBSCRIPTIONS, (KillScenario.sells_after_a_trial,)),
    "a plan gets its schedule": Moment(
        KillScenario.reconcile,
        "POST",
        SCHEDULES,
        (KillScenario.sells_in_instalments, KillScenario.press, KillScenario.confirm),
    ),
    "the worker handles a renewal": Moment(
        KillScenario.renew, "GET", "/v1/invoices", (KillScenario.sells_monthly, KillScenario.buy), webhooks=True
    ),
    "the buyer cancels": Moment(
        KillScenario.cancel, "DELETE", f"{SUBSCRIPTIONS}/*", (KillScenario.sells_monthly, KillScenario.buy)
    ),
}
BEFORE, MEANWHILE, AFTER = "before Stripe acts", "while Stripe acts", "before the response is stored"
KILLS = [
    (name, when)
    for name, moment in MOMENTS.items()
    for when in (BEFORE, MEANWHILE, AFTER)
    # A GET changes nothing at Stripe: BEFORE and MEANWHILE are the same.
    if moment.method == "POST" or when != MEANWHILE
]
RECURRING_KILLS = [(name, AFTER) for name in RECURRING] + [
    ("a press creates the subscription", BEFORE),
    ("a press creates the subscription", MEANWHILE),
    ("a plan gets its schedule", MEANWHILE),
]


ALL_KILLS = [*KILLS, *RECURRING_KILLS]
unstored = [name for name, when in ALL_KILLS if when == AFTER]
unanswered = [kill for kill in ALL_KILLS if kill[1] != AFTER]


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServer]:
    with running_mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def shop(
    simulator_process: Simulator, mail_server: MailServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    with databases.new_database() as database:
        shop = Shop(
            tmp_path_factory.mktemp("killed"),
            STRIPE_API_BASE=simulator_process.url,
            STRIPE_JS_URL=simulator_process.js_url,
            SMTP_URL=mail_server.url,
            MAIL_FROM="shop@example.com",
            **database,
        )
        yield shop
        shop.kill()


@pytest.fixture
def scenario(shop: Shop, simulator: Simulator, mail_server: MailServer) -> KillScenario:
    mail_server.let_go()
    mail_server.received.clear()
    with shop.inside():
        shop.reset()
        keys = accounts.publishable_key(accounts.OLENA), accounts.secret_key(accounts.OLENA)
        merchant = merchants.connect("Olena's studio", *keys, shop.url)
        slug = make_offer(merchant).slug
        settings.save({"letter_after_minutes": 0})
    shop.start_missing()
    return KillScenario(shop, simulator, mail_server, slug, keys[0])


@pytest.mark.parametrize("name", unstored)
def test_records_agree_with_stripe_after_a_kill_before_a_response_is_stored(name: str, scenario: KillScenario) -> None:
    _survives_a_kill(name, AFTER, scenario)


@pytest.mark.parametrize(("name", "when"), unanswered)
def test_records_agree_with_stripe_after_a_kill_before_a_response_arrives(
    name: str, when: str, scenario: KillScenario
) -> None:
    _survives_a_kill(name, when, scenario)


def _survives_a_kill(name: str, when: str, scenario: KillScenario) -> None:
    moment = (MOMENTS | RECURRING)[name]
    scenario.webhooks("normal" if moment.webhooks else "drop")
    for step in moment.before:
        step(scenario)
    _kill_at(when, scenario, moment)
    _must_recover(scenario)


def test_an_event_that_could_not_be_stored_is_delivered_again(scenario: KillScenario) -> None:
    scenario.press()
    with scenario.shop.locked_database():
        scenario.confirm()
        until(scenario.shop.has_connection, "Stripe to deliver the event")
        scenario.shop.kill()
    with scenario.shop.inside():
        assert WebhookEvent.select().count() == 0
    _must_recover(scenario)


@pytest.mark.parametrize(
    "taken", [False, True], ids=["before the mail server accepts it", "before the result is stored"]
)
def test_an_email_interrupted_while_sending_still_arrives(taken: bool, scenario: KillScenario) -> None:
    scenario.webhooks("drop")
    scenario.mail_server.hold()
    attempts = scenario.mail_server.attempts
    scenario.press()
    scenario.confirm()
    scenario.come_back()
    with scenario.shop.inside():
        worker.wake_for_emails()
    until(lambda: scenario.mail_server.attempts > attempts, "the worker to send an email")
    if taken:
        with scenario.shop.locked_database():
            scenario.mail_server.let_go()
            until(lambda: scenario.mail_server.received, "the mail server to accept it")
            scenario.shop.kill()
    scenario.shop.kill()
    scenario.mail_server.let_go()
    # The email that may arrive twice has the same Message-ID: mail programs show it once.
    _must_recover(scenario, most_copies=2 if taken else 1)


def _kill_at(when: str, scenario: KillScenario, moment: Moment) -> None:
    """Bring the shop to this moment and kill it."""
    simulator, path = scenario.simulator, moment.path.partition("*")[0]
    simulator.add_fault(moment.path, "delay", moment.method, seconds=SECONDS)
    if when == BEFORE:
        simulator.add_fault(moment.path, "drop_before", moment.method)
    asked = len(simulator.logged_requests(path, moment.method))
    doing = BackgroundCall(moment.during, scenario)
    until_fault_is_met(simulator)
    if when == AFTER:
        with scenario.shop.locked_database():
            until(lambda: len(simulator.logged_requests(path, moment.method)) > asked, "Stripe to answer")
            scenario.shop.kill()
    scenario.shop.kill()
    until(lambda: len(simulator.logged_requests(path, moment.method)) > asked, "Stripe to complete the request")
    assert _was_interrupted(doing.end(), scenario), "the kill came before the step had ended"


def _was_interrupted(outcome: object, scenario: KillScenario) -> bool:
    """Whether the step got no answer, the command was killed, or the worker has not handled its event."""
    if isinstance(outcome, requests.RequestException):
        return True
    if isinstance(outcome, int):
        return outcome == -signal.SIGKILL
    with scenario.shop.inside():
        return WebhookEvent.select().where(WebhookEvent.handled_at.is_null()).exists()


def _must_recover(scenario: KillScenario, most_copies: int = 2) -> None:
    """Start everything again and complete the purchase; then the records agree and one receipt has arrived.

    A kill while the worker sends an email can make it arrive twice, with the same Message-ID.
    """
    scenario.simulator.clear_faults()
    scenario.webhooks("normal")
    scenario.shop.start_missing()
    # Stripe may still be working on the request of the killed process: then the customer is told to try again.
    until(lambda: scenario.press().status_code == 200, "a press that opens the payment")
    if scenario.secret:
        scenario.confirm()
    assert scenario.come_back().status_code == 200
    assert scenario.reconcile() == 0
    scenario.steer("deliveries/send")
    with scenario.shop.inside():
        _make_retries_due()
        for job in (
            tasks.take_undelivered_events,
            tasks.handle_waiting_events,
            tasks.reconcile_job,
            tasks.send_emails,
        ):
            job()
    with scenario.shop.inside():
        assert payment_checks.when_idle(ledger_of(scenario.simulator)) == []
        [order] = Order.select()
        assert order.is_settled or order.status == "expired"
        paid = order.is_settled
        written = Email.select().where(Email.kind == "receipt", Email.state == "sent").count()
        renewed = Invoice.select().where(Invoice.status == "paid", Invoice.reason == "subscription_cycle").count()
        assert renewed == Email.select().where(Email.kind == "renewal_receipt", Email.state == "sent").count()
        if order.recurs:
            _must_have_one_subscription(scenario)
    receipts = [letter for letter in scenario.mail_server.received if "Receipt" in str(letter["Subject"])]
    bought = int(paid and not order.has_trial)
    assert (written, len({letter["Message-ID"] for letter in receipts})) == (bought, bought + renewed)
    assert len(receipts) <= most_copies * (bought + renewed)


def _must_have_one_subscription(scenario: KillScenario) -> None:
    """Exactly one subscription exists at Stripe, the row matches it, and it has at most one schedule."""
    (made,) = scenario.at_stripe("subscriptions")
    (subscription,) = Subscription.select()
    assert (made["id"], made["status"]) == (subscription.subscription_id, subscription.status)
    assert [one["id"] for one in scenario.at_stripe("subscription_schedules")] == [
        one for one in [subscription.schedule_id] if one
    ]
    assert bool(subscription.schedule_id) == subscription.is_plan


def _make_retries_due() -> None:
    """Make claimed emails and failed events due for a retry."""
    Email.update(claimed_until=None).where(Email.state == "waiting").execute()
    WebhookEvent.update(next_attempt_at=now()).execute()
