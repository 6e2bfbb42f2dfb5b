"""How the web server separates requests from each other, whatever the pieces are that they arrive in."""

import re
from collections.abc import Iterator
from contextlib import suppress

import pytest

from storefront.operations.web_server.limits import StorageBudget
from storefront.operations.web_server.request_reader import ReceivedBytes
from tests.deployment.limited_server import Client, get, post, rest_of, shop_with_an_offer, status, web
from tests.deployment.shop_processes import Shop
from tests.simulator_process import Simulator

CHECKOUT, CHUNKED = "/o/evening/checkout", "Transfer-Encoding: chunked"
LAST = get("/nowhere", "Connection: close")


@pytest.fixture(scope="module")
def shop(simulator_process: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = shop_with_an_offer(tmp_path_factory.mktemp("framing"), simulator_process)
    with web(shop):
        yield shop


def answers_to(shop: Shop, data: bytes, piece: int) -> bytes:
    """All answers on one connection to `data`, sent in pieces of so many bytes, and to a request that closes it."""
    data += LAST
    with Client(shop) as client:
        sock = client.connect()
        # The server may answer and close before it has read everything.
        with suppress(BrokenPipeError, ConnectionResetError):
            for at in range(0, len(data), piece):
                sock.sendall(data[at : at + piece])
        return rest_of(sock)


def statuses(answers: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", answers)]


@pytest.mark.parametrize("piece", [1, 7, 100_000])
def test_requests_are_told_apart_however_they_arrive(piece: int, shop: Shop) -> None:
    form = b"email=marko%40example.com"
    declared = get("/healthz") + post(CHECKOUT, f"Content-Length: {len(form)}") + form + get("/readyz")
    chunked = post(CHECKOUT, CHUNKED) + b"7;a=b\r\nemail=m\r\n12\r\narko%40example.com\r\n0\r\nA: b\r\n\r\n"
    for data, expected in ((declared, [200, 422, 200, 404]), (chunked, [422, 404])):
        answers = answers_to(shop, data, piece)
        assert statuses(answers) == expected
        # The application has read the form.
        assert b'"name"' in answers and b'"email"' not in answers

    # The body of a refused request is not the next request.
    hidden = get("/healthz")
    refused = post("/webhooks/stripe/1", f"Content-Length: {len(hidden)}") + hidden
    assert statuses(answers_to(shop, refused, piece)) == [404, 404]


def test_a_large_body_is_read_in_blocks() -> None:
    """gunicorn copies at each read what it has not used: in one piece, 30 MB took a minute and a half."""
    received = ReceivedBytes(65_536, StorageBudget(5_000_000))
    received.append(b"a" * 4_000_000)
    received.rewind()
    blocks = list(iter(lambda: received.chunk(4_000_000), b""))
    assert sum(map(len, blocks)) == 4_000_000
    assert max(map(len, blocks)) <= 65_536


def test_a_large_body_is_kept_and_refused_by_the_page(shop: Shop) -> None:
    large = post(CHECKOUT, "Content-Length: 2000000") + b"a" * 2_000_000
    assert statuses(answers_to(shop, large, 100_000)) == [413, 404]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (post(CHECKOUT, "Content-Length: 999999999999"), 413),
        (post(CHECKOUT, CHUNKED) + (b"fffff\r\n" + b"a" * 0xFFFFF + b"\r\n") * 40, 413),
        (post(CHECKOUT, CHUNKED) + b"-5\r\nvisit\r\n0\r\n\r\n", 400),
        (post(CHECKOUT, CHUNKED) + b"5\r\nvisit0\r\n\r\n", 400),
        (post(CHECKOUT, CHUNKED) + b"x" * 9_000, 400),
        (post(CHECKOUT, CHUNKED, "Content-Length: 5") + b"0\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\nHost: 127.0.0.1\n\n", 400),
        (b"GET /healthz HTTP/1.1\r\n" + b"A: b\r\n" * 20_000, 431),
    ],
)
def test_what_cannot_be_read_is_refused_and_ends_the_connection(data: bytes, expected: int, shop: Shop) -> None:
    assert statuses(answers_to(shop, data, 100_000)) == [expected]


def test_a_client_that_asks_first_is_told_to_continue(shop: Shop) -> None:
    with Client(shop) as client:
        sock = client.connect(post(CHECKOUT, "Content-Length: 7", "Expect: 100-continue", "Connection: close"))
        assert sock.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(b"visit=1")
        assert status(rest_of(sock)) == 422


def test_requests_that_cannot_be_read_do_not_fill_the_log(shop: Shop) -> None:
    for number in range(20):
        assert statuses(answers_to(shop, f"NOT A REQUEST {number}\r\n\r\n".encode(), 100)) == [400]
    # One a minute, however long this takes.
    assert 1 <= (shop.folder / "web.log").read_text().count("Invalid request") < 10
