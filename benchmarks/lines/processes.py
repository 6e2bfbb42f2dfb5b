"""Memory of a web process, and the time from its start to its first page."""

from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.goals import INFORMATION, Line, Measurement
from benchmarks.http_client import Connection, Request
from benchmarks.lines.front import OFFER
from benchmarks.process_tree import memory_bytes
from benchmarks.servers import hello_command, seconds_to_first_page
from tests.processes import free_port, module

PAGES = 500


def lines(bench: Bench) -> Iterator[Line]:
    """The lines of this module."""
    yield Line("memory", "memory (PSS) of the shop's web process", INFORMATION, lambda: _memory(bench), " MB")
    yield Line("start", "from the start to the first page", INFORMATION, lambda: _start(bench), " s")


def _memory(bench: Bench) -> Measurement:
    megabytes = []
    for server, path in ((bench.front, OFFER), (bench.hello, "/")):
        connection = Connection(server.port)
        for _ in range(PAGES):
            connection.send(Request(path, server.headers))
        connection.close()
        megabytes.append(memory_bytes(server.worker) / 1e6)
    return Measurement(megabytes[0], f"hello {megabytes[1]:.0f} MB")


def _start(bench: Bench) -> Measurement:
    shop, port = bench.front_shop, free_port()
    log = bench.folder / "start.log"
    seconds = seconds_to_first_page(module("storefront", "web"), port, OFFER, shop.started_at(port), log)
    command, environment = hello_command(bench.folder, port)
    return Measurement(seconds, f"hello {seconds_to_first_page(command, port, '/', environment, log):.2f} s")
