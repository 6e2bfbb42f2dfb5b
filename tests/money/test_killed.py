"""The plug is pulled at a named moment: web and worker are killed, come back, and the books agree."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from storefront import emails, merchants, settings, worker
from storefront.models import Email, Invoice, Merchant, Offer, Order, Payment, Subscription, WebhookEvent, now
from storefront.worker import tasks
from stripe_simulator import accounts
from tests.factories import make_offer
from tests.mail_server import MailServer, running_mail_server
from tests.money import books
from tests.money.plug import Doing, Shop, book_of, until_asked, value_of
from tests.processes import module, start, until
from tests.simulator_process import Simulator

GOOD = "4242424242424242"
SECONDS = 1.5
INTENTS = "/v1/payment_intents"
SUBSCRIPTIONS, SCHEDULES = "/v1/subscriptions", "/v1/subscription_schedules"


@dataclass
class Scene:
    """A shop and a buyer who is about to pay €19.99."""

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
        """Another offer than that which is paid once."""
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
        """On the customer's own page, at once."""
        with self.shop.inside():
            page = f"/my/{emails.make_account_token(Order.get().email)}"
        return self.shop.post(f"{page}/subscriptions/{self.subscription().public_id}/cancellation", way="now")

    def subscription(self) -> Subscription:
        with self.shop.inside():
            return Subscription.select().order_by(Subscription.id.desc()).get()

    def at_stripe(self, what: str) -> list[dict[str, Any]]:
        """Olena's subscriptions, ended ones too, or their schedules."""
        more = {"status": "all"} if what == "subscriptions" else {}
        headers = {"Authorization": f"Bearer {accounts.secret_key(accounts.OLENA)}"}
        answer = requests.get(f"{self.simulator.url}/v1/{what}", params=more, headers=headers, timeout=60)
        return list(answer.json()["data"])

    def buy(self) -> None:
        """An order that is paid, and known to be; its receipt is out: no plug is pulled while that is on its way."""
        self.press()
        self.confirm()
        assert self.come_back().url.endswith("/thank-you")
        with self.shop.inside():
            posted = Email.select().where(Email.kind == "receipt", Email.state == "sent")
            until(posted.exists, "the receipt to be posted")

    def refund(self) -> requests.Response:
        owner = self.shop.signed_in()
        page = owner.get(f"{self.shop.url}/admin/orders/{self.order}/refunds/new", timeout=60).text
        form = {name: value_of(page, name) for name in ("csrf_token", "key")}
        form |= {"amount": "19.99", "reason": "requested_by_customer"}
        return self.shop.post(f"/admin/orders/{self.order}/refunds", owner, **form)

    def refund_at_stripe(self) -> None:
        with self.shop.inside():
            intent = Payment.get().intent_id
        self.steer("refunds", payment_intent=intent)

    def reconcile(self) -> int:
        """The command as a process of its own, killed with the others."""
        command = [*module("flask"), "--app", "wsgi", "reconcile"]
        process = start(command, self.shop.folder / "reconcile.log", self.shop.environment)
        self.shop.halves["reconcile"] = process
        return process.popen.wait()

    def change(self, amount: int = 2999) -> None:
        with self.shop.inside():
            Offer.update(amount=amount).execute()

    def let_time_go_by(self) -> None:
        with self.shop.inside():
            Order.update(expires_at=now()).execute()

    def webhooks(self, mode: str) -> None:
        """normal, or drop: nobody hears of anything."""
        self.steer("deliveries/mode", mode=mode)

    def steer(self, control: str, **body: object) -> None:
        requests.post(f"{self.simulator.url}/simulator/{control}", json=body, timeout=60).raise_for_status()


@dataclass(frozen=True)
class Moment:
    """`before` comes first; then `during` asks Stripe what `method` and `path` say; `webhooks`: they arrive."""

    during: Callable[[Scene], object]
    method: str
    path: str
    before: tuple[Callable[[Scene], object], ...] = ()
    webhooks: bool = False


MOMENTS = {
    "a press makes the intent": Moment(Scene.press, "POST", INTENTS),
    "a buyer comes back": Moment(Scene.come_back, "GET", f"{INTENTS}/*", (Scene.press, Scene.confirm)),
    "the worker handles the event": Moment(Scene.confirm, "GET", f"{INTENTS}/*", (Scene.press,), webhooks=True),
    "the owner refunds": Moment(Scene.refund, "POST", "/v1/refunds", (Scene.buy,)),
    "the worker takes a refund over": Moment(Scene.refund_at_stripe, "GET", "/v1/refunds", (Scene.buy,), webhooks=True),
    "reconcile asks": Moment(Scene.reconcile, "GET", f"{INTENTS}/*", (Scene.press, Scene.confirm)),
    "a new price cancels the old intent": Moment(
        Scene.press, "POST", f"{INTENTS}/*/cancel", (Scene.press, Scene.change)
    ),
    "a new price makes a new intent": Moment(Scene.press, "POST", INTENTS, (Scene.press, Scene.change)),
    "reconcile lets an order expire": Moment(
        Scene.reconcile, "POST", f"{INTENTS}/*/cancel", (Scene.press, Scene.let_time_go_by)
    ),
}
# What is sold again and again, and when it is worth being killed there: a subscription is made of many parts.
RECURRING = {
    "a press makes the customer": Moment(Scene.press, "POST", "/v1/customers", (Scene.sells_monthly,)),
    "a press makes the product": Moment(Scene.press, "POST", "/v1/products", (Scene.sells_monthly,)),
    "a press makes the price": Moment(Scene.press, "POST", "/v1/prices", (Scene.sells_monthly,)),
    "a press makes the subscription": Moment(Scene.press, "POST", SUBSCRIPTIONS, (Scene.sells_monthly,)),
    "a press begins a trial": Moment(Scene.press, "POST", SUBSCRIPTIONS, (Scene.sells_after_a_trial,)),
    "a plan gets its schedule": Moment(
        Scene.reconcile, "POST", SCHEDULES, (Scene.sells_in_instalments, Scene.press, Scene.confirm)
    ),
    "the worker hears of a renewal": Moment(
        Scene.renew, "GET", "/v1/invoices", (Scene.sells_monthly, Scene.buy), webhooks=True
    ),
    "its buyer cancels": Moment(Scene.cancel, "DELETE", f"{SUBSCRIPTIONS}/*", (Scene.sells_monthly, Scene.buy)),
}
BEFORE, MEANWHILE, AFTER = "before Stripe did anything", "while Stripe does it", "before the answer is kept"
KILLS = [
    (name, when)
    for name, moment in MOMENTS.items()
    for when in (BEFORE, MEANWHILE, AFTER)
    # A question changes nothing at Stripe: before and meanwhile are the same.
    if moment.method == "POST" or when != MEANWHILE
]
RECURRING_KILLS = [(name, AFTER) for name in RECURRING] + [
    ("a press makes the subscription", BEFORE),
    ("a press makes the subscription", MEANWHILE),
    ("a plan gets its schedule", MEANWHILE),
]


def in_half(number: int) -> pytest.MarkDecorator:
    """Half of them on each of two processors."""
    return pytest.mark.xdist_group(f"killed-{number % 2}")


in_halves = [pytest.param(*kill, marks=in_half(number)) for number, kill in enumerate([*KILLS, *RECURRING_KILLS])]


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServer]:
    with running_mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def shop(
    simulator_process: Simulator, mail_server: MailServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    shop = Shop(
        tmp_path_factory.mktemp("killed"),
        STRIPE_API_BASE=simulator_process.url,
        STRIPE_JS_URL=simulator_process.js_url,
        SMTP_URL=mail_server.url,
        MAIL_FROM="shop@example.com",
    )
    yield shop
    shop.kill()


@pytest.fixture
def scene(shop: Shop, simulator: Simulator, mail_server: MailServer) -> Scene:
    mail_server.let_go()
    mail_server.received.clear()
    with shop.inside():
        shop.begin_anew()
        keys = accounts.publishable_key(accounts.OLENA), accounts.secret_key(accounts.OLENA)
        merchant = merchants.connect("Olena's studio", *keys, shop.url)
        slug = make_offer(merchant).slug
        settings.save({"letter_after_minutes": 0})
    shop.revive()
    return Scene(shop, simulator, mail_server, slug, keys[0])


@pytest.mark.parametrize(("name", "when"), in_halves)
def test_the_books_agree_whenever_the_plug_is_pulled(name: str, when: str, scene: Scene) -> None:
    moment = (MOMENTS | RECURRING)[name]
    scene.webhooks("normal" if moment.webhooks else "drop")
    for step in moment.before:
        step(scene)
    _pull_the_plug(when, scene, moment)
    _must_end_well(scene)


@in_half(0)
def test_an_event_that_could_not_be_stored_is_delivered_again(scene: Scene) -> None:
    scene.press()
    with scene.shop.locked():
        scene.confirm()
        until(scene.shop.is_being_asked, "Stripe to deliver the event")
        scene.shop.kill()
    with scene.shop.inside():
        assert WebhookEvent.select().count() == 0
    _must_end_well(scene)


@in_half(1)
@pytest.mark.parametrize("taken", [False, True], ids=["before the mail server takes it", "before that is kept"])
def test_a_letter_on_its_way_arrives_after_all(taken: bool, scene: Scene) -> None:
    scene.webhooks("drop")
    scene.mail_server.hold()
    attempts = scene.mail_server.attempts
    scene.press()
    scene.confirm()
    scene.come_back()
    with scene.shop.inside():
        worker.wake_for_emails()
    until(lambda: scene.mail_server.attempts > attempts, "the worker to post a letter")
    if taken:
        with scene.shop.locked():
            scene.mail_server.let_go()
            until(lambda: scene.mail_server.received, "the mail server to take it")
            scene.shop.kill()
    scene.shop.kill()
    scene.mail_server.let_go()
    # The one letter that may come twice is the same letter for every mail program: its id is the same.
    _must_end_well(scene, most_copies=2 if taken else 1)


def _pull_the_plug(when: str, scene: Scene, moment: Moment) -> None:
    """Bring the shop to that moment, and kill it there."""
    simulator, path = scene.simulator, moment.path.partition("*")[0]
    simulator.add_fault(moment.path, "delay", moment.method, seconds=SECONDS)
    if when == BEFORE:
        simulator.add_fault(moment.path, "drop_before", moment.method)
    asked = len(simulator.logged_requests(path, moment.method))
    doing = Doing(moment.during, scene)
    until_asked(simulator)
    if when == AFTER:
        with scene.shop.locked():
            until(lambda: len(simulator.logged_requests(path, moment.method)) > asked, "Stripe to answer")
            scene.shop.kill()
    scene.shop.kill()
    until(lambda: len(simulator.logged_requests(path, moment.method)) > asked, "Stripe to end what it was asked")
    doing.end()


def _must_end_well(scene: Scene, most_copies: int = 2) -> None:
    """Everything is started again and everybody goes on; then both books agree, and one receipt has come.

    The plug may be pulled in the minute in which the worker posts a letter: that one comes twice, and is the same.
    """
    scene.simulator.clear_faults()
    scene.webhooks("normal")
    scene.shop.revive()
    assert scene.press().status_code == 200
    if scene.secret:
        scene.confirm()
    assert scene.come_back().status_code == 200
    assert scene.reconcile() == 0
    scene.steer("deliveries/send")
    with scene.shop.inside():
        _let_what_waits_be_due()
        for job in (
            tasks.take_undelivered_events,
            tasks.handle_waiting_events,
            tasks.reconcile_job,
            tasks.post_letters,
        ):
            job()
    with scene.shop.inside():
        assert books.at_rest(book_of(scene.simulator)) == []
        [order] = Order.select()
        assert order.is_settled or order.status == "expired"
        paid = order.is_settled
        written = Email.select().where(Email.kind == "receipt", Email.state == "sent").count()
        renewed = Invoice.select().where(Invoice.status == "paid", Invoice.reason == "subscription_cycle").count()
        assert renewed == Email.select().where(Email.kind == "renewal_receipt", Email.state == "sent").count()
        if order.recurs:
            _must_have_one_subscription(scene)
    receipts = [letter for letter in scene.mail_server.received if "receipt" in str(letter["Subject"])]
    bought = int(paid and not order.has_trial)
    assert (written, len({letter["Message-ID"] for letter in receipts})) == (bought, bought + renewed)
    assert len(receipts) <= most_copies * (bought + renewed)


def _must_have_one_subscription(scene: Scene) -> None:
    """However it was interrupted: one, which our row knows as it is, and one schedule at most."""
    (made,) = scene.at_stripe("subscriptions")
    (subscription,) = Subscription.select()
    assert (made["id"], made["status"]) == (subscription.subscription_id, subscription.status)
    assert [one["id"] for one in scene.at_stripe("subscription_schedules")] == [
        one for one in [subscription.schedule_id] if one
    ]
    assert bool(subscription.schedule_id) == subscription.is_plan


def _let_what_waits_be_due() -> None:
    """As long afterwards as it takes until a letter that somebody had claimed, or a failed event, is tried again."""
    Email.update(claimed_until=None).where(Email.state == "waiting").execute()
    WebhookEvent.update(next_attempt_at=now()).execute()
