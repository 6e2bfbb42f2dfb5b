"""Large files and the web server: slow downloads hold no thread, and one large form is let through."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from storefront import delivery, server
from storefront.models import Deliverable, Download, Offer, Order, StoredFile
from tests.delivered_files import deliver, sparse
from tests.deployment.limited_server import Client, get, post, rest_of, shop_with_an_offer, status, web
from tests.deployment.shop_processes import Shop
from tests.factories import OWNER_EMAIL, PASSWORD
from tests.processes import PATIENCE
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web_client import csrf_token

SLOW, GIGABYTE = 100, 1_000_000_000


@pytest.fixture(scope="module")
def shop(simulator_process: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return shop_with_an_offer(tmp_path_factory.mktemp("large"), simulator_process)


@pytest.fixture(scope="module")
def link(shop: Shop, simulator_process: Simulator) -> str:
    """The signed link to a file of 1 GB."""
    with shop.inside():
        offer = Offer.get()
        row = deliver(offer, sparse(shop.folder / "instance" / "uploads", GIGABYTE))
        order = buy(offer, simulator_process)
        return f"/files/{delivery.make_link_token(order, row)}"


def press(shop: Shop, number: int) -> requests.Response:
    form = {"email": f"buyer{number}@example.com", "name": "Marko", "visit": f"visit-{number}", "quantity": "1"}
    return shop.post("/o/evening/checkout", **form)


def test_a_hundred_slow_downloads_leave_other_pages_as_they_are(shop: Shop, link: str) -> None:
    whole, rest = get(link), get(link, "Range: bytes=500000000-")
    with web(shop, {"WEB_CONCURRENCY": "1"}) as _process, Client(shop) as slow:
        # More than the threads of the one process. The first is counted before the others continue it.
        first = slow.connect(whole)
        assert status(first.recv(4000)) == 200
        others = [slow.connect(rest) for _ in range(SLOW - 1)]
        assert [status(sock.recv(4000)) for sock in others] == [206] * (SLOW - 1)
        assert SLOW > 2 * server.THREADS
        with ThreadPoolExecutor(8) as buyers:
            answers = list(buyers.map(lambda number: press(shop, number), range(8)))
        assert all(answer.json()["client_secret"] for answer in answers)
        for path in ("/", "/o/evening", "/healthz", "/admin/login"):
            assert requests.get(f"{shop.url}{path}", timeout=PATIENCE).status_code == 200, path
        # Each of them still gets its bytes.
        assert all(sock.recv(100_000) for sock in (first, *others))
    with shop.inside():
        assert Download.select().count() == 1


def test_a_client_that_reads_nothing_is_cut_although_it_was_fast(shop: Shop, link: str) -> None:
    limits = {"transfer_seconds": 1, "response_pause_seconds": 1, "bytes_per_second": 10}
    with web(shop, **limits), Client(shop) as client:
        fast = client.connect(get(link, "Range: bytes=0-99999999"))
        received = 0
        while received < 20_000_000:
            received += len(fast.recv(1_000_000))
        # It takes what is in the buffers, and then the connection ends.
        pause = client.connect(get("/healthz")[:-2])
        rest_of(pause)
        assert received + len(rest_of(fast)) < 100_000_000


@contextmanager
def signed_in(shop: Shop) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.headers["Sec-Fetch-Site"] = "same-origin"
        token = csrf_token(session.get(f"{shop.url}/admin/login", timeout=PATIENCE).text)
        form = {"email": OWNER_EMAIL, "password": PASSWORD, "csrf_token": token}
        assert session.post(f"{shop.url}/admin/login", data=form, timeout=PATIENCE).status_code == 200
        yield session


def test_one_form_brings_a_file_that_is_larger_than_all_other_bodies(shop: Shop, link: str, tmp_path: Path) -> None:
    large = tmp_path / "film.mkv"
    with large.open("wb") as file:
        file.truncate(34_000_000)
    with shop.inside():
        offer_id = Offer.get().id
    with web(shop, stored_bytes=1_000_000), signed_in(shop) as session:
        page = session.get(f"{shop.url}/admin/offers/{offer_id}/files/new", timeout=PATIENCE).text
        action = page.partition(f'action="/admin/offers/{offer_id}/files?large=')[2].partition('"')[0]
        fields = {"csrf_token": csrf_token(page), "title": "Film"}

        def submit(session: requests.Session, token: str) -> int:
            address = f"{shop.url}/admin/offers/{offer_id}/files?large={token}"
            with large.open("rb") as file:
                sent = session.post(address, fields, files={"file": file}, timeout=PATIENCE, allow_redirects=False)
            return sent.status_code

        assert submit(session, action) == 303
        # Nothing of the body is read, so the form lacks its token.
        assert submit(session, action[:-1]) == 400
        # Whoever has the address, but is not signed in, changes nothing.
        with requests.Session() as stranger:
            assert submit(stranger, action) in (302, 303, 400, 403, 413)
    with shop.inside():
        assert [row.file.size for row in Deliverable.select().where(Deliverable.title == "Film")] == [34_000_000]
        assert StoredFile.select().count() == 2
        assert not list((shop.folder / "instance").glob("uploads/.*"))


def test_a_body_that_arrives_too_slowly_is_cut_although_it_was_fast(shop: Shop) -> None:
    form = b"visit=" + b"a" * 900_000
    with web(shop, transfer_seconds=1, body_pause_seconds=1), Client(shop) as client:
        late = client.connect(post("/o/evening/checkout", f"Content-Length: {len(form)}") + form[:-1])
        assert status(rest_of(late)) == 408
    with shop.inside():
        assert not Order.select().where(Order.email == "late@example.com").exists()
