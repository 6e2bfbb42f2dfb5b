"""Servers to measure: hello, and the web half of a shop. Each runs with one web process."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.http_client import Connection, Request
from benchmarks.process_tree import process_tree, processor_seconds
from benchmarks.shops import Headers, Shop
from storefront.config import DEFAULTS
from tests.processes import Process, free_port, module, running, start


@dataclass(frozen=True)
class Server:
    """A running server on this machine and its processes. `headers` are a visitor's, `owner` those of its owner."""

    port: int
    pids: tuple[int, ...]
    headers: Headers = ()
    owner: Headers = ()

    def processor_seconds(self) -> float:
        """Processor time of all its processes."""
        return processor_seconds(self.pids)

    @property
    def worker(self) -> int:
        """The process that answers requests."""
        return self.pids[-1]


@contextmanager
def hello_server(folder: Path) -> Iterator[Server]:
    """The yardstick, in a folder of its own."""
    port = free_port()
    command, environment = hello_command(folder, port)
    with running(command, f"http://127.0.0.1:{port}/", folder / "hello.log", environment) as process:
        yield Server(port, _pids(process))


def hello_command(folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
    """The command and the environment of the yardstick."""
    environment = {**dict.fromkeys(DEFAULTS, ""), "INSTANCE_DIR": str(folder / "hello")}
    return module("benchmarks.hello", str(port)), environment


@contextmanager
def shop_server(shop: Shop) -> Iterator[Server]:
    """The web half of a shop, with its owner signed in."""
    log = shop.folder / f"web-{shop.port}.log"
    with running(module("storefront", "web"), f"{shop.url}/readyz", log, shop.environment) as process:
        yield Server(shop.port, _pids(process), shop.headers, shop.sign_in())


@contextmanager
def fresh_server(shop: Shop) -> Iterator[Server]:
    """One more web process of a shop, which has answered nothing yet."""
    port = free_port()
    command, log = module("storefront", "web"), shop.folder / f"web-{port}.log"
    with running(command, f"http://127.0.0.1:{port}/readyz", log, shop.started_at(port)) as process:
        yield Server(port, _pids(process), shop.headers)


def seconds_to_first_page(
    command: Sequence[str], port: int, path: str, environment: dict[str, str], log: Path
) -> float:
    """How long a server takes from its start to its first page. Then it is stopped."""
    began = time.perf_counter()
    process = start(command, log, environment)
    try:
        while not _answers(port, path):
            if process.popen.poll() is not None:
                raise RuntimeError(process.output)
        return time.perf_counter() - began
    finally:
        process.stop()


def _answers(port: int, path: str) -> bool:
    connection = Connection(port)
    try:
        return connection.send(Request(path)).status == 200
    except OSError:
        time.sleep(0.005)
        return False
    finally:
        connection.close()


def _pids(process: Process) -> tuple[int, ...]:
    return tuple(process_tree(process.popen.pid))
