"""`python -m demo` runs the simulator, the storefront and the worker. `make run` calls it."""

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import requests

from demo import welcome
from demo.seed import seed
from demo.settings import HOST, Demo
from storefront import server
from storefront.config import ConfigError
from storefront.operations import ChildEnded, ProcessTree, StopRequested

# Time for a program to start and answer. A slow machine that is busy with other things needs long.
START_SECONDS = 180
LOG_LINES = 20


class NoAnswer(Exception):
    """A program runs but does not answer."""


def main() -> int:
    """Return the exit code: 0 after a stop request, 1 if a program ended or did not answer, 2 if it can't start."""
    try:
        demo = Demo.from_environment()
        server.require_free("PORT", HOST, demo.port)
        server.require_free("SIMULATOR_PORT", HOST, demo.simulator_port)
        demo.directory.mkdir(parents=True, exist_ok=True)
        server.migrate(demo.config())
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    try:
        with ProcessTree(grace_seconds=server.GRACE_SECONDS + 10) as tree:
            try:
                run(demo, tree)
            except StopRequested:
                print_if_possible("\n  Stopping …")
                raise
    except StopRequested:
        print_if_possible("  The demo has stopped.")
        return 0
    except (ChildEnded, NoAnswer) as error:
        print(f"{error}\n{end_of_logs(demo)}", file=sys.stderr)
        return 1


def print_if_possible(text: str) -> None:
    """Print, unless the terminal has been closed."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


def run(demo: Demo, tree: ProcessTree) -> NoReturn:
    """Start the programs in the order of their dependencies, then watch them."""
    simulator = ["stripe_simulator", "--port", str(demo.simulator_port), "--state", str(demo.simulator_state)]
    tree.start("the simulator", [sys.executable, "-m", *simulator], log=log_path(demo, "simulator"))
    wait_for(tree, "the simulator", f"{demo.simulator_url}/simulator/health")
    sign_in = seed(demo)
    tree.start(
        "the storefront",
        [sys.executable, "-m", "storefront"],
        env=demo.child_environment(),
        log=log_path(demo, "storefront"),
    )
    wait_for(tree, "the storefront", f"http://{HOST}:{demo.port}/readyz")
    print(welcome.text(demo, sign_in), flush=True)
    tree.watch()


def wait_for(tree: ProcessTree, name: str, address: str) -> None:
    """Wait until `address` answers. Raises StopRequested, ChildEnded, NoAnswer."""
    if not tree.until(answers(address), START_SECONDS):
        raise NoAnswer(f"{name} did not answer within {START_SECONDS} seconds")


def answers(address: str) -> Callable[[], bool]:
    """A function that returns whether `address` answers with 2xx."""

    def is_ok() -> bool:
        try:
            return requests.get(address, timeout=2).ok
        except requests.RequestException:
            return False

    return is_ok


def log_path(demo: Demo, name: str) -> Path:
    """The log file of a child process."""
    return demo.directory / f"{name}.log"


def end_of_logs(demo: Demo) -> str:
    """The last lines of each log."""
    logs = [log for name in ("simulator", "storefront") if (log := log_path(demo, name)).exists()]
    return "\n".join(f"--- {log}\n" + "\n".join(log.read_text().splitlines()[-LOG_LINES:]) for log in logs)


if __name__ == "__main__":
    sys.exit(main())
