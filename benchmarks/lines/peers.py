"""pretix beside the shop: lines that are measured where `benchmarks/peers.sh` has set it up, in the folder PEERS."""

import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.goals import Goal, Line, Measurement
from benchmarks.lines.front import OFFER
from benchmarks.process_tree import memory_bytes, process_tree
from benchmarks.rounds import page
from benchmarks.servers import Server, fresh_server, seconds_to_first_page
from tests.processes import free_port, module, running

# Starts of each, alternating.
STARTS = 3
# Most of a start is the import of libraries that every shop needs: see docs/performance.md.
START_FLOOR = 0.55


def lines(bench: Bench) -> Iterator[Line]:
    """The lines of this module; none where pretix is not set up."""
    folder = Path(os.environ.get("PEERS") or "/nowhere")
    if not (folder / "complete").exists():
        return
    page_about = "requests a second of a shop page ÷ pretix"
    yield Line("peers-throughput", page_about, Goal(at_least=20), lambda: _throughput(bench, folder))
    yield Line("peers-memory", "memory (PSS) of the web process ÷ pretix", Goal(0.4), lambda: _memory(bench, folder))
    yield Line(
        "peers-start",
        "from the start to the first page ÷ pretix",
        Goal(0.25, floor=START_FLOOR),
        lambda: _start(bench, folder),
    )


def _pretix(folder: Path, port: int) -> tuple[list[str], dict[str, str], str]:
    """The command, the environment and the path of the shop page."""
    environment = {
        "PRETIX_CONFIG_FILE": str(folder / "pretix.cfg"),
        "PRETIX_PRETIX_URL": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "pretix.settings",
    }
    command = [str(folder / "venv/bin/gunicorn"), "pretix.wsgi", "--workers", "1", "--bind", f"127.0.0.1:{port}"]
    return command, environment, (folder / "page").read_text().strip()


@contextmanager
def _running(bench: Bench, folder: Path) -> Iterator[tuple[Server, str]]:
    port = free_port()
    command, environment, path = _pretix(folder, port)
    with running(command, f"http://127.0.0.1:{port}{path}", bench.folder / "pretix.log", environment) as process:
        yield Server(port, tuple(process_tree(process.popen.pid))), path


def _throughput(bench: Bench, folder: Path) -> Measurement:
    with _running(bench, folder) as (pretix, path):
        ours, theirs = bench.alternate(page(bench.front, OFFER), page(pretix, path))
        ratio = ours.per_second / theirs.per_second
    return Measurement(ratio, f"{ours} ÷ {theirs}", ours.errors + theirs.errors)


def _memory(bench: Bench, folder: Path) -> Measurement:
    # Both have just started: the process of the other lines has also rendered thousands of pages and sold.
    with _running(bench, folder) as (pretix, path), fresh_server(bench.front_shop) as shop:
        ours, theirs = bench.alternate(page(shop, OFFER), page(pretix, path))
        sizes = memory_bytes(shop.worker) / 1e6, memory_bytes(pretix.worker) / 1e6
    return Measurement(sizes[0] / sizes[1], f"{sizes[0]:.0f} ÷ {sizes[1]:.0f} MB", ours.errors + theirs.errors)


def _start(bench: Bench, folder: Path) -> Measurement:
    log, port = bench.folder / "start.log", free_port()
    command, environment, path = _pretix(folder, port)
    web, settings = module("storefront", "web"), bench.front_shop.started_at(port)
    starts = [
        (
            seconds_to_first_page(web, port, OFFER, settings, log),
            seconds_to_first_page(command, port, path, environment, log),
        )
        for _ in range(STARTS)
    ]
    ratio = statistics.median(ours / theirs for ours, theirs in starts)
    ours, theirs = map(statistics.median, zip(*starts, strict=True))
    return Measurement(ratio, f"{ours:.2f} ÷ {theirs:.2f} s")
