"""The web server and its clients: slow ones, many of one subscriber, and a proxy's few connections."""

import os
import select
import signal
import socket
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from storefront import server
from storefront.db.database import MAX_CONNECTIONS
from tests import databases
from tests.deployment.limited_server import (
    Client,
    connections_by_process,
    get,
    post,
    rest_of,
    shop_with_an_offer,
    status,
    web,
)
from tests.deployment.shop_processes import Shop
from tests.processes import PATIENCE, until
from tests.simulator_process import Simulator

# Loopback addresses other than 127.0.0.1 are strangers to the web server.
STRANGER, ANOTHER = "127.0.0.2", "127.0.0.3"
TRICKLING = 200


@pytest.fixture(scope="module")
def shop(simulator_process: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return shop_with_an_offer(tmp_path_factory.mktemp("slow"), simulator_process)


def is_waiting(sock: socket.socket) -> bool:
    """Whether the server has neither answered on this connection nor closed it."""
    return not select.select([sock], [], [], 0)[0]


def press(shop: Shop, visit: str) -> requests.Response:
    form = {"email": f"{visit}@example.com", "name": "Marko", "visit": visit, "quantity": "1"}
    return shop.post("/o/evening/checkout", **form)


def test_a_buyer_is_served_while_two_hundred_connections_trickle(shop: Shop) -> None:
    starts = [
        get("/my/a-signed-token")[:-2] + b"X-Slow: ",
        post("/my/a-signed-token", "Content-Length: 5000"),
        post("/o/evening/checkout", "Content-Length: 5000") + b"visit=",
        post("/webhooks/stripe/1", "Transfer-Encoding: chunked") + b"1388\r\n",
    ]
    patient = {"head_seconds": 2 * PATIENCE, "transfer_seconds": 2 * PATIENCE, "connections_per_subscriber": 1000}
    with web(shop, **patient), Client(shop) as stranger:
        slow = [stranger.connect(starts[number % len(starts)], STRANGER) for number in range(TRICKLING)]
        rounds, stop = threading.Semaphore(0), threading.Event()

        def trickle() -> None:
            while not stop.wait(0.02):
                for sock in slow:
                    sock.sendall(b"a")
                rounds.release()

        with ThreadPoolExecutor(1) as background:
            trickling = background.submit(trickle)
            try:
                for _ in range(3):
                    assert rounds.acquire(timeout=PATIENCE)
                answer = press(shop, "marko")
                assert requests.get(f"{shop.url}/my/nonsense", timeout=PATIENCE).status_code == 404
                assert rounds.acquire(timeout=PATIENCE)
                assert all(map(is_waiting, slow))
            finally:
                stop.set()
            trickling.result()
        assert answer.json()["client_secret"], answer.text
        # They were requests, which are answered when they are complete.
        slow[0].sendall(b"\r\nConnection: close\r\n\r\n")
        assert status(rest_of(slow[0])) == 404


def test_clients_that_do_not_read_hold_no_thread(shop: Shop) -> None:
    name, size = "a" * 24, 8_000_000
    uploads = shop.folder / "instance" / "uploads"
    uploads.mkdir(exist_ok=True)
    (uploads / f"{name}-960.webp").write_bytes(b"x" * size)
    image = get(f"/pictures/{name}-960.webp", "Connection: close")
    with web(shop), Client(shop) as slow:
        # More clients than threads, and more bytes than the buffers of both sockets hold.
        readers = [slow.connect(image) for _ in range(server.THREADS + 10)]
        begun = [sock.recv(1000) for sock in readers]
        assert {status(start) for start in begun} == {200}
        assert press(shop, "olha").json()["client_secret"]
        assert len(begun[0] + rest_of(readers[0])) > size


def test_one_subscriber_has_a_limited_number_of_connections(shop: Shop) -> None:
    unfinished, whole = get("/healthz")[:-2], get("/healthz", "Connection: close")
    patient = {"head_seconds": 2 * PATIENCE, "idle_seconds": 2 * PATIENCE}
    # A connection becomes idle a moment after its answer has arrived. The only thread takes the next request then.
    limits = {"connections_per_subscriber": 5, "threads": 1, **patient}
    with web(shop, {"TRUSTED_PROXIES": "1"}, **limits), Client(shop) as client:
        held = [client.connect(unfinished, STRANGER) for _ in range(5)]
        assert status(client.answer(whole, STRANGER)) == 429
        assert status(client.answer(whole, ANOTHER)) == 200
        # A proxy on the same machine carries everybody's connections.
        proxied = [client.connect(unfinished) for _ in range(10)]
        assert status(client.answer(whole)) == 200
        held.pop().close()
        until(lambda: status(client.answer(whole, STRANGER)) == 200, "the closed connection to be counted")
        assert all(map(is_waiting, held + proxied))

        # One that waits for nothing gives way.
        idle = []
        for _ in range(5):
            idle.append(client.connect(get("/healthz"), "127.0.0.4"))
            assert status(idle[-1].recv(65_536)) == 200
        assert status(client.answer(whole, "127.0.0.4")) == 200
        assert rest_of(idle[0]) == b""
        assert all(map(is_waiting, idle[1:]))


def test_heads_and_bodies_must_arrive_in_time(shop: Shop) -> None:
    limits = {"head_seconds": 1, "transfer_seconds": 1, "bytes_per_second": 10}
    form = b"visit=" + b"a" * 2000
    with web(shop, **limits), Client(shop) as client:
        steady = client.connect(post("/o/evening/checkout", f"Content-Length: {len(form)}", "Connection: close"))
        # Time for more than three minutes.
        steady.sendall(form[:-1])
        late = [
            client.connect(get("/healthz")[:-2]),
            client.connect(post("/o/evening/checkout", "Content-Length: 100")),
            client.connect(post("/o/evening/checkout", "Transfer-Encoding: chunked") + b"64\r\n"),
        ]
        assert [status(rest_of(sock)) for sock in late] == [408, 408, 408]
        # Nothing was asked here.
        assert rest_of(client.connect()) == b""
        steady.sendall(form[-1:])
        assert status(rest_of(steady)) == 422


def test_large_bodies_have_a_limited_place(shop: Shop) -> None:
    large = post("/o/evening/checkout", "Content-Length: 200000", "Connection: close") + b"visit=".ljust(200_000, b"a")
    with web(shop, stored_bytes=250_000) as process, Client(shop) as client:
        first = client.connect(large[:-1])
        until(lambda: status(client.answer(large)) == 503, "the first body to arrive")
        assert status(client.answer(large)) == 503
        assert press(shop, "marta").json()["client_secret"]
        first.sendall(large[-1:])
        assert status(rest_of(first)) == 422
        assert status(client.answer(large)) == 422
        assert process.output.count("can't be stored") == 1


def test_a_few_kept_connections_are_spread_over_all_processes(shop: Shop) -> None:
    with web(shop, {"WEB_CONCURRENCY": "2"}) as process, ExitStack() as proxy:
        sessions = [proxy.enter_context(requests.Session()) for _ in range(4)]

        def are_spread() -> bool:
            for session in sessions:
                assert session.get(f"{shop.url}/healthz", timeout=PATIENCE).ok
            return sorted(connections_by_process(shop).values()) == [2, 2]

        until(are_spread, "both processes to serve two connections each")
        # The successor of a process that died begins with none, while the other one has all.
        died = next(iter(connections_by_process(shop)))
        os.kill(died, signal.SIGKILL)
        for session in sessions:
            session.close()
        until(are_spread, "the successor to serve two connections")
        assert died not in connections_by_process(shop)
        assert process.stop() == 0


class SilentStripe:
    """Accepts connections and never answers."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def __enter__(self) -> "SilentStripe":
        return self

    def __exit__(self, *_error: object) -> None:
        self.listener.close()


@pytest.mark.parametrize("database", databases.BOTH)
def test_pages_are_served_while_many_buyers_wait_for_stripe(
    database: str, simulator_process: Simulator, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = {"DATABASE_URL": request.getfixturevalue("empty_postgres")} if database == "postgresql" else {}
    shop = shop_with_an_offer(tmp_path, simulator_process, **url)
    # More than there are connections to the database, fewer than may wait for Stripe.
    buyers = MAX_CONNECTIONS + 2
    with SilentStripe() as stripe, web(shop, {"STRIPE_API_BASE": stripe.url}), ThreadPoolExecutor(buyers) as pool:
        presses: list[Future[requests.Response]] = [pool.submit(press, shop, f"buyer-{n}") for n in range(buyers)]
        stripe.listener.settimeout(PATIENCE)
        waiting = [stripe.listener.accept()[0] for _ in range(buyers)]
        for _ in range(10):
            assert requests.get(f"{shop.url}/o/evening", timeout=PATIENCE).ok
        assert not any(one.done() for one in presses)
        for sock in (stripe.listener, *waiting):
            sock.close()
        assert {one.result().status_code for one in presses} == {503}
