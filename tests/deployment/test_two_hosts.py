"""Two hosts with a web server and a worker each, which share no disk, are one shop.

They share PostgreSQL, Redis, an object store, and the keys in their environment.
"""

import io
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest
import requests
from cryptography.fernet import Fernet
from PIL import Image

from storefront import db, merchants, settings
from storefront.models import Email, Offer, Order, WebhookEvent
from stripe_simulator import accounts
from tests.cards import GOOD
from tests.deployment.redis_server import RedisServer
from tests.deployment.shop_processes import Shop
from tests.factories import make_offer, make_owner
from tests.mail_server import MailServer, running_mail_server
from tests.object_store import running_object_store
from tests.processes import PATIENCE, free_port, until
from tests.simulator_process import Simulator
from tests.web_client import csrf_token

pytestmark = [pytest.mark.postgres, pytest.mark.redis]
KEYS = accounts.publishable_key(accounts.OLENA), accounts.secret_key(accounts.OLENA)


@dataclass(frozen=True)
class Hosts:
    """The two hosts. Stripe sends its events to the first."""

    first: Shop
    second: Shop
    mail: MailServer
    simulator: Simulator

    @property
    def both(self) -> tuple[Shop, Shop]:
        return self.first, self.second

    def buy(self, host: Shop, email: str) -> str:
        """Check out at one host and pay at Stripe, without coming back. Return the order's token."""
        form = {"email": email, "name": "Marko", "visit": token_hex(16), "quantity": "1"}
        pressed = host.post("/o/evening/checkout", **form)
        assert pressed.status_code == 200, pressed.text
        self.simulator.confirm(KEYS[0], pressed.json()["client_secret"], GOOD)
        return str(pressed.json()["order"])

    def statuses(self) -> Counter[str]:
        with self.first.inside():
            return Counter(str(order.status) for order in Order.select())


@pytest.fixture(scope="module")
def hosts(
    postgres_server: str, simulator_process: Simulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hosts]:
    """Both web servers were started at the same time, with an empty database. No worker runs."""
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    simulator_process.clear_faults()
    simulator_process.reset()
    with ExitStack() as stack:
        redis = RedisServer(tmp_path_factory.mktemp("redis"))
        stack.callback(redis.stop)
        bucket = stack.enter_context(running_object_store()).new_bucket()
        mail = stack.enter_context(running_mail_server())
        shared = {
            "DATABASE_URL": postgres_server,
            "REDIS_URL": redis.url,
            "SECRET_KEY": "a-key-of-both-hosts-0123456789abcdef",
            "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "STRIPE_API_BASE": simulator_process.url,
            "STRIPE_JS_URL": simulator_process.js_url,
            "SMTP_URL": mail.url,
            "MAIL_FROM": "shop@example.com",
            **bucket.environment,
        }
        first = Shop(tmp_path_factory.mktemp("first"), migrated=False, **shared)
        second = Shop(tmp_path_factory.mktemp("second"), migrated=False, **{**shared, "PUBLIC_URL": first.url})
        for host in (first, second):
            stack.callback(host.kill)
        for host in (first, second):
            host.start_without_waiting("web")
        for host in (first, second):
            host.start_missing("web")
        with first.inside():
            make_owner()
            make_offer(merchants.connect("Olena's studio", *KEYS, first.url), slug="evening")
        yield Hosts(first, second, mail, simulator_process)


def get(host: Shop, path: str, session: requests.Session | None = None) -> requests.Response:
    headers = {"Accept-Language": "en"}
    return (session or requests).get(f"{host.url}{path}", headers=headers, timeout=PATIENCE, allow_redirects=False)


def test_both_started_at_once_and_each_migration_was_applied_once(hosts: Hosts) -> None:
    with hosts.first.inside():
        applied = [name for (name,) in db.db.execute_sql("SELECT name FROM schema_migration").fetchall()]
    assert Counter(applied) == Counter(db.known_migrations())
    for host in hosts.both:
        made = {path.name for path in Path(host.environment["INSTANCE_DIR"]).iterdir()}
        assert made & {"secret_key", "encryption_keys", "queue.db", "storefront.db", "uploads"} == set()


def test_a_session_holds_on_both_hosts_and_ends_on_both(hosts: Hosts) -> None:
    # Cookies don't depend on the port: the browser sends them to both hosts, as to one address in front of them.
    owner = hosts.first.signed_in()
    page = get(hosts.second, "/admin/offers", owner)
    assert page.status_code == 200
    assert get(hosts.first, "/admin/offers", owner).status_code == 200
    kept = dict(owner.cookies)
    hosts.second.post("/admin/sign-out", owner, csrf_token=csrf_token(page.text))
    for host in hosts.both:
        with requests.Session() as copied:
            copied.cookies.update(kept)
            assert get(host, "/admin/offers", copied).status_code in (302, 303)


def test_what_is_saved_on_one_host_is_shown_by_the_other_at_once(hosts: Hosts) -> None:
    owner = hosts.first.signed_in()
    with hosts.first.inside():
        offer = Offer.get(Offer.slug == "evening")
        merchant = str(offer.merchant_id)
    assert all("Ink and paper" not in get(host, "/o/evening").text for host in hosts.both)
    picture = io.BytesIO()
    Image.new("RGB", (500, 300), "teal").save(picture, "PNG")
    address = f"/admin/offers/{offer.id}"
    form = {"title": "Ink and paper", "slug": "evening", "price": "19.99", "currency": "EUR", "merchant": merchant}
    form |= {"language": "en", "status": "published", "listed": "y", "max_quantity": "1"}
    form["csrf_token"] = csrf_token(get(hosts.first, address, owner).text)
    saved = owner.post(
        f"{hosts.first.url}{address}",
        data=form,
        files={"picture": ("evening.png", picture.getvalue(), "image/png")},
        headers={"Sec-Fetch-Site": "same-origin"},
        timeout=PATIENCE,
        allow_redirects=False,
    )
    assert saved.status_code == 303, saved.text
    with hosts.first.inside():
        image = f"/pictures/{Offer.get(Offer.slug == 'evening').picture}-480.webp"
    for host in hosts.both:
        page = get(host, "/o/evening")
        assert "Ink and paper" in page.text and image in page.text
        assert get(host, image).content[:4] == b"RIFF"


def test_limits_count_what_happened_on_both_hosts(hosts: Hosts) -> None:
    def guess(host: Shop) -> int:
        with requests.Session() as stranger:
            token = csrf_token(get(host, "/admin/login", stranger).text)
            form = {"email": "nobody@example.com", "password": "a guess", "csrf_token": token}
            return host.post("/admin/login", stranger, **form).status_code

    assert [guess(host) for host in hosts.both * 5] == [422] * 10
    assert [guess(host) for host in hosts.both] == [429, 429]

    def begin(host: Shop) -> requests.Response:
        form = {"email": f"{token_hex(4)}@example.com", "name": "Marko", "visit": token_hex(16), "quantity": "1"}
        return host.post("/o/evening/checkout", **form)

    with hosts.first.inside():
        settings.save({"checkouts_per_address_hour": 4})
    assert [begin(host).status_code for host in hosts.both * 2] == [200] * 4
    assert [begin(host).status_code for host in hosts.both] == [429, 429]
    with hosts.first.inside():
        settings.save({"checkouts_per_address_hour": 0})


def test_events_of_one_host_are_handled_by_the_worker_of_another_and_emails_go_out_once(hosts: Hosts) -> None:
    hosts.second.start_missing("web", "worker")
    hosts.buy(hosts.first, "marko@example.com")
    until(lambda: hosts.statuses()["paid"] == 1, "the worker of the second host to handle the event")
    assert "worker" not in hosts.first.processes

    hosts.first.start_missing("web", "worker")
    customers = [f"customer-{number}@example.com" for number in range(8)]
    with ThreadPoolExecutor(4) as buyers:
        list(buyers.map(hosts.buy, hosts.both * 4, customers))
    until(lambda: hosts.statuses()["paid"] == 9, "the workers to handle all events")

    def sent() -> bool:
        with hosts.first.inside():
            receipts = [str(email.state) for email in Email.select().where(Email.kind == "receipt")]
        return receipts == ["sent"] * 9

    until(sent, "the workers to send all receipts")
    recipients = Counter(str(message["To"]) for message in hosts.mail.received if "eceipt" in str(message["Subject"]))
    assert recipients == Counter(["marko@example.com", *customers])
    with hosts.first.inside():
        kinds = WebhookEvent.select().where(WebhookEvent.type == "payment_intent.succeeded")
        assert kinds.count() == 9


def test_a_host_without_the_variables_of_the_object_store_does_not_start(
    hosts: Hosts, tmp_path: Path, command: Callable[..., object]
) -> None:
    without = {name: "" for name in hosts.second.environment if name.startswith("AWS_")}
    answer = command(
        "storefront",
        "web",
        env={**hosts.second.environment, **without, "INSTANCE_DIR": str(tmp_path / "third"), "PORT": str(free_port())},
    )
    assert answer.returncode == 2
    assert answer.stderr.startswith("UPLOADS_URL: s3:// needs AWS_ACCESS_KEY_ID") and answer.stderr.count("\n") == 1
