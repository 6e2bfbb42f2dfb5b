"""Two shops in one process: each request, command and job uses the database, keys and addresses of its own shop."""

import io
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from string import ascii_lowercase

import pytest
from PIL import Image

from storefront import create_app, db, worker
from storefront.config import Config
from storefront.errors import SecretUnreadable
from storefront.models import Email, Merchant, Offer, Order
from storefront.offers.images import store_image
from stripe_simulator import accounts
from tests import databases
from tests.compatibility.trading import Shop
from tests.mail_server import MailServer, running_mail_server
from tests.simulator_process import Simulator, running_simulator
from tests.web_client import browser, signed_in

Bought = dict[str, list[str]]
NAMES = ("east", "west")


def other_than(name: str) -> str:
    return NAMES[1 - NAMES.index(name)]


@pytest.fixture
def mail_servers() -> Iterator[dict[str, MailServer]]:
    with ExitStack() as running:
        yield {name: running.enter_context(running_mail_server()) for name in NAMES}


@pytest.fixture
def shops(tmp_path: Path, mail_servers: dict[str, MailServer]) -> Iterator[dict[str, Shop]]:
    """Two shops by name, each with its own folder, keys, address, Stripe and mail server, and one offer."""
    with ExitStack() as running:
        shops = {
            name: open_shop(
                name,
                tmp_path,
                running.enter_context(running_simulator()),
                mail_servers[name],
                running.enter_context(databases.new_database()),
            )
            for name in NAMES
        }
        yield shops
        for shop in shops.values():
            with shop.app.app_context():
                db.close_connections()


def open_shop(name: str, folder: Path, simulator: Simulator, mail_server: MailServer, database: dict[str, str]) -> Shop:
    environment = {
        **database,
        "INSTANCE_DIR": str(folder / name),
        "PUBLIC_URL": f"http://{name}.example.com",
        "STRIPE_API_BASE": simulator.url,
        "STRIPE_JS_URL": simulator.js_url,
        "SMTP_URL": mail_server.url,
        "MAIL_FROM": f"shop@{name}.example.com",
    }
    app = create_app(Config.from_environment(environment))
    assert app.test_cli_runner().invoke(args=["migrate"]).exit_code == 0
    with app.app_context():
        admin = signed_in(app)
    shop = Shop(app, admin, simulator)
    shop.connect_merchant()
    shop.publish(name, title=f"Evening at {name}")
    picture = io.BytesIO()
    Image.new("RGB", (480, 480), "teal").save(picture, "PNG")
    with app.app_context():
        stored = store_image(picture.getvalue())
        Offer.update(picture=stored.name, picture_width=480, picture_height=480).execute()
    return shop


def buy(shops: dict[str, Shop], name: str, number: int) -> str:
    return shops[name].buy(f"/o/{name}", f"{ascii_lowercase[number]}@{name}.example.com")


def check_separate(shops: dict[str, Shop], bought: Bought) -> None:
    """Each shop knows its own orders, links, files and Stripe account, and none of the other's."""
    for name, shop in shops.items():
        orders, foreign = bought[name], bought[other_than(name)]
        with shop.app.app_context():
            assert {(order.token, order.status) for order in Order.select()} == {(token, "paid") for token in orders}
            assert all(order.email.endswith(f"@{name}.example.com") for order in Order.select())
        for token in orders:
            page = browser(shop.app).get(f"/orders/{token}/thank-you")
            assert page.status_code == 200 and f"Evening at {name}" in page.text
        assert browser(shop.app).get(f"/orders/{foreign[0]}/thank-you").status_code == 404
        assert browser(shop.app).get(f"/o/{other_than(name)}").status_code == 404
        picture = re.search(r"/pictures/[\w.-]+", browser(shop.app).get(f"/o/{name}").text)
        assert picture
        assert browser(shop.app).get(picture[0]).status_code == 200
        assert browser(shops[other_than(name)].app).get(picture[0]).status_code == 404
        exported = shop.admin.get("/admin/orders.csv").text
        assert exported.count(f"@{name}.example.com") == len(orders)
        assert f"@{other_than(name)}.example.com" not in exported
        assert f"http://{name}.example.com/orders/{orders[0]}" in shop.admin.get(f"/admin/orders/{orders[0]}").text
        described = {
            request["params"]["description"]
            for request in shop.simulator.logged_requests("/v1/payment_intents", "POST")
            if "description" in request["params"]
        }
        assert all(f"Evening at {name}" in text for text in described)


def test_requests_that_alternate_do_not_mix(shops: dict[str, Shop]) -> None:
    bought: Bought = {name: [] for name in NAMES}
    for number in range(3):
        for name in NAMES:
            bought[name].append(buy(shops, name, number))
    check_separate(shops, bought)


def test_requests_in_threads_do_not_mix(shops: dict[str, Shop]) -> None:
    together = threading.Barrier(4)

    def buy_some(name: str, first: int) -> list[str]:
        # Requests of both shops are in progress at the same time.
        together.wait(30)
        return [buy(shops, name, first + number) for number in range(5)]

    with ThreadPoolExecutor(4) as threads:
        running = [(name, threads.submit(buy_some, name, first)) for first in (0, 5) for name in NAMES]
    check_separate(
        shops, {name: [token for owner, done in running if owner == name for token in done.result()] for name in NAMES}
    )


def test_a_request_inside_a_request_of_the_other_shop_does_not_mix(shops: dict[str, Shop]) -> None:
    buy(shops, "east", 1)
    east, west = shops["east"].app, shops["west"].app
    with east.test_request_context():
        assert browser(west).get("/o/west").status_code == 200
        assert browser(west).get("/o/east").status_code == 404
        with west.app_context():
            assert Order.select().count() == 0
        assert Order.select().count() == 1, "the outer request has its own database again"


def test_each_shop_has_its_own_keys(shops: dict[str, Shop]) -> None:
    with shops["east"].app.app_context():
        merchant = Merchant.get()
        assert merchant.secret_key == accounts.secret_key(accounts.OLENA)
    with shops["west"].app.app_context(), pytest.raises(SecretUnreadable):
        _ = merchant.secret_key
    cookie = shops["east"].admin.get_cookie("session")
    assert cookie
    for name, status in (("east", 200), ("west", 302)):
        client = browser(shops[name].app)
        client.set_cookie("session", cookie.value)
        assert client.get("/admin/orders").status_code == status


def test_jobs_use_the_shop_that_queued_them(shops: dict[str, Shop], mail_servers: dict[str, MailServer]) -> None:
    queues = {}
    for name, shop in shops.items():
        buy(shops, name, 1)
        with shop.app.app_context():
            queues[name] = worker.queue()
    # As in a thread of a worker: no request or command makes a shop current.
    for queue in queues.values():
        while task := queue.dequeue():
            queue.execute(task)
    for name, shop in shops.items():
        emails = mail_servers[name].received
        assert {email["From"] for email in emails} == {f"shop@{name}.example.com"}
        assert all(f"http://{other_than(name)}.example.com" not in email.as_string() for email in emails)
        with shop.app.app_context():
            assert {email.state for email in Email.select().where(Email.kind == "receipt")} == {"sent"}
