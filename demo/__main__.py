"""`python -m demo`: simulator, storefront and worker for trying the shop out; `make run` calls it."""

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

# Seconds a half may take to answer first; a slow machine that installs things beside it needs some.
START = 60
LAST_LINES = 20


class TooSlow(Exception):
    """Something runs but does not answer."""


def main() -> int:
    """The exit code: 0 when asked to stop, 1 when something ended by itself, 2 when it can't begin."""
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
                say("\n  Stopping …")
                raise
    except StopRequested:
        say("  The demo has stopped.")
        return 0
    except (ChildEnded, TooSlow) as error:
        print(f"{error}\n{last_lines(demo)}", file=sys.stderr)
        return 1


def say(words: str) -> None:
    """Print, unless the terminal itself is what has gone."""
    with contextlib.suppress(OSError):
        print(words, flush=True)


def run(demo: Demo, tree: ProcessTree) -> NoReturn:
    """Start everything in the order it needs each other, then watch it."""
    simulator = ["stripe_simulator", "--port", str(demo.simulator_port), "--state", str(demo.simulator_state)]
    tree.start("the simulator", [sys.executable, "-m", *simulator], log=log_of(demo, "simulator"))
    wait(tree, "the simulator", f"{demo.simulator_url}/simulator/health")
    sign_in = seed(demo)
    tree.start(
        "the storefront",
        [sys.executable, "-m", "storefront"],
        env=demo.child_environment(),
        log=log_of(demo, "storefront"),
    )
    wait(tree, "the storefront", f"http://{HOST}:{demo.port}/readyz")
    print(welcome.text(demo, sign_in), flush=True)
    tree.watch()


def wait(tree: ProcessTree, name: str, address: str) -> None:
    """Until `address` answers. Raises StopAsked, ChildEnded, TooSlow."""
    if not tree.until(answers(address), START):
        raise TooSlow(f"{name} did not answer within {START} seconds")


def answers(address: str) -> Callable[[], bool]:
    """Whether a 2xx comes from there, as a question to be asked again and again."""

    def ask() -> bool:
        try:
            return requests.get(address, timeout=2).ok
        except requests.RequestException:
            return False

    return ask


def log_of(demo: Demo, name: str) -> Path:
    """Where a child of that name writes what it has to say."""
    return demo.directory / f"{name}.log"


def last_lines(demo: Demo) -> str:
    """The end of each log, for the person at the terminal."""
    logs = [log for name in ("simulator", "storefront") if (log := log_of(demo, name)).exists()]
    return "\n".join(f"--- {log}\n" + "\n".join(log.read_text().splitlines()[-LAST_LINES:]) for log in logs)


if __name__ == "__main__":
    sys.exit(main())
