"""A shop's web server with other limits than its own, and clients that send it bytes."""

import json
import re
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from storefront import merchants
from stripe_simulator import accounts
from tests.deployment.shop_processes import ESTABLISHED, Shop
from tests.factories import make_offer
from tests.processes import PATIENCE, Process, processes_with, running_quickly
from tests.simulator_process import Simulator


def shop_with_an_offer(folder: Path, simulator: Simulator, **environment: str) -> Shop:
    """A shop with one offer, `evening`; no process of it runs."""
    simulator.clear_faults()
    simulator.reset()
    shop = Shop(folder, STRIPE_API_BASE=simulator.url, STRIPE_JS_URL=simulator.js_url, **environment)
    with shop.inside():
        shop.reset()
        keys = accounts.publishable_key(accounts.OLENA), accounts.secret_key(accounts.OLENA)
        make_offer(merchants.connect("Olena's studio", *keys, shop.url), slug="evening")
    return shop


@contextmanager
def web(shop: Shop, environment: dict[str, str] | None = None, **limits: float) -> Iterator[Process]:
    """The shop's web server with these limits instead of its own."""
    command = ["tests.deployment.limited_web", json.dumps(limits)]
    log = shop.folder / "web.log"
    with running_quickly(command, f"{shop.url}/readyz", log, {**shop.environment, **(environment or {})}) as process:
        yield process
    assert "Traceback" not in process.output, process.output


class Client(ExitStack):
    """Opens connections to the shop; all are closed at the end of the `with` block."""

    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self.port = shop.port

    def connect(self, data: bytes = b"", address: str = "127.0.0.1") -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", self.port), PATIENCE, source_address=(address, 0))
        self.enter_context(sock)
        sock.sendall(data)
        return sock

    def answer(self, data: bytes, address: str = "127.0.0.1") -> bytes:
        """All that the server sends until it closes the connection."""
        return rest_of(self.connect(data, address))


def rest_of(sock: socket.socket) -> bytes:
    return b"".join(iter(lambda: sock.recv(65_536), b""))


def get(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]).encode()


def post(path: str, *headers: str) -> bytes:
    kind = "Content-Type: application/x-www-form-urlencoded"
    head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Sec-Fetch-Site: same-origin", kind, *headers]
    return "\r\n".join([*head, "", ""]).encode()


def status(answer: bytes) -> int:
    found = re.match(rb"HTTP/1\.[01] (\d{3}) ", answer)
    assert found, answer
    return int(found[1])


def connections_by_process(shop: Shop) -> Counter[int]:
    """{process ID: its connections with clients}."""
    local = f":{shop.port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(local) and row[3] == ESTABLISHED}
    found: Counter[int] = Counter()
    for pid in processes_with("INSTANCE_DIR", shop.environment["INSTANCE_DIR"]):
        for descriptor in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                found[pid] += str(descriptor.readlink()) in sockets
            except OSError:
                continue  # closed meanwhile
    return +found
